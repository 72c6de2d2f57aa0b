from __future__ import annotations

from pathlib import Path

import pytest

from pyrometer.errors import Mistake
from pyrometer.report.readme import BEGIN, END, splice, spliced
from tests.report_samples import sample_report, withheld_only

ROWS = ("cpython-3.9", "cpython-3.11", "pypy-8.0")


def test_splice_is_idempotent_and_leaves_the_rest(tmp_path: Path) -> None:
    readme = tmp_path / "README.md"
    readme.write_text(f"# Title\n\n{BEGIN}\nold\n{END}\n\ntail\n", encoding="utf-8")
    folder = tmp_path / "results" / "reports" / "latest"
    assert splice(readme, folder, sample_report(ROWS), command="pyrometer report --readme")
    first = readme.read_text(encoding="utf-8")
    assert not splice(readme, folder, sample_report(ROWS), command="pyrometer report --readme")
    assert readme.read_text(encoding="utf-8") == first
    assert first.startswith(f"# Title\n\n{BEGIN}\n<!-- made by: pyrometer report --readme -->\n")
    assert first.endswith(f"{END}\n\ntail\n")
    assert 'src="results/reports/latest/charts/speedup.svg"' in first
    once_warm, equal_work = "3.10× [2.92, 3.29]", "2.38× [2.29, 2.48]"
    pypy = f"PyPy 8.0 | {once_warm} | {equal_work} | {once_warm} | {equal_work}"
    assert f"| {pypy} | 5 pass, 1 differs |" in first
    assert "old" not in first


def test_what_is_left_out_is_counted_and_equal_work_stands_beside(tmp_path: Path) -> None:
    readme = tmp_path / "README.md"
    readme.write_text(f"{BEGIN}\n{END}\n", encoding="utf-8")
    report = sample_report((*ROWS, "rustpython-0.6", "graalpy-25.0+jit"))
    splice(readme, tmp_path, withheld_only(report, "graalpy-25.0+jit"), command="c")
    text = readme.read_text(encoding="utf-8")
    assert "| RustPython 0.6 | 0.25× [0.24, 0.27] (3 of 4) | 0.19× [0.18, 0.20] (3 of 4) |" in text
    assert "| GraalPy 25.0 +jit | no figure: no steady state | 1.69× [1.63, 1.76] |" in text


@pytest.mark.parametrize("text", ["", BEGIN, END, f"{END}\n{BEGIN}", f"{BEGIN}{BEGIN}{END}"])
def test_without_markers_it_is_a_mistake_that_names_them(text: str) -> None:
    with pytest.raises(Mistake) as caught:
        spliced(text, "new", where="README.md")
    assert BEGIN in caught.value.line
    assert END in caught.value.line
    assert caught.value.line.startswith("README.md: ")
