"""How fast a survey file comes in, beside raw COPY and what else one could take: ``python -m tests.bench.load [ANSWERS]``.

One embedded server, its settings the product's, for all of them; one process each. ``--shape long``: a row an answer
instead of six questions a row. ``--dlt PYTHON``: the Python of an environment that has dlt[postgres], pyarrow and
adbc-driver-postgresql; pgloader is used where it is installed. Neither is a dependency of ours.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

import psycopg
import sqlalchemy as sa

from etl.steps import define
from etl.steps.load import load_file
from sql import SCHEMA, embedded
from tests.bench.contenders import TABLES, names
from tests.bench.measure import Taken, run
from tests.bench.survey import ASKED, areas, long, wide
from tests.conftest import create_database
from tests.etl.feeds.sample import feed_of
from tests.folders import open_folder

SLICE = 60_000  # rows of the slow peers, whose whole is told by proportion
PARTITION = "202606"
PGLOADER = """LOAD CSV FROM '{path}' ({columns}) INTO {url} TARGET TABLE public.peer_pgloader ({columns})
WITH skip header = 1, fields optionally enclosed by '"', fields escaped by double-quote, fields terminated by ','
SET work_mem to '64MB';
"""


@dataclass
class Bench:
    """The server, the file and what was measured so far."""

    server: embedded.EmbeddedPostgres
    store: sa.Engine
    path: Path
    shape: str
    rows: int
    answers: int
    raw: dict[str, float] = field(default_factory=dict)
    repeat: int = 1  # times each is run; the fastest counts
    after: Taken | None = None  # what is left to do after a peer that brings texts

    @property
    def url(self) -> str:
        """Where children connect: the product's schema first."""
        return self.store.url.set(drivername="postgresql").render_as_string(hide_password=False)

    def execute(self, *statements: str) -> None:
        with psycopg.connect(self.url, autocommit=True, options=f"-c search_path={SCHEMA},public") as connection:
            for statement in statements:
                connection.execute(statement)

    def clear(self, month: bool = True) -> None:
        """Forget what was loaded; with ``month``, the month's partitions wait empty, else there are none."""
        self.execute(*(f"DROP TABLE IF EXISTS {table}_{PARTITION}" for table in (*TABLES, "invitation", "complaint", "process_reading")),
                     "DELETE FROM touched", "DELETE FROM file WHERE first_day IS NOT NULL OR state = 'refused'",
                     *([f"SELECT ensure_partitions('{PARTITION}01', '{PARTITION}01')"] if month else []), "CHECKPOINT")  # fmt: skip

    def anew(self, way: str, *more: str, month: bool = True) -> Taken:
        """A child on a store without the file."""
        self.clear(month)
        return self.child(way, *more)

    def child(self, way: str, *more: str) -> Taken:
        command = [sys.executable, "-m", "tests.bench.contenders", way, self.url, str(self.path), *more]
        return run(command, self.server, {"PGOPTIONS": f"-c search_path={SCHEMA},public"})

    def tell(self, name: str, work: Callable[[], Taken], share: float = 1.0, reference: str = "") -> Taken | None:
        """Measure and print one line of the table; ``share``: of the file that was taken."""
        try:
            taken = min((work() for _ in range(self.repeat)), key=lambda one: one.seconds)
        except (RuntimeError, OSError) as error:
            print(f"{name:<58} failed: {str(error).strip().splitlines()[-1][:200]}", flush=True)
            return None
        whole = replace(taken, seconds=taken.seconds / share, client=taken.client / share, server=taken.server / share)
        if reference:
            self.raw[reference] = whole.seconds
        self.show(name, whole, "" if share == 1 else f"  (from {share:.1%} of the file)")
        return whole

    def show(self, name: str, taken: Taken, note: str = "") -> None:
        """One line of the table."""
        seconds = taken.seconds
        ratios = [f"{self.raw[key] / seconds:6.2f}" if key in self.raw else "     –" for key in ("bare", "same")]
        print(f"{name:<58}{seconds:8.1f}{self.answers / seconds:12,.0f}{self.rows / seconds:12,.0f}{taken.memory:8}"
              f"{taken.client:9.1f}{taken.server:9.1f}  {ratios[0]}  {ratios[1]}{note}", flush=True)  # fmt: skip
        for line in taken.said.splitlines():
            if line.startswith("counted"):
                print("   " + line)  # read, accepted, rejected, duplicate, faults


def measure(bench: Bench, dlt: str | None, alone: str = "") -> None:
    """The whole table, or our load ``alone``: of one file (``ours``), or of a ``pair`` of files."""
    print(
        f"{'':<58}{'seconds':>8}{'answers/s':>12}{'rows/s':>12}{'MB':>8}{'client s':>9}{'server s':>9}{'of bare':>8}{'of same':>8}"
    )
    if alone == "pair":
        for workers, words in (("1", "two files one after the other"), ("2", "two files side by side")):
            bench.tell(words, lambda workers=workers: bench.anew("pair", workers))  # type: ignore[misc]
        return
    if alone:
        bench.tell("our load, a month of its own", lambda: bench.anew("ours", bench.shape, month=False))
        return
    bench.clear()
    bench.child("ours", bench.shape)  # for the ready rows, and to warm everything up
    make_ready(bench)
    bench.tell("COPY, bare table of texts", lambda: bench.child("bare"), reference="bare")
    bench.tell("COPY of ready rows, same tables, keys on", lambda: bench.anew("same", "csv"), reference="same")
    bench.tell("the same, binary", lambda: bench.anew("same", "binary"))
    bench.tell("our load, the month's partitions ready and empty", lambda: bench.anew("ours", bench.shape))
    bench.tell("our load, a month of its own", lambda: bench.anew("ours", bench.shape, month=False))
    bench.after = bench.tell("from the bare table to the same tables in SQL", lambda: bench.anew("settle"))
    peers(bench, dlt)


def make_ready(bench: Bench) -> None:
    """The rows our load made, as files for COPY."""
    with psycopg.connect(bench.url, options=f"-c search_path={SCHEMA},public") as connection, connection.cursor() as cursor:
        for table in TABLES:
            for form in ("csv", "binary"):
                with (
                    (bench.path.parent / f"{table}.{form}").open("wb") as target,
                    cursor.copy(f"COPY (SELECT * FROM {table}) TO STDOUT (FORMAT {form})") as stream,
                ):
                    for block in stream:
                        target.write(block)


def peers(bench: Bench, dlt: str | None) -> None:
    """What else one could take; none of them checks, keys or tells what it refused, so what is left to do is added below it."""
    part = min(SLICE, bench.rows)
    script, url = str(Path(__file__).with_name("dlt_load.py")), bench.url.replace("@/", "@localhost/")
    for name, way, more, share in (
        ("dlt, its default (dictionaries)", "rows", [str(part)], part / bench.rows),
        ("dlt, arrow tables and CSV", "frames", [], 1.0), ("dlt, arrow tables, parquet and ADBC", "adbc", [], 1.0),
    ):  # fmt: skip
        command = [dlt or "", script, str(bench.path), url, way, *more]
        peer(bench, name, "" if dlt else "--dlt names no Python that has it", partial(run, command, bench.server), share)
    peer(bench, "pandas to_sql", "", lambda: bench.child("pandas", str(part)), part / bench.rows)
    lacking = "" if shutil.which("pgloader") else "no pgloader on the path; Debian has it as a package"
    peer(bench, "pgloader", lacking, lambda: pgloader(bench))


def peer(bench: Bench, name: str, lacking: str, work: Callable[[], Taken], share: float = 1.0) -> None:
    """A peer's line, and that of the peer with what is left to do after it; or what is ``lacking`` to measure it."""
    if lacking:
        print(f"{name:<58} not measured: {lacking}", flush=True)
        return
    taken, after = bench.tell(name, work, share), bench.after
    if taken and after:
        bench.show("   and on to the same tables in SQL", Taken(
            taken.seconds + after.seconds, taken.client + after.client, taken.server + after.server, taken.memory, "",
        ))  # fmt: skip


def pgloader(bench: Bench) -> Taken:
    columns = names(bench.path)
    bench.execute(
        "DROP TABLE IF EXISTS public.peer_pgloader",
        f"CREATE TABLE public.peer_pgloader ({', '.join(f'{name} text' for name in columns)})",
    )
    url = bench.store.url
    address = f"postgresql://{url.username}:{url.password}@unix:{bench.server.socket}:5432/{url.database}"
    script = bench.path.parent / "pgloader.load"
    script.write_text(PGLOADER.format(path=bench.path, columns=", ".join(columns), url=address))
    return run(["pgloader", str(script)], bench.server)


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("answers", nargs="?", type=int, default=5_000_000)
    words.add_argument("--shape", choices=("wide", "long"), default="wide")
    words.add_argument("--alone", choices=("ours", "pair"), default="", help="our load alone, of one file or of two")
    words.add_argument("--repeat", type=int, default=1)
    words.add_argument("--dlt")
    given = words.parse_args()
    rows = given.answers // (len(ASKED) if given.shape == "wide" else 1)
    with open_folder() as home:
        server = embedded.EmbeddedPostgres(home / "server")
        store = create_database(server.start())
        try:
            define.define(store, define.shipped())
            load_file(store, feed_of("areas"), areas(home), "")
            path = (wide if given.shape == "wide" else long)(rows, home)
            load_brand(store)
            if given.alone == "pair":
                (home / "pair").mkdir()
                wide(rows, home / "pair")
                long(given.answers, home / "pair")
            print(f"{given.answers:,} answers in {rows:,} rows, {path.stat().st_size >> 20} MB, {given.shape}")
            measure(Bench(server, store, path, given.shape, rows, given.answers, repeat=given.repeat), given.dlt, given.alone)
        finally:
            store.dispose()
            server.stop()


def load_brand(store: sa.Engine) -> None:
    """The competitor's brand, which the demonstration's feed brings along."""
    with store.begin() as connection:
        connection.execute(sa.text("INSERT INTO brand VALUES ('rival', '友商', 'Rival', false) ON CONFLICT DO NOTHING"))


if __name__ == "__main__":
    main()
