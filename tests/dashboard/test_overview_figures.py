"""The overview's charts: valid for plotly, true to the numbers, small enough to send."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import plotly.graph_objects as go
import pytest
import sqlalchemy as sa
from dash.development.base_component import Component
from plotly.utils import PlotlyJSONEncoder

from dashboard.pages.overview import components, data, map_figure, ranking, split_figure, tables, trend_figure, wording
from dashboard.pages.overview.fill import OUTPUTS, fill
from dashboard.pages.overview.model import Member, View
from etl.domain.reading import Change
from tests.conftest import app_engine
from tests.dashboard import sample

MOST_BYTES = 300_000  # of one answer
MOST_FIGURES = 8
CASES = [
    ("province", "44", "2026-10"), ("province", "4401", "2026-11"), ("province", "440106", "2026-W44"), ("province", "440106-g1", "2026-10"),
    ("guangzhou", "44", "2026-10"), ("tianhe", "4403", "2026-10"), ("province", "4401", "2026-Q3"), ("province", "44", "2019-01"),
]  # fmt: skip


@pytest.fixture(scope="module")
def operator(operator: sa.Engine) -> Iterator[tuple[sa.Engine, sa.Engine]]:
    """The sample operator's store as its owner and as the dashboard's role."""
    app = app_engine(operator)
    yield operator, app
    app.dispose()


@pytest.fixture(scope="module")
def city(operator: tuple[sa.Engine, sa.Engine]) -> View:
    return data.load(sample.context(*operator, "province", "4401"))


def figures(filled: tuple[Any, ...]) -> list[dict[str, Any]]:
    return [value for value in filled if isinstance(value, dict) and {"data", "layout"} == set(value)]


@pytest.mark.parametrize("case", CASES, ids=lambda case: "-".join(case))
@pytest.mark.parametrize(("language", "look"), [("zh", "light"), ("en", "dark")])
def test_every_view_is_valid_small_and_speaks_one_language(operator, case: tuple[str, ...], language: str, look: str) -> None:
    context = sample.context(*operator, *case, language=language, theme=look)
    filled = fill(data.load(context), context)
    assert len(filled) == len(OUTPUTS)
    assert 1 <= len(figures(filled)) <= MOST_FIGURES
    for figure in figures(filled):
        go.Figure(figure)  # plotly refuses what it does not know
    sent = json.dumps(filled, cls=PlotlyJSONEncoder, ensure_ascii=False)
    assert len(sent.encode()) < MOST_BYTES
    if language == "en":
        said = sent.replace("Noto Sans SC", "")
        chinese = [letter for letter in said if "一" <= letter <= "鿿"]
        assert not chinese, "".join(chinese)[:40]


def test_the_map_colours_by_the_difference_and_knows_its_codes(city: View) -> None:
    figure = map_figure.area_map(city, "zh", "light")
    codes = figure["layout"]["meta"]["codes"]
    assert sorted(codes) == ["440105", "440106", "440111", "440113", "440117"]
    from dashboard.theme import tokens

    worst = figure["data"][codes.index("440106")]
    assert worst["fillcolor"] == tokens("light")["d-n3"]
    assert len(figure["data"]) == len(codes) + 1  # and the labels


@pytest.mark.parametrize(
    ("gap", "name"),
    [(3.0, "p3"), (2.9, "p2"), (0.5, "p1"), (0.49, "z0"), (-0.49, "z0"), (-0.5, "n1"), (-1.5, "n2"), (-3.0, "n3")],
)
def test_bins_are_even_about_nought(gap: float, name: str) -> None:
    assert map_figure.bin_of(gap) == name


def test_the_operators_boundaries_are_drawn_where_given(city: View) -> None:
    square = {
        "type": "MultiPolygon",
        "coordinates": [[[[113, 23], [114, 23], [114, 24], [113, 23]]], [[[112, 23], [112.5, 23], [112, 23]]]],
    }
    members = tuple(replace(member, boundary=square) for member in city.members if member.known)
    figure = map_figure.area_map(replace(city, members=members), "zh", "light")
    assert figure["data"][0]["x"].count(None) == 1  # two rings, one gap
    go.Figure(figure)


def test_closed_members_carry_no_number_and_no_code(operator) -> None:
    view = data.load(sample.context(*operator, "guangzhou", "44"))
    figure = map_figure.area_map(view, "zh", "light")
    assert figure["layout"]["meta"]["codes"] == ["4401", None, None]
    assert [row["code"] for row in ranking.member_rows(view, "zh")] == ["4401"]
    text = json.dumps(figure, ensure_ascii=False)
    assert "深圳" in text and "不在权限内" in text


def test_the_trend_breaks_where_too_few_answered(city: View) -> None:
    thin = replace(city.trend[10], reading=None)
    figure = trend_figure.trend(replace(city, trend=(*city.trend[:10], thin, *city.trend[11:])), "zh", "light")
    assert sum(trace.get("fill") == "toself" for trace in figure["data"]) == 2  # the band is parted
    actual = next(trace for trace in figure["data"] if trace["mode"] == "lines+markers")
    assert actual["y"][10] is None and actual["connectgaps"] is False
    low, high = figure["layout"]["yaxis"]["range"]
    assert low <= min(y for y in actual["y"] if y) and high >= max(y for y in actual["y"] if y)


def test_bars_add_up_and_name_who(city: View) -> None:
    rows = split_figure.split_rows(city.by_member, {"440106": "天河区"}, "zh")
    assert sum(row["value"] for row in rows[:-1]) == pytest.approx(rows[-1]["value"])
    assert rows[0]["name"] == "天河区" and rows[0]["code"] == "440106" and rows[0]["proven"] == -1


def test_many_parts_are_gathered_in_others(city: View) -> None:
    movement = replace(city.by_member.movement, within={str(i): 1.0 / (i + 1) for i in range(12)}, total=0.0, mix=0.0)
    rows = split_figure.split_rows(replace(city.by_member, movement=movement), {}, "zh")
    assert [row["role"] for row in rows] == ["part"] * split_figure.BARS + ["rest", "mix", "total"]


def test_the_sentence_says_who_moved_it(operator) -> None:
    context = sample.context(*operator, "province", "440106")
    said = wording.sentence(data.load(context), context)
    assert said.startswith("天河区 2026年10月移动综合满意度 **72.1**（±") and "比上月低 **6.1**" in said
    assert "带动" not in said  # the grids' own bases are too thin to be named


def test_only_parts_with_a_firm_base_are_named(operator) -> None:
    context = sample.context(*operator, "province", "4401")
    view = data.load(context)
    movement = view.by_member.movement
    assert movement is not None and movement.total < 0
    sure = Change(movement.total, movement.total - 0.1, movement.total + 0.1)
    view = replace(view, cards=tuple(replace(card, change=sure) if card == view.card else card for card in view.cards))
    strongest = min(movement.within, key=lambda key: movement.within[key] / -movement.total)
    firm = {key: -1 for key in movement.within}
    said = wording.sentence(replace(view, by_member=replace(view.by_member, proven=firm)), context)
    assert f"其中{view.by_member.names[strongest]['zh']}的带动已证实" in said
    none = wording.sentence(replace(view, by_member=replace(view.by_member, proven={})), context)
    assert "带动" not in none


def test_a_thin_base_is_not_judged(operator) -> None:
    context = sample.context(*operator, "province", "440106", "2026-W44")
    view = data.load(context)
    assert view.card.reading.n_eff < 30
    said = wording.sentence(view, context)
    assert "只供参考" in said and "比上周" not in said
    assert wording.card_state(view.card) == "few"


def test_an_empty_period_says_what_to_do(operator) -> None:
    context = sample.context(*operator, "province", "44", "2019-01")
    view = data.load(context)
    assert "请换一个期间" in wording.sentence(view, context)
    assert components.card(view.cards[0], context, True) is not None


def test_hidden_scores_leave_by_no_door(city: View) -> None:
    from etl.domain.estimate import Display

    secret = 12.345
    hidden = replace(city.members[0].reading, value=secret, low=secret, high=secret, n=3, display=Display.HIDDEN)
    members: tuple[Member, ...] = (
        replace(city.members[0], reading=hidden, gap=None, change=None, against=None),
        *city.members[1:],
    )
    view = replace(city, members=members)
    assert str(secret) not in json.dumps(ranking.member_rows(view, "zh"))
    assert str(secret) not in json.dumps(map_figure.area_map(view, "zh", "light"))


def test_tables_hold_what_the_charts_show(operator, city: View) -> None:
    context = sample.context(*operator, "province", "4401")
    made = {name: table(city, context) for name, table in tables.TABLES.items()}
    assert {name: len(table.rows) for name, table in made.items()} == {
        "cards": 10, "members": 5, "trend": 25, "moved": 5 + 2 + 4 + 2, "process": len(city.process)
    }  # fmt: skip
    assert all(len(row) == len(table.columns) for table in made.values() for row in table.rows)


def test_axis_marks_lie_inside() -> None:
    assert ranking.ticks(71.2, 84.9) == [75, 80]
    assert ranking.ticks(0, 100) == [0, 25, 50, 75, 100]
    assert ranking.axis_range([]) == (0.0, 100.0)


def test_every_card_is_a_link_that_keeps_the_address(operator, city: View) -> None:
    context = sample.context(*operator, "province", "4401", cut="segment")
    box: Component = components.card(city.cards[6], context, False)
    link, about = box.children
    assert link.href == "/overview?area=4401&period=2026-10&cut=segment&outcome=hall"
    assert getattr(about, "data-ask") == "hall" and getattr(about, "aria-label").startswith("营业厅服务")
    assert "有效样本" in link.title and "95%" in link.title and "#1" in link.title, "asked by pointing"
