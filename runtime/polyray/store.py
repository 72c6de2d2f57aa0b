"""Large objects in shared memory: written once, read where they lie.

Owns the files in /dev/shm and their end: one file an object, mapped by whoever reads it. A file is
removed when the last reference of the process that keeps the object goes. What does not fit into
the store's share of memory is written to disk instead, by the same means.
"""

from __future__ import annotations

import errno
import gc
import os
import pickle
from collections.abc import Sequence
from typing import Any

from polyray import seal
from polyray.accel import Segment
from polyray.exceptions import ObjectCorruptedError, ObjectLostError, OutOfDiskError
from polyray.quirks.memory import add_memory_pressure

SHARED = "/dev/shm"
driver_pid = os.getpid()  # in whose session this process is: what is left is swept by it
limit_bytes = 1 << 62  # what all objects of a session may take of shared memory
PREFIX = "polyray-object-"
ALIGNMENT = 64
# Files that only their writer has seen are written again: the first touch of a page costs most.
SPARE_LEAST_BYTES = 1 << 20
SPARE_BYTES = 2 << 30
_spares: list[tuple[int, str, Any]] = []
# What was written again once stays mapped, so that the third time is a copy; some files at most,
# because a mapping holds a descriptor.
MOST_MAPPED = 32
_mapped: set[Any] = set()


class Large:
    """Where a large object lies: the name of its file, the lengths of its parts, and its seal."""

    __slots__ = ("__weakref__", "alone", "lengths", "mapped", "name", "owner", "seal", "segment")

    def __init__(
        self, name: str, lengths: tuple[int, ...], owner: int = 0, seal: tuple[int, ...] = ()
    ) -> None:
        self.name = name
        self.lengths = lengths
        self.owner = owner
        self.seal = seal
        self.mapped: memoryview | None = (
            None  # the view of this process, made when it is first read
        )
        self.alone = owner != 0  # has nobody seen it but the process that wrote it?
        self.segment: Any = None  # mapped to be written again, as long as that may be

    def seen(self) -> None:
        """Somebody else may look into the file from now on."""
        self.alone = False
        segment, self.segment = self.segment, None
        _unmap(segment)

    def __reduce__(self) -> tuple[Any, ...]:
        self.seen()
        return (Large, (self.name, self.lengths, 0, self.seal))

    def __del__(self) -> None:
        if self.owner == os.getpid():
            size = sum(map(_aligned, self.lengths))
            if self.alone and size >= SPARE_LEAST_BYTES and spare_bytes() + size <= SPARE_BYTES:
                _spares.append((size, self.name, self.segment))
                return
            remove(self.name)
        _unmap(self.segment)


def _unmap(segment: Any) -> None:
    if segment is not None:
        _mapped.discard(segment)
        segment.close()


def given(value: Sequence[Any]) -> None:
    """A kept value that another process keeps from now on."""
    if value[0] == "L":
        value[1].owner = 0


def taken(value: Sequence[Any]) -> None:
    """A kept value that this process keeps from now on."""
    if value[0] == "L":
        value[1].owner = os.getpid()


def sweep() -> None:
    """Remove what sessions have left whose driver is gone."""
    for path in {*_files(folder(), PREFIX), *_files(disk(), PREFIX)}:
        pid = os.path.basename(path)[len(PREFIX) :].partition("-")[0]
        if pid.isdigit() and not os.path.exists("/proc/" + pid):
            remove(path)


def _files(place: str, start: str) -> list[str]:
    """Paths of the files there whose names begin so."""
    try:
        with os.scandir(place) as entries:
            return [entry.path for entry in entries if entry.name.startswith(start)]
    except OSError:
        return []


def folder() -> str:
    """Where files of shared memory are made."""
    return SHARED if os.path.isdir(SHARED) and os.access(SHARED, os.W_OK) else disk()


def disk() -> str:
    """Where files go for which there is no shared memory."""
    import tempfile

    return tempfile.gettempdir()


def write(pickled: bytes, buffers: Sequence[pickle.PickleBuffer]) -> Large:
    """A large object of a pickle and the buffers that belong to it."""
    parts = [memoryview(pickled), *(buffer.raw() for buffer in buffers)]
    lengths = tuple(part.nbytes for part in parts)
    size = sum(map(_aligned, lengths))
    for _ in range(2):
        spare = _spare(size)
        if spare is not None:
            return _written_again(*spare, parts, lengths)
        if used_bytes() + size > limit_bytes:
            drop_spares()
        if used_bytes() + size <= limit_bytes:
            try:
                return _written(folder(), parts, lengths)
            except OSError as error:
                if error.errno != errno.ENOSPC:
                    raise
        gc.collect()  # what nothing refers to may still keep its file
    try:
        return _written(disk(), parts, lengths)
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        raise OutOfDiskError("no room for {} bytes".format(sum(lengths))) from error


def _written(place: str, parts: Sequence[memoryview], lengths: tuple[int, ...]) -> Large:
    name = os.path.join(place, _ours() + os.urandom(8).hex())
    with Segment(name, sum(map(_aligned, lengths))) as segment:
        return _fill(segment, parts, lengths)


def _written_again(
    name: str, segment: Any, parts: Sequence[memoryview], lengths: tuple[int, ...]
) -> Large:
    if segment is None:
        segment = Segment(name)
        if len(_mapped) >= MOST_MAPPED:
            with segment:
                return _fill(segment, parts, lengths)
        _mapped.add(segment)
    try:
        segment.prefault()
        large = _fill(segment, parts, lengths)
    except BaseException:
        _unmap(segment)
        raise
    large.segment = segment
    return large


def _fill(segment: Any, parts: Sequence[memoryview], lengths: tuple[int, ...]) -> Large:
    at = 0
    try:
        for part in parts:
            segment.write(at, part)
            at += _aligned(part.nbytes)
    except BaseException:
        remove(segment.path)
        raise
    add_memory_pressure(segment.size)
    return Large(segment.path, lengths, os.getpid(), seal.seal(parts))


def _spare(size: int) -> tuple[str, Any] | None:
    """(file of about that size whose pages are there already, its mapping if it has one)."""
    for entry in list(_spares):
        if size <= entry[0] <= 2 * size:
            try:
                _spares.remove(entry)
            except ValueError:  # another thread was faster
                continue
            return entry[1:]
    return None


def spare_bytes() -> int:
    """What files take that wait to be written again."""
    return sum(size for size, *_ in _spares)


def drop_spares() -> None:
    """Remove the files that wait to be written again."""
    while _spares:
        _, name, segment = _spares.pop()
        remove(name)
        _unmap(segment)


def clear() -> None:
    """Remove all that this driver's session has left, whoever wrote it."""
    drop_spares()
    for path in {*_files(folder(), _ours()), *_files(disk(), _ours())}:
        remove(path)


def used_bytes() -> int:
    """What the objects of this session take of shared memory now."""
    found = 0
    for path in _files(folder(), _ours()):
        try:
            found += os.stat(path).st_size
        except OSError:  # removed meanwhile
            continue
    return found


def _ours() -> str:
    """How the names of this session's files begin."""
    return "{}{}-".format(PREFIX, driver_pid)


def _aligned(length: int) -> int:
    return -(-length // ALIGNMENT) * ALIGNMENT


def read(large: Large) -> Any:
    """The object; its large buffers are read-only views of the shared file.

    Raises ObjectLostError if its file is gone, ObjectCorruptedError if it is not what was written.
    """
    large.seen()  # what was handed out may point into it
    if large.mapped is None:
        large.mapped = _checked(large)
    parts = _parts(large, large.mapped)
    return pickle.loads(parts[0], buffers=parts[1:])


def _checked(large: Large) -> memoryview:
    size = sum(map(_aligned, large.lengths))
    try:
        with Segment(large.name) as segment:
            if segment.size < size:
                raise ObjectCorruptedError(
                    "the object in {} has {} bytes of {}".format(large.name, segment.size, size)
                )
            view: memoryview = segment.read(0, segment.size)
    except FileNotFoundError:
        raise ObjectLostError("the file of an object is gone: {}".format(large.name)) from None
    seal.check(large.name, large.seal, _parts(large, view))
    return view


def _parts(large: Large, view: memoryview) -> list[memoryview]:
    parts, at = [], 0
    for length in large.lengths:
        parts.append(view[at : at + length])
        at += _aligned(length)
    return parts


def remove(name: str) -> None:
    """Remove a file; whoever has it mapped keeps what it sees."""
    try:
        os.unlink(name)
    except OSError:
        pass
