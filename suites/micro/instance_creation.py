"""Short-lived and linked objects, with __slots__ and without: allocation, __init__, reclaiming."""

SIZES = {"small": 5000, "large": 50000}  # rounds of four objects


class Point:
    __slots__ = ("x", "y")

    def __init__(self, x, y):
        self.x = x
        self.y = y


class Node:
    def __init__(self, point, following):
        self.point = point
        self.following = following


class Weighted(Node):
    def __init__(self, point, following, weight):
        super().__init__(point, following)
        self.weight = weight


def setup(size):
    return [(index * 7919 % 1009, index * 104729 % 997) for index in range(size)]


def run(pairs):
    newest = None
    for x, y in pairs:
        corner = Point(x, y)
        moved = Point(corner.y - 1, corner.x + 1)
        newest = Weighted(moved, Node(corner, newest), x & y)
    checksum = 0
    while newest is not None:
        older = newest.following
        checksum += newest.point.x * newest.weight + older.point.y
        newest = older.following
    return checksum
