"""Weights of the own brand's responses, by county, month, business and segment.

Competitors' responses, and own ones where no subscriber count is known, weigh 1: there is nothing to weigh them to.
"""

from __future__ import annotations

import math

import sqlalchemy as sa

import sql
from etl.domain.area import Level
from etl.domain.weight import respondent_weights

COLUMNS = ("area_id", "month", "brand", "business", "segment", "weight")


def reweigh(connection: sa.Connection) -> int:
    """Weights of the months being rolled up, written afresh; the number of cells.

    The months and the tree stand in the tables :func:`etl.steps.rollup.prepare` made.
    """
    cells = sql.frame(connection, "etl/rollup_weight_cells", county=int(Level.COUNTY))
    sql.execute(connection, "etl/rollup_weight_forget")
    brand = connection.scalar(sa.text("SELECT brand FROM brand WHERE own"))
    if brand is None or cells.empty:
        return 0
    weighed = 0
    for month, part in cells.groupby("month"):
        weights = respondent_weights(part)
        records = [
            (int(cell.county), month, brand, cell.business, cell.segment, weight)
            for cell, weight in zip(part.itertuples(), weights.tolist(), strict=True)
            if not math.isnan(weight)
        ]
        weighed += sql.copy(connection, "weight_cell", COLUMNS, records)
    connection.exec_driver_sql("ANALYZE weight_cell")
    return weighed
