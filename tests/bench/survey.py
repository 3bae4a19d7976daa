"""The files of the load's bench: a province's tree and a month of survey answers, about one row in a thousand bad."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl

from etl.sources.declaration import Feed
from etl.sources.parse import read_feeds
from tests.etl.feeds.sample import SURVEY_HEADER, feed_of

CITIES, COUNTIES, GRIDS = 21, 137, 3000
ASKED = ("mobile_overall", "mobile_network", "voice", "mobile_data", "tariff", "coverage_signal")
MONTH = "2026-06"
FIRST, LAST = 1_780_272_000, 1_782_863_999  # the month's first and last second
BAD = 1000  # one row in as many is spoiled
TOLD = 50  # one row in as many carries the customer's own words

LONG_FEED = """
feed = "bench_long"
kind = "survey"
title_zh = "逐题数据"
title_en = "A row an answer"
patterns = ['long_.*\\.csv']
slot = "{stem}"
key = "response_id"
[columns]
response_id = { header = "response_id", required = true }
answered_at = { header = "answered_at", formats = ["%Y-%m-%d %H:%M:%S"] }
brand = "brand"
mode = "mode"
business = "business"
segment = "segment"
customer = "customer"
[answers]
mobile_overall = { header = "score", scale = "1-10" }
[place]
not_found = "reject"
[[place.lookup]]
by = "code"
columns = [{ header = "area_code" }]
"""


def areas(folder: Path) -> Path:
    """The tree's file."""
    lines = [
        "code,level,kind,name_zh,name_en,parent_code,lon,lat,urban,valid_from,valid_to,change,from_code",
        "P,province,,省,P,,,,,,,,",
    ]
    for level, count, above, letter, parent in (
        ("city", CITIES, 1, "C", "P"),
        ("county", COUNTIES, CITIES, "K", "C"),
        ("grid", GRIDS, COUNTIES, "G", "K"),
    ):
        lines += [
            f"{letter}{i},{level},,{letter}{i},{letter}{i},{parent}{i % above if above > 1 else ''},,,,,,," for i in range(count)
        ]
    path = folder / "areas.csv"
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


def _chosen(rng: np.random.Generator, rows: int, *words: str) -> pl.Series:
    return pl.Series(list(words)).gather(rng.integers(0, len(words), rows))


def _common(rng: np.random.Generator, rows: int) -> dict[str, pl.Series]:
    at = pl.Series(rng.integers(FIRST, LAST, rows)) * 1_000_000
    grids = pl.Series([f"G{i}" for i in range(GRIDS)])
    broken = rng.integers(0, BAD, rows)  # 0: a place nobody knows; 1 and others below spoil other columns
    area = (
        grids.gather(rng.integers(0, GRIDS, rows))
        .to_frame("a")
        .select(pl.when(pl.Series(broken == 0)).then(pl.lit("nowhere")).otherwise("a"))
    )
    return {
        "response_id": pl.select(pl.format("r{}", pl.int_range(rows))).to_series(),
        "answered_at": at.cast(pl.Datetime("us")).dt.strftime("%Y-%m-%d %H:%M:%S"),
        "area_code": area.to_series(), "brand": _chosen(rng, rows, "own", "own", "own", "rival"),
        "mode": _chosen(rng, rows, "scene", "sms", "phone", "internet"), "business": _chosen(rng, rows, "mobile", "broadband"),
        "segment": _chosen(rng, rows, "public", "public", "elderly", "special"),
        "customer": pl.Series(rng.integers(13_000_000_000, 19_900_000_000, rows)).cast(pl.String),
    }  # fmt: skip


def _scores(rng: np.random.Generator, rows: int) -> pl.Series:
    return pl.Series(rng.integers(1, 11, rows)).cast(pl.String)


def wide(rows: int, folder: Path) -> Path:
    """A month of survey answers in the demonstration operator's form, six questions a row."""
    rng = np.random.default_rng(1)
    columns = {name: pl.repeat("", rows, eager=True) for name in SURVEY_HEADER.strip().split(",")}
    columns |= _common(rng, rows)
    columns |= {
        "generation": _chosen(rng, rows, "4g", "5g", "fixed"), "stage": _chosen(rng, rows, "pre", "sale", "after"),
        "channel": _chosen(rng, rows, "hall", "hotline", "app"), **{name: _scores(rng, rows) for name in ASKED},
    }  # fmt: skip
    said = pl.Series(rng.integers(0, TOLD, rows) == 0)
    columns["verbatim"] = pl.select(pl.when(said).then(pl.lit('信号不错, "很满意"')).otherwise(pl.lit(""))).to_series()
    path = folder / f"survey_sms_{MONTH}.csv"
    pl.DataFrame(columns).write_csv(path)
    return path


def long(rows: int, folder: Path) -> Path:
    """A month of answers, a row each, in eight columns."""
    rng = np.random.default_rng(2)
    path = folder / f"long_{MONTH}.csv"
    columns = _common(rng, rows)
    pl.DataFrame({**columns, "score": _scores(rng, rows)}).write_csv(path)
    return path


def bench_feed(shape: str, folder: Path) -> Feed:
    """The feed of a shape of file."""
    if shape == "wide":
        return feed_of("survey")
    path = folder / "bench_long.toml"
    path.write_text(LONG_FEED, "utf-8")
    return read_feeds([path])[0]
