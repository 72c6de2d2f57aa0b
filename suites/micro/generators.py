"""A chain of generators and a recursive tree walk: suspending, resuming and delegating frames."""

SIZES = {"small": 4000, "large": 40000}  # numbers and tree nodes


def setup(size):
    numbers, value = [], 20261
    for _ in range(size):
        value = value * 48271 % 2147483647
        numbers.append(value)
    return numbers, balanced_tree(range(size))


def balanced_tree(keys):
    """Return nested (left, key, right) tuples with the keys in order."""
    if not keys:
        return None
    middle = len(keys) // 2
    return balanced_tree(keys[:middle]), keys[middle], balanced_tree(keys[middle + 1 :])


def walk(node):
    if node is not None:
        left, key, right = node
        yield from walk(left)
        yield key
        yield from walk(right)


def odd(numbers):
    for number in numbers:
        if number % 2:
            yield number


def running_differences(numbers):
    previous = 0
    for number in numbers:
        yield number - previous
        previous = number


def averager():
    """A coroutine of the old kind: it is sent numbers and yields the mean so far."""
    total = count = mean = 0
    while True:
        total += yield mean
        count += 1
        mean = total // count


def run(state):
    numbers, tree = state
    means = averager()
    next(means)
    checksum = 0
    for key, step in zip(walk(tree), running_differences(odd(numbers))):
        checksum = (checksum * 31 + key + means.send(step * step)) % 1000000007
    return checksum
