"""What `.options(...)` and `@remote(...)` take. Owns names, defaults and their checks, as Ray's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from polyray.quirks.digests import sha256
from polyray.reservations import renamed
from polyray.scheduler import units

if TYPE_CHECKING:
    from polyray.refs import Call

RESOURCES = ("num_cpus", "num_gpus", "memory")
COMMON: dict[str, Any] = {
    "num_cpus": None,
    "num_gpus": None,
    "memory": None,
    "resources": None,
    "name": "",
    "runtime_env": None,
    "scheduling_strategy": None,
    "accelerator_type": None,
    "label_selector": None,
    "placement_group": "default",
    "placement_group_bundle_index": -1,
    "placement_group_capture_child_tasks": None,
    "object_store_memory": None,
    "enable_task_events": True,
    "_metadata": None,
    "_labels": None,
    "fallback_strategy": None,
}
TASK: dict[str, Any] = {
    **COMMON,
    "num_returns": None,
    "max_calls": 0,
    "max_retries": 3,
    "retry_exceptions": False,
    "_generator_backpressure_num_objects": None,
}
ACTOR: dict[str, Any] = {
    **COMMON,
    "max_restarts": 0,
    "max_task_retries": 0,
    "max_pending_calls": -1,
    "namespace": None,
    "max_concurrency": None,
    "concurrency_groups": None,
    "lifetime": None,
    "get_if_exists": False,
    "allow_out_of_order_execution": None,
}
METHOD: dict[str, Any] = {
    "num_returns": None,
    "max_task_retries": None,
    "retry_exceptions": None,
    "concurrency_group": None,
    "name": "",
    "enable_task_events": True,
    "_generator_backpressure_num_objects": None,
}
LEAST = 0.0001
MISSING_ENV = ("conda", "container", "image_uri", "java_jars", "nsight", "uv")


def checked(given: dict[str, Any], known: Mapping[str, Any], what: str) -> dict[str, Any]:
    """The options as given; raises ValueError or TypeError for what Ray would not take."""
    for name, value in given.items():
        if name not in known:
            raise ValueError(
                "{} has no option {!r}; there are: {}".format(what, name, ", ".join(sorted(known)))
            )
        if name in RESOURCES and value is not None:
            _check_amount(name, value)
    for name, amount in (given.get("resources") or {}).items():
        if name in ("CPU", "GPU", "memory"):
            raise ValueError(
                "use num_cpus, num_gpus or memory instead of resources[{!r}]".format(name)
            )
        _check_amount("resources[{!r}]".format(name), amount)
    _check_counts(given)
    found = dict(given)
    if given.get("runtime_env") is not None:
        found["runtime_env"] = whole_env(given["runtime_env"])
    return found


def _check_amount(name: str, value: Any) -> None:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise TypeError("{} is a number, not {!r}".format(name, value))
    if value < 0:
        raise ValueError("{} is not negative: {!r}".format(name, value))
    if 0 < value < LEAST:
        raise ValueError("{} of less than {} cannot be counted".format(name, LEAST))


def _check_counts(given: Mapping[str, Any]) -> None:
    for name in ("max_retries", "max_restarts", "max_task_retries", "max_pending_calls"):
        value = given.get(name)
        if value is not None and (not isinstance(value, int) or value < -1):
            raise ValueError("{} is -1 (no limit) or more, not {!r}".format(name, value))
    if given.get("max_calls", 0) < 0:
        raise ValueError("max_calls is not negative")
    count = given.get("num_returns")
    if isinstance(count, int) and count < 0:
        raise ValueError("num_returns is not negative")
    if isinstance(count, str) and count not in ("dynamic", "streaming"):
        raise ValueError('num_returns is a number, "dynamic" or "streaming"')
    if given.get("lifetime") not in (None, "detached", "non_detached"):
        raise ValueError('lifetime is None or "detached"')


def whole_env(env: dict[str, Any]) -> dict[str, Any]:
    """A runtime_env with its packages listed; raises for what is none, or what there is not."""
    if not isinstance(env, dict):
        raise TypeError("runtime_env is a dict")
    for name in env:
        if name in MISSING_ENV:
            raise NotImplementedError("polyray has no runtime_env {!r}".format(name))
    if not env.get("pip"):
        return env
    from polyray import packages

    return {**env, "pip": packages.listed(env["pip"])}


def wanted(options: Mapping[str, Any], *, cpus: float) -> dict[str, int]:
    """What a task or actor holds while it runs, in units; `cpus` where it says nothing."""
    amounts = {
        "CPU": options.get("num_cpus"),
        "GPU": options.get("num_gpus"),
        "memory": options.get("memory"),
    }
    if amounts["CPU"] is None:
        amounts["CPU"] = cpus
    amounts.update(options.get("resources") or {})
    found = {name: units(amount) for name, amount in amounts.items() if amount}
    strategy: Any = options.get("scheduling_strategy")
    group = getattr(strategy, "placement_group", None)
    if group is not None:
        found = renamed(found, group.id, strategy.placement_group_bundle_index)
    return found


class Spec:
    """A function, or a method of a class, with its options: what a call of it is made from."""

    __slots__ = (
        "bare",
        "env",
        "env_key",
        "extras",
        "fid",
        "generator",
        "is_default",
        "max_calls",
        "max_retries",
        "name",
        "num_returns",
        "pickled",
        "resources",
    )

    def __init__(
        self,
        fid: int | str,
        name: str,
        pickled: bytes,
        options: Mapping[str, Any],
        *,
        generator: bool = False,
    ) -> None:
        self.fid, self.name, self.pickled = fid, name, pickled
        self.bare: Call | None = None
        self.resources = wanted(options, cpus=1)
        self.max_retries = options.get("max_retries", 3)
        self.max_calls = options.get("max_calls", 0)
        self.env = options.get("runtime_env")
        self.env_key = None if not self.env else repr(sorted(self.env.items(), key=repr))
        count = options.get("num_returns")
        self.generator = generator and count in (None, "streaming")
        if count == "dynamic":
            self.num_returns, kind = 1, "dynamic"
        elif self.generator:
            self.num_returns, kind = 1, "stream"
        else:
            self.num_returns, kind = (1 if count is None else count), None
        retried = options.get("retry_exceptions") or False
        group = options.get("concurrency_group")
        odd = self.num_returns != 1 or kind or retried or group
        self.extras = (self.num_returns, kind, retried, group) if odd else None
        self.is_default = (
            self.resources == {"CPU": units(1)} and not self.env and not self.max_calls and not kind
        )

    def __getstate__(self) -> tuple[Any, ...]:
        return tuple(getattr(self, name) for name in self.__slots__ if name != "bare")

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        self.bare = None
        for name, value in zip([name for name in self.__slots__ if name != "bare"], state):
            setattr(self, name, value)


def function_id(pickled: bytes) -> int:
    """The same number for the same function in every process."""
    return int.from_bytes(sha256(pickled).digest()[:7], "big")
