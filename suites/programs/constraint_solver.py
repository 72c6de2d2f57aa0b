"""Number puzzles and queens by propagation and search: small objects, methods, sets of bits."""

SIZES = {"small": (4, 12), "large": (40, 16)}  # number puzzles, queens

ORDER = 9
BOX = 3


class Contradiction(Exception):
    """A variable has no value left."""


class Variable:
    """Holds the values that are still possible as bits, and the constraints that care."""

    def __init__(self, name, values):
        self.name = name
        self.candidates = sum(1 << value for value in values)
        self.constraints = []

    def values(self):
        return [value for value in range(self.candidates.bit_length()) if self.allows(value)]

    def allows(self, value):
        return self.candidates >> value & 1

    @property
    def count(self):
        return bin(self.candidates).count("1")


class Different:
    """Two variables whose values differ, and by other than `gap` (0: only differ)."""

    def __init__(self, first, second, gap=0):
        self.first = first
        self.second = second
        self.gap = gap
        first.constraints.append(self)
        second.constraints.append(self)

    def excluded(self, variable, value):
        """Return the other variable, and bits of values that this one's value takes from it."""
        other = self.second if variable is self.first else self.first
        bit = 1 << value
        return other, (bit | bit << self.gap | bit >> self.gap)


class Solver:
    def __init__(self, variables):
        self.variables = variables
        self.trail = []
        self.tries = 0

    def narrow(self, variable, candidates):
        self.trail.append((variable, variable.candidates))
        variable.candidates = candidates
        if not candidates:
            raise Contradiction(variable.name)

    def assign(self, variable, value):
        """Settle a variable, and then all that this leaves with a single value."""
        self.narrow(variable, 1 << value)
        settled = [variable]
        while settled:
            current = settled.pop()
            value = current.candidates.bit_length() - 1
            for constraint in current.constraints:
                other, excluded = constraint.excluded(current, value)
                if other.candidates & excluded:
                    self.narrow(other, other.candidates & ~excluded)
                    if other.count == 1:
                        settled.append(other)

    def undo_to(self, mark):
        while len(self.trail) > mark:
            variable, candidates = self.trail.pop()
            variable.candidates = candidates

    def solve(self):
        """Try the variable with the fewest values first; return whether a solution was found."""
        undecided = [variable for variable in self.variables if variable.count > 1]
        if not undecided:
            return True
        variable = min(undecided, key=lambda variable: variable.count)
        return any(self.attempt(variable, value) for value in variable.values())

    def attempt(self, variable, value):
        mark = len(self.trail)
        self.tries += 1
        try:
            self.assign(variable, value)
            if self.solve():
                return True
        except Contradiction:
            pass
        self.undo_to(mark)
        return False


def queens(count):
    """One variable a column, whose value is the row of its queen."""
    columns = [Variable(f"column {column}", range(count)) for column in range(count)]
    for right, second in enumerate(columns):
        for left, first in enumerate(columns[:right]):
            Different(first, second, gap=right - left)
    return Solver(columns)


def number_puzzle(givens):
    """One variable a square; `givens` are (place, digit) pairs."""
    squares = [Variable(f"square {place}", range(ORDER)) for place in range(ORDER * ORDER)]
    for place, square in enumerate(squares):
        for earlier in range(place):
            if see_each_other(earlier, place):
                Different(squares[earlier], square)
    solver = Solver(squares)
    for place, digit in givens:
        solver.assign(squares[place], digit)
    return solver


def see_each_other(first, second):
    row, column = divmod(first, ORDER)
    other_row, other_column = divmod(second, ORDER)
    same_box = row // BOX == other_row // BOX and column // BOX == other_column // BOX
    return row == other_row or column == other_column or same_box


def setup(size):
    """Return givens of puzzles cut out of one regular solution, and a number of queens."""
    puzzles, count = size
    value, givens = 20261, []
    for _ in range(puzzles):
        kept = []
        for place in range(ORDER * ORDER):
            value = value * 48271 % 2147483647
            if value % 100 < 36:
                row, column = divmod(place, ORDER)
                kept.append((place, (row * BOX + row // BOX + column) % ORDER))
        givens.append(kept)
    return givens, count


def run(state):
    givens, count = state
    checksum = 0
    for solver in [number_puzzle(kept) for kept in givens] + [queens(count)]:
        if not solver.solve():
            raise ValueError("a puzzle has no solution")
        for variable in solver.variables:
            checksum = (checksum * 31 + variable.values()[0]) % 1000000007
        checksum += solver.tries
    return checksum
