"""The first program of polyray's README runs on each of its interpreters as it stands there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pyrometer import campaign as campaigns
from pyrometer.execute.plan import Wish
from pyrometer.launch import Command, launch
from pyrometer.model import Build, Limits
from pyrometer.provision.environment import target_environment
from pyrometer.provision.obtain import obtain
from pyrometer.provision.packages import obtain_packages
from pyrometer.provision.store import Store
from pyrometer.provision.targets import target

RUNTIME = Path(__file__).parents[2] / "runtime"
PATIENCE_S = 900.0


@pytest.mark.interpreters
@pytest.mark.parametrize(
    "name", ["cpython-3.9", "cpython-3.15", "pypy-8.0", "graalpy-25.0+jit", "rustpython-0.6"]
)
def test_the_program_runs(name: str, tmp_path: Path) -> None:
    shown = re.search(r"```python\n(.*?)```", (RUNTIME / "README.md").read_text(), re.DOTALL)
    assert shown is not None
    program = tmp_path / "program.py"
    program.write_text(shown[1])
    (row,) = campaigns.select_rows((name,))
    build = obtain([row], Store.default())[name]
    assert isinstance(build, Build), build
    (suite,), _ = campaigns.select_suites(
        campaigns.Selection(suites=("runtime",)), Wish(tier="wild")
    )
    packages = obtain_packages(suite.packages, Store.default())
    started = target(row, build)
    path = ":".join(map(str, (RUNTIME, *packages)))
    environment = target_environment(
        {**started.environment, **row.check_environment, "PYTHONPATH": path}
    )
    ended = launch(
        Command(
            argv=(*started.argv, str(program)),
            environment=environment,
            limits=Limits(timeout_s=PATIENCE_S),
        )
    )
    assert ended.ok, ended.stderr
    assert ended.stdout.decode() == "285\n"
