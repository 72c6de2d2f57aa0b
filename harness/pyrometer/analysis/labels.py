"""The labels under which a calibration runs one build, and how many processes it compares.

Owns their form: `cpython-3.11+same-2` does the same work, `cpython-3.11+plus-20` 20 ‰ more.
"""

from __future__ import annotations

import re

# Processes a side: those of the quick and of the full tier.
PROCESSES = (4, 10)
LABEL = re.compile(r"(?P<row>.+)\+(?P<kind>same|plus)-(?P<number>\d+)")


def same(row: str, number: int) -> str:
    """The name of a row under one of its labels, from 1."""
    return f"{row}+same-{number}"


def plus(row: str, per_mille: int) -> str:
    """The name of a row that does so many thousandths of the work more."""
    return f"{row}+plus-{per_mille}"
