"""Words counted in freshly split text: hashing and comparing strings that are only equal."""

SIZES = {"small": 10000, "large": 100000}  # words

SYLLABLES = ["ka", "lo", "mi", "tu", "ren", "so", "vel", "ha", "pi", "dun", "es", "or"]


def setup(size):
    words, value = [], 20261
    for _ in range(size):
        value = value * 48271 % 2147483647
        parts = [SYLLABLES[value // divisor % 12] for divisor in (7, 97, 1009)]
        words.append("".join(parts[: value % 3 + 1]))
    return " ".join(words)


def run(text):
    counts = {}
    first_seen = {}
    for position, word in enumerate(text.split()):
        if word in counts:
            counts[word] += 1
        else:
            counts[word] = 1
            first_seen[word] = position
    checksum = 0
    for word, count in counts.items():
        checksum = (checksum * 31 + count * first_seen[word] + len(word)) % 1000000007
    return checksum
