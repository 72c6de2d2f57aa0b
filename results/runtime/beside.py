"""Programs that run on polyray and on Ray, each in a process of an interpreter of pyrometer's."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import cloudpickle

RUNTIME = Path(__file__).parents[2] / "runtime"


def library_of(name: str) -> str:
    """What a row runs: real Ray where its name says so."""
    return "ray" if name.endswith("+ray") else "polyray"


def programs(names: Sequence[str]) -> dict[str, str]:
    """Where each interpreter's program is, obtained first if need be."""
    words = ("pyrometer", "which", "--json", *names)
    said = subprocess.run(words, stdout=subprocess.PIPE, check=True).stdout
    found: dict[str, str] = json.loads(said)
    return found


@contextmanager
def environment() -> Iterator[dict[str, str]]:
    """Variables with which these programs find polyray and cloudpickle, and Ray keeps its pace."""
    with tempfile.TemporaryDirectory() as libraries:
        (Path(libraries) / "cloudpickle").symlink_to(Path(cloudpickle.__file__).parent)
        yield {
            **{key: value for key, value in os.environ.items() if not key.startswith("PYTHON")},
            "PYTHONPATH": os.pathsep.join((str(RUNTIME), libraries)),
            "RAY_worker_niceness": "0",
            "RAY_USAGE_STATS_ENABLED": "0",
        }
