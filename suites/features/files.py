"""Calls of the operating system on files, beyond open, read and write."""

import os
import tempfile

ABSENT = (ImportError, AttributeError, NotImplementedError, OSError)


def has_positioned_vectors():
    """os.pwritev and os.preadv move several buffers at an offset in one call."""
    try:
        with tempfile.TemporaryFile() as file:
            os.pwritev(file.fileno(), [b"ab", b"cd"], 1)
            first, second = bytearray(1), bytearray(3)
            count = os.preadv(file.fileno(), [first, second], 1)
            return count == 4 and first + second == b"abcd"
    except ABSENT:
        return False


def has_vectors():
    """os.writev and os.readv move several buffers in one call."""
    reader, writer = os.pipe()
    try:
        os.writev(writer, [b"ab", b"cd"])
        target = bytearray(4)
        return os.readv(reader, [target]) == 4 and target == b"abcd"
    except ABSENT:
        return False
    finally:
        os.close(reader)
        os.close(writer)


def has_sendfile():
    """os.sendfile copies from one file to another inside the kernel."""
    try:
        with tempfile.TemporaryFile() as source, tempfile.TemporaryFile() as target:
            source.write(b"some text")
            source.flush()
            count = os.sendfile(target.fileno(), source.fileno(), 5, 4)
            return count == 4 and os.pread(target.fileno(), 9, 0) == b"text"
    except ABSENT:
        return False


def has_splice():
    """os.splice moves data between a pipe and a file without copying it."""
    reader, writer = os.pipe()
    try:
        with tempfile.TemporaryFile() as file:
            os.write(writer, b"text")
            os.splice(reader, file.fileno(), 4)
            return os.pread(file.fileno(), 9, 0) == b"text"
    except ABSENT:
        return False
    finally:
        os.close(reader)
        os.close(writer)


def has_file_locks():
    """fcntl.flock keeps a second opener of a file out."""
    try:
        import fcntl

        with tempfile.NamedTemporaryFile() as first, open(first.name, "rb") as second:
            fcntl.flock(first, fcntl.LOCK_EX | fcntl.LOCK_NB)
            try:
                fcntl.flock(second, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return True
            return False
    except ABSENT:
        return False


def has_descriptor_flags():
    """fcntl.fcntl reads and changes the flags of a descriptor."""
    reader, writer = os.pipe()
    try:
        import fcntl

        fcntl.fcntl(reader, fcntl.F_SETFL, fcntl.fcntl(reader, fcntl.F_GETFL) | os.O_NONBLOCK)
        return not os.get_blocking(reader)
    except ABSENT:
        return False
    finally:
        os.close(reader)
        os.close(writer)


def has_named_pipes():
    """os.mkfifo makes a pipe with a name in the file system."""
    try:
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "pipe")
            os.mkfifo(path)
            descriptor = os.open(path, os.O_RDWR)
            try:
                return os.write(descriptor, b"x") == 1 and os.read(descriptor, 1) == b"x"
            finally:
                os.close(descriptor)
    except ABSENT:
        return False


def has_relative_opens():
    """os.open looks up a path relative to an open directory (dir_fd)."""
    try:
        with tempfile.TemporaryDirectory() as folder:
            descriptor = os.open(folder, os.O_RDONLY)
            try:
                os.close(os.open("f", os.O_CREAT | os.O_WRONLY, dir_fd=descriptor))
            finally:
                os.close(descriptor)
            return os.listdir(folder) == ["f"]
    except ABSENT:
        return False


def has_terminals():
    """pty.openpty makes a terminal that programs can be run in."""
    try:
        import pty

        controller, terminal = pty.openpty()
    except ABSENT:
        return False
    try:
        os.write(terminal, b"x")
        return os.isatty(terminal) and os.read(controller, 1) == b"x"
    finally:
        os.close(controller)
        os.close(terminal)
