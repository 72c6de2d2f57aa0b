"""A short Markdown summary of a run, for the page that a CI system shows of a job.

Owns what is left out: it stays far below the mebibyte that GitHub takes of one step, whatever a
run holds. The whole is in the report.
"""

from __future__ import annotations

from pyrometer.analysis.ratio import LEVEL
from pyrometer.report import templating
from pyrometer.report.view import View

MOST_UNEXPECTED = 50


def summary(view: View) -> str:
    """The text: verdicts per interpreter, what nobody expected by name, speed where measured."""
    timed = view.suites("bench", "startup")
    template = templating.environment(autoescape=False).get_template("summary.md.j2")
    return template.render(
        view=view,
        report=view.report,
        run=view.report.run,
        gone=[row for row in view.report.rows if row.missing],
        judged_suites=view.suites("check", "feature", "bench", "startup"),
        speed_suites=[suite for suite in timed if view.has_figures(suite)],
        with_checks=False,
        most=MOST_UNEXPECTED,
        level=LEVEL,
    )
