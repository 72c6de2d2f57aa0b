"""Takes out of a text what must not be published: paths, user and host names.

Owns the placeholders. Outcomes are published as they are, so this happens before they exist.
"""

from __future__ import annotations

import functools
import platform
import re
from collections.abc import Mapping
from pathlib import Path

# Top-level folders that are the same everywhere; a path below any other one tells of the machine.
PUBLIC = frozenset({"bin", "boot", "dev", "etc", "lib", "lib32", "lib64", "libx32"}) | frozenset(
    {"proc", "run", "sbin", "sys", "usr"}
)
_PRIVATE = frozenset({"home", "mnt", "opt", "root", "srv", "tmp", "Users", "var"})
_STEERING = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


@functools.cache
def _left_over() -> re.Pattern[str]:
    """What a path below a private folder looks like, by the folders that this machine has."""
    there = {entry.name for entry in Path("/").iterdir() if entry.is_dir()}
    names = "|".join(re.escape(name) for name in sorted((there | _PRIVATE) - PUBLIC))
    return re.compile(rf"(?<![\w$.])/(?:{names})/[^\s'\",:;)]*")


def placeholders(build_root: Path, suite_root: Path, work: Path) -> dict[str, str]:
    """Text to placeholder, the longest first, so that a path inside another goes first."""
    found = {
        str(build_root): "$BUILD",
        str(suite_root): f"$SUITES/{suite_root.name}",
        str(suite_root.parent): "$SUITES",
        str(work): "$WORK",
        str(Path(__file__).resolve().parent.parent): "$PYROMETER",
        str(Path.home()): "~",
    }
    host = platform.node()
    if len(host) > 3:
        found[host] = "$HOST"
    return dict(sorted(found.items(), key=lambda pair: -len(pair[0])))


def clean(text: str, replacements: Mapping[str, str]) -> str:
    """The text with every known path replaced, any other private-looking path cut, and nothing
    left by which it could steer a terminal."""
    text = _STEERING.sub("\N{REPLACEMENT CHARACTER}", text)
    for private, shown in replacements.items():
        if private not in ("", "/"):
            text = text.replace(private, shown)
    return _left_over().sub(lambda match: "$PATH/" + match.group().rstrip("/").split("/")[-1], text)
