"""The contract by HPy's universal ABI in its debug mode: no handle stays open."""

from _hpy_mode import LEAK, told
from _routes import loadable

loadable("hpy")
FOUND = []


def found():
    if not FOUND:
        FOUND.append(told("debug"))
    return FOUND[0]


def test_a_handle_that_nobody_closes_is_seen():
    assert "424242" in found()[LEAK], found()[LEAK]


def test_nothing_in_the_contract_leaves_a_handle_open():
    wrong = {name: text for name, text in found().items() if text and name != LEAK}
    assert wrong == {}, wrong
    assert len(found()) > 25
