"""Runs inside the interpreter that is asked for its facts: standard library only, Python 3.9.

Prints `<token> key=value` lines, values percent-escaped, and `<token> end=<count>` at last.
Started as a file, never with -I or -E: those would ignore what a row's environment turns on.
"""

import sys

# The first entry is this file's folder: names in it must not hide the standard library's.
sys.path.pop(0)

import time


def _optional(name):
    """A module of the standard library, or None on an interpreter that has only a part of it."""
    try:
        return __import__(name)
    except ImportError:
        return None


platform = _optional("platform")
re = _optional("re")
subprocess = _optional("subprocess")
sysconfig = _optional("sysconfig")

# Words that name no path, of those that decide how fast an interpreter is.
_OPTION = r"--(?:enable|disable|with|without)-[a-z0-9-]+(?:=[a-zA-Z0-9_.,+-]+)?"
_FLAG = r"-O\d|-Os|-flto[a-z0-9=-]*|-fno-omit-frame-pointer|-fprofile-use|-march=\S+"
_READINGS = 2000
_SAFE = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:,+*@#()[]= "


def version_text(version):
    """3.15.0, 3.15.0rc1; MicroPython tells three numbers alone."""
    major, minor, micro, level, serial = (tuple(version) + ("", 0))[:5]
    suffix = {"alpha": "a", "beta": "b", "candidate": "rc"}.get(level, "")
    return f"{major}.{minor}.{micro}" + (f"{suffix}{serial}" if suffix else "")


def own_version():
    """The implementation's version, which is not the language's on PyPy."""
    pypy = getattr(sys, "pypy_version_info", None)
    return version_text(pypy or sys.implementation.version)


def machine():
    """The processor's architecture; MicroPython says it in the middle of its platform only."""
    ask = getattr(platform, "machine", None)
    return platform.platform().split("-")[2] if ask is None else ask()


def jit_is_live():
    """Whether machine code is made while programs run: asked, never guessed from a version."""
    if sys.implementation.name == "rustpython":  # it has CPython's sys._jit too, always off
        return _compiles_on_demand()
    jit = getattr(sys, "_jit", None)
    if jit is not None:
        return bool(jit.is_enabled())
    if sys.implementation.name == "pypy":
        return _optional("pypyjit") is not None
    if sys.implementation.name == "graalpy":
        # Without a compiler it refuses to be told to compile; it never says so by itself.
        options = ["--experimental-options", "--engine.Compilation=true", "-c", "pass"]
        return subprocess.call([sys.executable] + options) == 0
    return False


def _compiles_on_demand():
    """RustPython compiles what it is asked to and nothing else; the row says whether we ask."""
    import os

    def negated(number: int) -> int:
        return -number

    compile_now = getattr(negated, "__jit__", None)
    if compile_now is None or os.environ.get("PYROMETER_COMPILE") != "1":
        return False
    compile_now()
    return negated(1) == -1


def gil_is_on():
    """Before 3.13 nobody could ask, and the answer was yes except where it is known better."""
    ask = getattr(sys, "_is_gil_enabled", None)
    if ask is not None:
        return bool(ask())
    if sys.implementation.name == "micropython":
        return getattr(sys.implementation, "_thread", "GIL") == "GIL"
    return sys.implementation.name != "rustpython"


def config_words():
    """Options and flags of the build, without those that contain a path."""
    if sysconfig is None:
        return ""
    options = re.findall(_OPTION, str(sysconfig.get_config_var("CONFIG_ARGS") or ""))
    flags = str(sysconfig.get_config_var("PY_CFLAGS") or "").split()
    flags = [flag for flag in flags if re.fullmatch(_FLAG, flag)]
    return " ".join(dict.fromkeys(options + flags))


def smallest_step_ns(clock):
    """The smallest difference between two readings that differ: what the clock can tell apart."""
    readings = [clock() for _ in range(_READINGS)]
    distinct = sorted(set(readings))
    steps = [later - distinct[i] for i, later in enumerate(distinct[1:])]
    return min(steps) if steps else 10**9


def best_clock():
    """Name and resolution of the finest clock that never runs backwards.

    Usually both are one clock: a difference below twofold is chance, and the first is meant.
    """
    if not hasattr(time, "perf_counter_ns"):  # MicroPython has one that may be set
        return "time", smallest_step_ns(time.time_ns)
    precise = smallest_step_ns(time.perf_counter_ns)
    plain = smallest_step_ns(time.monotonic_ns)
    return ("monotonic", plain) if plain * 2 < precise else ("perf_counter", precise)


def facts():
    """All that is told, by the names of the host's `Facts`, and where the program itself is."""
    clock, resolution_ns = best_clock()
    return {
        "implementation": sys.implementation.name,
        "version": own_version(),
        "language": version_text(sys.version_info),
        "arch": machine(),
        "platform": sys.platform,
        "jit": int(jit_is_live()),
        "gil": int(gil_is_on()),
        "compiler": platform.python_compiler(),
        "soabi": (sysconfig and sysconfig.get_config_var("SOABI")) or "",
        "config_args": config_words(),
        "clock": clock,
        "clock_resolution_ns": resolution_ns,
        "executable": sys.executable or "",
    }


def quote(text):
    """Percent-escape everything that could be mistaken for the frame of a line."""
    return "".join(
        char if char in _SAFE else "".join("%%%02X" % byte for byte in char.encode("utf-8"))
        for char in text
    )


def main():
    """Print every fact behind the token that the host chose."""
    token = sys.argv[1]
    told = facts()
    for key, value in told.items():
        sys.stdout.write("%s %s=%s\n" % (token, key, quote(str(value))))
    sys.stdout.write("%s end=%d\n" % (token, len(told)))


main()
