"""What `compare` and `report` cost over a million samples in ten thousand outcomes.

cd harness && python -m benchmarks.many_samples         # half a minute; prints JSON

Goal: both together in 10 s and within 1 GB. The result set is made up (the same for the same seed)
and thrown away; each verb is a process of its own, its time and its peak memory the kernel's.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from pathlib import Path

from pyrometer.records import Writer
from tests.synthetic import Scale, synthetic_run

ROWS = ("cpython-3.9", "cpython-3.11", "cpython-3.14", "cpython-3.15", "pypy-8.0")
CASES = tuple(f"micro/made_up_{number:03}" for number in range(100))
PROCESSES = 20
SAMPLES = 100


def generate(results: Path) -> dict[str, int]:
    """Write the result set below `results`; how much is in it."""
    run, outcomes = synthetic_run(ROWS, CASES, scale=Scale(processes=PROCESSES, samples=SAMPLES))
    timed = [one for one in outcomes if one.job.round >= 0]
    with Writer(results / "raw" / run.name, run) as writer:
        for outcome in timed:
            writer.append(outcome)
    return {"outcomes": len(timed), "samples": sum(len(one.samples) for one in timed)}


def cost(*words: str) -> dict[str, float]:
    """Seconds and peak bytes of one verb, its output thrown away."""
    begun = time.perf_counter()
    child = os.fork()
    if child == 0:
        silent = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silent, 1)
        os.execv(sys.executable, [sys.executable, "-m", "pyrometer", *words])
    _, status, usage = os.wait4(child, 0)
    if status:
        raise SystemExit(f"pyrometer {' '.join(words)} ended with status {status}")
    return {"wall_s": time.perf_counter() - begun, "peak_bytes": usage.ru_maxrss * 1024}


def main() -> None:
    """Generate, compare, report."""
    with tempfile.TemporaryDirectory() as folder:
        made = generate(Path(folder))
        results = ("--results", folder)
        compare = cost("compare", ROWS[1], ROWS[-1], "--json", *results)
        report = cost("report", *results)
    both = {"compare": compare, "report": report, "wall_s": compare["wall_s"] + report["wall_s"]}
    print(json.dumps(made | both, indent=1))


if __name__ == "__main__":
    main()
