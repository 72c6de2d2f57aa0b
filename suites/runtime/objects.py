"""Items 27 to 49: put, get, and what references refer to."""

import asyncio
import collections
import dataclasses
import gc
import pickle
import socket

from _session import by_value, exceptions, known_ids, pickler, raised, ray, restart, start, until

by_value(__name__)
start()


@ray.remote
def same(value):
    return value


Pair = collections.namedtuple("Pair", "left right")


def test_027_values_keep_type_and_equality():
    values = [
        0, -1, 2**100, 1.5, float("inf"), True, None, "text", "\u20ac\U0001f600", b"bytes", (), (1, "a"),
        [1, [2]], {"a": 1, 2: "b"}, {1, 2}, frozenset([3]), int, dict, 3 + 4j, range(5), slice(1, 2),
        collections.OrderedDict(a=1), collections.deque([1, 2]), collections.Counter("aab"),
    ]  # fmt: skip
    for value in values:
        for found in (ray.get(ray.put(value)), ray.get(same.remote(value))):
            assert type(found) is type(value), value
            assert found == value, value


def test_028_an_object_may_refer_to_itself():
    loop = [1]
    loop.append(loop)
    found = ray.get(ray.put(loop))
    assert found[1] is found


def test_029_what_a_program_defines_itself_goes_by_value():
    class Local:
        def __init__(self, x):
            self.x = x

    @dataclasses.dataclass
    class Data:
        x: int

    assert ray.get(same.remote(Local(5))).x == 5
    assert ray.get(same.remote(Data(6))).x == 6
    assert ray.get(same.remote(lambda: 7))() == 7
    assert ray.get(same.remote(Pair(1, 2))).right == 2


def test_030_put_is_a_snapshot_and_each_get_a_copy():
    value = [1]
    ref = ray.put(value)
    value.append(2)
    first = ray.get(ref)
    assert first == [1]
    first.append(3)
    assert ray.get(ref) == [1]


def test_033_a_memoryview_comes_back_as_bytes():
    found = ray.get(ray.put([memoryview(b"abc")]))[0]
    assert type(found) is bytes
    assert found == b"abc"


def test_034_large_buffers_arrive_whole():
    class Holder:
        def __init__(self, payload):
            self.payload = payload

        def __reduce_ex__(self, protocol):
            return (Holder, (pickle.PickleBuffer(self.payload),))

    payload = bytes(range(256)) * 4096
    found = ray.get(ray.put(Holder(payload))).payload
    assert memoryview(found).readonly
    assert bytes(found) == payload
    assert ray.get(same.remote(payload)) == payload


def test_035_get_of_a_list_keeps_order_and_duplicates():
    refs = [ray.put(number) for number in range(3)]
    assert ray.get([refs[2], refs[0], refs[2]]) == [2, 0, 2]
    assert ray.get([]) == []


def test_036_get_takes_a_reference_or_a_list():
    ref = ray.put(1)
    raised(ValueError, ray.get, 1)
    raised(ValueError, ray.get, (ref,))
    raised(ValueError, ray.get, {ref})
    raised(TypeError, ray.get, [1])


def test_037_put_of_a_reference_is_a_type_error():
    ref = ray.put(1)
    raised(TypeError, ray.put, ref)
    found = ray.get(ray.put([ref]))[0]
    assert found == ref
    assert hash(found) == hash(ref)
    assert ray.get(found) == 1


def test_038_a_returned_reference_stays_one():
    @ray.remote
    def refers():
        return ray.put(5)

    found = ray.get(refers.remote())
    assert isinstance(found, ray.ObjectRef)
    assert ray.get(found) == 5


def test_039_a_reference_has_an_id_of_28_bytes():
    ref = ray.put(1)
    assert len(ref.binary()) == 28
    assert ref.hex() == ref.binary().hex()
    assert repr(ref) == "ObjectRef({})".format(ref.hex())


@ray.remote
class Keeper:
    def keep(self, refs):
        self.refs = refs

    def value(self):
        return ray.get(self.refs[0])

    def collect(self):
        gc.collect()


def test_040_an_object_lives_while_anybody_borrows_it():
    keeper = Keeper.remote()
    ref = ray.put([1, 2, 3])
    ray.get(keeper.keep.remote([ref]))
    del ref
    gc.collect()
    assert ray.get(keeper.value.remote()) == [1, 2, 3]


def test_042_a_reference_pickled_by_hand_keeps_its_object():
    pickled = pickler.dumps(ray.put([4, 5]))
    gc.collect()
    assert ray.get(pickle.loads(pickled)) == [4, 5]


def test_043_the_same_reference_twice_gives_two_objects():
    @ray.remote
    def identical(a, b):
        return a is b

    ref = ray.put([1])
    assert ray.get(identical.remote(ref, ref)) is False


def test_044_what_cannot_be_pickled_is_a_type_error_of_the_caller():
    open_socket = socket.socket()  # what no interpreter pickles

    @ray.remote
    def uses():
        return open_socket

    raised(TypeError, ray.put, open_socket)
    raised(TypeError, same.remote, open_socket)
    raised(TypeError, uses.remote)
    open_socket.close()


def test_045_such_a_result_is_a_task_error():
    @ray.remote
    def opened():
        return socket.socket()

    error = raised(exceptions.RayTaskError, ray.get, opened.remote())
    assert isinstance(error, TypeError)


class Wrapped:
    def __reduce__(self):
        raise TypeError("not without a serializer")


def test_046_a_class_may_have_a_serializer_of_its_own():
    register = __import__(ray.__name__ + ".util", fromlist=["x"])
    register.register_serializer(
        Wrapped, serializer=lambda value: "saved", deserializer=lambda saved: (saved, "loaded")
    )
    try:
        assert ray.get(ray.put(Wrapped())) == ("saved", "loaded")
    finally:
        register.deregister_serializer(Wrapped)
    raised(TypeError, ray.put, Wrapped())


def test_047_references_can_be_awaited():
    async def main():
        one = await same.remote(1)
        many = await asyncio.gather(same.remote(2), same.remote(3))
        timed = await asyncio.wait_for(asyncio.ensure_future(_awaited(same.remote(4))), 30)
        return one, many, timed

    async def _awaited(ref):
        return await ref

    assert asyncio.run(main()) == (1, [2, 3], 4)
    assert same.remote(5).future().result(30) == 5


def test_048_awaiting_a_failure_raises_it():
    @ray.remote
    def bad():
        raise KeyError("x")

    async def main():
        await bad.remote()

    error = raised(exceptions.RayTaskError, asyncio.run, main())
    assert isinstance(error, KeyError)


def test_031_arrays_are_read_only():
    numpy = array_library()
    array = ray.get(ray.put(numpy.zeros(1000)))
    large = ray.get(ray.put(numpy.zeros(100_000)))

    @ray.remote
    def writes(argument):
        argument[0] = 1

    for found in (array, large):
        raised(ValueError, found.__setitem__, 0, 1)
    raised(ValueError, ray.get, writes.remote(numpy.zeros(100_000)))


def test_032_two_gets_of_a_large_array_share_memory():
    numpy = array_library()
    ref = ray.put(numpy.arange(200_000))
    assert numpy.shares_memory(ray.get(ref), ray.get(ref))


def array_library():
    import unittest

    try:
        import numpy
    except ImportError:
        raise unittest.SkipTest("there is no numpy") from None
    return numpy


def test_049_an_overfull_store_spills():
    restart(object_store_memory=80 * 1024 * 1024)
    try:
        refs = [ray.put([bytes([number]) * 20_000_000]) for number in range(8)]
        for number, ref in enumerate(refs):
            assert ray.get(ref)[0][:3] == bytes([number]) * 3
        assert len(ray.get(ray.put([bytes(200_000_000)]))[0]) == 200_000_000
    finally:
        restart()


def test_041_a_dropped_object_leaves_the_table():
    keeper = Keeper.remote()
    ref = ray.put([1, 2, 3])
    identity = ref.hex()
    ray.get(keeper.keep.remote([ref]))
    del ref
    assert ray.get(keeper.value.remote()) == [1, 2, 3]
    ray.get(keeper.keep.remote(None))
    assert until(lambda: ray.get(keeper.collect.remote()) or identity not in known_ids())
