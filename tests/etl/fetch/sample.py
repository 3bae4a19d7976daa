"""The same survey answers in the form of every source, and what became of them in a store."""

from __future__ import annotations

import csv
import io
import os
import random
import time
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

import pandas as pd
import sqlalchemy as sa

from etl.sources.declaration import Feed
from etl.sources.parse import parse_feed
from etl.steps import define
from etl.steps.fetch import fetch_feed
from etl.steps.load import LoadResult, load_inbox
from etl.steps.premises import Premises
from tests.etl.feeds.sample import AREAS, SECRET, SUBSCRIBERS, TOUCHPOINTS, demo_feeds, write
from tests.etl.fetch.servers import PASSPHRASE, S3_SECRET, TOKEN

FIRST = datetime(2026, 6, 1, 8, 0)
TODAY = datetime(2026, 7, 15).date()
SCORES = ("mobile_overall", "voice", "hall", "broadband_overall")
HEADER = ("id", "answered_at", "area_code", "touchpoint_code", "brand", "business", "segment", *SCORES, "verbatim", "changed_at")

SURVEY = """
feed = "survey"
kind = "survey"
title_zh = "满意度调研"
title_en = "Satisfaction survey"
key = "response_id"
{more}
[columns]
response_id = {{ header = "id", required = true }}
answered_at = {{ header = "answered_at", formats = ["%Y-%m-%d %H:%M:%S"] }}
touchpoint = "touchpoint_code"
brand = "brand"
mode = {{ constant = "sms" }}
business = "business"
segment = "segment"
verbatim = "verbatim"
[answers]
mobile_overall = {{ header = "mobile_overall", scale = "1-10" }}
voice = {{ header = "voice", scale = "1-10" }}
hall = {{ header = "hall", scale = "1-10" }}
broadband_overall = {{ header = "broadband_overall", scale = "1-10" }}
[checks]
changed_at = "changed_at"
[place]
not_found = "reject"
[[place.lookup]]
by = "code"
columns = [{{ header = "area_code" }}]
[[brands]]
brand = "rival"
name_zh = "友商"
name_en = "Rival"
{source}
"""
IN_FILES = "patterns = ['answers_(?P<month>\\d{4}-\\d\\d)\\.csv']\nslot = \"{month}\"\n"
ENVIRONMENT: Mapping[str, str] = {
    "SFTP_PASSPHRASE": PASSPHRASE, "S3_KEY": "tests", "S3_SECRET": S3_SECRET, "API_TOKEN": TOKEN,
}  # fmt: skip

Row = dict[str, str]


def feed(source: str, more: str = "") -> Feed:
    """The survey's feed with a source."""
    return parse_feed(SURVEY.format(more=more, source=source), "survey.toml")


def file_feed(source: str = "") -> Feed:
    """The survey's feed, taken from files."""
    return feed(source, IN_FILES)


def answers(number: int = 240, seed: int = 7, begin: int = 0) -> list[Row]:
    """Random answers; one in forty names an area that does not exist, and is refused."""
    rng = random.Random(seed)  # noqa: S311  any numbers will do
    return [_answer(rng, at) for at in range(begin, begin + number)]


def _answer(rng: random.Random, at: int) -> Row:
    when = FIRST + timedelta(hours=2.5 * at)
    scored = {name: str(rng.randint(1, 10)) if name == "mobile_overall" or rng.random() < 0.5 else "" for name in SCORES}
    area = (
        "nowhere"
        if at % 40 == 39
        else rng.choice(["G1", "G2", "K3", "K1", "C2", ""] if when < datetime(2026, 7, 1) else ["G1a", "G2", "K3", ""])
    )
    return {
        "id": f"r{at}", "answered_at": f"{when:%Y-%m-%d %H:%M:%S}", "area_code": area, "touchpoint_code": rng.choice(["H1", ""]),
        "brand": rng.choice(["own", "own", "rival"]), "business": rng.choice(["mobile", "broadband"]),
        "segment": rng.choice(["public", "elderly"]), **scored, "verbatim": rng.choice(["", "很好", '说 "好", 但慢']),
        "changed_at": f"{when + timedelta(minutes=rng.randint(0, 9)):%Y-%m-%d %H:%M:%S}",
    }  # fmt: skip


def as_csv(rows: list[Row]) -> bytes:
    """Rows as a file."""
    written = io.StringIO()
    writer = csv.DictWriter(written, HEADER, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return written.getvalue().encode()


def fill_table(engine: sa.Engine, rows: list[Row], fresh: bool = True) -> None:
    """Rows into a table of another database, its times with a zone (the operator's clocks are eight hours ahead)."""
    scores = ", ".join(f"{name} smallint" for name in SCORES)
    with engine.begin() as connection:
        if fresh:
            connection.exec_driver_sql(
                "CREATE TABLE answers (id text PRIMARY KEY, answered_at timestamp, area_code text, touchpoint_code text, brand text, "
                f"business text, segment text, {scores}, verbatim text, changed_at timestamptz)"
            )
        given = [{n: v or None for n, v in row.items()} | {"changed_at": f"{row['changed_at']}+08"} for row in rows]
        names = ", ".join(HEADER)
        typed = ", ".join(f"CAST(:{n} AS {_type(n)})" for n in HEADER)
        connection.execute(sa.text(f"INSERT INTO answers ({names}) VALUES ({typed})"), given)


def _type(name: str) -> str:
    return {"answered_at": "timestamp", "changed_at": "timestamptz"}.get(name, "smallint" if name in SCORES else "text")


def in_database(url: str, more: str = "") -> str:
    """The ``[source]`` of a feed on that table."""
    return f"""
[source]
kind = "database"
url = "{url}"
password_env = "DB_PASSWORD"
table = "answers"
watermark = "changed_at"
order = ["id"]
overlap = "15min"
{more}
"""


def over_http(url: str, more: str = "", paging: str = 'by = "page"\nparam = "page"\nsize_param = "size"\nsize = 50') -> str:
    """The ``[source]`` of a feed on the interface."""
    return f"""
[source]
kind = "api"
url = "{url}"
token_env = "API_TOKEN"
records = "data.items"
{more}
[source.paging]
{paging}
"""


def prepare(store: sa.Engine, folder: Path) -> None:
    """What the answers refer to, loaded from an inbox."""
    define.define(store, define.shipped())
    write(folder, {"areas.csv": AREAS, "touchpoints.csv": TOUCHPOINTS, "subscribers_2026-06.csv": SUBSCRIBERS})
    assert {result.state for result in load_inbox(store, demo_feeds(), folder, SECRET, today=TODAY)} == {"loaded"}


def fetch(store: sa.Engine, declared: Feed, home: Path, environment: Mapping[str, str] = ENVIRONMENT) -> list[LoadResult]:
    """One fetch of a feed, its pauses not slept."""
    premises = Premises(home)
    return list(fetch_feed(store, declared, premises, SECRET, environment=environment, today=TODAY, sleep=lambda seconds: None))


FACTS = """
SELECT r.day, r.response_id::text AS id, r.answered_at, t.code AS area, r.touchpoint_id, r.brand, r.mode, r.business, r.segment,
       i.code AS indicator, a.raw, a.score, d.verbatim
FROM response r JOIN area t USING (area_id)
JOIN answer a USING (area_id, day, response_id) JOIN indicator i USING (indicator_id)
LEFT JOIN response_detail d USING (area_id, day, response_id) ORDER BY id, indicator
"""


def facts(store: sa.Engine) -> pd.DataFrame:
    """Every answer with its response, whichever file it came by."""
    with store.begin() as connection:
        return pd.DataFrame(connection.execute(sa.text(FACTS)).mappings().all())


def figures(store: sa.Engine) -> pd.DataFrame:
    """The published roll-up of scores."""
    query = "SELECT * FROM score_rollup ORDER BY area_id, indicator_id, period, cut, start, value, first_pub"
    with store.begin() as connection:
        found = pd.DataFrame(connection.execute(sa.text(query)).mappings().all())
    return found.assign(counts=found["counts"].map(tuple))


def old(path: Path, age: float = 60) -> None:
    """Make a file one that nobody has written for ``age`` seconds."""
    os.utime(path, (time.time() - age,) * 2)
