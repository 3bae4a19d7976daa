"""A manager, a colleague, a county company and a stranger before the demonstration operator."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.demonstration.conftest import Running
from tests.journeys.conftest import PATIENCE, Reader, browser, person  # noqa: F401 - fixtures

pytestmark = pytest.mark.browser
Person = Callable[..., Reader]


@pytest.fixture
def site(running: Running) -> str:
    return running.url


def heading(reader: Reader, area: str) -> None:
    reader.page.wait_for_function(
        "area => document.querySelector('.ov-say h1')?.innerText.includes(area)", arg=area, timeout=PATIENCE
    )


def click_tile(reader: Reader, name: str) -> None:
    label = reader.page.locator("#ov-map .scatterlayer text", has_text=name).first
    label.wait_for(timeout=PATIENCE)
    box = label.bounding_box()
    assert box is not None
    reader.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    reader.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


def figures(reader: Reader) -> list[str]:
    """What the cards say, without the pictures."""
    return [" ".join(text.split()) for text in reader.page.locator(".ov-card").all_inner_texts()]


def test_province_to_grid_by_map_and_by_table_and_back(person: Person, running: Running) -> None:  # noqa: F811
    reader = person().sign_in("quality", running.passwords["quality"])
    reader.goto("/overview?area=44&period=2026-10")
    heading(reader, "广东省")
    click_tile(reader, "广州")
    heading(reader, "广州市")
    reader.page.locator(".ov-grid .ag-cell", has_text="天河区").first.click()
    heading(reader, "天河区")
    reader.page.locator(".ov-grid .ag-cell", has_text="网格").first.click()
    reader.page.wait_for_url(re.compile("area=440106[^&]"), timeout=PATIENCE)
    reader.page.go_back()
    heading(reader, "天河区")
    reader.page.go_back()
    heading(reader, "广州市")


def test_the_address_shows_a_permitted_colleague_the_same(person: Person, running: Running) -> None:  # noqa: F811
    address = "/overview?area=440106&period=2026-10&outcome=mobile_network"
    seen = []
    for login in ("quality", "guangzhou", "tianhe"):
        reader = person().sign_in(login, running.passwords[login])
        reader.goto(address)
        heading(reader, "天河区")
        seen.append(figures(reader))
    assert len(seen[0]) == 10 and seen[0] == seen[1] == seen[2]


def test_a_county_sees_nothing_outside(person: Person, running: Running) -> None:  # noqa: F811
    reader = person().sign_in("tianhe", running.passwords["tianhe"])
    reader.see(".crumb.here")
    reader.goto("/overview?area=440105&period=2026-10")
    reader.see(".no-page h1", "您无权查看")
    assert "海珠" not in reader.page.content()
    reader.faults.clear()  # the refusal's own 403


def test_screens(person: Person, running: Running) -> None:  # noqa: F811
    """Every look of the overview opens without an error and keeps inside the screen."""
    for width, theme, language in ((1440, "light", "zh"), (1440, "dark", "en"), (390, "light", "zh"), (390, "dark", "en")):
        reader = person(width=width, theme=theme, language=language).sign_in("quality", running.passwords["quality"])
        for area in ("44", "4401", "440106", "440106001-1"):
            reader.goto(f"/overview?area={area}&period=2026-10")
            reader.see(".ov-card")
            reader.page.wait_for_load_state("networkidle")
            assert reader.page.evaluate("() => document.documentElement.scrollWidth") == width
            reader.shot(f"overview-{area}-{width}-{theme}-{language}")


def test_nothing_was_fetched_from_elsewhere(running: Running) -> None:
    """The page's own files name no foreign address to load from."""
    assets = Path(__file__).parents[2] / "assets"
    for path in (*assets.rglob("*.css"), *assets.rglob("*.js")):
        assert not re.search(r"url\(\s*['\"]?https?:|@import\s+['\"]?https?:|src\s*=\s*['\"]https?:", path.read_text("utf-8")), path
