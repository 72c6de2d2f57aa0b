"""Lets pytest run the check suites by hand: a check may return a value, which pytest refuses."""

import pytest


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem):
    """Call the function and drop what it returns; comparing values is the harness's work."""
    pyfuncitem.obj()
    return True
