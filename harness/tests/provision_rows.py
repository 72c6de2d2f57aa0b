"""Rows for the tests of provision: of the host's own Python, and of the pretended recipe."""

from __future__ import annotations

import platform
import sys
from collections.abc import Mapping
from pathlib import Path

from pyrometer.model import Expectation, Facts, Recipe, Row

FAKE_RECIPES = Path(__file__).parent / "fakes" / "recipes"
HOST_SERIES = f"{sys.version_info.major}.{sys.version_info.minor}"
HOST = sys.implementation.name


def pretended(
    name: str = f"{HOST}-{HOST_SERIES}",
    *,
    options: Mapping[str, object] | None = None,
    environment: Mapping[str, str] | None = None,
    jit: bool | None = None,
    series: str = HOST_SERIES,
) -> Row:
    return Row(
        name=name,
        variant=name.partition("+")[2],
        expect=Expectation(implementation=HOST, series=series, jit=jit),
        recipe=Recipe(kind="pretend", options=options or {}),
        environment=environment or {},
    )


def facts(**changes: object) -> Facts:
    usual: dict[str, object] = {
        "implementation": "cpython",
        "version": "3.15.0",
        "language": "3.15.0",
        "arch": platform.machine(),
        "platform": "linux",
        "jit": False,
        "gil": True,
    }
    return Facts(**{**usual, **changes})  # type: ignore[arg-type]
