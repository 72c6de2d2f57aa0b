"""`suites/<suite>/suite.toml` and the case files beside it, read as data and never run.

Owns the form of a suite. A case is parsed, not imported: it runs in a target only.
"""

from __future__ import annotations

import ast
import hashlib
from pathlib import Path
from typing import Literal

import msgspec

from pyrometer.definitions.needs import check_needs
from pyrometer.definitions.toml import Known, read
from pyrometer.errors import Mistake
from pyrometer.model import Case, Extension, KnownGap, Package, Suite, SuiteKind, Tier


class _PackageForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    name: str
    version: str
    sha256: str


class _ExtensionForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    name: str
    build: str
    inputs: tuple[str, ...] = ()
    toolchain: Literal["", "rust"] = ""
    shared: bool = False
    row: str = ""
    variant: str = ""


class _SuiteForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    purpose: str
    kind: SuiteKind
    tier: Tier
    origin: str
    licence: str
    needs: tuple[str, ...] = ()
    libraries: tuple[str, ...] = ()
    package: tuple[_PackageForm, ...] = ()
    extension: tuple[_ExtensionForm, ...] = ()
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
        name = path.parent.name
        gaps += [known.to_gap() for known in form.known]
        check_needs(form.needs, str(path))
        suites.append(
            Suite(
                name=name,
                kind=form.kind,
                purpose=form.purpose,
                tier=form.tier,
                origin=form.origin,
                licence=form.licence,
                needs=form.needs,
                libraries=_libraries(path.parent, form.libraries),
                packages=tuple(
                    Package(name=one.name, version=one.version, sha256=one.sha256)
                    for one in form.package
                ),
                parallel=form.parallel,
                extensions=tuple(_extension(path.parent, one) for one in form.extension),
                cases=tuple(_cases(path.parent, form.kind)),
            )
        )
    return tuple(suites), tuple(gaps)


def _libraries(folder: Path, names: tuple[str, ...]) -> tuple[Path, ...]:
    """The suite's own folder too where it has libraries: what its cases share lies there."""
    found = tuple((folder / name).resolve() for name in names)
    for path in found:
        if not path.is_dir():
            raise Mistake(f"no such folder: {path}", where=f"{folder / 'suite.toml'}: libraries")
    return (*found, folder.resolve()) if found else ()


def _extension(folder: Path, form: _ExtensionForm) -> Extension:
    """The folder of the build file decides as well, whatever lies in it."""
    build = (folder / form.build).resolve()
    inputs = (build.parent, *((folder / name).resolve() for name in form.inputs))
    for path in (build, *inputs):
        if not path.exists():
            where = f"{folder / 'suite.toml'}: extension {form.name}"
            raise Mistake(f"no such file: {path}", where=where)
    return Extension(
        name=form.name,
        build=build,
        inputs=inputs,
        toolchain=form.toolchain,
        shared=form.shared,
        row=form.row,
        variant=form.variant,
    )


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
