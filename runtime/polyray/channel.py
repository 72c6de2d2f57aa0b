"""A socket that never blocks while it writes, and the greeting that proves both sides.

Owns the mutual proof of the secret; nothing is unpickled before it. A peer that fails it is
closed without an answer.
"""

from __future__ import annotations

import os
import socket

from polyray.quirks.digests import hmac_sha256, same_digest
from polyray.quirks.sockets import prepared, send_now
from polyray.wire import GREETING_BYTES, HELLO, WELCOME, BrokenStream, Frames, frame

READ_BYTES = 65536
NONCE_BYTES = 32
SECRET_BYTES = 32
VERSION = b"polyray 1"
OBSERVER = b"observer"  # what a process that only asks says of itself


def proof(secret: bytes, who: bytes, challenge: bytes) -> bytes:
    """What only somebody with the secret can say about a challenge."""
    return hmac_sha256(secret, who + VERSION + challenge)


class Link:
    """One connection: whole frames in, bytes out as the peer takes them."""

    __slots__ = ("fd", "frames", "out", "sock")

    def __init__(self, sock: socket.socket) -> None:
        self.sock = prepared(sock)
        self.fd = sock.fileno()
        self.frames = Frames()
        self.out = bytearray()

    def send(self, data: bytes) -> bool:
        """Send now what fits and keep the rest; True if something was kept."""
        if self.out:
            self.out += data
            return True
        try:
            sent = send_now(self.sock, data)
        except BlockingIOError:
            sent = 0
        except OSError:  # its end is read where reading is done
            return False
        if sent < len(data):
            self.out = bytearray(data[sent:])
            return True
        return False

    def drain(self) -> bool:
        """Send what was kept; True while something is left."""
        try:
            sent = send_now(self.sock, self.out)
        except BlockingIOError:
            return True
        except OSError:
            self.out.clear()
            return False
        del self.out[:sent]
        return bool(self.out)

    def close(self) -> None:
        """Close it, whatever its state."""
        try:
            self.sock.close()
        except OSError:
            pass


class Greeting:
    """The hub's side of the proof: a challenge, their proof and challenge, ours."""

    def __init__(self, link: Link, secret: bytes) -> None:
        self.link = link
        self.secret = secret
        self.nonce = os.urandom(NONCE_BYTES)
        link.frames.most_bytes = GREETING_BYTES
        link.send(self.nonce)

    def check(self, kind: int, body: bytes | memoryview) -> bytes:
        """What a peer says of itself once it has proven the secret; raises BrokenStream."""
        body = bytes(body)
        theirs, challenge = body[:32], body[32 : 32 + NONCE_BYTES]
        if kind != HELLO or len(challenge) < NONCE_BYTES:
            raise BrokenStream("no greeting")
        if not same_digest(theirs, proof(self.secret, b"worker", self.nonce + challenge)):
            raise BrokenStream("a stranger")
        self.link.frames.most_bytes = Frames().most_bytes
        self.link.send(frame(WELCOME, proof(self.secret, b"hub", challenge)))
        return body[32 + NONCE_BYTES :]


def greet(sock: socket.socket, secret: bytes, about: bytes) -> None:
    """The worker's side; raises ConnectionError if the hub is a stranger."""
    nonce = exactly(sock, NONCE_BYTES)
    mine = os.urandom(NONCE_BYTES)
    sock.sendall(frame(HELLO, proof(secret, b"worker", nonce + mine) + mine + about))
    head = exactly(sock, 5)
    theirs = exactly(sock, 32)
    if head != frame(WELCOME, b"x" * 32)[:5] or not same_digest(
        theirs, proof(secret, b"hub", mine)
    ):
        raise ConnectionError("the hub does not know the secret")


def exactly(sock: socket.socket, count: int) -> bytes:
    """So many bytes, or ConnectionError."""
    parts = []
    while count:
        part = sock.recv(count)
        if not part:
            raise ConnectionError("the hub has closed the connection")
        parts.append(part)
        count -= len(part)
    return b"".join(parts)
