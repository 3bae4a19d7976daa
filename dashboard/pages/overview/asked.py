"""A figure explained down to the files it came from: read within the scope of who asks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import sqlalchemy as sa

import sql
from dashboard.address import context_from
from dashboard.context import Absent, Context
from dashboard.pages.overview import estimates, reads, scores
from dashboard.pages.overview.model import Indicator
from dashboard.pages.overview.reads import Cell, Ratio
from etl.domain.period import Period
from etl.domain.reading import WINDOWS, Reading, Sums

MOST_FILES = 12  # told one by one; how many there are, and of how many rows, is told of all


@dataclass(frozen=True)
class File:
    """A file with rows inside the figure; ``name`` is ``None`` for who may not see files by name."""

    file_id: int
    feed: str
    name: str | None
    received_at: datetime
    rows: int


@dataclass(frozen=True)
class Asked:
    """One figure: what it is, its sums, and where these came from. ``first`` to ``last`` are its days."""

    indicator: Indicator
    period: Period
    reading: Reading | None
    sums: Sums | None
    ratio: Ratio | None
    first: date
    last: date
    published_at: datetime | None
    files: tuple[File, ...]
    file_count: int
    row_count: int


def context_of(asked: Any, href: str) -> Context:
    """The view of the figure asked about; the area is authorised like that of any address. Raises ``Refused``, ``Absent``."""
    area = asked.get("area") if isinstance(asked, Mapping) else None
    return context_from(with_area(href, area) if isinstance(area, str) and area else href)


def with_area(href: str, code: str) -> str:
    """The address of the same view of another area. Raises :class:`Absent` for what is no address."""
    try:
        parts = urlsplit(href)
    except (ValueError, AttributeError, TypeError):
        raise Absent("absent.page") from None
    kept = [(name, value) for name, value in parse_qsl(parts.query) if name != "area"]
    return f"{parts.path}?{urlencode([*kept, ('area', code)])}"


def load(context: Context, code: Any) -> Asked:
    """The figure of an indicator (by code) in the context's area and period. Raises :class:`Absent` for no indicator."""
    with context.read() as connection:
        indicator = next((each for each in reads.indicators(connection) if each.code == code), None)
        if indicator is None:
            raise Absent("absent.page")
        if indicator.fact == "answer":
            period, reading, sums = _score(connection, context, indicator)
            ratio = None
        else:
            period, reading, sums = context.period, None, None
            found = reads.ratios(connection, _shown(context), context.area.area_id, period).get(indicator.indicator_id)
            ratio = found.now if found else None
        first = period.shift(1 - reading.window).start if reading else period.start
        last = min(period.end, context.publication.data_to) if context.publication else period.end
        at = sql.one(connection, "dashboard/publication_at", p=context.publication_id)
        rows = _files(connection, context, indicator, first, last, at["published_at"] if at else None)
    files = tuple(File(row["file_id"], row["feed_id"], row["name"], row["received_at"], row["rows"]) for row in rows)
    return Asked(
        indicator, period, reading, sums, ratio, first, last, at["published_at"] if at else None, files,
        rows[0]["files"] if rows else 0, int(rows[0]["all_rows"]) if rows else 0,
    )  # fmt: skip


def _shown(context: Context) -> reads.Shown:
    return reads.Shown(context.publication_id, context.today)


def _score(connection: sa.Connection, context: Context, indicator: Indicator) -> tuple[Period, Reading | None, Sums | None]:
    """The reading as the page makes it: by the month where shorter periods are not kept, its window lengthened where thin."""
    cell, asked = Cell(context.area.area_id, indicator.indicator_id), context.period
    for period in (asked, *(each for each in scores.coarser(asked)[1:] if each.kind == "m")):
        windows = [period.shift(-back) for back in range(max(WINDOWS[period.kind]))]
        found = reads.series(connection, _shown(context), [cell.area], [cell.indicator], windows)[period.kind].get(cell, {})
        if found:
            told = estimates.read(connection, _shown(context), [cell.area], [cell.indicator], [period])
            reading = scores.lengthened([found], period, [cell], told)[0]
            if reading is None or reading.window == 1:
                return period, reading, found.get(period.start) if reading else None
            return period, reading, found.windows.get((period.start, reading.window))  # months of it may be hidden by themselves
    return asked, None, None


def _files(
    connection: sa.Connection, context: Context, indicator: Indicator, first: date, last: date, until: datetime | None
) -> list[dict[str, Any]]:
    if until is None:
        return []
    return sql.rows(
        connection, "dashboard/cell_files", area=context.area.area_id, indicator=indicator.indicator_id, first=first, last=last,
        until=until, most=MOST_FILES,
    )  # fmt: skip
