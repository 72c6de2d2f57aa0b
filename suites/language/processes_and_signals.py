"""Child interpreters, pipes, exit codes and signals: the ground on which tools, test
runners and servers stand. Children are few, since a start may cost seconds."""

import os
import signal
import subprocess
import sys
import time
import unittest

PATIENCE_S = 60


def run_python(source, *arguments, **options):
    """Run a program in a child of this interpreter, its output captured."""
    options.setdefault("stdout", subprocess.PIPE)
    command = [sys.executable, "-c", source, *arguments]
    return subprocess.run(command, stderr=subprocess.PIPE, timeout=PATIENCE_S, **options)


def received(number, action):
    """The signals that a handler sees while the action runs."""
    import threading

    if threading.current_thread() is not threading.main_thread():
        raise unittest.SkipTest("main thread")
    log = []
    previous = signal.signal(number, lambda signum, frame: log.append(signum))
    try:
        action()
        wait_for(lambda: log)
    finally:
        signal.signal(number, previous)
    return log


def wait_for(condition):
    """Give the interpreter a while to run its handlers."""
    for _ in range(100):
        if condition():
            return
        time.sleep(0.001)


def test_every_byte_survives_the_pipes():
    program = """
import sys
data = sys.stdin.buffer.read()
sys.stdout.buffer.write(data[::-1])
sys.stderr.buffer.write(data[:3])
"""
    every_byte = bytes(range(256)) * 300  # more than a pipe holds
    child = run_python(program, input=every_byte)
    assert child.returncode == 0 and child.stdout == every_byte[::-1]
    assert child.stderr.endswith(every_byte[:3])


def test_arguments_and_environment_reach_the_child():
    program = """
import os, sys, atexit
atexit.register(print, "at exit")
same_folder = os.getcwd() == os.path.realpath(sys.argv[2])
print(ascii(sys.argv[1:]), os.environ["PYROMETER_TEST"], same_folder)
sys.exit(3)
"""
    environment = dict(os.environ, PYROMETER_TEST="a b=c", PYTHONIOENCODING="utf-8")
    folder = os.path.realpath(os.sep)
    arguments = ("a b", folder, "", "\"'$*")
    child = run_python(program, *arguments, env=environment, cwd=folder)
    assert child.returncode == 3
    return child.stdout.decode().split()[-5:]


def test_uncaught_exception_is_printed_and_exits_with_one():
    child = run_python("def fail():\n    raise KeyError('lost')\nfail()")
    lines = child.stderr.decode().splitlines()
    assert child.returncode == 1 and child.stdout == b""
    assert lines[-1] == "KeyError: 'lost'"
    assert 'File "<string>", line 2, in fail' in child.stderr.decode()


def test_exit_message_goes_to_stderr():
    child = run_python("import sys\nprint('out')\nsys.exit('farewell')")
    assert child.returncode == 1 and child.stdout.split() == [b"out"]
    assert child.stderr.rstrip().endswith(b"farewell")


def test_terminated_child_reports_its_signal():
    program = "import time\nprint('ready', flush=True)\ntime.sleep(60)"
    command = [sys.executable, "-c", program]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as child:
        assert child.stdout.readline().strip() == b"ready" and child.poll() is None
        child.kill()
        assert child.wait(PATIENCE_S) == -signal.SIGKILL


def test_pipeline_of_other_programs():
    shell = "read line; echo got $line; echo error >&2; exit 7"
    child = subprocess.run(
        ["/bin/sh", "-c", shell], input="text\n", capture_output=True, text=True, timeout=PATIENCE_S
    )
    try:
        subprocess.run(["/no/such/program"])
    except FileNotFoundError as error:
        assert error.filename == "/no/such/program"
    else:
        raise AssertionError("a missing program was started")
    return [child.returncode, child.stdout, child.stderr]


def test_slow_child_is_killed_after_the_timeout():
    try:
        subprocess.run(["/bin/sh", "-c", "exec sleep 60"], timeout=0.02, stdout=subprocess.DEVNULL)
    except subprocess.TimeoutExpired as error:
        assert error.cmd[0] == "/bin/sh"
    else:
        raise AssertionError("sixty seconds passed")


def test_handler_runs_on_a_signal_to_oneself():
    log = received(signal.SIGUSR1, lambda: os.kill(os.getpid(), signal.SIGUSR1))
    assert log == [signal.SIGUSR1]


def test_sleep_and_reads_go_on_after_a_signal():
    """Interrupted system calls are repeated."""
    if not hasattr(signal, "setitimer"):
        raise unittest.SkipTest("setitimer")
    reader, writer = os.pipe()
    texts = []

    def act():
        signal.setitimer(signal.ITIMER_REAL, 0.005)
        command = ["/bin/sh", "-c", "sleep 0.03; echo late"]
        with subprocess.Popen(command, stdout=writer):
            texts.append(os.read(reader, 100))

    try:
        assert received(signal.SIGALRM, act) == [signal.SIGALRM]
    finally:
        os.close(reader)
        os.close(writer)
    assert texts == [b"late\n"]


def test_handler_may_interrupt_by_raising():
    if not hasattr(signal, "setitimer"):
        raise unittest.SkipTest("setitimer")

    class Alarm(Exception): ...

    def handler(signum, frame):
        raise Alarm

    previous = signal.signal(signal.SIGALRM, handler)
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.005)
        time.sleep(5)
    except Alarm:
        return
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)
    raise AssertionError("the sleep was not interrupted")


def test_ignored_signals_are_ignored():
    previous = signal.signal(signal.SIGUSR2, signal.SIG_IGN)
    try:
        os.kill(os.getpid(), signal.SIGUSR2)
        assert signal.getsignal(signal.SIGUSR2) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGUSR2, previous)


def test_blocked_signals_wait():
    if not hasattr(signal, "pthread_sigmask"):
        raise unittest.SkipTest("pthread_sigmask")
    states = []

    def act():
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1])
        os.kill(os.getpid(), signal.SIGUSR1)
        states.append(signal.SIGUSR1 in signal.sigpending())
        signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGUSR1])

    assert received(signal.SIGUSR1, act) == [signal.SIGUSR1] and states == [True]


def test_pipes_report_a_closed_reader():
    reader, writer = os.pipe()
    os.close(reader)
    try:
        os.write(writer, b"x")
    except BrokenPipeError:
        return
    finally:
        os.close(writer)
    raise AssertionError("wrote into a pipe that nobody reads")
