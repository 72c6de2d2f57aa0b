"""What the cases of a campaign load into an interpreter, built before the first of them runs.

Owns for which suites and rows that is. Refuses to know how anything is built.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from pyrometer.campaign import select_rows
from pyrometer.definitions.needs import unmet
from pyrometer.model import Build, Suite, Target
from pyrometer.provision.extensions import Site, obtain_extensions
from pyrometer.provision.obtain import obtain
from pyrometer.provision.targets import target


def equipped(
    there: Target, suites: Sequence[Suite], others: Mapping[str, Target], site: Site
) -> dict[tuple[str, str], Path]:
    """The folder of each suite with extensions that runs on a target, by row and suite.

    Some extensions are built for one row and loaded by all: it is taken from `others`, or obtained.
    """

    def elsewhere(name: str) -> Target:
        return others[name] if name in others else _obtained(name, site)

    site = replace(site, elsewhere=elsewhere)
    found = {}
    for suite in suites:
        wanted = tuple(one for one in suite.extensions if one.variant in ("", there.row.variant))
        if wanted and not unmet(suite.needs, there.facts):
            found[(there.row.name, suite.name)] = obtain_extensions(wanted, there, site)
    return found


def _obtained(name: str, site: Site) -> Target:
    (row,) = select_rows((name,))
    found = obtain((row,), site.store, offline=site.offline, cancelled=site.cancelled)[name]
    if not isinstance(found, Build):
        raise found
    return target(row, found)
