"""An alert as it was told, or would have been: where, of what and in which period."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from etl.domain.area import Level


@dataclass(frozen=True)
class ToldAlert:
    """Told at the ``end`` of the period that began with ``start``; ``indicator`` is empty where it is of none.

    ``worse``: told of an alert that was open already; else it opened."""

    area: str
    level: Level
    indicator: str
    start: date
    end: date
    worse: bool = False
