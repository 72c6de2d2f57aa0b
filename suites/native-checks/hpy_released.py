"""HPy 0.9.0 as released, and as mended, on interpreters newer than it.

The released one marks its types with a bit that has had another meaning since CPython 3.13. On all of
them it gives back a reference that it has not taken, where the mode of a module is named in a dict.
"""

from _released import TYPES, WORD, run_with


def test_types_of_the_released_hpy():
    run_with("hpy-released", TYPES)


def test_types_of_the_mended_hpy():
    run_with("hpy-package", TYPES)


def test_a_mode_in_a_dict_under_the_released_hpy():
    run_with("hpy-released", WORD)


def test_a_mode_in_a_dict_under_the_mended_hpy():
    run_with("hpy-package", WORD)
