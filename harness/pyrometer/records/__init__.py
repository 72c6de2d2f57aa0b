"""Outcomes to compressed JSON lines and back; refuses arithmetic."""

from pyrometer.records.library import Library
from pyrometer.records.read import ResultSet, read
from pyrometer.records.write import Writer

__all__ = ["Library", "ResultSet", "Writer", "read"]
