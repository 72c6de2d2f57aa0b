"""Which extensions of which suites are built for a target."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from pyrometer import equipment
from pyrometer.model import Extension, Suite, Target
from pyrometer.provision.extensions import Site
from pyrometer.provision.store import Store
from tests.targets import make_target


def suite(name: str, *extensions: Extension, needs: tuple[str, ...] = ()) -> Suite:
    return Suite(
        name=name,
        kind="check",
        purpose="",
        tier="wild",
        origin="",
        licence="",
        needs=needs,
        extensions=extensions,
    )


def test_an_extension_of_a_variant_is_built_for_its_rows_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        equipment,
        "obtain_extensions",
        lambda wanted, _there, _site: " ".join(one.name for one in wanted),
    )
    plain = Extension(name="plain", build=tmp_path)
    only = Extension(name="only", build=tmp_path, variant="ring")
    suites = [
        suite("both", plain, only),
        suite("one", only),
        suite("none"),
        suite("later", plain, needs=("python>=3.99",)),
    ]

    def built(there: Target, suites: Sequence[Suite]) -> dict[str, str]:
        found = equipment.equipped(there, suites, {}, Site(store=Store.at(tmp_path / "store")))
        return {name: str(path) for (_row, name), path in found.items()}

    there = make_target("python", name="x-1")
    assert built(there, suites) == {"both": "plain"}
    ring = replace(there, row=replace(there.row, name="x-1+ring", variant="ring"))
    assert built(ring, suites) == {"both": "plain only", "one": "only"}
