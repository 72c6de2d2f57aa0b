"""A small process between the harness and each process it starts.

Run as a script: `python -I -S supervisor.py CONTROL REPORT MEMORY_BYTES TOKEN [CPU…] -- ARGV…`, the
first two being descriptors of pipes.
Owns one child: starts it in a process group of its own, reaps it with its rusage, and kills its
whole tree: at the harness's word, when the harness itself dies (its end of the control pipe
closes), or when the tree holds more memory than it may.
It exists as a process because Linux carries the resident peak of a parent over `exec` into
`ru_maxrss` of the child: started from a harness of 100 MB, every interpreter would seem to
need 100 MB. This one is as small as a Python gets, which is the floor of what we can see.
Refuses to import anything of ours or anything large.
"""

import os
import sys
import time

LAUNCH_VARIABLE = "PYROMETER_LAUNCH"
SWEEPS = 50
KILLED, OVER_MEMORY = 1, 2  # what ended a child that did not end by itself

# A limit that Linux stopped to look at with 2.4.25. It holds a number, is inherited through fork
# and exec, and stays when a daemon leaves its session, its folder and its environment.
RLIMIT_LOCKS = 10
# No tree fills memory faster (1 to 3 GiB/s a core are usual): a child that is far below its limit
# is left in peace for as long as it could not reach it.
GROWTH_BYTES_S = 8 * 2**30
LEAST_LOOK_S, MOST_LOOK_S = 0.05, 1.0
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


def sweep(token):
    """Kill every process that carries `token`; returns how many there were.

    Process groups are not enough: a daemon leaves its group.
    """
    killed = set()
    for _ in range(SWEEPS):  # what is being killed may still be forking
        found = [pid for pid in _marked(_pids(), token) if _is_running(pid)]
        if not found:
            break
        killed.update(pid for pid in found if _kill(pid))
    return len(killed)


def _marked(pids, token):
    """Those that carry the token in their environment, or its number as a limit."""
    variable = (LAUNCH_VARIABLE + "=" + token).encode()
    limit = b" %d " % _number(token)
    return [
        pid
        for pid in pids
        if pid != os.getpid()
        and (variable in _read(pid, "environ").split(b"\0") or limit in _read(pid, "limits"))
    ]


def _number(token):
    return int(token[:15], 16)  # 60 bits fit into a limit


def _mark_descendants(token):
    """Also those that will throw their environment away."""
    import resource

    try:
        most = resource.getrlimit(RLIMIT_LOCKS)[1]
        resource.setrlimit(RLIMIT_LOCKS, (_number(token), most))
    except (ValueError, OSError):  # not Linux, or a sandbox that refuses: the environment is left
        pass


def _pids():
    try:
        return [int(name) for name in os.listdir("/proc") if name.isdigit()]
    except OSError:
        return []


def _read(pid, name):
    try:
        fd = os.open("/proc/%d/%s" % (pid, name), os.O_RDONLY)
    except OSError:
        return b""
    content = b""
    try:  # file objects cost three times as much, and this is asked of every process there is
        while chunk := os.read(fd, 16384):
            content += chunk
    except OSError:
        pass
    os.close(fd)
    return content


def _is_running(pid):
    return _read(pid, "stat").rpartition(b") ")[2][:1] not in (b"", b"Z", b"X")


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


class _Memory:
    """How much a child and its descendants hold, looked at as seldom as is safe."""

    def __init__(self, pid, token, limit_bytes):
        self.pid = pid
        self.token = token
        self.limit_bytes = limit_bytes
        self.look_at = time.monotonic() + self._rest_s(0)

    def pause_s(self):
        """Seconds until the next look; None where there is no limit."""
        return max(0.0, self.look_at - time.monotonic()) if self.limit_bytes else None

    def is_over(self):
        """Is it time to look, and is there too much?"""
        if self.pause_s() != 0.0:
            return False
        used_bytes = self._used_bytes()
        self.look_at = time.monotonic() + self._rest_s(used_bytes)
        return used_bytes > self.limit_bytes

    def _rest_s(self, used_bytes):
        """Seconds in which the limit cannot be reached from here."""
        safe_s = (self.limit_bytes - used_bytes) / GROWTH_BYTES_S
        return min(MOST_LOOK_S, max(LEAST_LOOK_S, safe_s))

    def _used_bytes(self):
        """Resident bytes of all; where they seem too many, shared pages count once."""
        pids = [self.pid, *_marked(self._younger(), self.token)]
        used_bytes = sum(map(_resident_bytes, pids))
        if used_bytes <= self.limit_bytes:
            return used_bytes
        return sum(map(_proportional_bytes, pids))

    def _younger(self):
        """Only a process that was started after the child can be its descendant."""
        pids = _pids()
        try:
            with open("/proc/loadavg", "rb") as file:
                newest = int(file.read().split()[-1])
        except (OSError, ValueError):
            newest = 0
        began_anew = newest < self.pid  # the numbers ran out since, and tell no age
        return [pid for pid in pids if pid != self.pid and (began_anew or pid > self.pid)]


def _resident_bytes(pid):
    fields = _read(pid, "statm").split()
    return int(fields[1]) * PAGE_BYTES if len(fields) > 1 else 0


def _proportional_bytes(pid):
    for line in _read(pid, "smaps_rollup").splitlines():
        if line.startswith(b"Pss:"):
            return int(line.split()[1]) * 1024
    return _resident_bytes(pid)


def _pidfd(pid):
    try:
        return [os.pidfd_open(pid)]
    except (AttributeError, OSError):  # not Linux, or before 5.3
        return []


def _wait(pid, control_fd, memory):
    """Reap `pid`; kill its group when the control pipe speaks or closes, or memory runs over."""
    import select

    watched = [control_fd, *_pidfd(pid)]
    while True:
        got, status, usage = os.wait4(pid, os.WNOHANG)
        if got:
            return status, usage, 0
        pause_s = memory.pause_s() if len(watched) > 1 else 0.005
        ready, _, _ = select.select(watched, [], [], pause_s)
        ended_by = KILLED if control_fd in ready else OVER_MEMORY if memory.is_over() else 0
        if ended_by:
            _kill_group(pid)
            _, status, usage = os.wait4(pid, 0)
            return status, usage, ended_by


def _prefer_for_the_oom_killer(pid):
    """If the machine runs out of memory, a measured process goes before a person's."""
    try:
        with open("/proc/%d/oom_score_adj" % pid, "w") as file:
            file.write("500")
    except OSError:
        pass


def main(argv):
    control_fd, report_fd, memory_bytes, token = int(argv[0]), int(argv[1]), int(argv[2]), argv[3]
    command = argv[argv.index("--") + 1 :]
    cpus = argv[4 : argv.index("--")]
    import signal

    if cpus:
        os.sched_setaffinity(0, [int(cpu) for cpu in cpus])

    _mark_descendants(token)
    environment = {**os.environ, LAUNCH_VARIABLE: token}
    started = time.monotonic_ns()
    try:
        pid = os.posix_spawn(
            command[0],
            command,
            environment,
            setpgroup=0,
            # A terminal's Ctrl-C is the harness's to answer, not ours; a child gets the default.
            setsigdef=[signal.SIGINT, signal.SIGPIPE, signal.SIGTERM],
            file_actions=[(os.POSIX_SPAWN_CLOSE, control_fd), (os.POSIX_SPAWN_CLOSE, report_fd)],
        )
    except OSError as error:
        os.write(report_fd, ("error %d" % (error.errno or 0)).encode())
        return
    os.close(1)
    os.close(2)
    _prefer_for_the_oom_killer(pid)
    status, usage, ended_by = _wait(pid, control_fd, _Memory(pid, token, memory_bytes))
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
        ended_by,
        swept,
    ]
    os.write(report_fd, ("exit " + " ".join(str(word) for word in words)).encode())


if __name__ == "__main__":
    main(sys.argv[1:])
