"""Failures that are somebody's to mend, each with the exit code it leads to.

Owns the three exit codes a failure may have; refuses to know who raises what.
A target's misbehaviour is never one of these: that is an `Outcome`.
"""

from __future__ import annotations

EXIT_OK = 0
EXIT_UNEXPECTED = 1
EXIT_MISTAKE = 2
EXIT_INCOMPLETE = 3
EXIT_INTERRUPTED = 130


class PyrometerError(Exception):
    """A failure told to a person in one line: what, where, next step."""

    exit_code = EXIT_MISTAKE

    def __init__(self, what: str, *, where: str = "", next_step: str = "") -> None:
        self.what = what
        self.where = where
        self.next_step = next_step
        super().__init__(self.line)

    @property
    def line(self) -> str:
        """The one line that is shown."""
        place = f"{self.where}: " if self.where else ""
        advice = f" ({self.next_step})" if self.next_step else ""
        return f"{place}{self.what}{advice}"


class Mistake(PyrometerError):
    """A person's or a definition's mistake: nothing was done."""

    exit_code = EXIT_MISTAKE


class WorldFailure(PyrometerError):
    """The world failed (network, checksum, disk, compiler); other interpreters go on."""

    exit_code = EXIT_INCOMPLETE
