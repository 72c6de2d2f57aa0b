"""`suites/<suite>/suite.toml` and the case files beside it, read as data and never run.

Owns the form of a suite. A case is parsed, not imported: it runs in a target only.
"""

from __future__ import annotations

import ast
import hashlib
from pathlib import Path

from pyrometer.definitions.equipment import EquipmentForm, equipment
from pyrometer.definitions.needs import check_needs
from pyrometer.definitions.toml import Known, read
from pyrometer.errors import Mistake
from pyrometer.model import Case, KnownGap, Suite, SuiteKind, Tier


class _SuiteForm(EquipmentForm, frozen=True, forbid_unknown_fields=True, kw_only=True):
    purpose: str
    kind: SuiteKind
    tier: Tier
    origin: str
    licence: str
    needs: tuple[str, ...] = ()
    equipment: str = ""
    parallel: bool = False
    known: tuple[Known, ...] = ()


def load_suites(folder: Path) -> tuple[tuple[Suite, ...], tuple[KnownGap, ...]]:
    """All suites of a folder by name, with the known gaps that they bring themselves.

    Raises Mistake for a malformed suite.toml, a case that does not parse or has no SIZES.
    """
    suites: list[Suite] = []
    gaps: list[KnownGap] = []
    if not folder.is_dir():
        raise Mistake("no such folder of suites", where=str(folder))
    for path in sorted(folder.glob("*/suite.toml")):
        form = read(path, _SuiteForm)
        gaps += [known.to_gap() for known in form.known]
        suites.append(_suite(path, form))
    return tuple(suites), tuple(gaps)


def _suite(path: Path, form: _SuiteForm) -> Suite:
    check_needs(form.needs, str(path))
    equipped = equipment(path, form, form.equipment)
    return Suite(
        name=path.parent.name,
        kind=form.kind,
        purpose=form.purpose,
        tier=form.tier,
        origin=form.origin,
        licence=form.licence,
        needs=form.needs,
        libraries=_libraries(path.parent, equipped.libraries),
        packages=equipped.packages,
        extensions=equipped.extensions,
        parallel=form.parallel,
        cases=tuple(_cases(path.parent, form.kind)),
    )


def _libraries(folder: Path, found: tuple[Path, ...]) -> tuple[Path, ...]:
    """The suite's own folder too where it has libraries: what its cases share lies there."""
    return (*found, folder.resolve()) if found else ()


def _cases(folder: Path, kind: SuiteKind) -> list[Case]:
    return [_case(path, kind) for path in sorted(folder.glob("*.py")) if path.name[0] != "_"]


def _case(path: Path, kind: SuiteKind) -> Case:
    source = path.read_bytes()
    try:
        tree = ast.parse(source, str(path))
    except SyntaxError as error:
        raise Mistake(f"line {error.lineno}: {error.msg}", where=str(path)) from None
    except ValueError as error:
        raise Mistake(f"not Python source: {error}", where=str(path)) from None
    summary = " ".join((ast.get_docstring(tree) or "").split("\n\n")[0].split())
    return Case(
        suite=path.parent.name,
        name=path.stem,
        path=path,
        sizes=_sizes(tree, path) if kind == "bench" else (),
        summary=summary,
        sha256=hashlib.sha256(source).hexdigest(),
    )


def _sizes(tree: ast.Module, path: Path) -> tuple[str, ...]:
    functions = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    missing = {"setup", "run"} - functions
    if missing:
        raise Mistake(f"a bench case needs {' and '.join(sorted(missing))}()", where=str(path))
    for node in tree.body:
        if isinstance(node, ast.Assign) and _assigns(node, "SIZES"):
            if not isinstance(node.value, ast.Dict) or not node.value.keys:
                break
            return tuple(str(ast.literal_eval(key)) for key in node.value.keys if key is not None)
    raise Mistake("a bench case needs SIZES = {'small': …}", where=str(path))


def _assigns(node: ast.Assign, name: str) -> bool:
    return any(isinstance(target, ast.Name) and target.id == name for target in node.targets)
