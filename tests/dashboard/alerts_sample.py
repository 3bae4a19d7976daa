"""Alerts on top of the sample operator: two counties of Guangzhou, one of Shenzhen, one that is over, a feed; with what goes with them."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

NOW = datetime(2026, 11, 10, 1, 30, tzinfo=UTC)  # 09:30 of the readers
MONTHS = [date(2024 + (7 + at) // 12, (7 + at) % 12 + 1, 1) for at in range(27)]
TIANHE, BAIYUN, NANSHAN, OVER, FEED = range(1, 6)  # the numbers, in the order they are added
CAUSES: list[dict[str, Any]] = [
    {"kind": "child", "area": "440106-g1", "contribution": -2.1, "low": -3.4, "high": -0.8},
    {"kind": "child", "area": "440106-g2", "contribution": -1.3, "low": -2.5, "high": -0.1},
    {"kind": "cut", "cut": "mode", "value": "sms", "contribution": -1.8, "low": -3.0, "high": -0.6},
    {"kind": "process", "indicator": "prb_use", "contribution": 4.2, "low": 2.0, "high": 6.4, "start": "2026-09-01"},
]


def add(connection: sa.Connection) -> None:
    """The alerts."""
    fall(connection, "440106", "mobile_network", 1, value=74.2, low=72.6, high=75.8, n=812, expected=80.3, size=-6.1, s=-5.4)
    fall(connection, "440111", "broadband_overall", 2, value=77.9, low=75.9, high=79.9, n=640, expected=80.6, size=-2.7, s=-3.3)
    fall(connection, "440305", "voice", 2, value=76.0, low=74.1, high=77.9, n=655, expected=79.4, size=-3.4, s=-3.6)
    fall(connection, "440402", "voice", 1, value=80.0, low=78.0, high=82.0, n=600, expected=80.0, size=-0.1, s=-0.5,
          closed_at=NOW - timedelta(days=2), state="ok")  # fmt: skip
    fall(connection, "44", None, 2, kind="feed", rule="late_feed", subject="overdue:demo_survey",
         detail={"zh": "数据源 demo_survey 迟到 2 天", "en": "the feed demo_survey is 2 days overdue"})
    _points(connection)
    for place, cause in enumerate(CAUSES):
        _cause(connection, place, cause)
    connection.execute(sa.text(
        "INSERT INTO episode_event (episode_id, what, at, start, s) SELECT episode_id, 'fired', opened_at, start, s FROM episode"))


def fall(connection: sa.Connection, area: str, indicator: str | None, severity: int, **given: Any) -> None:
    """Open an alert by hand."""
    figures = {"kind": "fall", "rule": "outcome_fall", "state": "firing", "subject": "", "detail": {}, "closed_at": None, "n_eff": given.get("n"),
               **dict.fromkeys(("value", "low", "high", "n", "expected", "size", "s"))} | given  # fmt: skip
    connection.execute(sa.text("""
        INSERT INTO episode (rule, version, kind, area_id, indicator_id, subject, period, start, latest, since, severity, state, value,
                             low, high, n, n_eff, expected, size, s, detail, opened_s, worst_s, line_id, first_pub, opened_at, closed_at)
        SELECT :rule, 1, :kind, a.area_id, i.indicator_id, :subject, 'm', '2026-10-01', '2026-10-01', DATE '2026-09-01', :severity, :state,
               :value, :low, :high, :n, :n_eff, :expected, :size, :s, CAST(:detail AS jsonb), :s, :s, i.line_id, 1, :opened_at, :closed_at
        FROM area a LEFT JOIN indicator i ON i.code = :indicator WHERE a.code = :area"""),
        {**figures, "detail": json.dumps(figures["detail"]), "area": area, "indicator": indicator, "severity": severity, "opened_at": NOW - timedelta(hours=3)})  # fmt: skip


def _points(connection: sa.Connection) -> None:
    """Tianhe's series: level until September, then lower."""
    rows = [
        {"start": month, "value": 80.3 + (at * 7 % 5 - 2) / 4 - (0 if at < 25 else 3 if at == 25 else 6.1), "expected": 80.3,
         "s": None if at < 12 else (0 if at < 25 else -2.8 if at == 25 else -5.4), "limit": None if at < 12 else -3.1025, "tested": at >= 12}
        for at, month in enumerate(MONTHS)
    ]  # fmt: skip
    connection.execute(sa.text("INSERT INTO episode_point (episode_id, start, value, n_eff, expected, s, limit_s, tested)"
                               " VALUES (1, :start, :value, 700, :expected, :s, :limit, :tested)"), rows)  # fmt: skip


def _cause(connection: sa.Connection, place: int, cause: dict[str, Any]) -> None:
    given = dict.fromkeys(("area", "indicator", "cut", "value", "start")) | cause
    connection.execute(sa.text("""
        INSERT INTO episode_cause (episode_id, place, kind, area_id, indicator_id, cut, value, contribution, low, high, start, detail)
        SELECT 1, :place, :kind, (SELECT area_id FROM area WHERE code = :area), (SELECT indicator_id FROM indicator WHERE code = :indicator),
               :cut, :value, :contribution, :low, :high, CAST(:start AS date), CAST(:detail AS jsonb)"""),
        {**given, "place": place, "detail": json.dumps({})})  # fmt: skip
