"""Linear equations solved exactly, by fractions and by integers: operators, gcd, long integers."""

from fractions import Fraction

SIZES = {"small": (12, 4), "large": (18, 12)}  # unknowns, systems


class Matrix:
    def __init__(self, rows):
        self.rows = rows

    def __matmul__(self, vector):
        return [sum(a * b for a, b in zip(row, vector)) for row in self.rows]

    def copy(self):
        return Matrix([list(row) for row in self.rows])

    def __len__(self):
        return len(self.rows)


def setup(size):
    unknowns, systems = size
    values = random_digits()
    equations = []
    for _ in range(systems):
        rows = [[next(values) for _ in range(unknowns)] for _ in range(unknowns)]
        equations.append((Matrix(rows), [next(values) for _ in range(unknowns)]))
    return equations


def random_digits():
    value = 20261
    while True:
        value = value * 48271 % 2147483647
        yield value // 256 % 19 - 9


def factorised(matrix):
    """Return L and U in one matrix, the order of rows, and the sign of that order (Doolittle)."""
    rows = [[Fraction(number) for number in row] for row in matrix.rows]
    order, sign = list(range(len(rows))), 1
    for column in range(len(rows)):
        pivot = next(index for index in range(column, len(rows)) if rows[index][column])
        if pivot != column:
            rows[column], rows[pivot] = rows[pivot], rows[column]
            order[column], order[pivot] = order[pivot], order[column]
            sign = -sign
        for row in rows[column + 1 :]:
            row[column] /= rows[column][column]
            for index in range(column + 1, len(rows)):
                row[index] -= row[column] * rows[column][index]
    return Matrix(rows), order, sign


def solution(factors, order, constants):
    values = []
    for row, number in zip(factors.rows, order):
        known = sum((row[index] * value for index, value in enumerate(values)), Fraction(0))
        values.append(constants[number] - known)
    for index in reversed(range(len(values))):
        row = factors.rows[index]
        for later in range(index + 1, len(values)):
            values[index] -= row[later] * values[later]
        values[index] /= row[index]
    return values


def determinant(matrix):
    """Return it by Bareiss's elimination: every division of integers comes out even."""
    rows = matrix.copy().rows
    sign, previous = 1, 1
    for column in range(len(rows) - 1):
        pivot = next(index for index in range(column, len(rows)) if rows[index][column])
        if pivot != column:
            rows[column], rows[pivot] = rows[pivot], rows[column]
            sign = -sign
        top = rows[column]
        for row in rows[column + 1 :]:
            for index in range(column + 1, len(rows)):
                cross = row[index] * top[column] - row[column] * top[index]
                row[index] = cross // previous
        previous = top[column]
    return sign * rows[-1][-1]


def diagonal_product(factors):
    product = Fraction(1)
    for index, row in enumerate(factors.rows):
        product *= row[index]
    return product


def run(equations):
    checksum = 0
    for matrix, constants in equations:
        factors, order, sign = factorised(matrix)
        values = solution(factors, order, constants)
        if matrix @ values != constants:
            raise ArithmeticError("the solution does not solve its equations")
        if sign * diagonal_product(factors) != determinant(matrix):
            raise ArithmeticError("two ways to the determinant disagree")
        for value in values:
            checksum = (checksum * 31 + value.numerator + value.denominator) % 1000000007
    return checksum
