"""The contract of accelerators on a route that the harness has built for this interpreter."""

import os
import sys
import unittest

import built_extensions


def contract_of(name):
    """Its functions by name; raises SkipTest where the route could not be built."""
    if name in built_extensions.REASONS:
        raise unittest.SkipTest(built_extensions.REASONS[name])
    # The interpreter's own cffi comes first, where it has one.
    sys.path.append(built_extensions.FOLDERS.get("cffi-package", ""))
    os.environ["POLYRAY_NATIVE"] = os.path.dirname(built_extensions.__file__)
    os.environ["POLYRAY_ACCEL"] = "pure"  # of this process and its peers, which load routes by name
    from accel_contract import checks_of

    return checks_of(name)
