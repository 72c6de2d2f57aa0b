"""The same values through f-strings, str.format and the percent sign: three formatting machines."""

SIZES = {"small": 1500, "large": 15000}  # rows

TEMPLATE = "{name:>12}|{number:+d}|{number:08b}|{0!r}"


def setup(size):
    return [(f"item{index % 50}", index * 7919 % 1009) for index in range(size)]


def run(rows):
    checksum = 0
    for name, number in rows:
        literal = f"{name:<10}{number:6d} {number * number:,} {number:#x} {name!r}"
        method = TEMPLATE.format(number % 10, name=name, number=number - 500)
        percent = "%-8s %05d %x %c %s" % (name, number, number, 65 + number % 26, (number,))
        checksum += len(literal) * 3 + len(method) * 5 + len(percent) * 7
        checksum += ord(literal[13]) + ord(method[9]) + ord(percent[11])
    return checksum
