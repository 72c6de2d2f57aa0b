"""LZ77 and a Huffman code, there and back: bytes, tuples, dictionaries, heaps and bit fiddling."""

import heapq

SIZES = {"small": 8000, "large": 80000}  # bytes of text

SHORTEST = 4
LONGEST = 35
WINDOW = 4096
MATCH = 256  # symbols below are literal bytes; above, the length of a match
END = MATCH + LONGEST + 1

WORDS = "the rain ran over hills and under bridges into old rivers that bore wooden boats".split()


def setup(size):
    words, length, value = [], 0, 20261
    while length < size:
        value = value * 48271 % 2147483647
        word = WORDS[(value >> 8) % len(WORDS)] if value % 9 else str(value % 1000)
        words.append(word)
        length += len(word) + 1
    return " ".join(words).encode("ascii")[:size]


def match_length(text, earlier, position):
    limit = min(LONGEST, len(text) - position)
    length = 0
    while length < limit and text[earlier + length] == text[position + length]:
        length += 1
    return length


def tokens_of(text):
    """Yield literal bytes as (symbol, 0) and repetitions as (MATCH + length, distance)."""
    latest = {}
    position = 0
    while position < len(text):
        key = text[position : position + SHORTEST]
        earlier = latest.get(key, -WINDOW)
        latest[key] = position
        if len(key) == SHORTEST and position - earlier < WINDOW:
            length = match_length(text, earlier, position)
            yield MATCH + length, position - earlier
            position += length
        else:
            yield text[position], 0
            position += 1
    yield END, 0


def code_lengths(counts):
    """Return how many bits Huffman's algorithm gives to each symbol."""
    heap = [(count, symbol, (symbol,)) for symbol, count in sorted(counts.items())]
    heapq.heapify(heap)
    lengths = dict.fromkeys(counts, 0)
    while len(heap) > 1:
        rare, first, symbols = heapq.heappop(heap)
        common, second, others = heapq.heappop(heap)
        for symbol in symbols + others:
            lengths[symbol] += 1
        heapq.heappush(heap, (rare + common, min(first, second), symbols + others))
    return lengths


def canonical_codes(lengths):
    """Return {symbol: (bits, length)}, which the lengths alone determine."""
    codes = {}
    code = previous = 0
    for length, symbol in sorted((length, symbol) for symbol, length in lengths.items()):
        code <<= length - previous
        codes[symbol] = code, length
        code += 1
        previous = length
    return codes


class BitWriter:
    def __init__(self):
        self.packed = bytearray()
        self.pending = 0
        self.waiting = 0

    def write(self, bits, length):
        self.pending = self.pending << length | bits
        self.waiting += length
        while self.waiting >= 8:
            self.waiting -= 8
            self.packed.append(self.pending >> self.waiting)
            self.pending &= (1 << self.waiting) - 1

    def finished(self):
        self.write(0, 7)
        return bytes(self.packed)


class BitReader:
    def __init__(self, packed):
        self.packed = packed
        self.position = 0

    def bit(self):
        byte = self.packed[self.position >> 3]
        bit = byte >> (7 - (self.position & 7)) & 1
        self.position += 1
        return bit

    def number(self, length):
        value = 0
        for _ in range(length):
            value = value << 1 | self.bit()
        return value


def compressed(text):
    """Return the code lengths, which a file would have in its header, and the packed bits."""
    tokens = list(tokens_of(text))
    counts = {}
    for symbol, _ in tokens:
        counts[symbol] = counts.get(symbol, 0) + 1
    lengths = code_lengths(counts)
    codes = canonical_codes(lengths)
    writer = BitWriter()
    for symbol, distance in tokens:
        writer.write(*codes[symbol])
        if distance:
            writer.write(distance, 12)
    return lengths, writer.finished()


def symbols_in(reader, lengths):
    symbols = {code: symbol for symbol, code in canonical_codes(lengths).items()}
    symbol = None
    while symbol != END:
        bits, length = reader.bit(), 1
        while (bits, length) not in symbols:
            bits, length = bits << 1 | reader.bit(), length + 1
        symbol = symbols[bits, length]
        yield symbol


def expanded(lengths, packed):
    text = bytearray()
    reader = BitReader(packed)
    for symbol in symbols_in(reader, lengths):
        if symbol < MATCH:
            text.append(symbol)
        elif symbol < END:
            start = len(text) - reader.number(12)
            for index in range(start, start + symbol - MATCH):
                text.append(text[index])  # one by one: a match may overlap itself
    return bytes(text)


def run(text):
    lengths, packed = compressed(text)
    if expanded(lengths, packed) != text:
        raise ValueError("the text did not survive its compression")
    checksum = len(packed)
    for byte in packed:
        checksum = (checksum * 31 + byte) % 1000000007
    return checksum
