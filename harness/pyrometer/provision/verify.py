"""Facts against what a row promises.

Owns the refusal to measure one thing under another's name. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator

from pyrometer.errors import WorldFailure
from pyrometer.model import Facts, Row


def verify(row: Row, facts: Facts, *, machine: str) -> None:
    """Raise WorldFailure naming every promise that the build does not keep.

    An empty implementation, series or language, or a switch that is None, promises nothing; an
    empty architecture promises the machine's.
    """
    broken = tuple(broken_promises(row, facts, machine=machine))
    if broken:
        raise WorldFailure(
            "; ".join(broken), where=row.name, next_step="mend the row, or its recipe"
        )


def broken_promises(row: Row, facts: Facts, *, machine: str) -> Iterator[str]:
    """What a build turned out to be, and what the row promises instead, one by one."""
    expect = row.expect
    if expect.implementation and facts.implementation != expect.implementation:
        yield f"it is {facts.implementation}, the row promises {expect.implementation}"
    if not in_series(facts.version, expect.series):
        yield f"it is version {facts.version}, the row promises {expect.series}"
    if not in_series(facts.language, expect.language):
        yield f"it speaks Python {facts.language}, the row promises {expect.language}"
    for name, found, promised in (
        ("jit", facts.jit, expect.jit),
        ("gil", facts.gil, expect.gil),
    ):
        if promised is not None and found is not promised:
            yield f"{name} is {_switch(on=found)}, the row promises {_switch(on=promised)}"
    if expect.arch and facts.arch != expect.arch:
        yield f"it runs on {facts.arch}, the row promises {expect.arch}"
    elif not expect.arch and facts.arch != machine:
        yield f"it runs on {facts.arch}, the build was made for {machine}"


def in_series(version: str, series: str) -> bool:
    """Whether `3.15.0rc1` belongs to `3.15` (and `3.1` does not contain `3.15`)."""
    if not series or version == series:
        return True
    return version.startswith(series) and not version[len(series)].isdigit()


def _switch(*, on: bool) -> str:
    return "on" if on else "off"
