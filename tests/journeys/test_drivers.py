"""The drivers page by hand: the slider speaks without the server and its place stands in the address; a mark asks of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa

import sql
from tests.journeys.conftest import Reader

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")]
Person = Callable[..., Reader]
ADDRESS = "/drivers?area=4401&period=2026-10&outcome=mobile_network"
EFFECTS = (
    ("mobile_network", "coverage_signal", "individual", 0.40, 0.37, 0.43, True, 2.5, 60, 90),
    ("mobile_network", "connection_rate", "mixed", 1.50, 0.50, 2.50, True, 0.4, 97.0, 99.9),
    ("mobile_network", "prb_use", "mixed", 0.05, -0.02, 0.12, False, 5.0, 30, 60),
    ("coverage_signal", "connection_rate", "mixed", 2.00, 1.00, 3.00, True, 0.4, 97.0, 99.9),
)
INSERT = """INSERT INTO driver_effect (area_id, outcome_id, driver_id, evidence, slope, se, low, high, p, n, clusters, spread, seen_low,
 seen_high, base, ceiling, proven, chosen, first_month, last_month, first_pub)
SELECT a.area_id, o.indicator_id, d.indicator_id, :evidence, :slope, 0.1, :low, :high, 0.01, 1200, 137, :spread, :seen_low, :seen_high, 80, 100,
 :proven, true, '2024-11-01', '2026-10-01', 1 FROM area a, indicator o, indicator d
WHERE a.code = '44' AND o.code = :outcome AND d.code = :driver"""


@pytest.fixture(autouse=True)
def estimated(operator: sa.Engine) -> Iterator[None]:
    names = ("outcome", "driver", "evidence", "slope", "low", "high", "proven", "spread", "seen_low", "seen_high")
    with sql.begin(operator) as connection:
        for one in EFFECTS:
            connection.execute(sa.text(INSERT), dict(zip(names, one, strict=True)))
    yield
    with sql.begin(operator) as connection:
        connection.exec_driver_sql("DELETE FROM driver_effect")


def drivers(reader: Reader, address: str = ADDRESS) -> None:
    reader.goto(address)
    reader.see(".dv-said")
    reader.see(".dv .ag-row")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_slider_speaks_and_its_place_is_in_the_address(person: Person, theme: str) -> None:
    reader = person(theme=theme).sign_in("quality")
    reader.see(".crumb.here")
    drivers(reader)
    before = reader.page.inner_text("#dv-said")
    assert "相伴" in before and "无线接通率" in before
    reader.page.wait_for_load_state("networkidle")  # what the page's own beginning asks for is no answer to the slider
    asked: list[str] = []
    reader.page.on("request", lambda request: asked.append(request.url) if "_dash-update" in request.url else None)
    reader.page.locator("#dv-slider [role=slider]").focus()
    for _ in range(3):
        reader.page.keyboard.press("ArrowRight")
    reader.page.wait_for_function(f"() => document.querySelector('#dv-said').innerText !== {before!r}")
    after = reader.page.inner_text("#dv-said")
    assert "to=" in reader.page.url and asked == []
    reader.shot(f"drivers-{theme}")
    drivers(reader, reader.page.url.removeprefix(reader.site))
    assert reader.page.inner_text("#dv-said") == after


def test_a_mark_of_the_map_asks_of_its_indicator_and_back_undoes_it(person: Person) -> None:
    reader = person().sign_in("quality")
    reader.see(".crumb.here")
    drivers(reader)
    reader.page.locator(".dv-name.go", has_text="PRB").click()
    reader.page.wait_for_url("**driver=prb_use**")
    reader.see("#dv-said", "尚不能判定")
    reader.page.go_back()
    reader.see("#dv-said", "无线接通率")


def test_a_phone_has_everything_without_scrolling_sideways(person: Person) -> None:
    reader = person(width=390).sign_in("gz")
    reader.see(".crumb.here")
    drivers(reader)
    assert reader.page.evaluate("document.documentElement.scrollWidth") <= 390
    assert reader.page.locator(".dv-phone").is_visible() and not reader.page.locator(".dv-chain").is_visible()
    reader.shot("drivers-390")


def test_the_table_is_taken_away_with_every_indicator(person: Person) -> None:
    reader = person().sign_in("quality")
    reader.see(".crumb.here")
    drivers(reader)
    answer = reader.page.request.get(reader.site + "/export/drivers-table?area=4401&period=2026-10&outcome=mobile_network&format=csv")
    lines = answer.body().decode("utf-8-sig").splitlines()
    assert answer.headers["x-row-count"] == "3" and len(lines) == 4
    assert "尚不能判定" in lines[3]
