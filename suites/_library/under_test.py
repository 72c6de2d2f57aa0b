"""The library under test for suites that run on polyray and on Ray: RUNTIME names it."""

import importlib
import os
import sys
import unittest

os.environ.setdefault("RAY_worker_niceness", "0")
os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
os.environ.setdefault("RAY_DEDUP_LOGS", "0")
# What a row means does not depend on what its user has built: without a word of its own it is pure.
os.environ.setdefault("POLYRAY_ACCEL", "pure")
try:
    import built_extensions
except ImportError:
    pass
else:
    if os.environ["POLYRAY_ACCEL"] in built_extensions.REASONS:
        raise unittest.SkipTest(built_extensions.REASONS[os.environ["POLYRAY_ACCEL"]])
    os.environ["POLYRAY_NATIVE"] = os.path.dirname(built_extensions.__file__)
NAME = os.environ.get("RUNTIME", "polyray")
ray = importlib.import_module(NAME)
pickler = importlib.import_module("cloudpickle" if NAME == "polyray" else NAME + ".cloudpickle")


def by_value(*modules):
    """Send what these modules define by value: workers need not find them."""
    for module in modules:
        pickler.register_pickle_by_value(sys.modules[module])
