"""The import system over real files: packages, cycles, hooks, zip archives, and what a
failed import leaves behind. Every check writes its modules into a directory of its own."""

import contextlib
import importlib
import os
import sys
import tempfile


def raised(function, *arguments):
    """The class of what a call raises, None when it returns."""
    try:
        function(*arguments)
    except Exception as error:
        return type(error)
    return None


@contextlib.contextmanager
def modules(**sources):
    """A directory on sys.path holding the given modules; a__b stands for a/b.py."""
    known = set(sys.modules)
    with tempfile.TemporaryDirectory() as folder:
        for name, source in sources.items():
            path = os.path.join(folder, *name.split("__")) + ".py"
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w", encoding="utf-8") as file:
                file.write(source)
        sys.path.insert(0, folder)
        importlib.invalidate_caches()
        try:
            yield folder
        finally:
            sys.path.remove(folder)
            for name in set(sys.modules) - known:
                del sys.modules[name]
            importlib.invalidate_caches()


def test_module_runs_once_and_knows_its_place():
    with modules(pm_once="runs = []\nruns.append(__name__)") as folder:
        first, second = (importlib.import_module("pm_once") for _ in range(2))
        assert first is second and first.runs == ["pm_once"]
        assert os.path.dirname(first.__file__) == folder
        assert first.__spec__.name == "pm_once" and first.__package__ == ""


def test_packages_import_relatively():
    sources = {
        "pm_pack__first": "from .second import VALUE\nfrom .sub import deep\nfrom . import second",
        "pm_pack__second": "VALUE = 5",
        "pm_pack__sub__deep": "from ..second import VALUE as value\nname = __name__",
    }
    with modules(**sources):
        first = importlib.import_module("pm_pack.first")
        assert first.VALUE == first.second.VALUE == first.deep.value == 5
        assert first.deep.name == "pm_pack.sub.deep"
        assert raised(importlib.import_module, ".missing", "pm_pack") is ModuleNotFoundError


def test_import_cycle_sees_the_half_finished_module():
    left = "before = 1\nimport pm_right\nafter = pm_right.seen"
    right = "import pm_left\nseen = [hasattr(pm_left, n) for n in ('before', 'after')]"
    with modules(pm_left=left, pm_right=right):
        assert importlib.import_module("pm_left").after == [True, False]


def test_name_missing_in_a_cycle_is_an_import_error():
    with modules(
        pm_ring_a="from pm_ring_b import b\na = 1", pm_ring_b="from pm_ring_a import a\nb = 1"
    ):
        assert raised(importlib.import_module, "pm_ring_a") is ImportError
        assert "pm_ring_a" not in sys.modules and "pm_ring_b" not in sys.modules


def test_failed_import_leaves_no_module():
    with modules(pm_broken="import pm_fine\n1 / 0", pm_fine="", pm_syntax="def (:"):
        assert raised(importlib.import_module, "pm_broken") is ZeroDivisionError
        assert "pm_broken" not in sys.modules and "pm_fine" in sys.modules
        assert raised(importlib.import_module, "pm_syntax") is SyntaxError


def test_blocked_module_is_not_found():
    with modules(pm_blocked=""):
        sys.modules["pm_blocked"] = None
        assert raised(importlib.import_module, "pm_blocked") is ModuleNotFoundError


def test_module_may_replace_itself():
    source = "import sys, types\nsys.modules[__name__] = types.SimpleNamespace(value=7)"
    with modules(pm_replaced=source):
        assert importlib.import_module("pm_replaced").value == 7


def test_module_level_getattr():
    source = """
def __getattr__(name):
    if name == "lazy":
        return "made"
    raise AttributeError(name)
"""
    with modules(pm_lazy=source):
        names = {}
        exec("from pm_lazy import lazy\nimport pm_lazy", names)
        assert names["lazy"] == "made" and not hasattr(names["pm_lazy"], "other")
        assert raised(exec, "from pm_lazy import other", {}) is ImportError


def test_star_import_honours_all():
    chosen = "__all__ = ['_a', 'b']\n_a = 1\nb = 2\nc = 3"
    with modules(pm_chosen=chosen, pm_open="_a = 1\nb = 2\nimport os as c"):
        names = []
        for module in ("pm_chosen", "pm_open"):
            namespace = {}
            exec("from %s import *" % module, namespace)
            names.append(sorted(set(namespace) - {"__builtins__"}))
    return names


def test_reload_keeps_the_module_object_and_old_names():
    with modules(pm_again="one = 1\ntwo = 2") as folder:
        module = importlib.import_module("pm_again")
        with open(os.path.join(folder, "pm_again.py"), "w", encoding="utf-8") as file:
            file.write("two = 'changed and of another length'")
        assert importlib.reload(module) is module
        assert module.one == 1 and module.two.startswith("changed")


def test_own_finder_can_make_modules():
    from importlib import abc, machinery

    class Source(abc.MetaPathFinder, abc.Loader):
        def find_spec(self, name, path, target=None):
            return machinery.ModuleSpec(name, self) if name == "pm_virtual" else None

        def create_module(self, spec):
            return None

        def exec_module(self, module):
            module.origin = "nowhere"

    finder = Source()
    sys.meta_path.insert(0, finder)
    try:
        with modules():
            assert importlib.import_module("pm_virtual").origin == "nowhere"
    finally:
        sys.meta_path.remove(finder)


def test_modules_can_live_in_a_zip_archive():
    import zipfile

    with modules() as folder:
        archive = os.path.join(folder, "library.zip")
        with zipfile.ZipFile(archive, "w") as library:
            library.writestr("pm_zipped/__init__.py", "VALUE = 5")
            library.writestr("pm_zipped/part.py", "from . import VALUE\nname = __name__")
        sys.path.insert(0, archive)
        try:
            part = importlib.import_module("pm_zipped.part")
            assert part.VALUE == 5 and part.name == "pm_zipped.part"
        finally:
            sys.path.remove(archive)


def test_program_can_be_run_by_path():
    import runpy

    with modules(pm_program="name = __name__\nargument = initial") as folder:
        path = os.path.join(folder, "pm_program.py")
        program = runpy.run_path(path, {"initial": 1}, "named")
    assert [program["name"], program["argument"]] == ["named", 1]
    assert "pm_program" not in sys.modules and "named" not in sys.modules


def test_source_encoding_is_declared_in_the_file():
    with modules() as folder:
        with open(os.path.join(folder, "pm_latin.py"), "wb") as file:
            file.write(b"# -*- coding: latin-1 -*-\ntext = '\xe9'\n")
        importlib.invalidate_caches()
        assert importlib.import_module("pm_latin").text == "\u00e9"


def test_import_statement_calls_the_builtin():
    import builtins

    names, original = [], builtins.__import__

    def recording(name, *rest):
        names.append([name, list(rest[2] or ()), rest[3]])
        return original(name, *rest)

    builtins.__import__ = recording
    try:
        exec("import os.path\nfrom os import sep, path", {})
    finally:
        builtins.__import__ = original
    return names
