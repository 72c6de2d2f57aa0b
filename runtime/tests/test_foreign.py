"""What workers tell the hub: each has names and numbers of its own."""

from __future__ import annotations

import pickle

import pytest
import schedules

from polyray import wire
from polyray.options import Spec
from polyray.peer import Peer
from polyray.refs import Call

IDENTITY = b"i" * 28


def peer_of(core: schedules.Simulation, number: int) -> Peer:
    link, process = schedules.FakeLink(number), schedules.FakeProcess(number)
    return Peer(link, process, None, None)


@pytest.fixture
def core() -> schedules.Simulation:
    return schedules.Simulation(seed=0)


def test_two_workers_may_call_different_functions_by_the_same_number(
    core: schedules.Simulation,
) -> None:
    one, other = peer_of(core, 101), peer_of(core, 102)
    for peer, fid in ((one, 11), (other, 22)):
        spec = Spec(fid, f"function {fid}", b"", {})
        core.handlers[wire.DEFINE](peer, pickle.dumps((7, spec)))
    for peer in (one, other):
        core.handlers[wire.SUBMIT](peer, pickle.dumps((0, [(7, (), None, None)])))
    calls = [peer.tasks[0]._value for peer in (one, other)]
    assert all(type(call) is Call for call in calls)
    assert [call.spec.fid for call in calls] == [11, 22]


def test_what_a_worker_has_made_known_goes_when_it_lets_go_however_often_it_was_sent_back(
    core: schedules.Simulation,
) -> None:
    peer = peer_of(core, 101)
    core.handlers[wire.EXPORT](peer, pickle.dumps([(IDENTITY, None, 5, True)]))
    ref = core.exported[IDENTITY]
    core.foreign.outgoing(peer, ("P", b"", (ref,)))
    core.foreign.outgoing(peer, ("P", b"", (ref,)))
    del ref
    assert IDENTITY in core.exported
    core.handlers[wire.RELEASE](peer, pickle.dumps([(IDENTITY, 2)]))
    assert not peer.exports
    assert not peer.holds
    assert IDENTITY not in core.exported
