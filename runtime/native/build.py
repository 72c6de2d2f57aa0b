"""Build all routes that can be built for the interpreter that runs this, and measure them.

usage: python runtime/native/build.py [ROUTE...]

Each route is built by the build file of its folder, in a process of its own; one that cannot be
built here says why and stops nothing: polyray works without any.
"""

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from polyray.accel import measure, places, routes  # noqa: E402

CANNOT = 3
# What a route cannot be loaded without.
FIRST = {"hpy": ("hpy-package",)}


def main(names):
    """Build, measure, choose; 0 unless something else than a lack stopped a route."""
    known = [name for name in routes.NATIVE if (HERE / name / "build.py").exists()]
    unknown = sorted(set(names) - set(known))
    if unknown:
        print("no such route: {} (known: {})".format(", ".join(unknown), ", ".join(known)))
        return 2
    failed = False
    wanted = dict.fromkeys(part for name in names or known for part in (*FIRST.get(name, ()), name))
    for name in wanted:
        into = places.folder() / name
        words = [sys.executable, str(HERE / name / "build.py"), str(into)]
        code = subprocess.call(words)
        if code == 0:
            print(f"{name}: built in {into}")
        failed = failed or code not in (0, CANNOT)
    measured = measure.measure()
    measure.keep(measured)
    print(measure.told(measured))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
