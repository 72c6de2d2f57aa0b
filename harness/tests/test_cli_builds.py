"""The page of builds: a line for each row, from receipts alone, and never out of date."""

from __future__ import annotations

import socket
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from pyrometer.cli import builds, main
from pyrometer.definitions import load_rows
from pyrometer.definitions.locate import checkout_root, definitions_root
from pyrometer.execute.machine import describe_machine
from pyrometer.model import Receipt, Recipe, Row, Source
from pyrometer.provision.keys import key_of
from pyrometer.provision.receipts import sealed, write_facts
from pyrometer.provision.store import Store
from tests.provision_rows import facts, pretended

STABLE = 3  # columns that definitions alone decide
OPTIONS = {"suite": "forky", "packages": ["python3.15", "lib|x"], "executable": "bin/python"}


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.at(tmp_path / "store")


@pytest.fixture
def row() -> Row:
    return replace(pretended("cpython-3.15"), recipe=Recipe(kind="debian", options=OPTIONS))


def cells(page: str) -> list[list[str]]:
    """The lines of the table below its headings."""
    lines = [line for line in page.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("| ").split(" | ")] for line in lines[2:]]


def cells_for(rows: Sequence[Row], store: Store) -> list[list[str]]:
    return cells(builds.page(rows, store, describe_machine()))


def put_build(row: Row, store: Store) -> None:
    key = key_of(row)
    root = store.begin(key)
    (root / "python").touch()
    write_facts(root / "facts" / "cpython-3.15+x-0.json", facts(version="3.15.0"))
    bare = Receipt(
        row=row.name,
        recipe=row.recipe.kind,
        key=key,
        executable="python",
        sources=(Source(name="a", version="1", sha256="0" * 64),) * 7,
        toolchain={"gcc": "16.2.0", "apt-get": "2.6"},
        fetch_s=12.4,
        build_s=345.6,
        size_bytes=78_900_000,
        made="2026-01-02T03:04:05+00:00",
    )
    store.finish(key, sealed(bare))


def test_a_row_is_told_from_its_definition_and_its_receipt(row: Row, store: Store) -> None:
    put_build(row, store)
    ((name, default, obtained, version, needs, *taken),) = cells_for([row], store)
    assert (name, default, version) == ("cpython-3.15", "–", "3.15.0")
    assert obtained == "debian: python3.15 lib\\|x forky"
    assert "apt-get" in needs
    assert taken == ["apt-get 2.6, gcc 16.2.0", "7", "12", "346", "79", "2026-01-02"]


def test_a_row_that_is_not_built_says_so(row: Row, store: Store) -> None:
    ((*_, version, _needs, toolchain, _, _, _, size, made),) = cells_for([row], store)
    assert (version, toolchain, size, made) == ("–", builds.NOT_BUILT, "–", "–")


def test_the_page_begins_with_its_command_and_names_nothing_of_this_machine(
    row: Row, store: Store
) -> None:
    put_build(row, store)
    page = builds.page([row], store, describe_machine())
    assert page.startswith(f"<!-- {builds.COMMAND} -->\n")
    private = [str(store.root), str(Path.home()), socket.gethostname()]
    assert not [word for word in private if len(word) > 4 and word in page]


def test_the_command_prints_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYROMETER_HOME", str(tmp_path))
    words = builds.COMMAND.partition(" > ")[0].split()[1:]
    result = CliRunner().invoke(main, words)
    assert result.exit_code == 0, result.output
    assert result.stdout == builds.page(
        load_rows(definitions_root() / "interpreters")[0], Store.default(), describe_machine()
    )
    assert CliRunner().invoke(main, ["build", "--markdown"]).exit_code == 2


def test_the_checked_in_page_has_every_row_as_it_is_defined(store: Store) -> None:
    root = checkout_root()
    assert root is not None
    checked_in = cells((root / "interpreters" / "BUILDS.md").read_text())
    defined = cells_for(load_rows(root / "interpreters")[0], store)
    assert [line[:STABLE] for line in checked_in] == [line[:STABLE] for line in defined], (
        f"make it again: {builds.COMMAND}"
    )
