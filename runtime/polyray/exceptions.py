"""What polyray raises, by the names and in the hierarchy of `ray.exceptions`.

Owns how an exception of a task crosses to whoever asks for its result. Source of the hierarchy:
the documented classes of Ray 2.60.
"""

from __future__ import annotations

import traceback
from typing import Any


class RayError(Exception):
    """Base of all errors of the runtime."""


class RayTaskError(RayError):
    """A task or method raised; `cause` is what it raised, `traceback_str` where."""

    def __init__(
        self,
        function_name: str = "",
        traceback_str: str = "",
        cause: BaseException | None = None,
        pid: int = 0,
    ) -> None:
        self.function_name = function_name
        self.traceback_str = traceback_str
        self.cause = cause
        self.pid = pid
        self.args = (function_name, traceback_str, cause, pid)

    def __str__(self) -> str:
        return self.traceback_str or "{}() failed".format(self.function_name)

    def __reduce__(self) -> tuple[Any, ...]:
        return (_task_error, (self.function_name, self.traceback_str, self.cause, self.pid))

    def as_instanceof_cause(self) -> RayTaskError:
        """This error, also an instance of the class of its cause where that can be derived from."""
        return _dual(self)


class WorkerCrashedError(RayError):
    """The process of a task ended while it ran."""


class TaskCancelledError(RayError):
    """A task was cancelled before or while it ran."""


class RayActorError(RayError):
    """An actor cannot answer."""


class ActorDiedError(RayActorError):
    """An actor is dead and will not be started again."""


class ActorUnavailableError(RayActorError):
    """An actor died during this call and is being started again."""


class RaySystemError(RayError):
    """The runtime itself failed, or was asked too early."""


class ObjectStoreFullError(RayError):
    """There is no room for a large object."""


class OutOfDiskError(RayError):
    """There is no room to spill a large object to."""


class OutOfMemoryError(RayError):
    """A task was ended because memory ran out."""


class NodeDiedError(RayError):
    """The machine of a task or object is gone."""


class ObjectLostError(RayError):
    """An object cannot be had any more."""


class ObjectFetchTimedOutError(ObjectLostError):
    """An object did not arrive in time."""


class ReferenceCountingAssertionError(ObjectLostError, AssertionError):
    """An object was gone although somebody still referred to it."""


class ObjectFreedError(ObjectLostError):
    """An object was freed with `free`."""


class ObjectCorruptedError(ObjectLostError):
    """What lies in shared memory is not what was written there; polyray's own, Ray has none."""


class OwnerDiedError(ObjectLostError):
    """The process that made an object has died."""


class ObjectReconstructionFailedError(ObjectLostError):
    """A lost object could not be made again."""


class GetTimeoutError(RayError, TimeoutError):
    """`get` waited as long as it was told to."""


class AsyncioActorExit(RayError):
    """An asyncio actor ends itself."""


class RuntimeEnvSetupError(RayError):
    """The environment that a task asked for could not be made."""


class TaskPlacementGroupRemoved(RayError):
    """The placement group of a task was removed."""


class ActorPlacementGroupRemoved(RayError):
    """The placement group of an actor was removed."""


class PendingCallsLimitExceeded(RayError):
    """An actor has as many calls waiting as its `max_pending_calls` allows."""


class TaskUnschedulableError(RayError):
    """A task asks for what no node has."""


class ActorUnschedulableError(RayError):
    """An actor asks for what no node has."""


class ObjectRefStreamEndOfStreamError(RayError):
    """A generator task has no further items."""


class UnserializableException(RayError):
    """An exception arrived that cannot be made again from what was pickled."""


class ActorAlreadyExistsError(ValueError, RayError):
    """A named actor of that name lives already."""


class ActorHandleNotFoundError(ValueError, RayError):
    """No actor has that handle."""


class ActorClassInheritanceException(TypeError):
    """A remote class was used as a base class."""


class CrossLanguageError(RayError):
    """An error of a worker in another language; never raised here."""


# Those that follow are never raised here: programs name them where they catch.


class AuthenticationError(RayError):
    """A cluster wants a token."""


class LocalRayletDiedError(RayError):
    """A daemon of Ray's on this machine has died."""


class PlasmaObjectNotAvailable(RayError):
    """An object is not in Ray's store yet."""


class RpcError(RayError):
    """A call between Ray's processes failed."""


class UserCodeException(RayError):
    """Code of the user failed inside of a library."""


class OufOfBandObjectRefSerializationException(RayError):  # spelt as in Ray
    """A reference was pickled where that is forbidden."""


class StreamingGeneratorReplayInconsistentError(RaySystemError):
    """A generator that ran again yielded something else."""


class RayChannelError(RaySystemError):
    """A channel of a compiled graph is broken."""


class RayChannelTimeoutError(RayChannelError, TimeoutError):
    """A channel of a compiled graph was silent."""


class RayCgraphCapacityExceeded(RaySystemError):
    """A compiled graph holds as many results as it may."""


class RayDirectTransportError(RaySystemError):
    """An object on a device could not be sent."""


_duals: dict[type, type[RayTaskError] | None] = {}


def _dual(error: RayTaskError) -> RayTaskError:
    """`error` as an instance of a class derived from RayTaskError and the class of its cause."""
    cause_class = type(error.cause)
    if not isinstance(error.cause, BaseException) or isinstance(error.cause, RayTaskError):
        return error
    dual = _duals.get(cause_class)
    if dual is None:
        dual = _duals[cause_class] = _dual_class(cause_class)
    if dual is None:
        return error
    made = dual.__new__(dual)
    RayTaskError.__init__(made, error.function_name, error.traceback_str, error.cause, error.pid)
    return made


def _dual_class(cause_class: type) -> type[RayTaskError] | None:
    """None where Python refuses to derive from both."""
    name = "RayTaskError({})".format(cause_class.__name__)

    def getattr_of_cause(self: Any, attribute: str) -> Any:
        cause = self.__dict__.get("cause")
        if cause is None or attribute.startswith("__"):
            raise AttributeError(attribute)
        return getattr(cause, attribute)

    body: dict[str, Any] = {
        "__getattr__": getattr_of_cause,
        "__init__": RayTaskError.__init__,
        "__str__": RayTaskError.__str__,
        "__reduce__": RayTaskError.__reduce__,
        "__module__": __name__,
    }
    try:
        made: type[RayTaskError] = type(name, (RayTaskError, cause_class), body)
        made.__new__(made)
    except TypeError:
        return None
    return made


def _task_error(
    function_name: str, traceback_str: str, cause: BaseException | None, pid: int
) -> RayTaskError:
    """What a pickled task error becomes again, with both of its classes."""
    return RayTaskError(function_name, traceback_str, cause, pid).as_instanceof_cause()


def describe(error: BaseException, name: str, pid: int) -> str:
    """The text that a reader sees of an exception in a task: where it ran and its traceback."""
    lines = traceback.format_exception(type(error), error, error.__traceback__)
    return "{}() (pid={})\n{}".format(name, pid, "".join(lines).rstrip())
