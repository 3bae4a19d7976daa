"""Forecasts in the store: which areas and periods get one, that they follow the publications, and who sees them."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest
import sqlalchemy as sa

import sql
from etl.domain.forecast import Span
from etl.steps.forecast import elapsed, forecast_due, foretell, running
from etl.steps.publish import publish
from tests.conftest import app_engine
from tests.etl import rollup_sample

CURRENT = "last_pub = 2147483647"


def frame(store: sa.Engine, query: str) -> pd.DataFrame:
    with store.connect() as connection:
        return pd.read_sql(sa.text(query), connection)


@pytest.fixture
def foretold(store: sa.Engine) -> tuple[sa.Engine, dict[str, int]]:
    ids = rollup_sample.build(store)
    publish(store)
    assert forecast_due(store) is not None
    made = foretell(store)
    assert made["publication"] == 1 and made["through"] == "2026-07-24" and made["forecasts"] > 10
    return store, ids


@pytest.mark.parametrize(
    ("through", "periods"),
    [
        (date(2026, 7, 24), {"m": Span(0, 0), "q": Span(0, 2), "y": Span(6, 5)}),
        (date(2026, 8, 31), {"q": Span(1, 1), "y": Span(7, 4)}),  # the month is over: it reads what it reads
        (date(2026, 12, 31), {}),
    ],
)
def test_running_periods(through: date, periods: dict[str, Span]) -> None:
    assert {one.period.kind: one.span for one in running(through, date(2026, 1, 1))} == periods


def test_a_period_that_began_before_the_data_has_no_forecast() -> None:
    assert [one.period.kind for one in running(date(2026, 7, 24), date(2026, 3, 1))] == ["m", "q"]


def test_the_share_of_a_month() -> None:
    assert elapsed(date(2026, 7, 24)) == pytest.approx(24 / 31) and elapsed(date(2024, 2, 29)) == 1


def test_only_figures_shown_by_themselves_are_foretold(foretold: tuple[sa.Engine, dict[str, int]]) -> None:
    store, _ = foretold
    made = frame(store, "SELECT * FROM forecast")
    assert set(made["period"]) == {"m", "q"} and (made["through"] == date(2026, 7, 24)).all()
    assert (made["n_eff"] >= 30).all() and (made["sd"] > 0).all() and made["probability"].isna().all()
    assert (made["low"] <= made["low80"]).all() and (made["low80"] < made["value"]).all() and (made["high80"] <= made["high"]).all()
    shown = frame(store, f"SELECT * FROM estimate WHERE {CURRENT} AND start = '2026-07-01' AND display >= 2 AND window_length = 1")
    keys = ["area_id", "indicator_id", "period", "start"]
    assert len(made.merge(shown, on=keys)) == len(made)
    month = made[made["period"] == "m"].merge(shown[shown["period"] == "m"], on=keys)
    assert np.abs(month["value"] - month["direct"]).max() < 3 * month["se"].max()  # three weeks of four are in


def test_what_is_withheld_for_another_s_sake_is_not_foretold(store: sa.Engine) -> None:
    ids = rollup_sample.build(store)
    publish(store)
    with sql.begin(store) as connection:
        connection.execute(sa.text(
            "INSERT INTO suppressed (area_id, indicator_id, period, cut, start, value, first_pub) "
            "SELECT :a, indicator_id, period, 'all', '2026-07-01', '', 1 FROM indicator, (VALUES ('m'), ('q')) AS k (period) "
            "ON CONFLICT DO NOTHING"), {"a": ids["C1"]})  # fmt: skip
    foretell(store)
    told = set(frame(store, "SELECT area_id FROM forecast")["area_id"])
    assert ids["C1"] not in told and ids["P"] in told


def test_the_next_publication_has_its_own_and_the_earlier_one_keeps_its(foretold: tuple[sa.Engine, dict[str, int]]) -> None:
    store, ids = foretold
    assert forecast_due(store) is None and foretell(store) == {"publication": None, "forecasts": 0}
    with sql.begin(store) as connection:
        rollup_sample.add_responses(connection, ids, np.random.default_rng(5), 60, date(2026, 7, 1), date(2026, 7, 28))
        rollup_sample.touch(connection, [date(2026, 7, 1)])
    publish(store)
    made = foretell(store)
    assert made["publication"] == 2
    rows = frame(store, "SELECT first_pub, last_pub, count(*) AS n FROM forecast GROUP BY 1, 2 ORDER BY 1").to_dict("records")
    assert [(row["first_pub"], row["last_pub"]) for row in rows] == [(1, 2), (2, 2147483647)]


def test_a_manager_sees_the_own_area_s_forecasts_and_those_above(foretold: tuple[sa.Engine, dict[str, int]]) -> None:
    store, ids = foretold
    with sql.begin(store) as connection:
        user = connection.scalar(sa.text("INSERT INTO app_user (login, name, password_hash) VALUES ('c1', 'c1', 'x') RETURNING user_id"))
        connection.execute(sa.text("INSERT INTO user_grant (user_id, role, area_id) VALUES (:u, 'manager', :a)"), {"u": user, "a": ids["C1"]})
        connection.execute(sa.text("SELECT refresh_user_area()"))
    app = app_engine(store)
    with sql.scoped(app, user) as connection:
        seen = {row.area_id for row in connection.execute(sa.text("SELECT DISTINCT area_id FROM forecast"))}
    with app.begin() as connection:
        nobody = connection.scalar(sa.text("SELECT count(*) FROM forecast"))
    app.dispose()
    assert ids["P"] in seen and ids["C1"] in seen and ids["C2"] not in seen and ids["D"] not in seen and nobody == 0
