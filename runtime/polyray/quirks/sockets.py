"""How to write to a socket without waiting."""

import socket

# GraalPy has no such flag: there the hub's sockets are non-blocking altogether.
DONT_WAIT = getattr(socket, "MSG_DONTWAIT", None)


def prepared(sock):
    """A socket of the hub, as it has to be for `send_now`."""
    if DONT_WAIT is None:
        sock.setblocking(False)
    return sock


def send_now(sock, data):
    """How many bytes could be sent at once; raises BlockingIOError if none."""
    return sock.send(data) if DONT_WAIT is None else sock.send(data, DONT_WAIT)
