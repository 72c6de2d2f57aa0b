from __future__ import annotations

import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

from pyrometer.model import Target
from tests.targets import FAKES, make_target

# Machines are shared and slow: no test asserts a wall-clock time, and neither does hypothesis.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")

# A shell starts what it sends to the background with Ctrl-C ignored, and we respect that; the
# tests of Ctrl-C mean a process that hears it.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def host_target() -> Target:
    """The python that runs the tests."""
    return make_target(sys.executable, name="host")


@pytest.fixture
def misbehaving() -> Callable[[str], Target]:
    """A target that misbehaves in a named way."""
    return lambda how: make_target(sys.executable, str(FAKES / "misbehave.py"), how)


@pytest.fixture
def write_suite(tmp_path: Path) -> Callable[..., Path]:
    """Writes a suite of one kind; cases are given as name=source. Returns its folder."""

    def write(name: str, kind: str, *, tier: str = "quick", **cases: str) -> Path:
        folder = tmp_path / "suites" / name
        folder.mkdir(parents=True)
        head = f'purpose = "a test"\nkind = "{kind}"\ntier = "{tier}"\n'
        (folder / "suite.toml").write_text(head + 'origin = "here"\nlicence = "MIT"\n')
        for case, source in cases.items():
            (folder / f"{case}.py").write_text(source)
        return folder

    return write
