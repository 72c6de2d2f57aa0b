"""Indexing, slicing, ranges and unpacking: bounds that are negative, missing, huge or
not integers at all."""

BOUNDS = [(None, None, None), (1, 4, 2), (-2, None, None), (None, None, -1), (10, -10, -3)]


def raised(function, *arguments):
    """The class of what a call raises, None when it returns."""
    try:
        function(*arguments)
    except Exception as error:
        return type(error)
    return None


def test_slice_bounds_are_clipped_to_the_length():
    assert raised(slice(None, None, 0).indices, 5) is ValueError
    assert raised(slice(0, 1).indices, -1) is ValueError
    return [[list(slice(*bounds).indices(size)) for size in (0, 1, 6)] for bounds in BOUNDS]


def test_all_sequences_slice_alike():
    for bounds in BOUNDS:
        chosen = slice(*bounds)
        expected = [7, 8, 9, 10, 11][chosen]
        assert list((7, 8, 9, 10, 11)[chosen]) == expected
        assert list(range(7, 12)[chosen]) == expected
        assert list(bytes(range(7, 12))[chosen]) == expected
        assert [ord(letter) for letter in "\x07\x08\t\n\x0b"[chosen]] == expected


def test_slice_assignment_grows_and_shrinks():
    numbers = list(range(6))
    numbers[1:3] = "abc"
    numbers[10:] = [9]
    numbers[4:2] = ["inserted"]
    numbers[1:1] = numbers
    return numbers


def test_stepped_assignment_must_match_in_length():
    numbers = list(range(7))
    numbers[::-3] = "xyz"
    assert raised(numbers.__setitem__, slice(0, 6, 2), [1, 2]) is ValueError
    assert raised(numbers.__setitem__, slice(0, 2), 5) is TypeError
    return numbers


def test_stepped_deletion():
    forward, backward = list(range(10)), list(range(10))
    del forward[1::3]
    del backward[8:2:-2]
    return [forward, backward]


def test_subscript_is_passed_as_written():
    class Recorder:
        def __getitem__(self, key):
            return repr(key)

    recorder = Recorder()
    return [recorder[1:2], recorder[::3, ...], recorder[1,], recorder[()], recorder["a":None]]


def test_objects_can_be_indices():
    class Two:
        def __index__(self):
            return 2

    letters = "abcdef"
    assert letters[Two()] == "c" and letters[: Two()] == "ab"
    assert list(range(Two())) == [0, 1] and hex(Two()) == "0x2"
    assert raised(letters.__getitem__, 1.0) is TypeError


def test_huge_bounds_clip_but_huge_indices_fail():
    letters = "abc"
    assert letters[10**30 :] == "" and letters[-(10**30) : 10**30] == "abc"
    assert raised(letters.__getitem__, 10**30) is IndexError
    assert raised(letters.__getitem__, -4) is IndexError


def test_ranges_are_not_limited_by_machine_words():
    huge = range(-(10**30), 10**30, 7)
    assert huge[10**20] == -(10**30) + 7 * 10**20
    assert -(10**30) + 14 in huge and -(10**30) + 15 not in huge
    assert huge.index(-(10**30) + 21) == 3
    assert bool(huge) and huge[-1] == huge[::-1][0]
    return [repr(huge[5:50:4]), repr(huge[::-1][:2])]


def test_ranges_are_equal_when_their_items_are():
    assert range(0, 3, 2) == range(0, 4, 2) and hash(range(0)) == hash(range(5, 1))
    assert range(0) == range(5, 1) != range(1)
    assert 2.0 in range(3) and "2" not in range(3)
    return [list(range(5, 0, -2)), list(range(3, 3)), len(range(10, -10, -3))]


def test_starred_unpacking():
    first, *middle, last = range(5)
    *front, end = "a"
    (left, *inner), right = [b"xyz", 1]
    head, *[second, third] = "abc"
    assert [first, middle, last] == [0, [1, 2, 3], 4]
    return [front, end, left, inner, right, head, second, third]


def test_unpacking_counts_its_values():
    def unpack_two(values):
        _one, _two = values

    def unpack_at_least_two(values):
        _one, *_rest, _two = values

    assert raised(unpack_two, [1]) is ValueError
    assert raised(unpack_two, iter("abc")) is ValueError
    assert raised(unpack_at_least_two, [1]) is ValueError
    assert raised(unpack_two, 5) is TypeError
