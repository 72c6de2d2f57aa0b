"""The reference of accelerators keeps their contract; which of them is chosen, and why."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from accel_contract import CONTRACT
from hypothesis import given, settings
from hypothesis import strategies as st

from polyray import accel
from polyray.accel import choice, layout, places, pure, routes


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


def test_a_route_that_gives_something_else_fails_its_probe() -> None:
    route = routes.load(routes.PURE)
    route.crc32c = lambda data: 0
    with pytest.raises(ValueError, match="instead of 3808858755"):
        routes.probe(route)


def test_another_layout_is_not_used(built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (built / "capi").mkdir()
    other = (layout.LAYOUT + 1, pure.Segment, pure.Ring, pure.crc32c)
    monkeypatch.setitem(routes.NATIVE, "capi", lambda _folder: other)
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
