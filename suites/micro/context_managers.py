"""Blocks left normally, early and by an error: with statements, try and finally."""

SIZES = {"small": 4000, "large": 40000}  # blocks


class Ledger:
    """Counts what was opened and how it was closed."""

    def __init__(self):
        self.depth = 0
        self.closed = 0
        self.failed = 0

    def __enter__(self):
        self.depth += 1
        return self

    def __exit__(self, kind, error, traceback):
        self.depth -= 1
        self.closed += 1
        self.failed += kind is not None
        return kind is ZeroDivisionError


def setup(size):
    return [index * 7919 % 1009 for index in range(size)]


def nested(ledger, number):
    with ledger, ledger:
        if number % 16 == 3:
            return ledger.depth
        with ledger as inner:
            return inner.depth + 12 // (number % 8)
    return 1  # after a division by zero, which the ledger swallows


def guarded(ledger, number):
    """Leave a loop by every door, through a finally each time."""
    for step in range(4):
        try:
            if step == number % 4:
                continue
            if step > number % 3:
                return step
        finally:
            ledger.closed += step
    return 0


def run(numbers):
    ledger = Ledger()
    checksum = 0
    for number in numbers:
        checksum += nested(ledger, number) * guarded(ledger, number)
    return checksum * 1000003 + ledger.closed * 31 + ledger.failed * 7 + ledger.depth
