"""One case of a bench suite as pyperf runs it by default; `CASE` is the path of its file.

Runs in the interpreter under test, with pyperf on its path: Python 3.9.
"""

import os
import runpy
from pathlib import Path

import pyperf


def main() -> None:
    """pyperf starts this file once for each of its processes."""
    path = Path(os.environ["CASE"])
    case = runpy.run_path(str(path))
    state = case["setup"](case["SIZES"]["small"])
    pyperf.Runner().bench_func(path.stem, case["run"], state)


if __name__ == "__main__":
    main()
