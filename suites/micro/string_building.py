"""Text taken apart and put together: concatenation, join, split, replace, find and slices."""

SIZES = {"small": 300, "large": 3000}  # lines

WORDS = ["amber", "birch", "clay", "dune", "elm", "flint", "gorse", "heath"]


def setup(size):
    lines, value = [], 20261
    for _ in range(size):
        words = []
        for _ in range(12):
            value = value * 48271 % 2147483647
            words.append(WORDS[value >> 8 & 7])
        lines.append(" ".join(words))
    return lines


def reversed_words(line):
    return " ".join(word[::-1] for word in line.split(" "))


def initials(line):
    letters = ""
    for word in line.split():
        letters += word[0].upper()
    return letters


def numbers_of(text):
    checksum = 0
    for letter in text:
        checksum = (checksum * 31 + ord(letter)) % 1000000007
    return checksum


def run(lines):
    checksum = 0
    for line in lines:
        text = reversed_words(line).replace("hta", "\u00e9ta").strip("e").title()
        position = text.find("Nud")
        text = text[position + 1 :] + "-" + text[: position + 1].lower()
        checksum += numbers_of(text[:24] + initials(line)) + text.count("e") + len(text)
    return checksum
