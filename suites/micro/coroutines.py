"""Nested await driven by hand, without an event loop: the bare cost of switching coroutines."""

SIZES = {"small": 1000, "large": 10000}  # rounds

WORKERS = 8
DEPTH = 4


class Switch:
    """Awaiting it hands a number to the driver and returns the driver's answer."""

    def __init__(self, number):
        self.number = number

    def __await__(self):
        return (yield self.number)


def setup(size):
    return size


async def ask(number, depth):
    if depth:
        return await ask(number + 1, depth - 1)
    return await Switch(number)


async def worker(number, rounds):
    for _ in range(rounds):
        number = await ask(number, DEPTH) % 65521
    return number


def run(rounds):
    """Resume the workers in turn; each is answered with what the one before it asked."""
    workers = [worker(number * 1009, rounds) for number in range(WORKERS)]
    asked = sum(starting.send(None) for starting in workers)
    checksum = 0
    while workers:
        current = workers.pop(0)
        try:
            asked = current.send(asked)
        except StopIteration as finished:
            checksum = (checksum * 31 + finished.value) % 1000000007
        else:
            workers.append(current)
    return checksum
