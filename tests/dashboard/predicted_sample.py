"""Likely dissatisfied customers, the model behind them, and forecasts of running periods, on top of the sample operator."""

from __future__ import annotations

import json
from datetime import date

import sqlalchemy as sa

import sql
from tests.dashboard import sample

FIGURE = {"value": 0.66, "low": 0.61, "high": 0.71}
CARD = {
    "rows": 900, "dissatisfied": 250, "rate": 0.28, "ece_by_chance": 0.02,
    **{who: dict.fromkeys(("auc", "brier", "ece", "slope", "intercept", "lift"), FIGURE) for who in ("model", "baseline", "difference")},
    "curve": [{"predicted": 0.1 * k, "observed": 0.1 * k + 0.02, "low": 0.1 * k - 0.03, "high": 0.1 * k + 0.06, "n": 90} for k in range(1, 9)],
    "factors": [{"feature": "topic", "zh": "topic", "en": "topic", "auc_lost": 0.05},
                {"feature": "area:hotline_wait", "zh": "x", "en": "x", "auc_lost": 0.01},
                {"feature": "noise", "zh": "x", "en": "x", "auc_lost": -0.001}],
}  # fmt: skip
PREDICTED = (  # leaf of the county, customers, probability of the first and how much less each next is
    ("440106", 40, 0.80, 0.01),
    ("440111", 10, 0.50, 0.02),
    ("440305", 12, 0.40, 0.01),
)


def add(connection: sa.Connection) -> None:
    """A model and its list."""
    model = connection.scalar(sa.text(
        "INSERT INTO prediction_model (prediction, trained_at, first_day, last_day, held_from, customers, dissatisfied, card, checksum)"
        " VALUES ('unasked', now(), '2025-01-01', '2026-10-31', '2026-08-01', 4000, 1100, CAST(:card AS jsonb), 'x') RETURNING model_id"),
        {"card": json.dumps(CARD)})  # fmt: skip
    rows = []
    for county, customers, first, step in PREDICTED:
        leaf = connection.scalar(sa.text(
            "SELECT c.descendant_id FROM area_closure c JOIN area a ON a.area_id = c.ancestor_id AND a.code = :code "
            "JOIN area g ON g.area_id = c.descendant_id AND g.level = 4 ORDER BY 1 LIMIT 1"), {"code": county})  # fmt: skip
        for at in range(customers):
            chance = first - step * at
            rows.append((leaf, f"{county}{at:06d}".encode(), "mobile", "public", chance, chance - 0.05, chance + 0.05,
                         1 if chance > 0.6 else 2 if chance > 0.3 else 3, ["topic:red_line", "area:hotline_wait", "open"],
                         date(2026, 10, 20), sample.LAST, model, 1))  # fmt: skip
    sql.copy(connection, "dissatisfied_prediction", ("area_id", "customer", "business", "segment", "probability", "low", "high",
             "band", "reasons", "last_contact", "as_of", "model_id", "first_pub"), rows)  # fmt: skip


def foretell(connection: sa.Connection) -> None:
    """Forecasts of the running month: two outcomes of Guangzhou and Shenzhen."""
    connection.execute(sa.text(
        "INSERT INTO forecast (area_id, indicator_id, period, start, through, n_eff, value, sd, low, high, low80, high80, first_pub) "
        "SELECT a.area_id, i.indicator_id, 'm', '2026-11-01', '2026-11-08', 60, 77.5, 1, 75.54, 79.46, 76.2, 78.8, 1 "
        "FROM area a, indicator i WHERE a.code IN ('4401', '4403') AND i.code IN ('mobile_overall', 'tariff')"))  # fmt: skip


def remove(connection: sa.Connection) -> None:
    """All of it again, where others use the store as well."""
    for table in ("forecast", "dissatisfied_prediction", "prediction_model"):
        connection.execute(sa.text(f"DELETE FROM {table}"))
