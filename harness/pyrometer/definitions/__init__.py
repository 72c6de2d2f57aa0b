"""The only reader of `interpreters/` and `suites/`; refuses to start processes."""

from pyrometer.definitions.interpreters import load_rows
from pyrometer.definitions.selection import choose
from pyrometer.definitions.suites import load_suites

__all__ = ["choose", "load_rows", "load_suites"]
