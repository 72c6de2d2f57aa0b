"""Conway's Game of Life on an unbounded plane: sets and dictionaries keyed by tuples."""

SIZES = {"small": (28, 40), "large": (48, 150)}  # side of the first square, generations

AROUND = [(dx, dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1) if (dx, dy) != (0, 0)]


def setup(size):
    """Return a square of random soup, with a glider on its way towards it."""
    side, generations = size
    cells, value = set(), 20261
    for x in range(side):
        for y in range(side):
            value = value * 48271 % 2147483647
            if value % 100 < 37:
                cells.add((x, y))
    glider = [(1, 0), (2, 1), (0, 2), (1, 2), (2, 2)]
    return cells | {(x - 12, y - 12) for x, y in glider}, generations


def neighbour_counts(cells):
    counts = {}
    for x, y in cells:
        for dx, dy in AROUND:
            neighbour = x + dx, y + dy
            counts[neighbour] = counts.get(neighbour, 0) + 1
    return counts


def next_generation(cells):
    counts = neighbour_counts(cells)
    born = {cell for cell, count in counts.items() if count == 3}
    survivors = {cell for cell in cells if counts.get(cell) == 2}
    return born | survivors


def bounding_box(cells):
    columns = [x for x, _ in cells]
    rows = [y for _, y in cells]
    return min(columns), min(rows), max(columns), max(rows)


def fingerprint(cells):
    """Return a number that does not depend on the order in which a set gives its cells."""
    left, top, right, bottom = bounding_box(cells)
    places = sum((x - left) * 1009 + (y - top) * (y - top) for x, y in cells)
    return places + (right - left) * (bottom - top)


def run(state):
    cells, generations = state
    seen = 0
    for _ in range(generations):
        following = next_generation(cells)
        seen += len(following - cells) * 3 + len(cells & following)
        cells = following
    return seen * 1000000 + fingerprint(cells)
