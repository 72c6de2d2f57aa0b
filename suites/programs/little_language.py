"""A small language tokenised, parsed and run by walking its tree: strings, recursion, dispatch."""

SIZES = {"small": 6, "large": 60}  # how often the program's main loop turns

SOURCE = """
fn gcd(a, b) { while b > 0 { let t = a % b; a = b; b = t; } return a; }
fn fib(n) { if n < 2 { return n; } return fib(n - 1) + fib(n - 2); }
fn is_prime(n) {
    let d = 2;
    while d * d <= n {
        if n % d == 0 { return 0; }
        d = d + 1;
    }
    return n > 1;
}
fn primes_below(limit) {
    let count = 0; let n = 0;
    while n < limit { if is_prime(n) { count = count + 1; } n = n + 1; }
    return count;
}
fn main(turns) {
    let total = 0;
    while turns > 0 {
        total = total + fib(9 + turns % 3) * gcd(turns * 1071, 462) + primes_below(120 + turns);
        turns = turns - 1;
    }
    return total;
}
"""

KEYWORDS = {"fn", "let", "if", "else", "while", "return"}
PRECEDENCE = {"==": 1, "!=": 1, "<": 2, "<=": 2, ">": 2, ">=": 2, "+": 3, "-": 3, "*": 4, "%": 4}
OPERATORS = {
    "==": lambda left, right: int(left == right),
    "!=": lambda left, right: int(left != right),
    "<": lambda left, right: int(left < right),
    "<=": lambda left, right: int(left <= right),
    ">": lambda left, right: int(left > right),
    ">=": lambda left, right: int(left >= right),
    "+": lambda left, right: left + right,
    "-": lambda left, right: left - right,
    "*": lambda left, right: left * right,
    "%": lambda left, right: left % right,
}


def setup(size):
    return SOURCE, size


# Text to tokens


def end_of_run(text, start, belongs):
    end = start
    while end < len(text) and belongs(text[end]):
        end += 1
    return end


def tokens_of(text):
    """Return (kind, text) pairs; the kind of a keyword or a symbol is its own text."""
    tokens, position = [], 0
    while position < len(text):
        letter = text[position]
        if letter.isspace():
            position += 1
            continue
        if letter.isalpha():
            end = end_of_run(text, position, lambda letter: letter.isalnum() or letter == "_")
            kind = "name"
        elif letter.isdigit():
            end = end_of_run(text, position, str.isdigit)
            kind = "number"
        else:
            end = position + (2 if text[position + 1] == "=" and letter in "=!<>" else 1)
            kind = text[position:end]
        word = text[position:end]
        tokens.append((word if word in KEYWORDS else kind, word))
        position = end
    tokens.append(("end", ""))
    return tokens


# Tree


class Return(Exception):
    def __init__(self, value):
        super().__init__(value)
        self.value = value


class Number:
    def __init__(self, value):
        self.value = value

    def evaluate(self, scope):
        return self.value


class Name:
    def __init__(self, name):
        self.name = name

    def evaluate(self, scope):
        return scope.variables[self.name]


class Binary:
    def __init__(self, symbol, left, right):
        self.operator = OPERATORS[symbol]
        self.left = left
        self.right = right

    def evaluate(self, scope):
        return self.operator(self.left.evaluate(scope), self.right.evaluate(scope))


class Call:
    def __init__(self, name, arguments):
        self.name = name
        self.arguments = arguments

    def evaluate(self, scope):
        values = [argument.evaluate(scope) for argument in self.arguments]
        return scope.functions[self.name].call(scope.functions, values)


class Assignment:
    def __init__(self, name, value, declares):
        self.name = name
        self.value = value
        self.declares = declares

    def execute(self, scope):
        if not self.declares and self.name not in scope.variables:
            raise NameError(self.name)
        scope.variables[self.name] = self.value.evaluate(scope)


class If:
    def __init__(self, condition, body, otherwise):
        self.condition = condition
        self.body = body
        self.otherwise = otherwise

    def execute(self, scope):
        chosen = self.body if self.condition.evaluate(scope) else self.otherwise
        execute_all(chosen, scope)


class While:
    def __init__(self, condition, body):
        self.condition = condition
        self.body = body

    def execute(self, scope):
        while self.condition.evaluate(scope):
            execute_all(self.body, scope)


class ReturnStatement:
    def __init__(self, value):
        self.value = value

    def execute(self, scope):
        raise Return(self.value.evaluate(scope))


class Function:
    def __init__(self, name, parameters, body):
        self.name = name
        self.parameters = parameters
        self.body = body

    def call(self, functions, values):
        scope = Scope(functions, dict(zip(self.parameters, values)))
        try:
            execute_all(self.body, scope)
        except Return as result:
            return result.value
        return 0


class Scope:
    def __init__(self, functions, variables):
        self.functions = functions
        self.variables = variables


def execute_all(statements, scope):
    for statement in statements:
        statement.execute(scope)


# Tokens to tree


class Parser:
    def __init__(self, tokens):
        self.tokens = tokens
        self.position = 0

    @property
    def kind(self):
        return self.tokens[self.position][0]

    def take(self, *kinds):
        """Return the next token's text, which must be of one of these kinds."""
        kind, text = self.tokens[self.position]
        if kind not in kinds:
            raise SyntaxError(f"expected one of {kinds}, found {text!r}")
        self.position += 1
        return text

    def accepts(self, kind):
        found = self.kind == kind
        self.position += found
        return found

    def program(self):
        functions = {}
        while not self.accepts("end"):
            function = self.function()
            functions[function.name] = function
        return functions

    def function(self):
        self.take("fn")
        name = self.take("name")
        return Function(name, self.listed(lambda: self.take("name")), self.block())

    def listed(self, element):
        self.take("(")
        elements = []
        while not self.accepts(")"):
            if elements:
                self.take(",")
            elements.append(element())
        return elements

    def block(self):
        self.take("{")
        statements = []
        while not self.accepts("}"):
            statements.append(self.statement())
        return statements

    def statement(self):
        if self.accepts("if"):
            condition, body = self.expression(), self.block()
            return If(condition, body, self.block() if self.accepts("else") else [])
        if self.accepts("while"):
            return While(self.expression(), self.block())
        statement = self.simple_statement()
        self.take(";")
        return statement

    def simple_statement(self):
        if self.accepts("return"):
            return ReturnStatement(self.expression())
        declares = self.accepts("let")
        name = self.take("name")
        self.take("=")
        return Assignment(name, self.expression(), declares)

    def expression(self, lowest=1):
        """Climb precedences: operators that bind less than `lowest` are left to the caller."""
        left = self.operand()
        while PRECEDENCE.get(self.kind, 0) >= lowest:
            symbol = self.take(*PRECEDENCE)
            left = Binary(symbol, left, self.expression(PRECEDENCE[symbol] + 1))
        return left

    def operand(self):
        if self.accepts("("):
            inner = self.expression()
            self.take(")")
            return inner
        if self.kind == "number":
            return Number(int(self.take("number")))
        name = self.take("name")
        return Call(name, self.listed(self.expression)) if self.kind == "(" else Name(name)


def run(state):
    source, turns = state
    functions = Parser(tokens_of(source)).program()
    return functions["main"].call(functions, [turns])
