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
FILES = ("actors", "errors", "lifecycle", "objects", "resources", "tasks", "waiting")
CANNOT = "cannot: "
RINGS = "test_frames_go_through_rings"


def items_of(name):
    """The items as functions by name; raises SkipTest without the route."""
    loadable(name)
    checks = {}
    for file in FILES:
        told = _once(name, file)
        for item in _items(file):
            checks[item] = _check(item, told)
    checks[RINGS] = _check(RINGS, told)
    return checks


def _items(file):
    for folder in sys.path:
        path = os.path.join(folder, file + ".py")
        if os.path.basename(folder) == "runtime" and os.path.exists(path):
            with open(path, encoding="utf-8") as source:
                return ITEM.findall(source.read())
    raise ImportError("suites/runtime is not among the folders of modules: " + file)


def _once(name, file):
    """A function that runs a file on a route when it is first asked, and keeps what it tells."""
    kept = []

    def told():
        if not kept:
            kept.append(_told(name, file))
        return kept[0]

    return told


def _told(name, file):
    path = os.pathsep.join(filter(None, sys.path))
    environment = dict(os.environ, POLYRAY_ACCEL=name, PYTHONPATH=path)
    command = [sys.executable, os.path.abspath(__file__), file]
    ended = subprocess.run(command, env=environment, capture_output=True)
    try:
        return json.loads(ended.stdout.decode())
    except ValueError:
        said = ended.stderr.decode(errors="replace")[-2000:]
        return dict.fromkeys(
            [*_items(file), RINGS], "it ended with {}: {}".format(ended.returncode, said)
        )


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
    found = {name: _wrong(check) for name, check in vars(case).items() if ITEM.match("def " + name)}
    found[RINGS] = _wrong(_goes_through_rings)
    case.ray.shutdown()
    return found


def _wrong(check):
    try:
        check()
    except unittest.SkipTest as error:
        return CANNOT + str(error)
    except Exception as error:
        return "{}: {}".format(type(error).__name__, error) or "?"
    return ""


def _goes_through_rings():
    from polyray import current

    ways = {row["way"] for row in current.session().ask("list_workers")}
    assert all(way.startswith("ring:") for way in ways), sorted(ways)


if __name__ == "__main__":
    print(json.dumps(_found(sys.argv[1])))
