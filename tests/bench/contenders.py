"""The ways to bring the bench's file in, each run in a process of its own: ``python -m tests.bench.contenders WAY URL PATH [MORE]``."""

from __future__ import annotations

import csv
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg

CHUNK = 1 << 20
TABLES = ("response", "answer", "response_detail")


def blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        while block := stream.read(CHUNK):
            yield block


def names(path: Path) -> list[str]:
    with path.open(encoding="utf-8") as stream:
        return next(csv.reader(stream))


def bare(url: str, path: Path, *more: str) -> None:
    """COPY of the file as it is into a table of texts without a key."""
    columns = names(path)
    with psycopg.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bare")
        cursor.execute(f"CREATE TABLE bare ({', '.join(f'{name} text' for name in columns)})")
        with cursor.copy("COPY bare FROM STDIN (FORMAT csv, HEADER)") as stream:
            for block in blocks(path):
                stream.write(block)


def same(url: str, path: Path, form: str) -> None:
    """COPY of rows that are ready into the tables our load fills, keys and indexes on."""
    with psycopg.connect(url) as connection, connection.cursor() as cursor:
        for table in TABLES:
            with cursor.copy(f"COPY {table} FROM STDIN (FORMAT {form})") as stream:
                for block in blocks(path.parent / f"{table}.{form}"):
                    stream.write(block)


def ours(url: str, path: Path, shape: str) -> None:
    """Our load: parsed, checked, placed, keyed, hashed; rejected rows kept with line and reason."""
    import sql
    from etl.steps.load import load_file
    from tests.bench.survey import bench_feed

    store = sql.engine(url)
    began = time.monotonic()
    result = load_file(store, bench_feed(shape, path.parent), path, "for the bench")
    print("seconds", time.monotonic() - began)
    print("counted", result.state, result.read, result.accepted, result.rejected, result.duplicate, sum(result.reasons.values()))
    store.dispose()


def pair(url: str, path: Path, workers: str) -> None:
    """Two files of two feeds, by one worker or two."""
    import sql
    from etl.steps.load import load_inbox
    from tests.bench.survey import bench_feed

    store = sql.engine(url)
    feeds = [bench_feed("wide", path.parent), bench_feed("long", path.parent)]
    began = time.monotonic()
    results = list(load_inbox(store, feeds, path.parent / "pair", "for the bench", workers=int(workers)))
    print("seconds", time.monotonic() - began)
    print("counted", *(f"{one.name} {one.state} {one.accepted}" for one in results))
    store.dispose()


def settle(url: str, path: Path, *more: str) -> None:
    """What is left to do after a peer: from the texts of ``bare`` to the same tables in SQL, refused rows listed."""
    columns = names(path)
    with psycopg.connect(url) as connection, connection.cursor() as cursor:
        known = dict(cursor.execute("SELECT code, indicator_id FROM indicator WHERE fact = 'answer'").fetchall())
        asked = {
            name: known["mobile_overall" if name == "score" else name] for name in columns if name in known or name == "score"
        }
        words = {name: f"b.{name}" if name in columns else "'unknown'" for name in ("generation", "stage", "channel")}
        good = " AND ".join(["a.area_id IS NOT NULL", *(f"b.{name} ~ '^([1-9]|10)?$'" for name in asked)])
        head = "a.area_id, CAST(b.answered_at AS timestamp)::date, md5('feed' || chr(31) || b.response_id)::uuid"
        source = "FROM bare b LEFT JOIN area a ON a.code = b.area_code WHERE"
        cursor.execute(
            f"INSERT INTO response SELECT {head}, CAST(b.answered_at AS timestamp), NULL, b.brand, b.mode, b.business, b.segment, "
            f"{', '.join(words.values())}, substr(sha256(convert_to('secret' || b.customer, 'UTF8')), 1, 16), 0 {source} {good}"
        )
        pairs = ", ".join(f"({number}, nullif(b.{name}, ''))" for name, number in asked.items())
        cursor.execute(
            f"INSERT INTO answer SELECT {head}, v.number, CAST(v.raw AS real), '1-10', (CAST(v.raw AS float) - 1) / 9 * 100 "
            f"{source.replace(' WHERE', f' CROSS JOIN LATERAL (VALUES {pairs}) v (number, raw) WHERE')} v.raw IS NOT NULL AND {good}"
        )
        if "verbatim" in columns:
            cursor.execute(
                f"INSERT INTO response_detail SELECT {head}, '{{}}', '{{}}', b.verbatim {source} b.verbatim <> '' AND {good}"
            )
        cursor.execute(f"CREATE TEMP TABLE refused AS SELECT b.* {source} NOT ({good})")


def pandas(url: str, path: Path, rows: str) -> None:
    """pandas' ``to_sql`` of the first rows."""
    import pandas as pd
    import sqlalchemy as sa

    engine = sa.create_engine(sa.make_url(url).set(drivername="postgresql+psycopg"))
    began = time.monotonic()
    frame = pd.read_csv(path, nrows=int(rows), dtype=str)
    frame.to_sql("peer_pandas", engine, if_exists="replace", index=False, chunksize=10_000)
    print("seconds", time.monotonic() - began)


WAYS: dict[str, Callable[..., None]] = {
    "bare": bare,
    "same": same,
    "ours": ours,
    "pair": pair,
    "settle": settle,
    "pandas": pandas,
}


if __name__ == "__main__":
    WAYS[sys.argv[1]](sys.argv[2], Path(sys.argv[3]), *sys.argv[4:])
