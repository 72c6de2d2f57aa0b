"""The page: one self-contained HTML file that needs no script and fetches nothing.

Owns what the templates are given. The figures come decided, the charts as inline SVG.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from markupsafe import Markup

from pyrometer.analysis.cells import TRENDING_SHARE
from pyrometer.analysis.process_value import STEP_DRIFT, TREND_DRIFT
from pyrometer.analysis.ratio import LEVEL, MARGIN
from pyrometer.model import Machine
from pyrometer.report import palette, templating, units
from pyrometer.report.charts import canvas, heatmap, plan, speedup, warmup
from pyrometer.report.view import View

_STYLE = Path(__file__).with_name("templates") / "style.css"


def page(view: View) -> str:
    """`index.html`; its first line names the command that made it."""
    bench, releases = view.suites("bench"), plan.releases(view)
    warm = [suite for suite in bench if warmup.lines_with_curves(view, suite)]
    template = templating.environment(autoescape=True).get_template("page.html.j2")
    return template.render(
        view=view,
        report=view.report,
        run=view.report.run,
        comment=Markup(comment(view.command)),  # noqa: S704 - cannot end its comment
        style=Markup(_STYLE.read_text(encoding="utf-8")),  # noqa: S704 - our own file
        variables=Markup(_variables(len(view.reports))),  # noqa: S704 - our own colours
        bench_suites=bench,
        check_suites=view.suites("check"),
        feature_suites=view.suites("feature"),
        judged_suites=view.suites("check", "bench", "startup"),
        start_charts=[_inline(speedup.panel(view, suite, view.report))
                      for suite in view.suites("startup") if view.has_figures(suite)],
        level=LEVEL,
        margin=MARGIN,
        trending_share=TRENDING_SHARE,
        trend_drift=TREND_DRIFT,
        step_drift=STEP_DRIFT,
        speed_charts=_speed_charts(view, bench),
        shade_words=heatmap.shade_words(),
        releases=releases,
        plan_charts=[(suite, _inline(plan.chart(view, suite, releases)))
                     for suite in bench if releases],
        promise_source=plan.PROMISE_SOURCE,
        warm_suites=warm,
        warm_charts={suite: _warm_charts(view, suite) for suite in warm},
        import_cases=_import_cases(view),
        machine_facts=machine_facts(view.report.run.machine),
    )  # fmt: skip


def comment(command: str) -> str:
    """A command within an HTML comment, which it cannot end."""
    return " ".join(command.split()).replace(">", "&gt;")


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
        ("load before the run", units.figure(machine.load_before)),
    ]


def _speed_charts(view: View, suites: Iterable[str]) -> dict[str, dict[str, Markup]]:
    return {
        name: {suite: _inline(speedup.panel(view, suite, report)) for suite in suites}
        for name, report in view.reports.items()
    }


def _warm_charts(view: View, suite: str) -> list[Markup]:
    return [_inline(warmup.panel(view, line)) for line in warmup.lines_with_curves(view, suite)]


def _inline(chart: canvas.Chart) -> Markup:
    return Markup(chart.inline())  # noqa: S704 - matplotlib escapes the words that it draws


def _import_cases(view: View) -> list[str]:
    return list(dict.fromkeys(case for cost in view.report.costs for case in cost.imports))


def _variables(choices: int) -> str:
    """Colours in both themes, the shades of the heat map, and which baseline is shown."""
    counterparts = palette.dark_of()
    light = "".join(f"{canvas.variable(colour)}:{colour};" for colour in counterparts)
    dark = "".join(f"{canvas.variable(colour)}:{dark};" for colour, dark in counterparts.items())
    names = "".join(f"--{name}:var({canvas.variable(colour.light)});"
                    for name, colour in palette.THEME.items())  # fmt: skip
    shades = "".join(
        f".h{index}{{background:var({canvas.variable(fill.light)});"
        f"color:var({canvas.variable(ink.light)})}}\n"
        for index, (fill, ink) in enumerate(zip(palette.HEAT, palette.HEAT_INK, strict=True))
    )
    shown = [f"#b{index}:checked ~ .b{index}" for index in range(choices)]
    shown = shown if choices > 1 else [".b0"]
    return (
        f":root{{{light}{names}}}\n"
        f"@media screen and (prefers-color-scheme: dark) {{:root{{{dark}}}}}\n"
        f"{shades}{','.join(shown)}{{display:block}}"
    )
