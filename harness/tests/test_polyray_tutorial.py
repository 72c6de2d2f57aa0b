"""The programs of polyray's tutorial run as they stand there."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import cloudpickle
import pytest

ROOT = Path(__file__).parents[2]
PROGRAM = re.compile(r"^```python\n(.*?)^```", re.DOTALL | re.MULTILINE)
PRINTED = re.compile(r"^ *print\(.*\)  # (.*)$", re.MULTILINE)


def program_of(page: str) -> tuple[str, str]:
    """(all blocks of a page as one program, what its comments say that it prints)."""
    source = "\n\n".join(PROGRAM.findall((ROOT / page).read_text(encoding="utf-8")))
    return source, "\n".join(PRINTED.findall(source))


def output_of(words: list[str], source: str, folder: Path) -> str:
    (folder / "program.py").write_text(source, encoding="utf-8")
    # Beside the program is where every interpreter looks, whatever its environment.
    for library in (ROOT / "runtime/polyray", Path(cloudpickle.__file__).parent):
        shutil.copytree(library, folder / library.name)
    ended = subprocess.run(
        [*words, str(folder / "program.py")],
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout.strip()


@pytest.mark.slow
def test_the_tutorial_prints_what_it_says(tmp_path: Path) -> None:
    source, said = program_of("docs/TUTORIAL.md")
    *lines, late = said.splitlines()
    printed = output_of([sys.executable], source, tmp_path).splitlines()
    assert printed[: len(lines)] == lines
    # Which comes first depends on how fast workers start.
    assert Counter(printed[len(lines) :]) == Counter(late.split(", "))
