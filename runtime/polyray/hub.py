"""The driver's side: reads for all who wait.

Owns the lock's other half, the leader and the pump (liveness): the first thread that waits polls
and reads for all; nothing sleeps on a stale look; what is written never blocks; a thread of ours
goes on where nobody waits. What is read means something to `core` alone.
"""

from __future__ import annotations

import _thread
import os
import socket
import sys
import threading
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from polyray import serialize, store, wire
from polyray.channel import OBSERVER, READ_BYTES, Greeting, Link
from polyray.core import Core
from polyray.exceptions import ObjectLostError
from polyray.peer import Observer, Peer
from polyray.quirks.polling import GONE, IN, OUT, poller
from polyray.quirks.sockets import DONT_WAIT, Lookout
from polyray.refs import PENDING, Call
from polyray.rings import RingLink, agreed
from polyray.scheduler import TICK_S, Resources

if TYPE_CHECKING:
    from polyray.node import Node
    from polyray.refs import Ref

QUIET_TICKS = 50
START_LOOK_S = 0.1


class Hub(Core):
    """One session of the driver, with its workers."""

    def __init__(self, node: Node, resources: Resources, namespace: str) -> None:
        super().__init__(node, resources, namespace)
        self.arrived = threading.Condition(self.lock)
        self.arrivals = 0
        self.leading = False
        self.waiters = 0
        self.peers: dict[int, Peer] = {}
        self.awake: set[Peer] = set()  # with a ring whose worker may write without a poke
        self.strangers: dict[int, Greeting] = {}
        self.lookout = Lookout()
        self.poller = poller()
        self.wake_read, self.wake_write = os.pipe()
        os.set_blocking(self.wake_write, False)
        self.poller.register(self.wake_read, IN)
        self.poller.register(node.listener.fileno(), IN)
        self.pump = threading.Thread(target=self._pump, name="polyray-pump", daemon=True)
        self.pump.start()

    # --- reading ---------------------------------------------------------------------------

    def step(self, timeout_ms: int | None) -> None:
        """Read once, waiting so long (None: for ever). Lock held, and released while waiting."""
        if timeout_ms == 0:
            self._read_rings()
            events = self.poller.poll(0)
        elif timeout_ms is None and self._only_one():
            return self._read_directly(next(iter(self.busy)))
        elif self.awake and (self._read_rings() or not self._doze()):
            events = self.poller.poll(0)
        else:
            self.lock.release()
            try:
                events = self.poller.poll(timeout_ms)
            finally:
                self.lock.acquire()
        for fd, event in events:
            self._attend(fd, event)
        self.progress()
        return None

    def _only_one(self) -> bool:
        """May this thread sleep for one worker? Not where another thread could submit meanwhile.

        Nor where something was kept that the worker waits for.
        """
        return (
            len(self.busy) == 1
            and DONT_WAIT is not None
            and _thread._count() <= 1
            and not self.strangers
            and not self.node.starting
            and not next(iter(self.busy)).link.out
            and not self.closed
        )

    def _read_directly(self, peer: Peer) -> None:
        link = peer.link
        self.lock.release()
        try:
            if isinstance(link, RingLink):
                lives = link.await_some(self.lookout)
            else:
                received = _receive(link.sock, self.lookout.receive)
        finally:
            self.lock.acquire()
        if isinstance(link, RingLink):
            self._attend_ring(peer, lives=lives)
        else:
            self._receive_from(peer, received)
        self.progress()

    def _read_rings(self) -> bool:
        """Read all rings in which there may be something; True if there was."""
        before = self.arrivals
        for peer in tuple(self.awake):
            self._read_ring(peer)
        return self.arrivals != before

    def _doze(self) -> bool:
        """Have all workers with rings poke from now on; False if one has written something."""
        while self.awake:
            peer = self.awake.pop()
            if not peer.link.inbound.doze():
                self.awake.add(peer)
                return False
        return True

    def _read_ring(self, peer: Peer) -> None:
        pieces = peer.link.read()
        if pieces:
            self._take(peer, pieces)

    def _attend_ring(self, peer: Peer, *, lives: bool) -> None:
        """A worker with a ring has poked, or is gone: what it wrote before is read first."""
        self.awake.add(peer)
        self._read_ring(peer)
        if not lives or peer.link.broken is not None:
            self._mourn(peer)
            self._lost(peer)

    def _mourn(self, peer: Peer) -> None:
        """Say whose ring is broken, if that is why it is lost."""
        error = getattr(peer.link, "broken", None)
        if error is not None:
            whose = peer.actor.spec.name if peer.actor is not None else "tasks"
            told = "polyray: {}: process {} (for {}) has come to an end by it\n"
            sys.stderr.write(told.format(error, peer.pid, whose))

    def _attend(self, fd: int, event: int) -> None:
        peer = self.peers.get(fd)
        if peer is not None:
            if event & OUT and not peer.link.drain():
                self.poller.modify(fd, IN)
            if event & (IN | GONE):
                if isinstance(peer.link, RingLink):
                    self._attend_ring(peer, lives=peer.link.poked())
                else:
                    self._receive_from(peer, _receive(peer.link.sock))
        elif fd == self.wake_read:
            os.read(fd, 4096)
        elif fd in self.strangers:
            self._greet(fd)
        elif fd == self.node.listener.fileno():
            self._accept()

    def _accept(self) -> None:
        sock, _ = self.node.listener.accept()
        greeting = Greeting(Link(sock), self.node.secret)
        self.strangers[greeting.link.fd] = greeting
        self.poller.register(greeting.link.fd, IN)

    def _greet(self, fd: int) -> None:
        greeting = self.strangers[fd]
        try:
            frames = greeting.link.frames.feed(_receive(greeting.link.sock))
            if not frames:
                if greeting.link.frames.rest:
                    return
                raise wire.BrokenStream("it left")
            about = greeting.check(*frames[0])
            observes = bytes(about) == OBSERVER
            process, env, actor = (self.node, None, None) if observes else self.node.arrived(about)
        except (wire.BrokenStream, KeyError):
            del self.strangers[fd]
            self.poller.unregister(fd)
            greeting.link.close()
            return
        del self.strangers[fd]
        peer = (Observer if observes else Peer)(greeting.link, process, env, actor)
        self.peers[fd] = peer
        if observes:
            return
        self._welcome(peer, about.partition(b" ")[2].decode(errors="replace"))
        self.joined(peer)

    def _welcome(self, peer: Peer, offer: str) -> None:
        with_rings = sum(isinstance(one.link, RingLink) for one in self.peers.values())
        rings, peer.way = agreed(offer, with_rings)
        welcome = self.node.welcome(peer, ring=rings is not None)
        self.send(peer, wire.frame(wire.WELCOME, welcome))
        if rings is not None:  # from here on
            peer.link = RingLink(peer.link, rings)
            self.awake.add(peer)

    def _receive_from(self, peer: Peer, received: bytes) -> None:
        if received:
            self._take(peer, (received,))
        else:
            self.arrivals += 1
            self._lost(peer)

    def _take(self, peer: Peer, pieces: Sequence[bytes]) -> None:
        self.arrivals += 1
        feed, handlers = peer.link.frames.feed, self.handlers
        try:
            for piece in pieces:
                for kind, body in feed(piece):
                    if kind != wire.REQUEST and type(peer) is Observer:
                        raise wire.BrokenStream("an observer only asks")
                    handlers[kind](peer, body)
        except (wire.BrokenStream, KeyError):
            self._lost(peer)

    def _lost(self, peer: Peer) -> None:
        """A worker's connection has ended: it is dead, or about to be."""
        if self.peers.pop(peer.fd, None) is None:
            return
        self.poller.unregister(peer.fd)
        self.awake.discard(peer)
        peer.link.close()
        if isinstance(peer, Observer):
            return
        self.node.bury(peer)
        self.forget(peer)

    def send(self, peer: Peer, data: bytes) -> None:
        """Write without waiting. Lock held."""
        if peer.link.send(data):
            self.poller.modify(peer.fd, IN | OUT)

    def tell_serializers(self) -> None:
        """Let the workers that are there have what was registered."""
        with self.lock:
            for peer in self.peers.values():
                if not isinstance(peer, Observer):
                    self.send(peer, wire.frame(wire.DEFINE, serialize.definitions()))

    def wake(self) -> None:
        """Let whoever polls look again."""
        try:
            os.write(self.wake_write, b"x")
        except BlockingIOError:
            pass

    # --- waiting ---------------------------------------------------------------------------

    def wait_for(
        self,
        done: Callable[[], bool],
        deadline: float | None = None,
        refs: Sequence[Ref] = (),
    ) -> bool:
        """Wait until `done()`; False if the deadline (of `time.monotonic`) comes first."""
        with self.lock:
            self.progress()
            while not done():
                left_s = None if deadline is None else deadline - time.monotonic()
                if left_s is not None and left_s <= 0:
                    return False
                self._await_arrival(left_s)
            return True

    def await_ref(self, ref: Ref, deadline: float | None) -> None:
        """Wait for one reference; raises GetTimeoutError."""
        if deadline is None:
            with self.lock:
                self.progress()
                while type(ref._value) is Call and not self.leading and self._only_one():
                    self.leading = True
                    try:
                        self._read_directly(next(iter(self.busy)))
                    finally:
                        self._stop_leading()
        if type(ref._value) in PENDING:
            super().await_ref(ref, deadline)

    def _stop_leading(self) -> None:
        self.leading = False
        if self.waiters:
            self.arrived.notify_all()

    def _await_arrival(self, left_s: float | None) -> None:
        if self.closed:
            raise ObjectLostError("the session has ended")
        if self.leading:
            self.waiters += 1
            try:
                # In slices, because some interpreters handle no signal while they wait here.
                self.arrived.wait(0.05 if left_s is None else min(left_s, 0.05))
            finally:
                self.waiters -= 1
            return
        self.leading = True
        try:
            if self.node.starting:  # what never comes is seen by looking, not by reading
                left_s = START_LOOK_S if left_s is None else min(left_s, START_LOOK_S)
                for gone in self.node.gone():
                    self.stillborn(*gone)
            self.step(None if left_s is None else max(1, int(left_s * 1000)))
        finally:
            self._stop_leading()

    def nudge(self) -> None:
        """Hand out what waits, and let the pump look."""
        with self.lock:
            self.progress()
        self.wake()

    def _pump(self) -> None:
        """Progress while nobody waits."""
        quiet = 0
        while not self.closed:
            time.sleep(TICK_S)
            with self.lock:
                if self.leading or self.closed:
                    continue
                before = self.arrivals
                self.step(0)
                if self.node.starting:
                    for gone in self.node.gone():
                        self.stillborn(*gone)
                idle = not self.busy and not self.waiting and not self.node.starting
                quiet = quiet + 1 if idle and self.arrivals == before else 0
                if self.waiters:
                    self.arrived.notify_all()
                dozes = quiet > QUIET_TICKS and self._doze()
            if dozes:
                self._sleep_until_something()
                quiet = 0

    def _sleep_until_something(self) -> None:
        quiet = poller()
        for fd in [self.wake_read, self.node.listener.fileno(), *self.peers]:
            quiet.register(fd, IN)
        quiet.poll(250)

    # --- the end ---------------------------------------------------------------------------

    def close(self) -> None:
        """End all workers and forget everything; what is pending fails."""
        with self.lock:
            if self.closed:
                return
            self.closed = True
            for peer in list(self.peers.values()):
                peer.closing = True
                self.send(peer, wire.frame(wire.BYE, b""))
            peers = list(self.peers.values())
            self.peers.clear()
            self.arrived.notify_all()
        self.wake()
        self.node.close([peer.process for peer in peers if not isinstance(peer, Observer)])
        for peer in peers:
            peer.link.close()
        for greeting in self.strangers.values():
            greeting.link.close()
        if threading.current_thread() is not self.pump:
            self.pump.join(5)
        store.clear()
        os.close(self.wake_read)
        os.close(self.wake_write)


def _receive(
    sock: socket.socket, receive: Callable[[socket.socket, int], bytes] = socket.socket.recv
) -> bytes:
    """What there is to read; nothing once the peer is gone."""
    try:
        return receive(sock, READ_BYTES)
    except (BlockingIOError, InterruptedError):
        return b""
    except OSError:
        return b""
