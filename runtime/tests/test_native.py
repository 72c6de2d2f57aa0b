"""Routes into native code on this Python: each is built here and keeps the contract."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from accel_contract import CONTRACT

from polyray.accel import choice, places, routes

NATIVE = Path(__file__).parents[1] / "native"
LACKING = [name for name in ("cargo", "cc") if shutil.which(name) is None]

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(bool(LACKING), reason=f"no {' and no '.join(LACKING)} here"),
]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with all routes that can be built here."""
    folder = tmp_path_factory.mktemp("native")
    words = [sys.executable, str(NATIVE / "build.py")]
    environment = {**os.environ, places.VARIABLE: str(folder)}
    ended = subprocess.run(words, env=environment, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return folder


@pytest.fixture(params=routes.NATIVE)
def route(
    request: pytest.FixtureRequest, built: Path, monkeypatch: pytest.MonkeyPatch
) -> routes.Route:
    """One of them."""
    monkeypatch.setenv(places.VARIABLE, str(built))
    if not (built / request.param).is_dir():
        with pytest.raises(routes.Unavailable) as lack:
            routes.load(request.param)
        pytest.skip(f"{request.param}: {lack.value}")
    return routes.load(request.param)


@pytest.mark.parametrize("check", CONTRACT, ids=lambda check: check.__name__)
def test_the_contract_is_kept(check: Any, route: routes.Route, tmp_path: Path) -> None:
    check(route, str(tmp_path / "segment"))


def test_one_of_them_is_chosen(built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(places.VARIABLE, str(built))
    measured = choice.measured()
    assert {"capi", "ctypes", "socket", "pure"} <= measured["ns"].keys()
    route, why = choice.chosen({})
    assert route.name == measured["best"]
    assert why in ("the fastest of those measured", "no native route pays here")


CHANGED = """
import polyray as ray
from polyray import store

ray.init(num_cpus=1)
ref = ray.put(list(range(100_000)))
(path,) = store._files(store.folder(), store._ours())
with open(path, "r+b") as file:
    file.seek(70_000)
    file.write(b"what nobody wrote")

@ray.remote
def length(values):
    return len(values)

for get in (lambda: ray.get(ref), lambda: ray.get(length.remote(ref))):
    try:
        get()
    except ray.exceptions.ObjectCorruptedError as error:
        print(path in str(error))
"""


def test_a_changed_object_is_an_error_for_the_driver_and_for_a_task(built: Path) -> None:
    variables = {places.VARIABLE: str(built), choice.VARIABLE: "capi"}
    environment = {**os.environ, **variables, "PYTHONPATH": str(NATIVE.parent)}
    words = [sys.executable, "-c", CHANGED]
    ended = subprocess.run(words, env=environment, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout) == (0, "True\nTrue\n"), ended.stderr


@pytest.mark.parametrize(
    ("lack", "said"),
    [
        ({"CC": "no-such-compiler"}, "capi: no C compiler: on Debian, apt-get install gcc"),
        ({"CC": "false"}, "capi: false failed: no word"),
        ({"CARGO": "/nowhere/cargo"}, "capi: /nowhere/cargo: No such file or directory"),
        ({"PATH": "/nowhere"}, "capi: no cargo: on Debian, apt-get install cargo"),
    ],
)
def test_what_is_missing_is_said_in_one_line(
    lack: dict[str, str], said: str, tmp_path: Path
) -> None:
    words = [sys.executable, str(NATIVE / "capi/build.py"), str(tmp_path / "into")]
    environment = {**{k: v for k, v in os.environ.items() if k != "BUILT_BEFORE"}, **lack}
    ended = subprocess.run(words, env=environment, capture_output=True, text=True, check=False)
    assert ended.returncode == 3
    (line,) = ended.stderr.splitlines()
    assert line.startswith(said)
    assert not (tmp_path / "into").exists()


@pytest.mark.parametrize(
    ("checker", "said"),
    [
        ("loom", "no cargo: on Debian, apt-get install cargo"),
        ("miri", "no Miri: rustup toolchain install nightly --component miri,rust-src"),
        ("sanitizers", "no cargo: on Debian, apt-get install cargo"),
        ("fuzz", "no C++ compiler: on Debian, apt-get install g++ libc6-dev"),
    ],
)
def test_a_checker_says_in_one_line_what_is_missing(checker: str, said: str) -> None:
    words = [sys.executable, str(NATIVE / "checks/check.py"), checker]
    environment = {"PATH": "/nowhere"}
    ended = subprocess.run(words, env=environment, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout) == (3, "")
    assert ended.stderr == f"{checker}: {said}\n"


def test_the_runtime_works_through_rings(built: Path) -> None:
    tests = [
        str(Path(__file__).with_name(name)) for name in ("test_ring_sessions.py", "test_faults.py")
    ]
    environment = {**os.environ, places.VARIABLE: str(built), choice.VARIABLE: "capi"}
    ended = subprocess.run(
        (sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *tests),
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
