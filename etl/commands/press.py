"""The press: reports made by processes of their own, so that many are made at once and none of their memory stays."""

from __future__ import annotations

import multiprocessing
import time
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from multiprocessing.connection import Connection, wait
from multiprocessing.context import BaseContext
from multiprocessing.process import BaseProcess

import sqlalchemy as sa

import sql
from etl.domain.failure import Failure, told
from etl.domain.report import Made, Press, Unmade, Wanted

WORKERS = 2
REPORTS_A_WORKER = 2  # each leaves some 13 MB behind in the typesetter
MOST_KILLED = 3  # a report that kills its worker is not tried for ever
KILLED = Failure("Killed", "生成报告的进程多次被终止，可能是内存不足",
                 "the process that made the report was killed each time; is memory short?")  # fmt: skip

Hand = tuple[BaseProcess, list[Wanted]]  # a worker, and what it has still to make
Batches = dict[Connection, Hand]  # by what each worker tells through


def press(url: str, demo: bool, workers: int = WORKERS) -> Press:
    """A press whose workers reach the store at ``url``, as the dashboard's role."""
    return lambda wanted: _printed(wanted, url, demo, workers)


def _printed(wanted: Iterable[Wanted], url: str, demo: bool, workers: int) -> Iterator[tuple[Wanted, Made | Unmade]]:
    """Each report as it is finished. What a killed worker leaves is given to others; a report that killed
    :data:`MOST_KILLED` of them is given up."""
    left, killed, under = deque(wanted), Counter[Wanted](), Batches()
    processes = _processes()
    try:
        while left or under:
            while left and len(under) < workers:
                mine = [left.popleft() for _ in range(min(REPORTS_A_WORKER, len(left)))]
                under.update([_begin(processes, mine, url, demo)])
            for told_by in _ready(under):
                result = _received(told_by)
                mine = under[told_by][1] if result else _ended(under, told_by)
                if result:
                    yield mine.pop(0), result
                elif mine:
                    killed[mine[0]] += 1
                    if killed[mine[0]] == MOST_KILLED:
                        yield mine.pop(0), Unmade(KILLED)
                    left.extendleft(reversed(mine))
    finally:
        for process, _ in under.values():
            process.terminate()
            process.join()


def _begin(processes: BaseContext, mine: Sequence[Wanted], url: str, demo: bool) -> tuple[Connection, Hand]:
    """A worker that makes a few reports and ends: what the typesetter remembers of them goes with it."""
    hears, tells = processes.Pipe(duplex=False)
    with closing(tells):  # its own copy alone is left: it closes with the worker, however that ends
        process = processes.Process(target=_work, args=(tells, mine, url, demo), daemon=True)  # type: ignore[attr-defined]
        process.start()
    return hears, (process, list(mine))


def _ready(under: Batches) -> list[Connection]:
    return [one for one in wait(list(under)) if isinstance(one, Connection)]


def _received(told_by: Connection) -> Made | Unmade | None:
    """The next report of a worker; ``None`` where it has ended."""
    try:
        result: Made | Unmade = told_by.recv()
    except (EOFError, OSError):
        return None
    return result


def _ended(under: Batches, told_by: Connection) -> list[Wanted]:
    """Put a worker away; what it leaves unmade."""
    process, mine = under.pop(told_by)
    told_by.close()
    process.join()
    return mine


def _processes() -> BaseContext:
    """Workers that share what is read once; nothing of the caller's threads and connections comes along."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    processes = multiprocessing.get_context("forkserver")
    processes.set_forkserver_preload(["dashboard.snapshot.ready"])
    return processes


def _work(tells: Connection, mine: Sequence[Wanted], url: str, demo: bool) -> None:
    """What a worker does."""
    store = sql.engine(url, pool_size=1, application="manyi reports")
    for one in mine:
        tells.send(made(store, one, demo))


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
