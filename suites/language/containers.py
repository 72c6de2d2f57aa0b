"""Lists, tuples, dicts and sets: order, equality of keys, sorting, and what happens
when a container is changed while it is being walked."""


def raised(function, *arguments):
    """The class of what a call raises, None when it returns."""
    try:
        function(*arguments)
    except Exception as error:
        return type(error)
    return None


def test_dict_keeps_insertion_order_after_deletion():
    table = {number: None for number in range(6)}
    del table[2], table[0]
    table[0] = "again"
    table[4] = "changed in place"
    assert table.popitem() == (0, "again")
    return list(table)


def test_equal_keys_are_one_key_and_the_first_stays():
    table = {1: "int", 1.0: "float", True: "bool"}  # noqa: F601 - that is the point
    assert table == {1: "bool"} and type(next(iter(table))) is int
    assert (1, "a") in {(1.0, "a"): 0}


def test_changing_a_dict_while_walking_it_is_an_error():
    def grow():
        table = {1: 1, 2: 2}
        for key in table:
            table[key + 10] = key

    def shrink():
        items = {1, 2, 3}
        for item in items:
            items.discard(item)

    assert raised(grow) is RuntimeError
    assert raised(shrink) is RuntimeError


def test_replacing_values_while_walking_is_allowed():
    table = {1: 1, 2: 2}
    for key in table:
        table[key] *= 10
    assert table == {1: 10, 2: 20}


def test_changing_a_list_while_walking_it_follows_the_index():
    growing, shrinking = [1, 2, 3], [1, 2, 3, 4]
    for item in growing:
        if item < 3:
            growing.append(item + 10)
    for item in shrinking:
        shrinking.remove(item)
    return [growing, shrinking]


def test_dict_views_are_live_sets():
    left, right = {"a": 1, "b": 2}, {"b": 2, "c": 3}
    keys, items = left.keys(), left.items()
    left["d"] = 4
    assert "d" in keys and ("d", 4) in items and len(keys) == 3
    assert keys & right.keys() == {"b"} and keys - right.keys() == {"a", "d"}
    assert items & right.items() == {("b", 2)}
    assert keys.isdisjoint({"z"})


def test_dicts_merge_with_the_right_side_winning():
    left = {"a": 1, "b": 2}
    merged = left | {"b": 3, "c": 4}
    left |= [("d", 5)]
    return [list(merged.items()), list(left.items()), list(reversed(merged))]


def test_missing_keys_ask_the_subclass():
    class Squares(dict):
        def __missing__(self, key):
            self[key] = key * key
            return self[key]

    squares = Squares()
    assert squares[4] == 16 and squares.get(5) is None and dict(squares) == {4: 16}


def test_failing_key_comparison_reaches_the_caller():
    class Key:
        def __hash__(self):
            return 1

        def __eq__(self, other):
            raise ArithmeticError

    assert raised(lambda: {Key(): 0, Key(): 1}) is ArithmeticError
    assert raised({Key(): 0}.get, 1) is ArithmeticError


def test_unhashable_keys_are_refused():
    class OnlyEquality:
        def __eq__(self, other):
            return True

    for key in ([], {}, set(), OnlyEquality(), (1, [])):
        assert raised({}.get, key) is TypeError
        assert raised(set().add, key) is TypeError


def test_sort_is_stable_in_both_directions():
    words = ["bb", "a", "cc", "d", "aa", "c"]
    return [sorted(words, key=len), sorted(words, key=len, reverse=True)]


def test_failing_sort_key_loses_no_item():
    def reciprocal(number):
        return 1 / number

    numbers = [3, 1, 0, 2]
    assert raised(lambda: numbers.sort(key=reciprocal)) is ZeroDivisionError
    assert sorted(numbers) == [0, 1, 2, 3]


def test_sort_needs_only_less_than():
    class Weight:
        def __init__(self, grams):
            self.grams = grams

        def __lt__(self, other):
            return self.grams < other.grams

    ordered = sorted([Weight(5), Weight(2), Weight(9)])
    assert [weight.grams for weight in ordered] == [2, 5, 9]
    assert raised(sorted, [1, "a"]) is TypeError


def test_sequences_compare_item_by_item():
    assert [1, 2] < [1, 2, 0] < [1, 3] and (1, "a") < (2,)
    assert [1, float("inf")] != [1, 2] and (1, 2) != [1, 2]
    assert raised(lambda: (1, 2) < (1, "a")) is TypeError
    assert not (1, "a") < (0, 2)


def test_repeated_lists_share_their_items():
    rows = [[0]] * 3
    rows[0].append(1)
    assert rows == [[0, 1]] * 3
    assert [1, 2] * -1 == [] and 2 * (1,) == (1, 1)


def test_containers_that_contain_themselves_have_a_repr():
    numbers, table = [1], {}
    numbers.append(numbers)
    table["self"] = (table, numbers)
    return [repr(numbers), repr(table)]


def test_set_algebra():
    evens, small = {0, 2, 4, 6}, frozenset(range(4))
    assert type(small | evens) is frozenset and type(evens | small) is set
    assert {1, 2} < {1, 2, 3} and not {1, 2} < {1, 2} and not {1} < {2}
    assert {frozenset({1, 2})} == {frozenset([2, 1, 1])} and {1, 2} in {frozenset({1, 2})}
    assert raised(lambda: {1} | [2]) is TypeError
    return [sorted(evens ^ small), sorted(evens.symmetric_difference([1])), sorted(evens - small)]


def test_list_methods_report_absence():
    numbers = [1, 2, 3, 2]
    assert numbers.index(2, 2) == 3 and numbers.index(2, -3, -1) == 1
    assert raised(numbers.index, 2, 0, 1) is ValueError
    assert raised(numbers.remove, 9) is ValueError
    assert raised([].pop) is IndexError and raised({}.popitem) is KeyError
    numbers.insert(-100, 0)
    numbers.insert(100, 9)
    return numbers


def test_identity_comes_before_equality_in_searches():
    class NeverEqual:
        def __eq__(self, other):
            return False

    item = NeverEqual()
    assert item in [item] and [item].index(item) == 0 and [item] == [item]
