"""What Ray's Core has as functions and polyray has not: to call one says so by its name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn

ONE_MACHINE = "polyray joins no cluster, its sessions are of one machine"
PYTHON_ALONE = "polyray runs Python alone"

RAY = {
    "client": ONE_MACHINE,
    "cpp_function": PYTHON_ALONE,
    "java_actor_class": PYTHON_ALONE,
    "java_function": PYTHON_ALONE,
    "show_in_dashboard": "polyray has no dashboard",
}
UTIL = {
    "connect": ONE_MACHINE,
    "disconnect": ONE_MACHINE,
    "get_current_placement_group": "polyray does not keep in which group a task runs",
}


def stand_in(module: str, name: str, reasons: dict[str, str]) -> Callable[..., NoReturn]:
    """For a module's `__getattr__`; AttributeError for what Ray does not have either."""
    if name not in reasons:
        raise AttributeError("module {!r} has no attribute {!r}".format(module, name))

    def absent(*_arguments: Any, **_keywords: Any) -> NoReturn:
        raise NotImplementedError("{}: {}".format(name, reasons[name]))

    return absent
