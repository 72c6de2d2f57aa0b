"""Harnesses to be killed: forked from a process that has imported everything once.

Run as a script it reads a request a line (a JSON object: `root`, `kill_at`) and answers
with the process id of a harness that carries out the campaign in `root`, then, when that has
ended, with its exit code. `kill_at` counts the file operations of the harness below `root` and
kills it before the one of that number; without it the test does the killing.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

from pyrometer import campaign as campaigns
from pyrometer import conduct
from pyrometer.execute.plan import Wish
from pyrometer.model import Outcome
from pyrometer.provision import recipes
from pyrometer.records import Library
from tests.provision_rows import FAKE_RECIPES, HOST_SERIES

# Before each of these the kernel may be the last one to hear of us.
OPERATIONS = ("open", "os.mkdir", "os.remove", "os.rename", "os.rmdir", "os.truncate")
INTERPRETERS = f"""
implementation = "{sys.implementation.name}"
title = "Pretended"
[recipe.here]
kind = "pretend"
[[row]]
series = "{HOST_SERIES}"
recipe = "here"
default = true
"""
SUITE = 'purpose = "to be killed"\nkind = "{}"\ntier = "quick"\norigin = "here"\nlicence = "MIT"\n'
CHECKS = "def test_one(): pass\ndef test_two(): return 2\n"
BENCH = "SIZES = {'small': 9}\ndef setup(size): return size\ndef run(n): return sum(range(n))\n"


def prepare(root: Path, *, cases: int) -> None:
    """Definitions of a row that is built first, a check and so many benches; nothing done yet."""
    suites = root / "definitions" / "suites"
    for folder in ("definitions/interpreters", "definitions/suites", "store", "tmp"):
        (root / folder).mkdir(parents=True)
    (root / "definitions" / "interpreters" / "pretended.toml").write_text(INTERPRETERS)
    for name, kind in (("right", "check"), ("sums", "bench")):
        (suites / name).mkdir()
        (suites / name / "suite.toml").write_text(SUITE.format(kind))
    (suites / "right" / "all.py").write_text(CHECKS)
    for number in range(cases):
        (suites / "sums" / f"sum_{number}.py").write_text(BENCH)
    (root / "ledger").touch()
    (root / "journal").touch()


@dataclass
class Killer:
    """Counts file operations below a folder, and ends the process before the wanted one."""

    root: str
    kill_at: int
    count: int = 0

    def __call__(self, event: str, args: tuple[Any, ...]) -> None:
        if event in OPERATIONS and args and str(args[0]).startswith(self.root):
            self.count += 1
            if self.count == self.kill_at:
                os.kill(os.getpid(), signal.SIGKILL)


def carry_out(root: Path) -> None:
    """The campaign in `root`, with a line in its journal for each outcome that it was told of."""
    journal = (root / "journal").open("a")

    def note(outcome: Outcome) -> None:
        journal.write(f"{outcome.job.id}\n")
        journal.flush()

    library = Library(root / "results")
    wish = Wish(check_only=True)
    with mock.patch.object(campaigns, "definitions_root", return_value=root / "definitions"):
        campaign = campaigns.prepare(campaigns.Selection(), wish, "pyrometer run", library)
        conduct.carry_out(campaign, library, conduct.Listener(finished=note))


def become_harness(request: dict[str, Any]) -> None:
    """In the forked process: never returns."""
    root = Path(request["root"])
    os.environ.update(
        PYROMETER_HOME=f"{root}/store", TMPDIR=f"{root}/tmp", FAKE_LEDGER=f"{root}/ledger"
    )
    killer = Killer(root=str(root), kill_at=request.get("kill_at", 0))
    code = 1
    try:
        sys.addaudithook(killer)
        carry_out(root)
        (root / "operations").write_text(str(killer.count))
        code = 0
    finally:  # whatever happens, this is not the process that serves
        if code:
            traceback.print_exc()
        os._exit(code)


def main() -> None:
    """Serve until stdin ends."""
    recipes.__path__.append(str(FAKE_RECIPES))
    for line in sys.stdin:
        request = json.loads(line)
        pid = os.fork()
        if pid == 0:
            become_harness(request)
        _answer(pid)
        _, status = os.waitpid(pid, 0)
        _answer(os.waitstatus_to_exitcode(status))


def _answer(number: int) -> None:
    sys.stdout.write(f"{number}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
