"""A queue that many processes share: an actor with an asyncio queue."""

import asyncio
from queue import Empty, Full

import polyray as ray

__all__ = ["Empty", "Full", "Queue"]


class _Keeper:
    def __init__(self, maxsize):
        self.queue = asyncio.Queue(maxsize)

    def qsize(self):
        return self.queue.qsize()

    async def put(self, items, timeout):
        try:
            for item in items:
                await asyncio.wait_for(self.queue.put(item), timeout)
        except asyncio.TimeoutError:
            return False
        return True

    async def get(self, timeout):
        try:
            return True, await asyncio.wait_for(self.queue.get(), timeout)
        except asyncio.TimeoutError:
            return False, None

    def put_now(self, items):
        if self.queue.maxsize and self.queue.qsize() + len(items) > self.queue.maxsize:
            return False
        for item in items:
            self.queue.put_nowait(item)
        return True

    def get_now(self, count):
        if self.queue.qsize() < count:
            return False, None
        return True, [self.queue.get_nowait() for _ in range(count)]


class Queue:
    """A first-in, first-out queue; `maxsize` 0 is no limit."""

    def __init__(self, maxsize=0, actor_options=None):
        self.maxsize = maxsize
        self.actor = ray.remote(_Keeper).options(**(actor_options or {})).remote(maxsize)

    def qsize(self):
        """How many items are in it."""
        return ray.get(self.actor.qsize.remote())

    __len__ = size = qsize

    def empty(self):
        """Is nothing in it?"""
        return self.qsize() == 0

    def full(self):
        """Is there no room?"""
        return bool(self.maxsize) and self.qsize() >= self.maxsize

    def put(self, item, block=True, timeout=None):
        """Add an item; raises Full."""
        self._added(
            self.actor.put.remote([item], timeout) if block else self.actor.put_now.remote([item])
        )

    def put_nowait(self, item):
        """Add an item if there is room; raises Full."""
        self.put(item, block=False)

    def put_nowait_batch(self, items):
        """Add all items or none; raises Full."""
        self._added(self.actor.put_now.remote(list(items)))

    def _added(self, ref):
        if not ray.get(ref):
            raise Full

    def get(self, block=True, timeout=None):
        """Take the oldest item; raises Empty."""
        if not block:
            return self.get_nowait_batch(1)[0]
        good, item = ray.get(self.actor.get.remote(timeout))
        if not good:
            raise Empty
        return item

    def get_nowait(self):
        """Take the oldest item if there is one; raises Empty."""
        return self.get(block=False)

    def get_nowait_batch(self, num_items):
        """Take so many items or none; raises Empty."""
        good, items = ray.get(self.actor.get_now.remote(num_items))
        if not good:
            raise Empty
        return items

    async def put_async(self, item, block=True, timeout=None):
        """As `put`, awaited."""
        if not await (
            self.actor.put.remote([item], timeout) if block else self.actor.put_now.remote([item])
        ):
            raise Full

    async def get_async(self, block=True, timeout=None):
        """As `get`, awaited."""
        if not block:
            good, items = await self.actor.get_now.remote(1)
            item = items[0] if good else None
        else:
            good, item = await self.actor.get.remote(timeout)
        if not good:
            raise Empty
        return item

    def shutdown(self, force=False, grace_period_s=5):
        """End its actor."""
        if self.actor is not None:
            ray.kill(self.actor)
        self.actor = None
