"""Runs inside the interpreter that is asked for its facts: standard library only, Python 3.9.

Prints `<token> key=value` lines, values percent-escaped, and `<token> end=<count>` at last.
Started as a file, never with -I or -E: those would ignore what a row's environment turns on.
"""

import sys

# The first entry is this file's folder: names in it must not hide the standard library's.
sys.path.pop(0)

import importlib
import platform
import re
import subprocess
import sysconfig
import time
from collections.abc import Callable
from urllib.parse import quote

# Words that name no path, of those that decide how fast an interpreter is.
_OPTION = re.compile(r"--(?:enable|disable|with|without)-[a-z0-9-]+(?:=[a-zA-Z0-9_.,+-]+)?")
_FLAG = re.compile(r"-O\d|-Os|-flto[a-z0-9=-]*|-fno-omit-frame-pointer|-fprofile-use|-march=\S+")
_READINGS = 2000


def version_text(version: tuple[int, int, int, str, int]) -> str:
    """3.15.0, 3.15.0rc1"""
    major, minor, micro, level, serial = version
    suffix = {"alpha": "a", "beta": "b", "candidate": "rc"}.get(level, "")
    return f"{major}.{minor}.{micro}" + (f"{suffix}{serial}" if suffix else "")


def own_version() -> str:
    """The implementation's version, which is not the language's on PyPy."""
    pypy = getattr(sys, "pypy_version_info", None)
    return version_text(pypy or sys.implementation.version)


def jit_is_live() -> bool:
    """Whether machine code is made while programs run: asked, never guessed from a version."""
    jit = getattr(sys, "_jit", None)
    if jit is not None:
        return bool(jit.is_enabled())
    if sys.implementation.name == "pypy":
        try:
            importlib.import_module("pypyjit")
        except ImportError:
            return False
        return True
    if sys.implementation.name == "graalpy":
        # Without a compiler it refuses to be told to compile; it never says so by itself.
        options = ["--experimental-options", "--engine.Compilation=true"]
        return subprocess.call([sys.executable, *options, "-c", "pass"]) == 0
    return False


def gil_is_on() -> bool:
    """Before 3.13 nobody could ask, and the answer was always yes."""
    ask = getattr(sys, "_is_gil_enabled", None)
    return True if ask is None else bool(ask())


def config_words() -> str:
    """Options and flags of the build, without those that contain a path."""
    options = _OPTION.findall(str(sysconfig.get_config_var("CONFIG_ARGS") or ""))
    flags = str(sysconfig.get_config_var("PY_CFLAGS") or "").split()
    flags = [flag for flag in flags if _FLAG.fullmatch(flag)]
    return " ".join(dict.fromkeys(options + flags))


def smallest_step_ns(clock: Callable[[], int]) -> int:
    """The smallest difference between two readings that differ: what the clock can tell apart."""
    readings = [clock() for _ in range(_READINGS)]
    distinct = sorted(set(readings))
    steps = [later - distinct[i] for i, later in enumerate(distinct[1:])]
    return min(steps, default=10**9)


def best_clock() -> tuple[str, int]:
    """Name and resolution of the finest clock that never runs backwards.

    Usually both are one clock: a difference below twofold is chance, and the first is meant.
    """
    precise = smallest_step_ns(time.perf_counter_ns)
    plain = smallest_step_ns(time.monotonic_ns)
    return ("monotonic", plain) if plain * 2 < precise else ("perf_counter", precise)


def facts() -> dict[str, object]:
    """All that is told, by the names of the host's `Facts`, and where the program itself is."""
    clock, resolution_ns = best_clock()
    return {
        "implementation": sys.implementation.name,
        "version": own_version(),
        "language": version_text(sys.version_info),
        "arch": platform.machine(),
        "platform": sys.platform,
        "jit": int(jit_is_live()),
        "gil": int(gil_is_on()),
        "compiler": platform.python_compiler(),
        "soabi": sysconfig.get_config_var("SOABI") or "",
        "config_args": config_words(),
        "clock": clock,
        "clock_resolution_ns": resolution_ns,
        "executable": sys.executable or "",
    }


def main() -> None:
    """Print every fact behind the token that the host chose."""
    token = sys.argv[1]
    told = facts()
    for key, value in told.items():
        sys.stdout.write(f"{token} {key}={quote(str(value), safe=' ')}\n")
    sys.stdout.write(f"{token} end={len(told)}\n")
    sys.stdout.flush()


main()
