"""A small process between the harness and each process it starts.

Run as a script (`python -I -S supervisor.py CONTROL_FD REPORT_FD MEMORY_BYTES TOKEN -- ARGV…`).
Owns one child: starts it in a process group of its own, reaps it with its rusage, kills its
whole tree, also when the harness itself dies (its end of the control pipe closes).
It exists as a process because Linux carries the resident peak of a parent over `exec` into
`ru_maxrss` of the child: started from a harness of 100 MB, every interpreter would seem to
need 100 MB. This one is as small as a Python gets, which is the floor of what we can see.
Refuses to import anything of ours or anything large.
"""

import os
import sys

LAUNCH_VARIABLE = "PYROMETER_LAUNCH"
SWEEPS = 50


def sweep(token):
    """Kill every process that still carries `token` in its environment; returns how many.

    Process groups are not enough: a daemon leaves its group. The environment stays with it.
    """
    mark = (LAUNCH_VARIABLE + "=" + token).encode()
    killed = set()
    for _ in range(SWEEPS):  # what is being killed may still be forking
        found = [pid for pid in _pids() if pid != os.getpid() and mark in _environment(pid)]
        if not found:
            break
        killed.update(pid for pid in found if _kill(pid))
    return len(killed)


def _pids():
    try:
        return [int(name) for name in os.listdir("/proc") if name.isdigit()]
    except OSError:
        return []


def _environment(pid):
    try:
        with open("/proc/%d/environ" % pid, "rb") as file:
            return file.read().split(b"\0")
    except OSError:
        return []


def _kill(pid):
    try:
        os.kill(pid, 9)
    except OSError:
        return False
    return True


def _kill_group(pid):
    try:
        os.killpg(pid, 9)
    except OSError:
        _kill(pid)


def _wait(pid, control_fd):
    """Reap `pid`; kill its group as soon as the control pipe speaks or closes."""
    import select

    killed = False
    while True:
        got, status, usage = os.wait4(pid, os.WNOHANG)
        if got:
            return status, usage, killed
        try:
            watched = [os.pidfd_open(pid)]
        except (AttributeError, OSError):
            watched = []
        ready, _, _ = select.select([control_fd, *watched], [], [], None if watched else 0.005)
        if control_fd in ready and not killed:
            killed = True
            _kill_group(pid)
            _, status, usage = os.wait4(pid, 0)
            return status, usage, killed
        for fd in watched:
            os.close(fd)


def _limit_memory(memory_bytes):
    if memory_bytes:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))


def main(argv):
    control_fd, report_fd, memory_bytes, token = int(argv[0]), int(argv[1]), int(argv[2]), argv[3]
    command = argv[argv.index("--") + 1 :]
    # A terminal's Ctrl-C is the harness's to answer, not ours; a child gets the default back.
    import signal
    import time

    _limit_memory(memory_bytes)
    environment = {**os.environ, LAUNCH_VARIABLE: token}
    started = time.monotonic_ns()
    try:
        pid = os.posix_spawn(
            command[0],
            command,
            environment,
            setpgroup=0,
            setsigdef=[signal.SIGINT, signal.SIGPIPE, signal.SIGTERM],
            file_actions=[(os.POSIX_SPAWN_CLOSE, control_fd), (os.POSIX_SPAWN_CLOSE, report_fd)],
        )
    except OSError as error:
        os.write(report_fd, ("error %d" % (error.errno or 0)).encode())
        return
    os.close(1)
    os.close(2)
    status, usage, killed = _wait(pid, control_fd)
    ended = time.monotonic_ns()
    _kill_group(pid)
    swept = sweep(token)
    words = [
        status,
        started,
        ended,
        int(usage.ru_utime * 1e9),
        int(usage.ru_stime * 1e9),
        usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024),
        int(killed),
        swept,
    ]
    os.write(report_fd, ("exit " + " ".join(str(word) for word in words)).encode())


if __name__ == "__main__":
    main(sys.argv[1:])
