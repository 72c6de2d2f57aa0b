"""What a worker prints goes to the driver, line by line."""

from __future__ import annotations

from typing import Any


class DriverStream:
    """A text stream whose lines are shown by the driver."""

    def __init__(self, executor: Any, stream: int) -> None:
        self.executor = executor
        self.stream = stream
        self.rest = ""
        self.encoding = "utf-8"
        self.errors = "replace"

    def write(self, text: str) -> int:
        """Keep it until its line is complete."""
        self.rest += text
        if "\n" in self.rest:
            lines, _, self.rest = self.rest.rpartition("\n")
            self._send(lines)
        return len(text)

    def flush(self) -> None:
        """Show what is there, also an incomplete line."""
        if self.rest:
            text, self.rest = self.rest, ""
            self._send(text)

    def isatty(self) -> bool:
        """Never."""
        return False

    def writable(self) -> bool:
        """Always."""
        return True

    def fileno(self) -> int:
        """That of the process, which is its log."""
        return self.stream

    def _send(self, text: str) -> None:
        executor = self.executor
        if executor.actor is not None:
            name = type(executor.actor).__name__
        else:
            name = executor.names.get(executor.name, "task")
        executor.worker.print(name, self.stream, text)
