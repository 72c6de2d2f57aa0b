"""Ray's own microbenchmark rows, on polyray or on Ray: `python -m polyray.microbenchmark`.

    --library ray     measure real Ray (it must be installed)
    --compare ray     both, in processes of their own that take turns, with their ratio;
    --compare pure    the same of polyray as it is and without a native route
    --processes N     so many of each (1); of their rates the median counts
    --rows GLOB       these rows only; --seconds S a round (2), --rounds N (4); --json

Source of rows and of the rule of timing: Ray 2.60, `ray microbenchmark`. A row's rate is the mean
of its rounds in one process: not an interval. The suite `runtime-bench` repeats whole processes.
"""

from __future__ import annotations

import argparse
import fnmatch
import importlib
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any

from polyray.benchmark_rows import ROWS, Bench, latencies_ns

Measured = tuple[str, float, float, "list[float] | None"]

PURE = "pure"
WARM_UP_S = 1.0
LATENCIES = 2000
LATENCIES_S = 10.0


def timed(
    call: Callable[[], object], multiplier: float, *, rounds: int, seconds: float
) -> list[float]:
    """Rates of so many rounds, by Ray's rule."""
    began, count = time.perf_counter(), 0
    while time.perf_counter() - began < min(WARM_UP_S, seconds):
        call()
        count += 1
    step = count // 10 + 1
    rates = []
    for _ in range(rounds):
        began, count = time.perf_counter(), 0
        while time.perf_counter() - began < seconds:
            for _ in range(step):
                call()
            count += step
        rates.append(multiplier * count / (time.perf_counter() - began))
    return rates


def percentiles(call: Callable[[], object]) -> list[float] | None:
    """Microseconds within which half, 95 and 99 of a hundred calls are over."""
    found = latencies_ns(call, LATENCIES, LATENCIES_S)  # type: ignore[no-untyped-call]
    return [one / 1e3 for one in found[0]] if found else None


def measure(
    library: str,
    patterns: Sequence[str],
    *,
    rounds: int,
    seconds: float,
    told: Callable[[Measured], object] = lambda _row: None,
) -> list[Measured]:
    """(row, mean rate, its spread, latencies of a synchronous row) of all rows that match."""
    ray = importlib.import_module(library)
    ray.init(resources={"custom": 100}, log_to_driver=False)
    bench = Bench(ray)  # type: ignore[no-untyped-call]
    found: list[Measured] = []
    for name, (make, multiplier) in ROWS.items():
        if any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns):
            call = make(bench)
            if call is None:
                continue
            rates = timed(call, multiplier, rounds=rounds, seconds=seconds)
            latencies = percentiles(call) if name.endswith("sync") and multiplier == 1 else None
            found.append((name, statistics.fmean(rates), statistics.pstdev(rates), latencies))
            told(found[-1])
    ray.shutdown()
    return found


def _by_turns(
    libraries: Sequence[str], arguments: argparse.Namespace
) -> list[dict[str, tuple[float, list[float] | None]]]:
    """(rate, latencies) of the rows of each library: medians of processes that take turns."""
    found: list[list[Any]] = [[] for _ in libraries]
    for _ in range(arguments.processes):
        for library, told in zip(libraries, found):
            told.append(_elsewhere(library, arguments))
    return [{name: _median([one[name] for one in told]) for name in told[0]} for told in found]


def _median(
    entries: Sequence[tuple[float, list[float] | None]],
) -> tuple[float, list[float] | None]:
    rates, late = zip(*entries)
    if None in late:
        return statistics.median(rates), None
    return statistics.median(rates), [statistics.median(part) for part in zip(*late)]


def _elsewhere(library: str, arguments: argparse.Namespace) -> dict[str, Any]:
    """The rows of a library in a process of its own."""
    own = {"POLYRAY_ACCEL": PURE} if library == PURE else {}
    words = [sys.executable, "-m", "polyray.microbenchmark", "--json"]
    words += ["--library", "polyray" if library == PURE else library]
    for pattern in arguments.rows:
        words += ["--rows", pattern]
    words += ["--rounds", str(arguments.rounds), "--seconds", str(arguments.seconds)]
    quiet = {"RAY_worker_niceness": "0", "RAY_USAGE_STATS_ENABLED": "0"}
    environment = {**os.environ, **quiet, **own}
    left = subprocess.run(words, stdout=subprocess.PIPE, env=environment, check=True)
    return {name: (rate, late) for name, rate, _, late in json.loads(left.stdout.splitlines()[-1])}


def _beside(name: str, ours: Any, theirs: Any) -> str:
    """Both libraries' rates and their ratio, and below them the latencies where there are any."""
    (rate, late), (their_rate, their_late) = ours, theirs
    line = "{:45} {:>12.4g} {:>12.4g} {:>9.2f}x".format(name, rate, their_rate, rate / their_rate)
    if late and their_late:
        line += "\n{:45} {:>12} {:>12}".format("  p50/p95/p99 us", _shown(late), _shown(their_late))
    return line


def _shown(latencies: Sequence[float]) -> str:
    return "/".join("{:.{}f}".format(one, int(one < 100)) for one in latencies)


def _told(entry: Measured) -> None:
    name, rate, spread, latencies = entry
    late = "  p50/p95/p99 {} us".format(_shown(latencies)) if latencies else ""
    print("{:45} {:>12.4g} +- {:.2g}{}".format(name, rate, spread, late), flush=True)


def main(words: list[str] | None = None) -> None:
    """The command."""
    parser = argparse.ArgumentParser(
        prog="polyray microbenchmark", description=__doc__.splitlines()[0]
    )
    parser.add_argument("--library", default="polyray")
    parser.add_argument("--compare", metavar="LIBRARY")
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--rows", action="append", metavar="GLOB")
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args(words)
    arguments.rows = arguments.rows or ["*"]
    if arguments.compare:
        ours, theirs = _by_turns(("polyray", arguments.compare), arguments)
        for name, mine in ours.items():
            print(_beside(name, mine, theirs[name]))
        return
    show = (lambda _row: None) if arguments.json else _told
    found = measure(
        arguments.library,
        arguments.rows,
        rounds=arguments.rounds,
        seconds=arguments.seconds,
        told=show,
    )
    if arguments.json:
        print(json.dumps(found))


if __name__ == "__main__":
    main()
