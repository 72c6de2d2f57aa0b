"""The programs of suites/patterns come to the same result here as on Ray, twice."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

SUITE = Path(__file__).parents[2] / "suites" / "patterns"
RUN = """
import importlib, sys
sys.path[:0] = [sys.argv[1], sys.argv[1] + "/../_library"]
case = importlib.import_module(sys.argv[2])
state = case.setup(case.SIZES["small"])
print(case.run(state), case.run(state))
"""
CHECKSUMS = {
    "actor_tree": 5320,
    "limited_in_flight": 250443,
    "map_reduce": 229748571,
    "monte_carlo": 25146,
    "parameter_server": 970812182,
    "pipeline": 50723516,
    "shuffle": 460186872,
    "web_crawler": 701008844,
}


def test_every_pattern_has_its_result() -> None:
    assert set(CHECKSUMS) == {path.stem for path in SUITE.glob("*.py") if path.stem[0] != "_"}


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(CHECKSUMS))
def test_a_pattern_comes_to_its_result(name: str) -> None:
    ended = subprocess.run(
        (sys.executable, "-c", RUN, str(SUITE), name),
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.split() == 2 * [str(CHECKSUMS[name])]
