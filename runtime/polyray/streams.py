"""What a generator task has yielded so far. Owns the order of items and the end."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any

from polyray import serialize
from polyray.refs import PENDING, ObjectRef

if TYPE_CHECKING:
    from polyray.session import Session


class Stream:
    """References to the items of one generator task, as they come."""

    def __init__(self, session: Session, task: ObjectRef[Any]) -> None:
        self.session = session
        self.task = task  # the reference of the call itself: it is ready at the end
        self.items: deque[ObjectRef[Any]] = deque()
        self.failed: Any = None
        self.ended = False

    def add(self, value: Any) -> None:
        """An item has come. The session's lock is held."""
        ref: ObjectRef[Any] = ObjectRef()
        ref._value = value
        self.items.append(ref)

    def end(self, failure: Any) -> None:
        """There are no more, because of a failure or not."""
        if not self.ended:
            self.ended = True
            self.failed = failure

    def _settled(self) -> bool:
        if self.items:
            return True
        value = self.task._value
        if type(value) not in PENDING:
            self.end(value if serialize.is_failure(value) else None)
        return self.ended

    def take(self, deadline: float | None) -> ObjectRef[Any]:
        """The next reference; raises StopIteration at the end. A failure is the last item."""
        self.session.wait_for(self._settled, deadline)
        ref = self._next()
        if ref is None:
            raise StopIteration
        return ref

    def _next(self) -> ObjectRef[Any] | None:
        if self.items:
            return self.items.popleft()
        if self.failed is not None:
            ref: ObjectRef[Any] = ObjectRef()
            ref._value, self.failed = self.failed, None
            self.session.looked_at((self.task,))
            return ref
        return None

    async def take_later(self) -> ObjectRef[Any] | None:
        """The next reference, awaited; None at the end."""
        import asyncio

        while not self._settled():
            self.session.nudge()
            await asyncio.sleep(0.002)
        return self._next()
