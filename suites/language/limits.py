"""What happens at the edges of an implementation: deep recursion, huge conversions and
sizes must end in an exception that can be caught, never in a crash."""

import sys
import unittest


def raised(function, *arguments):
    """The class of what a call raises, None when it returns."""
    try:
        function(*arguments)
    except Exception as error:
        return type(error)
    return None


def endless(depth=0):
    return endless(depth + 1) + 1


def test_endless_recursion_is_an_error_that_can_be_caught_again():
    assert [raised(endless) for _ in range(3)] == [RecursionError] * 3
    assert issubclass(RecursionError, RuntimeError)


def test_endless_recursion_through_special_methods():
    class Endless:
        def __getattr__(self, name):
            return getattr(self, name + "x")

        def __repr__(self):
            return "<%r>" % self

        def __eq__(self, other):
            return self == other

        def __len__(self):
            return len(self)

    endless = Endless()
    for use in (repr, len, lambda e: e == 1, lambda e: e.missing):
        assert raised(use, endless) is RecursionError


def test_programs_may_recurse_some_hundred_levels():
    def depth(n):
        return n and 1 + depth(n - 1)

    assert depth(500) == 500
    assert sys.getrecursionlimit() >= 500


def test_finally_clauses_run_while_the_stack_unwinds():
    entered, left = [], []

    def descend():
        entered.append(1)
        try:
            descend()
        finally:
            left.append(1)

    assert raised(descend) is RecursionError
    assert len(entered) - len(left) in (0, 1) and len(entered) > 100


def test_deep_structures_are_compared_and_printed_or_refused():
    left, right = [], []
    for _ in range(10_000):
        left, right = [left], [right]
    assert raised(lambda: left == right) in (RecursionError, None)
    assert raised(repr, left) in (RecursionError, None)


def test_deep_structures_can_be_dropped():
    chain = None
    for _ in range(200_000):
        chain = (chain,)
    del chain
    import gc

    gc.collect()


def test_deeply_nested_source_is_refused_or_compiled():
    source = "(" * 300 + "1" + ")" * 300
    assert raised(eval, source) in (None, SyntaxError, MemoryError, RecursionError)
    assert raised(eval, "-" * 3000 + "1") in (None, SyntaxError, MemoryError, RecursionError)


def test_sizes_beyond_the_address_space_are_refused():
    too_big = sys.maxsize + 1
    assert raised(lambda: [0] * too_big) in (OverflowError, MemoryError)
    assert raised(lambda: "ab" * sys.maxsize) in (OverflowError, MemoryError)
    assert raised(bytes, too_big) in (OverflowError, MemoryError)
    assert raised(lambda: 1 << (1 << 100)) in (OverflowError, MemoryError)
    assert raised(bytearray, -1) is ValueError


def test_long_digit_strings_are_refused():
    if not hasattr(sys, "set_int_max_str_digits"):
        raise unittest.SkipTest("int_max_str_digits")
    limit = sys.get_int_max_str_digits()
    try:
        sys.set_int_max_str_digits(640)
        assert raised(int, "1" * 641) is ValueError and int("1" * 640) % 10 == 1
        assert raised(str, 10**700) is ValueError and int("f" * 2000, 16) > 0
        sys.set_int_max_str_digits(0)
        assert len(str(10**5000)) == 5001
        assert raised(sys.set_int_max_str_digits, 5) is ValueError
    finally:
        sys.set_int_max_str_digits(limit)


def test_functions_take_hundreds_of_arguments():
    names = ["a%d" % number for number in range(400)]
    scope = {}
    exec("def total(%s): return a0 + a399" % ", ".join(names), scope)
    assert scope["total"](*range(400)) == 399
    assert scope["total"](**dict(zip(names, range(400)))) == 399


def test_functions_have_thousands_of_lines_and_locals():
    lines = ["    v%d = %d" % (number, number) for number in range(3000)]
    scope = {}
    exec("def big():\n%s\n    return v0 + v2999" % "\n".join(lines), scope)
    assert scope["big"]() == 2999


def test_jumps_may_be_long():
    body = "\n".join("        total += %d" % (number % 300) for number in range(2000))
    scope = {}
    exec("def big(n):\n    total = 0\n    for _ in range(n):\n%s\n    return total" % body, scope)
    return scope["big"](2)


def test_recursion_limit_can_be_changed():
    limit = sys.getrecursionlimit()
    try:
        sys.setrecursionlimit(limit + 500)
        assert sys.getrecursionlimit() == limit + 500
        assert raised(sys.setrecursionlimit, 0) is ValueError
    finally:
        sys.setrecursionlimit(limit)
