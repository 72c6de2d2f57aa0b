"""Which route this process uses: what `POLYRAY_ACCEL` names, else what was measured to be best.

Measuring takes longer than a start should, so it is done once for a build (`measure.py`) and kept
beside it. Nothing measured, or nothing that passes its probe, means pure.
"""

import os
import sys

from polyray.accel import places
from polyray.accel.routes import NAMES, PURE, Unavailable, load

VARIABLE = "POLYRAY_ACCEL"
MEASURED = "measured.json"
BITS = 64


def chosen(environ=os.environ):
    """(route, why); raises ImportError where a route that was asked for cannot be had."""
    wanted = environ.get(VARIABLE)
    if wanted:
        return asked_for(wanted), "{}={}".format(VARIABLE, wanted)
    if sys.byteorder != "little" or sys.maxsize < 1 << (BITS - 2):
        return load(PURE), "native routes are for 64-bit little-endian machines"
    best = measured().get("best")
    if best is None:
        return load(PURE), "no native route was measured for this interpreter"
    if best == PURE:
        return load(PURE), "no native route pays here"
    try:
        return load(best), "the fastest of those measured"
    except Unavailable as error:
        return load(PURE), "{} cannot be used: {}".format(best, error)


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
