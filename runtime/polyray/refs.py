"""References to results. Owns what a reference is before and after its value is there.

The reference is itself the entry of the table: while a call is pending it holds the call, later
the value, and both go with the last holder. An id is made when a reference first needs one.
"""

import itertools
import os
import threading

from polyray import current

ID_BYTES = 28
_COUNTER_BYTES = 8

# What is handed out as it is: nobody can change it, and no reference hides in it.
PLAIN = frozenset((int, float, str, bytes, bool, type(None), complex))


class Call:
    """A task or method call until its value is there.

    `wire` is what a worker is sent; `spec` describes function and options; `needs` are references
    that it still waits for; `refs` are all its results where there are several. Calls without
    arguments share one, until something has to be noted of one of them: see `own_call`.
    """

    __slots__ = ("cancelled", "needs", "refs", "retries", "spec", "stream", "wire")

    def __init__(self, spec, wire):
        self.spec = spec
        self.wire = wire
        self.retries = spec.max_retries
        self.needs = self.refs = self.stream = None
        self.cancelled = False


def own_call(ref):
    """The call of a pending reference, which from now on is its alone."""
    call = ref._value
    if call is call.spec.bare:
        call = ref._value = Call(call.spec, call.wire)
    return call


class Elsewhere:
    """Stands in a reference for a value that another process has and this one has not asked for."""

    __slots__ = ("asked",)

    def __init__(self):
        self.asked = False


PENDING = frozenset((Call, Elsewhere))

_process = os.urandom(ID_BYTES - _COUNTER_BYTES)
_count = itertools.count(1).__next__
_naming = threading.Lock()


class ObjectRef:
    """The future value of a task or method call, or of `put`."""

    __slots__ = ("__weakref__", "_id", "_value")

    def binary(self):
        """28 bytes that no other object has."""
        try:
            return self._id
        except AttributeError:
            with _naming:
                if not hasattr(self, "_id"):
                    self._id = _process + _count().to_bytes(_COUNTER_BYTES, "big")
            return self._id

    def hex(self):
        """`binary` in hexadecimal digits."""
        return self.binary().hex()

    def task_id(self):
        """The id of the call whose result this is: here the same bytes."""
        return self.binary()

    def is_nil(self):
        """Never: every reference refers to something."""
        return False

    def __repr__(self):
        return "ObjectRef({})".format(self.hex())

    def __eq__(self, other):
        return self is other or (isinstance(other, ObjectRef) and self.binary() == other.binary())

    def __hash__(self):
        return hash(self.binary())

    def __reduce__(self):
        return (borrow, (current.session().export(self),))

    def future(self):
        """A `concurrent.futures.Future` of the value."""
        return current.session().future(self)

    def __await__(self):
        return current.session().as_asyncio(self).__await__()

    def is_pending(self):
        """Is there no value yet?"""
        return type(self._value) in PENDING


def borrow(identity):
    """What a pickled reference becomes in the process that unpickles it."""
    return current.session().borrow(identity)


def named(identity, value):
    """A reference with a known id."""
    ref = ObjectRef()
    ref._id = identity
    ref._value = value
    return ref


def filled(value):
    """A reference whose value is there already, in the form in which values are kept."""
    ref = ObjectRef()
    ref._value = value
    return ref


class ObjectRefGenerator:
    """References to what a generator task yields, as it yields them."""

    def __init__(self, stream):
        self._stream = stream

    def __iter__(self):
        return self

    def __next__(self):
        return self._stream.take(None)

    def __aiter__(self):
        return self

    async def __anext__(self):
        ref = await self._stream.take_later()
        if ref is None:
            raise StopAsyncIteration
        return ref

    def completed(self):
        """A reference that is ready when the task has ended."""
        return self._stream.task

    def __reduce__(self):
        raise TypeError("an ObjectRefGenerator cannot be put or passed on")


class DynamicObjectRefGenerator:
    """References to all that a task with num_returns="dynamic" has yielded."""

    def __init__(self, refs):
        self._refs = refs

    def __iter__(self):
        return iter(self._refs)

    def __len__(self):
        return len(self._refs)
