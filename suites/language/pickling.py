"""Pickle and copy: every protocol, shared and recursive structure, hooks, and buffers
that travel out of band. Programs on different interpreters speak to each other this way."""

import copy
import io
import pickle
import sys
import types

PROTOCOLS = range(pickle.HIGHEST_PROTOCOL + 1)


def raised(function, *arguments):
    """The class of what a call raises, None when it returns."""
    try:
        function(*arguments)
    except Exception as error:
        return type(error)
    return None


def importable(cls):
    """A class decorator: pickle finds the class by name, however this file was loaded."""
    module = types.ModuleType("pickled_" + cls.__name__.lower())
    cls.__module__, cls.__qualname__ = module.__name__, cls.__name__
    setattr(module, cls.__name__, cls)
    sys.modules[module.__name__] = module
    return cls


def copies(value):
    """The value after a round trip in each protocol."""
    return [pickle.loads(pickle.dumps(value, protocol)) for protocol in PROTOCOLS]


@importable
class Plain:
    def __init__(self, **attributes):
        vars(self).update(attributes)


@importable
class Slotted:
    __slots__ = ("x", "y")


@importable
class Chosen:
    """Keeps its handle out of its state."""

    def __init__(self, name):
        self.name, self.handle = name, object()

    def __getstate__(self):
        return {"name": self.name}

    def __setstate__(self, state):
        self.name, self.handle = state["name"], "reopened"


@importable
class Rebuilt(list):
    def __reduce__(self):
        return Rebuilt, ((),), {"note": "state"}, iter([1, 2])


@importable
class Refusal(Exception):
    def __init__(self, code, hint="none"):
        super().__init__(code)
        self.hint = hint


def test_values_round_trip_in_every_protocol():
    values = [None, True, -1, 2**31, -(2**200), 1e300, "\u00e9\ud800", b"\x00\xff" * 200]
    values += [
        (1, (2,)),
        [[]],
        {"a": {1: 2}},
        {1, 2},
        frozenset("ab"),
        range(3),
        bytearray(b"x"),
        2j,
    ]
    for copied in copies(values):
        assert copied == values and list(map(type, copied)) == list(map(type, values))
    assert all(copied[0] is Ellipsis and copied[1] is len for copied in copies([..., len]))


def test_streams_of_every_protocol_are_understood():
    """Written by hand from the format's description, as another implementation might."""
    streams = [
        b"(lp0\nI1\naI01\naL5L\naV\\u00e9\na(dp1\nS'k'\nF1.5\nsa.",
        b"]q\0(K\1I01\nL5L\nX\2\0\0\0\xc3\xa9}q\1U\1kG?\xf8\0\0\0\0\0\0se.",
        b"\x80\2](K\1\x88\x8a\1\5X\2\0\0\0\xc3\xa9}X\1\0\0\0kG?\xf8\0\0\0\0\0\0se.",
        b"\x80\x04]\x94(K\x01\x88\x8a\x01\x05\x8c\x02\xc3\xa9\x94}\x8c\x01kG?\xf8\0\0\0\0\0\0se.",
    ]
    return [repr(pickle.loads(stream)) for stream in streams]


def test_shared_and_recursive_structure_survives():
    shared = [1]
    loop = {"shared": (shared, shared)}
    loop["self"] = [loop]
    for copied in [*copies(loop), copy.deepcopy(loop)]:
        assert copied["self"][0] is copied and copied is not loop
        assert copied["shared"][0] is copied["shared"][1] is not shared


def test_recursion_through_an_object_survives():
    parent = Plain(name="parent")
    parent.child = Plain(parent=parent, peers={1: parent})
    for copied in copies(parent):
        assert copied.child.parent is copied and copied.child.peers[1] is copied


def test_slots_are_part_of_the_state():
    slotted = Slotted()
    slotted.x = 5
    for protocol in PROTOCOLS[2:]:
        copied = pickle.loads(pickle.dumps(slotted, protocol))
        assert copied.x == 5 and not hasattr(copied, "y")


def test_objects_choose_their_state():
    for copied in [*copies(Chosen("n")), copy.copy(Chosen("n")), copy.deepcopy(Chosen("n"))]:
        assert copied.name == "n" and copied.handle == "reopened"


def test_objects_choose_how_they_are_rebuilt():
    for copied in copies(Rebuilt()):
        assert type(copied) is Rebuilt and copied == [1, 2] and copied.note == "state"


def test_exceptions_keep_arguments_and_attributes():
    for copied in copies(Refusal(5, hint="later")):
        assert type(copied) is Refusal and copied.args == (5,) and copied.hint == "later"
    for error in copies(OSError(2, "gone", "file")):
        assert type(error) is FileNotFoundError and error.filename == "file"


def test_functions_and_classes_go_by_name():
    from collections import OrderedDict

    for copied in copies([len, OrderedDict, OrderedDict.fromkeys, "abc".upper]):
        assert copied[:2] == [len, OrderedDict]
        assert copied[2]("a") == OrderedDict(a=None) and copied[3]() == "ABC"


def test_what_has_no_name_is_refused():
    def local(): ...

    for value in (lambda: 0, local, iter(local, 0), (_ for _ in ())):
        assert raised(pickle.dumps, value) in (pickle.PicklingError, AttributeError, TypeError)


def test_buffers_travel_out_of_band():
    data = bytearray(b"large" * 1000)
    buffers = []
    stream = pickle.dumps([pickle.PickleBuffer(data)], 5, buffer_callback=buffers.append)
    (copied,) = pickle.loads(stream, buffers=buffers)
    assert len(stream) < 100 and bytes(copied) == bytes(data)
    memoryview(copied)[0] = 0
    assert data[0] == 0, "the buffer was copied"
    inline = pickle.loads(pickle.dumps(pickle.PickleBuffer(data), 5))
    assert inline == data and inline is not data
    assert raised(pickle.dumps, pickle.PickleBuffer(data), 4) is pickle.PicklingError


def test_references_can_be_kept_outside_the_stream():
    outside = {"connection": object()}

    class Pickler(pickle.Pickler):
        def persistent_id(self, value):
            return "connection" if value is outside["connection"] else None

    class Unpickler(pickle.Unpickler):
        def persistent_load(self, identity):
            return outside[identity]

    stream = io.BytesIO()
    Pickler(stream).dump([1, outside["connection"]])
    stream.seek(0)
    assert Unpickler(stream).load()[1] is outside["connection"]


def test_pickler_can_override_and_unpickler_restrict():
    class Pickler(pickle.Pickler):
        def reducer_override(self, value):
            return (str, ("replaced",)) if isinstance(value, Plain) else NotImplemented

    class Unpickler(pickle.Unpickler):
        def find_class(self, module, name):
            raise pickle.UnpicklingError(name)

    stream = io.BytesIO()
    Pickler(stream).dump([Plain(), 1])
    assert pickle.loads(stream.getvalue()) == ["replaced", 1]
    hostile = io.BytesIO(pickle.dumps(print))
    assert raised(Unpickler(hostile).load) is pickle.UnpicklingError


def test_broken_streams_are_refused():
    whole = pickle.dumps({"a": [1, 2.5, "x"]})
    for length in range(len(whole)):
        assert raised(pickle.loads, whole[:length]), "a truncated stream passed"
    assert raised(pickle.loads, b"\x80\xff.") is ValueError


def test_one_file_holds_several_pickles():
    stream = io.BytesIO()
    for value in (1, "two", [3]):
        pickle.dump(value, stream)
    stream.seek(0)
    assert [pickle.load(stream) for _ in range(3)] == [1, "two", [3]]
    assert raised(pickle.load, stream) is EOFError


def test_shallow_and_deep_copies():
    class Node:
        def __deepcopy__(self, memo):
            return "deep"

        def __copy__(self):
            return "shallow"

    inner = [1]
    assert copy.copy([inner])[0] is inner and copy.deepcopy([inner])[0] is not inner
    assert copy.deepcopy([Node()]) == ["deep"] and copy.copy(Node()) == "shallow"
    assert copy.deepcopy(len) is len and copy.deepcopy((1, "a")) == (1, "a")
