"""Threads and what keeps them apart: locks, conditions, queues, thread-local values,
executors. Every wait is bounded, so that a fault shows as a failure and not as a hang."""

import queue
import threading
import time

PATIENCE_S = 10


def run_threads(count, function):
    """Run function(index) in as many threads and wait for all."""
    threads = [threading.Thread(target=function, args=(index,)) for index in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE_S)
        assert not thread.is_alive()


def raised(function, *arguments):
    """The class of what a call raises, None when it returns."""
    try:
        function(*arguments)
    except Exception as error:
        return type(error)
    return None


def test_counting_under_a_lock_loses_nothing():
    lock, total = threading.Lock(), [0]

    def count(_):
        for _ in range(500):
            with lock:
                total[0] += 1

    run_threads(4, count)
    assert total == [2000]


def test_concurrent_insertions_of_distinct_keys_are_all_kept():
    table, items, members = {}, [], set()

    def insert(index):
        for number in range(500):
            table[index, number] = number
            items.append(number)
            members.add((index, number))

    run_threads(4, insert)
    assert len(table) == len(items) == len(members) == 2000
    assert sum(table.values()) == sum(items) == 4 * sum(range(500))


def test_only_one_setdefault_wins():
    table, results, start = {}, [], threading.Barrier(4)

    def race(index):
        start.wait(PATIENCE_S)
        results.append(table.setdefault("key", [index]))

    run_threads(4, race)
    assert len(results) == 4 and all(result is table["key"] for result in results)


def test_lock_is_held_by_one():
    lock = threading.Lock()
    assert lock.acquire() and lock.locked()
    assert not lock.acquire(blocking=False) and not lock.acquire(timeout=0.001)
    run_threads(1, lambda _: lock.release())
    assert not lock.locked() and raised(lock.release) is RuntimeError


def test_reentrant_lock_belongs_to_its_thread():
    lock, outcomes = threading.RLock(), []

    def intrude(_):
        outcomes.append(lock.acquire(blocking=False))
        outcomes.append(raised(lock.release))

    with lock, lock:
        run_threads(1, intrude)
    assert outcomes == [False, RuntimeError]
    run_threads(1, lambda _: outcomes.append(lock.acquire(timeout=PATIENCE_S)) or lock.release())
    assert outcomes[-1] is True


def test_condition_hands_over_in_turn():
    condition, turns = threading.Condition(), []

    def take_turns(index):
        for step in range(5):
            with condition:
                mine = step * 2 + index
                assert condition.wait_for(lambda mine=mine: len(turns) == mine, PATIENCE_S)
                turns.append(index)
                condition.notify_all()

    run_threads(2, take_turns)
    return turns


def test_event_and_barrier_release_everyone():
    event, barrier, log = threading.Event(), threading.Barrier(4), []

    def wait(_):
        barrier.wait(PATIENCE_S)
        log.append(event.wait(PATIENCE_S))

    opener = threading.Timer(0.005, event.set)
    opener.start()
    run_threads(4, wait)
    opener.join(PATIENCE_S)
    assert log == [True] * 4 and not threading.Event().wait(0)


def test_semaphore_bounds_what_runs_at_once():
    semaphore, lock, running, peaks = threading.BoundedSemaphore(2), threading.Lock(), [0], []

    def work(_):
        with semaphore:
            with lock:
                running[0] += 1
                peaks.append(running[0])
            time.sleep(0.001)
            with lock:
                running[0] -= 1

    run_threads(6, work)
    assert max(peaks) <= 2 and raised(semaphore.release) is ValueError


def test_thread_local_values_are_private():
    class Local(threading.local):
        def __init__(self, start):
            self.values = [start]

    local, seen = Local("start"), []

    def use(index):
        local.values.append(index)
        time.sleep(0.001)
        seen.append(list(local.values))

    local.values.append("main")
    run_threads(3, use)
    assert sorted(seen) == [["start", index] for index in range(3)]
    assert local.values == ["start", "main"]


def test_queues_keep_their_order():
    results = []
    for kind in (queue.Queue, queue.SimpleQueue, queue.LifoQueue, queue.PriorityQueue):
        waiting = kind()
        for item in (2, 3, 1):
            waiting.put(item)
        results.append([waiting.get(timeout=PATIENCE_S) for _ in range(3)])
        assert raised(waiting.get_nowait) is queue.Empty
    return results


def test_bounded_queue_passes_everything_between_threads():
    pipe, received = queue.Queue(maxsize=2), []

    def produce_or_consume(index):
        for number in range(200):
            if index == 0:
                pipe.put(number, timeout=PATIENCE_S)
            else:
                received.append(pipe.get(timeout=PATIENCE_S))

    run_threads(2, produce_or_consume)
    assert received == list(range(200)) and pipe.empty()


def test_exception_in_a_thread_goes_to_the_hook():
    reports = []
    original, threading.excepthook = threading.excepthook, reports.append
    try:
        run_threads(1, lambda _: 1 // 0)
    finally:
        threading.excepthook = original
    assert [report.exc_type for report in reports] == [ZeroDivisionError]


def test_executor_keeps_order_and_carries_exceptions():
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(3) as pool:
        results = list(pool.map(lambda n: n * n, range(10), timeout=PATIENCE_S))
        failing = pool.submit(int, "x")
        assert type(failing.exception(PATIENCE_S)) is ValueError
        assert raised(failing.result) is ValueError
    assert raised(pool.submit, int) is RuntimeError
    return results


def test_context_variables_are_private_to_a_thread():
    import contextvars

    variable = contextvars.ContextVar("variable", default="unset")
    variable.set("main")
    context, seen = contextvars.copy_context(), []

    def look(_):
        variable.set("other")
        seen.append(context.run(variable.get))

    run_threads(1, look)
    assert seen == ["main"] and variable.get() == "main"


def test_threads_have_identities():
    seen = []

    def look(_):
        current = threading.current_thread()
        seen.append((current.ident == threading.get_ident(), current in threading.enumerate()))

    run_threads(1, look)
    thread = threading.Thread(target=look, name="named", daemon=True)
    assert seen == [(True, True)] and thread.name == "named" and thread.daemon
    assert thread.ident is None and raised(thread.join) is RuntimeError


def test_blocked_thread_does_not_stop_the_others():
    import os

    reader, writer = os.pipe()
    received = []
    thread = threading.Thread(target=lambda: received.append(os.read(reader, 10)))
    thread.start()
    try:
        assert sum(range(1000)) == 499500
    finally:
        os.write(writer, b"wake up")
        thread.join(PATIENCE_S)
        os.close(reader)
        os.close(writer)
    assert received == [b"wake up"]
