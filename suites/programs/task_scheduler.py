"""Cooperating tasks over channels on an own scheduler: async and await, queues and virtual time."""

import heapq
from collections import deque

SIZES = {"small": 1500, "large": 15000}  # parcels

BAKERS = 3
CAPACITY = 4


class Suspend:
    """Awaiting it hands the waiting task to `park`, and returns what the task is woken with."""

    def __init__(self, park):
        self.park = park

    def __await__(self):
        return (yield self.park)


class Scheduler:
    def __init__(self):
        self.now = 0
        self.ready = deque()
        self.sleeping = []
        self.naps = 0
        self.switches = 0

    def start(self, task):
        self.wake(task, None)

    def wake(self, task, value):
        self.ready.append((task, value))

    def sleep(self, duration):
        return Suspend(lambda task: self.lay_down(task, duration))

    def lay_down(self, task, duration):
        self.naps += 1
        heapq.heappush(self.sleeping, (self.now + duration, self.naps, task))

    def run(self):
        """Run until every task has ended or waits for one that never comes."""
        while self.ready or self.sleeping:
            if not self.ready:
                self.now, _, task = heapq.heappop(self.sleeping)
                self.wake(task, None)
            self.resume(*self.ready.popleft())

    def resume(self, task, value):
        self.switches += 1
        try:
            park = task.send(value)
        except StopIteration:
            return
        park(task)


class Channel:
    """A queue between tasks: its senders wait while it is full, its receivers while it is empty."""

    def __init__(self, scheduler):
        self.scheduler = scheduler
        self.items = deque()
        self.senders = deque()
        self.receivers = deque()

    async def send(self, item):
        if len(self.items) >= CAPACITY:
            await Suspend(self.senders.append)
        self.items.append(item)
        if self.receivers:
            self.scheduler.wake(self.receivers.popleft(), None)

    async def receive(self):
        while not self.items:
            await Suspend(self.receivers.append)
        item = self.items.popleft()
        if self.senders:
            self.scheduler.wake(self.senders.popleft(), None)
        return item


class Bakery:
    """Orders go through a kneading and an oven stage to a counter that keeps the accounts."""

    def __init__(self):
        self.scheduler = Scheduler()
        self.orders = Channel(self.scheduler)
        self.dough = Channel(self.scheduler)
        self.shelf = Channel(self.scheduler)
        self.checksum = 0

    async def customers(self, parcels):
        for number, (gap, work) in enumerate(parcels):
            await self.scheduler.sleep(gap)
            await self.orders.send((number, work, self.scheduler.now))
        for _ in range(BAKERS):
            await self.orders.send(None)

    async def baker(self):
        while True:
            order = await self.orders.receive()
            if order is None:
                return await self.dough.send(None)
            number, work, ordered = order
            for _ in range(work % 4):
                await self.scheduler.sleep(work)
            await self.dough.send((number, ordered))

    async def oven(self):
        baking = BAKERS
        while baking:
            loaf = await self.dough.receive()
            if loaf is None:
                baking -= 1
            else:
                await self.scheduler.sleep(5)
                await self.shelf.send(loaf)
        await self.shelf.send(None)

    async def counter(self):
        while True:
            loaf = await self.shelf.receive()
            if loaf is None:
                return
            number, ordered = loaf
            waited = self.scheduler.now - ordered
            self.checksum = (self.checksum * 31 + number * 7 + waited) % 1000000007

    def open(self, parcels):
        for task in [self.oven(), self.counter(), self.customers(parcels)]:
            self.scheduler.start(task)
        for _ in range(BAKERS):
            self.scheduler.start(self.baker())
        self.scheduler.run()


def setup(size):
    parcels, value = [], 20261
    for _ in range(size):
        value = value * 48271 % 2147483647
        parcels.append((value % 11, value // 16 % 13 + 1))
    return parcels


def run(parcels):
    bakery = Bakery()
    bakery.open(parcels)
    return bakery.checksum * 1000000 + bakery.scheduler.switches
