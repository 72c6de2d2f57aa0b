"""Functions made at run time and called through each other: captured variables and cells."""

SIZES = {"small": 2000, "large": 20000}  # chains made and called


def setup(size):
    return [index * 7919 % 997 for index in range(size)]


def adder(amount):
    return lambda value: value + amount


def scaler(factor):
    return lambda value: value * factor % 65521


def composed(outer, inner):
    return lambda value: outer(inner(value))


def counter():
    total = 0

    def count(amount):
        nonlocal total
        total += amount
        return total

    return count


def run(numbers):
    count = counter()
    for number in numbers:
        shift = composed(adder(number), scaler(number + 2))
        twice = composed(shift, shift)
        for start in (3, 5, 8):
            count(twice(start))
    return count(0)
