"""What Ray has in `ray.util`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from polyray import current, serialize
from polyray.util.actor_pool import ActorPool

T = TypeVar("T")

__all__ = ["ActorPool", "deregister_serializer", "register_serializer"]


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
