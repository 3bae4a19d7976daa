"""Alerts, what stands beside them and the series behind them, each read with the reader's eyes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

import sql
from etl.domain.area import Level

Row = Mapping[str, Any]
GROUPED = Level.CITY  # alerts stand together by the area of this level they lie in


@dataclass(frozen=True)
class Alert:
    """One alert: its row (see ``sql/queries/dashboard/alert_episodes.sql``), causes and series."""

    row: Row
    causes: Sequence[Row] = field(default=())
    points: Sequence[Row] = field(default=())

    @property
    def number(self) -> int:
        return int(self.row["episode_id"])

    @property
    def open(self) -> bool:
        return self.row["closed_at"] is None


def listed(connection: sa.Connection, area_id: int, now: datetime, closed_since: datetime | None = None) -> list[Alert]:
    """The open alerts of an area and all below, and those closed since; with their causes, the gravest first."""
    return _with_causes(connection, _rows(connection, None, area_id, now, closed_since))


def numbered(connection: sa.Connection, numbers: Sequence[int], now: datetime, *, points: bool = True) -> list[Alert]:
    """The alerts of these numbers that the reader may see, open or closed, with causes and series."""
    found = _with_causes(connection, _rows(connection, list(numbers), None, now, datetime.min.replace(tzinfo=now.tzinfo)))
    series: dict[int, list[Row]] = defaultdict(list)
    if points and found:
        for point in sql.rows(connection, "dashboard/alert_points", ids=[alert.number for alert in found]):
            series[point["episode_id"]].append(point)
    return [Alert(alert.row, alert.causes, series[alert.number]) for alert in found]


def _rows(
    connection: sa.Connection, ids: list[int] | None, area: int | None, now: datetime, closed_since: datetime | None
) -> list[dict[str, Any]]:
    return sql.rows(connection, "dashboard/alert_episodes", ids=ids, area=area, group_level=int(GROUPED), now=now,
                    closed_since=closed_since)  # fmt: skip


def _with_causes(connection: sa.Connection, rows: Sequence[Row]) -> list[Alert]:
    causes: dict[int, list[Row]] = defaultdict(list)
    if rows:
        for cause in sql.rows(connection, "dashboard/alert_causes", ids=[row["episode_id"] for row in rows]):
            causes[cause["episode_id"]].append(cause)
    return [Alert(row, causes[row["episode_id"]]) for row in rows]
