"""A pool of actors that are given work as they become free."""

import polyray as ray


class ActorPool:
    """Work for a fixed set of actors. `fn(actor, value)` submits and returns a reference."""

    def __init__(self, actors):
        self._idle = list(actors)
        self._actor_of = {}  # reference -> actor
        self._number_of = {}  # reference -> place in the order of submission
        self._ref_at = {}
        self._next_submitted = 0
        self._next_returned = 0
        self._waiting = []

    def submit(self, fn, value):
        """Give the value to an idle actor, or to the first that becomes idle."""
        if not self._idle:
            self._waiting.append((fn, value))
            return
        actor = self._idle.pop()
        ref = fn(actor, value)
        self._actor_of[ref] = actor
        self._number_of[ref] = self._next_submitted
        self._ref_at[self._next_submitted] = ref
        self._next_submitted += 1

    def has_next(self):
        """Is any result still to come?"""
        return bool(self._actor_of)

    def has_free(self):
        """Could a value be submitted that runs at once?"""
        return bool(self._idle) and not self._waiting

    def get_next(self, timeout=None, ignore_if_timedout=False):
        """The next result in the order of submission; raises StopIteration or TimeoutError."""
        if not self.has_next():
            raise StopIteration("no more results")
        ref = self._ref_at[self._next_returned]
        if timeout is not None and not ray.wait([ref], timeout=timeout)[0]:
            if not ignore_if_timedout:
                raise TimeoutError("no result within the timeout")
            self._forget(ref)
            return None
        self._next_returned += 1
        self._forget(ref)
        return ray.get(ref)

    def get_next_unordered(self, timeout=None, ignore_if_timedout=False):
        """Whichever result comes first; raises StopIteration or TimeoutError."""
        if not self.has_next():
            raise StopIteration("no more results")
        ready, _ = ray.wait(list(self._actor_of), timeout=timeout)
        if not ready:
            if not ignore_if_timedout:
                raise TimeoutError("no result within the timeout")
            return None
        ref = ready[0]
        self._next_returned = max(self._next_returned, self._number_of[ref] + 1)
        self._forget(ref)
        return ray.get(ref)

    def _forget(self, ref):
        actor = self._actor_of.pop(ref)
        self._ref_at.pop(self._number_of.pop(ref), None)
        self._idle.append(actor)
        if self._waiting:
            self.submit(*self._waiting.pop(0))

    def map(self, fn, values):
        """Results in the order of the values, as an iterator."""
        for value in values:
            self.submit(fn, value)
        while self.has_next():
            yield self.get_next()

    def map_unordered(self, fn, values):
        """Results in the order in which they come."""
        for value in values:
            self.submit(fn, value)
        while self.has_next():
            yield self.get_next_unordered()

    def push(self, actor):
        """One more actor."""
        self._idle.append(actor)
        if self._waiting:
            self.submit(*self._waiting.pop(0))

    def pop_idle(self):
        """Take an idle actor out of the pool; None if there is none."""
        return self._idle.pop() if self.has_free() else None
