"""What Ray has in `ray.util`."""

from polyray import current, serialize
from polyray.util.actor_pool import ActorPool

__all__ = ["ActorPool", "deregister_serializer", "register_serializer"]


def register_serializer(cls, *, serializer, deserializer):
    """Send instances of exactly this class through a pair of functions; workers hear of it too."""
    serialize.register(cls, serializer, deserializer)
    session = current.peek()
    if session is not None and session.is_driver:
        session.tell_serializers()


def deregister_serializer(cls):
    """Forget the pair of a class."""
    serialize.deregister(cls)
