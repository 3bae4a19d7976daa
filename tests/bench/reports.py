"""All reports of a week, made and mailed: ``MANYI_HOME=… python -m tests.bench.reports [2026-W45]`` on a demonstration's store.

Every area gets one reader of its own on a mail server of this machine. Told are seconds by the clock, the most memory all
processes held at once, and the reports' sizes; then each report is read again: every area below must be named in it, as many
rows as the store has, every page numbered, and no character without a glyph.
"""

from __future__ import annotations

import os
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
from etl.commands.press import press
from etl.commands.stores import open_store, owner_url
from etl.config import read_settings
from etl.domain.period import Period, parse
from etl.outbox.smtp import Mailer, Server
from etl.steps.post import Way, deliver
from etl.steps.report_letters import enclosed
from etl.steps.reports import make_reports
from tests.etl.outbox.smtp_server import Post, serving

LOOK = 0.2  # seconds between two looks at the memory
SUBSCRIBE = """
INSERT INTO report_subscription (area_id, cadence, language, addresses, made_by)
SELECT a.area_id, 'w', 'zh', ARRAY[:run || '-' || a.area_id || '@bench.example'],
       (SELECT user_id FROM app_user JOIN user_grant USING (user_id) WHERE role = 'quality' ORDER BY user_id LIMIT 1)
FROM area a WHERE a.level <= 3 AND a.kind <> 'unknown' AND a.valid_to = 'infinity'
"""
MEMBERS = """
SELECT a.area_id, a.name_zh FROM area_parent p JOIN area a USING (area_id)
WHERE p.parent_id = :area AND p.valid_from <= :day AND :day < p.valid_to AND a.kind <> 'unknown'
"""


class Memory:
    """The most all processes below this one, and it, held at once: MB of their proportional share of pages."""

    def __init__(self) -> None:
        self.peak, self._over = 0.0, threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def __enter__(self) -> Memory:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(LOOK):
            self.peak = max(self.peak, sum(map(_share, _family(os.getpid()))) / 1024)


def _family(pid: int) -> list[int]:
    """A process and all below it; the database's are none of ours."""
    parents: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                fields = (entry / "stat").read_text()
            except OSError:
                continue
            if "(postgres)" not in fields:
                parents[int(entry.name)] = int(fields.rpartition(")")[2].split()[1])
    found = [pid]
    for one in found:
        found += [child for child, parent in parents.items() if parent == one]
    return found


def _share(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)


@contextmanager
def subscribed(store: sa.Engine, run: int) -> Iterator[None]:
    """A reader for every area, for the while of the run."""
    with sql.begin(store) as connection:
        connection.execute(sa.text(SUBSCRIBE), {"run": f"r{run}"})
    try:
        yield
    finally:
        with sql.begin(store) as connection:
            connection.execute(sa.text("DELETE FROM report_subscription WHERE addresses[1] LIKE '%@bench.example'"))


def timed(store: sa.Engine, app: str, period: Period, run: int) -> list[dict[str, Any]]:
    """Make and mail; print what it took; the reports."""
    def clock() -> datetime:
        return datetime.now().astimezone()

    with serving(Post()) as post, subscribed(store, run), Memory() as memory:
        began = time.monotonic()
        told = make_reports(store, run, period, press(app, True), "http://bench.example", clock)
        made = time.monotonic()
        mailer = Mailer(Server.parse(f"smtp://127.0.0.1:{post.port}?tls=none&rate=1000000"), "Manyi <manyi@bench.example>")
        ended = deliver(store, {"mail": Way(mailer, 1_000_000)}, clock, enclosed)
        seconds = time.monotonic() - began
    with sql.begin(store) as connection:
        kept = [dict(row) for row in connection.execute(
            sa.text("SELECT * FROM report WHERE period = :k AND start = :s ORDER BY report_id DESC LIMIT :n"),
            {"k": period.kind, "s": period.start, "n": told["reports"]}).mappings()]  # fmt: skip
    sizes = sorted(row["bytes"] for row in kept)
    arrived = sum(address.endswith("@bench.example") for address, _ in post.taken)
    print(f"{told['reports']} reports made in {made - began:.1f} s and {arrived} mailed in {seconds - made + began:.1f} s: "
          f"{seconds:.1f} s in all; {told.get('reports_partial', [])} partial, {told.get('reports_failed', [])} failed; {ended}")  # fmt: skip
    print(f"peak memory {memory.peak:.0f} MB; kB a report: median {sizes[len(sizes) // 2] / 1024:.0f}, largest {sizes[-1] / 1024:.0f};"
          f" pages {min(row['pages'] for row in kept)}-{max(row['pages'] for row in kept)}")  # fmt: skip
    return kept


def read_again(store: sa.Engine, kept: list[dict[str, Any]], period: Period) -> list[str]:
    """What is wrong with the reports as a reader's program sees them."""
    from pypdf import PdfReader

    wrong = []
    for row in kept:
        pages = [page.extract_text().replace(" ", "").replace("\n", "") for page in PdfReader(BytesIO(row["content"])).pages]
        words = "".join(pages)
        with sql.begin(store) as connection:
            members = connection.execute(sa.text(MEMBERS), {"area": row["area_id"], "day": period.end}).all()
        wrong += [f"{row['title']}: {name} is not named" for _, name in members if name.replace(" ", "") not in words]
        wrong += [f"{row['title']}: page {at} has no number" for at, page in enumerate(pages, 1) if f"第{at}页，共{len(pages)}页" not in page]
        if row["glyphless"] or "\ufffd" in words or "\x00" in words:
            wrong.append(f"{row['title']}: characters without a glyph {row['glyphless']}")
    return wrong


def main() -> None:
    """Two runs: the first with a cold press, the second to be sure."""
    settings = read_settings()
    store = open_store(settings)
    period, run = parse((sys.argv[1:] or ["2026-W45"])[0]), int(time.time())
    kept = timed(store, settings.app_url(owner_url(settings)), period, run)
    faults = read_again(store, kept, period)
    print("\n".join(faults) or f"every area below is named in the {len(kept)} reports, every page numbered, no glyph missing")


if __name__ == "__main__":
    main()
