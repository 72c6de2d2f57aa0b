"""Decorators, functools and signatures: functions that are made, wrapped, cached and
asked about their parameters."""

import functools
import inspect


def raised(function, *arguments, **keywords):
    """The class of what a call raises, None when it returns."""
    try:
        function(*arguments, **keywords)
    except Exception as error:
        return type(error)
    return None


def test_decorators_are_evaluated_down_and_applied_up():
    log = []

    def tag(name):
        log.append("make " + name)

        def apply(function):
            log.append("apply " + name)
            return lambda: [name, *function()]

        return apply

    @tag("outer")
    @tag("inner")
    def function():
        return ["body"]

    return [log, function()]


def test_class_decorators_receive_the_finished_class():
    registry = {}

    def register(cls):
        registry[cls.__name__] = cls.order
        return "replaced"

    @register
    class Command:
        order = 5

    assert Command == "replaced" and registry == {"Command": 5}


def test_wrapper_takes_over_the_identity():
    def polite(function):
        @functools.wraps(function)
        def wrapper(*arguments):
            return "please " + function(*arguments)

        return wrapper

    @polite
    def ask(what: str) -> str:
        """Ask for something."""
        return what

    assert ask("tea") == "please tea" and ask.__wrapped__("tea") == "tea"
    assert ask.__name__ == "ask" and ask.__doc__ == "Ask for something."
    return str(inspect.signature(ask))


def test_cache_counts_and_forgets_the_oldest():
    calls = []

    @functools.lru_cache(maxsize=2)
    def double(number):
        calls.append(number)
        return number * 2

    results = [double(number) for number in (1, 2, 1, 3, 2, 1)]
    assert raised(double, []) is TypeError
    return [results, calls, list(double.cache_info())]


def test_typed_cache_tells_equal_keys_apart():
    @functools.lru_cache(maxsize=None, typed=True)
    def name(value):
        return type(value).__name__

    return [name(1), name(1.0), name(True), name(1), name.cache_info().hits]


def test_failing_call_is_not_cached():
    attempts = []

    @functools.lru_cache
    def flaky():
        attempts.append(1)
        if len(attempts) == 1:
            raise OSError
        return "fine"

    assert raised(flaky) is OSError and flaky() == flaky() == "fine" and len(attempts) == 2


def test_partial_calls_nest_and_can_be_overridden():
    def show(*arguments, **keywords):
        return [list(arguments), sorted(keywords.items())]

    first = functools.partial(show, 1, a=1)
    second = functools.partial(first, 2, b=2)
    assert second.func is show and second.args == (1, 2)
    return second(3, a=9)


def test_dispatch_follows_the_class_of_the_argument():
    from collections import abc

    @functools.singledispatch
    def describe(value):
        return "thing"

    @describe.register
    def _(value: int):
        return "integer"

    @describe.register(abc.Sequence)
    def _(value):
        return "sequence of " + describe(value[0])

    assert describe.dispatch(bool) is describe.dispatch(int)
    return [describe(1), describe(True), describe([1.5]), describe((2,)), describe({})]


def test_total_ordering_completes_comparisons():
    @functools.total_ordering
    class Size:
        def __init__(self, size):
            self.size = size

        def __eq__(self, other):
            return self.size == other.size

        def __lt__(self, other):
            return self.size < other.size

    assert Size(1) <= Size(1) < Size(2) >= Size(2) > Size(1)


def test_reduce_and_comparison_keys():
    def by_last_letter(left, right):
        return (left[-1] > right[-1]) - (left[-1] < right[-1])

    assert functools.reduce(lambda total, digit: total * 10 + digit, [1, 2, 3], 9) == 9123
    assert raised(functools.reduce, max, []) is TypeError
    return sorted(["ab", "ca", "bb", "aa"], key=functools.cmp_to_key(by_last_letter))


def test_signatures_print_every_kind_of_parameter():
    def function(a, /, b: int, c=None, *rest, d, e: str = "x", **others) -> bool: ...

    class Callable:
        def __init__(self, size, *, colour="red"): ...

        def __call__(self, value): ...

    kinds = [parameter.kind.name for parameter in inspect.signature(function).parameters.values()]
    targets = (
        function,
        Callable,
        Callable(1),
        Callable(1).__call__,
        functools.partial(function, 1),
    )
    return [kinds, [str(inspect.signature(target)) for target in targets]]


def test_signatures_bind_like_calls():
    def function(a, b=2, *rest, c, **others): ...

    signature = inspect.signature(function)
    bound = signature.bind(1, c=3, z=9)
    bound.apply_defaults()
    assert raised(signature.bind, 1) is TypeError
    assert raised(signature.bind, 1, c=1, a=1) is TypeError
    return [[name, repr(value)] for name, value in bound.arguments.items()]


def test_functions_carry_attributes_and_changeable_defaults():
    def function(a, b=1, *, c=2):
        return a + b + c

    function.note = "kept"
    function.__defaults__ = (10,)
    function.__kwdefaults__ = {"c": 100}
    assert function(1) == 111 and vars(function) == {"note": "kept"}
    assert function.__code__.co_varnames[:3] == ("a", "b", "c")
    assert function.__code__.co_argcount == 2 and function.__code__.co_kwonlyargcount == 1


def test_functions_can_be_made_from_code():
    import types

    def template(a, b=2):
        return a + b + offset  # noqa: F821 - found in the new globals

    made = types.FunctionType(template.__code__, {"offset": 100}, "made", (5,))
    assert made(1) == 106 and made.__name__ == "made"
    renamed = types.FunctionType(template.__code__.replace(co_name="other"), {"offset": 0})
    assert renamed(1, 1) == 2 and renamed.__name__ == "other"
