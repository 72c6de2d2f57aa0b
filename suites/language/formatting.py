"""Three ways of formatting text: format specifications, percent templates and f-strings,
over numbers of every size."""

import string


def raised(function, *arguments, **keywords):
    """The class of what a call raises, None when it returns."""
    try:
        function(*arguments, **keywords)
    except Exception as error:
        return type(error)
    return None


def test_integer_specifications():
    specs = [
        "d",
        "+d",
        " d",
        "08d",
        "=+8d",
        "x",
        "#X",
        "#010b",
        "o",
        ",",
        "_x",
        "^9,",
        "*<7d",
        "e",
        "%",
    ]
    return [[format(number, spec) for spec in specs] for number in (0, -1234567, 2**70)]


def test_float_specifications():
    specs = [
        "",
        "f",
        ".0f",
        ".3e",
        "g",
        ".3g",
        "#.3g",
        "G",
        "+.2%",
        "012.3f",
        ",.1f",
        "_<10",
        ">+9.2f",
    ]
    numbers = (0.0, -0.0, 1234567.891, 1e-7, 2.5, 0.5, 1e22, float("inf"), float("nan"))
    return [[format(number, spec) for spec in specs] for number in numbers]


def test_text_specifications():
    specs = ["", "5", "<5", ">5", "^6", "*^7", ".2", "\u00e9>5.1s"]
    return [format("abc", spec) for spec in specs]


def test_specifications_of_the_wrong_kind_are_refused():
    for value, spec in [
        ("a", "d"),
        (1.5, "d"),
        (1, "s"),
        (1, ".2d"),
        ("a", "+"),
        ("a", "=5"),
        (1, ",n"),
    ]:
        assert raised(format, value, spec) is ValueError, (value, spec)
    assert raised(format, None, "5") is TypeError and raised(format, [], "x") is TypeError


def test_complex_specifications():
    return [format(3.5 - 2j, spec) for spec in ("", ".2f", "+.1e", "g", ">12", ",.1f")]


def test_percent_templates():
    arguments = {"n": -42, "s": "\u00e9", "f": 3.14159, "b": b"x"}
    template = (
        "%(n)d|%(n)6d|%(n)-6d|%(n)+d|%(n)x|%(n)#o|%(s)5s|%(s)-3s|%(s)a|%(f).2f|%(f)e|%(b)s|%%"
    )
    assert "%s" % (("a", 1),) == "('a', 1)" and "%*.*f" % (8, 2, 3.14159) == "    3.14"
    return [template % arguments, "%c%c" % ("a", 0x1F600), "%r %5.1s" % ("a'", "xyz")]


def test_percent_templates_count_their_arguments():
    def fill(template, arguments):
        return template % arguments

    assert raised(fill, "%d %d", (1,)) is TypeError and raised(fill, "x", (1,)) is TypeError
    assert raised(fill, "%d", "1") is TypeError and raised(fill, "%(a)s", {}) is KeyError
    assert raised(fill, "%y", 1) is ValueError and fill("x", {}) == "x"


def test_format_strings_reach_into_arguments():
    class Thing:
        name = "inner"

    assert "{0.name} {0.name!r:>8} {1[key]} {1[0]}".format(Thing, {"key": 1, 0: 2}) == (
        "inner  'inner' 1 2"
    )
    assert "{:{width}.{digits}}".format("abcdef", width=5, digits=2) == "ab   "
    assert "{{{}}}".format("x") == "{x}" and "{!s:^5}".format(1) == "  1  "


def test_broken_format_strings_are_refused():
    for template in ("{", "}", "{0", "{!x}", "{0!}", "{:{:{}}}", "{} {1}"):
        assert raised(template.format, 1, 2, 3) is ValueError, template
    assert raised("{0} {2}".format, 1) is IndexError and raised("{a}".format) is KeyError
    assert raised("{0.missing}".format, 1) is AttributeError


def test_interpolated_strings():
    value, width, table = 42, 8, {"key": "v"}
    assert f"{value:>{width}}|{value!r:<{width // 2}}|" == "      42|42  |"
    assert f"{table['key']}{{}}{value:#x}" == "v{}0x2a"
    assert f"{value + 1 = }|{value=:5}|{'a'=}" == "value + 1 = 43|value=   42|'a'='a'"
    assert f"{(lambda n: n * 2)(value)} {[n for n in range(3)]}" == "84 [0, 1, 2]"
    assert rf"\n{value}" + "{value}" == "\\n42{value}"


def test_objects_format_themselves():
    class Money:
        def __format__(self, spec):
            return "<" + spec + ">"

        def __repr__(self):
            return "Money()"

    assert f"{Money():10,x}" == "<10,x>" and "{:a:b}".format(Money()) == "<a:b>"
    assert f"{Money()!r:>8}" == " Money()" and f"{Money()!s}" == "Money()"


def test_formatter_can_be_extended():
    class Polite(string.Formatter):
        def get_value(self, key, arguments, keywords):
            return keywords.get(key, "?") if isinstance(key, str) else arguments[key]

        def convert_field(self, value, conversion):
            return value.upper() if conversion == "u" else super().convert_field(value, conversion)

    assert Polite().format("{} {name} {other!u:>3}", 1, other="b") == "1 ?   B"
    fields = list(string.Formatter().parse("a{b!r:>{c}}d{{"))
    return [[field or "" for field in part] for part in fields]


def test_dollar_templates():
    template = string.Template("$who likes ${what}s for $$5, $")
    assert template.safe_substitute(who="tim") == "tim likes ${what}s for $5, $"
    assert raised(template.substitute, who="a", what="b") is ValueError
    assert string.Template("$a").substitute({"a": 1}) == "1"


def test_nested_containers_use_repr():
    class Thing:
        def __str__(self):
            return "str"

        def __repr__(self):
            return "repr"

    assert str([Thing()]) == "[repr]" and f"{Thing()} {(Thing(),)}" == "str (repr,)"
    return [
        str({"a": (1,), 2: {3}}),
        str([1.0, None, b"x", "\n", ...]),
        repr(range(3)),
        str(slice(1)),
    ]
