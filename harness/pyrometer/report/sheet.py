"""What all pages of a report have in common: style, colours, and how a chart is set into them.

Every page is one self-contained HTML file that needs no script and fetches nothing. Owns their
frame. Refuses to know what a page is about.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from markupsafe import Markup

from pyrometer.analysis.ratio import LEVEL
from pyrometer.report import palette, templating
from pyrometer.report.charts import canvas, tidy
from pyrometer.report.view import View

_STYLE = Path(__file__).with_name("templates") / "style.css"


def sheet(template: str, view: View, *, choices: int = 1, **given: Any) -> str:
    """A page made from a template; `choices` is how many baselines it can show, one at a time."""
    return framed(
        template,
        view.command,
        choices=choices,
        view=view,
        report=view.report,
        run=view.report.run,
        bench_suites=view.suites("bench"),
        check_suites=view.suites("check"),
        feature_suites=view.suites("feature"),
        judged_suites=view.suites("check", "bench", "startup"),
        level=LEVEL,
        named=partial(_named, view),
        **given,
    )


def framed(template: str, command: str, /, *, choices: int = 1, **given: Any) -> str:
    """A page of anything, made by `command`."""
    made = templating.environment(autoescape=True).get_template(template)
    text, styles = tidy.classed(made.render(
        comment=Markup(comment(command)),  # noqa: S704 - cannot end its comment
        style=Markup(_STYLE.read_text(encoding="utf-8")),  # noqa: S704 - our own file
        variables=Markup(_variables(choices)),  # noqa: S704 - our own colours
        **given,
    ))  # fmt: skip
    # Only charts have style attributes: foreign text is escaped and can have none.
    return text.replace("</style>", f"{styles}</style>", 1)


def _named(view: View, row: str, part: str = "") -> Markup:
    """A row's name as a link to its page, or to a part of it."""
    link = Markup('<a class="row" href="{}{}">{}</a>')
    return link.format(view.href(row), part, view.label(row))


def comment(command: str) -> str:
    """A command within an HTML comment, which it cannot end."""
    return " ".join(command.split()).replace(">", "&gt;")


def inline(chart: canvas.Chart) -> Markup:
    """A chart as part of a page."""
    return Markup(chart.inline())  # noqa: S704 - escaped when it was drawn


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
