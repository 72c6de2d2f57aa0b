from __future__ import annotations

import ast
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import cast

import pytest

import pyrometer
from pyrometer.definitions import choose, load_rows, load_suites
from pyrometer.definitions.locate import definitions_root
from pyrometer.definitions.needs import unmet
from pyrometer.errors import Mistake
from pyrometer.model import Facts
from pyrometer.provision import checkout

GOOD = """
implementation = "cpython"
title = "CPython"
[recipe."3.15"]
kind = "debian"
suite = "forky"
[[row]]
series = "3.15"
recipe = "3.15"
[[row]]
series = "3.15"
variant = "jit"
recipe = "3.15"
jit = true
environment = { PYTHON_JIT = "1" }
"""

DEFAULT_SET = {
    "cpython-3.9",
    "cpython-3.11",
    "cpython-3.13",
    "cpython-3.14",
    "cpython-3.15",
    "cpython-3.15+jit",
    "graalpy-25.0+jit",
    "pypy-8.0",
    "rustpython-0.6",
}


def load(tmp_path: Path, text: str) -> object:
    (tmp_path / "cpython.toml").write_text(text)
    return load_rows(tmp_path)[0]


def test_a_variant_is_a_second_row_of_one_recipe(tmp_path: Path) -> None:
    (tmp_path / "cpython.toml").write_text(GOOD)
    rows, _ = load_rows(tmp_path)
    assert [row.name for row in rows] == ["cpython-3.15", "cpython-3.15+jit"]
    assert rows[0].recipe == rows[1].recipe
    assert rows[1].expect.jit is True


def test_a_row_can_be_there_for_other_architectures_too(tmp_path: Path) -> None:
    text = GOOD.replace('variant = "jit"\n', 'variant = "jit"\nalso_on = ["aarch64"]\n')
    (tmp_path / "cpython.toml").write_text(text.replace("[[row]]", "[[row]]\ndefault = true"))
    rows, _ = load_rows(tmp_path)
    _, native, foreign = rows
    assert foreign.name == "cpython-3.15+jit-aarch64"
    assert (native.expect.arch, foreign.expect.arch) == ("", "aarch64")
    assert (native.machine, foreign.machine) == ("", "aarch64")
    assert foreign.recipe == native.recipe
    assert native.default
    assert not foreign.default
    assert foreign.start_s > native.start_s


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("implementation = ", "not TOML: Invalid value (at end of document)"),
        (GOOD.replace('series = "3.15"', "series = 3.15", 1),
         "Expected `str`, got `float` - at key `row[0].series`"),
        (GOOD + "warmup = 3\n", "unknown field `warmup` - at key `row[1]`"),
        (GOOD.replace('title = "CPython"\n', ""), "missing required field `title`"),
        (GOOD.replace('variant = "jit"\n', ""), "two rows are named 'cpython-3.15'"),
        (GOOD.replace('recipe = "3.15"', 'recipe = "3.16"', 1), "asks for recipe '3.16'"),
        (GOOD.replace('kind = "debian"\n', ""), "key `recipe.3.15.kind` must be a string"),
        (GOOD + '[[known]]\nrows = "x"\ncase = "y"\nverdict = "fine"\nreason = "z"\n',
         "key `known[0].verdict`"),
    ],
)  # fmt: skip
def test_a_malformed_file_is_told_with_file_and_key(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(Mistake) as caught:
        load(tmp_path, text)
    assert said in caught.value.line
    assert "cpython.toml" in caught.value.line
    assert "\n" not in caught.value.line


def test_two_files_with_one_row(tmp_path: Path) -> None:
    (tmp_path / "one.toml").write_text(GOOD)
    (tmp_path / "two.toml").write_text(GOOD)
    with pytest.raises(Mistake, match=r"the other is in one\.toml"):
        load_rows(tmp_path)


@pytest.mark.parametrize(
    ("case", "said"),
    [
        ("def test_x(:\n", "line 1: invalid syntax"),
        ("x = 'unclosed\n", "line 1: unterminated string literal"),
        ("\0", "null byte"),
        ("SIZES = {'small': 1}\ndef setup(size): pass\n", "a bench case needs run()"),
        ("def setup(size): pass\ndef run(state): pass\n", "a bench case needs SIZES"),
    ],
)
def test_a_case_that_is_none_is_told_with_file_and_line(
    write_suite: Callable[..., Path], case: str, said: str
) -> None:
    folder = write_suite("own", "bench", broken=case)
    with pytest.raises(Mistake) as caught:
        load_suites(folder.parent)
    assert said in caught.value.line
    assert "broken.py" in caught.value.line


def test_a_case_is_never_executed_by_the_harness(
    write_suite: Callable[..., Path], tmp_path: Path
) -> None:
    trap = tmp_path / "sprung"
    folder = write_suite("own", "check", trap=f"open({str(trap)!r}, 'w')\n")
    load_suites(folder.parent)
    assert not trap.exists()


def test_a_folder_of_suites_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(Mistake, match="no such folder of suites"):
        load_suites(tmp_path / "nowhere")


def test_globs_keep_the_order_of_the_definitions() -> None:
    names = ["cpython-3.9", "cpython-3.15+jit", "pypy-8.0"]
    chosen = choose(["pypy*,cpython-3.15+jit"], names, lambda name: (name,), "interpreter")
    assert chosen == ["cpython-3.15+jit", "pypy-8.0"]


def test_an_unknown_name_gets_near_matches() -> None:
    with pytest.raises(Mistake, match=r"did you mean pypy-8.0"):
        choose(["pypi-8.0"], ["cpython-3.9", "pypy-8.0"], lambda name: (name,), "interpreter")
    with pytest.raises(Mistake, match="there are: a, b"):
        choose(["zzzz"], ["a", "b"], lambda name: (name,), "suite")


# --- the definitions of this repository -------------------------------------------------------


def test_only_rows_for_another_processor_are_named_after_it() -> None:
    rows, _ = load_rows(definitions_root() / "interpreters")
    assert {row.name for row in rows if row.machine} == {
        row.name for row in rows if row.name.endswith("-aarch64")
    }


def test_the_default_set() -> None:
    rows, _ = load_rows(definitions_root() / "interpreters")
    assert {row.name for row in rows if row.default} == DEFAULT_SET
    assert {"cpython-3.14+jit", "pypy-7.3"} <= {row.name for row in rows}


def test_the_suites_are_as_large_as_promised() -> None:
    suites = {suite.name: suite for suite in load_suites(definitions_root() / "suites")[0]}
    functions = {
        name: sum(
            isinstance(node, ast.FunctionDef) and node.name.startswith(("test_", "has_"))
            for case in suite.cases
            for node in ast.parse(case.path.read_text()).body
        )
        for name, suite in suites.items()
    }
    assert functions["features"] >= 25
    assert functions["language"] >= 60
    assert len(suites["language"].cases) >= 12
    assert len(suites["micro"].cases) >= 10
    assert len(suites["programs"].cases) >= 6
    assert all(suite.purpose for suite in suites.values())


def test_every_case_says_why_it_is_here() -> None:
    for suite in load_suites(definitions_root() / "suites")[0]:
        for case in suite.cases:
            assert case.summary.endswith((".", "!", "?")), case.id


def in_target() -> list[Path]:
    package = Path(pyrometer.__file__).parent
    programs = [package / "supervisor.py", package / "provision" / "probe_script.py"]
    suites = [
        case.path for suite in load_suites(definitions_root() / "suites")[0] for case in suite.cases
    ]
    return [*sorted((package / "target").glob("*.py")), *programs, *suites]


@pytest.mark.parametrize("path", in_target(), ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_what_runs_in_a_target_keeps_to_the_dialect(path: Path) -> None:
    tree = ast.parse(path.read_text(), feature_version=(3, 9))
    siblings = {other.stem for other in path.parent.glob("*.py")}
    shared = {other.stem for other in path.parent.parent.glob("_library/*.py")}
    for node in ast.walk(tree):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        for name in names:
            top = name.partition(".")[0]
            known = top in sys.stdlib_module_names or top in MAYBE_THERE
            own = top in siblings and (path.parent.name == "target" or top[0] == "_")
            own |= top in shared
            assert known or own, f"{path}: {name}"


# Asked for by probes and cases that live with a refusal.
MAYBE_THERE = {
    "numpy",
    "__pypy__",
    "_cffi_backend",
    "_interpchannels",
    "_interpreters",
    "_xxsubinterpreters",
    "annotationlib",
    "cffi",
    "compression",
    "concurrent",
    "hpy",
    "pypyjit",
}


def test_target_files_are_short() -> None:
    package = Path(pyrometer.__file__).parent
    for path in (package / "target").glob("*.py"):
        assert len(path.read_text().splitlines()) <= 150, path.name


def test_a_need_that_nobody_can_tell_is_a_mistake_of_its_file(
    write_suite: Callable[..., Path],
) -> None:
    folder = write_suite("own", "check", case="def test_x(): pass\n")
    file = folder / "suite.toml"
    file.write_text(file.read_text() + 'needs = ["a webcam"]\n')
    with pytest.raises(Mistake, match=r"suite\.toml: unknown need 'a webcam'"):
        load_suites(folder.parent)


@pytest.mark.parametrize(
    ("need", "language", "said"),
    [
        ("python>=3.9", "3.9.2", ""),
        ("python>=3.9", "3.15.0rc1", ""),
        ("python>=3.9", "3.4.0", "needs python>=3.9, this speaks Python 3.4.0"),
        ("python<3.12", "3.15.0", "needs python<3.12, this speaks Python 3.15.0"),
    ],
)
def test_a_need_is_met_by_the_language_that_the_probe_found(
    need: str, language: str, said: str
) -> None:
    facts = Facts(
        implementation="x",
        version="1",
        language=language,
        arch="x86_64",
        platform="linux",
        jit=False,
        gil=True,
    )
    assert unmet((need,), facts) == said


SHARED = """\
libraries = ["shared"]

[[package]]
name = "cloudpickle"
version = "3"
sha256 = "00"

[[extension]]
name = "core"
build = "shared/build.py"
"""
OWN = '[[extension]]\nname = "thin"\nbuild = "build.py"\n'


@pytest.fixture
def sharing(write_suite: Callable[..., Path]) -> Path:
    """A suite with an extension of its own and, in the folder above it, what it shares."""
    folder = write_suite("own", "check", case="def test_x(): pass\n")
    (folder.parent / "shared").mkdir()
    for place in (folder, folder.parent / "shared"):
        (place / "build.py").touch()
    (folder.parent / "shared.toml").write_text(SHARED)
    file = folder / "suite.toml"
    file.write_text(file.read_text() + f'equipment = "../shared.toml"\nlibraries = ["."]\n{OWN}')
    return folder


def test_what_suites_share_comes_before_what_one_has_itself(sharing: Path) -> None:
    ((suite,), _) = load_suites(sharing.parent)
    shared = (sharing.parent / "shared").resolve()
    assert suite.libraries == (shared, sharing.resolve(), sharing.resolve())
    assert [one.title for one in suite.packages] == ["cloudpickle 3"]
    assert [one.name for one in suite.extensions] == ["core", "thin"]
    assert suite.extensions[0].build == shared / "build.py"


@pytest.mark.parametrize(
    ("shared", "own", "said"),
    [
        (SHARED + "oops\n", OWN, r"shared\.toml: not TOML: .*line 11, column 5"),
        (SHARED + "thread = 1\n", OWN, r"shared\.toml: .* `thread` - at key `extension\[0\]`"),
        ("purpose = 'x'\n", OWN, r"shared\.toml: .*unknown field `purpose`"),
        (SHARED.replace("shared/", "gone/"), OWN, r"shared\.toml: extension core: no such file: "),
        (SHARED.replace('["shared"]', '["gone"]'), OWN, r"shared\.toml: libraries: no such folder"),
        (SHARED, OWN.replace("thin", "core"), r"suite\.toml: extension core is there twice"),
        (None, OWN, r"suite\.toml: equipment: no such file: .*shared\.toml"),
    ],
)  # fmt: skip
def test_a_mistake_in_what_suites_share_is_told_with_its_file(
    sharing: Path, shared: str | None, own: str, said: str
) -> None:
    file = sharing.parent / "shared.toml"
    if shared is None:
        file.unlink()
    else:
        file.write_text(shared)
    suite = sharing / "suite.toml"
    suite.write_text(suite.read_text().replace(OWN, own))
    with pytest.raises(Mistake, match=said):
        load_suites(sharing.parent)


def test_an_installed_harness_has_all_that_extensions_are_built_from() -> None:
    root = definitions_root()
    table = tomllib.loads((root / "pyproject.toml").read_text())
    carried = table["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    for suite in load_suites(root / "suites")[0]:
        for extension in suite.extensions:
            for path in (extension.build, *extension.inputs):
                name = path.relative_to(root)
                assert any(name.is_relative_to(kept) for kept in carried), name
    for row in load_rows(root / "interpreters")[0]:
        for part in cast("list[str]", row.recipe.options.get(checkout.OPTION, [])):
            assert any(Path(part).is_relative_to(kept) for kept in carried), part
