"""Types of HPy 0.9.0 as released, and as mended, on interpreters newer than it.

The released one marks its types with a bit that has had another meaning since CPython 3.13.
"""

from _released import run_with


def test_types_of_the_released_hpy():
    run_with("hpy-released")


def test_types_of_the_mended_hpy():
    run_with("hpy-package")
