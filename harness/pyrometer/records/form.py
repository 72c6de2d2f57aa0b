"""The stored form of runs and outcomes, and its version.

Owns the schema: one JSON object per line for an outcome, one file for the head of a run.
A change that an old reader would misread raises SCHEMA and adds a step to MIGRATIONS.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import msgspec

from pyrometer.errors import Mistake
from pyrometer.model import Outcome, Run
from pyrometer.samples import COLUMNS, COUNTED, Samples, column

SCHEMA = 1
# From a version to the next one, on plain JSON objects of run.json.
MIGRATIONS: Mapping[int, Callable[[dict[str, Any]], dict[str, Any]]] = {}


def encode_run(run: Run) -> bytes:
    """The head of a run as indented JSON, made to be read by people too."""
    return msgspec.json.format(msgspec.json.encode(run), indent=1) + b"\n"


def decode_run(content: bytes, where: str) -> Run:
    """Read a head; raises Mistake for a newer schema or anything that is not one."""
    try:
        plain = msgspec.json.decode(content)
        schema = plain["schema"]
    except (ValueError, KeyError, TypeError) as error:  # msgspec's errors are ValueErrors
        raise Mistake(f"not the head of a run: {error}", where=where) from None
    if not isinstance(schema, int) or schema < 1:
        raise Mistake(f"not the head of a run: schema {schema!r}", where=where)
    if schema > SCHEMA:
        raise Mistake(
            f"written with schema {schema}, this pyrometer reads up to {SCHEMA}",
            where=where,
            next_step="upgrade pyrometer",
        )
    for version in range(schema, SCHEMA):
        plain = MIGRATIONS[version](plain)
    try:
        return msgspec.convert(plain, Run)
    except msgspec.ValidationError as error:
        raise Mistake(f"not the head of a run: {error}", where=where) from None


def encode_outcome(outcome: Outcome) -> bytes:
    """One line; samples go by column, which compresses to a third."""
    plain = msgspec.to_builtins(replace(outcome, samples=()))
    counted = any(column(outcome.samples, "instructions"))
    names = (*COLUMNS, *COUNTED) if counted else COLUMNS
    plain["samples"] = {
        "case": outcome.samples[0].case if outcome.samples else "",
        **{name: column(outcome.samples, name) for name in names},
    }
    return msgspec.json.encode(plain) + b"\n"


def decode_outcome(line: bytes) -> Outcome:
    """Read a line back; raises ValueError (msgspec's errors are) or TypeError for anything else."""
    plain = msgspec.json.decode(line)
    if not isinstance(plain, dict) or not isinstance(plain.get("samples"), dict):
        raise TypeError("not an outcome")
    columns = plain.pop("samples")
    outcome = msgspec.convert(plain, Outcome)
    return replace(outcome, samples=Samples(columns["case"], columns))
