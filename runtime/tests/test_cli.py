"""The command line looks at a running session, from another process or this one."""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

import polyray as ray
from polyray import cli, current

pytestmark = pytest.mark.slow


def polyray(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        (sys.executable, "-m", "polyray.cli", *words),
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@ray.remote
def sleeps(seconds: float) -> float:
    time.sleep(seconds)
    return seconds


@ray.remote
class Named:
    def name(self) -> str:
        return "it"


def session() -> tuple[str, str]:
    return "--session", str(current.session().node.folder)


def test_status_and_tables_of_a_running_session() -> None:
    ray.init(num_cpus=1)
    actor = Named.options(name="known").remote()
    assert ray.get(actor.name.remote()) == "it"
    ref = sleeps.remote(3)
    found = json.loads(polyray("status", "--json", *session()).stdout)
    assert found["resources"]["CPU"] == 1
    assert (found["actors"], found["workers"]) == (1, 1)
    (shown,) = json.loads(polyray("list", "actors", "--json", *session()).stdout)
    assert (shown["class"], shown["name"], shown["state"]) == ("Named", "known", "alive")
    tasks = json.loads(polyray("list", "tasks", "--json", *session()).stdout)
    assert [(task["name"], task["state"]) for task in tasks] == [("sleeps", "running")]
    workers = polyray("list", "workers", *session()).stdout.splitlines()
    assert len(workers) == 3
    assert ray.get(ref) == 3


def test_large_objects_are_shown_with_their_size() -> None:
    ray.init(num_cpus=1)
    ref = ray.put([bytes(500_000)])
    ray.get(sleeps.options(name="holder").remote(0))
    kept = ray.put([ref])
    rows = json.loads(polyray("memory", "--json", *session()).stdout)
    assert any(row["value"] == "shared memory" and row["bytes"] > 500_000 for row in rows), rows
    assert kept


@pytest.mark.skipif(sys.implementation.name != "cpython", reason="needs faulthandler")
def test_stack_shows_where_a_worker_is() -> None:
    ray.init(num_cpus=1)
    ref = sleeps.remote(3)
    time.sleep(1)
    assert "in sleeps" in polyray("stack", *session()).stdout
    assert ray.get(ref) == 3


def test_a_timeline_has_every_call_of_tasks_and_actors(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("POLYRAY_TIMELINE", "1")
    ray.init(num_cpus=1)
    plain, threaded = Named.remote(), Named.options(max_concurrency=2).remote()
    ray.get([sleeps.remote(0.05) for _ in range(3)])
    ray.get([actor.name.remote() for actor in (plain, threaded)])
    made = tmp_path / "trace.json"
    assert "5 calls" in polyray("timeline", str(made), *session()).stdout
    events = json.loads(made.read_text())["traceEvents"]
    assert sorted(event["name"] for event in events) == ["Named.name"] * 2 + ["sleeps"] * 3
    slept = [event for event in events if event["name"] == "sleeps"]
    assert all(event["ph"] == "X" and event["dur"] >= 50_000 for event in slept)
    ends = sorted((event["ts"], event["ts"] + event["dur"]) for event in slept)
    assert all(one[1] <= other[0] for one, other in itertools.pairwise(ends))
    assert len(ray.timeline()) == 5


def test_without_events_the_timeline_is_one_line() -> None:
    ray.init(num_cpus=1)
    ended = polyray("timeline", *session())
    assert (ended.returncode, ended.stdout) == (3, "")
    assert "POLYRAY_TIMELINE=1" in ended.stderr


def test_a_session_that_is_over_is_one_line(tmp_path: Path) -> None:
    ended = polyray("status", "--session", str(tmp_path))
    assert ended.returncode == 3
    assert len(ended.stderr.strip().splitlines()) == 1
    assert ended.stderr.startswith("polyray: ")


def test_an_unknown_table_is_a_mistake() -> None:
    ended = polyray("list", "nothing")
    assert ended.returncode == 2
    assert "workers" in ended.stderr


def test_a_table_has_columns() -> None:
    rows = [{"a": 1, "b": {"CPU": 1.0}}, {"a": 22, "b": None}]
    assert cli.table(rows) == "a   b\n1   CPU=1\n22"
    assert cli.table([]) == "none"
