"""What an interpreter costs before it computes anything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pyrometer.analysis.findings.ratios import Figure


@dataclass(frozen=True, kw_only=True)
class Cost:
    """What an interpreter costs before it computes anything; None where nothing was measured.

    `start_ns`: process start to first line. `peak_bytes`: of a process that does nothing.
    `imports`: case id → ns inside the process; `bytecode`: modules that came from bytecode
    over modules imported in those cases.
    """

    row: str
    fetch_s: float | None
    build_s: float | None
    size_bytes: int | None
    start_ns: Figure | None
    peak_bytes: Figure | None
    imports: Mapping[str, Figure] = field(default_factory=dict)
    bytecode: Mapping[str, float] = field(default_factory=dict)
