"""What Ctrl-C means while something is being built or measured.

Owns both signals a person or a CI system stops us with. Once: whoever asks is told to come to
an orderly end. Twice: the process ends where it is; supervisors kill what it had started.
"""

from __future__ import annotations

import os
import signal
import sys
from types import FrameType, TracebackType

import click

from pyrometer.errors import EXIT_INTERRUPTED

SIGNALS = (signal.SIGINT, signal.SIGTERM)
SHOW_CURSOR = "\x1b[?25h"


class Interrupt:
    """Has somebody asked us to stop? A context manager, called with no argument to ask."""

    def __init__(self) -> None:
        self._asked = False
        self._before: dict[signal.Signals, object] = {}

    def __call__(self) -> bool:
        """Whether we are to come to an end."""
        return self._asked

    def __enter__(self) -> Interrupt:
        for number in SIGNALS:
            before = signal.getsignal(number)
            if before is not signal.SIG_IGN:  # of a job in the background, say: it stays ignored
                self._before[number] = signal.signal(number, self._take)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for number, before in self._before.items():
            signal.signal(number, before)  # type: ignore[arg-type]  # as it was given to us

    def _take(self, _number: int, _frame: FrameType | None) -> None:
        if self._asked:
            if sys.stderr.isatty():
                click.echo(SHOW_CURSOR, err=True, nl=False)
            os._exit(EXIT_INTERRUPTED)
        self._asked = True
        click.echo("pyrometer: stopping; Ctrl-C again ends at once", err=True)
