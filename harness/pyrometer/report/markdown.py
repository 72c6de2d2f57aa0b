"""`report.md`: the same tables for readers of a repository, with links to the chart files."""

from __future__ import annotations

from pyrometer.analysis.ratio import LEVEL
from pyrometer.report import templating
from pyrometer.report.charts import plan
from pyrometer.report.differences import differences
from pyrometer.report.error_rates import COLUMNS, error_rate_sections
from pyrometer.report.sheet import comment
from pyrometer.report.view import View


def markdown(view: View) -> str:
    """The text of report.md; its first line names the command that made it."""
    bench = view.suites("bench")
    template = templating.environment(autoescape=False).get_template("report.md.j2")
    return template.render(
        view=view,
        report=view.report,
        run=view.report.run,
        comment=comment(view.command),
        level=LEVEL,
        speed_title=f"Speed relative to {view.label(view.report.baseline)}",
        bench_suites=bench,
        check_suites=view.suites("check"),
        feature_suites=view.suites("feature"),
        judged_suites=view.suites("check", "bench", "startup"),
        courses=view.every_course,
        warm_suites=[suite for suite in bench if view.telling(suite, 1)],
        overtaking=[row for row in view.compiling if row.row != view.report.baseline],
        differences={row.row: differences(view, row.row) for row in view.report.rows},
        releases=plan.releases(view),
        plan_suites=plan.suites(view),
        promise_source=plan.PROMISE_SOURCE,
        error_columns=COLUMNS,
        error_rates=error_rate_sections(view.report),
    )
