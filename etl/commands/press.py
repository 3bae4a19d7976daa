"""The press: reports made by processes of their own, so that many are made at once and none of their memory stays."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from multiprocessing.context import BaseContext
from typing import Any

import sqlalchemy as sa

import sql
from etl.domain.failure import told
from etl.domain.report import Made, Press, Unmade, Wanted

WORKERS = 2
REPORTS_A_WORKER = 3  # each leaves some 12 MB behind in the typesetter
MOST_POOLS = 3  # a report that kills its worker is not tried for ever
AHEAD = 2  # reports each worker has waiting: finished ones do not pile up

_eyes: dict[str, Any] = {}  # of a worker: the store as its readers see it, and whether it is a demonstration


def press(url: str, demo: bool, workers: int = WORKERS) -> Press:
    """A press whose workers reach the store at ``url``, as the dashboard's role."""
    return lambda wanted: _printed(list(wanted), url, demo, workers)


def _printed(wanted: list[Wanted], url: str, demo: bool, workers: int) -> Iterator[tuple[Wanted, Made | Unmade]]:
    """What is left is given to new workers when one was killed; after :data:`MOST_POOLS` of them the failure is the caller's."""
    left = wanted
    for pools in range(1, MOST_POOLS + 1):
        if not left:
            return
        hands, done = min(workers, len(left)), set[Wanted]()
        try:
            with _pool(hands, url, demo) as pool:
                for one, result in _through(pool, iter(left), hands * AHEAD):
                    done.add(one)
                    yield one, result
        except BrokenProcessPool:
            if pools == MOST_POOLS:
                raise
        left = [one for one in left if one not in done]


def _pool(hands: int, url: str, demo: bool) -> ProcessPoolExecutor:
    """Workers that give way to new ones after a few reports: what the typesetter remembers of them goes too."""
    processes = _processes()
    return ProcessPoolExecutor(hands, processes, _begin, (url, demo), max_tasks_per_child=REPORTS_A_WORKER)


def _through(pool: ProcessPoolExecutor, left: Iterator[Wanted], most: int) -> Iterator[tuple[Wanted, Made | Unmade]]:
    """Each report as it is finished, with at most so many under way."""
    under: dict[Future[Made | Unmade], Wanted] = {pool.submit(_make, one): one for one in islice(left, most)}
    while under:
        for done in wait(under, return_when=FIRST_COMPLETED).done:
            one = under.pop(done)
            under.update({pool.submit(_make, following): following for following in islice(left, 1)})
            yield one, done.result()


def _processes() -> BaseContext:
    """Workers that share what is read once; nothing of the caller's threads and connections comes along."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    processes = multiprocessing.get_context("forkserver")
    processes.set_forkserver_preload(["dashboard.snapshot.ready"])
    return processes


def _begin(url: str, demo: bool) -> None:
    _eyes.update(store=sql.engine(url, pool_size=1, application="manyi reports"), demo=demo)


def _make(one: Wanted) -> Made | Unmade:
    return made(_eyes["store"], one, _eyes["demo"])


def made(store: sa.Engine, one: Wanted, demo: bool) -> Made | Unmade:
    """One report; what stopped it, in words."""
    from dashboard.snapshot.report import render  # a second that only a worker waits for
    from dashboard.snapshot.subject import subject

    began = time.monotonic()
    try:
        context = subject(store, one.eyes, one.code, one.period, one.language, number=one.publication_id, demo=demo)
        done = render(context)
    except Exception as error:  # one area's report must not cost the others theirs
        return Unmade(told(error))
    return Made(done.content, done.title, done.pages, done.said, done.missing, done.glyphless, time.monotonic() - began)

