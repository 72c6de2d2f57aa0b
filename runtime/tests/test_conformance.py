"""The items of suites/runtime on this Python, each file in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

SUITE = Path(__file__).parents[2] / "suites" / "runtime"
RUN = """
import importlib, sys, traceback, unittest
sys.path[:0] = [sys.argv[1], sys.argv[1] + "/../_library"]
case = importlib.import_module(sys.argv[2])
bad = []
for name in [name for name in vars(case) if name.startswith("test_")]:
    try:
        getattr(case, name)()
    except unittest.SkipTest:
        pass
    except BaseException:
        traceback.print_exc()
        bad.append(name)
case.ray.shutdown()
sys.exit(", ".join(bad) or 0)
"""


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(p.stem for p in SUITE.glob("*.py") if p.stem[0] != "_"))
def test_items(name: str) -> None:
    runtime = Path(__file__).parents[1]
    ended = subprocess.run(
        (sys.executable, "-c", RUN, str(SUITE), name),
        env={**os.environ, "PYTHONPATH": str(runtime)},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
