"""The contract of rings: frames, room, sleep, and what a peer may have written."""

import random
import signal
import threading

import accel_peers
from accel_terms import CAPACITY, PATIENCE_S, contract, ended_well, made_ring, peer, refuses

from polyray.accel import layout, pure
from polyray.accel.routes import PURE, load


@contract
def a_ring_says_when_it_is_full(route, path):
    ring = made_ring(route, path)
    assert ring.write(bytes(200)) == layout.DONE
    assert ring.write(bytes(60)) == layout.NO_ROOM
    assert ring.frames() == [bytes(200)]
    assert ring.write(bytes(252)) == layout.DONE
    assert ring.write(b"") == layout.NO_ROOM
    refuses(ValueError, ring.write, bytes(253), saying="a frame of 253 bytes in a ring of 256")
    assert ring.frames() == [bytes(252)]
    assert ring.frames() == []
    assert (ring.capacity, ring.segment.path) == (CAPACITY, path)


@contract
def a_ring_has_to_fit(route, path):
    size = layout.HEAD_BYTES + CAPACITY
    with route.Segment(path, size) as segment:
        for offset, capacity in (
            (0, CAPACITY + 1),
            (8, CAPACITY),
            (1, 64),
            (-8, 64),
            (1 << 40, 64),
            (0, 7),
            (0, -1),
            (0, 1 << 31),
        ):
            refuses(ValueError, route.Ring, segment, offset, capacity, saying="no ring of")
        route.Ring(segment, 0, 64)
        refuses(ValueError, route.Ring, segment, 0, 65, saying="another capacity than 65")
    with route.Segment(path + "-small", 16) as segment:
        refuses(ValueError, route.Ring, segment, 0, 8, saying="no ring of")


@contract
def another_layout_is_refused(route, path):
    with route.Segment(path, 4096) as segment:
        segment.cas(0, 0, layout.IDENTITY + (1 << 32))
        refuses(ValueError, route.Ring, segment, 0, 64, saying="no ring of layout")
        assert segment.number(layout.CAPACITY) == 0


@contract
def frames_of_all_sizes_at_all_places(route, path):
    for capacity in (64, 97):
        ring = made_ring(route, path + str(capacity), capacity)
        for turn in range(3 * capacity):
            frame = bytes([turn % 251]) * (turn % (capacity - 3))
            assert ring.write(frame) == layout.DONE
            assert ring.frames() == [frame]


@contract
def frames_come_whole_and_in_order(route, path):
    draw = random.Random(3)
    ring, sent, received = made_ring(route, path), [], []
    for number in range(3000):
        frame = bytes([number % 251]) * draw.choice((0, 1, 3, 4, 5, 40, 200))
        while ring.write(frame) == layout.NO_ROOM:
            received += ring.frames()
        sent.append(frame)
        if draw.random() < 0.2:
            received += ring.frames()
    received += ring.frames()
    assert received == sent
    assert all(type(frame) is bytes for frame in received)


@contract
def many_small_frames_are_taken_at_once(route, path):
    ring = made_ring(route, path, 1 << 16)
    sent = [number.to_bytes(2, "little") for number in range(5000)]
    for frame in sent:
        assert ring.write(frame)
    assert ring.frames() == sent


@contract
def whatever_has_bytes_is_a_frame(route, path):
    ring = made_ring(route, path)
    for frame in (b"abc", bytearray(b"abc"), memoryview(b"xabcx")[1:4]):
        assert ring.write(frame)
    assert ring.frames() == [b"abc"] * 3
    refuses(TypeError, ring.write, "text")


@contract
def a_ring_connects_two_processes(route, path):
    ring = made_ring(route, path)
    process = peer(route, "send", path, 3000)
    found = []
    while len(found) < 3000:
        assert ring.wait(PATIENCE_S), "the other side is silent"
        found += ring.frames()
    ended_well(process)
    assert found == [accel_peers.numbered(number) for number in range(3000)]


@contract
def of_a_writer_that_dies_whole_frames_are_left(route, path):
    ring = made_ring(route, path)
    process = peer(route, "send", path, 1 << 30)
    found = []
    while len(found) < 500:
        assert ring.wait(PATIENCE_S), "the other side is silent"
        found += ring.frames()
    process.kill()
    ended = process.wait(PATIENCE_S)
    process.stdout.close()
    assert ended == -signal.SIGKILL
    found += ring.frames()
    assert ring.wait(0.0) is False
    assert found == [accel_peers.numbered(number) for number in range(len(found))]


@contract
def waiting_for_room_ends_when_there_is_some(route, path):
    ring = made_ring(route, path)
    assert ring.wait_for_room(252, 0.0) is True
    ring.write(bytes(200))
    assert ring.wait_for_room(48, 0.0) is True
    assert ring.wait_for_room(49, 0.01) is False
    timer = threading.Timer(0.05, ring.frames)
    timer.start()
    assert ring.wait_for_room(252, PATIENCE_S) is True
    timer.join()


@contract
def a_dozing_reader_has_to_be_told_once(route, path):
    ring = made_ring(route, path)
    assert ring.doze() is True
    assert ring.write(b"a") == layout.TELL
    assert ring.write(b"b") == layout.DONE
    assert ring.doze() is False
    assert ring.write(b"c") == layout.DONE
    assert ring.frames() == [b"a", b"b", b"c"]
    assert ring.doze() is True
    assert ring.write(b"d") == layout.TELL


@contract
def what_no_writer_makes_is_refused(route, path):
    ring = made_ring(route, path)
    segment = ring.segment
    for written, taken in ((257, 0), (0, 1), ((1 << 64) - 1, 0), (3, 0), (20, 0)):
        segment.write(layout.WRITTEN, written.to_bytes(8, "little"))
        segment.write(layout.TAKEN, taken.to_bytes(8, "little"))
        segment.write(layout.HEAD_BYTES, b"\xff" * 4)  # a length of 4 GiB
        refuses(ConnectionError, ring.frames, saying="holds what no writer makes")
        assert segment.number(layout.TAKEN) == taken
    segment.write(layout.WRITTEN, bytes(8))
    segment.write(layout.TAKEN, (1).to_bytes(8, "little"))
    refuses(ConnectionError, ring.write, b"x", saying="holds what no writer makes")


@contract
def random_bytes_never_break_out(route, path):
    draw = random.Random(5)
    with route.Segment(path, layout.HEAD_BYTES + 64) as segment:
        ring = route.Ring(segment, 0, 64)
        for _ in range(2000):
            segment.write(layout.HEAD_BYTES, draw.getrandbits(512).to_bytes(64, "little"))
            start = draw.getrandbits(64)
            count = draw.choice((0, 1, 4, 17, 64, 65))
            for offset, value in ((layout.TAKEN, start), (layout.WRITTEN, start + count)):
                segment.write(offset, (value & pure.MASK).to_bytes(8, "little"))
            try:
                found = ring.frames()
            except ConnectionError:
                continue
            assert sum(len(frame) + layout.LENGTH_BYTES for frame in found) == count


@contract
def it_speaks_with_the_reference(route, path):
    reference = load(PURE)
    ours = made_ring(route, path)
    theirs = reference.Ring(reference.Segment(path), 0, CAPACITY)
    draw = random.Random(11)
    for writer, reader in ((ours, theirs), (theirs, ours)):
        for turn in range(200):
            sent = [bytes([turn % 251]) * draw.randrange(50) for _ in range(draw.randrange(4))]
            assert all(writer.write(frame) == layout.DONE for frame in sent)
            assert reader.frames() == sent
        assert reader.doze()
        assert writer.write(b"told") == layout.TELL
        assert reader.frames() == [b"told"]
