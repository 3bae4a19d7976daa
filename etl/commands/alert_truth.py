"""``manyi alerts backtest --truth``: every rule over the store's own past, held against what a demonstration planted in it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import polars as pl

import sql
from etl.commands.console import Refused, err, out, show
from etl.commands.stores import open_store
from etl.demo.alert_truth import AlertTruth, Watching
from etl.steps.detection.replayed import Past, Replayed, replay

EVENTS, MEANS = "truth.json", "means.parquet"
DAYS_A_MONTH = 365.25 / 12
NO_TRUTH = "no truth"
HEADING = """alerts told and how many a month; of them true, and of nothing at all; precision with its 95 % interval; what was
planted and found within 4 months (changes of mix: 2), by an alert that opened or one open that told it as worse; days until
it was told, median and 90 %. Planted falls are of 3
points, at grids of 5. A rule without months saw the present alone."""


def tell_truth(folder: Path, as_json: bool) -> None:
    """Print :func:`beside_truth`."""
    rows = beside_truth(folder)
    if not as_json:
        out.print(HEADING)
    show(rows, as_json)


def beside_truth(folder: Path) -> list[dict[str, Any]]:
    """A row a rule and level: alerts and how many a month, and where the truth speaks of it, precision, recall and delay."""
    missing = [name for name in (EVENTS, MEANS) if not (folder / name).is_file()]
    if missing:
        raise Refused(f"{folder} has no {' and no '.join(missing)}; name a demonstration's folder truth")
    events, means = json.loads((folder / EVENTS).read_text("utf-8"))["events"], pl.read_parquet(folder / MEANS)
    target = open_store()
    with sql.begin(target) as connection:
        past = replay(connection, tell=lambda said: err.print(said, style="dim"))
        kinds = {row["code"]: row["kind"] for row in sql.rows(connection, "etl/detect_indicators")}
    if past is None:
        raise Refused("nothing is published yet; `manyi run publish` publishes what is loaded")
    rows = list(_rows(past, AlertTruth(events, means, past.parents), kinds))
    names = dict.fromkeys(name for row in rows for name in row)  # a rule the truth says nothing of has fewer
    return [{name: row.get(name) for name in names} for row in rows]


def _rows(past: Past, truth: AlertTruth, kinds: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    for one in past.rules:
        found = truth.verdicts(_watching(one, kinds), one.told) if one.periods else []
        months = _months(one)
        name = {"rule": one.rule.rule, "months": None if months is None else round(months, 1)}
        for verdict in found:
            a_month = None if months is None else round(verdict.fired / months, 2)
            said = verdict.record()
            yield {**name, "level": said.pop("level"), "fired": said.pop("fired"), "a_month": a_month, **said,
                   "said": "" if verdict.known else NO_TRUTH}  # fmt: skip
        if not found:
            yield {**name, "level": "", "fired": 0}


def _watching(one: Replayed, kinds: Mapping[str, str]) -> Watching:
    """Of ranks outcomes alone are judged."""
    of = "outcome" if one.rule.kind == "rank" else None
    watched = frozenset(code for code, kind in kinds.items() if one.rule.speaks_of(code, kind) and of in (None, kind))
    return Watching(one.rule.kind, one.rule.levels, one.periods[0].start, one.periods[-1].end, watched)


def _months(one: Replayed) -> float | None:
    """How long the rule watched; ``None``: it saw the present alone."""
    if not one.past:
        return None
    return ((one.periods[-1].end - one.periods[0].start).days + 1) / DAYS_A_MONTH if one.periods else 0.0
