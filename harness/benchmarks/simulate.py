"""How often are intervals wrong where the truth is known? Ours, and a t-test over all values.

cd harness && python -m benchmarks.simulate 600    # 3 minutes; writes docs/simulation.json, .svg

The number is of comparisons for each kind of noise (2000 if none is given).

A comparison has six blocks of 30 iterations a side, without any difference between the sides.
Ours are the product's own functions, from the series of a process to the interval. The other is
Student's t-test over all values of all processes, as common tools do it.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure
from scipy import stats

from benchmarks.noise import KINDS, Floats, Noise, drifting, side
from pyrometer.analysis.error_rates import share
from pyrometer.analysis.findings.errors import Share
from pyrometer.analysis.process_value import Process
from pyrometer.analysis.ratio import LEVEL, speed_ratio
from pyrometer.report import palette
from pyrometer.report.charts import canvas

DOCS = Path(__file__).resolve().parents[2] / "docs"
COMPARISONS = 2000
BLOCKS = 6
ITERATIONS = 30
SEED = 20261126


@dataclass(frozen=True, kw_only=True)
class Missed:
    """Of one kind of noise: intervals of the ratio of times that do not hold the true one."""

    noise: str
    ours: Share
    pooled: Share


def missed(
    noise: Noise, true: float = 1.0, comparisons: int = COMPARISONS, seed: int = SEED
) -> Missed:
    """The rates over so many comparisons, the same for the same seed."""
    rng = np.random.default_rng([seed, KINDS.index(noise)])
    ours = pooled = 0
    for _ in range(comparisons):
        machine = drifting(noise, BLOCKS, rng)
        a, b = (side(noise, machine, ITERATIONS, rng) for _ in "ab")
        ours += not holds(a * true, b, true)
        pooled += not pooled_holds(a * true, b, true)
    return Missed(
        noise=noise.name, ours=share(ours, comparisons), pooled=share(pooled, comparisons)
    )


def holds(a: Floats, b: Floats, true: float) -> bool:
    """Does our interval of time a / time b hold it?"""
    found = speed_ratio(_values(a), _values(b), margin=0)
    return found is not None and found.low <= true <= found.high


def _values(times: Floats) -> dict[int, float]:
    """The values of processes whose samples last 10 ms."""
    one = np.ones(times.shape[1])
    return {
        number: Process(
            round=number, loops=one, wall_ns=1e7 * series, cpu_ns=1e7 * series, begins=False
        ).value_ns
        for number, series in enumerate(times)
    }


def pooled_holds(a: Floats, b: Floats, true: float) -> bool:
    """Does Student's interval over all values hold it? Its t-test claims what is outside."""
    one, other = np.log(a).ravel(), np.log(b).ravel()
    apart = float(one.mean() - other.mean())
    spread = np.sqrt((one.var(ddof=1) + other.var(ddof=1)) / one.size)
    reach = stats.t.ppf(0.5 + LEVEL / 2, 2 * one.size - 2) * spread
    return bool(abs(apart - np.log(true)) <= reach)


def chart(found: Sequence[Missed]) -> canvas.Chart:
    """Both rates by kind of noise, beside the 5 % that were promised."""
    title = "False alarms where nothing differs, by kind of noise"
    return canvas.drawn("simulation", title, lambda: _draw(found))


def _draw(found: Sequence[Missed]) -> Figure:
    height = 18 * len(found)
    figure = canvas.new_figure(470, height + 70)
    axes = canvas.place(figure, (115, 34, 335, height))
    axes.set_xlim(0, 1)
    axes.set_ylim(len(found) - 0.5, -0.5)
    canvas.rule(axes, up=[0.05])
    for at, one in enumerate(found):
        for rate, colour, above in (
            (one.ours, palette.INK.light, -0.13),
            (one.pooled, palette.MUTED.light, 0.13),
        ):
            axes.plot([rate.low, rate.high], [at + above] * 2, color=colour, linewidth=1)
            axes.plot([rate.value or 0], [at + above], "o", color=colour, markersize=3.5)
    names = [one.noise for one in found]
    canvas.words_left(axes, range(len(found)), lambda at: names[int(at)])
    canvas.words_below(axes, [0, 0.05, 0.25, 0.5, 0.75, 1], lambda share: f"{100 * share:.0f} %")
    canvas.named_below(axes, "comparisons of a build with itself that claim a difference")
    canvas.headed(axes, "black: paired blocks of process values; grey: t-test over all values",
                  left_pt=105)  # fmt: skip
    return figure


def write(found: Sequence[Missed]) -> None:
    """The figures and their chart, for the page on methods."""
    text = json.dumps([asdict(one) for one in found], indent=1)
    (DOCS / "simulation.json").write_text(text + "\n", encoding="utf-8")
    (DOCS / "simulation.svg").write_text(chart(found).light(), encoding="utf-8")


def main() -> None:
    """Simulate every kind of noise."""
    comparisons = int(sys.argv[1]) if len(sys.argv) > 1 else COMPARISONS
    write([missed(noise, comparisons=comparisons) for noise in KINDS])


if __name__ == "__main__":
    main()
