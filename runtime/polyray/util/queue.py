"""A queue that many processes share: an actor with an asyncio queue."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from queue import Empty, Full
from typing import Any

import polyray as ray

__all__ = ["Empty", "Full", "Queue"]


class _Keeper:
    def __init__(self, maxsize: int) -> None:
        self.queue: asyncio.Queue[Any] = asyncio.Queue(maxsize)

    def qsize(self) -> int:
        return self.queue.qsize()

    async def put(self, items: list[Any], timeout: float | None) -> bool:
        try:
            for item in items:
                await asyncio.wait_for(self.queue.put(item), timeout)
        except asyncio.TimeoutError:
            return False
        return True

    async def get(self, timeout: float | None) -> tuple[bool, Any]:
        try:
            return True, await asyncio.wait_for(self.queue.get(), timeout)
        except asyncio.TimeoutError:
            return False, None

    def put_now(self, items: list[Any]) -> bool:
        if self.queue.maxsize and self.queue.qsize() + len(items) > self.queue.maxsize:
            return False
        for item in items:
            self.queue.put_nowait(item)
        return True

    def get_now(self, count: int) -> tuple[bool, Any]:
        if self.queue.qsize() < count:
            return False, None
        return True, [self.queue.get_nowait() for _ in range(count)]


class Queue:
    """A first-in, first-out queue; `maxsize` 0 is no limit."""

    def __init__(self, maxsize: int = 0, actor_options: dict[str, Any] | None = None) -> None:
        self.maxsize = maxsize
        self.actor: Any = ray.remote(_Keeper).options(**(actor_options or {})).remote(maxsize)

    def qsize(self) -> int:
        """How many items are in it."""
        return ray.get(self.actor.qsize.remote())

    __len__ = size = qsize

    def empty(self) -> bool:
        """Is nothing in it?"""
        return self.qsize() == 0

    def full(self) -> bool:
        """Is there no room?"""
        return bool(self.maxsize) and self.qsize() >= self.maxsize

    def put(self, item: Any, block: bool = True, timeout: float | None = None) -> None:
        """Add an item; raises Full."""
        self._added(
            self.actor.put.remote([item], timeout) if block else self.actor.put_now.remote([item])
        )

    def put_nowait(self, item: Any) -> None:
        """Add an item if there is room; raises Full."""
        self.put(item, block=False)

    def put_nowait_batch(self, items: Iterable[Any]) -> None:
        """Add all items or none; raises Full."""
        self._added(self.actor.put_now.remote(list(items)))

    def _added(self, ref: ray.ObjectRef[bool]) -> None:
        if not ray.get(ref):
            raise Full

    def get(self, block: bool = True, timeout: float | None = None) -> Any:
        """Take the oldest item; raises Empty."""
        if not block:
            return self.get_nowait_batch(1)[0]
        good, item = ray.get(self.actor.get.remote(timeout))
        if not good:
            raise Empty
        return item

    def get_nowait(self) -> Any:
        """Take the oldest item if there is one; raises Empty."""
        return self.get(block=False)

    def get_nowait_batch(self, num_items: int) -> list[Any]:
        """Take so many items or none; raises Empty."""
        good, items = ray.get(self.actor.get_now.remote(num_items))
        if not good:
            raise Empty
        return items

    async def put_async(self, item: Any, block: bool = True, timeout: float | None = None) -> None:
        """As `put`, awaited."""
        if not await (
            self.actor.put.remote([item], timeout) if block else self.actor.put_now.remote([item])
        ):
            raise Full

    async def get_async(self, block: bool = True, timeout: float | None = None) -> Any:
        """As `get`, awaited."""
        if not block:
            good, items = await self.actor.get_now.remote(1)
            item = items[0] if good else None
        else:
            good, item = await self.actor.get.remote(timeout)
        if not good:
            raise Empty
        return item

    def shutdown(self, force: bool = False, grace_period_s: float = 5) -> None:
        """End its actor."""
        if self.actor is not None:
            ray.kill(self.actor)
        self.actor = None
