"""The iterator protocol, built-in consumers and itertools: laziness, exhaustion, and how
much of its input each tool takes."""

import itertools
import operator


def raised(function, *arguments, **keywords):
    """The class of what a call raises, None when it returns."""
    try:
        function(*arguments, **keywords)
    except Exception as error:
        return type(error)
    return None


def test_old_sequence_protocol_is_iterable():
    class Countdown:
        def __getitem__(self, index):
            if index > 2:
                raise IndexError
            return 2 - index

        def __len__(self):
            return 3

    class Closed(Countdown):
        __iter__ = None

    assert raised(iter, Closed()) is TypeError
    return [list(Countdown()), list(reversed(Countdown())), 1 in Countdown(), [*Countdown()]]


def test_exhausted_iterators_stay_exhausted():
    numbers = [1]
    walker = iter(numbers)
    assert list(walker) == [1]
    numbers.append(2)
    assert list(walker) == [] and next(walker, "default") == "default"


def test_sentinel_stops_a_callable():
    values = iter([3, 2, 1, 0, 9])
    assert list(iter(lambda: next(values), 0)) == [3, 2, 1] and list(values) == [9]


def test_zip_takes_one_too_many_from_the_left():
    left, right = iter(range(5)), iter("ab")
    assert list(zip(left, right)) == [(0, "a"), (1, "b")]
    return [list(left), list(zip()), list(zip("ab", [1, 2], range(9)))]


def test_map_and_filter_are_lazy():
    log = []

    def note(value):
        log.append(value)
        return value % 2

    odd = filter(note, [1, 2, 3])
    assert log == [] and next(odd) == 1 and log == [1]
    assert list(map(operator.add, [1, 2], [10, 20, 30])) == [11, 22]
    assert list(filter(None, [0, 1, "", "a"])) == [1, "a"]


def test_any_and_all_stop_at_the_answer():
    numbers = iter(range(10))
    assert any(number == 3 for number in numbers) and next(numbers) == 4
    assert not all(number < 6 for number in numbers) and next(numbers) == 7
    assert all([]) and not any([])


def test_extremes_prefer_the_first_and_accept_defaults():
    assert max([], default="none") == "none" and raised(max, []) is ValueError
    assert type(max([1, 2, 2.0])) is int and type(min(0.0, 0)) is float
    return [max("aB", "Ab", key=str.lower), min([3, 1], [1, 3]), max({"b": 1, "a": 2})]


def test_sum_adds_anything_but_text():
    assert sum([[1], [2]], []) == [1, 2] and sum([2**63, 2**63]) == 2**64
    assert raised(sum, ["a", "b"], "") is TypeError


def test_combinatoric_tools():
    return [
        ["".join(item) for item in itertools.permutations("abc", 2)],
        ["".join(item) for item in itertools.combinations("abcd", 3)],
        ["".join(item) for item in itertools.combinations_with_replacement("ab", 2)],
        [list(item) for item in itertools.product([0, 1], "ab", repeat=1)],
    ]


def test_terminating_tools():
    numbers = range(8)
    return [
        list(itertools.accumulate([3, 1, 4], max, initial=2)),
        list(itertools.chain.from_iterable(["ab", [1]])),
        list(itertools.compress("abcd", [1, 0, True, None])),
        list(itertools.dropwhile(lambda n: n < 5, numbers)),
        list(itertools.takewhile(lambda n: n != 3, numbers)),
        list(itertools.filterfalse(lambda n: n % 3, numbers)),
        list(itertools.starmap(pow, [(2, 5), (3, 2)])),
        [list(pair) for pair in itertools.zip_longest("ab", "c", fillvalue="-")],
    ]


def test_infinite_tools():
    take = itertools.islice
    return [
        list(take(itertools.count(2**63 - 1, 2), 3)),
        list(take(itertools.cycle("ab"), 5)),
        list(itertools.repeat("x", 3)),
        list(take("abcdefg", 1, 6, 2)),
    ]


def test_slice_of_an_iterator_consumes_what_it_skips():
    numbers = iter(range(10))
    assert list(itertools.islice(numbers, 2, 4)) == [2, 3] and next(numbers) == 4
    assert raised(itertools.islice, numbers, -1) is ValueError


def test_groups_are_lost_when_the_next_is_taken():
    words = ["a1", "a2", "b1", "a3"]
    groups = list(itertools.groupby(words, key=operator.itemgetter(0)))
    assert list(groups[0][1]) == [] == list(groups[1][1])
    return [[key, list(group)] for key, group in itertools.groupby(words, key=lambda word: word[0])]


def test_tee_gives_independent_iterators():
    first, second, third = itertools.tee(iter(range(4)), 3)
    assert next(first) == 0 and list(second) == [0, 1, 2, 3] and list(first) == [1, 2, 3]
    assert list(third) == [0, 1, 2, 3]


def test_enumeration_and_reversal():
    assert list(enumerate("ab", start=2**64)) == [(2**64, "a"), (2**64 + 1, "b")]
    assert list(reversed({"a": 1, "b": 2})) == ["b", "a"]
    assert raised(reversed, {1, 2}) is TypeError and raised(reversed, iter([])) is TypeError


def test_length_hints():
    class Hinting:
        def __length_hint__(self):
            return 7

    assert operator.length_hint(Hinting()) == 7 and operator.length_hint(object(), 3) == 3
    assert operator.length_hint(iter([1, 2])) == 2


def test_errors_pass_through_lazy_tools():
    def failing():
        yield 1
        raise KeyError

    for tool in (map(str, failing()), zip(failing()), itertools.chain(failing(), [2])):
        assert next(tool) and raised(next, tool) is KeyError
    assert raised(list, failing()) is KeyError and raised(sorted, failing()) is KeyError


def test_functional_accessors():
    from types import SimpleNamespace

    thing = SimpleNamespace(inner=SimpleNamespace(name="x"), items=[10, 20, 30])
    assert operator.attrgetter("inner.name", "items")(thing) == ("x", [10, 20, 30])
    assert operator.itemgetter(0, -1)(thing.items) == (10, 30)
    assert operator.methodcaller("index", 20)(thing.items) == 1
    assert operator.itemgetter(slice(1, None))("abc") == "bc"
