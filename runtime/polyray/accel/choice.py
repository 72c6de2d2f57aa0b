"""Which route this process uses: what `POLYRAY_ACCEL` names, else what was measured to be best.

Measuring takes longer than a start should, so it is done once for a build (`measure.py`) and kept
beside it. A route that was installed is used until it has been measured: who installs it wants it.
Nothing measured or installed, or nothing that passes its probe, means pure.
"""

import os
import sys

from polyray.accel import by_pyo3, places
from polyray.accel.routes import NAMES, NATIVE, PURE, Unavailable, load

VARIABLE = "POLYRAY_ACCEL"
MEASURED = "measured.json"
INSTALLED = "pyo3"
BITS = 64


def chosen(environ=os.environ):
    """(route, why); raises ImportError where a route that was asked for cannot be had."""
    wanted = environ.get(VARIABLE)
    if wanted:
        return asked_for(wanted), "{}={}".format(VARIABLE, wanted)
    if sys.byteorder != "little" or sys.maxsize < 1 << (BITS - 2):
        return load(PURE), "native routes are for 64-bit little-endian machines"
    found, lost = measured(), []
    for name, why in candidates(found):
        try:
            return load(name), "; ".join([*lost, why])
        except Unavailable as error:
            lost.append("{} cannot be used: {}".format(name, error))
    nothing = "pays here" if found.get("best") == PURE else "was measured for this interpreter"
    return load(PURE), "; ".join(lost) or "no native route " + nothing


def candidates(found):
    """(route, why) in the order in which they are to be tried."""
    best, ns = found.get("best"), found.get("ns", {})
    if best not in (None, PURE):
        yield best, "the fastest of those measured"
        # Environments of one interpreter share what was measured, but not what is installed.
        for name in sorted(ns, key=lambda name: ns[name]["message"]):
            if name not in NATIVE:  # a socket, or pure: what is slower does not pay
                break
            if name != best:
                yield name, "the next of those measured"
    if INSTALLED not in ns and by_pyo3.installed():
        yield INSTALLED, "it is installed, and was not measured yet"


def asked_for(name):
    """The route of that name; raises ImportError."""
    if name not in NAMES:
        raise ImportError("{}={}: known are {}".format(VARIABLE, name, ", ".join(NAMES)))
    try:
        return load(name)
    except Unavailable as error:
        raise ImportError("{}={}: {}".format(VARIABLE, name, error)) from error


def measured():
    """What was measured for this build, or nothing."""
    try:
        with open(os.path.join(places.where(), MEASURED), encoding="utf-8") as file:
            import json  # where nothing was built, nobody needs it

            found = json.load(file)
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
