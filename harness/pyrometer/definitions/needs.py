"""What a suite may need of an interpreter: so far, a version of the language.

Owns the meaning of `needs` in suite.toml. Pure: it asks the facts that a probe brought.
"""

from __future__ import annotations

from collections.abc import Sequence

from packaging.specifiers import InvalidSpecifier, SpecifierSet

from pyrometer.errors import Mistake
from pyrometer.model import Facts

LANGUAGE = "python"


def check_needs(needs: Sequence[str], where: str) -> None:
    """Raise Mistake for a need that nobody could tell to be met or not."""
    for need in needs:
        _versions(need, where)


def unmet(needs: Sequence[str], facts: Facts) -> str:
    """The first need that these facts do not meet, in words; empty if all are met."""
    for need in needs:
        if not _versions(need, need).contains(facts.language, prereleases=True):
            return f"needs {need}, this speaks Python {facts.language}"
    return ""


def _versions(need: str, where: str) -> SpecifierSet:
    try:
        if need.startswith(LANGUAGE):
            return SpecifierSet(need.removeprefix(LANGUAGE))
    except InvalidSpecifier:
        pass
    raise Mistake(f"unknown need {need!r}", where=where, next_step=f"for example: {LANGUAGE}>=3.9")
