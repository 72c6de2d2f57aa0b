"""Calls and displays: how arguments meet parameters, and what stars unpack. Apart from
scopes, for small implementations lack part of this syntax."""


def raised(function, *arguments):
    """The class of what a call raises, None when it returns."""
    try:
        function(*arguments)
    except Exception as error:
        return type(error)
    return None


def test_displays_unpack_in_order():
    table = {"a": 1, **{"b": 2, "a": 3}, "c": 4}
    return [[*range(2), 9, *"ab"], list(table.items()), [*{}, *()]]


def test_calls_match_parameters():
    def call(first, /, second, *rest, third=3, **others):
        return [first, second, list(rest), third, sorted(others.items())]

    assert raised(call) is TypeError and raised(lambda: call(1, 2, second=2)) is TypeError
    assert raised(lambda: call(1, 2, **{"third": 1, "a": 2}, a=3)) is TypeError
    return [
        call(1, 2),
        call(1, second=2, first=9),
        call(*"ab", *"cd", **{"not a name": 5}),
    ]


def test_keyword_only_parameters_need_their_name():
    def call(*, flag):
        return flag

    assert call(flag=1) == 1
    assert raised(call, 1) is TypeError and raised(call) is TypeError


def test_default_values_are_evaluated_once():
    def remember(item, seen=[]):  # noqa: B006 - the shared default is what is tested
        seen.append(item)
        return seen

    assert remember(1) is remember(2) and remember(3) == [1, 2, 3]


def test_arguments_are_unpacked_into_new_containers():
    def call(*arguments, **keywords):
        keywords["added"] = 1
        return arguments, keywords

    items, table = [1, 2], {"a": 3}
    arguments, keywords = call(*items, **table)
    assert arguments == (1, 2) and keywords == {"a": 3, "added": 1}
    assert items == [1, 2] and table == {"a": 3}


def test_unpacking_asks_for_the_right_protocol():
    class Mapping:
        def keys(self):
            return ["x", "y"]

        def __getitem__(self, key):
            return key * 2

    assert {**Mapping()} == dict(**Mapping()) == {"x": "xx", "y": "yy"}
    assert raised(lambda: [*5]) is TypeError and raised(lambda: {**[1]}) is TypeError
    assert raised(lambda: dict(**{1: 2})) is TypeError and {**{1: 2}} == {1: 2}
