"""Processes of a session and their folder. Owns who is started, how, and what is left when.

A session's folder is for its user alone (0700): the socket by path, the secret, the logs. What a
killed driver has left is swept at the next start, by its process id and start time.
"""

from __future__ import annotations

import json
import os
import pickle
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from polyray import as_ray, events, packages, store
from polyray.channel import SECRET_BYTES
from polyray.places import OWNER, PIP, PREFIX, SECRET, SOCKET

GRACE_S = 2.0


class Node:
    """The processes that work for one driver."""

    def __init__(
        self,
        cpus: int,
        *,
        log_to_driver: bool = True,
        namespace: str = "",
        env: dict[str, Any] | None = None,
    ) -> None:
        self.cpus = cpus
        self.pid = os.getpid()
        self.log_to_driver = log_to_driver
        self.namespace = namespace
        self.most_events = events.wanted()
        sweep()
        store.sweep()
        self.folder = Path(tempfile.mkdtemp(prefix=PREFIX))
        self.secret = os.urandom(SECRET_BYTES)
        self._write(SECRET, self.secret)
        self._write(OWNER, _mark(os.getpid()))
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(str(self.folder / SOCKET))
        self.listener.listen(128)
        self.env = env or {}  # what all workers have
        self.envs: dict[str | None, dict[str, Any]] = {}  # by key
        # token -> (process, key of its environment, actor)
        self.starting: dict[str, tuple[subprocess.Popen[bytes], str | None, Any]] = {}
        self.began: dict[str, float] = {}  # token -> when it was started
        self.start_s = float("inf")  # the shortest that one has taken to be there
        self.count = 0

    def _write(self, name: str, content: bytes) -> None:
        descriptor = os.open(str(self.folder / name), os.O_WRONLY | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)

    def spawn(self, *, env_key: str | None, env: dict[str, Any] | None, actor: Any) -> None:
        """Start a process; it is heard of again in `arrived`."""
        self.count += 1
        token = str(self.count)
        env = {**self.env, **(env or {})}
        if actor is None:
            self.envs[env_key] = env
        environment = dict(os.environ)
        environment.update({**(self.env.get("env_vars") or {}), **(env.get("env_vars") or {})})
        environment.pop(PIP, None)
        if env.get("pip"):
            environment[PIP] = json.dumps(env["pip"])
        root = str(Path(__file__).resolve().parent.parent)
        paths = (root, environment.get("PYTHONPATH"))
        environment["PYTHONPATH"] = os.pathsep.join(filter(None, paths))
        log = open(str(self.folder / "worker-{}.log".format(token)), "wb")
        try:
            process = subprocess.Popen(
                [sys.executable, "-m", "polyray.worker", str(self.folder), token],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=environment,
                cwd=env.get("working_dir"),
                start_new_session=True,
            )
        finally:
            log.close()
        self.starting[token] = (process, env_key, actor)
        self.began[token] = time.monotonic()

    def arrived(self, about: bytes) -> tuple[subprocess.Popen[bytes], str | None, Any]:
        """Which process has connected; raises KeyError for one that we did not start."""
        token = about.partition(b" ")[0].decode()
        entry = self.starting.pop(token)
        self.start_s = min(self.start_s, time.monotonic() - self.began.pop(token))
        return entry

    def gone(self) -> list[tuple[str | None, Any, str]]:
        """(key of its environment, actor, last words) of processes that never connected."""
        ended = [key for key, value in list(self.starting.items()) if value[0].poll() is not None]
        for key in ended:
            del self.began[key]
        return [(*self.starting.pop(key)[1:], self._last_words(key)) for key in ended]

    def _last_words(self, token: str) -> str:
        try:
            said = (self.folder / "worker-{}.log".format(token)).read_text(errors="replace")
        except OSError:
            return ""
        return said.strip()[-2000:]

    def welcome(self, peer: Any, *, ring: bool) -> bytes:
        """What a worker has to know of the session, and whether its ring is used from now on."""
        from polyray import serialize

        about = {
            "driver": os.getpid(),
            "store_bytes": store.limit_bytes,
            "as_ray": as_ray.installed(),
            "path": [*self._paths(peer), *sys.path],
            "env": peer.env,
            "namespace": self.namespace,
            "actor": peer.actor is not None,
            "log": self.log_to_driver,
            "timeline": self.most_events > 0,
            "start_s": self.start_s,
            "ring": ring,
        }
        return pickle.dumps((about, serialize.definitions()), 5)

    def _paths(self, peer: Any) -> list[str]:
        """Where modules are found that a runtime_env brings."""
        env = (
            self.envs[peer.env]
            if peer.actor is None
            else {**self.env, **(peer.actor.spec.env or {})}
        )
        folders = [env["working_dir"]] if env.get("working_dir") else []
        for module in env.get("py_modules") or ():
            path = os.path.abspath(module)
            folders.append(
                os.path.dirname(path) if os.path.isfile(os.path.join(path, "__init__.py")) else path
            )
        if env.get("pip"):
            folders.append(str(packages.folder(env["pip"])))
        return [os.path.abspath(folder) for folder in folders]

    def bury(self, peer: Any) -> None:
        """Wait for a process whose connection has ended; it dies now if it has not."""
        if peer.process.poll() is None:
            try:
                peer.process.wait(0.05)
            except subprocess.TimeoutExpired:
                peer.process.kill()
                peer.process.wait()

    def show(self, peer: Any, name: str, stream: int, text: str) -> None:
        """Print what a worker has printed, with who it was."""
        if not self.log_to_driver:
            return
        target = sys.stderr if stream == 2 else sys.stdout
        for line in text.splitlines():
            print("({} pid={}) {}".format(name, peer.pid, line), file=target)
        target.flush()

    def close(self, processes: Iterable[subprocess.Popen[bytes]]) -> None:
        """End what is left, and remove the folder."""
        self.listener.close()
        processes = list(processes) + [entry[0] for entry in self.starting.values()]
        for entry in self.starting.values():
            entry[0].kill()
        self.starting.clear()
        deadline = time.monotonic() + GRACE_S
        for process in processes:
            try:
                process.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        shutil.rmtree(str(self.folder), ignore_errors=True)


# Clock ticks. An emulated process (QEMU) is told another start than the kernel's, some ticks off;
# no process id comes round again so soon.
NEAR = 200


def _mark(pid: int) -> bytes:
    """Tells this process from a later one with the same id."""
    return "{} {}".format(pid, _started(pid)).encode()


def _started(pid: int) -> str:
    try:
        stat = Path("/proc/{}/stat".format(pid)).read_text()
    except OSError:
        return ""
    return stat.rpartition(")")[2].split()[19]


def _lives(mark: bytes) -> bool:
    """Is the process that left this mark still there?"""
    pid, _, started = mark.decode().partition(" ")
    now = _started(int(pid))
    return now == started or bool(now and started and abs(int(now) - int(started)) < NEAR)


def sweep() -> None:
    """Remove the folders of sessions whose driver is gone."""
    for owner in Path(tempfile.gettempdir()).glob(PREFIX + "*/" + OWNER):
        try:
            mark = owner.read_bytes()
            if mark and not _lives(mark):
                shutil.rmtree(str(owner.parent), ignore_errors=True)
        except (OSError, ValueError):  # another user's, or just being made
            continue
