"""The only place that starts a process.

Owns the timeout, the death of the whole tree, the limits on output and memory, rusage and the
log of commands. Refuses to know what it starts: an exit is a value, never an exception.
"""

from __future__ import annotations

import contextlib
import functools
import logging
import os
import secrets
import selectors
import shlex
import signal
import struct
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from importlib.util import MAGIC_NUMBER
from pathlib import Path
from typing import IO

from pyrometer import supervisor
from pyrometer.model import Limits, Usage

STDERR_TAIL_BYTES = 16 * 1024
CHUNK_BYTES = 256 * 1024
DRAIN_S = 0.2
KILL_GRACE_S = 2.0

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Command:
    """A process to be started: absolute program, whole environment, limits.

    `cpus`: the only processors that it may run on; all if none is named.
    """

    argv: tuple[str, ...]
    environment: Mapping[str, str]
    cwd: Path | None = None
    limits: Limits = field(default_factory=Limits)
    cpus: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Exit:
    """How a process ended and what it said; `code` is minus the signal that killed it.

    `silent`: what ran out was not its time but the patience with its silence.
    """

    code: int | None
    stdout: bytes
    stderr: bytes
    usage: Usage | None
    timed_out: bool = False
    silent: bool = False
    flooded: bool = False
    over_memory: bool = False
    cancelled: bool = False
    not_started: str = ""
    swept: int = 0

    @property
    def ok(self) -> bool:
        """Ended by itself with status 0."""
        return self.code == 0 and not (
            self.timed_out or self.flooded or self.over_memory or self.cancelled
        )


@dataclass(kw_only=True)
class _Stream:
    """What has been read of one pipe so far."""

    limit_bytes: int
    keep_tail: bool
    log: IO[bytes] | None = None
    data: bytearray = field(default_factory=bytearray)
    seen_bytes: int = 0
    heard_at: float = field(default_factory=time.monotonic)
    first_line_at_ns: int | None = None

    @property
    def flooded(self) -> bool:
        return self.seen_bytes > self.limit_bytes

    def take(self, chunk: bytes) -> None:
        self.seen_bytes += len(chunk)
        self.heard_at = time.monotonic()
        _note(self.log, chunk)
        self.data += chunk
        if self.first_line_at_ns is None and b"\n" in chunk:
            self.first_line_at_ns = time.monotonic_ns()
        if self.keep_tail:
            del self.data[:-STDERR_TAIL_BYTES]
        else:
            del self.data[self.limit_bytes :]


def launch(
    command: Command,
    *,
    log: Path | None = None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Exit:
    """Run a command to its end, or kill its whole tree at a limit; never raises for its faults.

    `log` receives stdout and stderr as they come; `cancelled` is asked a few times a second.
    """
    logger.debug("%s", shlex.join(command.argv))
    control_read, control_write = os.pipe()
    report_read, report_write = os.pipe()
    token = secrets.token_hex(12)
    argv = [sys.executable, "-I", "-S", _supervisor(), str(control_read), str(report_write)]
    argv += [str(command.limits.memory_bytes), token, *map(str, command.cpus), "--", *command.argv]
    with contextlib.ExitStack() as stack:
        stack.callback(os.close, report_read)
        log_file = _opened(log, stack)
        _note(log_file, f"$ {shlex.join(command.argv)}\n".encode())
        try:
            process = subprocess.Popen(
                argv,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                cwd=command.cwd,
                env=dict(command.environment),
                pass_fds=(control_read, report_write),
                start_new_session=True,
            )
        except OSError as error:
            os.close(control_write)
            return _not_started(f"{error.strerror}: {error.filename}")
        finally:
            os.close(control_read)
            os.close(report_write)
        watch = _Watch(command, process, control_write, log_file, cancelled)
        try:
            watch.until_end()
        finally:
            watch.close()
            report = _read_all(report_read)
            if not report:  # somebody killed the supervisor: its work falls to us
                supervisor.sweep(token)
        return watch.exit(report)


def _opened(log: Path | None, stack: contextlib.ExitStack) -> IO[bytes] | None:
    if log is not None:
        with contextlib.suppress(OSError):
            return stack.enter_context(log.open("ab", buffering=0))
    return None


def _note(log: IO[bytes] | None, content: bytes) -> None:
    """A log on a disk that is full or read-only is lost; what the command does counts."""
    if log is not None:
        with contextlib.suppress(OSError):
            log.write(content)


@functools.cache
def _supervisor() -> str:
    """The bytecode that importing it left, else the source, whose compilation costs 2 ms.

    Bytecode may be another source's: where Python is told to write none, the old one stays.
    """
    source = Path(supervisor.__file__)
    cached = Path(supervisor.__spec__.cached or "/nonexistent")
    try:
        head, written = cached.read_bytes()[:16], source.stat()
    except OSError:
        return str(source)
    now = struct.pack("<4sIII", MAGIC_NUMBER, 0, int(written.st_mtime), written.st_size)
    return str(cached if head == now else source)


def _not_started(reason: str) -> Exit:
    return Exit(code=None, stdout=b"", stderr=b"", usage=None, not_started=reason)


def _read_all(fd: int) -> bytes:
    os.set_blocking(fd, False)
    try:
        return os.read(fd, 4096)
    except BlockingIOError:
        return b""


class _Watch:
    """Reads the pipes of one supervised process until it ends, floods or runs out of time."""

    def __init__(
        self,
        command: Command,
        process: subprocess.Popen[bytes],
        control_fd: int,
        log: IO[bytes] | None,
        cancelled: Callable[[], bool],
    ) -> None:
        limits = command.limits
        self.command = command
        self.process = process
        self.control_fd = control_fd
        self.cancelled = cancelled
        self.stdout = _Stream(limit_bytes=limits.output_bytes, keep_tail=False, log=log)
        self.stderr = _Stream(limit_bytes=limits.output_bytes, keep_tail=True, log=log)
        self.timed_out = False
        self.was_cancelled = False
        self.silent = False
        self.deadline = time.monotonic() + limits.timeout_s

    def until_end(self) -> None:
        streams = {self.process.stdout: self.stdout, self.process.stderr: self.stderr}
        with selectors.DefaultSelector() as selector:
            for pipe, stream in streams.items():
                assert pipe is not None  # noqa: S101 - Popen was asked for pipes
                os.set_blocking(pipe.fileno(), False)
                selector.register(pipe, selectors.EVENT_READ, stream)
            while self._may_go_on():
                self._read_ready(selector, timeout_s=0.05)
                if not selector.get_map() or self.process.poll() is not None:
                    break
            self._kill_if_alive()
            self._drain(selector)

    def _may_go_on(self) -> bool:
        now, limits = time.monotonic(), self.command.limits
        heard_at = max(self.stdout.heard_at, self.stderr.heard_at)
        self.silent = bool(limits.silence_s) and now - heard_at > limits.silence_s
        self.timed_out = self.silent or now > self.deadline
        self.was_cancelled = self.was_cancelled or self.cancelled()
        flooded = self.stdout.flooded or self.stderr.flooded
        return not (self.timed_out or flooded or self.was_cancelled)

    def _read_ready(self, selector: selectors.BaseSelector, timeout_s: float) -> int:
        taken = 0
        for key, _ in selector.select(timeout_s):
            try:
                chunk = os.read(key.fd, CHUNK_BYTES)
            except BlockingIOError:
                continue
            if not chunk:
                selector.unregister(key.fileobj)
            key.data.take(chunk)
            taken += len(chunk)
        return taken

    def _kill_if_alive(self) -> None:
        """A closed stdout is no end: the process may work on until its time is over."""
        while self.process.poll() is None and self._may_go_on():
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(0.05)
        if self.process.poll() is None:
            with contextlib.suppress(BrokenPipeError):  # it was killed since the last look
                os.write(self.control_fd, b"k")
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(KILL_GRACE_S)

    def _drain(self, selector: selectors.BaseSelector) -> None:
        until = time.monotonic() + DRAIN_S
        while selector.get_map() and time.monotonic() < until and not self.stdout.flooded:
            self._read_ready(selector, timeout_s=0.02)

    def close(self) -> None:
        os.close(self.control_fd)
        if self.process.poll() is None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(KILL_GRACE_S)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        for pipe in (self.process.stdout, self.process.stderr):
            if pipe is not None:
                pipe.close()

    def exit(self, report: bytes) -> Exit:
        word, _, rest = report.decode().partition(" ")
        if word == "error":
            return _not_started(f"{os.strerror(int(rest))}: {self.command.argv[0]}")
        left = Exit(
            code=None,
            stdout=bytes(self.stdout.data),
            stderr=bytes(self.stderr.data),
            usage=None,
            timed_out=self.timed_out,
            silent=self.silent,
            flooded=self.stdout.flooded or self.stderr.flooded,
            cancelled=self.was_cancelled,
        )
        if word != "exit":
            explained = left.timed_out or left.flooded or left.cancelled
            return left if explained else replace(left, not_started="its supervisor was killed")
        status, started, ended, user, system, peak, ended_by, swept = map(int, rest.split())
        first = self.stdout.first_line_at_ns
        usage = Usage(
            wall_ns=ended - started,
            user_ns=user,
            system_ns=system,
            peak_bytes=peak,
            first_line_ns=None if first is None else first - started,
        )
        return replace(
            left,
            code=os.waitstatus_to_exitcode(status),
            usage=usage,
            timed_out=self.timed_out and ended_by == supervisor.KILLED,
            over_memory=ended_by == supervisor.OVER_MEMORY,
            cancelled=self.was_cancelled and ended_by == supervisor.KILLED,
            swept=swept,
        )
