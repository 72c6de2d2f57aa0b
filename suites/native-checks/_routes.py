"""Routes that the harness has built for this interpreter, and the contract of accelerators on them."""

import os
import sys
import unittest

import built_extensions


def prepared(name):
    """Let this process and its peers load a route by name; raises SkipTest without it."""
    if name in built_extensions.REASONS:
        raise unittest.SkipTest(built_extensions.REASONS[name])
    # The interpreter's own cffi comes first, where it has one.
    sys.path.append(built_extensions.FOLDERS.get("cffi-package", ""))
    os.environ["POLYRAY_NATIVE"] = os.path.dirname(built_extensions.__file__)
    os.environ["POLYRAY_ACCEL"] = "pure"  # what polyray itself uses


def loadable(name):
    """As `prepared`; raises SkipTest also where the route does not load."""
    prepared(name)
    from polyray.accel.routes import Unavailable, load

    try:
        load(name)
    except Unavailable as error:
        raise unittest.SkipTest("{}: {}".format(name, error)) from error


def contract_of(name):
    """The contract as functions by name; raises SkipTest."""
    prepared(name)
    from accel_contract import checks_of

    return checks_of(name)
