"""Extensions: built once from the same files for the same interpreter, or a reason why not."""

from __future__ import annotations

import platform
import runpy
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pyrometer.definitions.suites import load_suites
from pyrometer.errors import Mistake
from pyrometer.execute.run import Setting, run
from pyrometer.model import Extension, Job, Plan, Target
from pyrometer.provision import extension_tools
from pyrometer.provision.cross import Cross
from pyrometer.provision.extensions import MODULE, Site, obtain_extensions
from pyrometer.provision.headers import headers_of
from pyrometer.provision.roots import Packages
from pyrometer.provision.rust import Rust
from pyrometer.provision.store import Store
from pyrometer.provision.workshop import Workshop
from tests.targets import make_target

OTHER = "aarch64" if platform.machine() == "x86_64" else "x86_64"

# Tells its facts; else makes a file, or fails as its folder's file `how` says.
BUILD = """
import json, os, pathlib, sys
here = pathlib.Path(__file__).parent
if sys.argv[1] == "--facts":
    if (here / "mute").exists():
        sys.exit("it is mute")
    print("noise")
    print(sys.argv[2], json.dumps({"include": ["/nowhere/include"], "prefix": sys.prefix}))
    sys.exit()
with open(here.parent / "log", "a") as log:
    log.write(here.name + " ")
folder = pathlib.Path(sys.argv[1])
folder.mkdir()
how = (here / "how").read_text()
before = sorted(path.name for path in pathlib.Path(os.environ["BUILT_BEFORE"]).iterdir())
facts = json.loads(pathlib.Path(os.environ["BUILD_FOR"]).read_text())
(folder / "made").write_text(repr((how, before, *facts["include"])))
tools = [f"{name}={os.environ[name]}" for name in os.environ if name.startswith(("C", "RUSTC"))]
(folder / "tools").write_text("\\n".join(tools))
if how == "lacking":
    print(here.name + ": no compiler", file=sys.stderr)
    sys.exit(3)
if how == "broken":
    raise ValueError("a bug")
"""


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(store=Store.at(tmp_path / "store"))


@pytest.fixture
def target() -> Target:
    return make_target(sys.executable, name="host")


def extension(root: Path, name: str, how: str = "fine", *, shared: bool = False) -> Extension:
    """One whose build file does as it is told."""
    folder = root / name
    folder.mkdir(exist_ok=True)
    (folder / "build.py").write_text(BUILD)
    (folder / "how").write_text(how)
    return Extension(name=name, build=folder / "build.py", inputs=(folder,), shared=shared)


def built(root: Path) -> list[str]:
    """What was built, in order, since this was last asked."""
    log = root / "log"
    names = log.read_text().split() if log.exists() else []
    log.write_text("")
    return names


def told(folder: Path) -> dict[str, Any]:
    return runpy.run_path(str(folder / MODULE))


def test_what_was_built_is_built_once(tmp_path: Path, site: Site, target: Target) -> None:
    wanted = [extension(tmp_path, "one"), extension(tmp_path, "two")]
    folder = obtain_extensions(wanted, target, site)
    assert built(tmp_path) == ["one", "two"]
    assert (folder / "one/made").read_text() == "('fine', [], '/nowhere/include')"
    assert (folder / "two/made").read_text() == "('fine', ['one'], '/nowhere/include')"
    assert set(told(folder)["FOLDERS"]) == {"one", "two"}
    assert obtain_extensions(wanted, target, site) == folder
    assert built(tmp_path) == []


def test_changed_files_and_what_has_them_are_built_again(
    tmp_path: Path, site: Site, target: Target
) -> None:
    wanted = [extension(tmp_path, "one"), extension(tmp_path, "two")]
    before = obtain_extensions(wanted, target, site)
    built(tmp_path)
    extension(tmp_path, "two", "changed")
    assert obtain_extensions(wanted, target, site) != before
    assert built(tmp_path) == ["two"]
    extension(tmp_path, "one", "changed")
    obtain_extensions(wanted, target, site)
    assert built(tmp_path) == ["one", "two"]


def test_what_is_shared_is_built_once_for_all(tmp_path: Path, site: Site, target: Target) -> None:
    wanted = [extension(tmp_path, "one", shared=True), extension(tmp_path, "two")]
    obtain_extensions(wanted, target, site)
    other = replace(target, environment={"PYTHONOPTIMIZE": "1"}, argv=(*target.argv, "-B"))
    facts = replace(target.build.receipt, sha256="another build")
    other = replace(other, build=replace(target.build, receipt=facts))
    obtain_extensions(wanted, other, site)
    assert built(tmp_path) == ["one", "two"]  # both tell the same facts


@pytest.mark.parametrize(
    ("how", "reason"),
    [("lacking", "no compiler"), ("broken", "its build failed: ValueError: a bug")],
)
def test_what_cannot_be_built_is_a_reason(
    tmp_path: Path, site: Site, target: Target, how: str, reason: str
) -> None:
    wanted = [extension(tmp_path, "one", how), extension(tmp_path, "two")]
    folder = obtain_extensions(wanted, target, site)
    assert told(folder)["REASONS"] == {"one": reason}
    assert (folder / "two/made").exists()
    assert not (folder / "one").exists()
    assert not list(site.root.glob(".*"))
    extension(tmp_path, "one")
    assert told(obtain_extensions(wanted, target, site))["REASONS"] == {}


def test_offline_nothing_is_fetched(tmp_path: Path, site: Site, target: Target) -> None:
    offline = replace(site, offline=True)
    folder = obtain_extensions([extension(tmp_path, "one")], target, offline)
    assert "CARGO_NET_OFFLINE=true" in (folder / "one/tools").read_text().splitlines()


def test_an_interpreter_that_tells_nothing_gets_nothing(
    tmp_path: Path, site: Site, target: Target
) -> None:
    one = extension(tmp_path, "one")
    (tmp_path / "one/mute").touch()
    folder = obtain_extensions([one], target, site)
    (reason,) = told(folder)["REASONS"].values()
    assert reason == "it does not say what has to be built for it: it is mute"


def test_cases_find_what_was_built(tmp_path: Path, site: Site, target: Target) -> None:
    folder = obtain_extensions([extension(tmp_path, "one")], target, site)
    suite = tmp_path / "own"
    suite.mkdir()
    (suite / "asks.py").write_text(
        "import built_extensions\n"
        "def test_one(): return open(built_extensions.FOLDERS['one'] + '/made').read()\n"
    )
    job = Job(row="host", suite="own", kind="check", cases=("own/asks",))
    plan = Plan(seed=1, tier="quick", reference="host", rows=("host",), jobs=(job,))
    setting = Setting(
        targets={"host": target},
        missing={},
        roots={"own": suite},
        extensions={("host", "own"): folder},
    )
    (outcome,) = run(plan, setting)
    (check,) = outcome.checks
    assert check.status == "pass", check.detail
    assert "fine" in str(check.value)


# --- definitions ----------------------------------------------------------------------------

HEAD = 'purpose = "p"\nkind = "check"\ntier = "quick"\norigin = "here"\nlicence = "MIT"\n'


def test_a_suite_names_its_extensions(tmp_path: Path) -> None:
    made = extension(tmp_path, "one")
    suite = tmp_path / "suites/own"
    suite.mkdir(parents=True)
    text = '[[extension]]\nname = "one"\nbuild = "../../one/build.py"\ninputs = ["."]\n'
    (suite / "suite.toml").write_text(HEAD + text + 'toolchain = "rust"\nshared = true\n')
    ((loaded,), _) = load_suites(tmp_path / "suites")
    inputs = (made.build.parent, suite)
    assert loaded.extensions == (replace(made, inputs=inputs, toolchain="rust", shared=True),)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('name = "one"\nbuild = "build.py"', "no such file: .*build.py"),
        ('name = "one"', "missing required field `build`"),
        ('name = "one"\nbuild = "suite.toml"\ntoolchain = "go"', "toolchain"),
    ],
)
def test_a_malformed_extension_is_a_mistake(tmp_path: Path, text: str, said: str) -> None:
    folder = tmp_path / "own"
    folder.mkdir()
    (folder / "suite.toml").write_text(f"{HEAD}[[extension]]\n{text}\n")
    with pytest.raises(Mistake, match=said):
        load_suites(tmp_path)


# --- headers --------------------------------------------------------------------------------


def test_headers_are_where_the_interpreter_says(tmp_path: Path, site: Site, target: Target) -> None:
    shop = Workshop(store=site.store, name="host", root=tmp_path / "root", log=tmp_path / "log")
    (tmp_path / "Python.h").touch()
    assert headers_of(target, [str(tmp_path)], shop) == [str(tmp_path)]
    assert headers_of(target, ["/nowhere"], shop) == ["/nowhere"]  # no package is named: so be it


@pytest.fixture
def foreign(target: Target, monkeypatch: pytest.MonkeyPatch) -> Target:
    """One of another processor; the compilers for it are pretended."""

    @contextmanager
    def cross(shop: Workshop) -> Iterator[Cross]:
        yield Cross(cc=Path(f"/{shop.machine}/gcc"), ar=Path("/ar"), sources=())

    @contextmanager
    def compiler(_packages: Packages, shop: Workshop) -> Iterator[Rust]:
        folder = Path(f"/for-{shop.machine}")
        yield Rust(rustc=folder / "rustc", cargo=folder / "cargo", sources=())

    monkeypatch.setattr(extension_tools, "cross_gcc", cross)
    monkeypatch.setattr(extension_tools, "rust", compiler)
    row = replace(target.row, name=f"host-{OTHER}", machine=OTHER)
    return replace(target, row=row, emulated="an emulator")


def test_for_another_processor_it_is_compiled_by_compilers_for_that(
    tmp_path: Path, site: Site, target: Target, foreign: Target
) -> None:
    one = extension(tmp_path, "one", shared=True)
    folder = obtain_extensions([replace(one, toolchain="rust")], foreign, site)
    environment = (folder / "one" / "tools").read_text().splitlines()
    triple = f"{OTHER}-unknown-linux-gnu"
    linker = f"CARGO_TARGET_{triple.replace('-', '_').upper()}_LINKER"
    assert {
        f"CC=/{OTHER}/gcc",
        f"CARGO=/for-{OTHER}/cargo",
        f"RUSTC=/for-{OTHER}/rustc",
        f"CARGO_BUILD_TARGET={triple}",
        f"{linker}=/{OTHER}/gcc",
    } <= set(environment)
    assert not [path for path in site.root.iterdir() if path.name.startswith(".tools")]
    built(tmp_path)
    native = obtain_extensions([one], target, site)
    assert built(tmp_path) == ["one"]  # what is shared is not shared between processors
    assert "CARGO_BUILD_TARGET" not in (native / "one" / "tools").read_text()


def test_what_is_built_for_one_row_is_built_for_that_row_of_the_same_processor(
    tmp_path: Path, site: Site, target: Target, foreign: Target
) -> None:
    asked: list[str] = []

    def elsewhere(name: str) -> Target:
        asked.append(name)
        return foreign if name.endswith(OTHER) else target

    one = replace(extension(tmp_path, "one"), row="cpython-3.11")
    for there in (target, foreign):
        obtain_extensions([one], there, replace(site, elsewhere=elsewhere))
    assert asked == ["cpython-3.11", f"cpython-3.11-{OTHER}"]
