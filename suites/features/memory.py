"""Memory that processes share and buffers that are not copied."""

import os
import tempfile

ABSENT = (ImportError, AttributeError, NotImplementedError, OSError)


def has_anonymous_mmap():
    """mmap gives zeroed memory that can be written in place."""
    try:
        import mmap

        with mmap.mmap(-1, 8192) as memory:
            memory[4096:4100] = b"text"
            return memory[4095:4101] == b"\0text\0"
    except ABSENT:
        return False


def has_shared_file_mmap():
    """Two maps of one file see each other's writes at once."""
    try:
        import mmap

        with tempfile.TemporaryFile() as file:
            file.truncate(4096)
            with mmap.mmap(file.fileno(), 4096) as first, mmap.mmap(file.fileno(), 4096) as second:
                first[10:14] = b"text"
                return second[10:14] == b"text"
    except ABSENT:
        return False


def has_zero_copy_mmap_views():
    """memoryview reads and writes mapped memory without a copy."""
    try:
        import mmap

        with mmap.mmap(-1, 4096) as memory:
            with memoryview(memory) as view, view[100:] as part:
                part[:3] = b"abc"
                memory[100:101] = b"z"
                return bytes(part[:3]) == b"zbc"
    except (*ABSENT, TypeError, BufferError):
        return False


def has_shared_memory():
    """multiprocessing.shared_memory makes a named segment that can be attached to."""
    try:
        from multiprocessing.shared_memory import SharedMemory

        segment = SharedMemory(create=True, size=64)
    except ABSENT:
        return False
    try:
        segment.buf[0:4] = b"text"
        attached = SharedMemory(segment.name)
        found = bytes(attached.buf[0:4])
        attached.close()
        return found == b"text"
    except ABSENT:
        return False
    finally:
        segment.close()
        segment.unlink()


def has_memfd():
    """os.memfd_create makes a file that lives in memory only."""
    try:
        descriptor = os.memfd_create("pyrometer")
    except ABSENT:
        return False
    try:
        return os.write(descriptor, b"text") == 4 and os.pread(descriptor, 9, 1) == b"ext"
    finally:
        os.close(descriptor)


def has_out_of_band_pickle():
    """pickle.PickleBuffer sends large buffers beside the pickle, uncopied."""
    try:
        import pickle

        content, buffers = bytearray(10_000), []
        stream = pickle.dumps(pickle.PickleBuffer(content), 5, buffer_callback=buffers.append)
        copied = pickle.loads(stream, buffers=buffers)
        memoryview(copied)[0] = 1
    except ABSENT:
        return False
    return len(stream) < 1000 and content[0] == 1


def has_python_buffers():
    """A class written in Python offers the buffer protocol (__buffer__)."""

    class Packet:
        def __buffer__(self, flags):
            return memoryview(b"packet")

    try:
        return bytes(memoryview(Packet())) == b"packet"
    except TypeError:
        return False


def has_readinto_mmap():
    """A file is read straight into mapped memory (readinto)."""
    try:
        import mmap

        with tempfile.TemporaryFile(buffering=0) as file, mmap.mmap(-1, 4096) as memory:
            file.write(b"text")
            file.seek(0)
            return file.readinto(memory) == 4 and memory[:4] == b"text"
    except (*ABSENT, TypeError):
        return False


def has_memory_advice():
    """mmap.madvise tells the kernel how memory will be used."""
    try:
        import mmap

        with mmap.mmap(-1, 8192) as memory:
            memory.madvise(mmap.MADV_DONTNEED)
            return True
    except ABSENT:
        return False
