"""The book of a rule that is only tried: it holds where its series stand in memory, and writes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from etl.domain.alert_rule import AlertRule
from etl.domain.lives import FIRED, RECOVERED, WORSENED, Lives
from etl.steps.detection.book import Book, Stood
from etl.steps.detection.reads import Scene
from etl.steps.detection.sight import Sight


@dataclass
class Noted:
    """An alert that would have been told: ``area`` by number, ``opened``, ``worse`` and ``closed`` first days of periods."""

    area: int
    indicator: int | None
    subject: str
    opened: date
    figures: Mapping[str, float | None]
    closed: date | None = None
    worse: list[date] = field(default_factory=list)


class Unwritten(Book):
    """A book of a rule that was never held against anything, kept out of the store."""

    def __init__(self, scene: Scene, rule: AlertRule) -> None:
        super().__init__(scene, rule)
        self._states, self._open = {}, {}
        self._stood: dict[int, Stood] = {}
        self.noted: list[Noted] = []  # in the order they opened
        self._now: dict[tuple[int, int | None, str], Noted] = {}

    def stood(self, indicator: int) -> Stood:
        return self._stood.get(indicator) or super().stood(indicator)

    def stands(self, indicator: int, start: date, lives: Lives, watched: NDArray[np.bool_], **columns: Any) -> None:
        begun = columns.get("chart_from")
        self._stood[indicator] = Stood(lives, [None] * len(watched) if begun is None else begun.tolist(), start)

    def take(self, sight: Sight) -> None:
        for area in np.flatnonzero(sight.told == RECOVERED):
            if (over := self._now.pop((int(area), sight.indicator, sight.subject), None)) is not None:
                over.closed = sight.start
        for area in np.flatnonzero(sight.told == WORSENED):
            self._now[int(area), sight.indicator, sight.subject].worse.append(sight.start)
        for area in np.flatnonzero(sight.told == FIRED):
            one = Noted(int(area), sight.indicator, sight.subject, sight.start, sight.figures.row(int(area)))
            self._now[one.area, one.indicator, one.subject] = one
            self.noted.append(one)
