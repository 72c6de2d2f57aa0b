from __future__ import annotations

import os
import py_compile
import signal
import sys
import threading
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from pyrometer import launch as launching
from pyrometer import supervisor
from pyrometer.launch import Command, Exit, launch
from pyrometer.model import Limits
from tests.targets import is_alive

ENVIRONMENT = {"PATH": "/usr/bin:/bin"}


def start(
    *argv: str, timeout_s: float = 20, output_bytes: int = 2**20, memory_bytes: int = 0
) -> Exit:
    limits = Limits(timeout_s=timeout_s, output_bytes=output_bytes, memory_bytes=memory_bytes)
    return launch(Command(argv=argv, environment=ENVIRONMENT, limits=limits))


def python(source: str, **limits: float) -> Exit:
    return start(sys.executable, "-c", source, **limits)  # type: ignore[arg-type]


def test_keeps_both_streams_the_status_and_the_usage() -> None:
    left = python("import sys; print('out'); sys.stderr.write('err'); sys.exit(7)")
    assert (left.code, left.stdout, left.stderr) == (7, b"out\n", b"err")
    assert left.usage is not None
    assert left.usage.first_line_ns is not None
    assert left.usage.first_line_ns > 0
    assert left.usage.peak_bytes > 2**20


def test_peak_is_the_child_s_and_not_the_harness_s() -> None:
    ballast = bytearray(300 * 2**20)
    ballast[::4096] = b"x" * len(ballast[::4096])
    small = python("pass")
    large = python("x = bytearray(200 * 2**20); x[::4096] = b'x' * len(x[::4096])")
    assert small.usage is not None
    assert large.usage is not None
    assert small.usage.peak_bytes < 40 * 2**20
    assert 200 * 2**20 < large.usage.peak_bytes < 260 * 2**20


def test_a_program_that_is_not_there_is_a_value() -> None:
    assert "No such file" in start("/nonexistent/python").not_started


def test_a_folder_that_is_not_there_is_a_value() -> None:
    command = Command(argv=("/bin/true",), environment=ENVIRONMENT, cwd=Path("/nonexistent"))
    assert "No such file" in launch(command).not_started


def test_timeout_kills_even_what_ignores_signals() -> None:
    source = "import signal, time; signal.signal(15, signal.SIG_IGN); time.sleep(600)"
    left = python(source, timeout_s=0.5)
    assert left.timed_out
    assert left.code == -signal.SIGKILL


def test_a_closed_stdout_is_no_end() -> None:
    left = python("import os, time; os.close(1); os.close(2); time.sleep(0.3); os._exit(5)")
    assert left.code == 5


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_a_flood_is_stopped_at_the_limit(stream: str) -> None:
    left = python(f"import sys\nwhile True: sys.{stream}.write('x' * 65536)", output_bytes=10**6)
    assert left.flooded
    assert len(left.stdout) <= 10**6


def test_a_daemon_that_left_its_session_is_found_and_killed(tmp_path: Path) -> None:
    pid_file = tmp_path / "pid"
    daemon = (
        f"import os, time; open({str(pid_file)!r}, 'w').write(str(os.getpid())); time.sleep(600)"
    )
    left = python(
        "import subprocess, sys, time, os\n"
        f"subprocess.Popen([sys.executable, '-c', {daemon!r}], start_new_session=True)\n"
        f"while not os.path.exists({str(pid_file)!r}) or not open({str(pid_file)!r}).read():\n"
        "    time.sleep(0.01)\n"
    )
    assert left.code == 0
    assert left.swept == 1
    assert not is_alive(int(pid_file.read_text()))


def daemon(work: str, *, parent_stays_s: float = 0.0) -> str:
    """What a daemon does, to the letter: two forks, a session of its own, no folder, no
    descriptor, and an environment that says nothing of where it came from."""
    return f"""
import os, sys, time
here, there = os.pipe()
if os.fork() == 0:
    os.setsid()
    if os.fork():
        os._exit(0)
    os.chdir("/")
    os.write(there, b"%d" % os.getpid())
    os.closerange(0, 3)
    os.execve(sys.executable, [sys.executable, "-c", {work!r}], {{}})
print(os.read(here, 20).decode(), flush=True)
time.sleep({parent_stays_s})
"""


def test_a_daemon_that_threw_its_environment_away_is_found_and_killed() -> None:
    left = python(daemon("import time; time.sleep(600)"))
    assert left.code == 0
    assert left.swept == 1
    assert not is_alive(int(left.stdout))


def test_a_killed_supervisor_leaves_no_process_behind() -> None:
    left = python(
        "import os, time; print(os.getpid(), flush=True); os.kill(os.getppid(), 9); time.sleep(600)"
    )
    assert left.not_started == "its supervisor was killed"
    assert not is_alive(int(left.stdout))


def test_a_killed_harness_leaves_no_process_behind(tmp_path: Path) -> None:
    pid_file = tmp_path / "pid"
    child = (
        f"import os, time; open({str(pid_file)!r}, 'w').write(str(os.getpid())); time.sleep(600)"
    )
    harness = (
        "import os, sys\n"
        "from pyrometer.launch import Command, launch\n"
        f"launch(Command(argv=(sys.executable, '-c', {child!r}), environment=dict(os.environ)))\n"
    )
    pid = os.spawnv(os.P_NOWAIT, sys.executable, [sys.executable, "-c", harness])
    while not pid_file.exists() or not pid_file.read_text():
        time.sleep(0.02)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    grandchild = int(pid_file.read_text())
    for _ in range(500):
        if not is_alive(grandchild):
            break
        time.sleep(0.02)
    assert not is_alive(grandchild)


def test_cancelling_ends_a_process_early() -> None:
    stop = threading.Event()
    threading.Timer(0.2, stop.set).start()
    command = Command(argv=("/bin/sleep", "600"), environment=ENVIRONMENT)
    assert launch(command, cancelled=stop.is_set).code == -signal.SIGKILL


def test_a_log_has_the_command_and_both_streams(tmp_path: Path) -> None:
    log = tmp_path / "log"
    argv = ("/bin/sh", "-c", "echo out; echo err >&2")
    launch(Command(argv=argv, environment=ENVIRONMENT), log=log)
    text = log.read_text()
    assert text.startswith("$ /bin/sh -c ")
    assert "out\n" in text
    assert "err\n" in text


GROWS = """
import sys
held = []
while sum(map(len, held)) < 800 * 2**20:
    held.append(bytearray(b"x" * 2**20))
"""
GROWS_IN_A_CHILD = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {GROWS!r}])"


@pytest.mark.parametrize("source", [GROWS, GROWS_IN_A_CHILD, daemon(GROWS, parent_stays_s=15)])
def test_a_tree_that_holds_too_much_memory_is_ended(source: str) -> None:
    left = python(source, memory_bytes=200 * 2**20)
    assert left.over_memory
    assert left.code == -signal.SIGKILL
    assert not left.ok


def test_memory_that_is_only_reserved_is_free() -> None:
    """As a JVM or PyPy does it: a limit on address space would stop them."""
    source = "import mmap, time; held = mmap.mmap(-1, 2 * 2**30); time.sleep(0.3)"
    left = python(source, memory_bytes=200 * 2**20)
    assert left.ok


def test_memory_that_children_share_counts_once() -> None:
    source = """
import os, time
held = bytearray(b"x" * 100 * 2**20)
for _ in range(4):
    if os.fork() == 0:
        time.sleep(0.6)
        os._exit(0)
time.sleep(0.8)
"""
    assert python(source, memory_bytes=250 * 2**20).ok


def test_a_child_goes_before_its_person_s_processes_when_memory_is_short() -> None:
    own = int(Path("/proc/self/oom_score_adj").read_text())
    left = python("import time; time.sleep(0.3); print(open('/proc/self/oom_score_adj').read())")
    assert int(left.stdout) > own


def test_without_bytecode_the_supervisor_is_started_from_its_source(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(supervisor.__spec__, "cached", "/nonexistent/supervisor.pyc")
    assert python("print(6 * 7)").stdout == b"42\n"


def test_bytecode_of_another_supervisor_is_not_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, stale = tmp_path / "supervisor.py", tmp_path / "stale.pyc"
    source.write_text("old = 1\n")
    py_compile.compile(str(source), cfile=str(stale))
    spec = SimpleNamespace(cached=str(stale))
    monkeypatch.setattr(
        launching, "supervisor", SimpleNamespace(__file__=str(source), __spec__=spec)
    )
    found = launching._supervisor.__wrapped__
    assert found() == str(stale)
    source.write_text("newer = 22\n")
    assert found() == str(source)
    stale.unlink()
    assert found() == str(source)
