from __future__ import annotations

from pathlib import Path

import pytest

from pyrometer.analysis.decide import decide
from pyrometer.errors import WorldFailure
from pyrometer.report.publish import write_report
from tests.report_samples import sample_report
from tests.synthetic import Scale, synthetic_run

ROWS = ("cpython-3.9", "cpython-3.11", "cpython-3.13", "cpython-3.14", "pypy-8.0")
CASES = ("micro/integer_loop", "programs/raytrace", "language/integers", "startup/empty")
LARGEST_BYTES = 2 * 2**20


def written(folder: Path) -> dict[str, bytes]:
    found = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def test_a_folder_is_complete_and_the_same_twice(tmp_path: Path) -> None:
    run, outcomes = synthetic_run(ROWS, CASES, scale=Scale(processes=3, samples=14))
    for name in ("one", "two"):
        report = decide(run, outcomes)
        page = write_report(report, tmp_path / name, command="pyrometer report", raw_links={})
        assert page == tmp_path / name / "index.html"
    one, two = written(tmp_path / "one"), written(tmp_path / "two")
    assert one == two
    assert {"index.html", "report.md", "report.json"} <= set(one)
    drawings = ["speedup"] + [
        f"{kind}-{suite}"
        for kind in ("heatmap", "plan", "warmup", "ahead")
        for suite in ("micro", "programs")
    ]
    expected = {f"charts/{name}.svg" for name in drawings}
    expected |= {"charts/speedup-dark.svg", "charts/speedup.png"}
    assert {name for name in one if name.startswith("charts/")} == expected
    assert max(len(content) for content in one.values()) < LARGEST_BYTES
    assert {name for name in one if name.startswith("interpreters/")} == {
        f"interpreters/{row}.html" for row in ROWS
    }
    linked = one["report.md"].decode().split("](charts/")[1:]
    assert {f"charts/{link.split(')')[0]}" for link in linked} <= set(one)


def test_charts_of_an_earlier_report_go(tmp_path: Path) -> None:
    (tmp_path / "charts").mkdir()
    (tmp_path / "charts" / "plan-old.svg").write_text("old")
    (tmp_path / "interpreters").mkdir()
    (tmp_path / "interpreters" / "gone-1.0.html").write_text("old")
    (tmp_path / "keep.txt").write_text("mine")
    report = sample_report(("cpython-3.11",), cases={})
    write_report(report, tmp_path, command="c", raw_links={})
    own = "interpreters/cpython-3.11.html"
    assert set(written(tmp_path)) == {"index.html", "report.md", "report.json", "keep.txt", own}


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "charts").write_text("a file where a folder should be")
    report = sample_report(("cpython-3.11",), cases={})
    with pytest.raises(WorldFailure, match="cannot write the report"):
        write_report(report, tmp_path, command="c", raw_links={})
