"""What programs written on Ray Core rely on, on polyray with a native route.

The items are those of suites/runtime. Each of its files runs in a process of its own, which asks
for the route, and so do the workers: a route that fails its probe there is an error, never pure.

As a program: the items of one file, as JSON: {item: what is wrong, or nothing}.
"""

import importlib
import json
import os
import re
import subprocess
import sys
import unittest

from _routes import loadable

ITEM = re.compile("^def (test_[0-9a-z_]+)", re.MULTILINE)
CANNOT = "cannot: "
RINGS = "test_{}_go_through_rings"


def items_of(name):
    """The items as functions by name, and one more a file; raises SkipTest without the route."""
    loadable(name)
    checks = {}
    for file, items in _files().items():
        told = _once(name, file, items)
        checks.update({item: _check(item, told) for item in items})
    return checks


def _files():
    """{file of suites/runtime: its items, and whether its frames went through rings}."""
    (folder,) = [path for path in sys.path if os.path.exists(os.path.join(path, "_session.py"))]
    found = {}
    for name in sorted(os.listdir(folder)):
        file, ending = os.path.splitext(name)
        if ending == ".py" and not file.startswith("_"):
            with open(os.path.join(folder, name), encoding="utf-8") as source:
                found[file] = [*ITEM.findall(source.read()), RINGS.format(file)]
    return found


def _once(name, file, items):
    """A function that runs a file on a route when it is first asked, and keeps what it tells."""
    kept = []

    def told():
        if not kept:
            kept.append(_told(name, file, items))
        return kept[0]

    return told


def _told(name, file, items):
    path = os.pathsep.join(filter(None, sys.path))
    environment = dict(os.environ, POLYRAY_ACCEL=name, PYTHONPATH=path)
    command = [sys.executable, os.path.abspath(__file__), file]
    ended = subprocess.run(command, env=environment, capture_output=True)
    try:
        return json.loads(ended.stdout.decode())
    except ValueError:
        said = ended.stderr.decode(errors="replace")[-2000:]
        return dict.fromkeys(items, "it ended with {}: {}".format(ended.returncode, said))


def _check(item, told):
    def check():
        wrong = told()[item]
        if wrong.startswith(CANNOT):
            raise unittest.SkipTest(wrong[len(CANNOT) :])
        assert not wrong, wrong

    check.__name__ = item
    return check


def _found(file):
    case = importlib.import_module(file)
    found = {name: _wrong(check) for name, check in vars(case).items() if name.startswith("test_")}
    found[RINGS.format(file)] = _wrong(_goes_through_rings)
    case.ray.shutdown()
    return found


def _wrong(check):
    try:
        check()
    except unittest.SkipTest as error:
        return CANNOT + str(error)
    except Exception as error:
        return "{}: {}".format(type(error).__name__, error)
    return ""


def _goes_through_rings():
    import polyray
    from polyray import current

    assert (
        polyray.get(polyray.remote(abs).remote(-1)) == 1
    )  # there may be no session or worker left
    ways = {row["way"].partition(":")[0] for row in current.session().ask("list_workers")}
    assert ways == {"ring"}, sorted(ways)


if __name__ == "__main__":
    print(json.dumps(_found(sys.argv[1])))
