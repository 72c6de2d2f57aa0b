"""Calls of plain functions in every style of argument: the cost of a frame and of binding names."""

SIZES = {"small": 5000, "large": 50000}  # rounds of six calls


def setup(size):
    return [(index * 7919) % 1013 for index in range(size)]


def positional(first, second, third):
    return first + second - third


def defaulted(first, second=17, third=5):
    return first * second - third


def keyword_only(first, *, scale, offset):
    return first * scale + offset


def variadic(*numbers):
    return numbers[0] + len(numbers)


def open_ended(**options):
    return options["width"] + len(options)


def forwarding(*args, **kwargs):
    return defaulted(*args, **kwargs)


def run(numbers):
    checksum = 0
    for number in numbers:
        result = positional(number, checksum & 1023, 3)
        result += defaulted(number, third=result & 7)
        result += keyword_only(result & 255, offset=number, scale=3)
        result += variadic(result & 255, number, 1, 2)
        result += open_ended(height=number, width=result & 255)
        result += forwarding(number, third=result & 15)
        checksum = (checksum + result) % 1000000007
    return checksum
