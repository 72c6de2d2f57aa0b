"""Who does not know the secret is shown the door, and nothing else happens."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator

import pytest

import polyray as ray
from polyray import current, wire
from polyray.channel import NONCE_BYTES, exactly, greet, proof
from polyray.places import SOCKET


@pytest.fixture
def path() -> Iterator[str]:
    """The socket of a session with one worker."""
    ray.init(num_cpus=1)
    assert ray.get(ray.put(1)) == 1
    yield str(current.session().node.folder / SOCKET)
    assert ray.get(works.remote()) == "works"


@ray.remote
def works() -> str:
    return "works"


def connected(path: str) -> socket.socket:
    sock = socket.socket(socket.AF_UNIX)
    sock.settimeout(20)
    sock.connect(path)
    return sock


def is_closed(sock: socket.socket) -> bool:
    try:
        while sock.recv(4096):
            pass
    except ConnectionError:
        pass
    finally:
        sock.close()
    return True


@pytest.mark.parametrize(
    "said",
    [
        b"GET / HTTP/1.1\r\n\r\n",
        b"\xff" * 64,
        wire.frame(wire.HELLO, b"x" * 64 + b"1"),
        wire.frame(wire.RESULTS, b"x" * 64),
        wire.frame(wire.HELLO, b""),
        wire.HEAD.pack(1 << 29, wire.HELLO),
    ],
)
def test_a_stranger_is_closed(path: str, said: bytes) -> None:
    sock = connected(path)
    exactly(sock, NONCE_BYTES)
    sock.sendall(said)
    ray.get(works.remote())
    assert is_closed(sock)


def test_a_worker_that_nobody_started_is_closed(path: str) -> None:
    """It knows the secret, and claims a name that no process of ours has."""
    sock = connected(path)
    secret = current.session().node.secret
    with contextlib.suppress(OSError):
        greet(sock, secret, b"999999")
    assert is_closed(sock)


def test_a_hub_without_the_secret_is_refused() -> None:
    ours, theirs = socket.socketpair()
    theirs.sendall(b"n" * NONCE_BYTES + wire.frame(wire.WELCOME, proof(b"wrong" * 8, b"hub", b"")))
    with pytest.raises(ConnectionError):
        greet(ours, b"right" * 8, b"1")
    ours.close()
    theirs.close()


def test_one_that_says_nothing_disturbs_nobody(path: str) -> None:
    sock = connected(path)
    assert ray.get(works.remote(), timeout=60) == "works"
    sock.close()
