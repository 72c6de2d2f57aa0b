"""Digests, checksums, compression and seeded random numbers: values that must be the
same on every machine, since files and experiments depend on them."""

import hashlib
import random
import zlib

TEXT = bytes(range(256)) * 40


def raised(function, *arguments):
    """The class of what a call raises, None when it returns."""
    try:
        function(*arguments)
    except Exception as error:
        return type(error)
    return None


def test_digests_of_every_guaranteed_algorithm():
    digests = {}
    for name in sorted(hashlib.algorithms_guaranteed):
        digest = hashlib.new(name, TEXT)
        variable = name.startswith("shake")
        digests[name] = digest.hexdigest(16) if variable else digest.hexdigest()
    return digests


def test_digests_accept_pieces_and_can_be_copied():
    whole, pieces = hashlib.sha256(TEXT), hashlib.sha256()
    for start in range(0, len(TEXT), 1000):
        pieces.update(memoryview(TEXT)[start : start + 1000])
    branch = pieces.copy()
    branch.update(b"more")
    assert pieces.digest() == whole.digest() != branch.digest()
    assert raised(hashlib.sha256, "text") is TypeError and raised(hashlib.new, "none") is ValueError


def test_keyed_digests():
    import hmac

    mac = hmac.new(b"key", TEXT, "sha256").hexdigest()
    assert hmac.compare_digest(mac, mac) and not hmac.compare_digest(mac, mac[::-1])
    derived = hashlib.pbkdf2_hmac("sha1", b"password", b"salt", 3, 20).hex()
    return [mac, derived, hashlib.blake2b(TEXT, key=b"key", digest_size=8, salt=b"s").hexdigest()]


def test_checksums_can_be_continued():
    assert zlib.crc32(TEXT[100:], zlib.crc32(TEXT[:100])) == zlib.crc32(TEXT)
    assert zlib.adler32(TEXT[100:], zlib.adler32(TEXT[:100])) == zlib.adler32(TEXT)
    return [zlib.crc32(TEXT), zlib.adler32(TEXT), zlib.crc32(b""), zlib.adler32(b"")]


def test_compressed_data_round_trips():
    for level in (0, 1, 9):
        assert zlib.decompress(zlib.compress(TEXT, level)) == TEXT
    assert raised(zlib.decompress, zlib.compress(TEXT)[:-5]) is zlib.error
    assert raised(zlib.decompress, b"not compressed") is zlib.error


def test_streams_written_elsewhere_are_read():
    deflated = bytes.fromhex("78dacb48cdc9c957c84090003a2e067d")
    assert zlib.decompress(deflated) == b"hello hello hello"
    damaged = deflated[:-1] + b"?"
    assert raised(zlib.decompress, damaged) is zlib.error


def test_compression_in_pieces():
    compressor, decompressor = zlib.compressobj(wbits=31), zlib.decompressobj(wbits=47)
    packed = b"".join(
        [compressor.compress(TEXT), compressor.flush(zlib.Z_SYNC_FLUSH), compressor.flush()]
    )
    start = decompressor.decompress(packed, 1000)
    assert start == TEXT[:1000] and decompressor.unconsumed_tail
    rest = decompressor.decompress(decompressor.unconsumed_tail + b"extra")
    assert rest == TEXT[1000:] and decompressor.eof and decompressor.unused_data == b"extra"


def test_seeded_generator_is_the_same_everywhere():
    generator = random.Random(2024)
    return [generator.random().hex() for _ in range(5)] + [generator.getrandbits(100)]


def test_seeds_may_be_text_bytes_or_huge():
    seeds = ("text", b"bytes", 2**200 + 1, -5, 0)
    return [random.Random(seed).getrandbits(64) for seed in seeds]


def test_seeded_choices_are_the_same_everywhere():
    generator = random.Random(7)
    cards = list(range(20))
    generator.shuffle(cards)
    return [
        cards,
        generator.sample(range(10**6), 5),
        generator.choices("abc", [1, 2, 3], k=8),
        [generator.randrange(-10, 10, 3) for _ in range(5)],
        generator.choice("xyz"),
    ]


def test_generator_state_can_be_saved():
    generator = random.Random(1)
    generator.gauss(0, 1)
    state = generator.getstate()
    first = [generator.random(), generator.gauss(0, 1)]
    generator.setstate(state)
    assert [generator.random(), generator.gauss(0, 1)] == first


def test_identifiers_are_derived_from_names():
    import uuid

    names = [uuid.uuid5(uuid.NAMESPACE_DNS, "example.org"), uuid.uuid3(uuid.NAMESPACE_URL, "a")]
    assert uuid.UUID(str(names[0])) == names[0] and names[0].version == 5
    assert raised(uuid.UUID, "123") is ValueError
    return [str(name) for name in names] + [names[0].int, names[1].bytes_le]
