"""A rule of alerts as the store keeps it, and what its limits mean to the detector."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from etl.domain.area import Level
from etl.domain.detect import SINGLE
from etl.domain.watch import Rule

GRID_MATERIAL = 5.0
MATERIAL = 2.0


@dataclass(frozen=True)
class AlertRule:
    """One version of a rule. ``limits`` are numbers by name, which kinds of rules read as they need.

    ``indicators`` and ``area_id`` are ``None`` for all."""

    rule: str
    version: int
    kind: str
    name_zh: str
    name_en: str
    indicators: tuple[str, ...] | None
    levels: tuple[int, ...]
    area_id: int | None
    period: str
    limits: Mapping[str, Any]
    owner: str
    severity: int
    recipients: tuple[str, ...]
    escalate_days: int
    review_due: date
    enabled: bool

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> AlertRule:
        """From a row of the store, of which more columns are left aside."""
        kept = {name: row[name] for name in cls.__dataclass_fields__}
        tuples = {name: None if kept[name] is None else tuple(kept[name]) for name in ("indicators", "levels", "recipients")}
        return cls(**{**kept, **tuples})

    def number(self, name: str, otherwise: float) -> float:
        """A limit, or what holds where the rule does not name it."""
        return float(self.limits.get(name, otherwise))

    @property
    def hold(self) -> int:
        """So many further signals before an alert opens."""
        return int(self.number("hold", 0))

    def speaks_of(self, code: str, kind: str) -> bool:
        """Whether an indicator is watched by the rule; ``kind`` as the rule's limits name it where they do."""
        if self.indicators is not None:
            return code in self.indicators
        return str(self.limits.get("of", kind)) == kind

    def detector(self) -> Rule:
        """The limits of a fall, level by level."""
        by_level = {level: float(self.limits[name]) for level in Level if (name := level.name.lower()) in self.limits}
        material = dict.fromkeys(Level, self.number("material", MATERIAL))
        material[Level.GRID] = self.number("material_grid", GRID_MATERIAL)
        share = self.limits.get("false_share")
        return Rule(by_level, material, self.number("single", SINGLE), None if share is None else float(share), self.hold)

    def tails(self, level: NDArray[np.int64]) -> NDArray[np.float64]:
        """The chance of a false signal in a period at each area's level: one over the promised run (0: not watched)."""
        runs = np.array([self.number(Level(one).name.lower(), np.inf) for one in level.tolist()])
        return np.asarray(1 / runs)


def sigmas(tail: NDArray[np.float64]) -> NDArray[np.float64]:
    """How many standard deviations a one-sided tail lies out."""
    return np.asarray(norm.isf(tail))
