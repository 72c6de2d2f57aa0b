"""Ships, tugs, berths and a tide, event by event: callbacks, a heap, objects that change state."""

import heapq
from collections import deque

SIZES = {"small": 500, "large": 5000}  # ships

HIGH_WATER = 360  # minutes from one turn of the tide to the next
DEEP = 9  # metres of draught that need high water


class Clock:
    """Runs callbacks in order of time, and of scheduling where times are equal."""

    def __init__(self):
        self.now = 0
        self.events = []
        self.scheduled = 0

    def after(self, delay, action):
        self.scheduled += 1
        heapq.heappush(self.events, (self.now + delay, self.scheduled, action))

    def run(self):
        while self.events:
            self.now, _, action = heapq.heappop(self.events)
            action()


class Pool:
    """A number of equal things that are lent out, first come first served."""

    def __init__(self, count):
        self.free = count
        self.queue = deque()
        self.longest_queue = 0

    def borrow(self, action):
        if self.free:
            self.free -= 1
            action()
        else:
            self.queue.append(action)
            self.longest_queue = max(self.longest_queue, len(self.queue))

    def give_back(self):
        if self.queue:
            self.queue.popleft()()
        else:
            self.free += 1


class Tide:
    def __init__(self, clock):
        self.clock = clock
        self.is_high = False
        self.waiting = []

    def turn(self):
        self.is_high = not self.is_high
        if self.is_high:
            released, self.waiting = self.waiting, []
            for action in released:
                action()

    def when_high(self, action):
        if self.is_high:
            action()
        else:
            self.waiting.append(action)


class Harbour:
    def __init__(self):
        self.clock = Clock()
        self.tide = Tide(self.clock)
        self.tugs = Pool(3)
        self.berths = Pool(8)
        self.expected = 0
        self.departed = []

    def expect(self, arrivals):
        """Announce ships as (minutes since the one before, draught, containers)."""
        self.expected = len(arrivals)
        time = 0
        for gap, draught, containers in arrivals:
            time += gap
            self.clock.after(time, Ship(self, draught, containers).arrive)

    def turn_tide(self):
        """Turn it again and again until the last ship has left."""
        if len(self.departed) < self.expected:
            self.tide.turn()
            self.clock.after(HIGH_WATER, self.turn_tide)


class Ship:
    """Each method is one step of a call at the port, and names the next."""

    def __init__(self, harbour, draught, containers):
        self.harbour = harbour
        self.clock = harbour.clock
        self.draught = draught
        self.containers = containers
        self.arrived = self.moored = self.left = 0

    def arrive(self):
        self.arrived = self.clock.now
        self.harbour.berths.borrow(self.await_tide)

    def await_tide(self):
        if self.draught >= DEEP:
            self.harbour.tide.when_high(self.call_tug)
        else:
            self.call_tug()

    def call_tug(self):
        self.harbour.tugs.borrow(self.enter)

    def enter(self):
        self.clock.after(20 + self.draught, self.moor)

    def moor(self):
        self.harbour.tugs.give_back()
        self.moored = self.clock.now
        self.unload()

    def unload(self):
        """One crane lift at a time: this is where most events come from."""
        if self.containers:
            self.containers -= 1
            self.clock.after(3 + self.containers % 4, self.unload)
        else:
            self.harbour.tugs.borrow(self.put_out)

    def put_out(self):
        self.clock.after(15, self.leave)

    def leave(self):
        self.left = self.clock.now
        self.harbour.tugs.give_back()
        self.harbour.berths.give_back()
        self.harbour.departed.append(self)


def setup(size):
    arrivals, value = [], 20261
    for _ in range(size):
        value = value * 48271 % 2147483647
        arrivals.append((value % 51, value // 64 % 8 + 4, value // 1024 % 30 + 5))
    return arrivals


def run(arrivals):
    harbour = Harbour()
    harbour.expect(arrivals)
    harbour.turn_tide()
    harbour.clock.run()
    checksum = harbour.berths.longest_queue * 31 + harbour.tugs.longest_queue
    for ship in harbour.departed:
        step = (ship.moored - ship.arrived) * 7 + ship.left
        checksum = (checksum * 31 + step) % 1000000007
    return checksum
