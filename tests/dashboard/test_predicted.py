"""The page of likely dissatisfied customers: its numbers, its words, its export, and who sees whom."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
import sqlalchemy as sa
from dash import html

import sql
from dashboard.context import Context
from dashboard.pages import ORDER, present
from dashboard.pages.predicted import data, figures, tables, wording
from dashboard.pages.predicted.layout import content
from dashboard.pages.predicted.page import PAGE
from dashboard.texts import t
from tests.conftest import app_engine, create_database
from tests.dashboard import predicted_sample, sample
from tests.dashboard.predicted_sample import CARD, PREDICTED

See = Callable[..., Context]


@pytest.fixture(scope="module")
def store(server_url: str) -> Iterator[sa.Engine]:
    owner = create_database(server_url, sample.build)
    with sql.begin(owner) as connection:
        predicted_sample.add(connection)
        user = connection.scalar(sa.text("INSERT INTO app_user (login, name, password_hash) VALUES ('analyst', 'analyst', '!') RETURNING user_id"))
        connection.execute(sa.text("INSERT INTO user_grant (user_id, role, area_id) SELECT :u, 'analyst', area_id FROM area WHERE code = '44'"), {"u": user})
        connection.execute(sa.text("SELECT refresh_user_area()"))
    yield owner
    owner.dispose()


@pytest.fixture(scope="module")
def see(store: sa.Engine) -> Iterator[See]:
    app = app_engine(store)

    def context(login: str = "province", code: str = "44", **query: str) -> Context:
        return replace(sample.context(store, app, login, code, "2026-10", **query), page="predicted")

    yield context
    app.dispose()


def words(part: object) -> str:
    return json.dumps(html.Div(part).to_plotly_json(), ensure_ascii=False, default=lambda one: one.to_plotly_json() if hasattr(one, "to_plotly_json") else str(one))


def test_areas_add_up_by_band_and_lead_down(see: See) -> None:
    view = data.load(see())
    assert view.count == 62 and {row["code"]: row["customers"] for row in view.members} == {"4401": 50, "4403": 12}
    assert all(row["first"] + row["second"] + row["third"] == row["customers"] for row in view.members)
    expected = sum(first - step * at for _, customers, first, step in PREDICTED for at in range(customers))
    assert view.expected == pytest.approx(expected, rel=1e-5)
    said = words(content(see()))
    assert "/predicted?area=4401" in said and "预计其中约" in said and "红线问题" in said


def test_the_list_begins_with_the_likeliest_and_shows_no_customer_in_full(see: See) -> None:
    view = data.load(see())
    chances = [row["probability"] for row in view.customers]
    assert chances == sorted(chances, reverse=True) and view.customers[0]["probability"] == pytest.approx(0.8)
    assert all(len(row["customer"]) == 12 for row in view.customers)


def test_a_manager_sees_own_customers_alone_and_an_analyst_none(see: See) -> None:
    assert data.load(see("guangzhou", "4401")).count == 50
    assert data.load(see("tianhe", "440106")).count == 40
    assert data.load(see("analyst", "44")).count == 0
    assert not tables.customers(see("analyst", "44")).rows


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("code", ["44", "4401"])
def test_a_part_is_not_told_as_the_whole(see: See, code: str, language: str) -> None:
    above = see("tianhe", code, language=language)
    view, said = data.load(above), words(content(above))
    assert view.count == 0 and not view.customers and not tables.customers(above).rows
    assert wording.sentence(view, above) == t("predicted.sentence_beyond", language, area=above.area.name(language))
    assert "/predicted?area=440106&period=2026-10" in said, "it leads to one's own area"
    assert t("predicted.areas_heading", language) not in said and t("predicted.list_heading", language) not in said


def test_the_model_s_worth_stands_beside_the_list_in_both_languages(see: See) -> None:
    for language, said in (("zh", "AUC 0.66（95% 区间 0.61–0.71"), ("en", "AUC 0.66 (95% interval 0.61–0.71")):
        context = see(language=language)
        view = data.load(context)
        assert said in wording.below(view, context) and view.model is not None and view.model.proven
        assert wording.factors(view.model, view.indicators, language)[0][0] == t("predicted.reason.topic", language)
        assert len(wording.factors(view.model, view.indicators, language)) == 2, "what only harms is no factor"


def test_a_model_no_better_than_chance_says_so(store: sa.Engine, see: See) -> None:
    view = data.load(see())
    assert view.model is not None
    poor = data.Model({**view.model.row, "card": {**CARD, "model": {**CARD["model"], "auc": {"value": 0.53, "low": 0.47, "high": 0.58}}}})
    assert "尚不能证明好于随机" in wording.below(replace(view, model=poor), see())


def test_the_export_has_every_row_and_the_reasons_in_words(see: See) -> None:
    table = tables.customers(see(language="en"))
    assert len(table.rows) == 62 and len(table.columns) == len(tables.COLUMNS) == len(table.rows[0])
    assert "complained about a red-line matter; " in table.rows[0][10] and "a complaint still open" in table.rows[0][10]


def test_the_curve_is_a_plain_figure_with_intervals_on_both_themes() -> None:
    for look in ("light", "dark"):
        made = figures.calibration(CARD["curve"], "zh", look)
        line, points = made["data"]
        assert line["x"] == line["y"] and len(points["x"]) == 8
        assert points["error_y"]["array"][0] == pytest.approx(4) and made["layout"]["xaxis"]["range"] == made["layout"]["yaxis"]["range"]


def test_an_unknown_reason_or_topic_stays_as_it_is() -> None:
    assert wording.reason("topic:宽带", {}, "en") == "complained about 宽带" and wording.reason("something", {}, "zh") == "something"
    assert wording.reason("area:x", {}, "zh") == "所在区县的x"


def test_the_page_has_no_place_of_its_own_in_the_rail_and_its_roles() -> None:
    assert PAGE.name not in ORDER and PAGE in present() and PAGE.place == "within"
    assert PAGE.roles == {"quality", "manager", "grid"}


def test_nothing_predicted_yet_says_how_it_comes(see: See) -> None:
    context = replace(see(), publication=None)
    said = words(content(context))
    assert "还没有可能不满意客户的预测" in said and "manyi run predict" in said
