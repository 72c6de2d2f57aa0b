"""`import ray` that gives polyray: `python -m polyray.as_ray PROGRAM [ARGUMENTS]`, or `install()`.

Owns which submodules of Ray resolve to which of ours. What Ray has and we do not is absent, and
says so when it is imported.
"""

from __future__ import annotations

import importlib
import importlib.machinery
import sys
from types import ModuleType
from typing import Any

MODULES = {
    "ray": "polyray",
    "ray.actor": "polyray.actor",
    "ray.dag": "polyray.dag",
    "ray.exceptions": "polyray.exceptions",
    "ray.remote_function": "polyray.remote",
    "ray.runtime_context": "polyray.context",
    "ray.types": "polyray.refs",
    "ray.util": "polyray.util",
    "ray.util.actor_pool": "polyray.util.actor_pool",
    "ray.util.check_serialize": "polyray.util.check_serialize",
    "ray.util.helpers": "polyray.util.helpers",
    "ray.util.joblib": "polyray.util.joblib",
    "ray.util.multiprocessing": "polyray.util.multiprocessing",
    "ray.util.placement_group": "polyray.util.placement_group",
    "ray.util.queue": "polyray.util.queue",
    "ray.util.scheduling_strategies": "polyray.util.scheduling_strategies",
}


class _Finder:
    """Finds `ray` and its submodules, and gives ours."""

    def find_spec(
        self, fullname: str, path: Any = None, target: Any = None
    ) -> importlib.machinery.ModuleSpec | None:
        """A spec for what MODULES has; a clear error for the rest of Ray."""
        if fullname in MODULES:
            import importlib.machinery

            return importlib.machinery.ModuleSpec(fullname, self, is_package=True)  # type: ignore[arg-type]
        if fullname.startswith("ray."):
            raise ModuleNotFoundError(
                "polyray has no {}: it is Ray Core alone".format(fullname), name=fullname
            )
        return None

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        """The module itself, under both of its names.

        What came with it is known under both as well: to import it later would put the module in
        the place of the function of its name (`ray.util.placement_group` is both).
        """
        module = importlib.import_module(MODULES[spec.name])
        for theirs, ours in MODULES.items():
            if theirs.startswith(spec.name + ".") and ours in sys.modules:
                sys.modules.setdefault(theirs, sys.modules[ours])
        self.own = module.__spec__
        return module

    def exec_module(self, module: ModuleType) -> None:
        """Nothing: it has been executed under its own name, which it keeps."""
        module.__spec__ = self.own


def install() -> None:
    """Make `import ray` give polyray from now on, here and in this session's workers."""
    if not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Finder())


def installed() -> bool:
    """Has `install` been called here?"""
    return any(isinstance(finder, _Finder) for finder in sys.meta_path)


def main(arguments: list[str]) -> None:
    """Run a program, or a module with -m, with polyray as its ray."""
    import runpy

    install()
    if arguments[:1] == ["-m"] and len(arguments) > 1:
        sys.argv = arguments[1:]
        runpy.run_module(arguments[1], run_name="__main__", alter_sys=True)
    elif arguments and not arguments[0].startswith("-"):
        sys.argv = arguments
        runpy.run_path(arguments[0], run_name="__main__")
    else:
        print("usage: python -m polyray.as_ray PROGRAM [ARGUMENTS]", file=sys.stderr)
        sys.exit(2)


if __name__ == "__main__":
    from polyray.as_ray import main as run  # not as __main__: there must be one finder

    run(sys.argv[1:])
