"""Everything on the overview can be done without a mouse: from the province to a grid and between the outcomes."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.journeys.conftest import Reader

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")]
Person = Callable[..., Reader]

FOCUSED_ROW = """() => {
  const cell = document.activeElement, row = cell && cell.closest("#ov-rank .ag-row");
  return row && cell.matches(".ag-cell") && getComputedStyle(row).outlineWidth === "2px" ? row.getAttribute("row-id") : null;
}"""


def tab_to(reader: Reader, selector: str, most: int = 60) -> None:
    """Press Tab until ``selector`` has the focus."""
    for _ in range(most):
        reader.page.keyboard.press("Tab")
        if reader.page.evaluate("wanted => document.activeElement.matches(wanted)", selector):
            return
    raise AssertionError(f"Tab does not lead to {selector}")


def row_focused(reader: Reader, code: str | None = None) -> str:
    """The row that has the focus, seen by its ring."""
    reader.page.wait_for_function(f"wanted => {{ const row = ({FOCUSED_ROW})(); return row && (!wanted || row === wanted) }}", arg=code)
    return str(reader.page.evaluate(FOCUSED_ROW))


def walk_to(reader: Reader, code: str) -> None:
    for _ in range(30):
        if row_focused(reader) == code:
            return
        reader.page.keyboard.press("ArrowDown")
    raise AssertionError(f"the arrows do not lead to {code}")


@pytest.mark.parametrize("key", ["Enter", " "])
def test_from_province_to_grid_by_keyboard_alone(person: Person, key: str) -> None:
    reader = person().sign_in("quality")
    reader.goto("/overview?area=44&period=2026-10")
    reader.see("#ov-rank .ag-row[row-id='4401']")
    tab_to(reader, ".ov-to-rows")
    reader.page.keyboard.press("Enter")
    for code, name in (("4401", "广州市"), ("440106", "天河区"), ("440106-g1", "天河一网格")):
        walk_to(reader, code)
        reader.page.keyboard.press(key)
        reader.page.wait_for_url(f"**area={code}&**")
        reader.see(".ov-say h1", name)
    assert row_focused(reader).split(":")[0] in ("mode", "segment"), "at the grid stand its cuts"
    reader.page.keyboard.press(key)
    reader.page.wait_for_timeout(300)
    assert "area=440106-g1&" in reader.page.url, "below the grid there is nothing"


def test_tab_passes_the_ranking_in_a_few_steps(person: Person) -> None:
    reader = person().sign_in("quality")
    reader.goto("/overview?area=44&period=2026-10")
    reader.see("#ov-rank .ag-row[row-id='4401']")
    tab_to(reader, ".ov-to-rows")
    reader.page.keyboard.press("Enter")
    row_focused(reader)
    reader.page.keyboard.press("Tab")
    reader.page.keyboard.press("Tab")
    inside = reader.page.evaluate("() => Boolean(document.activeElement.closest('#ov-rank .ag-row'))")
    assert not inside, "the rows are one stop"


@pytest.mark.parametrize("key", ["Enter", " "])
def test_a_card_is_chosen_by_keyboard(person: Person, key: str) -> None:
    reader = person().sign_in("quality")
    reader.goto("/overview?area=44&period=2026-10")
    reader.see("#ov-rank .ag-row[row-id='4401']")
    tab_to(reader, ".ov-card:not(.is-selected)")
    assert reader.page.evaluate("() => getComputedStyle(document.activeElement).outlineStyle") == "solid"
    reader.page.keyboard.press(key)
    reader.page.wait_for_url("**outcome=broadband_overall*")
    reader.see(".ov-card.is-selected", "家宽")


def test_a_figure_is_asked_by_mouse_and_by_keyboard(person: Person) -> None:
    reader = person().sign_in("quality")
    reader.goto("/overview?area=44&period=2026-10")
    reader.see("#ov-rank .ag-row[row-id='4401']")
    reader.page.locator("#ov-rank .ag-row[row-id='4401'] [data-ask]").click()
    reader.see(".ov-drawer-title", "广州市")
    reader.see(".ov-drawer", "第 1 版")
    reader.shot("asked-row")
    assert "area=44&" in reader.page.url, "asking does not go down"
    reader.page.keyboard.press("Escape")
    reader.page.locator(".ov-drawer").wait_for(state="hidden")
    tab_to(reader, ".ov-ask[data-ask=broadband_overall]")
    reader.page.keyboard.press("Enter")
    reader.see(".ov-drawer", "家宽综合满意度")
    reader.see(".ov-drawer-title", "广东省")
    reader.page.keyboard.press("Escape")
    reader.page.locator(".ov-drawer").wait_for(state="hidden")
    tab_to(reader, ".ov-to-rows")
    reader.page.keyboard.press("Enter")
    walk_to(reader, "4401")
    for _ in range(12):
        reader.page.keyboard.press("ArrowRight")
    assert row_focused(reader) == "4401" and reader.page.evaluate("() => document.activeElement.getAttribute('col-id')") == "ask"
    reader.page.keyboard.press("Enter")
    reader.see(".ov-drawer-title", "广州市")
    assert "area=44&" in reader.page.url
