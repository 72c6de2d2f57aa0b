"""Cells that depend on cells: formulas compiled to closures, edited, and recalculated in order."""

import re

SIZES = {"small": (50, 60), "large": (400, 300)}  # rows, edits

TOKEN = re.compile(r"([A-Z]+\d+(?::[A-Z]+\d+)?)|([A-Z]+)|(\d+)|(.)")
COLUMNS = "ABCDEF"
FUNCTIONS = {"SUM": sum, "MAX": max, "MIN": min, "COUNT": len}


def cells_between(corners):
    """Return the names in a range such as B2:C9."""
    first, last = corners.split(":")
    columns = range(ord(first[0]), ord(last[0]) + 1)
    rows = range(int(first[1:]), int(last[1:]) + 1)
    return [chr(column) + str(row) for column in columns for row in rows]


class Formula:
    """Compiles text such as `A1*2+SUM(B1:B9)` into a function of the sheet's values."""

    def __init__(self, text):
        self.precedents = []
        self.tokens = [match.group() for match in TOKEN.finditer(text.replace(" ", ""))]
        self.tokens.reverse()  # so that the next one can be popped
        self.evaluate = self.total()

    def next_is(self, *symbols):
        return bool(self.tokens) and self.tokens[-1] in symbols

    def total(self):
        left = self.product()
        while self.next_is("+", "-"):
            left = combined(self.tokens.pop(), left, self.product())
        return left

    def product(self):
        left = self.operand()
        while self.next_is("*", "/"):
            left = combined(self.tokens.pop(), left, self.operand())
        return left

    def operand(self):
        token = self.tokens.pop()
        if token == "(":
            inner = self.total()
            self.tokens.pop()
            return inner
        if token.isdigit():
            number = int(token)
            return lambda values: number
        if token in FUNCTIONS:
            return self.call(FUNCTIONS[token])
        self.precedents.append(token)
        return lambda values: values.get(token, 0)

    def call(self, function):
        _, corners, _ = self.tokens.pop(), self.tokens.pop(), self.tokens.pop()
        names = cells_between(corners)
        self.precedents.extend(names)
        return lambda values: function([values.get(name, 0) for name in names])


def combined(symbol, left, right):
    if symbol == "+":
        return lambda values: left(values) + right(values)
    if symbol == "-":
        return lambda values: left(values) - right(values)
    if symbol == "*":
        return lambda values: left(values) * right(values) % 1000003
    return lambda values: left(values) // (abs(right(values)) + 1)


class Sheet:
    def __init__(self):
        self.formulas = {}
        self.values = {}
        self.dependents = {}

    def __setitem__(self, name, text):
        """Set a cell, and recalculate what depends on it."""
        self.forget(name)
        formula = self.formulas[name] = Formula(text)
        for precedent in formula.precedents:
            self.dependents.setdefault(precedent, {})[name] = True
        for affected in self.affected_by(name):
            self.values[affected] = self.formulas[affected].evaluate(self.values)

    def __getitem__(self, name):
        return self.values[name]

    def forget(self, name):
        if name in self.formulas:
            for precedent in self.formulas[name].precedents:
                self.dependents[precedent].pop(name, None)

    def affected_by(self, name):
        """Return the cell and all that depend on it, each after what it depends on."""
        seen, finished = set(), []
        stack = [(name, False)]
        while stack:
            cell, dependents_done = stack.pop()
            if dependents_done:
                finished.append(cell)
            elif cell not in seen:
                seen.add(cell)
                stack.append((cell, True))
                stack.extend((dependent, False) for dependent in self.dependents.get(cell, ()))
        return reversed(finished)


def setup(size):
    """Return the cells as (name, formula) and the edits that follow, in the same form."""
    rows, edits = size
    cells = []
    for row in range(1, rows + 1):
        above = max(row - 3, 1)
        cells += [
            (f"A{row}", str(row * 7919 % 1009)),
            (f"B{row}", f"A{row} * 3 + A{above} / 2"),
            (f"C{row}", f"MAX(A{above}:B{row}) - MIN(A{above}:B{row})"),
            (f"D{row}", f"(B{row} + C{row}) * (A{row} - 4)"),
            (f"E{row}", f"D{row} + E{row - 1}" if row % 8 else "COUNT(A1:C2)"),
        ]
    cells.append(("F1", f"SUM(A1:E{rows})"))
    return cells, list(edits_of(rows, edits))


def edits_of(rows, count):
    value = 20261
    for _ in range(count):
        value = value * 48271 % 2147483647
        row = value % (rows - 3) + 4
        if value % 4:
            yield f"A{row}", str(value // 64 % 1000)
        else:
            yield f"B{row}", f"A{row} * {value % 9 + 2} - C{row - 3}"


def run(state):
    cells, edits = state
    sheet = Sheet()
    for name, text in cells:
        sheet[name] = text
    checksum = 0
    for name, text in edits:
        sheet[name] = text
        checksum = (checksum * 31 + sheet["F1"]) % 1000000007
    return checksum
