"""Data-quality alerts: answers changed in number or mix, so that scores are not compared; and feeds that are late."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

import sql
from etl.domain.alert_rule import AlertRule
from etl.domain.area_estimates import Sums
from etl.domain.detect import LEAST_PERIODS
from etl.domain.episode import State
from etl.domain.estimate import UNRANKED_BELOW
from etl.domain.gate import Mix
from etl.domain.gates import USUAL_VOLUME, Cut, mix_at, upper, usual_volume, volume_gate
from etl.domain.lives import CODE, FIRED, JUDGED, NOTHING, RECOVERED, live
from etl.steps.detection.book import Book
from etl.steps.detection.flags import NO, YES
from etl.steps.detection.reads import Scene, Survey
from etl.steps.detection.sight import Figures, Sight

WHOLE = 0  # of no single indicator
FEED_KINDS = ("overdue", "refused")
INCIDENTS = 1000  # the open ones come first


def watch_quality(survey: Survey, rule: AlertRule, book: Book) -> None:
    """The months that are new: volume and mixes of the answers, one alert an area.

    Those to the outcome asked most stand for all: everybody answers it once, so that its answers are as many people.
    """
    scene, starts = survey.scene, [month.start for month in survey.months]
    if len(starts) <= USUAL_VOLUME or not survey.outcomes:
        return
    asked = max(survey.outcomes, key=lambda one: float(survey.answers(one).sum()))
    n, cuts = survey.answers(asked), survey.cuts(asked)
    volume = volume_gate(n)
    stood = book.stood(WHOLE)
    known = stood.start is not None and stood.start in starts[USUAL_VOLUME:]
    lives, first = stood.lives, starts.index(stood.start) if known else USUAL_VOLUME  # type: ignore[arg-type]
    watched = scene.watched(rule, survey.months[-1].end)
    for at in range(first, len(starts)):
        mixes = {cut.name: mix_at(cut, np.full(len(upper(scene.tree.levels)), np.nan), at) for cut in cuts}
        moved = _scattered(mixes, scene)
        silent = (n[:, at] <= 0) | (survey.incomplete if at == len(starts) - 1 else False)
        unjudged = np.where(~watched | silent, CODE[State.NO_DATA], JUDGED).astype(np.int8)
        many = np.maximum(n[:, at], usual_volume(n)[:, at]) >= UNRANKED_BELOW  # who answers seldom is nobody's alarm
        signal = ((volume[:, at] & many) | (moved & (n[:, at] >= UNRANKED_BELOW))) & (unjudged == JUDGED)
        s = np.where(signal, YES, NO)
        lives, told = live(lives, s, signal, unjudged, rule.hold, np.full(len(s), known and at == first))
        nothing = np.full(len(s), np.nan)
        figures = Figures(
            n[:, at], nothing, nothing, n[:, at], n[:, at], usual_volume(n)[:, at], nothing, np.where(signal, YES, NO)
        )
        book.take(Sight(
            None, starts[at], watched, np.where(watched, told, NOTHING), lives.state, figures, np.zeros(len(s), bool),
            lambda area, start=starts[at]: start, _Said(survey, cuts, mixes, volume[:, at], n, at),
        ))  # fmt: skip
    book.stands(WHOLE, starts[-1], lives, watched, s=s)


def _scattered(mixes: Mapping[str, Mix | None], scene: Scene) -> NDArray[np.bool_]:
    out = np.zeros(len(scene.tree.ids), bool)
    for one in mixes.values():
        if one is not None:
            out[upper(scene.tree.levels)] |= one.closed
    return out


class _Said:
    """What a data-quality alert tells of an area: what moved, and each outcome's change with the mix held constant."""

    def __init__(self, survey: Survey, cuts: list[Cut], mixes: Mapping[str, Mix | None], volume: NDArray[np.bool_], n: NDArray,
                 at: int) -> None:  # fmt: skip
        self.survey, self.cuts, self.mixes, self.volume, self.n, self.at = survey, cuts, mixes, volume, n, at

    def __call__(self, area: int) -> dict[str, Any]:
        row = int(np.searchsorted(upper(self.survey.scene.tree.levels), area))
        told: dict[str, Any] = {"volume": bool(self.volume[area]), "usual": float(usual_volume(self.n)[area, self.at])}
        moved = {name: one for name, one in self.mixes.items() if one is not None and one.closed[row]}
        if moved:
            name = max(moved, key=lambda each: abs(float(moved[each].moved[row])))
            cut = next(each for each in self.cuts if each.name == name)
            told |= {"cut": name, "value": cut.values[int(moved[name].value[row])], "moved": float(moved[name].moved[row])}
            told["held"] = self._held(area, row, name)
        return told

    def _held(self, area: int, row: int, name: str) -> list[dict[str, Any]]:
        """Of each outcome the change against its baseline, plain and with the mix held constant, with its standard error."""
        found = []
        for indicator in self.survey.outcomes:
            cut = next((each for each in self.survey.cuts(indicator) if each.name == name), None)
            if cut is not None and name != "brand":  # other brands' answers are no part of our scores
                sums = self.survey.sums(indicator)
                one = mix_at(Cut(name, cut.values, cut.n[[row]], cut.mean[[row]]), _variance(sums, area), self.at)
                if one is not None and np.isfinite(one.held[0]):
                    found.append({"indicator": indicator, "held": float(one.held[0]), "error": float(one.error[0]),
                                  "change": _change(sums, area, self.at)})  # fmt: skip
        return found


def _variance(sums: Sums, area: int) -> NDArray[np.float64]:
    """Of one answer of an area, over all months."""
    sw, swx, swx2 = (getattr(sums, name)[area].sum() for name in ("sw", "swx", "swx2"))
    return np.array([swx2 / sw - (swx / sw) ** 2 if sw > 0 else np.nan])


def _change(sums: Sums, area: int, at: int) -> float | None:
    before = slice(max(0, at - 12), at) if at >= LEAST_PERIODS else slice(0, 0)
    old, new = sums.sw[area, before].sum(), sums.sw[area, at]
    return float(sums.swx[area, at] / new - sums.swx[area, before].sum() / old) if old > 0 and new > 0 else None


def watch_feeds(scene: Scene, rule: AlertRule, book: Book) -> None:
    """One alert a feed that is late or was refused, placed at the top; what mends the incident ends it."""
    rows = [row for row in sql.rows(scene.connection, "etl/list_incidents", most=INCIDENTS)
            if row["closed_at"] is None and row["kind"] in FEED_KINDS]  # fmt: skip
    top, count = int(np.flatnonzero(scene.tree.kin([scene.now.date()]).parent[:, 0] < 0)[0]), len(scene.tree.ids)
    said = {f"{row['kind']}:{row['subject']}": {"zh": row["said_zh"], "en": row["said_en"]} for row in rows}
    for subject in sorted({*said, *book.subjects()}):
        words = said.get(subject, {})
        told, state = np.full(count, NOTHING), np.full(count, CODE[State.OK])
        told[top] = FIRED if subject in said else RECOVERED
        state[top] = CODE[State.FIRING] if subject in said else CODE[State.OK]
        book.take(Sight(None, scene.now.date(), np.ones(count, bool), told, state, Figures.nothing(count), np.zeros(count, bool),
                        detail=lambda area, words=words: words, subject=subject))  # fmt: skip
