"""`polyray`: what a running session is doing. Asks the driver; changes nothing.

polyray status                     the newest session of this user
polyray list tasks|actors|objects|workers
polyray memory                     objects by size
polyray logs [PID]                 what workers have written below Python
polyray timeline [FILE]            what ran when, as a Chrome trace (POLYRAY_TIMELINE=1)
polyray stack                      where every worker is (CPython, PyPy)
polyray top                        a table of workers, again and again
polyray microbenchmark [--compare ray|pure]

--session FOLDER names another session than the newest; --json where there is a table.
"""

from __future__ import annotations

import argparse
import json
import os
import pickle
import signal
import socket
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from polyray import serialize, wire
from polyray.channel import OBSERVER, READ_BYTES, greet
from polyray.events import chrome
from polyray.places import OWNER, PREFIX, SECRET, SOCKET

TABLES = ("tasks", "actors", "objects", "workers")
STACK_WAIT_S = 0.5


class NoSession(Exception):
    """There is nothing to ask."""


class Observed:
    """A connection to the driver of a session."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.sock = socket.socket(socket.AF_UNIX)
        try:
            self.sock.connect(str(folder / SOCKET))
            greet(self.sock, (folder / SECRET).read_bytes(), OBSERVER)
        except OSError as error:
            raise NoSession("{}: {}".format(folder, error.strerror or error)) from error
        self.frames = wire.Frames()
        self.count = 0

    def ask(self, verb: str) -> Any:
        """The driver's answer."""
        self.count += 1
        question = pickle.dumps((self.count, verb, serialize.pack(())), 5)
        self.sock.sendall(wire.frame(wire.REQUEST, question))
        while True:
            received = self.sock.recv(READ_BYTES)
            if not received:
                raise NoSession("the session has ended")
            for _kind, body in self.frames.feed(received):
                return serialize.unpack(pickle.loads(body)[2])


def newest() -> Path:
    """The folder of the newest session of this user; raises NoSession."""
    owners = []
    for owner in Path(tempfile.gettempdir()).glob(PREFIX + "*/" + OWNER):
        try:
            owners.append((owner.stat().st_mtime, owner.parent))
        except OSError:
            continue
    if not owners:
        raise NoSession("no session runs here: a program has to call polyray.init() first")
    return max(owners)[1]


def table(rows: Sequence[dict[str, Any]]) -> str:
    """Rows as text in columns."""
    if not rows:
        return "none"
    names = list(rows[0])
    lines = [names] + [[_cell(row[name]) for name in names] for row in rows]
    widths = [max(len(line[at]) for line in lines) for at in range(len(names))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip() for line in lines
    )


def _cell(value: Any) -> str:
    if isinstance(value, dict):
        return " ".join("{}={:g}".format(name, amount) for name, amount in value.items())
    if isinstance(value, list):
        return " ".join(map(str, value))
    return "" if value is None else str(value)


def status(session: Observed, arguments: argparse.Namespace) -> str:
    """The session in a few lines."""
    found = session.ask("summary")
    if arguments.json:
        return json.dumps(found)
    return "\n".join("{:20} {}".format(name, _cell(value)) for name, value in found.items())


def list_(session: Observed, arguments: argparse.Namespace) -> str:
    """One of the tables."""
    rows = session.ask("list_" + arguments.what)
    return json.dumps(rows) if arguments.json else table(rows)


def memory(session: Observed, arguments: argparse.Namespace) -> str:
    """Objects, the largest first."""
    rows = sorted(session.ask("list_objects"), key=lambda row: -row["bytes"])
    return json.dumps(rows) if arguments.json else table(rows)


def logs(session: Observed, arguments: argparse.Namespace) -> str:
    """What workers have written to their own standard streams."""
    return "\n".join(
        "== {}\n{}".format(path.name, path.read_text(errors="replace").rstrip())
        for path in sorted(session.folder.glob("worker-*.log"))
        if not arguments.words or path.stem in arguments.words or path.stem[7:] in arguments.words
    )


def timeline(session: Observed, arguments: argparse.Namespace) -> str:
    """What has run as a Chrome trace, into a file or to standard output."""
    events = session.ask("timeline")
    if events is None:
        raise NoSession("the session notes no calls: start its driver with POLYRAY_TIMELINE=1")
    if not arguments.words:
        return chrome(events)
    Path(arguments.words[0]).write_text(chrome(events))
    return "{}: {} calls, to be opened in ui.perfetto.dev".format(arguments.words[0], len(events))


def stack(session: Observed, arguments: argparse.Namespace) -> str:
    """Have every worker write down where it is, and show it."""
    before = {path: path.stat().st_size for path in session.folder.glob("worker-*.log")}
    for row in session.ask("list_workers"):
        os.kill(row["pid"], signal.SIGUSR1)
    time.sleep(STACK_WAIT_S)
    parts = []
    for path, size in sorted(before.items()):
        with path.open("rb") as file:
            file.seek(size)
            said = file.read().decode(errors="replace").rstrip()
        if said:
            parts.append("== {}\n{}".format(path.name, said))
    return "\n".join(parts) or "no worker told: this interpreter cannot"


def top(session: Observed, arguments: argparse.Namespace) -> str:
    """The workers, once a second, until Ctrl-C or the end of the session."""
    try:
        while True:
            shown = table(session.ask("list_workers"))
            print("\x1b[2J\x1b[H" + status(session, arguments) + "\n\n" + shown, flush=True)
            time.sleep(1)
    except KeyboardInterrupt:
        return ""


VERBS: dict[str, Callable[[Observed, argparse.Namespace], str]] = {
    "status": status,
    "list": list_,
    "memory": memory,
    "logs": logs,
    "stack": stack,
    "timeline": timeline,
    "top": top,
}


def main(words: list[str] | None = None) -> int:
    """The command; returns its exit code."""
    words = sys.argv[1:] if words is None else words
    if words[:1] == ["microbenchmark"]:
        from polyray.microbenchmark import main as microbenchmark

        microbenchmark(words[1:])
        return 0
    parser = argparse.ArgumentParser(
        prog="polyray", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("verb", choices=[*VERBS, "microbenchmark"])
    parser.add_argument("words", nargs="*")
    parser.add_argument("--session", type=Path)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args(words)
    if arguments.verb == "list":
        if len(arguments.words) != 1 or arguments.words[0] not in TABLES:
            parser.error("list takes one of: {}".format(", ".join(TABLES)))
        arguments.what = arguments.words[0]
    try:
        session = Observed(arguments.session or newest())
        print(VERBS[arguments.verb](session, arguments))
    except NoSession as error:
        print("polyray: {}".format(error), file=sys.stderr)
        return 3
    return 0


if __name__ == "__main__":
    sys.exit(main())
