"""The core of a session under random schedules: workers that run, call, block, give back and die.

Everything but the sockets and processes is the product's own; time does not exist. A schedule is
a seed.
"""

from __future__ import annotations

import pickle
import random
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from polyray import wire
from polyray.actor import ActorSpec
from polyray.calls import call_for
from polyray.core import Core
from polyray.options import Spec
from polyray.peer import Peer
from polyray.refs import PENDING, ObjectRef
from polyray.scheduler import Resources
from polyray.serialize import is_failure

CPUS = 3
METHODS = [Spec("call", "call", b"", {"max_retries": retries}) for retries in (0, 1)]


class FakeProcess:
    """What the core may do with a process: kill it."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.killed = False

    def kill(self) -> None:
        self.killed = True


class FakeNode:
    """Processes that come when the schedule wants them."""

    most_events = 0

    def __init__(self, cpus: int, start_s: float) -> None:
        self.cpus = cpus
        self.start_s = start_s
        self.starting: dict[int, tuple[FakeProcess, Any, Any]] = {}
        self.count = 0

    def spawn(self, *, env_key: Any, env: Any, actor: Any) -> None:
        self.count += 1
        self.starting[self.count] = (FakeProcess(self.count), env_key, actor)


class FakeLink:
    def __init__(self, fd: int) -> None:
        self.fd = fd


@dataclass(eq=False)
class Worker:
    """A simulated process: frames come in, calls are run, results go out in batches."""

    peer: Peer
    inbox: deque[tuple[int, bytes]] = field(default_factory=deque)
    queue: deque[Any] = field(default_factory=deque)
    results: list[Any] = field(default_factory=list)
    named: int = 0  # calls of a concurrent actor so far
    received: int = 0
    running: Any = None
    blocked: bool = False
    around: list[Any] = field(default_factory=list)  # calls that wait for one that runs inside them
    number: int | None = None  # of the running call, if it runs inside another
    waits: list[list[int]] = field(default_factory=list)  # what each waits for, the innermost last
    submitted: int = 0
    own: set[int] = field(default_factory=set)  # tasks of its own that have no value yet
    mine: set[int] = field(default_factory=set)  # those that the running call has submitted
    names: dict[int, bytes] = field(default_factory=dict)  # those of them that others may see


class Simulation(Core):
    """One schedule."""

    def __init__(self, seed: int) -> None:
        self.draw = random.Random(seed)
        self.slow = self.draw.random() < 0.5  # do workers take long to start?
        cpus = 2 if self.slow else CPUS
        node = FakeNode(cpus, 10.0 if self.slow else 0.1)
        super().__init__(node, Resources({"CPU": cpus, "x": 1, "seat": 2}), "simulated")
        self.simulated: list[Worker] = []
        self.ran: dict[int, int] = {}
        self.specs = {
            "plain": Spec(1, "plain", b"", {}),
            "double": Spec(2, "double", b"", {"num_cpus": 2}),
            "custom": Spec(3, "custom", b"", {"num_cpus": 0, "resources": {"x": 1}}),
            "fragile": Spec(4, "fragile", b"", {"max_retries": 0}),
            "pair": Spec(5, "pair", b"", {"num_returns": 2}),
        }
        self.acts = [self.hear, self.hear, self.begin, self.end, self.flush, self.give_back]
        self.acts += [self.submit_own, self.block, self.unblock]
        if self.slow:  # many calls inside others
            self.acts = [self.hear, self.begin, self.submit_own, self.block] * 2 + self.acts
        self.refs: list[ObjectRef] = []
        self.handles: list[tuple[bytes, ObjectRef]] = []
        self.kills = 0
        for _ in range(cpus):
            self.node.spawn(env_key=None, env=None, actor=None)
        if self.slow:
            self.arrive()

    def send(self, peer: Peer, data: bytes) -> None:
        worker = next((one for one in self.simulated if one.peer is peer), None)
        if worker is not None:
            worker.inbox.extend((kind, bytes(body)) for kind, body in wire.Frames().feed(data))

    # --- events ----------------------------------------------------------------------------

    def submit_one(self) -> None:
        name = "plain" if self.slow else self.draw.choice([*self.specs, "plain", "plain"])
        spec = self.specs[name]
        needs = [
            ref
            for ref in self.draw.sample(self.refs, min(2, len(self.refs)))
            if self.draw.random() < 0.3
        ]
        ref = ObjectRef()
        ref._value = call = call_for(spec, (len(self.refs), *needs), {})
        if spec.num_returns == 2:
            other = ObjectRef()
            other._value = call
            call.refs = [ref, other]
            self.refs.append(other)
        self.refs.append(ref)
        self.submit_any(ref)

    def create_actor(self) -> None:
        options = {
            "max_restarts": self.draw.choice([0, 1, -1]),
            "resources": self.draw.choice([None, {"seat": 1}]),
            "max_concurrency": self.draw.choice([None, 3]),
        }
        spec = ActorSpec(object, b"", options, ("__init__", (), None, None), "simulated")
        self.handles.append(self.ask("create_actor", spec))

    def call_actor(self) -> None:
        if not self.handles:
            return
        identity, _life = self.draw.choice(self.handles)
        some = self.draw.sample(self.refs, min(2, len(self.refs)))
        needs = [ref for ref in some if self.draw.random() < 0.2]
        spec = self.draw.choice(METHODS)
        ref = ObjectRef()
        ref._value = call_for(spec, (len(self.refs), *needs), {})
        self.refs.append(ref)
        self.submit_method(self.resident(identity), ref)

    def drop_handle(self) -> None:
        if self.handles:
            self.handles.pop(self.draw.randrange(len(self.handles)))

    def arrive(self) -> None:
        if self.node.starting:
            key = self.draw.choice(sorted(self.node.starting))
            process, env, actor = self.node.starting.pop(key)
            peer = Peer(FakeLink(key), process, env, actor)
            self.simulated.append(Worker(peer))
            self.joined(peer)

    def hear(self, worker: Worker) -> None:
        if not worker.inbox:
            return
        kind, body = worker.inbox.popleft()
        if kind == wire.CALLS:
            calls = pickle.loads(body)
            worker.received += len(calls)
            worker.queue.extend(calls)
            if worker.blocked and worker.peer.actor is None:
                self.give_back(worker)
        elif kind == wire.CREATE:
            failure = "it failed" if self.draw.random() < 0.1 else None
            self.handlers[wire.READY](worker.peer, pickle.dumps(("created", failure)))
            self.progress()
        elif kind == wire.VALUES:
            self.take_values(worker, pickle.loads(body))
        elif kind == wire.PLAIN_VALUES:
            self.take_values(worker, list(zip(*pickle.loads(body), strict=True)))
        elif kind == wire.INSIDE:
            self.begin_inside(worker, *pickle.loads(body))
        elif kind == wire.BYE:
            if worker.queue or worker.running is not None or worker.results:
                worker.inbox.appendleft((kind, body))  # it goes when it has done what it has
            else:
                self.die(worker)

    def take_values(self, worker: Worker, values: list[tuple[int, Any]]) -> None:
        """Values of its own tasks; those with a name were named while pending and are told now."""
        worker.own.difference_update(key for key, _ in values)
        names = worker.names
        named = [(names[key], None, value, False) for key, value in values if key in names]
        if named:
            self.handlers[wire.EXPORT](worker.peer, pickle.dumps(named))
            self.progress()

    def begin(self, worker: Worker) -> None:
        if worker.running is None and worker.queue:
            worker.running, worker.mine = worker.queue.popleft(), set()

    def begin_inside(self, worker: Worker, number: int, item: Any) -> None:
        if not worker.blocked or self.draw.random() < 0.05:
            self.handlers[wire.REFUSED](worker.peer, pickle.dumps((number, worker.blocked)))
            self.progress()
        else:
            worker.around.append((worker.running, worker.number, worker.mine))
            worker.running, worker.number, worker.mine = item, number, set()
            worker.blocked = False

    def end_inside(self, worker: Worker, number: int, fid: int) -> None:
        worker.running, worker.number, worker.mine = worker.around.pop()
        worker.blocked = True
        value = ("M", [7, 8]) if fid == 5 else fid
        self.handlers[wire.NUMBERED](worker.peer, pickle.dumps([(number, value)]))
        self.progress()

    def submit_own(self, worker: Worker) -> None:
        """A running call submits a task, which may wait for one that it has submitted before."""
        if worker.running is None or worker.blocked or self.draw.random() < 0.5:
            return
        peer = worker.peer
        spec = self.specs[
            self.draw.choice(["plain", "plain", "plain", "double", "fragile", "pair"])
        ]
        if spec.fid not in peer.specs:
            self.handlers[wire.DEFINE](peer, pickle.dumps((spec.fid, spec)))
        needs = None
        known = sorted(worker.own & worker.mine)
        if known and self.draw.random() < 0.3:
            number = self.draw.choice(known)
            if number not in worker.names:
                worker.names[number] = identity = self.draw.randbytes(28)
                export = [(identity, number, None, False)]
                self.handlers[wire.EXPORT](peer, pickle.dumps(export))
            needs = [("id", worker.names[number])]
        item = (spec.fid, (), needs, spec.extras)
        count = max(1, spec.num_returns)
        numbers = range(worker.submitted, worker.submitted + count)
        worker.own.update(numbers)
        worker.mine.update(numbers)
        if spec.is_default and not needs and not spec.extras:
            groups = [(worker.submitted, None, spec.fid, [spec.fid])]
            self.handlers[wire.PLAIN_CALLS](peer, pickle.dumps(groups))
        else:
            self.handlers[wire.SUBMIT](peer, pickle.dumps((worker.submitted, [item])))
        worker.submitted += count
        self.progress()
        if self.slow and self.draw.random() < 0.6:
            self.block(worker)

    def end(self, worker: Worker) -> None:
        if worker.running is None or worker.blocked:
            return
        item, worker.running = worker.running, None
        if worker.number is not None:
            self.end_inside(worker, worker.number, item[0] if type(item) is tuple else item)
            return
        fid = item[0] if type(item) is tuple else item
        if worker.peer.numbered:
            worker.results.append((worker.named, 9))
            worker.named += 1
            return
        fid = 9 if fid == "call" else fid
        self.ran[fid] = self.ran.get(fid, 0) + 1
        worker.results.append(("M", [7, 8]) if fid == 5 else fid)

    def flush(self, worker: Worker) -> None:
        if worker.results:
            values, worker.results = worker.results, []
            if worker.peer.numbered:
                self.draw.shuffle(values)
                self.handlers[wire.NUMBERED](worker.peer, pickle.dumps(values))
                self.progress()
                return
            self.handlers[wire.RESULTS](worker.peer, pickle.dumps((0.001, values)))
            self.progress()

    def give_back(self, worker: Worker) -> None:
        count = len(worker.queue)
        if count and worker.peer.actor is None:
            worker.queue.clear()
            self.handlers[wire.GIVE_BACK](worker.peer, pickle.dumps((worker.received, count)))
            self.progress()

    def block(self, worker: Worker) -> None:
        if worker.running is not None and not worker.blocked and worker.peer.actor is None:
            self.give_back(worker)
            self.flush(worker)
            worker.blocked = True
            some = self.draw.random() < 0.7
            known = sorted(worker.own & worker.mine)
            worker.waits.append([one for one in known if self.draw.random() < some])
            self.handlers[wire.BLOCKED](worker.peer, pickle.dumps(worker.waits[-1]))
            self.progress()

    def unblock(self, worker: Worker) -> None:
        if worker.blocked and worker.own.isdisjoint(worker.waits[-1]):
            worker.blocked = False
            worker.waits.pop()
            self.handlers[wire.BLOCKED](worker.peer, pickle.dumps(None))
            self.progress()

    def die(self, worker: Worker) -> None:
        self.simulated.remove(worker)
        self.forget(worker.peer)
        self.progress()

    def kill(self, worker: Worker) -> None:
        self.kills += 1
        self.die(worker)

    def cancel_one(self) -> None:
        pending = [ref for ref in self.refs if type(ref._value) in PENDING]
        if pending:
            self.ask("cancel", self.draw.choice(pending), False, True)

    # --- a schedule ------------------------------------------------------------------------

    def step(self, *, deadly: bool) -> None:
        """One random event."""
        choice = self.draw.random()
        if self.slow and 0.06 < choice < 0.37:
            choice += 0.33  # less of what comes from outside
        if choice < 0.15:
            self.submit_one()
        elif choice < 0.25:
            self.arrive()
        elif choice < 0.26:
            self.cancel_one()
        elif choice < 0.28:
            self.create_actor()
        elif choice < 0.36:
            self.call_actor()
        elif choice < 0.37:
            self.drop_handle()
        elif self.simulated:
            worker = self.draw.choice(self.simulated)
            if (deadly and choice < 0.39) or worker.peer.process.killed:
                self.kill(worker)
            else:
                self.draw.choice(self.acts)(worker)

    def settle_all(self) -> None:
        """No more submissions, deaths and handles: everything has to come to its end."""
        self.handles.clear()
        for turn in range(20_000):
            if not any(type(ref._value) in PENDING for ref in self.refs) and not any(
                worker.own for worker in self.simulated
            ):
                return
            if turn == 5_000:  # actors that hold what others need while they wait for those
                for identity in list(self.residents.by_id):
                    self.ask("kill_actor", identity, True)
            self.progress()
            self.arrive()
            for worker in list(self.simulated):
                if worker.peer.process.killed:
                    self.kill(worker)
                    continue
                self.unblock(worker)
                self.hear(worker)
                self.begin(worker)
                self.end(worker)
                if worker in self.simulated:
                    self.flush(worker)
        raise AssertionError("some calls never end")

    def check(self) -> None:
        """What holds at every moment."""
        for worker in self.simulated:
            peer = worker.peer
            assert peer.count == len(peer.inflight) + len(peer.open)
            offered = any(kind == wire.INSIDE for kind, _ in worker.inbox)
            assert peer.blocked == (worker.blocked and not offered)
        free = self.resources.free
        held: dict[str, int] = {}
        for worker in self.simulated:
            if worker.peer.lease is not None and not worker.peer.blocked:
                for name, amount in worker.peer.lease.items():
                    held[name] = held.get(name, 0) + amount
        for resident in self.residents.by_id.values():
            for name, amount in resident.spec.resources.items() if resident.started else ():
                held[name] = held.get(name, 0) + amount
        for name, total in self.resources.total.items():
            assert free[name] + held.get(name, 0) == total, (name, free, held)


def run(seed: int, *, steps: int = 150) -> Simulation:
    """One schedule from its seed to the end of all its calls."""
    simulation = Simulation(seed)
    for _ in range(steps):
        simulation.step(deadly=True)
        simulation.check()
    simulation.settle_all()
    simulation.check()
    for ref in simulation.refs:
        value = ref._value
        assert value in (1, 2, 3, 4, 7, 8, 9) or is_failure(value), value
    return simulation
