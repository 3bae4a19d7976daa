"""Rules that say yes or no: a fixed threshold, a target that is likely to be missed, a fall among one's peers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

import sql
from etl.domain.alert_rule import AlertRule
from etl.domain.episode import State
from etl.domain.estimate import UNRANKED_BELOW
from etl.domain.lives import CODE, JUDGED, NOTHING, Codes, live
from etl.domain.period import add_months
from etl.domain.watch import Below, below
from etl.steps.detection.book import Book
from etl.steps.detection.reads import Scene, Survey
from etl.steps.detection.sight import Figures, Sight

Bools = NDArray[np.bool_]

YES, NO = -2.0, 0.0  # as statistics: deep enough to stay open, and calm
ROW = ("value", "low", "high", "n", "n_eff")


def watch_thresholds(survey: Survey, rule: AlertRule, book: Book) -> None:
    """Scores whose whole interval lies beyond the threshold in the last whole month."""
    scene, threshold = survey.scene, rule.number("threshold", -np.inf)
    for indicator, row in scene.indicators.items():
        if (
            row["fact"] == "answer"
            and row["kind"] in ("outcome", "perception")
            and rule.speaks_of(row["code"], row["kind"])
            and survey.months
        ):
            sums, nothing = survey.sums(indicator), np.full(len(scene.tree.ids), np.nan)
            effective = sums.n_eff[:, -1]
            shown = effective >= UNRANKED_BELOW
            seen = Figures.of(sums, -1, shown, np.full(len(shown), threshold), nothing, nothing)
            beyond = seen.high < threshold if row["direction"] > 0 else seen.low > threshold
            closed = survey.closed(indicator)[:, -1]
            why = [CODE[State.ERROR], CODE[State.NO_DATA], CODE[State.TOO_FEW]]
            unjudged = np.select([closed, survey.incomplete | (effective <= 0), ~shown], why, JUDGED).astype(np.int8)
            flag(scene, rule, book, indicator, survey.months[-1].start, seen, beyond, unjudged, {"threshold": threshold})


def watch_targets(scene: Scene, rule: AlertRule, book: Book) -> None:
    """Targets of the running period with too small a chance: as the forecast has it, from the days so far and the time left.

    What most of an area's children miss as it does is told of the area alone (:func:`etl.domain.watch.below`). An alert that
    opened stands for the month, so that a chance about the limit does not bring those below after all."""
    parent, watched = scene.tree.kin([scene.data_to]).parent[:, 0], scene.watched(rule, scene.data_to)
    month = scene.data_to.replace(day=1)
    found: dict[int, list[dict[str, Any]]] = {indicator: [] for indicator in book.indicators()}
    for row in sql.rows(scene.connection, "etl/detect_targets", p=scene.publication, period=rule.period):
        found.setdefault(row["indicator_id"], []).append({**row, "n": None})
    for indicator, rows in found.items():
        row = scene.indicators[indicator]
        if rule.speaks_of(row["code"], row["kind"]):
            missed = {one["area_id"] for one in rows if one["probability"] < rule.number("chance", 0.0)}
            misses, judged = (watched & np.isin(scene.tree.ids, list(of)) for of in (missed, {one["area_id"] for one in rows}))
            stood = book.stood(indicator)
            found_below = below(misses | (judged & stood.lives.open & (stood.start == month)), judged, parent)
            details = {one["area_id"]: _chance(scene, one, found_below) for one in rows}
            told = set(scene.tree.ids[misses & ~found_below.part].tolist())
            _rows(scene, rule, book, indicator, month, rows, told, details, missed)


def _chance(scene: Scene, row: Mapping[str, Any], found: Below) -> dict[str, Any]:
    at = int(np.searchsorted(scene.tree.ids, row["area_id"]))
    said = {name: row[name] for name in ("target", "probability", "start")}
    return {**said, "below": int(found.missed[at]), "below_of": int(found.judged[at])} if found.judged[at] else said


def watch_ranks(survey: Survey, rule: AlertRule, book: Book) -> None:
    """Areas that can no longer have any of the ranks they may have had some months before: all bands of a family hold at once."""
    scene, found = survey.scene, dict[int, list[dict[str, Any]]]()
    if not survey.months:
        return
    start = survey.months[-1].start
    for row in sql.rows(
        scene.connection, "etl/detect_ranks", start=start, before=add_months(start, -int(rule.number("back", 3)))
    ):
        found.setdefault(row["indicator_id"], []).append(row)
    for indicator, rows in found.items():
        row = scene.indicators[indicator]
        if row["kind"] == "outcome" and rule.speaks_of(row["code"], row["kind"]):
            names = ("first_rank", "last_rank", "first_before", "last_before", "siblings")
            details = {one["area_id"]: {name: one[name] for name in names} for one in rows}
            fell = {one["area_id"] for one in rows if one["first_rank"] > one["last_before"]}
            _rows(scene, rule, book, indicator, start, rows, fell, details)


def _rows(
    scene: Scene, rule: AlertRule, book: Book, indicator: int, start: date, rows: list[dict[str, Any]], signal: set[int],
    details: Mapping[int, Mapping[str, Any]], standing: set[int] | None = None,
) -> None:  # fmt: skip
    """Judge the areas that have a row; of the others there is nothing to judge. ``standing``: where an open alert stays so."""
    count, ids = len(scene.tree.ids), scene.tree.ids
    figures, flags, stands = Figures.nothing(count), np.zeros(count, bool), np.zeros(count, bool)
    unjudged = np.full(count, CODE[State.NO_DATA])
    for row in rows:
        at = int(np.searchsorted(ids, row["area_id"]))
        unjudged[at], flags[at] = JUDGED, row["area_id"] in signal
        stands[at] = row["area_id"] in (signal if standing is None else standing)
        for name in ROW:
            getattr(figures, name)[at] = np.nan if row[name] is None else row[name]
    flag(scene, rule, book, indicator, start, figures, flags, unjudged, by_area=details, standing=stands)


def flag(
    scene: Scene, rule: AlertRule, book: Book, indicator: int, start: date, figures: Figures, signal: Bools, unjudged: Codes,
    detail: Mapping[str, Any] | None = None, by_area: Mapping[int, Mapping[str, Any]] | None = None,
    standing: Bools | None = None,
) -> None:  # fmt: skip
    """Judge one period of a rule that says yes or no; ``by_area`` goes by the areas' ids. An alert opens by ``signal`` and stays
    open while ``standing`` (else: the signal) lasts."""
    watched, stood = scene.watched(rule, scene.data_to), book.stood(indicator)
    signal, seen = signal & watched, np.where(watched, unjudged, CODE[State.NO_DATA]).astype(np.int8)
    s = np.where(signal if standing is None else standing & watched, YES, NO)
    lives, told = live(stood.lives, s, signal & (seen == JUDGED), seen, rule.hold, np.full(len(s), stood.start == start))
    figures = Figures(**{**vars(figures), "s": np.where(seen == JUDGED, s, np.nan)})

    def said(area: int) -> Mapping[str, Any]:
        return (by_area or {}).get(int(scene.tree.ids[area]), detail or {})

    book.take(Sight(indicator, start, watched, np.where(watched, told, NOTHING), lives.state, figures, np.zeros(len(s), bool),
                    lambda area: start, said))  # fmt: skip
    known = watched & ((seen == JUDGED) | ~lives.settled)
    book.stands(indicator, start, lives, known, s=figures.s)
