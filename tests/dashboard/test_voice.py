"""The voice page: indexes as rolled up, paths as frozen, words behind a minimum base, and each reader's own areas."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
import sqlalchemy as sa

from dashboard.context import Context
from dashboard.pages.voice import answers, answers_view, gap_figure, index, index_view, map_figure, path_figure, tables, wording
from dashboard.pages.voice.layout import VIEWS, content
from etl.domain.tcsi_vintage import DIFFERENCE
from tests.conftest import app_engine, create_database
from tests.dashboard import sample, voice_sample

See = Callable[..., Context]


@pytest.fixture(scope="module")
def store(server_url: str) -> Iterator[sa.Engine]:
    owner = create_database(server_url, voice_sample.build)
    with owner.begin() as connection:
        user = connection.scalar(
            sa.text("INSERT INTO app_user (login, name, password_hash) VALUES ('net', 'net', '!') RETURNING user_id")
        )
        connection.execute(sa.text("INSERT INTO user_grant (user_id, role, area_id, line_id) SELECT :u, 'line', area_id, 'network' FROM area "
                                   "WHERE code = '44'"), {"u": user})  # fmt: skip
        connection.execute(sa.text("SELECT refresh_user_area()"))
    yield owner
    owner.dispose()


@pytest.fixture(scope="module")
def see(store: sa.Engine) -> Iterator[See]:
    app = app_engine(store)

    def context(login: str = "province", code: str = "44", period: str = "2026-10", **query: str) -> Context:
        return replace(sample.context(store, app, login, code, period, **query), page="voice")

    yield context
    app.dispose()


def indexed(context: Context) -> index.Index:
    with context.read() as connection:
        return index.load(connection, context)


def test_cards_are_the_roll_up_with_interval_and_base(store: sa.Engine, see: See) -> None:
    found = indexed(see(code="4401"))
    with store.connect() as connection:
        row = connection.execute(sa.text(
            "SELECT n, swx / sw AS mean FROM tcsi_rollup JOIN area USING (area_id) WHERE code = '4401' AND period = 'm' "
            "AND start = '2026-10-01' AND construct = 'satisfaction'")).one()  # fmt: skip
    card = found.card("satisfaction")
    assert len(found.cards) == 7 and card is not None and card.reading is not None
    assert card.reading.value == pytest.approx(row.mean) and card.reading.n == row.n and card.reading.window == 1
    assert card.reading.low < card.reading.value < card.reading.high and card.change is not None


def test_the_difference_keeps_its_sign_and_is_followed_over_time(see: See) -> None:
    found = indexed(see())
    assert found.difference is not None and found.difference.value == pytest.approx(voice_sample.GAP, abs=1.5)
    assert found.difference.low > 0 and "预期比感知质量高" in wording.of_index(found, see())
    assert len(found.trend) == 13 and all(point.by_business["mobile"] for point in found.trend)
    assert all(point.by_business["broadband"] is None for point in found.trend) and found.businesses == ("mobile",)


def test_thin_members_have_no_value(see: See) -> None:
    found = indexed(see(code="4401"))
    thin = next(place for place in found.places if place.code == voice_sample.THIN)
    reading = thin.readings["satisfaction"]
    assert reading is not None and not reading.shown and reading.window > 1, "its window was lengthened, and still few"
    row = next(row for row in tables.indexes(see(code="4401")).rows if row[0] == voice_sample.THIN and row[4] == "satisfaction")
    assert row[6:9] == [None, None, None] and row[9] == reading.n


def test_members_are_the_readers_own(see: See) -> None:
    codes = {place.code for place in indexed(see("tianhe", "4401")).places}
    assert codes == {"440106"}
    assert indexed(see("tianhe", "44")).card("satisfaction").reading is not None, "an area above: its index, as headline readings"


def test_the_diagram_tells_proven_from_unproven(see: See) -> None:
    context = see()
    found = indexed(context)
    drawn = path_figure.paths(found, "zh", "light")
    told = found.vintage.estimates["paths"]
    dashes = [trace["line"]["dash"] for trace in drawn["data"][:12]]
    assert dashes == ["solid" if path["proven"] else "dash" for path in told] and {"solid", "dash"} == set(dashes)
    assert len(drawn["layout"]["shapes"]) == 7
    assert set(path_figure.places(("a", "b", "c"), (("a", "b"), ("b", "c")))) == {"a", "b", "c"}


def test_importance_stands_beside_performance(see: See) -> None:
    found = indexed(see())
    ranked = map_figure.drivers(found)
    effects = {one["from"]: one["value"] for one in found.vintage.estimates["total_effects"] if one["to"] == "satisfaction"}
    assert [one.code for one in ranked] == sorted(effects, key=lambda code: -effects[code])
    assert ranked[0].names["zh"] in wording.of_index(found, see())
    assert map_figure.importance(found, "en", "dark")["data"][0]["x"] == [effects[one.code] for one in ranked]
    assert gap_figure.over_time(found, "en", "dark") is not None


@pytest.mark.parametrize(
    ("scales", "counts", "kind", "value"),
    [
        (["1-10"], [0, 0, 0, 2, 0, 0, 0, 0, 2, 3, 3], "top2", 60.0),
        (["0-10"], [2, 0, 0, 0, 0, 0, 0, 0, 2, 3, 3], "nps", 40.0),
        (["0-10", "1-10"], [2, 0, 0, 0, 0, 0, 0, 0, 2, 3, 3], "", None),
        ([], [0, 0, 0, 2, 0, 0, 0, 0, 2, 3, 3], "", None),
        (["1-10"], [0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 2], "top2", None),
        (["1-10"], [], "top2", None),
    ],
)
def test_no_transform_is_mixed_with_another(scales: list[str], counts: list[int], kind: str, value: float | None) -> None:
    made = answers.share("tariff", {"zh": "资费", "en": "Tariff"}, scales, counts)
    assert made.kind == kind and (made.value == pytest.approx(value) if value is not None else made.value is None)
    if value is not None:
        assert made.low < made.value < made.high


def test_response_rates_are_of_own_customers_with_their_change(see: See) -> None:
    with (context := see(code="4401")).read() as connection:
        (only,) = answers.asked(connection, context)
    assert (only.mode, only.asked, only.answered) == ("phone", 1000, 300) and only.rate == pytest.approx(30)
    assert only.low < 30 < only.high and only.change.value == pytest.approx(20) and only.change.proven == 1
    with (elsewhere := see(code="4403")).read() as connection:
        assert answers.asked(connection, elsewhere) == []


def said(context: Context) -> answers.Words:
    with context.read() as connection:
        return answers.words(connection, context)


def test_words_come_by_score_and_topic_a_page_at_a_time(see: See) -> None:
    asked = {"code": "440106", "outcome": "tariff"}
    every = said(see(**asked))
    assert (every.base, every.count, len(every.rows)) == (60, 26, 20) and "[手机号]" in every.rows[0].text
    assert [row.day for row in every.rows] == sorted((row.day for row in every.rows), reverse=True)
    assert len(said(see(**asked, sheet="2")).rows) == 6 == len(said(see(**asked, sheet="99")).rows)
    low = said(see(**asked, band="low"))
    assert (low.base, low.count) == (30, 25) and {row.raw for row in low.rows} == {3.0}
    assert every.topics == (("信号", 22),), "a topic four spoke of is not told"
    signal = said(see(**asked, topic="信号", band="low"))
    assert (signal.base, signal.count) == (21, 21) and said(see(**asked, topic="账单")).topic == ""


def test_no_words_are_shown_in_small_cells(store: sa.Engine, see: See) -> None:
    none = said(see(code="440106", outcome="tariff", band="middle"))
    assert (none.base, none.count, none.rows) == (0, 0, ())
    with store.begin() as connection:
        few = "UPDATE score_rollup SET n = {n}, counts = '{counts}' WHERE period = 'm' AND cut = 'all' AND start = '2026-10-01' AND n = {was}"
        connection.execute(sa.text(few.format(n=4, counts="{0,0,0,4,0,0,0,0,0,0,0}", was=60)))
    assert (after := said(see(code="440106", outcome="tariff"))).rows == () and after.base < 5
    with store.begin() as connection:
        connection.execute(sa.text(few.format(n=60, counts="{0,0,0,30,0,0,0,0,0,30,0}", was=4)))


def test_words_and_invitations_of_others_stay_theirs(see: See) -> None:
    above = see("guangzhou", "44", outcome="tariff")
    assert said(above).rows == () and said(see("guangzhou", "4401", outcome="tariff")).count == 26
    with above.read() as connection:
        assert answers.asked(connection, above) is None
    for view in ("asked", "words"):
        header, tools = content(see("guangzhou", "44", outcome="tariff", view=view))
        assert "上级区域" in header.children[0].children and len(tools.children) == 1


@pytest.mark.parametrize("code", ["44", "440106"])
def test_a_line_owner_is_told_that_words_and_invitations_are_not_his(see: See, code: str) -> None:
    his = see("net", code, outcome="tariff")
    his = replace(his, area=replace(his.area, full=True))  # as the shell says of every area to a line owner
    with his.read() as connection:
        assert answers.asked(connection, his) is None and not answers.words(connection, his).reached
    for view in ("asked", "words"):
        for language, told in (("zh", "专业线"), ("en", "granted by line")):
            header, tools, *panels = content(replace(his, language=language, query={**his.query, "view": view}))
            assert told in header.children[0].children and len(tools.children) == 1 and not panels
    assert tables.asked(his).rows == [] == tables.words(his).rows


def test_words_name_a_grid_only_where_its_own_score_is_shown(store: sa.Engine, see: See) -> None:
    county = see(code="440106", outcome="tariff")
    assert {row.area for row in said(county).rows} == {"440106-g1"}
    at = ("FROM area a, indicator i WHERE a.area_id = s.area_id AND i.indicator_id = s.indicator_id AND a.code = '440106-g1' "
          "AND i.code = 'tariff' AND s.period = 'm' AND s.start = '2026-10-01' AND s.cut = 'all'")  # fmt: skip
    with store.begin() as connection:
        was = connection.execute(sa.text(f"UPDATE score_rollup s SET n = s.n {at} RETURNING s.sw, s.sw2")).one()
        connection.execute(sa.text(f"UPDATE score_rollup s SET n = 4, sw = 4, sw2 = 4 {at}"))
    try:
        assert said(see(code="440106-g1", outcome="tariff")).rows == (), "the grid's score is hidden"
        assert {(row.area, row.names["zh"]) for row in said(county).rows} == {("440106", "天河区")}
        assert {(row[1], row[2]) for row in tables.words(see(code="44", outcome="tariff")).rows} == {("440106", "天河区")}
        assert said(county).count == 26
    finally:
        with store.begin() as connection:
            connection.execute(sa.text(f"UPDATE score_rollup s SET n = 60, sw = :sw, sw2 = :sw2 {at}"), was._asdict())


def test_a_competitor_s_words_are_not_shown(store: sa.Engine, see: See) -> None:
    with store.connect() as connection:
        assert (
            connection.scalar(
                sa.text("SELECT count(*) FROM response_detail WHERE verbatim = :said"), {"said": voice_sample.RIVAL}
            )
            == 1
        )
    told = [row[-1] for row in tables.words(see(code="440106", outcome="tariff")).rows]
    assert len(told) == 26 and voice_sample.RIVAL not in told


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("view", VIEWS)
def test_every_view_is_drawn_for_every_kind_of_area_and_period(see: See, view: str, language: str) -> None:
    for code, period in (("44", "2026-10"), ("440106", "2026-W41"), ("440106-g1", "2026"), ("440117-g9", "2020-01")):
        sentence, *_ = content(see(code=code, period=period, view=view, language=language, outcome="tariff"))
        assert sentence.children[0].children, (code, period)


@pytest.mark.parametrize("name", tables.TABLES)
def test_every_table_leaves_the_house_whole(see: See, name: str) -> None:
    table = tables.TABLES[name](see(code="4401", outcome="tariff"))
    assert table.rows and {len(row) for row in table.rows} == {len(table.columns)}
    assert table.columns[-1] == "发布版" and {row[-1] for row in table.rows} == {1}


def test_a_store_without_an_index_says_what_to_do(operator: sa.Engine, see: See) -> None:
    app = app_engine(operator)
    context = replace(sample.context(operator, app), page="voice")
    found = indexed(context)
    assert found.vintage is None and found.cards == () and "没有满意度指数" in wording.of_index(found, context)
    assert any("manyi tcsi estimate" in str(part) for part in index_view.view(found, context))
    app.dispose()


def test_pieces_of_a_distribution_have_a_colour_for_every_score() -> None:
    assert {scale: len(steps) for scale, steps in answers_view.STEPS.items()} == {"1-10": 11, "0-10": 11, "1-5": 6}
    assert [answers.band_of(raw, "1-10") for raw in (1, 6, 7, 8, 9, 10)] == ["low", "low", "middle", "middle", "high", "high"]
    assert [answers.band_of(raw, "0-10") for raw in (0, 6, 7, 8, 9)] == ["low", "low", "middle", "middle", "high"]
    assert DIFFERENCE not in {"image", "expectation", "quality"}


def test_two_names_do_not_stand_on_each_other() -> None:
    sides = map_figure.name_sides([0.28, 0.33, 0.52, 0.25], [75.4, 76.2, 72.8, 67.0])
    assert sides == ["bottom right", "top right", "top right", "top right"]
    assert map_figure.name_sides([0.3, 0.3], [70.0, 70.0]) == ["bottom right", "top right"]
