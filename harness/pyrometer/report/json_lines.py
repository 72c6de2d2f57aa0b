"""JSON that people and programs compare: sorted keys, finite numbers, a line for each entry.

Owns the digits. NaN and infinity are null; the same content gives the same bytes.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

DIGITS = 6  # enough to draw and to compare; all of them would make the file three times as large
CURVE_DIGITS = 4


def written(holds: Mapping[str, Any]) -> str:
    """JSON with sorted keys; the entries of a top-level list each on a line of their own."""
    parts = [f"{_compact(key)}: {_block(value)}" for key, value in sorted(holds.items())]
    return "{\n" + ",\n".join(parts) + "\n}\n"


def rounded(value: float) -> float:
    """With the digits of what is only drawn."""
    return float(f"{value:.{CURVE_DIGITS}g}")


def _block(value: Any) -> str:
    if not isinstance(value, list) or not value:
        return _compact(value)
    return "[\n" + ",\n".join(_compact(entry) for entry in value) + "\n]"


def _compact(value: Any) -> str:
    return json.dumps(_finite(value), sort_keys=True, ensure_ascii=False, allow_nan=False)


def _finite(value: Any) -> Any:
    if isinstance(value, float):
        return float(f"{value:.{DIGITS}g}") if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(key): _finite(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(one) for one in value]
    return value
