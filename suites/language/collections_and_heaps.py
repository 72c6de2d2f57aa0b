"""The collections module, heaps and bisection: containers that are native code in one
interpreter and Python in the next."""

import bisect
import collections
import collections.abc
import heapq


def raised(function, *arguments):
    """The class of what a call raises, None when it returns."""
    try:
        function(*arguments)
    except Exception as error:
        return type(error)
    return None


def test_bounded_deque_drops_from_the_other_end():
    window = collections.deque(range(5), maxlen=3)
    window.append(5)
    window.appendleft(1)
    window.extend("ab")
    assert raised(window.insert, 0, "x") is IndexError
    return [list(window), repr(window)]


def test_deque_rotates_inserts_and_searches():
    ring = collections.deque("abcde")
    ring.rotate(2)
    ring.insert(-1, "x")
    ring.remove("a")
    ring.extendleft("12")
    del ring[0]
    assert (
        ring.index("e", 1) == 2 and ring.count("x") == 1 and raised(ring.index, "z") is ValueError
    )
    assert ring == collections.deque(ring) and ring < collections.deque("z")
    ring.reverse()
    return list(ring)


def test_deque_must_not_change_while_it_is_walked():
    def grow():
        ring = collections.deque("ab")
        for item in ring:
            ring.append(item)

    assert raised(grow) is RuntimeError


def test_default_dict_makes_values_on_lookup_only():
    table = collections.defaultdict(list)
    table["a"].append(1)
    assert table.get("b") is None and "b" not in table and dict(table) == {"a": [1]}
    assert raised(collections.defaultdict(None).__getitem__, "x") is KeyError
    assert raised(collections.defaultdict, 5) is TypeError
    return repr(collections.defaultdict(int, a=1)).split(", ")[-1]


def test_counter_arithmetic():
    left, right = collections.Counter("abracadabra"), collections.Counter(a=2, b=5, z=-1)
    assert left["missing"] == 0 and "missing" not in left
    left.subtract("ab")
    combined = [left + right, left - right, left & right, left | right, +right, -right]
    return [left.most_common(3), [sorted(counter.items()) for counter in combined]]


def test_counter_ranks_ties_by_first_appearance():
    counter = collections.Counter("zebra az")
    assert sorted(counter.elements()) == sorted("zebra az")
    return counter.most_common()


def test_ordered_dict_moves_and_compares_by_order():
    table = collections.OrderedDict.fromkeys("abc")
    table.move_to_end("a")
    table.move_to_end("c", last=False)
    assert table.popitem(last=False) == ("c", None)
    assert table != collections.OrderedDict.fromkeys("ab") and table == dict.fromkeys("ab")
    return [list(table), list(reversed(table))]


def test_chain_of_maps_writes_to_the_first():
    first, second = {"a": 1}, {"a": 2, "b": 3}
    chain = collections.ChainMap(first, second)
    chain["b"] = 9
    assert chain["a"] == 1 and second["b"] == 3 and chain.parents["b"] == 3
    assert raised(chain.new_child().__delitem__, "a") is KeyError
    return [dict(chain), list(chain), len(chain.new_child({"z": 1}))]


def test_user_classes_route_through_their_methods():
    class Upper(collections.UserDict):
        def __setitem__(self, key, value):
            super().__setitem__(key.upper(), value)

    table = Upper(a=1)
    table.update(b=2)
    table.setdefault("C", 3)
    return dict(table)


def test_heap_order():
    heap = [5, 1, 4, 1, 3]
    heapq.heapify(heap)
    assert heapq.heappushpop(heap, 0) == 0 and heapq.heapreplace(heap, 9) == 1
    assert raised(heapq.heappop, []) is IndexError
    return [[heapq.heappop(heap) for _ in range(5)], heapq.nlargest(2, "hello", key=ord)]


def test_merging_sorted_inputs_is_lazy_and_stable():
    def forever():
        number = 0
        while True:
            yield number
            number += 2

    merged = heapq.merge(forever(), [1, 2, 3])
    assert [next(merged) for _ in range(6)] == [0, 1, 2, 2, 3, 4]
    return list(heapq.merge(["b1", "c1"], ["b2"], key=lambda word: word[0], reverse=False))


def test_bisection_finds_both_sides_of_equal_items():
    numbers = [1, 2, 2, 2, 5]
    bisect.insort_left(numbers, 2.0)
    assert type(numbers[1]) is float
    assert raised(bisect.bisect, numbers, 1, -1) is ValueError
    return [
        bisect.bisect_left(numbers, 2),
        bisect.bisect(numbers, 2),
        bisect.bisect(numbers, 2, 0, 3),
    ]


def test_abstract_mixins_fill_in_the_rest():
    class Interval(collections.abc.Sequence):
        def __init__(self, *items):
            self.items = items

        def __len__(self):
            return len(self.items)

        def __getitem__(self, index):
            return self.items[index]

    letters = Interval(*"abcb")
    assert raised(letters.index, "z") is ValueError and "b" in letters
    return [letters.index("b", 2), letters.count("b"), list(reversed(letters))]
