"""What is watched beside the figures: open alerts by area, months whose answers changed in kind, declared events on the trend."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import sqlalchemy as sa

import sql
from dashboard import theme
from dashboard.context import Context
from dashboard.pages.overview.model import Declared, TrendPoint, View
from dashboard.texts import t


@dataclass(frozen=True)
class Watched:
    """Open alerts by area's code, those below included; and whose month is compared with no other (``doubtful``)."""

    open: Mapping[str, int] = field(default_factory=dict)
    doubtful: frozenset[str] = frozenset()


def watched(connection: sa.Connection, context: Context, view: View) -> View:
    """The view with its alerts and declared events; what is doubtful is told without an arrow."""
    codes = [context.area.code, *(member.key for member in view.members if member.names and not view.leaf)]
    found = _read(connection, context, codes)
    here = context.area.code in found.doubtful
    cards = tuple(replace(card, change=None, change_year=None) if here else card for card in view.cards)
    members = tuple(
        replace(one, alerts=found.open.get(one.key, 0), change=None if one.key in found.doubtful else one.change)
        for one in view.members
    )
    return replace(view, cards=cards, members=members, alerts=found.open.get(context.area.code, 0), doubtful=here,
                   declared=_declared(connection, context, view.trend))  # fmt: skip


def _read(connection: sa.Connection, context: Context, codes: Sequence[str]) -> Watched:
    rows = sql.rows(connection, "dashboard/alert_counts", codes=list(codes), start=context.period.start)
    monthly = context.period.kind == "m"
    return Watched({row["code"]: row["open"] for row in rows},
                   frozenset(row["code"] for row in rows if row["doubtful"] and monthly))  # fmt: skip


def _declared(connection: sa.Connection, context: Context, trend: Sequence[TrendPoint]) -> tuple[Declared, ...]:
    if not trend:
        return ()
    rows = sql.rows(connection, "dashboard/declared_on_trend", area=context.area.area_id, first=trend[0].period.start,
                    last=trend[-1].period.end)  # fmt: skip
    return tuple(Declared(row["kind"], row["first_day"], row["last_day"], row["words"]) for row in rows)


def marks(view: View, look: str, language: str) -> list[dict[str, Any]]:
    """Declared events as upright lines on the trend, each with its words for who points at it."""
    colours, found = theme.tokens(look), []
    for one in view.declared:
        place = next((at for at, point in enumerate(view.trend) if _holds(point, one.first)), 0)
        words = f"<b>{t(f'overview.watched.kinds.{one.kind}', language)}</b><br>{_days(one)}<br>{_plain(one.words)}"
        found.append({
            "type": "scatter", "mode": "lines+markers", "x": [place, place], "y": [0, 100], "yaxis": "y2", "hoverinfo": "text",
            "text": [words, words], "line": {"color": colours["ink2"], "width": 1, "dash": "dash"},
            "marker": {"size": 7, "symbol": "triangle-down", "color": colours["ink2"]},
        })  # fmt: skip
    return found


def _holds(point: TrendPoint, day: date) -> bool:
    return point.period.start <= day <= point.period.end


def _days(one: Declared) -> str:
    return f"{one.first}" if one.first == one.last else f"{one.first} ~ {one.last}"


def _plain(words: str) -> str:
    """What people typed is no markup."""
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
