"""Receipts and facts as JSON files.

Owns the stored form and the identity of a receipt, and that a file is there whole or not at all.
Refuses to know what a receipt is good for.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import msgspec

from pyrometer.files import write_atomically
from pyrometer.model import Facts, Receipt


def identity(receipt: Receipt) -> str:
    """SHA-256 of the canonical JSON of a receipt without `sha256` and `facts`.

    Facts are left out because rows that share a build add theirs later: the proof of what was
    built must not change when one more row asks it a question.
    """
    bare = replace(receipt, sha256="", facts={})
    return hashlib.sha256(msgspec.json.encode(bare, order="deterministic")).hexdigest()


def sealed(receipt: Receipt) -> Receipt:
    """The receipt with its identity filled in."""
    return replace(receipt, sha256=identity(receipt))


def write_receipt(path: Path, receipt: Receipt) -> None:
    """Store a receipt; its being there is what makes a build usable."""
    content = msgspec.json.encode(receipt, order="deterministic")
    write_atomically(path, msgspec.json.format(content) + b"\n")


def read_receipt(path: Path) -> Receipt | None:
    """The receipt, or None where there is none that can be trusted (torn, edited, of old form)."""
    try:
        receipt = msgspec.json.decode(path.read_bytes(), type=Receipt)
    except (OSError, ValueError):  # msgspec's errors are ValueErrors, and so is broken UTF-8
        return None
    return receipt if receipt.sha256 == identity(receipt) else None


class _Answer(msgspec.Struct, frozen=True):
    facts: Facts
    sha256: str


def write_facts(path: Path, facts: Facts) -> None:
    """Store what a probe said, sealed: a flipped byte must not become a fact."""
    path.parent.mkdir(exist_ok=True)
    answer = _Answer(facts=facts, sha256=_facts_identity(facts))
    write_atomically(path, msgspec.json.encode(answer, order="deterministic") + b"\n")


def read_facts(path: Path) -> Facts | None:
    """What a probe said earlier, or None where it has to be asked again."""
    try:
        answer = msgspec.json.decode(path.read_bytes(), type=_Answer)
    except (OSError, ValueError):  # msgspec's errors are ValueErrors, and so is broken UTF-8
        return None
    return answer.facts if answer.sha256 == _facts_identity(answer.facts) else None


def _facts_identity(facts: Facts) -> str:
    return hashlib.sha256(msgspec.json.encode(facts, order="deterministic")).hexdigest()
