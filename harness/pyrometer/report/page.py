"""`index.html`: the whole run on one page, all interpreters side by side.

Owns what its templates are given. The figures come decided, the charts as inline SVG.
"""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup

from pyrometer.analysis.cells import TOLERATED
from pyrometer.analysis.findings import Pace
from pyrometer.analysis.ratio import MARGIN
from pyrometer.analysis.series import TREND_DRIFT
from pyrometer.analysis.steady import LATE, LEAST_SAMPLES
from pyrometer.model import Machine
from pyrometer.report import units
from pyrometer.report.charts import heatmap, lead, plan, speedup, warmup
from pyrometer.report.error_rates import COLUMNS, error_rate_sections
from pyrometer.report.precision import missed_cells, precision_sentence, told
from pyrometer.report.sheet import inline, sheet
from pyrometer.report.view import View

UNEXPECTED_SHOWN = 40


def page(view: View) -> str:
    """The text of the page; its first line names the command that made it."""
    bench, releases = view.suites("bench"), plan.releases(view)
    warm = [suite for suite in bench if view.telling(suite, 1)]
    return sheet(
        "page.html.j2",
        view,
        choices=len(view.choices),
        start_charts=[inline(speedup.panel(view, suite, view.report.baseline))
                      for suite in view.suites("startup") if view.has_figures(suite)],
        margin=MARGIN,
        tolerated=TOLERATED,
        trend_drift=TREND_DRIFT,
        late=LATE,
        least_samples=LEAST_SAMPLES,
        precision=precision_sentence(view.report),
        missed_cells=[told(one) for one in missed_cells(view.report)],
        error_columns=COLUMNS,
        error_rates=error_rate_sections(view.report),
        speed_charts=_speed_charts(view, bench),
        close_charts=[inline(chart) for suite in bench if (chart := speedup.close(view, suite))],
        shade_words=heatmap.shade_words(),
        releases=releases,
        plan_charts=[(suite, inline(plan.chart(view, suite, releases)))
                     for suite in plan.suites(view) if releases],
        promise_source=plan.PROMISE_SOURCE,
        warm_suites=warm,
        courses=view.every_course,
        lead_charts=[inline(lead.chart(view, suite)) for suite in bench if view.leads(suite)],
        warm_charts={suite: _warm_charts(view, suite) for suite in warm},
        import_cases=import_cases(view),
        machine_facts=[*machine_facts(view.report.run.machine), *pace_facts(view.report.pace)],
        unexpected_shown=UNEXPECTED_SHOWN,
    )  # fmt: skip


def machine_facts(machine: Machine) -> list[tuple[str, str]]:
    """Every fact of a machine, in words."""
    return [
        ("machine", machine.name),
        ("processor", machine.cpu),
        ("architecture", machine.arch),
        ("cores", str(machine.cores)),
        ("memory", units.size(machine.memory_bytes)),
        ("swap", units.size(machine.swap_bytes)),
        ("system", f"{machine.distribution}, kernel {machine.kernel}, {machine.libc}"),
        ("virtualised", machine.virtualised or "unknown"),
        ("frequency governor", machine.governor or "unknown"),
        ("turbo", machine.turbo or "unknown"),
        ("address randomisation", machine.aslr or "unknown"),
        ("simultaneous threads of a core", machine.smt or "unknown"),
        ("isolated processors", machine.isolated or "unknown"),
        ("temperature", machine.temperature or "unknown"),
        ("load before the run", units.figure(machine.load_before)),
    ]


def pace_facts(pace: Pace | None) -> list[tuple[str, str]]:
    """How steady the machine was while it was measured, in words."""
    if pace is None:
        return []
    within = units.time_within(pace.median_ns, pace.low_ns, pace.high_ns)
    changes = [f"× {times:.2f} at {when}" for when, times in pace.changes]
    steal = units.percent_exactly(pace.steal)
    return [
        (f"fixed work, {pace.processes:,} times", f"{within} (percentiles 10 and 90)"),
        ("changes of pace", ", ".join(changes) or "none"),
        ("taken by the host", steal if pace.steal is not None else "unknown"),
        ("slowed down for heat", _heat(pace)),
    ]


def _heat(pace: Pace) -> str:
    if pace.throttled is None:
        return "unknown"
    return f"during {pace.throttled:,} processes" if pace.throttled else "never"


def import_cases(view: View) -> list[str]:
    """The start-up cases whose imports were timed on some row."""
    return list(dict.fromkeys(case for cost in view.report.costs for case in cost.imports))


def _speed_charts(view: View, suites: Iterable[str]) -> dict[str, dict[str, Markup]]:
    return {
        name: {suite: inline(speedup.panel(view, suite, name)) for suite in suites}
        for name in view.choices
    }


def _warm_charts(view: View, suite: str) -> list[Markup]:
    lines = view.telling(suite, warmup.SHOWN)
    return [inline(warmup.panel(view, line)) for line in lines]
