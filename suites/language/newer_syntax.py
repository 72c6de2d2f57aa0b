"""Syntax and built-ins younger than Python 3.9, each skipped where the version is older:
the sources are strings, so that the file itself stays readable everywhere."""

import sys
import unittest


def require(feature, *version):
    if sys.version_info < version:
        raise unittest.SkipTest("%s (%d.%d)" % (feature, *version))


def run(source):
    """The names that a program leaves behind."""
    names = {"__name__": "newer_syntax_program"}
    exec(compile(source, "<newer syntax>", "exec"), names)
    return names


def test_match_statement_destructures():
    require("match", 3, 10)
    names = run("""
class Point:
    __match_args__ = ("x", "y")
    def __init__(self, x, y):
        self.x, self.y = x, y
def describe(value):
    match value:
        case 0 | 1: return "bit"
        case int(n) if n < 0: return f"negative {n}"
        case str() | bytes(): return "text"
        case [first, *_, last]: return f"from {first} to {last}"
        case {"kind": kind, **rest}: return f"{kind} and {sorted(rest)}"
        case Point(0, y=0): return "origin"
        case Point(x, y) as point: return f"{x},{y},{point.x}"
        case []: return "empty"
        case None: return "none"
        case _: return "other"
""")
    point, describe = names["Point"], names["describe"]
    values = [0, -5, "ab", [1, 2, 3], (4, 5), {"kind": "k", "b": 1}, point(0, 0), point(1, 2)]
    return [describe(value) for value in [*values, [], None, 2]]


def test_match_does_not_treat_text_as_a_sequence():
    require("match", 3, 10)
    names = run("""
def kind(value):
    match value:
        case [_, _]: return "pair"
        case {}: return "mapping"
        case _: return "other"
""")
    kind = names["kind"]
    return [kind("ab"), kind(b"ab"), kind(range(2)), kind({1, 2}), kind({1: 2}), kind(iter("ab"))]


def test_except_star_splits_groups():
    require("except*", 3, 11)
    names = run("""
log = []
try:
    try:
        raise ExceptionGroup("g", [ValueError(1), ExceptionGroup("h", [KeyError(2), OSError(3)])])
    except* ValueError as group:
        log.append(["value", len(group.exceptions)])
    except* KeyError as group:
        log.append(["key", group.exceptions[0].message])
except ExceptionGroup as rest:
    log.append(["rest", repr(rest.exceptions[0].exceptions[0])])
""")
    return names["log"]


def test_groups_can_be_split_by_hand():
    require("ExceptionGroup", 3, 11)
    names = run("""
group = BaseExceptionGroup("g", [ValueError(1), ExceptionGroup("h", [ValueError(2), KeyError(3)])])
matched, rest = group.split(ValueError)
sizes = [len(matched.exceptions), len(rest.exceptions), group.subgroup(OSError) is None]
kinds = [type(group).__name__, str(group), str(matched)]
""")
    return [names["sizes"], names["kinds"]]


def test_notes_are_printed_with_the_exception():
    require("add_note", 3, 11)
    import traceback

    error = ValueError("wrong")
    error.add_note("first note")
    error.add_note("second note")
    assert error.__notes__ == ["first note", "second note"]
    return traceback.format_exception_only(error)


def test_attribute_errors_know_name_and_object():
    require("AttributeError.name", 3, 10)
    names = run("""
thing = [1]
try:
    thing.apend
except AttributeError as error:
    found = [error.name, error.obj is thing]
try:
    undefined_thing
except NameError as error:
    found.append(error.name)
""")
    return names["found"]


def test_parenthesised_context_managers():
    require("with (a, b)", 3, 10)
    names = run("""
from contextlib import nullcontext
with (
    nullcontext(1) as one,
    nullcontext(2) as two,
):
    total = one + two
""")
    assert names["total"] == 3


def test_type_parameters():
    require("type parameters", 3, 12)
    names = run("""
type Pair[T] = tuple[T, Unknown]
class Box[T: (int, str)]:
    def get[S](self, default: S) -> T | S: ...
def first[*Ts, **P](*items: *Ts): ...
""")
    box, alias = names["Box"], names["Pair"]
    constraints = [kind.__name__ for kind in box.__type_params__[0].__constraints__]
    parameters = [p.__name__ for p in names["first"].__type_params__]
    return [str(box.__type_params__[0]), constraints, alias.__name__, parameters]


def test_nested_quotes_in_interpolated_strings():
    require("nested f-strings", 3, 12)
    source = r'''text = f"{'a' + f"{1 + 1}" + "b"} {"\n".join(["x", "y"])} {  # comment
        3
}"'''
    assert run(source)["text"] == "a2b x\ny 3"


def test_comprehensions_are_inlined_without_leaking():
    require("inlined comprehensions", 3, 12)
    names = run("""
def outer():
    x = "kept"
    inner = [(lambda: x) for x in range(2)]
    return [x, [f() for f in inner], [y for x in "ab" for y in x]]
""")
    assert names["outer"]() == ["kept", [1, 1], ["a", "b"]]


def test_unions_are_written_with_a_bar():
    require("int | None", 3, 10)
    assert isinstance(None, int | None) and not isinstance("", int | list)
    assert (int | str) == (str | int)
    return [repr(int | None), repr(list[int] | str)]


def test_zip_can_be_strict():
    require("zip strict", 3, 10)
    try:
        list(zip("ab", "a", strict=True))
    except ValueError:
        return
    raise AssertionError("unequal lengths passed")


def test_task_groups_cancel_the_others():
    require("TaskGroup", 3, 11)
    names = run("""
import asyncio
log = []
async def wait():
    try:
        await asyncio.Event().wait()
    finally:
        log.append("cancelled")
async def fail():
    await asyncio.sleep(0)
    raise ValueError("failed")
async def main():
    async with asyncio.TaskGroup() as group:
        group.create_task(wait())
        group.create_task(fail())
try:
    asyncio.run(main())
except* ValueError as error:
    log.append(len(error.exceptions))
""")
    return names["log"]


def test_toml_can_be_read():
    require("tomllib", 3, 11)
    import tomllib

    text = r"""
title = "\u00e9"
[a.b]
c = [1, 0x10, 1_000]
d = 1979-05-27T07:32:00Z
[[x]]
[[x]]
y = true
"""
    table = tomllib.loads(text)
    return [table["title"], table["a"]["b"]["c"], table["a"]["b"]["d"].isoformat(), table["x"]]


def test_buffers_can_be_written_in_python():
    require("__buffer__", 3, 12)

    class Packet:
        def __buffer__(self, flags):
            return memoryview(b"packet")

    assert bytes(memoryview(Packet())[:3]) == b"pac"


def test_annotations_are_evaluated_late():
    require("deferred annotations", 3, 14)
    names = run("""
def early(x: Later) -> Later: ...
class Later: ...
""")
    assert names["early"].__annotations__ == {"x": names["Later"], "return": names["Later"]}


def test_template_strings():
    require("t-strings", 3, 14)
    names = run("""
name = "world"
template = t"hello {name!r:>8}!"
part = template.interpolations[0]
found = [list(template.strings), part.value, part.expression, part.conversion, part.format_spec]
""")
    return names["found"]


def test_except_without_parentheses():
    require("except a, b", 3, 14)
    names = run("""
try:
    {}["x"]
except ValueError, KeyError:
    found = True
""")
    assert names["found"]


def test_lazy_imports():
    require("lazy import", 3, 15)
    names = run("""
import sys
sys.modules.pop("colorsys", None)
lazy import colorsys
before = "colorsys" in sys.modules
colorsys.rgb_to_hsv
after = "colorsys" in sys.modules
""")
    assert [names["before"], names["after"]] == [False, True]
