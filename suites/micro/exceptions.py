"""Errors raised at several depths, caught by class, chained and re-raised: the unhappy path."""

SIZES = {"small": 3000, "large": 30000}  # attempts, of which five in six fail


class Refused(Exception):
    def __init__(self, weight):
        super().__init__(weight)
        self.weight = weight


class RefusedForGood(Refused):
    pass


def setup(size):
    return [index * 7919 % 1009 for index in range(size)]


def descend(number, depth):
    """Fail `depth` frames below the caller, in a way that depends on the number."""
    if depth:
        return descend(number, depth - 1)
    kind = number % 6
    if kind == 0:
        return number
    if kind == 1:
        raise Refused(number)
    if kind == 2:
        raise RefusedForGood(number)
    if kind == 3:
        return [][number]
    if kind == 4:
        return {}[number]
    return int("seven")


def attempt(number):
    try:
        return descend(number, number % 5)
    except LookupError as error:
        raise Refused(number + isinstance(error, KeyError)) from error


def run(numbers):
    checksum = 0
    for number in numbers:
        try:
            checksum += attempt(number)
        except RefusedForGood as refusal:
            checksum += refusal.weight * 2
        except Refused as refusal:
            checksum += refusal.weight + (refusal.__cause__ is not None)
        except ValueError:
            checksum += 7
    return checksum
