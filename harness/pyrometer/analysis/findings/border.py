"""What calls into native code cost, decided; `analysis/border.py` computes it from a run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pyrometer.analysis.findings.ratios import Figure


@dataclass(frozen=True, kw_only=True)
class Crossover:
    """From which size on a mechanism is faster than Python itself; None: at no size tried."""

    function: str
    size: int | None


@dataclass(frozen=True, kw_only=True)
class Overhead:
    """How many times as long calls take as by the mechanism `over`, on the same row.

    The geometric mean over `functions` that both have: `low` and `high` at 95 % for these functions
    (over `processes`, paired by round), `like_low` and `like_high` for functions like these.
    """

    over: str
    ratio: float
    low: float
    high: float
    like_low: float
    like_high: float
    functions: int
    processes: int


@dataclass(frozen=True, kw_only=True)
class Mechanism:
    """One way into native code on one interpreter.

    `call_ns`: function → nanoseconds a call, the loop around it included; `function_N` is the
    function on N bytes, objects or calls. `import_ns`: to load it. `object_bytes`: what an object
    takes of the process's memory. `build_s`, `binary_bytes`: as its build file noted. NaN or None
    where nothing was measured, and then `reason` says why. `overhead`: beside the C API; of HPy's
    modes, beside HPy without one. `failures`: function → what it raised
    instead of giving the right value.
    """

    row: str
    name: str
    title: str
    call_ns: Mapping[str, Figure]
    crossovers: tuple[Crossover, ...]
    import_ns: Figure | None = None
    object_bytes: float | None = None
    build_s: float | None = None
    binary_bytes: float | None = None
    failures: Mapping[str, str] = field(default_factory=dict)
    reason: str = ""
    overhead: Overhead | None = None
