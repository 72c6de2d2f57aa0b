"""How often the route by HPy calls the interpreter, counted in HPy's trace mode.

A figure that no machine changes: more calls are a slower route.
"""

from _hpy_mode import TURNS, told
from _routes import loadable

loadable("hpy")
NUMBER = {
    "AsStruct_Object": 1,
    "Long_AsInt64_t": 1,
    "Long_AsUInt64_tMask": 1,
    "Err_Occurred": 1,
    "Long_FromUInt64_t": 1,
}
MESSAGE = {
    # writing it
    "AsStruct_Object": 2,
    "Bytes_Check": 1,
    "Dup": 1,
    "Bytes_AsString": 1,
    "Bytes_Size": 1,
    "Long_FromInt64_t": 1,
    # and taking it
    "List_New": 1,
    "Bytes_FromStringAndSize": 1,
    "List_Append": 1,
    "Close": 2,
}


def test_calls_of_a_number_and_of_a_message():
    found = told("trace")
    for name, calls in (("number", NUMBER), ("message", MESSAGE)):
        assert found[name] == {key: count * TURNS for key, count in calls.items()}, found[name]
