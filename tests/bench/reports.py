"""All reports of a week, made and mailed: ``MANYI_HOME=… python -m tests.bench.reports [2026-W45]`` on a demonstration's store.

``manyi report bulk`` makes them in a process of its own, which is watched with all below it: seconds by the clock and of the
processors (theirs and the database's), the most memory they held at once, what they share counted once, and the reports' sizes.
Every area gets one reader of its own on a mail server of this machine. Then each report is read again: every area below must be
named in it, every outcome's score found, every page numbered, and no character without a glyph.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import sqlalchemy as sa

import sql
from etl.commands.stores import open_store
from etl.config import read_settings
from etl.domain.period import Period, parse
from etl.outbox.smtp import Mailer, Server
from etl.steps.post import Way, deliver
from etl.steps.report_letters import enclosed
from tests.etl.outbox.smtp_server import Post, serving

LOOK = 0.1  # seconds between two looks at the processes
TICKS = os.sysconf("SC_CLK_TCK")
SUBSCRIBE = """
INSERT INTO report_subscription (area_id, cadence, language, addresses, made_by)
SELECT a.area_id, :cadence, 'zh', ARRAY[:run || '-' || a.area_id || '@bench.example'],
       (SELECT user_id FROM app_user JOIN user_grant USING (user_id) WHERE role = 'quality' ORDER BY user_id LIMIT 1)
FROM area a WHERE a.level <= 3 AND a.kind <> 'unknown' AND a.valid_to = 'infinity'
"""
KEPT = """
SELECT * FROM report WHERE period = :kind AND start = :start AND reader_id IS NULL AND language = 'zh'
  AND publication_id = (SELECT max(publication_id) FROM report WHERE period = :kind AND start = :start)
"""
MEMBERS = """
SELECT a.area_id, a.name_zh FROM area_parent p JOIN area a USING (area_id)
WHERE p.parent_id = :area AND p.valid_from <= :day AND :day < p.valid_to AND a.kind <> 'unknown'
"""
SCORES = """
SELECT i.code, s.swx / s.sw AS score FROM score_public s JOIN indicator i USING (indicator_id)
WHERE s.area_id = :area AND s.period = :kind AND s.start = :start AND s.cut = 'all' AND i.kind = 'outcome'
  AND s.swx IS NOT NULL AND s.sw * s.sw >= 30 * s.sw2 AND s.first_pub <= :p AND :p < s.last_pub
"""


class Watch:
    """The most a process and all below it held at once, in MB of their proportional share of pages, and their processor seconds."""

    def __init__(self, pid: int):
        self.pid, self.peak, self.spent, self._over = pid, 0.0, 0.0, threading.Event()
        self._thread = threading.Thread(target=self._look)

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._over.wait(LOOK):
            family = _family(self.pid)
            self.peak = max(self.peak, sum(map(_share, family)) / 1024)
            self.spent = max(self.spent, sum(map(_spent, family)))


def _family(pid: int) -> list[int]:
    """A process and all below it."""
    parents: dict[int, int] = {}
    for entry in Path("/proc").glob("[0-9]*"):
        fields = _fields(int(entry.name))
        if fields:
            parents[int(entry.name)] = int(fields[1])
    found = [pid]
    for one in found:
        found += [child for child, parent in parents.items() if parent == one]
    return found


def _fields(pid: int) -> list[str]:
    """What stands in /proc of a process behind its name; nothing of one that is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def _spent(pid: int) -> float:
    """Processor seconds of a process and of its children that ended."""
    return sum(map(int, _fields(pid)[11:15])) / TICKS


def _share(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)


def _server_spent() -> float:
    """Processor seconds of the embedded server since it was started."""
    pid = int((read_settings().home / "pgdata" / "postmaster.pid").read_text().split()[0])
    return sum(map(_spent, _family(pid)))


@contextmanager
def subscribed(store: sa.Engine, run: int, period: Period) -> Iterator[None]:
    """A reader for every area, for the while of the run."""
    with sql.begin(store) as connection:
        connection.execute(sa.text(SUBSCRIBE), {"run": f"r{run}", "cadence": period.kind})
    try:
        yield
    finally:
        with sql.begin(store) as connection:
            connection.execute(sa.text("DELETE FROM report_subscription WHERE addresses[1] LIKE '%@bench.example'"))


def made(period: Period) -> None:
    """Make all reports by the command; print what it took."""
    option = "--week" if period.kind == "w" else "--period"
    server, began = _server_spent(), time.monotonic()
    with subprocess.Popen([sys.executable, "-m", "etl", "report", "bulk", option, period.code(), "--json"]) as job, Watch(job.pid) as watch:
        if job.wait():
            raise SystemExit("the command failed")
    print(f"made in {time.monotonic() - began:.1f} s at a load of {os.getloadavg()[0]:.1f}; processor seconds {watch.spent:.1f} and "
          f"{_server_spent() - server:.1f} of the database; peak memory {watch.peak:.0f} MB")  # fmt: skip


def mailed(store: sa.Engine) -> None:
    """Send what waits in the outbox; print how much arrived."""
    def clock() -> datetime:
        return datetime.now().astimezone()

    with serving(Post()) as post:
        began, spent = time.monotonic(), time.process_time()
        mailer = Mailer(Server.parse(f"smtp://127.0.0.1:{post.port}?tls=none&rate=1000000"), "Manyi <manyi@bench.example>")
        ended = deliver(store, {"mail": Way(mailer, 1_000_000)}, clock, enclosed)
        seconds, spent = time.monotonic() - began, time.process_time() - spent
    arrived = sum(address.endswith("@bench.example") for address, _ in post.taken)
    print(f"{arrived} mails taken in {seconds:.1f} s, {spent:.1f} processor seconds with their server's; {ended}")


def kept(store: sa.Engine, period: Period) -> list[dict[str, Any]]:
    """The reports of everybody of the period's latest publication; print their sizes."""
    with sql.begin(store) as connection:
        rows = [dict(row) for row in connection.execute(sa.text(KEPT), {"kind": period.kind, "start": period.start}).mappings()]
    sizes = sorted(row["bytes"] / 1024 for row in rows)
    print(f"{len(rows)} reports; kB each: median {sizes[len(sizes) // 2]:.0f}, largest {sizes[-1]:.0f}; "
          f"pages {min(row['pages'] for row in rows)}-{max(row['pages'] for row in rows)}; "
          f"{sum(bool(row['missing']) for row in rows)} lack a part")  # fmt: skip
    return rows


def read_again(store: sa.Engine, kept: list[dict[str, Any]], period: Period) -> list[str]:
    """What is wrong with the reports as a reader's program sees them."""
    from pypdf import PdfReader

    wrong = []
    for row in kept:
        pages = [page.extract_text().replace(" ", "").replace("\n", "") for page in PdfReader(BytesIO(row["content"])).pages]
        words = "".join(pages)
        with sql.begin(store) as connection:
            members = connection.execute(sa.text(MEMBERS), {"area": row["area_id"], "day": period.end}).all()
            about = {"area": row["area_id"], "kind": period.kind, "start": period.start, "p": row["publication_id"]}
            scores = connection.execute(sa.text(SCORES), about).all()
        wrong += [f"{row['title']}: {name} is not named" for _, name in members if name.replace(" ", "") not in words]
        wrong += [f"{row['title']}: {code} {score:.1f} is not found" for code, score in scores if f"{score:.1f}" not in words]
        wrong += [f"{row['title']}: page {at} has no number" for at, page in enumerate(pages, 1) if f"第{at}页，共{len(pages)}页" not in page]
        if row["glyphless"] or "\ufffd" in words or "\x00" in words:
            wrong.append(f"{row['title']}: characters without a glyph {row['glyphless']}")
    return wrong


def main() -> None:
    """Make, mail, and read what was kept."""
    store = open_store(read_settings())
    period, run = parse((sys.argv[1:] or ["2026-W45"])[0]), int(time.time())
    with subscribed(store, run, period):
        made(period)
    mailed(store)
    rows = kept(store, period)
    faults = read_again(store, rows, period)
    print("\n".join(faults) or f"every area below is named in the {len(rows)} reports, every outcome's score found, every page numbered, "
                               "no glyph missing")  # fmt: skip


if __name__ == "__main__":
    main()
