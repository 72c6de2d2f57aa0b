"""What Ray has in `ray.util`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from polyray import absent, current, serialize
from polyray.api import list_named_actors
from polyray.util.actor_pool import ActorPool
from polyray.util.check_serialize import inspect_serializability
from polyray.util.helpers import as_completed, map_unordered
from polyray.util.placement_group import (
    get_placement_group,
    placement_group,
    placement_group_table,
    remove_placement_group,
)

T = TypeVar("T")

__all__ = [
    "ActorPool",
    "as_completed",
    "deregister_serializer",
    "get_node_ip_address",
    "get_placement_group",
    "inspect_serializability",
    "list_named_actors",
    "map_unordered",
    "placement_group",
    "placement_group_table",
    "register_serializer",
    "remove_placement_group",
]


def register_serializer(
    cls: type[T], *, serializer: Callable[[T], Any], deserializer: Callable[[Any], T]
) -> None:
    """Send instances of exactly this class through a pair of functions; workers hear of it too."""
    serialize.register(cls, serializer, deserializer)
    session = current.peek()
    if session is not None:
        session.tell_serializers()


def deregister_serializer(cls: type) -> None:
    """Forget the pair of a class."""
    serialize.deregister(cls)


def get_node_ip_address() -> str:
    """The address of the machine, which nothing outside of it is told."""
    return "127.0.0.1"


def __getattr__(name: str) -> Any:
    return absent.stand_in(__name__, name, absent.UTIL)
