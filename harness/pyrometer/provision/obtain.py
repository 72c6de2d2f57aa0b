"""Rows in, builds out: several at a time, each recipe once, one failure never stopping the rest.

Owns the order among builds. Refuses to know how one is found or made.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from queue import Empty, SimpleQueue

from pyrometer.errors import WorldFailure
from pyrometer.model import Row
from pyrometer.provision import recipes
from pyrometer.provision.keys import key_of
from pyrometer.provision.store import Store
from pyrometer.provision.work import Listener, Outcome, Site, Work, built
from pyrometer.provision.workshop import host_machine

GUESSED_BYTES_PER_S = 5e6
LISTEN_S = 0.5
_Ended = dict[str, Outcome] | BaseException


def obtain(
    rows: Sequence[Row],
    store: Store,
    *,
    progress: Listener = lambda _event: None,
    offline: bool = False,
    workers: int = 2,
    cancelled: Callable[[], bool] = lambda: False,
) -> dict[str, Outcome]:
    """A verified build for every row, or the reason why there is none, by row name.

    See `obtain_each`.
    """
    found = obtain_each(
        rows, store, progress=progress, offline=offline, workers=workers, cancelled=cancelled
    )
    outcomes = {row.name: outcome for row, outcome in found}
    return {row.name: outcomes[row.name] for row in rows}


def obtain_each(
    rows: Sequence[Row],
    store: Store,
    *,
    progress: Listener = lambda _event: None,
    offline: bool = False,
    counted: bool = False,
    workers: int = 2,
    cancelled: Callable[[], bool] = lambda: False,
) -> Generator[tuple[Row, Outcome], None, None]:
    """Each row as soon as it has a build, or the reason why it has none; the slowest begin first.

    Rows of one recipe share a build. `progress` is called from other threads, one at a time.
    With `counted` there is also what counts instructions.
    Building goes on while the caller holds a row; closing the iterator stops it. Once cancelled,
    what is not ready yet fails as interrupted.
    Raises Mistake for a recipe that makes no sense, before anything is started.
    """
    for row in rows:
        recipes.find(row.recipe.kind, where=row.name).check(row.recipe, row.name)
    site = Site(
        store=store,
        progress=progress,
        offline=offline,
        counted=counted,
        machine=host_machine(),
        cancelled=cancelled,
    )
    usual_s = store.durations_s()
    groups = sorted(_by_build(rows), key=lambda group: -_expected_s(group[0], usual_s))
    with ThreadPoolExecutor(max_workers=max(1, workers)) as pool:
        try:
            ended: SimpleQueue[_Ended] = SimpleQueue()
            for group in groups:
                pool.submit(_put_outcomes, group, site, ended)
            for _ in groups:
                outcomes = _taken(ended)
                yield from ((row, outcomes[row.name]) for row in rows if row.name in outcomes)
        except BaseException:
            site.stopped.set()  # tools run in sessions of their own and do not see Ctrl-C
            pool.shutdown(cancel_futures=True)
            raise


def _expected_s(row: Row, usual_s: Mapping[str, float]) -> float:
    """What a build took last time, else a guess from its size: only their order matters."""
    module = recipes.find(row.recipe.kind, where=row.name)
    return usual_s.get(key_of(row), module.expected_bytes(row.recipe) / GUESSED_BYTES_PER_S)


def _by_build(rows: Sequence[Row]) -> list[list[Row]]:
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(key_of(row), []).append(row)
    return list(groups.values())


def _put_outcomes(rows: list[Row], site: Site, ended: SimpleQueue[_Ended]) -> None:
    try:
        ended.put(_obtain_group(rows, site))
    except BaseException as error:  # noqa: BLE001 - it is raised where it is awaited
        ended.put(error)


def _taken(ended: SimpleQueue[_Ended]) -> dict[str, Outcome]:
    """What has ended next.

    Ctrl-C may come at any moment. Within `as_completed` it can leave a lock held that the workers
    need (7 of 400 times), and one that comes just before a wait without an end is not heard.
    """
    while True:
        try:
            found = ended.get(timeout=LISTEN_S)
        except Empty:
            continue
        if isinstance(found, BaseException):
            raise found
        return found


def _obtain_group(rows: list[Row], site: Site) -> dict[str, Outcome]:
    """All rows of one build. A failure of the build is every row's; of a probe, one row's."""
    work = Work(rows, site)
    try:
        build = built(work)
    except WorldFailure as failure:
        for row in rows:
            work.say(f"failed: {failure.line}", row=row.name, eta_s=0.0)
        return dict.fromkeys((row.name for row in rows), failure)
    return {row.name: work.for_row(row, build) for row in rows}
