"""Runs the same Python programs on many interpreters and says how they compare."""

__version__ = "0.1.0"
