"""Workflows and the action for other projects: rehearsed here as a runner would run them."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from pyrometer.cli import main
from pyrometer.cli.pipeline import ARCHITECTURES
from pyrometer.provision.store import Store

ROOT = Path(__file__).parents[2]
ACTION = ROOT / ".github" / "actions" / "interpreters" / "action.yml"
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
EXAMPLES = sorted((ROOT / "examples").glob("*.yml"))
INSTALLED = Path(sys.executable).with_name("pyrometer")
EXPRESSION = re.compile(r"\$\{\{\s*([\w.-]+)\s*\}\}")


def yaml_of(path: Path) -> Any:
    return YAML(typ="safe").load(path)


class Runner:
    """Runs the shell steps of the action with what the steps before left, as GitHub's does."""

    def __init__(self, folder: Path, **inputs: str) -> None:
        self.action = yaml_of(ACTION)
        unknown = inputs.keys() - self.action["inputs"].keys()
        assert not unknown
        defaults = {name: one["default"] for name, one in self.action["inputs"].items()}
        self.values = {f"inputs.{name}": value for name, value in (defaults | inputs).items()}
        self.folder = folder
        (folder / "temp").mkdir()
        self.environment = {
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "HOME": str(folder),
            "RUNNER_TEMP": str(folder / "temp"),
            "GITHUB_WORKSPACE": str(folder),
            "GITHUB_ACTION_PATH": str(ACTION.parent),
        }

    def run(self, *, last: str = "") -> dict[str, str]:
        """The outputs of the action; raises CalledProcessError with what a step said.

        `last` is the id of the shell step after which no other is run.
        """
        self.cached: list[Mapping[str, str]] = []
        for step in self.action["runs"]["steps"]:
            if "uses" in step:
                with_ = {name: self.filled(value) for name, value in step["with"].items()}
                self.cached.append({"uses": step["uses"], **with_})
            elif not last or f"steps.{last}.done" not in self.values:
                self.shell(step)
        return {name: self.filled(o["value"]) for name, o in self.action["outputs"].items()}

    def shell(self, step: Mapping[str, Any]) -> None:
        files = {
            name: self.folder / name for name in ("GITHUB_OUTPUT", "GITHUB_ENV", "GITHUB_PATH")
        }
        for path in files.values():
            path.write_text("")
        own = {name: self.filled(value) for name, value in step["env"].items()}
        subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
            env=self.environment | own | {name: str(path) for name, path in files.items()},
            cwd=self.folder, check=True, capture_output=True, text=True,
        )  # fmt: skip
        self.values[f"steps.{step['id']}.done"] = "yes"
        for name, value in pairs(files["GITHUB_OUTPUT"]):
            self.values[f"steps.{step['id']}.outputs.{name}"] = value
        self.environment |= dict(pairs(files["GITHUB_ENV"]))
        for folder in files["GITHUB_PATH"].read_text().split():
            self.environment["PATH"] = f"{folder}:{self.environment['PATH']}"

    def filled(self, text: str) -> str:
        """What nobody has set is empty, as with GitHub."""
        return EXPRESSION.sub(lambda match: self.values.get(match[1], ""), text)


def pairs(path: Path) -> Iterator[tuple[str, str]]:
    for line in path.read_text().splitlines():
        name, _, value = line.partition("=")
        yield name, value


# --- the action ---------------------------------------------------------------------------


def test_the_action_says_where_interpreters_are(tmp_path: Path) -> None:
    runner = Runner(tmp_path, interpreters=sys.executable, command=str(INSTALLED))
    outputs = runner.run()
    ((name, path),) = json.loads(outputs["paths"]).items()
    assert name.startswith("host:python")
    assert subprocess.run([path, "-c", ""], check=False).returncode == 0
    assert outputs["home"] == runner.environment["PYROMETER_HOME"]
    # Nothing but the tool comes before what the job has on its own path.
    first = Path(runner.environment["PATH"].split(":")[0])
    assert [entry.name for entry in first.iterdir()] == ["pyrometer"]


def test_what_is_restored_is_what_was_saved_and_where_it_was(tmp_path: Path) -> None:
    runner = Runner(tmp_path, interpreters=sys.executable, command=str(INSTALLED))
    outputs = runner.run()
    restored, saved = runner.cached
    assert restored["uses"].startswith("actions/cache/restore@")
    assert saved["uses"].startswith("actions/cache/save@")
    for cached in runner.cached:
        assert cached["key"] == outputs["key"]
        assert cached["path"] == str(Store.at(Path(outputs["home"])).builds)
        assert "restore-keys" not in cached


def key_of(folder: Path, **inputs: str) -> str:
    folder.mkdir()
    return Runner(folder, command=str(INSTALLED), keep="forever", **inputs).run(last="key")["key"]


def test_the_key_tells_apart_what_must_not_be_mixed(tmp_path: Path) -> None:
    host = {"interpreters": sys.executable, "home": str(tmp_path / "store")}
    other = {**host, "home": str(tmp_path / "elsewhere")}
    one = key_of(tmp_path / "a", **host)
    assert one.startswith(f"pyrometer-{os.uname().machine}-forever-")
    assert key_of(tmp_path / "b", **other) != one
    # Restored relative to the workspace: another one is another place.
    assert key_of(tmp_path / "c", **host) != one
    (tmp_path / "a").rename(tmp_path / "d")
    assert key_of(tmp_path / "a", **host) == one


@pytest.mark.parametrize(
    ("keep", "shape"),
    [
        ("day", r"\d{4}-\d\d-\d\d"),
        ("week", r"\d{4}-W\d\d"),
        ("month", r"\d{4}-\d\d"),
        ("forever", "forever"),
    ],
)
def test_the_key_changes_with_time_as_wished(tmp_path: Path, keep: str, shape: str) -> None:
    runner = Runner(tmp_path, interpreters=sys.executable, command=str(INSTALLED), keep=keep)
    assert re.fullmatch(rf"pyrometer-\w+-{shape}-[0-9a-f]{{16}}", runner.run(last="key")["key"])


def test_mistakes_of_inputs_stop_the_action(tmp_path: Path) -> None:
    for number, (inputs, said) in enumerate(
        [
            ({"keep": "year"}, "keep: 'year' is none of"),
            ({"interpreters": "cpithon-*"}, "no interpreter matches"),
            ({"interpreters": "$(touch pwned)"}, "no interpreter matches"),
        ]
    ):
        folder = tmp_path / str(number)
        folder.mkdir()
        with pytest.raises(subprocess.CalledProcessError) as caught:
            Runner(folder, command=str(INSTALLED), **inputs).run()
        assert said in caught.value.stdout + caught.value.stderr
        assert caught.value.returncode == 2
        assert not (folder / "pwned").exists()


@pytest.mark.interpreters
def test_the_action_installs_itself_and_finds_what_was_restored(tmp_path: Path) -> None:
    runner = Runner(tmp_path, interpreters="cpython-3.13", home=str(Store.default().root))
    path = json.loads(runner.run()["paths"])["cpython-3.13"]
    left = subprocess.run([path, "-V"], check=True, capture_output=True, text=True)
    assert left.stdout.startswith("Python 3.13")


# --- workflows ------------------------------------------------------------------------------


def jobs() -> list[tuple[str, dict[str, Any]]]:
    found = [(path, yaml_of(path)["jobs"]) for path in WORKFLOWS]
    return [(f"{path.name} {name}", job) for path, some in found for name, job in some.items()]


@pytest.mark.parametrize(("name", "job"), jobs(), ids=lambda one: one if type(one) is str else "")
def test_jobs_run_in_debian_and_end(name: str, job: Mapping[str, Any]) -> None:
    assert job["container"] == "debian:12"
    assert 0 < job["timeout-minutes"] <= 120


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_workflows_may_read_and_nothing_else(path: Path) -> None:
    workflow = yaml_of(path)
    assert workflow["permissions"] == {"contents": "read"}
    assert not [job for job in workflow["jobs"].values() if "permissions" in job]
    assert "secrets." not in path.read_text()


@pytest.mark.parametrize("name", ["tests", "measure"])
def test_tests_and_times_are_of_every_architecture_of_the_matrix(name: str) -> None:
    job = yaml_of(ROOT / ".github/workflows" / f"{name}.yml")["jobs"][name]
    include = job["strategy"]["matrix"]["include"]
    assert {one["arch"]: one["runner"] for one in include} == ARCHITECTURES


def test_times_are_measured_by_the_command_that_people_type() -> None:
    steps = yaml_of(ROOT / ".github/workflows/measure.yml")["jobs"]["measure"]["steps"]
    assert "make report" in [step.get("run") for step in steps]


def test_what_was_measured_is_packed_and_what_was_there_is_not(tmp_path: Path) -> None:
    steps = yaml_of(ROOT / ".github/workflows/measure.yml")["jobs"]["measure"]["steps"]
    (pack,) = (step["run"] for step in steps if "tar " in step.get("run", ""))
    (tmp_path / "results/raw/old").mkdir(parents=True)
    (tmp_path / "results/raw/old/run.json").write_text("{}")
    for words in (("init", "-q"), ("add", ".")):
        subprocess.run(["git", *words], cwd=tmp_path, check=True)
    (tmp_path / "results/raw/new").mkdir()
    (tmp_path / "results/raw/new/run.json").write_text("{}")
    subprocess.run(["bash", "-eo", "pipefail", "-c", pack], cwd=tmp_path, check=True)
    listed = subprocess.run(
        ["tar", "-tzf", "measured.tar.gz"], cwd=tmp_path, check=True, capture_output=True, text=True
    )
    assert listed.stdout.split() == ["results/raw/new/run.json"]


def scripts() -> Iterator[str]:
    """Every script of workflows, of examples and of the pages that explain them."""
    for path in (*WORKFLOWS, EXAMPLES[0]):
        for job in yaml_of(path)["jobs"].values():
            yield from (step["run"] for step in job["steps"] if "run" in step)
    gitlab = yaml_of(ROOT / "examples" / "gitlab-ci.yml")["interpreters"]
    yield from (*gitlab["before_script"], *gitlab["script"])
    pages = [ROOT / "docs" / "CI.md", *ACTION.parent.glob("*.sh")]
    for page in pages:
        yield page.read_text(encoding="utf-8")


def commands() -> list[list[str]]:
    """The calls of pyrometer in them, variables as they are."""
    starts = r"(?:^|`|\$\(|then |jobs=\$\(\S*/)(pyrometer [a-z].*?)(?:`|\)$|;|#|$)"
    found = [match for script in scripts() for match in re.findall(starts, script, re.MULTILINE)]
    return [shlex.split(line)[1:] for line in dict.fromkeys(found)]


@pytest.mark.parametrize("words", commands(), ids=" ".join)
def test_commands_of_workflows_are_commands(words: list[str]) -> None:
    known = ["--check" if word == "$HOW" else word for word in words]
    main.commands[known[0]].make_context(known[0], known[1:])  # UsageError for what is unknown
