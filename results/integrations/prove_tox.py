"""Runs real projects' own tests through `tox --runner pyrometer` and writes down what came out.

    python results/integrations/prove_tox.py            all projects, all names
    python results/integrations/prove_tox.py py315      these names only, printed, nothing written

Owns `tox.md` beside this file. What is installed is what the project's own tox.ini pins; a test
that fails on an interpreter is a result like any other, shown with the reason if one is known.
"""

from __future__ import annotations

import importlib.metadata
import os
import sys
import tarfile
import tempfile
import tomllib
import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from pathlib import Path

from pyrometer.errors import Mistake, PyrometerError, WorldFailure
from pyrometer.execute import hygiene
from pyrometer.integrations.supply import row_meant, target_for
from pyrometer.launch import Command, Exit, launch
from pyrometer.model import Limits, Target
from pyrometer.provision.fetch import sha256_of

HERE = Path(__file__).parent
TOX_LIMITS = Limits(timeout_s=5400.0)
COUNTED = ("passed", "failed", "skipped")
SHOWN_TOOLS = ("tox", "virtualenv", "pyrometer")


@dataclass(frozen=True, kw_only=True)
class Project:
    """A source distribution, pinned."""

    name: str
    version: str
    sha256: str
    known: Mapping[str, str] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """As people write it."""
        return f"{self.name} {self.version}"


@dataclass(frozen=True, kw_only=True)
class Result:
    """What one project's tests said on one interpreter; `broken` if they could not be asked."""

    counts: Mapping[str, int] = field(default_factory=dict)
    failures: Mapping[str, str] = field(default_factory=dict)
    broken: str = ""

    @property
    def cell(self) -> str:
        """For the table."""
        if self.broken:
            return "could not be run"
        return ", ".join(f"{self.counts[word]} {word}" for word in COUNTED if self.counts[word])


@dataclass(frozen=True, kw_only=True)
class Proof:
    """One project's results, by tox name."""

    project: Project
    results: dict[str, Result] = field(default_factory=dict)


# --- a project ----------------------------------------------------------------------------


def unpacked(project: Project, work: Path) -> Path:
    """The project's sources, verified; raises WorldFailure for another file than the pinned one."""
    wanted = f"{project.name}=={project.version}"
    words = ["-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
    words += ["--no-binary", project.name, "--dest", str(work), wanted]
    ended = started((sys.executable, *words), cwd=work)
    archives = sorted(work.glob(f"{project.name}-{project.version}.*"))
    if not ended.ok or not archives:
        raise WorldFailure(f"pip could not download {wanted}: {last_line(ended)}")
    found = sha256_of(archives[0])
    if found != project.sha256:
        raise WorldFailure(f"{archives[0].name} has sha256 {found}, pinned is {project.sha256}")
    with tarfile.open(archives[0]) as archive:
        archive.extractall(work, filter="data")
    return work / f"{project.name}-{project.version}"


def tested(name: str, sources: Path, work: Path) -> Result:
    """Run the project's tests in one tox environment."""
    junit = work / f"{sources.name}-{name}.xml"
    words = ["-m", "tox", "run", "--runner", "pyrometer", "-c", str(sources / "tox.ini")]
    words += ["--workdir", str(work / "tox"), "-e", name, "--", f"--junitxml={junit}"]
    ended = started((sys.executable, *words), cwd=sources)
    shown = hygiene.placeholders(work, work, work)
    if not junit.is_file():
        return Result(broken=hygiene.clean(why_not_run(name, ended), shown))
    return read_junit(junit, shown)


def started(argv: tuple[str, ...], *, cwd: Path) -> Exit:
    """A process in the person's own environment, which knows how to reach an index."""
    return launch(Command(argv=argv, environment=dict(os.environ), cwd=cwd, limits=TOX_LIMITS))


def read_junit(path: Path, shown: Mapping[str, str]) -> Result:
    """Counts and failures of pytest's own report."""
    failures: dict[str, str] = {}
    counts = dict.fromkeys(COUNTED, 0)
    for case in ET.parse(path).getroot().iter("testcase"):  # noqa: S314 - pytest wrote it
        bad = case.find("failure") if case.find("failure") is not None else case.find("error")
        if bad is not None:
            message = (bad.get("message") or bad.text or "").strip().splitlines()
            name = f"{case.get('classname')}::{case.get('name')}"
            failures[name] = hygiene.clean(message[0] if message else "", shown)
            counts["failed"] += 1
        else:
            counts["skipped" if case.find("skipped") is not None else "passed"] += 1
    return Result(counts=counts, failures=failures)


def why_not_run(name: str, ended: Exit) -> str:
    """The last thing that tox, or what it started, said of its failure."""
    if ended.timed_out:
        return "tox did not end"
    lines = (ended.stdout + ended.stderr).decode(errors="replace").splitlines()
    telling = [line for line in lines if "pyrometer: " in line or "rror" in line]
    return (telling or lines or ["tox said nothing"])[-1].removeprefix(f"{name}: ")


def last_line(ended: Exit) -> str:
    """What a process said last."""
    lines = ended.stderr.decode(errors="replace").split("\n")
    return next((line for line in reversed(lines) if line.strip()), f"exit status {ended.code}")


# --- the page -----------------------------------------------------------------------------


def described(name: str) -> str:
    """What a tox name turned out to be, or why it could not be had."""
    row = row_meant(name)
    if row is None:
        raise Mistake(f"no row is meant by {name!r}", where="projects.toml")
    try:
        return identity(target_for(row))
    except PyrometerError as failure:
        return failure.line


def identity(target: Target) -> str:
    """Row and versions, as the binary tells them."""
    facts = target.facts
    own = f", Python {facts.language}" if facts.language != facts.version else ""
    return f"`{target.row.name}` {facts.version}{own}"


def page(proofs: Sequence[Proof], names: Sequence[str]) -> str:
    """The whole Markdown page."""
    projects = [proof.project for proof in proofs]
    lines = ["<!-- made by: nox -s prove-tox -->", "# tox on Pyrometer's interpreters", ""]
    tools = f"{', '.join(tool_versions())}, on Python {sys.version.split()[0]}"
    lines += [
        "Each project comes from its source distribution and is tested by its own `tox.ini`:",
        "",
        "```",
        "tox run --runner pyrometer -e NAME -- --junitxml=FILE",
        "```",
        "",
        f"{datetime.now(UTC):%Y-%m-%d}, {tools}.",
        "",
        "| tox name | interpreter | " + " | ".join(p.title for p in projects) + " |",
        "| --- | --- | " + " | ".join("---" for _ in projects) + " |",
    ]
    for name in names:
        cells = " | ".join(proof.results[name].cell for proof in proofs)
        lines.append(f"| `{name}` | {described(name)} | {cells} |")
    lines += ["", *differences(proofs), "## Sources", ""]
    lines += [f"- {p.title}: sha256 `{p.sha256}`" for p in projects]
    return "\n".join(lines) + "\n"


def differences(proofs: Sequence[Proof]) -> list[str]:
    """Every test that failed anywhere, with pytest's message and the reason if it is known."""
    lines = ["## What failed", ""]
    for proof in proofs:
        for name, result in proof.results.items():
            where = f"- {proof.project.title}, `{name}`"
            if result.broken:
                lines.append(f"{where}: {result.broken}")
            for test, message in result.failures.items():
                reason = known_reason(proof.project, name, test) or "not gone into yet"
                lines.append(f"{where}, `{test}`: `{message}`; {reason}")
    return [*lines, ""] if len(lines) > 2 else [*lines, "Nothing.", ""]


def known_reason(project: Project, name: str, test: str) -> str:
    """The reason given in projects.toml for `NAME TEST`, both globs."""
    found = (why for glob, why in project.known.items() if fnmatchcase(f"{name} {test}", glob))
    return next(found, "")


def tool_versions() -> list[str]:
    """Names and versions of the tools that took part."""
    return [f"{name} {importlib.metadata.version(name)}" for name in SHOWN_TOOLS]


def main(asked: Sequence[str]) -> None:
    """All projects on all names; written only if nothing was left out."""
    pinned = tomllib.loads((HERE / "projects.toml").read_text(encoding="utf-8"))
    names = asked or pinned["names"]
    proofs = [Proof(project=Project(**entry)) for entry in pinned["project"]]
    with tempfile.TemporaryDirectory(prefix="prove-tox-") as folder:
        for proof in proofs:
            work = Path(folder) / proof.project.name
            work.mkdir()
            sources = unpacked(proof.project, work)
            for name in names:
                proof.results[name] = tested(name, sources, work)
                print(f"{proof.project.title} {name}: {proof.results[name].cell}", flush=True)
    text = page(proofs, names)
    if asked:
        print(text)
    else:
        (HERE / "tox.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except PyrometerError as failure:
        sys.exit(f"prove-tox: {failure.line}")
