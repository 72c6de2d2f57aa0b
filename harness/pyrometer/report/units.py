"""How a number is written: unit and digits, nothing else.

Owns the words for ratios, times and sizes. Refuses to derive one figure from another: the only
arithmetic is the change of unit. A figure that is not there (None, NaN, infinite) is a dash.
"""

from __future__ import annotations

import math

NOTHING = "–"

_TIME_UNITS = ((1e9, "s"), (1e6, "ms"), (1e3, "µs"), (1.0, "ns"))
_SIZE_UNITS = ((2**30, "GiB"), (2**20, "MiB"), (2**10, "KiB"), (1, "B"))


def is_figure(value: float | None) -> bool:
    """Whether there is a number to show."""
    return value is not None and math.isfinite(value)


def figure(value: float | None) -> str:
    """Two or three significant digits, never in scientific notation: `0.042`, `3.12`, `6,204`."""
    if value is None or not math.isfinite(value):
        return NOTHING
    size = abs(value)
    if size == 0:
        return "0"
    if size >= 999.5:
        return f"{value:,.0f}"
    if 0 < size < 0.001:
        return "<0.001"
    digits = next(
        (n for n, bound in enumerate((99.95, 9.995, 0.0995, 0.00995)) if size >= bound), 4
    )
    return f"{value:.{digits}f}"


def ratio(value: float | None) -> str:
    """A ratio of times: `3.12×`."""
    text = figure(value)
    return text if text == NOTHING else f"{text}×"


def interval(low: float | None, high: float | None) -> str:
    """An interval without unit: `[2.90, 3.35]`."""
    if not is_figure(low) and not is_figure(high):
        return NOTHING
    return f"[{figure(low)}, {figure(high)}]"


def time(value_ns: float | None) -> str:
    """Nanoseconds in the unit that fits: `12.3 ms`."""
    return _in_units(value_ns, _TIME_UNITS)


def time_within(value_ns: float | None, low_ns: float | None, high_ns: float | None) -> str:
    """A time and its interval in the time's unit: `12.3 ms [12.1, 12.6]`."""
    return f"{time(value_ns)} {time_bounds(value_ns, low_ns, high_ns)}".rstrip()


def time_bounds(value_ns: float | None, low_ns: float | None, high_ns: float | None) -> str:
    """The interval of a time in the time's unit, which stands beside it; empty for none."""
    if value_ns is None or not is_figure(low_ns) or not is_figure(high_ns):
        return ""
    factor, _ = _unit(value_ns, _TIME_UNITS)
    return interval((low_ns or 0) / factor, (high_ns or 0) / factor)


def tick_time(value_ns: float) -> str:
    """A round time on an axis: `10 ms`."""
    factor, unit = next((pair for pair in _TIME_UNITS if value_ns >= pair[0]), _TIME_UNITS[-1])
    return f"{value_ns / factor:g} {unit}"


def time_interval(low_ns: float | None, high_ns: float | None) -> str:
    """Both ends with their unit: `[12.1 ms, 12.6 ms]`."""
    if not is_figure(low_ns) and not is_figure(high_ns):
        return NOTHING
    return f"[{time(low_ns)}, {time(high_ns)}]"


def seconds(value_s: float | None) -> str:
    """Seconds, from a minute on as minutes: `4.2 s`, `12 min 30 s`."""
    if value_s is None or not math.isfinite(value_s):
        return NOTHING
    if value_s < 60:
        return f"{value_s:.1f} s"
    minutes, rest_s = divmod(round(value_s), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest_s} s"


def size(value_bytes: float | None) -> str:
    """Bytes in binary units: `44.1 MiB`."""
    return _in_units(value_bytes, _SIZE_UNITS)


def size_interval(low_bytes: float | None, high_bytes: float | None) -> str:
    """Both ends with their unit."""
    if not is_figure(low_bytes) and not is_figure(high_bytes):
        return NOTHING
    return f"[{size(low_bytes)}, {size(high_bytes)}]"


def percent(share: float | None) -> str:
    """A share of one: `98 %`."""
    return NOTHING if share is None or not math.isfinite(share) else f"{share * 100:.0f} %"


def percent_exactly(share: float | None) -> str:
    """A share of one, with what matters of a small one: `5.1 %`, `98 %`."""
    if share is None or not math.isfinite(share):
        return NOTHING
    return f"{share * 100:.{1 if abs(share) < 0.2 else 0}f} %"


def level(share: float) -> str:
    """A level of confidence, with the digits that tell it from certainty: `95 %`, `99.98 %`."""
    texts = (f"{share * 100:.{digits}f}" for digits in range(1, 5))
    return f"{next(text for text in texts if float(text) < 100).removesuffix('.0')} %"


def count(value: float | None) -> str:
    """A number of things that may have been interpolated: `1,204`."""
    return NOTHING if value is None or not math.isfinite(value) else f"{value:,.0f}"


def plural(count: int, word: str, many: str = "") -> str:
    """`1 case`, `9 cases`."""
    return f"{count:,} {word if count == 1 else many or word + 's'}"


def _in_units(value: float | None, units: tuple[tuple[float, str], ...]) -> str:
    if value is None or not math.isfinite(value):
        return NOTHING
    factor, unit = _unit(value, units)
    return f"{figure(value / factor)} {unit}"


def _unit(value: float, units: tuple[tuple[float, str], ...]) -> tuple[float, str]:
    return next((pair for pair in units if abs(value) >= pair[0]), units[-1])
