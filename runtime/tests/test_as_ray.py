"""A program that says `import ray` runs as it is."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = """
import sys
import ray
from ray.util import ActorPool, as_completed, inspect_serializability, list_named_actors
from ray.util.placement_group import placement_group
from ray.util.queue import Queue
import ray.exceptions
import ray.util.placement_group

@ray.remote
def square(n):
    import ray as inside
    return n * n, inside.__name__

ray.init(num_cpus=1)
print(ray.get(square.remote(7)), sys.argv[1:], ray.exceptions.RayTaskError.__module__)
assert ray.util.placement_group is placement_group
try:
    import ray.tune
except ModuleNotFoundError as error:
    print(error)
"""


@pytest.mark.slow
def test_a_program_written_for_ray_runs(tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text(PROGRAM)
    ended = subprocess.run(
        (sys.executable, "-m", "polyray.as_ray", str(tmp_path / "program.py"), "--x"),
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    first, second = ended.stdout.splitlines()
    assert first == "(49, 'polyray') ['--x'] polyray.exceptions"
    assert second == "polyray has no ray.tune: it is Ray Core alone"


@pytest.mark.slow
def test_without_a_program_the_usage_is_told() -> None:
    ended = subprocess.run(
        (sys.executable, "-m", "polyray.as_ray"),
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 2
    assert "PROGRAM" in ended.stderr
