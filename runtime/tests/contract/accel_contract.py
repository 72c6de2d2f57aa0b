"""The contract of Segment and Ring, which every route has to keep, on every interpreter.

Plain functions of a route and a path at which nothing lies yet, with the standard library alone and
in the dialect of Python 3.9: `test_accel.py` calls them with pytest, suites/native-checks inside of
each interpreter. What other processes do is in `accel_peers.py`.
"""

import os
import tempfile
import unittest

import accel_rings  # noqa: F401
import accel_segments  # noqa: F401
from accel_terms import CONTRACT

from polyray.accel.routes import Unavailable, load


def checks_of(name):
    """The contract as functions without arguments, by name; raises SkipTest without the route."""
    try:
        route = load(name)
    except Unavailable as error:
        raise unittest.SkipTest(f"{name}: {error}") from error
    return {"test_" + check.__name__: _bound(check, route) for check in CONTRACT}


def _bound(check, route):
    def bound():
        with tempfile.TemporaryDirectory() as folder:
            check(route, os.path.join(folder, "segment"))

    bound.__name__ = "test_" + check.__name__
    return bound
