"""Where the definitions are: beside a checkout's sources, or inside an installed package.

Owns that one question. Refuses to read what it finds.
"""

from __future__ import annotations

from pathlib import Path

from pyrometer.errors import Mistake

_PACKAGE = Path(__file__).resolve().parent.parent


def definitions_root() -> Path:
    """The folder that holds `interpreters/` and `suites/`; raises Mistake if there is none."""
    for root in (_PACKAGE / "_definitions", _PACKAGE.parent.parent):
        if (root / "interpreters").is_dir() and (root / "suites").is_dir():
            return root
    raise Mistake(
        "no interpreters/ and suites/ beside this installation",
        next_step="reinstall pyrometer, or run from a checkout",
    )


def checkout_root() -> Path | None:
    """The checkout that this package runs from, or None when it was installed."""
    root = _PACKAGE.parent.parent
    return root if (root / "interpreters").is_dir() and (root / "harness").is_dir() else None
