"""The book of one rule: where its series stood, which of its alerts are open, and what a run adds to both.

An alert that would have opened and closed in periods nobody looked at is nobody's; one that is still open is told once.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

import sql
from etl.domain.alert_rule import AlertRule
from etl.domain.episode import State
from etl.domain.lives import CODE, FIRED, RECOVERED, STATES, WORSENED, Lives
from etl.steps.detection.reads import Scene
from etl.steps.detection.sight import Sight

REOPENED_WITHIN = timedelta(days=92)  # an alert on the same series so soon after is the old one again
STATE_COLUMNS = ("rule", "area_id", "indicator_id", "start", "chart_from", "baseline", "baseline_variance", "sigma2", "phi2", "e",
                 "v", "t", "s", "state", "beneath", "told", "calm", "held", "frozen", "publication_id")  # fmt: skip
STATISTICS = ("baseline", "baseline_variance", "sigma2", "phi2", "e", "v", "s")
FIGURES = ("value", "low", "high", "n", "n_eff", "expected", "size", "s")
NO_INDICATOR = 0
_CODES = {str(state): CODE[state] for state in State}
Key = tuple[int, int, str]  # area (its number), indicator (0: none), subject


@dataclass(frozen=True)
class Stood:
    """Where the series of one indicator stood: their lives, the first period of each one's chart, and the period judged last."""

    lives: Lives
    chart_from: list[date | None]
    start: date | None


@dataclass
class _Open:
    """An open alert: of the store (``episode``), or opened in this run with what was seen then."""

    episode: int | None
    opened: tuple[Sight, int] | None = None
    latest: tuple[Sight, int] | None = None
    news: list[tuple[str, Sight, int]] = field(default_factory=list)
    over: bool = False
    acknowledged: bool = False


class Book:
    """One rule's series and alerts during a run."""

    def __init__(self, scene: Scene, rule: AlertRule) -> None:
        self.scene, self.rule = scene, rule
        self._ids = scene.tree.ids
        stood = sql.frame(scene.connection, "etl/detect_states", rule=rule.rule)
        self._states = {int(indicator): rows for indicator, rows in stood.groupby("indicator_id")}
        self._open: dict[Key, _Open] = {}
        for row in sql.rows(scene.connection, "etl/episodes_open", rule=rule.rule):
            key = self._number(row["area_id"]), row["indicator_id"] or NO_INDICATOR, row["subject"]
            self._open[key] = _Open(row["episode_id"], acknowledged=row["acknowledged_at"] is not None)
        self._written: list[pl.DataFrame] = []

    def _number(self, area_id: int) -> int:
        return int(np.searchsorted(self._ids, area_id))

    def stood(self, indicator: int) -> Stood:
        """Where the series of an indicator stood."""
        lives, chart_from = Lives.fresh(len(self._ids)), np.full(len(self._ids), None, object)
        rows = self._states.get(indicator)
        if rows is not None:
            at = np.searchsorted(self._ids, rows["area_id"])
            chart_from[at] = rows["chart_from"]
            lives.state[at], lives.beneath[at] = (rows[name].map(_CODES) for name in ("state", "beneath"))
            for part, name in ((lives.told, "told"), (lives.calm, "calm"), (lives.held, "held")):
                part[at] = rows[name]
        for (area, of, _), one in self._open.items():
            if of == indicator:
                lives.acknowledged[area] = one.acknowledged
        return Stood(lives, chart_from.tolist(), None if rows is None else rows["start"].max())

    def stands(self, indicator: int, start: date, lives: Lives, watched: NDArray[np.bool_], **columns: Any) -> None:
        """Where the series of an indicator stand after ``start``; ``columns`` [area] of :data:`STATE_COLUMNS`, or one value."""
        at = np.flatnonzero(watched)
        names = np.array([str(state) for state in STATES])
        given = {name: value[at] if isinstance(value, np.ndarray) else value for name, value in columns.items()}
        told = {
            "rule": self.rule.rule, "indicator_id": indicator, "start": np.datetime64(start),
            "publication_id": self.scene.publication,
            "area_id": self._ids[at], "state": names[lives.state[at]], "beneath": names[lives.beneath[at]],
            "told": lives.told[at], "calm": lives.calm[at], "held": lives.held[at], "frozen": ~lives.settled[at],
            "chart_from": np.datetime64("NaT", "D"), **dict.fromkeys(STATISTICS, np.nan), "t": 0, **given,
        }  # fmt: skip
        columns = {name: value if isinstance(value, np.ndarray) else np.full(len(at), value) for name, value in told.items()}
        self._written.append(pl.DataFrame({name: columns[name] for name in STATE_COLUMNS}))

    def take(self, sight: Sight) -> None:
        """Note what became of the alerts of one indicator in one period, the periods in order."""
        of = sight.indicator or NO_INDICATOR
        for area in np.flatnonzero(sight.told == FIRED):
            self._open.setdefault((int(area), of, sight.subject), _Open(None, opened=(sight, int(area))))
        for key, one in list(self._open.items()):
            area = key[0]
            if key[1:] != (of, sight.subject) or one.over:
                continue
            one.latest = (sight, area)
            if sight.told[area] == WORSENED:
                one.news.append(("worsened", sight, area))
            elif sight.told[area] == RECOVERED:
                one.over = True
                if one.episode is None:
                    del self._open[key]

    def indicators(self) -> set[int]:
        """The indicators of the open alerts."""
        return {of for _, of, _ in self._open if of != NO_INDICATOR}

    def subjects(self) -> set[str]:
        """The subjects of the open alerts."""
        return {subject for _, _, subject in self._open}

    def write(self) -> dict[str, int]:
        """Write the alerts and where the series stand; how many opened, worsened and closed."""
        counts = {"opened": 0, "worsened": 0, "recovered": 0}
        for key, one in self._open.items():
            if one.latest is None:
                continue
            if one.episode is None:
                one.episode = self._insert(key, one)
                counts["opened"] += 1
            elif one.over:
                self._close(one)
                counts["recovered"] += 1
            else:
                counts["worsened"] += self._update(one)
        self._write_states()
        return counts

    def open_now(self) -> Iterator[tuple[int, Sight, int, bool]]:
        """The alerts open after :meth:`write` and seen in this run: number, what was seen last, area, whether new or worse."""
        for one in self._open.values():
            if one.latest is not None and not one.over and one.episode is not None:
                yield one.episode, *one.latest, one.opened is not None or bool(one.news)

    def _write_states(self) -> None:
        if not self._written:
            return
        sql.execute(self.scene.connection, "etl/detect_states_forget", rule=self.rule.rule)
        content = BytesIO()
        pl.concat(self._written, how="vertical_relaxed").fill_nan(None).write_csv(content, include_header=False)
        sql.copy_text(self.scene.connection, "series_state", STATE_COLUMNS, [content.getbuffer()])

    def _insert(self, key: Key, one: _Open) -> int:
        assert one.opened is not None and one.latest is not None  # noqa: S101  of this run
        (first, area), (now, _) = one.opened, one.latest
        area_id, indicator = int(self._ids[area]), now.indicator or NO_INDICATOR
        before = sql.one(
            self.scene.connection, "etl/episode_lately", rule=self.rule.rule, area=area_id, indicator=indicator,
            subject=now.subject, since=first.start - REOPENED_WITHIN,
        )  # fmt: skip
        opened_s = first.figures.row(area)["s"]
        figures = self._figures(now, area)
        row = sql.one(
            self.scene.connection, "etl/episode_insert", rule=self.rule.rule, version=self.rule.version, kind=self.rule.kind,
            area=area_id, indicator=now.indicator, subject=now.subject, period=self.rule.period, start=first.start,
            latest=now.start, since=now.since(area) or first.since(area), severity=self.rule.severity, opened_s=opened_s,
            worst_s=min((s for s in (opened_s, figures["s"]) if s is not None), default=None), fast=bool(first.fast[area]),
            line=self.scene.indicators[now.indicator]["line_id"] if now.indicator else None, p=self.scene.publication,
            now=self.scene.now, reopened_of=before["episode_id"] if before else None, **figures,
        )  # fmt: skip
        assert row is not None  # noqa: S101  RETURNING of one inserted row
        self._event(int(row["episode_id"]), "reopened" if before else "fired", first, area)
        return int(row["episode_id"])

    def _update(self, one: _Open) -> int:
        assert one.latest is not None and one.episode is not None  # noqa: S101  of the store, and seen in this run
        sight, area = one.latest
        sql.execute(self.scene.connection, "etl/episode_update", episode=one.episode, latest=sight.start, since=sight.since(area),
                    **self._figures(sight, area))  # fmt: skip
        for what, when, _ in one.news[-1:]:  # of several in one run the last
            self._event(one.episode, what, when, area)
        return len(one.news[-1:])

    def _close(self, one: _Open) -> None:
        assert one.latest is not None and one.episode is not None  # noqa: S101  as above
        sight, area = one.latest
        sql.execute(self.scene.connection, "etl/episode_close", episode=one.episode, closed=sight.start,
                    s=sight.figures.row(area)["s"], now=self.scene.now)  # fmt: skip
        self._event(one.episode, "recovered", sight, area)

    def _figures(self, sight: Sight, area: int) -> dict[str, Any]:
        state, detail = str(STATES[sight.state[area]]), json.dumps(dict(sight.detail(area)), ensure_ascii=False, default=str)
        return {**sight.figures.row(area), "state": state, "detail": detail}

    def _event(self, episode: int, what: str, sight: Sight, area: int) -> None:
        row: Mapping[str, float | None] = sight.figures.row(area)
        detail = json.dumps({name: row[name] for name in ("value", "size")})
        sql.execute(self.scene.connection, "etl/episode_event_add", episode=episode, what=what, now=self.scene.now,
                    start=sight.start, s=row["s"], detail=detail)  # fmt: skip
