"""How scores were given, who was asked, and what was said: reads and reckoning of the other views."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
import sqlalchemy as sa

import sql
from dashboard.context import Context
from dashboard.pages.voice.model import Asked, Said, Shares, Words
from etl.domain.estimate import HIDDEN_BELOW, wilson
from etl.domain.reading import Change
from etl.domain.score import SCALES
from etl.domain.shares import net_promoter_score, net_promoters, newcombe

RAW = 11  # scores 0..10
TOP_TWO = {"1-10": (9, 10), "1-5": (4, 5)}  # the two best answers of a scale; 0-10 has the net promoter score
NPS_SCALE = "0-10"
BANDS = ("low", "middle", "high")
LOW_TO, HIGH_FROM = 60.0, 85.0  # of scores 0-100: 6 of 10 and less, 9 of 10 and more
TOUCH = 1e-6
PAGE_ROWS = 20


def shares(connection: sa.Connection, context: Context) -> list[Shares]:
    """Every headline outcome answered in the area and period; one whose score is hidden has no counts."""
    outcomes, scales = headlines(connection), _scales(connection)
    found = _counts(connection, context, list(outcomes))
    return [
        share(outcome["code"], names(outcome), scales.get(outcome["code"], []), found[key] or ())
        for key, outcome in outcomes.items()
        if key in found
    ]


def _scales(connection: sa.Connection) -> dict[str, list[str]]:
    """The scales of each indicator, as the feeds declare them."""
    return {row["code"]: row["scales"] for row in sql.rows(connection, "dashboard/voice_scales")}


def _counts(connection: sa.Connection, context: Context, indicators: Sequence[int]) -> dict[int, tuple[int, ...] | None]:
    """Counts by raw score of each indicator answered; ``None`` where the score is hidden."""
    rows = sql.rows(
        connection, "dashboard/voice_counts", p=context.publication_id, area=context.area.area_id, indicators=list(indicators),
        period=context.period.kind, start=context.period.start,
    )  # fmt: skip
    return {row["indicator_id"]: tuple(row["counts"]) if row["counts"] and len(row["counts"]) == RAW else None for row in rows}


def headlines(connection: sa.Connection) -> dict[int, dict[str, Any]]:
    """The headline outcomes by id, in their order."""
    return {row["indicator_id"]: row for row in sql.rows(connection, "dashboard/indicators") if row["headline"]}


def names(row: Mapping[str, Any], stem: str = "name") -> dict[str, str]:
    return {"zh": row[f"{stem}_zh"], "en": row[f"{stem}_en"]}


def share(code: str, called: Mapping[str, str], scales: Sequence[str], counts: Sequence[int]) -> Shares:
    """Counts with the figure their scale allows: never a net promoter score but of 0-10, never two scales in one."""
    scale = scales[0] if len(scales) == 1 else ""
    kind = "nps" if scale == NPS_SCALE else "top2" if scale in TOP_TWO else ""
    n = sum(counts)
    if not kind or n < HIDDEN_BELOW:
        return Shares(code, called, scale, tuple(counts), kind, None, None, None)
    if kind == "nps":
        value, low, high = (float(part) for part in net_promoter_score(*net_promoters(counts)))
    else:
        top = sum(counts[raw] for raw in TOP_TWO[scale])
        value, (low, high) = 100 * top / n, (100 * float(end) for end in wilson(top, n))
    return Shares(code, called, scale, tuple(counts), kind, value, low, high)


def reached(connection: sa.Connection, context: Context) -> bool:
    """Whether the area's single answers are all the reader's to see: a line's indicators everywhere are not."""
    found = sql.one(connection, "dashboard/reach", area=context.area.area_id)
    return bool(found and found["answers"])


def asked(connection: sa.Connection, context: Context) -> list[Asked] | None:
    """Invitations and answers by mode and business, with the change of the response rate; ``None`` for an area that reaches
    beyond the reader's, of which only the reader's own part would be seen."""
    if not reached(connection, context):
        return None
    now, before = (_asked(connection, context, one.start, one.end) for one in (context.period, context.period.previous))
    out = []
    for (mode, business), (invited, answered) in sorted(now.items()):
        low, high = (100 * float(end) for end in wilson(answered, invited)) if invited else (None, None)
        out.append(Asked(mode, business, invited, answered, low, high, _moved((invited, answered), before.get((mode, business)))))
    return out


def _asked(connection: sa.Connection, context: Context, first: date, last: date) -> dict[tuple[str, str], tuple[int, int]]:
    rows = sql.rows(connection, "dashboard/voice_asked", area=context.area.area_id, first_day=first, last_day=last)
    return {(row["mode"], row["business"]): (int(row["asked"]), int(row["answered"])) for row in rows if row["asked"]}


def _moved(now: tuple[int, int], before: tuple[int, int] | None) -> Change | None:
    if before is None or not before[0]:
        return None
    return Change(*(100 * float(np.round(part, 9)) for part in newcombe(now[1], now[0], before[1], before[0])))


def words(connection: sa.Connection, context: Context, most: int | None = PAGE_ROWS) -> Words:
    """The words asked for (``most`` rows; ``None``: all of them), none where fewer than five answered or the score is hidden."""
    outcomes = headlines(connection)
    wanted = context.query.get("outcome")
    key, outcome = next(((k, v) for k, v in outcomes.items() if v["code"] == wanted), next(iter(outcomes.items())))
    if not reached(connection, context):
        return Words(outcome["code"], "", "", 0, 0, 0, (), (), reached=False)
    days = {"area": context.area.area_id, "indicator": key, "first_day": context.period.start, "last_day": context.period.end}
    band = context.query.get("band", "") if context.query.get("band") in BANDS else ""
    base, said, topics, topic = _base(connection, context, outcome["code"], days, band)
    page, rows = _page(context, said), []
    if base >= HIDDEN_BELOW and said:
        skip = 0 if most is None else page * PAGE_ROWS
        rows = sql.rows(connection, "dashboard/voice_said", **days, **_edges(band), topic=topic, skip=skip, most=most,
                        p=context.publication_id, period=context.period.kind)  # fmt: skip
    shown = said if base >= HIDDEN_BELOW else 0
    return Words(outcome["code"], band, topic, page, base, shown, topics, tuple(map(_said, rows)))


def _base(
    connection: sa.Connection, context: Context, code: str, days: Mapping[str, Any], band: str
) -> tuple[int, int, tuple[tuple[str, int], ...], str]:
    """How many answered in the chosen cell (0 where its score is hidden), how many words, the topics told, and the one chosen.

    With a topic, who answered are those who spoke of it: of the others nobody knows what they would have spoken of.
    """
    counts = _counts(connection, context, [days["indicator"]]).get(days["indicator"])
    rows = sql.rows(connection, "dashboard/voice_said_base", **days, low_to=LOW_TO, high_from=HIGH_FROM) if counts else []
    inside = [row for row in rows if band in ("", row["band"])]
    topics = _topics(inside)
    topic = next((name for name, _ in topics if name == context.query.get("topic")), "")
    said = sum(row["said"] for row in inside if row["topic"] == topic)
    answered = sum(counts or ())
    if not topic and band and counts:
        scale = next(iter(_scales(connection).get(code, [])), "")
        answered = sum(times for raw, times in enumerate(counts) if band_of(raw, scale) == band)
    return said if topic else answered, said, topics, topic


def band_of(raw: int, scale: str) -> str:
    """The band of a raw score."""
    score = SCALES[scale].score(raw) if scale in SCALES else raw * 10.0
    return "low" if score <= LOW_TO else "high" if score >= HIGH_FROM else "middle"


def _topics(inside: Sequence[Mapping[str, Any]]) -> tuple[tuple[str, int], ...]:
    """Topics by how many spoke of them; those of fewer than five are not told."""
    found: dict[str, int] = {}
    for row in inside:
        if row["topic"]:
            found[row["topic"]] = found.get(row["topic"], 0) + row["said"]
    kept = [(topic, said) for topic, said in found.items() if said >= HIDDEN_BELOW]
    return tuple(sorted(kept, key=lambda one: (-one[1], one[0])))


def _page(context: Context, said: int) -> int:
    asked_for = context.query.get("sheet", "")
    wanted = int(asked_for) - 1 if asked_for.isascii() and asked_for.isdecimal() and len(asked_for) < 7 else 0
    return min(max(wanted, 0), max((said - 1) // PAGE_ROWS, 0))


def _edges(band: str) -> dict[str, float]:
    """Scores strictly between which a band lies."""
    above = {"middle": LOW_TO, "high": HIGH_FROM - TOUCH}.get(band, -1.0)
    below = {"low": LOW_TO + TOUCH, "middle": HIGH_FROM}.get(band, 101.0)
    return {"above": above, "below": below}


def _said(row: Mapping[str, Any]) -> Said:
    return Said(
        row["day"].isoformat(),
        names(row),
        row["code"],
        row["mode"],
        row["business"],
        float(row["raw"]),
        row["scale"],
        tuple(row["tags"] or ()),
        row["verbatim"],
    )
