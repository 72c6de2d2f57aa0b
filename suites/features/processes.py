"""Making, finding and ending processes: what decides how a pool of workers can be built."""

import os
import signal
import subprocess
import sys

ABSENT = (ImportError, AttributeError, NotImplementedError, OSError)
PATIENCE_S = 60


def python(program):
    return [sys.executable, "-c", program]


def has_fork():
    """os.fork creates a child process, which ends with the code it chose."""
    try:
        child = os.fork()
    except ABSENT:
        return False
    if child == 0:
        os._exit(7)
    _, status = os.waitpid(child, 0)
    return os.WIFEXITED(status) and os.WEXITSTATUS(status) == 7


def has_subprocess():
    """subprocess starts this interpreter itself, and pipes carry bytes both ways."""
    try:
        program = "import sys; sys.stdout.write(sys.stdin.read().upper())"
        child = subprocess.run(
            python(program),
            input=b"text",
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=PATIENCE_S,
        )
    except ABSENT:
        return False
    return child.returncode == 0 and child.stdout == b"TEXT"


def has_inherited_descriptors():
    """subprocess hands an open file descriptor to the child (pass_fds)."""
    reader, writer = os.pipe()
    try:
        command = ["/bin/sh", "-c", "echo ok >/dev/fd/%d" % writer]
        subprocess.run(command, pass_fds=[writer], timeout=PATIENCE_S, stdout=subprocess.DEVNULL)
        os.close(writer)
        writer = -1
        return os.read(reader, 10) == b"ok\n"
    except ABSENT:
        return False
    finally:
        os.close(reader)
        if writer >= 0:
            os.close(writer)


def has_posix_spawn():
    """os.posix_spawn starts a program without forking the interpreter."""
    try:
        command = ["/bin/sh", "-c", "exit 5"]
        child = os.posix_spawn(command[0], command, dict(os.environ))
    except ABSENT:
        return False
    _, status = os.waitpid(child, 0)
    return os.WEXITSTATUS(status) == 5


def has_pidfd():
    """os.pidfd_open gives a descriptor that becomes readable when the process ends."""
    import select

    with subprocess.Popen(["/bin/sh", "-c", "exit 0"], stdout=subprocess.DEVNULL) as child:
        try:
            descriptor = os.pidfd_open(child.pid)
        except ABSENT:
            return False
        try:
            return select.select([descriptor], [], [], 10)[0] == [descriptor]
        finally:
            os.close(descriptor)


def has_waitid():
    """os.waitid looks at an ended child without reaping it."""
    with subprocess.Popen(["/bin/sh", "-c", "exit 3"], stdout=subprocess.DEVNULL) as child:
        try:
            result = os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
        except ABSENT:
            return False
        return result.si_status == 3 and child.wait() == 3


def has_multiprocessing_spawn():
    """multiprocessing starts a worker by spawning a new interpreter and gets its answer."""
    # In a child, since the worker would otherwise import the main module of this process.
    program = (
        "import multiprocessing as m, operator\n"
        "if __name__ == '__main__':\n"
        "    with m.get_context('spawn').Pool(1) as pool:\n"
        "        print(pool.apply(operator.mul, (6, 7)))"
    )
    return prints(program, b"42")


def prints(program, expected):
    """Whether a program, run in a child of its own session, prints the expected text."""
    try:
        child = subprocess.Popen(
            python(program),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except ABSENT:
        return False
    try:
        return child.communicate(timeout=PATIENCE_S)[0].strip() == expected
    except subprocess.TimeoutExpired:
        os.killpg(child.pid, signal.SIGKILL)
        child.communicate()
        return False


def has_process_pool():
    """concurrent.futures.ProcessPoolExecutor runs work in other processes."""
    program = (
        "from concurrent.futures import ProcessPoolExecutor\n"
        "import operator\n"
        "if __name__ == '__main__':\n"
        "    with ProcessPoolExecutor(1) as pool:\n"
        "        print(pool.submit(operator.mul, 6, 7).result())"
    )
    return prints(program, b"42")


def has_asyncio_subprocess():
    """asyncio starts a child process and awaits its output."""
    import asyncio

    async def main():
        pipe = asyncio.subprocess.PIPE
        child = await asyncio.create_subprocess_exec("/bin/sh", "-c", "echo ok", stdout=pipe)
        output, _ = await asyncio.wait_for(child.communicate(), 10)
        return output == b"ok\n" and child.returncode == 0

    try:
        return asyncio.run(main())
    except ABSENT:
        return False


def has_child_usage():
    """os.wait4 reports the processor time and memory of an ended child."""
    with subprocess.Popen(["/bin/sh", "-c", "exit 2"], stdout=subprocess.DEVNULL) as child:
        try:
            _, status, usage = os.wait4(child.pid, 0)
        except ABSENT:
            return False
        child.returncode = os.WEXITSTATUS(status)
        return child.returncode == 2 and usage.ru_maxrss > 0


def has_self_usage():
    """resource.getrusage reports the processor time and memory of this process."""
    try:
        import resource

        usage = resource.getrusage(resource.RUSAGE_SELF)
    except ABSENT:
        return False
    return usage.ru_utime + usage.ru_stime > 0 and usage.ru_maxrss > 0


def has_processor_affinity():
    """os.sched_getaffinity tells on which processors the process may run."""
    try:
        return len(os.sched_getaffinity(0)) >= 1
    except ABSENT:
        return False


def has_exec():
    """os.execv replaces the running interpreter by another program."""
    program = "import os; os.execv('/bin/echo', ['echo', 'replaced'])"
    return prints(program, b"replaced")
