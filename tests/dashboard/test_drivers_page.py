"""The drivers page on the sample operator: what is said, drawn, offered and taken away; what is not proven is nil."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

import sql
from dashboard.pages.drivers import chain_figure, data, map_figure, rows, what_if, wording
from dashboard.pages.drivers.layout import layout
from dashboard.pages.drivers.model import View
from etl.domain import driver_curve
from tests.conftest import app_engine, create_database
from tests.dashboard import sample

Stores = tuple[sa.Engine, sa.Engine]
# outcome, driver, evidence, level, slope, low, high, proven, spread, seen
EFFECTS = (
    ("mobile_network", "coverage_signal", "individual", None, 0.40, 0.37, 0.43, True, 2.5, (60, 90)),
    ("mobile_network", "data_speed", "individual", None, 0.20, 0.15, 0.25, True, 2.0, (60, 90)),
    ("mobile_network", "connection_rate", "mixed", 4, 1.50, 0.50, 2.50, True, 0.4, (97.0, 99.9)),
    ("mobile_network", "prb_use", "mixed", 4, 0.05, -0.02, 0.12, False, 5.0, (30, 60)),
    ("mobile_network", "hall_wait", "panel", 3, -0.30, -0.55, -0.05, True, 1.5, (5, 15)),
    ("coverage_signal", "connection_rate", "mixed", 4, 2.00, 1.00, 3.00, True, 0.4, (97.0, 99.9)),
    ("hall", "hall_wait", "mixed", 3, 0.36, 0.22, 0.50, True, 1.5, (5, 15)),
)


@pytest.fixture(scope="module")
def stores(server_url: str) -> Iterator[Stores]:
    owner = create_database(server_url, sample.build)
    with sql.begin(owner) as connection:
        for outcome, driver, evidence, level, slope, low, high, proven, spread, seen in EFFECTS:
            connection.execute(
                sa.text(
                    "INSERT INTO driver_effect (area_id, outcome_id, driver_id, evidence, level, slope, se, low, high, p, n, clusters, "
                    "importance, "
                    "importance_low, importance_high, method, r2, spread, seen_low, seen_high, base, ceiling, proven, chosen, first_month, "
                    "last_month, first_pub) SELECT a.area_id, o.indicator_id, d.indicator_id, :evidence, :level, :slope, 0.1, :low, :high, "
                    "0.01, 1200, 137, 0.2, 0.1, 0.3, 'lmg', 0.4, :spread, :seen_low, :seen_high, 80, 100, :proven, true, '2024-11-01', "
                    "'2026-10-01', 1 FROM area a, indicator o, indicator d WHERE a.code = '44' AND o.code = :outcome AND d.code = :driver"
                ),
                {"outcome": outcome, "driver": driver, "evidence": evidence, "level": level, "slope": slope, "low": low, "high": high,
                 "proven": proven, "spread": spread, "seen_low": seen[0], "seen_high": seen[1]},
            )  # fmt: skip
        thin = "area_id = (SELECT area_id FROM area WHERE code = '440117-g9')"
        connection.exec_driver_sql(f"DELETE FROM score_rollup WHERE {thin} AND start < '2026-10-01'")
        connection.exec_driver_sql(f"DELETE FROM score_window WHERE {thin}")
        connection.exec_driver_sql(f"UPDATE score_rollup SET n = 3, sw = 3, sw2 = 3 WHERE {thin}")
    app = app_engine(owner)
    yield owner, app
    app.dispose()
    owner.dispose()


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """The page without the links to others, which only a running application knows."""
    monkeypatch.setattr(import_module("dashboard.pages.drivers.layout"), "within", lambda name, context: [])


def see(stores: Stores, person: str = "province", area: str = "440106", **query: str) -> tuple[View, Any]:
    context = sample.context(*stores, person, area, **{"outcome": "mobile_network", **query})
    return data.load(context), context


def words(component: Any) -> str:
    """All text below a component."""
    if component is None or isinstance(component, str | int | float):
        return str(component or "")
    if isinstance(component, list | tuple):
        return " ".join(words(each) for each in component)
    return words(getattr(component, "children", None))


def test_drivers_stand_proven_first_and_heaviest_first(stores: Stores) -> None:
    view, _ = see(stores)
    assert [one.indicator.code for one in view.drivers] == ["coverage_signal", "connection_rate", "data_speed", "hall_wait", "prb_use"]
    weights = [one.effect.weight[0] for one in view.drivers]
    assert weights == pytest.approx([1.0, 0.6, 0.4, -0.45, 0.25])
    assert view.drivers[1].via[0][0] == "coverage_signal"


def test_readings_are_held_against_the_area_above(stores: Stores) -> None:
    view, _ = see(stores)
    assert view.against == "parent" and wording.against(view, "zh") == "广州市"
    one = next(one for one in view.drivers if one.indicator.code == "prb_use")
    assert one.gap == pytest.approx(-(one.here.value - one.other.value))  # lower is better
    assert one.places == pytest.approx(one.gap / 5.0)
    root, _ = see(stores, area="44")
    assert root.against == "year"


def test_who_may_not_see_the_area_above_is_shown_last_year(stores: Stores) -> None:
    view, _ = see(stores, "tianhe")
    assert view.against == "year"
    assert view.here is not None and view.drivers[0].here is not None


def test_the_answer_comes_first_and_says_goes_with(stores: Stores) -> None:
    view, context = see(stores)
    said = wording.sentence(view, context)
    assert "相伴" in said and "覆盖" in said and "0.40" in said and "接通率" in said
    for text in (said, words(layout(context))):
        assert not any(word in text for word in ("导致", "使得", "提升了", "带动"))
    english = wording.sentence(*see_english(stores))
    assert "goes most with" in english and "cause" not in english.replace("not causing", "")


def see_english(stores: Stores, **query: str) -> tuple[View, Any]:
    view, context = see(stores, **query)
    return view, replace(context, language="en")


def test_what_is_not_proven_is_nil_everywhere(stores: Stores) -> None:
    view, context = see(stores)
    row = next(row for row in rows.rows(view, "zh") if row["code"] == "prb_use")
    assert (row["value"], row["slope"], row["worth"], row["stateText"]) == (None, 0.0, None, "尚不能判定")
    table = rows.export(view, context)
    exported = next(line for line in table.rows if line[2] == "prb_use")
    assert exported[7] == 0.0 and exported[10] == 0.0
    marks = map_figure.importance_performance(view, "zh", "light")["data"][0]
    assert marks["customdata"] == ["prb_use"] and marks["y"] == [0.0]
    processes, perceptions = chain_figure.columns(view)
    assert [one.indicator.code for one in processes] == ["connection_rate"]
    assert [one.indicator.code for one in perceptions] == ["coverage_signal", "data_speed"]


def test_a_slope_against_expectation_is_told_apart(stores: Stores) -> None:
    row = next(row for row in rows.rows(see(stores)[0], "zh") if row["code"] == "hall_wait")
    assert row["state"] == "against" and row["value"] < 0


def test_every_row_has_n_interval_and_what_it_rests_on(stores: Stores) -> None:
    view, context = see(stores)
    for row in rows.rows(view, "zh"):
        assert row["nText"] == "1,200" and row["base"] and row["line"]
        assert row["few"] or "~" in row["slopeText"]
        assert "n=" in row["hereTip"]
    table = rows.export(view, context)
    assert len(table.columns) == len(table.rows[0]) == len(rows.EXPORTED)
    assert table.rows[0][-2:] == [1, 1]
    below = wording.below(view, context)
    assert "#1" in below and "2024-11" in below and "n=" in below


def test_few_answers_are_hidden(stores: Stores) -> None:
    """The grid with hardly any answers shows no score, on the page and in the export."""
    view, context = see(stores, area="440117-g9", period="2026-10")
    hidden = [one for one in (view.here, *(one.here for one in view.perceptions)) if one and one.few]
    assert hidden and all(one.value is None for one in hidden)
    for one, line in zip(view.drivers, rows.export(view, context).rows, strict=True):
        if one.here is not None and one.here.few:
            assert line[rows.EXPORTED.index("here")] is None and one.gap is None


def test_the_slider_stays_within_what_was_observed(stores: Stores) -> None:
    view, context = see(stores, driver="connection_rate", to="150")
    asked = what_if.question(view)
    assert (asked.low, asked.high, asked.to) == (97.0, 99.9, 99.9)
    assert "97" in words(what_if.what_if(view, context)) and "范围之外没有依据" in words(what_if.what_if(view, context))
    lift = float(asked.lift(asked.now + 0.5, 1.5))
    assert lift == pytest.approx(float(driver_curve.lift(0.5, 1.5, asked.base)))
    assert 0 < lift < 0.75


def test_an_unproven_indicator_promises_nothing(stores: Stores) -> None:
    view, context = see(stores, driver="prb_use")
    said = what_if.said(what_if.question(view), 40.0, view, "zh")
    assert "尚不能判定" in said and "按 0 计" in said
    figure = what_if.curve(what_if.question(view), view, "zh", "dark")
    assert len(set(figure["data"][1]["y"])) == 1
    asked = replace(what_if.question(view), base=77.0)
    left = words(what_if._left(asked, replace(view, here=None), context))
    assert "以全域的 77.0 分为起点" in left and "尚不能判定；" in left


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_browser_says_what_the_server_says(stores: Stores, language: str) -> None:
    """assets/drivers.js and the server must agree, word for word."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("no node on the path to run the page's script")
    view, _ = see(stores, driver="connection_rate")
    asked = what_if.question(view)
    values = [97.0, 98.25, asked.now, 99.9]
    script = Path(__file__).parents[2].joinpath("assets", "drivers.js").read_text("utf-8")
    program = (
        "const window = { location: { href: 'http://x/drivers' }, history: { replaceState() {} } };"
        f"{script}; const facts = {json.dumps(what_if.facts(asked, view, language))};"
        "const figure = { data: [{ x: [], y: [] }], layout: {} };"
        f"console.log(JSON.stringify({values}.map((v) => window.dash_clientside.drivers.lift(v, facts, figure)[0])));"
    )
    told = subprocess.run([node, "-e", program], capture_output=True, text=True, check=True).stdout
    assert json.loads(told) == [what_if.said(asked, value, view, language) for value in values]


def test_addresses_of_strangers_do_no_harm(stores: Stores) -> None:
    view, context = see(stores, outcome="nothing", driver="' OR 1", to="nan")
    assert view.outcome.headline == 1 and view.to is None
    assert words(layout(context))


def test_nothing_estimated_says_what_to_do(stores: Stores) -> None:
    view, context = see(stores, outcome="voice")
    assert view.made is None
    assert "manyi drivers estimate" in words(layout(context))


def test_a_period_without_data_says_so(stores: Stores) -> None:
    context = sample.context(*stores, "province", "4401", period="2020-01")
    assert "2020" in words(layout(context))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_figures_fit_their_frame(stores: Stores, theme: str) -> None:
    view, _ = see(stores)
    chain = chain_figure.chain(view, "zh", theme)
    assert all(0 <= x <= 1 for line in chain["data"] for x in line["x"])
    assert chain_figure.height(view) >= chain_figure.LEAST_HEIGHT
    drawn = map_figure.importance_performance(view, "en", theme)
    low, high = drawn["layout"]["xaxis"]["range"]
    assert all(low <= x <= high for trace in drawn["data"] for x in trace["x"])
    assert json.dumps([chain, drawn])
