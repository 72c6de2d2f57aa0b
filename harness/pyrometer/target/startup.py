"""Executes a script in a process that has done nothing yet, and says what that imported."""

import sys

import clock
import loading


def respond(request, response):
    """Time the script; count the modules that it brought and those that came from bytecode."""
    case = request["case"][0]
    path = request["root"][0] + "/" + case.partition("/")[2] + ".py"
    response.put("start", case=case)
    before = set(sys.modules)
    started = clock.wall_ns()
    try:
        loading.load(path, "__script__")
    except ModuleNotFoundError as error:
        response.put("skip", case=case, reason=loading.describe(error, path))
        return
    if request.get("metric") == ["instructions"]:
        import marks

        if marks.close is None:
            response.put("skip", case=case, reason=marks.WITHOUT)
            return
        marks.mark(0)
    response.put("fact", name="import_ns", value=clock.wall_ns() - started)
    written = [m for m in set(sys.modules) - before if _origin(m).endswith((".py", ".pyc"))]
    response.put("fact", name="modules", value=len(written))
    response.put("fact", name="bytecode", value=sum(map(_has_bytecode, written)))


def _origin(name):
    spec = getattr(sys.modules[name], "__spec__", None)
    return str(getattr(spec, "origin", None) or "")


def _has_bytecode(name):
    import os

    if _origin(name).endswith(".pyc"):  # in an archive it lies beside its source
        return True
    cached = getattr(sys.modules[name].__spec__, "cached", None)
    return bool(cached) and os.path.exists(cached)
