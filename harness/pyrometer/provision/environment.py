"""The environments that processes are started with.

Owns what a target may see of the person's environment, and what a build tool may.
Refuses to start anything.
"""

from __future__ import annotations

import os
from collections.abc import Mapping

KEPT = ("HOME", "TMPDIR")
TARGET_PATH = "/usr/local/bin:/usr/bin:/bin"
INTERPRETER_PREFIXES = ("PYTHON", "VIRTUAL_ENV", "CONDA", "PYENV", "PIP_", "UV_", "LD_")


def target_environment(
    row_environment: Mapping[str, str], base: Mapping[str, str] | None = None
) -> dict[str, str]:
    """The whole environment of a target: a short list of kept variables, then the row's own.

    Names are kept, not dropped: nothing that steers an interpreter (PYTHON*, VIRTUAL_ENV,
    CONDA*, PYENV*, LD_*) can slip through. The user's site folder is shut out, because its
    `.pth` files would run in every start that is timed.
    """
    source = os.environ if base is None else base
    kept = {name: source[name] for name in KEPT if name in source}
    fixed = {"PATH": TARGET_PATH, "LANG": "C.UTF-8", "TERM": "dumb", "PYTHONNOUSERSITE": "1"}
    return {**kept, **fixed, **row_environment}


def pip_environment() -> dict[str, str]:
    """That of a build tool, with what the person has set for pip."""
    own = {name: value for name, value in os.environ.items() if name.startswith("PIP_")}
    return {**tool_environment(), **own}


def tool_environment(base: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment of a build tool: the person's own (proxies stay in force), in plain English.

    What steers a Python is left out: a shim or a virtual environment must not reach a build.
    """
    source = os.environ if base is None else base
    kept = {k: v for k, v in source.items() if not k.startswith(INTERPRETER_PREFIXES)}
    return {**kept, "LC_ALL": "C", "DEBIAN_FRONTEND": "noninteractive"}
