"""What a worker prints goes to the driver, line by line."""


class DriverStream:
    """A text stream whose lines are shown by the driver."""

    def __init__(self, executor, stream):
        self.executor = executor
        self.stream = stream
        self.rest = ""
        self.encoding = "utf-8"
        self.errors = "replace"

    def write(self, text):
        """Keep it until its line is complete."""
        self.rest += text
        if "\n" in self.rest:
            lines, _, self.rest = self.rest.rpartition("\n")
            self._send(lines)
        return len(text)

    def flush(self):
        """Show what is there, also an incomplete line."""
        if self.rest:
            text, self.rest = self.rest, ""
            self._send(text)

    def isatty(self):
        """Never."""
        return False

    def writable(self):
        """Always."""
        return True

    def fileno(self):
        """That of the process, which is its log."""
        return self.stream

    def _send(self, text):
        executor = self.executor
        if executor.actor is not None:
            name = type(executor.actor).__name__
        else:
            name = executor.names.get(executor.name, "task")
        executor.worker.print(name, self.stream, text)
