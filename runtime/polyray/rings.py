"""Two rings in shared memory beside a socket: the way of frames between two native routes.

A ring carries the bytes that the socket would, in pieces, so that all above stays as it is. The
socket is still there: a byte through it (a poke) has a side look that dozes or waits for room, and
its end is the end of the peer, of whom the ring is read to the end first.

Owns who offers and who agrees. The worker makes the file and names it in its hello; the hub opens
it and removes its name. Where either has no native route that pays, or another layout, it is the
socket, and the hub keeps why.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from polyray import accel, store
from polyray.channel import READ_BYTES, Link
from polyray.quirks.sockets import Lookout, send_now

CAPACITY = 1 << 17  # bytes in flight each way; as much is taken of memory
PIECE = CAPACITY // 8
# After so many bytes a worker tells the hub that there is room: fewer than are surely in a ring
# that had none for a piece, however short the pieces in it are (five bytes and their length).
TOLD_BYTES = CAPACITY // 4
MOST = 64  # workers with rings: each takes a descriptor of the hub's, and memory
POKE = b"\0"
PURE = "pure"

if TYPE_CHECKING:
    Pair = tuple[Any, Any]  # rings: to the worker, to the hub


class Offer:
    """What a worker says of rings in its hello: route, layout, size and name, or why none."""

    def __init__(self, driver: int) -> None:
        self.segment: Any = None
        if accel.ROUTE == PURE:
            self.words = "{} {}".format(PURE, accel.WHY)
            return
        name = "{}{}-ring-{}".format(store.PREFIX, driver, os.urandom(8).hex())
        try:
            self.segment = _made(os.path.join(store.folder(), name))
        except OSError as error:
            self.words = "{} no shared memory: {}".format(PURE, error)
        else:
            self.words = "{} {} {} {}".format(accel.ROUTE, accel.LAYOUT, CAPACITY, name)

    def taken(self) -> Pair:
        """The rings."""
        return _both(self.segment, CAPACITY)

    def refused(self) -> None:
        """There is no use for them."""
        if self.segment is not None:
            self.segment.close()


def _made(path: str) -> Any:
    """A file for two rings, with all its pages."""
    segment = accel.Segment(path, 2 * (accel.HEAD_BYTES + CAPACITY))
    try:
        segment.prefault()
    except BaseException:
        segment.close()
        store.remove(path)
        raise
    return segment


def _both(segment: Any, capacity: int) -> Pair:
    second = accel.HEAD_BYTES + capacity
    return accel.Ring(segment, 0, capacity), accel.Ring(segment, second, capacity)


def agreed(offer: str, others: int) -> tuple[Pair | None, str]:
    """(the rings of an offer if they are used, which way it is and why).

    `others` is how many workers have rings already.
    """
    try:
        route, layout, capacity, name = offer.split(" ")
        if route == PURE or not name.startswith(store.PREFIX) or os.path.basename(name) != name:
            raise ValueError
    except ValueError:
        why = offer.partition(" ")[2] or "it offers no ring"
        return None, "socket: the worker says: {}".format(why)
    path = os.path.join(store.folder(), name)
    try:
        why = _against(layout, others)
        if why:
            return None, "socket: " + why
        rings = _both(accel.Segment(path), int(capacity))
    except (OSError, ValueError) as error:
        return None, "socket: {}".format(error)
    finally:
        store.remove(path)
    return rings, "ring: {}".format(route if route == accel.ROUTE else route + ", " + accel.ROUTE)


def _against(layout: str, others: int) -> str:
    """Why an offer is not taken, if it is not."""
    if accel.ROUTE == PURE:
        return "the driver says: {}".format(accel.WHY)
    if layout != str(accel.LAYOUT):
        return "the worker has layout {} of shared memory, the driver {}".format(
            layout, accel.LAYOUT
        )
    return "{} others have rings".format(others) if others >= MOST else ""


class Nowhere:
    """Takes what is written to a worker that is gone."""

    def write(self, _data: bytes) -> int:
        """It is as good as there."""
        return accel.DONE


class RingLink(Link):
    """The hub's end, which never waits for room."""

    __slots__ = ("broken", "inbound", "kept", "outbound")

    def __init__(self, link: Link, rings: Pair) -> None:
        super().__init__(link.sock)
        self.out = link.out  # of the welcome
        self.outbound, self.inbound = rings
        self.kept = bytearray()  # what had no room
        self.broken: ConnectionError | None = None  # its ring holds what no worker makes

    def send(self, data: bytes) -> bool:
        """Write what has room and keep the rest until a poke says that there is some."""
        if not self.kept and len(data) <= PIECE:
            said = self._write(data)
            if said != accel.NO_ROOM:
                if said == accel.TELL:
                    self.poke()
                return False
        self.kept += data
        self.refill()
        return False

    def refill(self) -> None:
        """Write what was kept, as far as there is room."""
        at, count = 0, len(self.kept)
        with memoryview(self.kept) as whole:
            while at < count:
                said = self._write(bytes(whole[at : at + PIECE]))
                if said == accel.NO_ROOM:
                    break
                if said == accel.TELL:
                    self.poke()
                at += PIECE
        del self.kept[:at]

    def _write(self, piece: bytes) -> int:
        try:
            return self.outbound.write(piece)
        except ConnectionError as error:
            self.breaks(error)
            return accel.DONE

    def breaks(self, error: ConnectionError) -> None:
        """It is at an end by this, which is read where reading is done."""
        self.broken = error
        self.outbound = Nowhere()
        try:
            self.sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass

    def read(self) -> Sequence[bytes]:
        """Pieces of the stream that are there; refills the other ring, which may have room now."""
        try:
            pieces = self.inbound.frames()
        except ConnectionError as error:
            self.breaks(error)
            return ()
        if self.kept:
            self.refill()
        return pieces

    def poke(self) -> None:
        """Have the worker look."""
        try:
            send_now(self.sock, POKE)
        except OSError:  # it has pokes enough; or it is gone, which is read where reading is done
            pass

    def poked(self) -> bool:
        """Take what has come through the socket; False once the worker is gone."""
        try:
            return bool(self.sock.recv(READ_BYTES))
        except (BlockingIOError, InterruptedError):
            return True
        except OSError:
            return False

    def await_some(self, lookout: Lookout) -> bool:
        """Wait until there is something in the ring; False once the worker is gone."""
        if lookout.looks and self.inbound.wait(0.0):
            lookout.misses = 0
            return True
        lookout.misses += 1
        return not self.inbound.doze() or self.poked()

    def close(self) -> None:
        """Close it, whatever its state."""
        super().close()
        self.outbound = Nowhere()
        self.inbound.segment.close()
