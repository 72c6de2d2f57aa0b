"""What keeps a value from being sent is found and named."""

from __future__ import annotations

import io
import threading

from polyray.util import inspect_serializability


class Holder:
    def __init__(self) -> None:
        self.name = "fine"
        self.inner = {"deep": [threading.Lock()]}


def test_what_can_be_sent_has_no_failures() -> None:
    said = io.StringIO()
    assert inspect_serializability([1, "two"], name="numbers", print_file=said) == (True, set())
    assert said.getvalue() == "numbers can be sent\n"


def test_the_innermost_part_of_a_value_is_found() -> None:
    holder, said = Holder(), io.StringIO()
    good, failures = inspect_serializability(holder, name="holder", depth=3, print_file=said)
    (failure,) = failures
    assert not good
    assert failure.path == ("holder", "inner", "['deep']", "[0]")
    assert failure.obj is holder.inner["deep"][0]
    assert failure.parent is holder.inner["deep"]
    assert failure.name == "[0]"
    assert "inner: TypeError: cannot pickle" in said.getvalue()


def test_it_looks_only_so_deep() -> None:
    _, failures = inspect_serializability(Holder(), name="it", depth=1, print_file=io.StringIO())
    assert [failure.path for failure in failures] == [("it", "inner")]


def test_closures_and_methods_are_looked_into() -> None:
    lock = threading.Lock()

    def uses() -> object:
        return lock

    _, failures = inspect_serializability(uses, print_file=io.StringIO())
    assert [failure.obj for failure in failures] == [lock]
    _, failures = inspect_serializability(lock.acquire, print_file=io.StringIO())
    assert failures


def test_a_value_that_holds_itself_ends_the_search() -> None:
    loop: list[object] = [threading.Lock()]
    loop.append(loop)
    _, failures = inspect_serializability(loop, name="loop", print_file=io.StringIO())
    assert [failure.path for failure in failures] == [("loop", "[0]")]
