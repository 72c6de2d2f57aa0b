"""`suites/claims.toml`: what was published about the speed of interpreters, as data."""

from __future__ import annotations

from pathlib import Path

import msgspec

from pyrometer.definitions.toml import read
from pyrometer.errors import Mistake
from pyrometer.model import PublishedClaim


class _ClaimForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    says: str
    source: str
    row: str = ""
    against: str = ""
    suite: str = ""
    mechanism: str = ""
    factor: float = 0.0
    at_least: bool = False
    note: str = ""
    not_testable: str = ""


class _ClaimsForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    claim: tuple[_ClaimForm, ...]


def load_claims(path: Path) -> tuple[PublishedClaim, ...]:
    """Every claim of the file; Mistake for one that says neither what to hold nor why not."""
    claims = tuple(
        PublishedClaim(**msgspec.structs.asdict(form)) for form in read(path, _ClaimsForm).claim
    )
    for number, claim in enumerate(claims, 1):
        if not claim.not_testable and not (
            claim.row and claim.against and (claim.suite or claim.mechanism) and claim.factor > 0
        ):
            raise Mistake(
                "needs row, against, suite or mechanism, and a factor above 0; or not_testable",
                where=f"{path}: claim {number}",
            )
    return claims
