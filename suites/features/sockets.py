"""Sockets and waiting for many descriptors at once."""

import os
import socket
import tempfile

ABSENT = (ImportError, AttributeError, NotImplementedError, OSError)
PATIENCE_S = 10


def greets(family, address):
    """Whether a server at the address can be reached and answered."""
    with socket.socket(family) as server:
        server.settimeout(PATIENCE_S)
        server.bind(address)
        server.listen(1)
        with socket.socket(family) as client:
            client.settimeout(PATIENCE_S)
            client.connect(server.getsockname())
            accepted, _ = server.accept()
            with accepted:
                client.sendall(b"hello")
                return accepted.recv(10) == b"hello"


def has_unix_sockets():
    """AF_UNIX sockets connect through a path in the file system."""
    try:
        with tempfile.TemporaryDirectory() as folder:
            return greets(socket.AF_UNIX, os.path.join(folder, "s"))
    except ABSENT:
        return False


def has_abstract_unix_sockets():
    """AF_UNIX sockets connect through an abstract name, which leaves no file."""
    try:
        return greets(socket.AF_UNIX, "\0pyrometer-%d" % os.getpid())
    except (*ABSENT, ValueError):
        return False


def has_loopback_tcp():
    """TCP connects over the loopback address."""
    try:
        return greets(socket.AF_INET, ("127.0.0.1", 0))
    except ABSENT:
        return False


def has_socket_pair():
    """socket.socketpair gives two sockets of AF_UNIX that are connected."""
    try:
        left, right = socket.socketpair()
        with left, right:
            left.sendall(b"x")
            return right.recv(2) == b"x" and left.family == socket.AF_UNIX
    except ABSENT:
        return False


def has_descriptor_passing():
    """An open file descriptor is sent to another socket (SCM_RIGHTS)."""
    reader, writer = os.pipe()
    try:
        left, right = socket.socketpair()
        with left, right:
            ancillary = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, writer.to_bytes(4, "little"))]
            left.sendmsg([b"x"], ancillary)
            _, received, _, _ = right.recvmsg(1, socket.CMSG_SPACE(4))
            copied = int.from_bytes(received[0][2][:4], "little")
            os.write(copied, b"text")
            os.close(copied)
            return os.read(reader, 9) == b"text"
    except ABSENT:
        return False
    finally:
        os.close(reader)
        os.close(writer)


def has_peer_credentials():
    """A server learns the process and user at the other end (SO_PEERCRED)."""
    try:
        left, right = socket.socketpair()
        with left, right:
            credentials = left.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12)
        return int.from_bytes(credentials[:4], "little") == os.getpid()
    except ABSENT:
        return False


def has_scattered_messages():
    """sendmsg and recvmsg_into move several buffers in one call."""
    try:
        left, right = socket.socketpair()
        with left, right:
            left.sendmsg([b"ab", memoryview(b"cde")])
            first, second = bytearray(3), bytearray(3)
            count = right.recvmsg_into([first, second])[0]
            return count == 5 and first + second == b"abcde\0"
    except ABSENT:
        return False


def has_receive_into():
    """recv_into fills a buffer that the program owns."""
    try:
        left, right = socket.socketpair()
        with left, right:
            left.sendall(b"text")
            target = bytearray(8)
            return right.recv_into(memoryview(target)[2:]) == 4 and target[2:6] == b"text"
    except ABSENT:
        return False


def wakes(poll, register):
    """Whether a poll object reports a pipe that became readable."""
    reader, writer = os.pipe()
    try:
        register(reader)
        quiet = poll(0)
        os.write(writer, b"x")
        return not quiet and poll(1)[0][0] == reader
    finally:
        os.close(reader)
        os.close(writer)


def has_epoll():
    """select.epoll waits for many descriptors at once."""
    try:
        import select

        with select.epoll() as poller:
            return wakes(poller.poll, lambda reader: poller.register(reader, select.EPOLLIN))
    except ABSENT:
        return False


def has_poll():
    """select.poll waits for many descriptors at once."""
    try:
        import select

        poller = select.poll()
        return wakes(
            lambda seconds: poller.poll(seconds * 1000),
            lambda reader: poller.register(reader, select.POLLIN),
        )
    except ABSENT:
        return False


def has_event_descriptors():
    """os.eventfd makes a counter that can be waited for like a file."""
    try:
        descriptor = os.eventfd(0)
    except ABSENT:
        return False
    try:
        os.eventfd_write(descriptor, 3)
        os.eventfd_write(descriptor, 4)
        return os.eventfd_read(descriptor) == 7
    finally:
        os.close(descriptor)


def has_asyncio_unix_server():
    """asyncio serves streams over an AF_UNIX path."""
    import asyncio

    async def echo(reader, writer):
        writer.write(await reader.readline())
        writer.close()

    async def main(path):
        server = await asyncio.start_unix_server(echo, path)
        reader, writer = await asyncio.open_unix_connection(path)
        writer.write(b"text\n")
        answer = await asyncio.wait_for(reader.read(), PATIENCE_S)
        writer.close()
        server.close()
        return answer == b"text\n"

    try:
        with tempfile.TemporaryDirectory() as folder:
            return asyncio.run(main(os.path.join(folder, "s")))
    except ABSENT:
        return False


def has_tls_contexts():
    """ssl makes a client context and starts a handshake in memory."""
    try:
        import ssl

        context = ssl.create_default_context()
        outgoing = ssl.MemoryBIO()
        connection = context.wrap_bio(ssl.MemoryBIO(), outgoing, server_hostname="localhost")
    except ABSENT:
        return False
    try:
        connection.do_handshake()
    except ssl.SSLWantReadError:
        return outgoing.read(1) == b"\x16"
    except ABSENT:
        return False
    return False
