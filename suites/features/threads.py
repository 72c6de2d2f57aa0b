"""Threads: whether they run, run at once, and get along with signals and locks."""

import os
import signal
import sys
import threading
import time

ABSENT = (ImportError, AttributeError, NotImplementedError, OSError)
PATIENCE_S = 10
WAIT_S = 0.1


def has_threads():
    """threading starts a thread and joins it."""
    done = []
    try:
        thread = threading.Thread(target=done.append, args=(True,))
        thread.start()
        thread.join(PATIENCE_S)
    except (RuntimeError, *ABSENT):
        return False
    return done == [True]


def has_parallel_threads():
    """Two threads run Python code at once, on two processors."""
    # One thread counts while this one watches. Under a global lock the count stands still
    # while it is watched, however busy the machine and whatever other threads compute.
    count, stop = [0], []

    def keep_counting():
        while not stop:
            count[0] += 1

    thread = threading.Thread(target=keep_counting)
    thread.start()
    try:
        deadline = time.perf_counter() + 0.3
        while time.perf_counter() < deadline:
            if len({count[0] for _ in range(200)}) > 20:
                return True
        return False
    finally:
        stop.append(True)
        thread.join(PATIENCE_S)


def has_gil():
    """A global lock lets one thread at a time run Python code."""
    try:
        return sys._is_gil_enabled()
    except AttributeError:
        return not has_parallel_threads()


def has_free_threaded_build():
    """The interpreter was built to run without a global lock (Py_GIL_DISABLED)."""
    try:
        import sysconfig

        return bool(sysconfig.get_config_var("Py_GIL_DISABLED"))
    except ABSENT:
        return False


def has_native_thread_ids():
    """threading.get_native_id gives the thread id that the kernel uses."""
    try:
        return os.path.exists("/proc/self/task/%d" % threading.get_native_id())
    except ABSENT:
        return False


def has_fair_switching():
    """A thread that computes without end is interrupted for the others."""
    stop = []

    def hog():
        while not stop:
            pass

    thread = threading.Thread(target=hog, daemon=True)
    thread.start()
    time.sleep(0.001)
    stop.append(True)
    thread.join(PATIENCE_S)
    return not thread.is_alive()


def has_signal_handlers():
    """A Python function runs when the process receives a signal, in the middle of a sleep."""
    return interrupts(lambda: time.sleep(WAIT_S))


def has_interruptible_locks():
    """A signal handler runs while the main thread waits for a lock."""
    lock = threading.Lock()
    with lock:
        return interrupts(lambda: lock.acquire(timeout=WAIT_S))


def interrupts(wait):
    """Whether a signal sent early in a wait reaches its handler well before the end."""
    moments = []
    try:
        previous = signal.signal(signal.SIGUSR1, lambda *_: moments.append(time.perf_counter()))
    except (ValueError, *ABSENT):
        return False
    try:
        sender = threading.Timer(WAIT_S / 20, os.kill, (os.getpid(), signal.SIGUSR1))
        sender.start()
        wait()
        end = time.perf_counter()
        sender.join(PATIENCE_S)
        time.sleep(0.001)  # a late handler must not outlive its registration
        return len(moments) == 1 and end - moments[0] > WAIT_S / 5
    finally:
        signal.signal(signal.SIGUSR1, previous)


def has_interval_timers():
    """signal.setitimer raises SIGALRM after a fraction of a second."""
    fired = []
    try:
        previous = signal.signal(signal.SIGALRM, lambda *_: fired.append(True))
    except (ValueError, *ABSENT):
        return False
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.002)
        for _ in range(200):
            if fired:
                break
            time.sleep(0.005)
        return fired == [True]
    except ABSENT:
        return False
    finally:
        signal.signal(signal.SIGALRM, previous)


def has_subinterpreters():
    """A second interpreter with modules of its own runs code in this process."""
    return runs_by_public_module() or any(
        map(runs_by_private_module, ("_interpreters", "_xxsubinterpreters"))
    )


def runs_by_public_module():
    try:
        from concurrent import interpreters

        interpreter = interpreters.create()
    except ABSENT:
        return False
    try:
        return writes_into_pipe(interpreter.exec)
    finally:
        interpreter.close()


def runs_by_private_module(name):
    """Before Python 3.14 the module had no public name."""
    try:
        interpreters = __import__(name)
        identity = interpreters.create()
    except ABSENT:
        return False
    try:
        return writes_into_pipe(lambda source: interpreters.run_string(identity, source))
    finally:
        interpreters.destroy(identity)


def writes_into_pipe(run):
    """Whether a program that run() executes elsewhere can write into a pipe of ours."""
    reader, writer = os.pipe()
    try:
        os.write(writer, b"<")
        run("import os; os.write(%d, b'ok')" % writer)
        os.write(writer, b">")
        return os.read(reader, 10) == b"<ok>"
    finally:
        os.close(reader)
        os.close(writer)


def has_context_variables():
    """contextvars keep a value per context and restore it."""
    try:
        import contextvars

        variable = contextvars.ContextVar("variable", default=1)
        contextvars.copy_context().run(variable.set, 2)
        return variable.get() == 1
    except ABSENT:
        return False


def has_inherited_context():
    """A new thread starts with a copy of its creator's context variables."""
    import contextvars

    variable, seen = contextvars.ContextVar("variable", default="empty"), []

    def start():
        variable.set("inherited")
        thread = threading.Thread(target=lambda: seen.append(variable.get()))
        thread.start()
        thread.join(PATIENCE_S)

    contextvars.copy_context().run(start)
    return seen == ["inherited"]
