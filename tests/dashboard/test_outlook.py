"""The running period's expected end on the overview: on its card, hatched in the trend, in the export; never where it is hidden."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
import sqlalchemy as sa

import sql
from dashboard.context import Context
from dashboard.pages.overview import components, data, tables, trend_figure
from dashboard.theme import tokens
from tests.conftest import app_engine, create_database
from tests.dashboard import predicted_sample, sample

See = Callable[..., Context]


@pytest.fixture(scope="module")
def store(server_url: str) -> Iterator[sa.Engine]:
    owner = create_database(server_url, sample.build)
    with sql.begin(owner) as connection:
        predicted_sample.foretell(connection)
    yield owner
    owner.dispose()


@pytest.fixture(scope="module")
def see(store: sa.Engine) -> Iterator[See]:
    app = app_engine(store)
    yield lambda login="province", code="4401", period="2026-11", **query: sample.context(store, app, login, code, period, **query)
    app.dispose()


def test_the_running_month_has_an_expected_end_and_a_past_one_none(see: See) -> None:
    expected = data.load(see()).expected
    assert set(expected) == {"mobile_overall", "tariff"} and expected["tariff"].half == pytest.approx(1.96)
    assert data.load(see(period="2026-10")).expected == {} and data.load(see(code="44")).expected == {}
    assert data.load(replace(see(), today=True)).expected == {}, "forecasts stand under the tree of their time"


def test_a_neighbour_s_forecast_is_not_seen(see: See) -> None:
    assert data.load(see("guangzhou", "4401")).expected and not data.load(see("guangzhou", "4403")).expected


@pytest.mark.parametrize(("language", "said"), [("zh", "期末预计 77.5 ±2.0"), ("en", "ends at 77.5 ±2.0")])
def test_card_trend_and_export_say_it(see: See, language: str, said: str) -> None:
    context = see(language=language, outcome="tariff")
    view = data.load(context)
    card = str(components.card(view.card, context, True, view.expected.get("tariff")))
    assert said in card and said.split(" ±")[0] not in str(components.card(view.card, context, True))
    if view.card.reading and view.card.reading.shown:
        figure = trend_figure.trend(view, language, "dark")
        hatched = next(trace for trace in figure["data"] if "fillpattern" in trace)
        assert min(hatched["y"]) == 75.54 and max(hatched["y"]) == 79.46
        assert hatched["fillpattern"]["fgcolor"] == tokens("dark")["ink2"]
    table = tables.cards(view, context)
    row = next(row for row in table.rows if row[0] == view.outcome.names[language])
    assert row[-3:] == (77.5, 75.54, 79.46) and len(table.columns) == len(row)
