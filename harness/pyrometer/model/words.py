"""The words with few values: kinds, tiers, metrics, instruments and verdicts."""

from __future__ import annotations

import enum
from typing import Literal

SuiteKind = Literal["check", "feature", "bench", "startup"]
Tier = Literal["quick", "full", "wild"]
Metric = Literal["time", "instructions"]
Instrument = Literal["emulator", "perf", "callgrind"]

# What runs on an emulated processor takes about so many times as long (CPython: 12 to 17).
EMULATION = 15


class Verdict(enum.Enum):
    """What became of one check, probe or case on one interpreter."""

    PASS = "pass"
    DIFFERS = "differs"
    UNSUPPORTED = "unsupported"
    CRASHED = "crashed"
    TIMED_OUT = "timed_out"
    GARBLED = "garbled"
    NOT_RUN = "not_run"
