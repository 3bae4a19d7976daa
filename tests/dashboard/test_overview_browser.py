"""The overview in a real browser: down by map, row and bar, up by the back button, tables, tabs and exports."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from dashboard.app import create_app
from dashboard.config import Config
from tests.dashboard.conftest import PASSWORD, app_url
from tests.serving import served

pytestmark = pytest.mark.browser
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
WAIT = 60_000  # milliseconds, of a crowded machine


@pytest.fixture(scope="module")
def address(operator: sa.Engine) -> Iterator[str]:
    """A dashboard over the sample operator, served by a thread."""
    app = create_app(Config(database_url=app_url(operator), secret="for-this-test-run", demo=True))
    with served(app.server) as site:
        yield site
    app.server.extensions["manyi"].store.dispose()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    if CHROMIUM is None:
        if os.environ.get("MANYI_REQUIRE_BROWSER") == "1":
            pytest.fail("no Chromium, and MANYI_REQUIRE_BROWSER=1 asks for one")
        pytest.skip("no Chromium on this machine")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def page(address: str, chromium: Any) -> Iterator[Any]:
    """A signed-in reader at 1440 × 900; any error in the console fails the test."""
    faults: list[str] = []
    context = chromium.new_context(viewport={"width": 1440, "height": 900})
    context.add_cookies([{"name": "language", "value": "zh", "url": address}])
    page = context.new_page()
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on(
        "request",
        lambda asked: None if asked.url.startswith((address, "data:", "blob:")) else faults.append(f"foreign: {asked.url}"),
    )
    page.goto(f"{address}/login")
    page.fill("input[name=login]", "quality")
    page.fill("input[name=password]", PASSWORD)
    page.click("button[type=submit]")
    page.wait_for_selector(".ov-card", timeout=WAIT)
    yield page
    context.close()
    assert faults == []


def heading(page: Any, area: str) -> None:
    page.wait_for_function("area => document.querySelector('.ov-say h1')?.innerText.includes(area)", arg=area, timeout=WAIT)


def open_at(page: Any, address: str, query: str, area: str) -> None:
    page.goto(f"{address}/overview?{query}")
    heading(page, area)


def click_tile(page: Any, name: str) -> None:
    label = page.locator("#ov-map .scatterlayer text", has_text=name).first
    label.wait_for(timeout=WAIT)
    box = label.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


def test_down_to_a_grid_in_three_clicks_and_back(page: Any, address: str) -> None:
    open_at(page, address, "area=44&period=2026-10", "广东省")
    click_tile(page, "广州")
    heading(page, "广州市")
    page.locator(".ov-grid .ag-cell", has_text="天河区").first.click()
    heading(page, "天河区")
    click_tile(page, "天河一")
    heading(page, "天河一网格")
    assert "area=440106-g1" in page.url and "period=2026-10" in page.url
    page.go_back()
    heading(page, "天河区")
    page.go_back()
    heading(page, "广州市")


def test_a_bar_goes_down_and_a_card_chooses(page: Any, address: str) -> None:
    open_at(page, address, "area=4401&period=2026-10", "广州市")
    page.locator(".ov-card", has_text="移动网络质量").click()
    page.wait_for_function(
        "() => document.querySelector('.ov-card.is-selected')?.innerText.includes('移动网络质量')", timeout=WAIT
    )
    assert "outcome=mobile_network" in page.url
    bar = page.locator("#ov-moved-members .bars .point path").first
    bar.wait_for(timeout=WAIT)
    box = bar.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.wait_for_url("**area=4401*", timeout=WAIT)
    page.wait_for_function("() => !document.querySelector('.ov-say h1').innerText.includes('广州市')", timeout=WAIT)
    assert "outcome=mobile_network" in page.url


def test_the_whole_page_fits_the_screen_and_fills_it(page: Any, address: str) -> None:
    open_at(page, address, "area=4401&period=2026-10", "广州市")
    assert page.evaluate("() => [document.documentElement.scrollHeight, document.documentElement.scrollWidth]") == [900, 1440]
    assert page.locator(".ov-card").count() == 10


def test_charts_have_tables_and_tabs_change_the_address(page: Any, address: str) -> None:
    open_at(page, address, "area=4401&period=2026-10", "广州市")
    page.locator(".ov-trend .i-table").click()
    page.wait_for_selector(".ov-trend.as-table .ov-table tbody tr", timeout=WAIT)
    assert page.locator(".ov-trend .ov-table tbody tr").count() == 25
    page.locator(".ov-trend .i-table").click()
    page.wait_for_selector(".ov-trend:not(.as-table) .ov-front", timeout=WAIT)
    page.locator(".ov-side", has_text="过程与感知指标").click()
    page.wait_for_selector(".ov-grid .ag-cell >> text=热线人工等待时长", timeout=WAIT)
    assert "side=process" in page.url
    page.locator("#ov-rank-head .i-info").click()
    page.wait_for_selector(".ov-explain >> text=Σ分子", timeout=WAIT)


def test_what_is_shown_can_be_taken_away(page: Any, address: str) -> None:
    open_at(page, address, "area=4401&period=2026-10", "广州市")
    page.locator(".ov-rank .i-download").click()
    with page.expect_download(timeout=WAIT) as got:
        page.get_by_text("导出 CSV").click()
    text = Path(got.value.path()).read_text("utf-8-sig")
    assert len(text.strip().splitlines()) == 1 + 5 and "天河区" in text


def test_a_phone_reads_the_ranking_instead_of_the_map(page: Any, address: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    open_at(page, address, "area=4401&period=2026-10", "广州市")
    assert page.evaluate("() => document.documentElement.scrollWidth") == 390
    assert not page.locator(".ov-map").is_visible()
    page.locator(".ov-grid .ag-cell", has_text="天河区").first.click()
    heading(page, "天河区")


def test_the_theme_switch_drives_charts_and_grid(page: Any, address: str) -> None:
    open_at(page, address, "area=4401&period=2026-10", "广州市")
    ink = "getComputedStyle(document.querySelector('#ov-trend .xtick text')).fill"
    page.wait_for_selector("#ov-trend .xtick text", timeout=WAIT)
    light = page.evaluate(f"() => {ink}")
    page.locator("#theme-switch").click()
    page.wait_for_function(f"() => {ink} !== {light!r}", timeout=WAIT)
    back = "getComputedStyle(document.querySelector('.ov-grid .ag-root-wrapper')).backgroundColor"
    page.wait_for_function(f"() => {back} === 'rgb(21, 26, 33)'", timeout=WAIT)


def test_sample_is_labelled_as_a_demonstration(page: Any) -> None:
    assert page.get_by_text("演示数据").first.is_visible()
