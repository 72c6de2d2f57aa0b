"""The contract of segments: bytes, numbers, waits, checksums."""

import array
import os
import random
import threading
import time

import accel_peers
from accel_terms import PATIENCE_S, SIGNAL_S, contract, ended_well, peer, refuses, signalled

from polyray.accel import pure


@contract
def what_one_writes_another_reads(route, path):
    with route.Segment(path, 4096) as one, route.Segment(path) as other:
        one.write(100, b"hello")
        assert bytes(other.read(100, 5)) == b"hello"
        assert (one.size, other.size, one.path) == (4096, 4096, path)
        assert bytes(other.read(0, 100)) == bytes(100)
        assert other.read(100, 5).readonly
        other.prefault()
        other.write(102, b"LL")
        assert bytes(one.read(100, 5)) == b"heLLo"


@contract
def views_outlive_their_segment(route, path):
    segment = route.Segment(path, 4096)
    segment.write(4000, b"here to stay")
    view = segment.read(4000, 12)
    segment.close()
    del segment
    os.unlink(path)
    assert bytes(view) == b"here to stay"
    assert view.nbytes == 12


@contract
def every_size_at_every_offset(route, path):
    draw = random.Random(7)
    expected = bytearray(20000)
    with route.Segment(path, len(expected)) as segment:
        for turn in range(300):
            if turn == 150:
                segment.prefault()
            size = draw.choice((0, 1, 2, 7, 8, 63, 64, 65, 1000, 4096, 9999))
            offset = draw.randrange(len(expected) - size + 1)
            block = bytes([turn % 251]) * size
            segment.write(offset, block)
            expected[offset : offset + size] = block
        assert bytes(segment.read(0, len(expected))) == expected


@contract
def large_blocks_at_odd_offsets(route, path):
    block = bytes(range(256)) * ((9 << 20) // 256)
    with route.Segment(path, len(block) + 100) as segment:
        for present in (False, True):
            if present:
                segment.prefault()
            for offset in (0, 1, 63):
                segment.write(offset, block)
                assert segment.read(offset, len(block)) == block
                assert segment.read(offset, len(block))[:0].nbytes == 0


@contract
def whatever_has_bytes_is_written(route, path):
    numbers = array.array("I", [1, 2, 3])
    with route.Segment(path, 4096) as segment:
        for present in (False, True):
            if present:
                segment.prefault()
            for source in (b"abc", bytearray(b"abc"), memoryview(b"xabcx")[1:4]):
                segment.write(9, source)
                assert bytes(segment.read(9, 3)) == b"abc"
            segment.write(16, numbers)
            assert bytes(segment.read(16, 12)) == numbers.tobytes()
            segment.write(0, b"")
            released = memoryview(b"abc")
            released.release()
            refuses(ValueError, segment.write, 0, released)
            refuses(TypeError, segment.write, 0, "text")
            refuses((TypeError, BufferError), segment.write, 0, memoryview(b"abcd")[::2])


@contract
def a_segment_is_written_from_itself(route, path):
    with route.Segment(path, 4096) as segment:
        for present in (False, True):
            if present:
                segment.prefault()
            for source, target in ((0, 9), (9, 0)):
                segment.write(0, bytes(range(200)))
                segment.write(target, segment.read(source, 150))
                assert bytes(segment.read(target, 150)) == bytes(range(source, source + 150))


@contract
def nothing_reaches_beyond_the_end(route, path):
    with route.Segment(path, 4096) as segment:
        for offset, length in ((-1, 2), (4090, 7), (4097, 0), (0, 4097)):
            refuses(ValueError, segment.read, offset, length, saying="of a segment of 4096")
            data = bytes(length)
            refuses(ValueError, segment.write, offset, data, saying="of a segment of 4096")
        refuses(ValueError, segment.read, 0, -1, saying="of a segment of 4096")
        refuses(ValueError, segment.number, 4089, saying="of a segment of 4096")
        segment.write(4096, b"")
        assert segment.read(4096, 0).nbytes == 0


@contract
def a_segment_is_made_only_once(route, path):
    route.Segment(path, 10).close()
    refuses(FileExistsError, route.Segment, path, 10)
    refuses(FileNotFoundError, route.Segment, path + "-other")
    refuses(ValueError, route.Segment, path + "-other", -1)
    assert not os.path.exists(path + "-other")
    with route.Segment(path + "-empty", 0) as empty:
        empty.prefault()
        assert empty.read(0, 0).nbytes == 0


@contract
def a_closed_segment_says_so(route, path):
    segment = route.Segment(path, 4096)
    ring = route.Ring(segment, 0, 64)
    segment.close()
    segment.close()
    for call, *arguments in (
        (segment.write, 0, b"x"),
        (segment.read, 0, 1),
        (segment.number, 0),
        (segment.fetch_add, 0, 1),
        (segment.prefault,),
        (segment.wait, 0, 0, 0.0),
        (route.Ring, segment, 0, 64),
        (ring.write, b"x"),
        (ring.frames,),
        (ring.wait, 0.0),
        (ring.doze,),
    ):
        refuses(ValueError, call, *arguments, saying="is closed")


# --- numbers -------------------------------------------------------------------------------


@contract
def numbers_are_compared_set_and_added(route, path):
    with route.Segment(path, 64) as segment:
        assert segment.cas(8, 0, 5) == 0
        assert segment.cas(8, 0, 6) == 5
        assert segment.fetch_add(8, 3) == 5
        assert segment.fetch_add(8, (1 << 64) - 9) == 8
        assert segment.fetch_add(8, 0) == (1 << 64) - 1
        assert segment.fetch_add(8, -1) == (1 << 64) - 1
        assert segment.number(8) == (1 << 64) - 2
        assert bytes(segment.read(8, 8)) == b"\xfe" + b"\xff" * 7
        segment.write(8, bytes(8))
        assert segment.number(8) == 0


@contract
def what_is_no_number_is_refused(route, path):
    with route.Segment(path, 64) as segment:
        refuses(ValueError, segment.number, 4, saying="not aligned")
        refuses(ValueError, segment.fetch_add, 9, 1, saying="not aligned")
        refuses(OverflowError, segment.cas, 0, -1, 0)
        refuses(OverflowError, segment.cas, 0, 0, 1 << 64)
        refuses(OverflowError, segment.wait, 0, 1 << 64, 0.0)
        refuses(TypeError, segment.cas, 0, "x", 0)
        assert segment.number(0) == 0


@contract
def no_addition_is_lost(route, path):
    with route.Segment(path, 64) as segment:
        processes = [peer(route, "add", path, 500) for _ in range(2)]
        threads = [
            threading.Thread(target=accel_peers.add, args=(route, path, 500)) for _ in range(2)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for process in processes:
            ended_well(process)
        assert segment.number(0) == 2000


@contract
def a_waiter_sees_a_change_and_a_timeout(route, path):
    with route.Segment(path, 64) as segment:
        assert segment.wait(0, 1, 30.0) is True
        before = time.monotonic()
        assert segment.wait(0, 0, 0.01) is False
        assert time.monotonic() - before >= 0.01
        timer = threading.Timer(0.05, segment.fetch_add, (0, 1))
        timer.start()
        assert segment.wait(0, 0, PATIENCE_S)
        timer.join()


@contract
def another_process_wakes_a_waiter(route, path):
    with route.Segment(path, 64) as segment:
        process = peer(route, "answer", path, 20)
        for turn in range(20):
            segment.fetch_add(0, 1)
            segment.wake(0)
            assert segment.wait(8, turn, PATIENCE_S), "the other side is silent"
        ended_well(process)


@contract
def signal_handlers_run_while_one_waits(route, path):
    with route.Segment(path, 4096) as segment:
        ring = route.Ring(segment, 0, 64)

        def handle(*_):
            segment.fetch_add(1024, 1)
            ring.write(b"handled")

        with signalled(handle):
            assert segment.wait(1024, 0, SIGNAL_S) is True
        assert ring.frames() == [b"handled"]
        with signalled(handle):
            assert ring.wait(SIGNAL_S) is True


@contract
def what_a_signal_handler_raises_ends_a_wait(route, path):
    def handle(*_):
        raise InterruptedError("handled")

    with route.Segment(path, 4096) as segment:
        with signalled(handle):
            refuses(InterruptedError, segment.wait, 1024, 0, SIGNAL_S, saying="handled")
        ring = route.Ring(segment, 0, 64)
        with signalled(handle):
            refuses(InterruptedError, ring.wait, SIGNAL_S, saying="handled")


@contract
def checksums_have_their_known_values(route, path):
    for data, expected in (  # RFC 3720, appendix B.4
        (b"", 0),
        (b"123456789", 0xE3069283),
        (bytes(32), 0x8A9136AA),
        (b"\xff" * 32, 0x62A8AB43),
        (bytes(range(32)), 0x46DD794E),
        (bytearray(range(31, -1, -1)), 0x113FDB5C),
    ):
        assert route.crc32c(data) == expected
        for cut in range(len(data)):
            assert route.crc32c(memoryview(data)[cut:], route.crc32c(data[:cut])) == expected
    assert route.crc32c(bytes(200000)) == pure.crc32c(bytes(200000))
