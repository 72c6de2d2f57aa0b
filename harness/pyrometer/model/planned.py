"""What is to be run: jobs within limits, in their order."""

from __future__ import annotations

from dataclasses import dataclass

from pyrometer.model.words import Instrument, Metric, SuiteKind, Tier


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Bounds of one process; beyond them its whole tree is killed.

    `silence_s`: the longest time without output; 0 is no such bound.
    """

    timeout_s: float = 60.0
    silence_s: float = 0.0
    output_bytes: int = 16 * 2**20
    memory_bytes: int = 0


@dataclass(frozen=True, kw_only=True)
class Job:
    """One process to be started: some cases of a suite on a row, in one round.

    A `control` runs the host's own build of the row's release, emulated as the row is: what that
    shows too is the emulator's. An `audit` is as long as the first processes of its cell were,
    where the others were planned to be shorter.
    """

    row: str
    suite: str
    kind: SuiteKind
    cases: tuple[str, ...]
    size: str = ""
    round: int = 0
    budget_s: float = 0.0
    max_samples: int = 0
    limits: Limits = Limits()
    metric: Metric = "time"
    instrument: Instrument = "emulator"
    control: bool = False
    audit: bool = False

    @property
    def id(self) -> str:
        """Names the job within its run, so that a resumed run knows what is done."""
        what = self.cases[0] if len(self.cases) == 1 else f"{self.suite}/*"
        size = f"@{self.size}" if self.size else ""
        control = "control:" if self.control else ""
        return f"{control}{self.kind}:{what}{size}:{self.row}:{self.round}"


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Jobs in the order in which they are to run, and the seed that ordered them.

    In a `duet` the two timed jobs of a block run at the same time.
    """

    seed: int
    tier: Tier
    reference: str
    rows: tuple[str, ...]
    jobs: tuple[Job, ...]
    duet: bool = False
