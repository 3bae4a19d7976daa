"""A few bad rows, as every real feed has some: made from good ones, added to the end of a file, and counted."""

from __future__ import annotations

from collections import Counter

import polars as pl

NO_SUCH_AREA = "999999999"
BAD_DATE = "2026-13-40 25:61:00"
SURVEY_FAULTS = (("invalid_score", "mobile_overall", "11"), ("invalid_score", "broadband_overall", "满意"),
                 ("bad_date", "answered_at", BAD_DATE),
                 ("unknown_area", "area_code", NO_SUCH_AREA), ("unknown_business", "business", "fax"))  # fmt: skip
COMPLAINT_FAULTS = (("bad_date", "opened_at", BAD_DATE), ("unknown_area", "area_code", NO_SUCH_AREA))
PROCESS_FAULTS = (("bad_number", "numerator", "N/A"), ("unknown_indicator", "indicator", "no_such_indicator"))


def spoiled(frame: pl.DataFrame, faults: tuple[tuple[str, str, str], ...], key: str | None, counts: Counter[str]) -> pl.DataFrame:
    """One bad row a fault, from the frame's first rows (all text), and one exact duplicate where there is a key."""
    head = frame.head(len(faults) + 1)
    rows = head.select(pl.col(pl.Datetime).dt.strftime("%Y-%m-%d %H:%M:%S"), ~pl.selectors.datetime())
    rows = rows.select(frame.columns).cast(pl.String)
    out = []
    for number, (name, column, value) in enumerate(faults[: rows.height]):
        bad = rows[number : number + 1].with_columns(pl.lit(value).alias(column))
        if key:
            bad = bad.with_columns(pl.col(key) + f"X{number}")
        out.append(bad)
        counts[name] += 1
    if key and rows.height > len(faults):
        out.append(rows[len(faults) :])
        counts["duplicate"] += 1
    return pl.concat(out) if out else rows.head(0)
