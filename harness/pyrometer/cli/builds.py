"""The page that says for each row how it is obtained and what that took: `interpreters/BUILDS.md`.

Owns its columns and words; everything in it is read from definitions and receipts. Refuses
whatever names this machine's owner: paths and host names are in neither.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pyrometer.errors import PyrometerError
from pyrometer.model import Machine, Receipt, Row
from pyrometer.provision import recipes
from pyrometer.provision.keys import key_of
from pyrometer.provision.store import Store
from pyrometer.provision.work import known_version

COMMAND = "pyrometer build --list --markdown > interpreters/BUILDS.md"
# Of a recipe's options those that say what is obtained, in the order in which one says it.
TELLING = ("crate", "package", "packages", "version", "program", "suite", "configure")
NOT_BUILT = "not built here"

PAGE = """\
<!-- {command} -->

# What each interpreter took to obtain

Made from the receipts of one machine:
{machine}.

It had other work at the same time, so that its seconds tell the order of magnitude and no more.
Downloads are shared and kept: a row may have found there what another one had fetched. Rows of one
build have the same figures. *needs* is what the host must have, *toolchain* what the receipt says
was used, and *sources* counts packages and files, each of which the receipt names with version and
SHA-256. MB is what stays.

{table}
"""
HEADINGS = (
    "interpreter", "default", "obtained", "version", "needs", "toolchain", "sources", "fetch s",
    "build s", "MB", "made",
)  # fmt: skip


def page(rows: Sequence[Row], store: Store, machine: Machine) -> str:
    """The whole page in Markdown, a line for each row in the order of the definitions."""
    host = f"{machine.arch}, {machine.cores} cores, {machine.distribution}"
    lines = [HEADINGS, ("---",) * len(HEADINGS), *(_line(row, store) for row in rows)]
    table = "\n".join("| " + " | ".join(map(_escaped, line)) + " |" for line in lines)
    return PAGE.format(command=COMMAND, machine=host, table=table)


def _line(row: Row, store: Store) -> tuple[str, ...]:
    build = store.find(key_of(row))
    version = known_version(build) if build else ""
    what = (row.name, "yes" if row.default else "–", _obtained(row))
    taken = _taken(build.receipt) if build else (NOT_BUILT, *("–",) * 5)
    return (*what, version or "–", _needs(row), *taken)


def _obtained(row: Row) -> str:
    """`debian: python3.13 libpython3.13-dev forky`."""
    found = (row.recipe.options.get(key) for key in TELLING)
    words = [" ".join(map(str, one)) if isinstance(one, list) else one for one in found]
    return f"{row.recipe.kind}: {' '.join(str(word) for word in words if word)}"


def _needs(row: Row) -> str:
    """What the recipe asks of a host, whether this one has it or not."""
    try:
        module = recipes.find(row.recipe.kind, where=row.name)
        return ", ".join(need.name for need in module.needs(row.recipe)) or "–"
    except PyrometerError as error:
        return error.line


def _taken(receipt: Receipt) -> tuple[str, ...]:
    return (
        _versions(receipt.toolchain),
        str(len(receipt.sources)),
        f"{receipt.fetch_s:.0f}",
        f"{receipt.build_s:.0f}",
        f"{receipt.size_bytes / 1e6:.0f}",
        receipt.made[:10],
    )


def _versions(toolchain: Mapping[str, str]) -> str:
    return ", ".join(f"{name} {version}" for name, version in sorted(toolchain.items())) or "–"


def _escaped(cell: str) -> str:
    return cell.replace("|", "\\|")
