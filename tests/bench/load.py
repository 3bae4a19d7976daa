"""How fast a survey file comes in: ``python -m tests.bench.load [ROWS]``, on an embedded server of its own."""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import polars as pl

from etl.steps import define
from etl.steps.load import load_file, load_inbox
from sql import embedded
from tests.conftest import create_database
from tests.etl.feeds.sample import FILES, SECRET, SURVEY_HEADER, demo_feeds, feed_of, write

ASKED = ("mobile_overall", "mobile_network", "voice", "mobile_data", "tariff", "coverage_signal")


def survey(rows: int, folder: Path) -> Path:
    """A month of survey answers, six questions a row, in the demonstration operator's form."""
    rng = np.random.default_rng(1)
    at = pl.Series(rng.integers(1_780_272_000, 1_782_863_999, rows)) * 1_000_000
    columns = {name: pl.repeat("", rows, eager=True) for name in SURVEY_HEADER.strip().split(",")}
    columns |= {
        "response_id": pl.select(pl.format("r{}", pl.int_range(rows))).to_series(),
        "answered_at": at.cast(pl.Datetime("us")).dt.strftime("%Y-%m-%d %H:%M:%S"),
        "area_code": pl.Series(rng.choice(["G1", "G2", "G3", "K2"], rows)), "brand": pl.repeat("own", rows, eager=True),
        "mode": pl.repeat("sms", rows, eager=True), "business": pl.repeat("mobile", rows, eager=True),
        "segment": pl.repeat("public", rows, eager=True), "generation": pl.repeat("5g", rows, eager=True),
        "stage": pl.repeat("after", rows, eager=True), "channel": pl.repeat("app", rows, eager=True),
        "customer": pl.Series(rng.integers(13_000_000_000, 19_900_000_000, rows)).cast(pl.String),
        **{name: pl.Series(rng.integers(1, 11, rows)).cast(pl.String) for name in ASKED},
    }  # fmt: skip
    path = folder / "survey_sms_2026-06.csv"
    pl.DataFrame(columns).write_csv(path, quote_style="never")
    return path


def main(rows: int) -> None:
    with tempfile.TemporaryDirectory(prefix="manyi-bench-") as name:
        home = Path(name)
        home.chmod(0o755)
        server = embedded.EmbeddedPostgres(home)
        store = create_database(server.start())
        try:
            define.define(store, define.shipped())
            folder = home / "inbox"
            folder.mkdir()
            list(load_inbox(store, demo_feeds(), write(folder, {"areas.csv": FILES["areas.csv"]}), SECRET))
            path = survey(rows, folder)
            start = time.perf_counter()
            result = load_file(store, feed_of("survey"), path, SECRET)
            spent = time.perf_counter() - start
            memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
            sys.stdout.write(f"{result.state}: {result.accepted:,} rows of {path.stat().st_size >> 20} MB in {spent:.1f} s = "
                             f"{rows / spent:,.0f} rows/s, {len(ASKED) * rows / spent:,.0f} answers/s, {memory} MB\n")  # fmt: skip
        finally:
            store.dispose()
            server.stop()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200_000)
