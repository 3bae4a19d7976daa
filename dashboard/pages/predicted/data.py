"""What the page reads: the list of the publication shown, by area below, and the model behind it with its measured worth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

import sql
from dashboard.context import Context
from etl.domain.area import Level

SHOWN = 300  # customers on the page; the export has all
ALL = 1_000_000
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Model:
    """What was measured, on answers the model had not seen."""

    row: Row

    @property
    def card(self) -> Mapping[str, Any]:
        return dict(self.row["card"])

    def figure(self, name: str, who: str = "model") -> tuple[float, float, float]:
        """Value, low and high of a figure, of the model or the ``baseline``."""
        found = self.card[who][name]
        return found["value"], found["low"], found["high"]

    @property
    def proven(self) -> bool:
        """Whether the list is better than chance, the interval considered."""
        return self.figure("auc")[1] > 0.5


@dataclass(frozen=True)
class View:
    """Everything the page shows."""

    members: Sequence[Row]
    customers: Sequence[Row]
    model: Model | None
    indicators: Mapping[str, Row]  # by code, for reasons
    own: Sequence[Row] | None = None  # where the area reaches beyond the reader's: the reader's areas, of which alone it is told

    @property
    def count(self) -> int:
        return sum(row["customers"] for row in self.members)

    @property
    def expected(self) -> float:
        return float(sum(row["expected"] for row in self.members))


def load(context: Context) -> View:
    """The whole view in one transaction; what the reader may not see is not there."""
    with context.read() as connection:
        model = sql.one(connection, "dashboard/predicted_model", p=context.publication_id)
        indicators = {row["code"]: row for row in sql.rows(connection, "dashboard/indicators")}
        made = Model(model) if model else None
        if not _within(connection, context):
            return View((), (), made, indicators, sql.rows(connection, "dashboard/predicted_own"))
        return View(_members(connection, context), listed(connection, context, SHOWN), made, indicators)


def _within(connection: sa.Connection, context: Context) -> bool:
    """Whether all customers of the area are the reader's to see; of a larger one only a part would be, told as the whole."""
    found = sql.one(connection, "dashboard/reach", area=context.area.area_id)
    return bool(found and found["customers"])


def _members(connection: sa.Connection, context: Context) -> list[Row]:
    if context.publication is None:
        return []
    day = context.publication.data_to
    return sql.rows(connection, "dashboard/predicted_members", p=context.publication_id, area=context.area.area_id, day=day)


def listed(connection: sa.Connection, context: Context, most: int) -> list[Row]:
    """The likeliest customers of the area, at most so many; none of an area that reaches beyond the reader's."""
    if context.publication is None or not _within(connection, context):
        return []
    return sql.rows(
        connection, "dashboard/predicted_customers", p=context.publication_id, area=context.area.area_id,
        day=context.publication.data_to, county=int(Level.COUNTY), most=most,
    )  # fmt: skip
