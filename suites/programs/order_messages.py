"""Orders encoded to text, decoded by hand and checked by a schema: characters and recursion."""

SIZES = {"small": 60, "large": 600}  # orders

ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t"}
UNESCAPED = {escape[1]: letter for letter, escape in ESCAPES.items()}
CONSTANTS = {"true": True, "false": False, "null": None}


# Values to text


def encoded(value):
    parts = []
    write(value, parts.append)
    return "".join(parts)


def write(value, emit):
    if value is None:
        emit("null")
    elif isinstance(value, bool):
        emit("true" if value else "false")
    elif isinstance(value, int):
        emit(str(value))
    elif isinstance(value, str):
        emit(quoted(value))
    elif isinstance(value, dict):
        write_members(value, emit)
    else:
        write_elements(value, emit)


def quoted(text):
    return '"' + "".join(ESCAPES.get(letter, letter) for letter in text) + '"'


def write_members(mapping, emit):
    separator = "{"
    for key, value in mapping.items():
        emit(separator)
        emit(quoted(key))
        emit(":")
        write(value, emit)
        separator = ","
    emit("}" if mapping else "{}")


def write_elements(elements, emit):
    separator = "["
    for element in elements:
        emit(separator)
        write(element, emit)
        separator = ","
    emit("]" if elements else "[]")


# Text to values


class Decoder:
    def __init__(self, text):
        self.text = text
        self.position = 0

    def value(self):
        letter = self.peek()
        if letter == "{":
            return dict(self.between("{", "}", self.member))
        if letter == "[":
            return list(self.between("[", "]", self.value))
        if letter == '"':
            return self.string()
        if letter.isalpha():
            return CONSTANTS[self.while_true(str.isalpha)]
        sign = -1 if self.accepts("-") else 1
        return sign * int(self.while_true(str.isdigit))

    def peek(self):
        return self.text[self.position] if self.position < len(self.text) else " "

    def accepts(self, letter):
        found = self.peek() == letter
        self.position += found
        return found

    def expect(self, letter):
        if not self.accepts(letter):
            raise ValueError(f"expected {letter} at {self.position}")

    def between(self, opening, closing, element):
        self.expect(opening)
        if self.accepts(closing):
            return
        yield element()
        while self.accepts(","):
            yield element()
        self.expect(closing)

    def member(self):
        key = self.string()
        self.expect(":")
        return key, self.value()

    def string(self):
        self.expect('"')
        letters = []
        while not self.accepts('"'):
            escaped = self.accepts("\\")
            letter = self.peek()
            letters.append(UNESCAPED[letter] if escaped else letter)
            self.position += 1
        return "".join(letters)

    def while_true(self, belongs):
        start = self.position
        while belongs(self.peek()):
            self.position += 1
        return self.text[start : self.position]


# Schemas: each yields what is wrong with a value, and where


class Whole:
    def __init__(self, lowest, highest):
        self.lowest = lowest
        self.highest = highest

    def faults(self, value, path):
        if not isinstance(value, int) or isinstance(value, bool):
            yield path, "is not an integer"
        elif not self.lowest <= value <= self.highest:
            yield path, "is out of range"


class Text:
    def __init__(self, longest):
        self.longest = longest

    def faults(self, value, path):
        if not isinstance(value, str):
            yield path, "is not text"
        elif len(value) > self.longest:
            yield path, "is too long"


class Optional:
    def __init__(self, schema):
        self.schema = schema

    def faults(self, value, path):
        if value is not None:
            yield from self.schema.faults(value, path)


class Many:
    def __init__(self, schema):
        self.schema = schema

    def faults(self, value, path):
        if not isinstance(value, list):
            yield path, "is not a list"
            return
        for index, element in enumerate(value):
            yield from self.schema.faults(element, f"{path}[{index}]")


class Record:
    def __init__(self, **fields):
        self.fields = fields

    def faults(self, value, path):
        if not isinstance(value, dict):
            yield path, "is not a record"
            return
        for name, schema in self.fields.items():
            yield from schema.faults(value.get(name), path + "." + name)
        for name in value:
            if name not in self.fields:
                yield path + "." + name, "is unknown"


ADDRESS = Record(street=Text(20), city=Text(12), note=Optional(Text(40)))
LINE = Record(article=Text(12), count=Whole(1, 90), cents=Whole(0, 100000))
ORDER = Record(number=Whole(1, 1 << 40), address=ADDRESS, lines=Many(LINE))


def setup(size):
    """Return orders, of which some hold a fault that the schema has to find."""
    orders, value = [], 20261
    for number in range(size):
        value = value * 48271 % 2147483647
        lines = [order_line(value // (line + 3)) for line in range(value % 7)]
        address = {"street": f'Kai "{value % 300}"\n', "city": "H\u00f6rnum", "note": None}
        if value % 5 == 0:
            address["note"] = f"leave it\tat the \\ door {value}"
        if value % 6 == 0:
            address["planet"] = False
        orders.append({"number": number * 65537, "address": address, "lines": lines})
    return orders


def order_line(value):
    cents = "free" if value % 11 == 0 else value % 99991
    return {"article": f"A-{value % 5000}", "count": value // 128 % 100, "cents": cents}


def run(orders):
    text = encoded(orders)
    decoded = Decoder(text).value()
    if decoded != orders:
        raise ValueError("the orders changed on their way through text")
    checksum = len(text)
    for path, fault in Many(ORDER).faults(decoded, "orders"):
        checksum = (checksum * 31 + len(path) * len(fault) + ord(path[-1])) % 1000000007
    return checksum
