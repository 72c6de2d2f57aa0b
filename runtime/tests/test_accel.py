"""The reference of accelerators keeps their contract; which of them is chosen, and why."""

from __future__ import annotations

import json
import sys
import types
from pathlib import Path
from typing import Any

import pytest
from accel_contract import CONTRACT
from hypothesis import given, settings
from hypothesis import strategies as st

from polyray import accel
from polyray.accel import choice, layout, places, pure, routes

RUNTIME = Path(__file__).parents[1]


@pytest.mark.parametrize("check", CONTRACT, ids=lambda check: check.__name__)
def test_the_reference_keeps_the_contract(check: Any, tmp_path: Path) -> None:
    check(routes.load(routes.PURE), str(tmp_path / "segment"))


@settings(deadline=None, max_examples=60)
@given(sizes=st.lists(st.integers(0, 200), max_size=60))
def test_frames_come_whole_and_in_order(
    tmp_path_factory: pytest.TempPathFactory, sizes: list[int]
) -> None:
    path = str(tmp_path_factory.mktemp("ring") / "segment")
    ring = pure.Ring(pure.Segment(path, layout.HEAD_BYTES + 256), 0, 256)
    sent, received = [], []
    for number, size in enumerate(sizes):
        frame = bytes([number % 251]) * size
        while not ring.write(frame):
            received += ring.frames()
        sent.append(frame)
    assert received + ring.frames() == sent


# --- the choice ----------------------------------------------------------------------------


def as_pure(version: int) -> tuple[object, ...]:
    """What a route gives that is pure, but for the version of its layout."""
    return (version, pure.Segment, pure.Ring, pure.crc32c)


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for native parts in which there is none yet."""
    monkeypatch.setenv(places.VARIABLE, str(tmp_path))
    monkeypatch.delenv(choice.VARIABLE, raising=False)
    return tmp_path


def test_without_anything_built_it_stays_pure(built: Path) -> None:
    route, why = choice.chosen({})
    assert (route.name, why) == ("pure", "no native route was measured for this interpreter")


@pytest.mark.parametrize("content", ["", "{", "[1]", "{}"])
def test_measurements_that_cannot_be_read_are_none(built: Path, content: str) -> None:
    (built / choice.MEASURED).write_text(content)
    assert choice.chosen({})[0].name == "pure"


def test_where_nothing_pays_it_stays_pure(built: Path) -> None:
    (built / choice.MEASURED).write_text(json.dumps({"best": "pure"}))
    route, why = choice.chosen({})
    assert (route.name, why) == ("pure", "no native route pays here")


def test_a_route_that_has_gone_is_told(built: Path) -> None:
    (built / choice.MEASURED).write_text(json.dumps({"best": "capi"}))
    route, why = choice.chosen({})
    assert route.name == "pure"
    assert why.startswith("capi cannot be used: not built for this interpreter")


def test_a_file_of_something_else_is_no_route(built: Path) -> None:
    for name, file in (("ctypes", places.LIBRARY), ("capi", "_polyray_capi.abi3.so")):
        (built / name).mkdir()
        (built / name / file).write_bytes(b"\x7fELF of another machine")
        with pytest.raises(routes.Unavailable, match="Error"):
            routes.load(name)


def test_what_has_to_be_linked_in_is_no_folder(built: Path) -> None:
    (built / "rust").mkdir()
    with pytest.raises(routes.Unavailable, match="it is not linked into this interpreter"):
        routes.load("rust")


def test_what_is_asked_for_and_not_there_is_an_error(built: Path) -> None:
    assert choice.chosen({choice.VARIABLE: "pure"})[1] == "POLYRAY_ACCEL=pure"
    with pytest.raises(ImportError, match="POLYRAY_ACCEL=capi: not built for this interpreter"):
        choice.chosen({choice.VARIABLE: "capi"})
    with pytest.raises(ImportError, match=r"POLYRAY_ACCEL=fast: known are capi, .*, pure"):
        choice.chosen({choice.VARIABLE: "fast"})


def test_of_those_measured_the_next_one_that_can_be_had_is_used(
    built: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ns = {"pyo3": 1, "capi": 2, "ctypes": 3, "socket": 4, "cffi": 5, "pure": 6}
    measured = {"best": "pyo3", "ns": {name: {"message": cost} for name, cost in ns.items()}}
    (built / choice.MEASURED).write_text(json.dumps(measured))
    tried = [name for name, _why in choice.candidates(measured)]
    assert tried == ["pyo3", "capi", "ctypes"]
    (built / "ctypes").mkdir()
    monkeypatch.setitem(routes.NATIVE, "ctypes", lambda _folder: as_pure(layout.LAYOUT))
    route, why = choice.chosen({})
    assert route.name == "ctypes"
    assert why.startswith("pyo3 cannot be used: ImportError: not built for this interpreter")
    assert why.endswith("; the next of those measured")


# --- the distribution polyray-native -------------------------------------------------------


def install(monkeypatch: pytest.MonkeyPatch, version: int) -> None:
    """Have a distribution here that works as pure does."""
    package, module = types.ModuleType("polyray_native"), types.ModuleType("_polyray_pyo3")
    names = ("LAYOUT", "Segment", "Ring", "crc32c")
    vars(module).update(zip(names, as_pure(version), strict=True), VERSION="0.0.9")
    package._polyray_pyo3 = module
    monkeypatch.setitem(sys.modules, "polyray_native", package)


def test_what_is_installed_is_used_until_it_is_measured(
    built: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(monkeypatch, layout.LAYOUT)
    told = "it is installed, and was not measured yet"
    for measured in ({}, {"best": "pure", "ns": {"socket": {"message": 1}}}):
        (built / choice.MEASURED).write_text(json.dumps(measured))
        route, why = choice.chosen({})
        assert (route.name, why, route.Ring) == ("pyo3", told, pure.Ring)
    known = {"best": "pure", "ns": {"pyo3": {"message": 2}, "socket": {"message": 1}}}
    (built / choice.MEASURED).write_text(json.dumps(known))
    assert choice.chosen({})[1] == "no native route pays here"


def test_what_was_built_comes_before_what_is_installed(
    built: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(monkeypatch, layout.LAYOUT)
    (built / "pyo3").mkdir()
    with pytest.raises(routes.Unavailable, match=f"no _polyray_pyo3 .* in {built}"):
        routes.load("pyo3")


def test_an_installed_one_of_another_layout_is_told_and_not_used(
    built: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(monkeypatch, layout.LAYOUT + 1)
    route, why = choice.chosen({})
    told = "polyray-native 0.0.9 has layout {} of shared memory, polyray has {}: install the one"
    assert route.name == "pure"
    assert told.format(layout.LAYOUT + 1, layout.LAYOUT) in why


def test_without_it_both_ways_are_named(built: Path) -> None:
    told = r"not built for this interpreter \(.*\), and polyray-native is not installed"
    with pytest.raises(routes.Unavailable, match=told):
        routes.load("pyo3")


def test_the_extra_asks_for_the_version_that_is_here() -> None:
    tomllib = pytest.importorskip("tomllib")
    read = [
        tomllib.loads((RUNTIME / name).read_text())
        for name in ("pyproject.toml", "native/pyo3/Cargo.toml", "native/pyo3/pyproject.toml")
    ]
    polyray, crate, native = read[0]["project"], read[1]["package"], read[2]["project"]
    (extra,) = polyray["optional-dependencies"]["native"]
    assert polyray["version"] == crate["version"]
    assert extra.startswith(f"{native['name']} == {crate['version']};")


def test_a_route_that_gives_something_else_fails_its_probe() -> None:
    route = routes.load(routes.PURE)
    route.crc32c = lambda data: 0
    with pytest.raises(ValueError, match="instead of 3808858755"):
        routes.probe(route)


def test_another_layout_is_not_used(built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (built / "capi").mkdir()
    monkeypatch.setitem(routes.NATIVE, "capi", lambda _folder: as_pure(layout.LAYOUT + 1))
    told = f"layout {layout.LAYOUT + 1} of shared memory, polyray has {layout.LAYOUT}"
    with pytest.raises(routes.Unavailable, match=told):
        routes.load("capi")


def test_each_interpreter_has_a_folder_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(places.VARIABLE, raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", "/somewhere")
    assert str(places.folder()) == "/somewhere/polyray/native/" + places.tag()
    monkeypatch.setattr(places, "EXTENSION_SUFFIXES", [])
    assert "-" in places.tag()


def test_this_process_has_one() -> None:
    assert accel.ROUTE in routes.NAMES
    assert accel.WHY
