"""Ray Core's programming model on one machine: `import polyray as ray`."""

from __future__ import annotations

import atexit
import importlib
import os
from typing import Any, overload

from polyray import absent, current, exceptions, store
from polyray.actor import exit_actor, method
from polyray.api import cancel, free, get, get_actor, kill, list_named_actors, put, remote, wait
from polyray.context import RayContext, RuntimeContext, get_gpu_ids, get_runtime_context
from polyray.exceptions import RaySystemError
from polyray.refs import DynamicObjectRefGenerator, ObjectRef, ObjectRefGenerator

__version__ = "0.1.0"

__all__ = [
    "DynamicObjectRefGenerator",
    "ObjectRef",
    "ObjectRefGenerator",
    "RayContext",
    "RuntimeContext",
    "available_resources",
    "cancel",
    "cluster_resources",
    "exceptions",
    "exit_actor",
    "free",
    "get",
    "get_actor",
    "get_gpu_ids",
    "get_runtime_context",
    "init",
    "is_initialized",
    "kill",
    "list_named_actors",
    "method",
    "nodes",
    "put",
    "remote",
    "shutdown",
    "timeline",
    "wait",
]

# Modules that are there after `import ray` alone; imported when they are asked for.
_LATE = ("dag", "util")

# What Ray's init takes beside our own and what makes no difference here.
_IGNORED = frozenset(
    (
        "cgroup_path",
        "configure_logging",
        "dashboard_host",
        "dashboard_port",
        "include_dashboard",
        "job_config",
        "labels",
        "logging_config",
        "logging_format",
        "logging_level",
        "object_spilling_directory",
        "proxy_server_url",
        "_driver_object_store_memory",
        "_enable_object_reconstruction",
        "_memory",
        "_metrics_export_port",
        "_node_ip_address",
        "_node_name",
        "_plasma_directory",
        "_redis_max_memory",
        "_redis_password",
        "_redis_username",
        "_skip_env_hook",
        "_system_config",
        "_temp_dir",
        "_tracing_startup_hook",
        "storage",
        "enable_resource_isolation",
        "_cgroup_path",
        "system_reserved_cpu",
        "system_reserved_memory",
    )
)

_told: set[str] = set()


def init(
    address: str | None = None,
    *,
    num_cpus: float | None = None,
    num_gpus: float | None = None,
    resources: dict[str, float] | None = None,
    namespace: str | None = None,
    local_mode: bool = False,
    ignore_reinit_error: bool = False,
    log_to_driver: bool = True,
    memory: int | None = None,
    object_store_memory: int | None = None,
    runtime_env: dict[str, Any] | None = None,
    **others: Any,
) -> RayContext:
    """Begin a session on this machine; every keyword of Ray's `init` is accepted."""
    from polyray.hub import Hub
    from polyray.node import Node
    from polyray.options import whole_env
    from polyray.scheduler import Resources

    if local_mode:
        raise RuntimeError("local_mode is no longer supported")
    _check_others(others)
    runtime_env = whole_env(runtime_env or {})
    _check_address(address)
    if current.peek() is not None:
        if ignore_reinit_error:
            return _context(current.peek())
        raise RuntimeError("there is a session already; ignore_reinit_error=True goes on with it")
    cpus = _cpus() if num_cpus is None else num_cpus
    total = _total(cpus, num_gpus, resources, memory, object_store_memory)
    namespace = namespace or os.urandom(8).hex()
    node = Node(
        max(1, int(cpus)), log_to_driver=log_to_driver, namespace=namespace, env=runtime_env
    )
    hub = Hub(node, Resources(total), namespace)
    for _ in range(int(cpus)):
        node.spawn(env_key=None, env=None, actor=None)
    current.become(hub)
    return _context(hub)


@overload
def timeline(filename: None = None) -> list[dict[str, Any]]: ...
@overload
def timeline(filename: str) -> None: ...
def timeline(filename: str | None = None) -> list[dict[str, Any]] | None:
    """What has run as a Chrome trace, in a file or as a list of its events.

    Raises RuntimeError where the session notes none: see POLYRAY_TIMELINE in the README.
    """
    import json

    from polyray.events import VARIABLE, chrome

    events = current.session().ask("timeline")
    if events is None:
        raise RuntimeError("the session notes no calls: set {}=1 before init".format(VARIABLE))
    if filename is None:
        return json.loads(chrome(events))["traceEvents"]
    with open(filename, "w") as file:
        file.write(chrome(events))
    return None


def _check_address(address: str | None) -> None:
    """Refuse to join anything: as Ray where it looks for a cluster and there is none."""
    if address == "auto":
        raise ConnectionError("no cluster runs here: polyray has sessions of one machine only")
    if address not in (None, "local"):
        raise NotImplementedError(
            "init(address={!r}): polyray joins no cluster, its sessions are of one machine".format(
                address
            )
        )


def _check_others(others: dict[str, Any]) -> None:
    """Refuse what Ray would refuse; name what makes no difference here, once."""
    unknown = sorted(set(others) - _IGNORED)
    if unknown:
        raise RuntimeError("unknown keyword arguments: {}".format(", ".join(unknown)))
    new = sorted(name for name in others if name not in _told and others[name] is not None)
    if new:
        import logging

        _told.update(new)
        logging.getLogger("polyray").warning("init: ignored here: %s", ", ".join(new))


def _total(
    cpus: float,
    gpus: float | None,
    resources: dict[str, float] | None,
    memory: int | None,
    store_memory: int | None,
) -> dict[str, float]:
    """All resources of a session; the share of shared memory is the store's limit."""
    memory = memory or _memory_bytes()
    store.limit_bytes = store_memory or int(memory * 0.3)
    total = {"CPU": cpus, "memory": memory, "object_store_memory": store.limit_bytes}
    if gpus:
        total["GPU"] = gpus
    total.update(resources or {})
    return total


def _cpus() -> int:
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:
        return os.cpu_count() or 1


def _memory_bytes() -> int:
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2
    except (AttributeError, OSError, ValueError):
        return 2**31


def _context(hub: Any) -> RayContext:
    return RayContext(
        node_id="{:056x}".format(1),
        address="local",
        namespace=hub.namespace,
        session_dir=str(hub.node.folder),
        python_version=".".join(map(str, __import__("sys").version_info[:3])),
        ray_version=__version__,
        webui_url="",
    )


def __getattr__(name: str) -> Any:
    if name in _LATE:
        return importlib.import_module("polyray." + name)
    return absent.stand_in(__name__, name, absent.RAY)


def shutdown(_exiting_interpreter: bool = False, *, wait_for_processes: bool = True) -> None:
    """End the session; its workers are gone when this returns."""
    session = current.peek()
    if session is not None and session.is_driver:
        current.become(None)
        session.close()


def is_initialized() -> bool:
    """Is there a session?"""
    return current.peek() is not None


def _asked(verb: str) -> Any:
    session = current.peek()
    if session is None:
        raise RaySystemError("there is no session yet: call init()")
    return session.ask(verb)


def cluster_resources() -> dict[str, float]:
    """All resources of the session, by name."""
    return _asked("cluster_resources")


def available_resources() -> dict[str, float]:
    """Those of them that are free now."""
    return _asked("available_resources")


def nodes() -> list[dict[str, Any]]:
    """The machines: this one."""
    found = cluster_resources()
    return [
        {
            "NodeID": "{:056x}".format(1),
            "Alive": True,
            "Resources": found,
            "NodeManagerHostname": "localhost",
        }
    ]


current.begin_with(init)
atexit.register(shutdown)
