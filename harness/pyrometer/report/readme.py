"""Splices the headline, its chart and its table into a README, between two markers."""

from __future__ import annotations

import os
from pathlib import Path

from pyrometer.analysis.findings import Report
from pyrometer.errors import Mistake
from pyrometer.report import templating
from pyrometer.report.border import border_of
from pyrometer.report.ray import by_unit
from pyrometer.report.sheet import comment
from pyrometer.report.view import View

BEGIN = "<!-- pyrometer:begin -->"
END = "<!-- pyrometer:end -->"


def splice(readme: Path, report_dir: Path, report: Report, *, command: str) -> bool:
    """Put the results of a written report folder into a README; False where nothing changed.

    The charts are linked to by their path relative to the README. Mistake without markers.
    """
    text = readme.read_text(encoding="utf-8")
    link = Path(os.path.relpath(report_dir, readme.parent)).as_posix()
    view = View(report=report, command=command)
    new = spliced(text, section(view, link), where=readme.name)
    if new != text:
        readme.write_text(new, encoding="utf-8")
    return new != text


def spliced(text: str, between: str, *, where: str) -> str:
    """`text` with what stands between the markers replaced; Mistake unless each is there once."""
    if text.count(BEGIN) != 1 or text.count(END) != 1 or text.index(BEGIN) > text.index(END):
        raise Mistake(
            f"needs one line {BEGIN} and, after it, one line {END}",
            where=where,
            next_step="put both markers where the results belong",
        )
    before, _, rest = text.partition(BEGIN)
    after = rest.partition(END)[2]
    return f"{before}{BEGIN}\n{between.strip()}\n{END}{after}"


def section(view: View, report_link: str) -> str:
    """The headline, the chart of speed for light and dark readers, and one small table.

    Of a run beside Ray: the rates of both and their ratios instead; of one of the suite `extension`
    the times of its mechanisms.
    """
    beside_ray, rows = by_unit(view)
    border = border_of(view.report.border)
    name = "readme.md.j2"
    if beside_ray or border.rows:
        name = "readme_ray.md.j2" if beside_ray else "readme_extension.md.j2"
    template = templating.environment(autoescape=False).get_template(name)
    return template.render(
        ray_tables=beside_ray,
        ray_rows=rows,
        border=border,
        view=view,
        report=view.report,
        run=view.report.run,
        comment=comment(view.command),
        link=report_link,
        bench_suites=view.suites("bench"),
        with_checks=True,
    )
