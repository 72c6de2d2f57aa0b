"""What a session tells about itself, and what code can ask about where it runs."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from polyray import current

if TYPE_CHECKING:
    from polyray.actor import ActorHandle
    from polyray.session import Session


class RayContext(dict[str, Any]):
    """What `init` returns: facts about the session, and its end when used in a `with`."""

    def __enter__(self) -> RayContext:
        return self

    def __exit__(self, *_: object) -> None:
        self.disconnect()

    def disconnect(self) -> None:
        """End the session."""
        from polyray import shutdown

        shutdown()

    @property
    def address_info(self) -> dict[str, Any]:
        """The same facts as a dict."""
        return dict(self)

    @property
    def dashboard_url(self) -> str:
        """Empty: there is none."""
        return ""


class RuntimeContext:
    """Where the code that asks runs."""

    def __init__(self, session: Session) -> None:
        self._session = session

    @property
    def _executor(self) -> Any:
        return self._session.executor

    def get_job_id(self) -> str:
        """The id of the session, in hexadecimal digits."""
        return "01000000"

    def get_node_id(self) -> str:
        """The id of the machine, in hexadecimal digits."""
        return "{:056x}".format(1)

    def get_worker_id(self) -> str:
        """An id of this process, in hexadecimal digits."""
        return "{:056x}".format(os.getpid())

    def get_task_id(self) -> str | None:
        """The id of the running call in hexadecimal digits; None in the driver."""
        executor = self._executor
        if executor is None:
            return None
        return "{:024x}{:024x}".format(os.getpid(), (executor.number() + 1) % (1 << 96))

    def get_actor_id(self) -> str | None:
        """The id of the actor in hexadecimal digits; None outside of one."""
        executor = self._executor
        if executor is None or executor.actor_id is None:
            return None
        return executor.actor_id.hex()

    def get_actor_name(self) -> str | None:
        """The name of the actor; None outside of one."""
        executor = self._executor
        if executor is None or executor.actor_id is None:
            return None
        return executor.actor_name or ""

    @property
    def current_actor(self) -> ActorHandle:
        """A handle of the actor in which this code runs."""
        from polyray.actor import ActorHandle

        identity = self._executor.actor_id if self._executor is not None else None
        if identity is None:
            raise RuntimeError("this code does not run in an actor")
        name, methods, _, _ = self._session.ask("actor_by_id", identity)
        return ActorHandle(identity, None, name, methods)

    @property
    def namespace(self) -> str:
        """Where names of actors belong if nothing else is said."""
        return self._session.namespace

    @property
    def was_current_actor_reconstructed(self) -> bool:
        """Has the actor been started before?"""
        executor = self._executor
        return executor is not None and executor.actor_id is not None and executor.times_started > 0

    def is_canceled(self) -> bool:
        """Was the running call cancelled?"""
        executor = self._executor
        if executor is None:
            return False
        return self._session.ask("is_cancelled", executor.number())

    def get_accelerator_ids(self) -> dict[str, list[str]]:
        """None of them: GPUs are counted, not found."""
        return {"GPU": []}

    def get_assigned_resources(self) -> dict[str, float]:
        """What the running call holds; not told apart here."""
        return {}

    def get_runtime_env_string(self) -> str:
        """The environment of this worker."""
        return "{}"


def get_runtime_context() -> RuntimeContext:
    """Where this code runs; begins a session where there is none."""
    return RuntimeContext(current.session())


def get_gpu_ids() -> list[int]:
    """GPUs of the running call: counted, never found, so none."""
    return []
