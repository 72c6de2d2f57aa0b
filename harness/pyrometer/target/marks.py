"""Marks a moment for whoever counts this process's instructions from outside.

A mark closes a descriptor that cannot be open: an error that costs nothing, and that an emulator
sees. Sample *n* lies between the marks 2*n* and 2*n* + 1.
"""

try:
    from os import close
except ImportError:  # MicroPython
    close = None

WITHOUT = "os.close is missing: no moment can be marked"
FIRST = -1230700544
MOST = 65536


def mark(number):
    """Mark a moment; there can be `MOST` of them."""
    try:
        close(FIRST + number)
    except OSError:
        pass


class Counted:
    """Takes samples as `bench.sample` does, between two marks instead of two looks at a clock."""

    def __init__(self):
        self._taken = 0

    def sample(self, run, state, loops, expected):
        """One sample of `loops` runs; its times are 0, for there are none."""
        wrong = None
        mark(2 * self._taken)
        for _ in range(loops):
            checksum = run(state)
            if checksum != expected:
                wrong = checksum
        mark(2 * self._taken + 1)
        self._taken += 1
        return 0, 0, checksum if wrong is None else wrong
