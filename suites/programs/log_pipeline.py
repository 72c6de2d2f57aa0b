"""Log lines to sessions to a report: a chain of generators over dataclasses, as scripts do it."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field

SIZES = {"small": 3000, "large": 30000}  # lines

PAUSE_S = 900  # a visitor who was away for longer begins a new session


@dataclass(frozen=True)
class Request:
    time_s: int
    visitor: str
    verb: str
    path: str
    status: int
    duration_us: int

    @property
    def failed(self):
        return self.status >= 500


@dataclass
class Session:
    visitor: str
    requests: list[Request] = field(default_factory=list)

    @property
    def length_s(self):
        return self.requests[-1].time_s - self.requests[0].time_s

    def is_over(self, time_s):
        return time_s - self.requests[-1].time_s > PAUSE_S


@dataclass
class Summary:
    sessions: int = 0
    bounces: int = 0
    total_s: int = 0
    entries: Counter = field(default_factory=Counter)
    durations_us: defaultdict = field(default_factory=lambda: defaultdict(list))

    def add(self, session):
        self.sessions += 1
        self.bounces += len(session.requests) == 1
        self.total_s += session.length_s
        self.entries[session.requests[0].path] += 1
        for request in session.requests:
            self.durations_us[request.path].append(request.duration_us)


def setup(size):
    lines, value, time_s = [], 20261, 0
    for number in range(size):
        value = value * 48271 % 2147483647
        time_s += value % 23
        hours, minutes, seconds = time_s // 3600, time_s // 60 % 60, time_s % 60
        visitor = f"10.0.{value // 32 % 4}.{value // 128 % 25}"
        area = ("shop", "help", "news")[value // 512 % 3]
        status = (200, 200, 200, 404, 500)[value // 1024 % 5]
        clock = f"{hours:02d}:{minutes:02d}:{seconds:02d}"
        target = f"/{area}/{value % 8}?ref={number}"
        lines.append(f"{clock} {visitor} GET {target} {status} {value % 90000}us")
        if value % 50 == 0:
            lines.append("# restarted")
    return lines


def without_noise(lines):
    for line in map(str.strip, lines):
        if line and not line.startswith("#"):
            yield line


def seconds_of(clock):
    """Hours count from the start of the log, so they may pass 24."""
    hours, minutes, seconds = clock.split(":")
    return int(hours) * 3600 + int(minutes) * 60 + int(seconds)


def parsed(lines):
    for line in lines:
        clock, visitor, verb, target, status, duration = line.split()
        path, _, _ = target.partition("?")
        microseconds = int(duration[: -len("us")])
        yield Request(seconds_of(clock), visitor, verb, path, int(status), microseconds)


def successful(requests):
    return (request for request in requests if not request.failed)


def sessions_of(requests):
    """Yield each visitor's sessions as they end, and at last those still open."""
    opened = {}
    for request in requests:
        session = opened.get(request.visitor)
        if session is not None and session.is_over(request.time_s):
            yield opened.pop(request.visitor)
            session = None
        if session is None:
            session = opened[request.visitor] = Session(request.visitor)
        session.requests.append(request)
    yield from opened.values()


def percentile(numbers, percent):
    return sorted(numbers)[(len(numbers) - 1) * percent // 100]


def report(summary):
    yield f"{summary.sessions} sessions, {summary.bounces} bounces"
    yield f"mean length {summary.total_s // summary.sessions} s"
    for path, durations_us in sorted(summary.durations_us.items()):
        median, slow = percentile(durations_us, 50), percentile(durations_us, 95)
        yield f"{path:<12} {len(durations_us):>6} {median:>8} {slow:>8} {max(durations_us):>8}"
    for path, count in sorted(summary.entries.items(), key=lambda entry: (-entry[1], entry[0])):
        yield f"{path:<12} {count:>6}"


def run(lines):
    summary = Summary()
    for session in sessions_of(successful(parsed(without_noise(lines)))):
        summary.add(session)
    checksum = 0
    for line in report(summary):
        for letter in line:
            checksum = (checksum * 31 + ord(letter)) % 1000000007
    return checksum
