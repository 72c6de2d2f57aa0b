"""HPy as released or as mended, used in a process of its own: it may end by a signal."""

import os
import subprocess
import sys
import unittest

import built_extensions

BEGIN = """
import sys
from importlib.machinery import ModuleSpec
sys.path.insert(0, sys.argv[1])
from hpy.universal import _load_bootstrap
path = sys.argv[2]
spec = ModuleSpec("counter", None, origin=path)
"""

# Whether this one is noticed depends on what lies behind an object, so memory is made dirty first and
# there are many objects.
TYPES = """
Counter = _load_bootstrap("counter", "counter", None, path, None, spec, {}).Counter
for size in range(1, 64):
    dirty = [b"\\xff" * size + bytes([number % 256]) for number in range(2000)]
    del dirty
counters = [Counter(number) for number in range(5000)]
for number, counter in enumerate(counters):
    assert counter.add(1) == counter.value == number + 1
    assert not hasattr(counter, "missing")
"""

WORD = """
word = "".join(["univ", "ersal"])
before = sys.getrefcount(word)
_load_bootstrap("counter", "counter", None, path, None, spec, {"HPY": word})
gone = before - sys.getrefcount(word)
assert not gone, "{} references to a word in a dict are gone".format(gone)
"""


def run_with(name, program):
    """Run it under that HPy, in a process of its own; AssertionError unless it ends well."""
    for needed in (name, "hpy-released"):
        if needed in built_extensions.REASONS:
            raise unittest.SkipTest(built_extensions.REASONS[needed])
    module = os.path.join(built_extensions.FOLDERS["hpy-released"], "counter.hpy0.so")
    words = [sys.executable, "-c", BEGIN + program, built_extensions.FOLDERS[name], module]
    ended = subprocess.run(words, capture_output=True)
    said = ended.stderr.decode(errors="replace").strip().splitlines()
    assert ended.returncode == 0, "ended with {}: {}".format(ended.returncode, said[-1:])
