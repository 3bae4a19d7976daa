"""The list as it is exported: every customer of the area the reader may see."""

from __future__ import annotations

import sql
from dashboard.context import Context
from dashboard.exports import Table
from dashboard.pages.predicted import data, wording
from dashboard.texts import t

COLUMNS = ("customer", "county", "grid", "grid_code", "business", "segment", "probability", "low", "high", "band", "reasons",
           "last_contact", "as_of", "model")  # fmt: skip


def customers(context: Context) -> Table:
    """All rows, with probability, what was observed of customers like them, reasons, and the model's number."""
    language = context.language
    with context.read() as connection:
        rows = data.listed(connection, context, data.ALL)
        model = sql.one(connection, "dashboard/predicted_model", p=context.publication_id)
        indicators = {row["code"]: row for row in sql.rows(connection, "dashboard/indicators")}
    made = model["model_id"] if model else None
    values = [
        [row["customer"], row[f"county_{language}"], row[f"grid_{language}"], row["grid_code"],
         t(f"predicted.business.{row['business']}", language), t(f"predicted.segment.{row['segment']}", language),
         round(row["probability"], 4), round(row["low"], 4), round(row["high"], 4), row["band"],
         wording.reasons(row["reasons"], indicators, language), row["last_contact"], row["as_of"], made]
        for row in rows
    ]  # fmt: skip
    return Table(t("predicted.list_heading", language), [t(f"predicted.col.{name}", language) for name in COLUMNS], values)
