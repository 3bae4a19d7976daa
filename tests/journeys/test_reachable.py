"""Everything that can be used has a name, its place is seen when it is reached by keyboard, and menus say that they are menus."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.journeys.conftest import Reader

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")]
Person = Callable[..., Reader]

PAGES = {
    "/overview?area=4401&period=2026-10": ".ov-grid .ag-row",
    "/overview?area=4401&period=2020-01": ".ov-away",
    "/data?area=44": ".ag-row",
    "/voice?area=44&period=2026-10": ".voice-page h1",
    "/admin?area=44": ".ag-row",
    "/reports?area=44&period=2026-10": ".rp-line",
}
NAMELESS = """() => [...document.querySelectorAll("a[href], button, input, select, textarea, [role=columnheader], th")]
  .filter((each) => each.offsetWidth && !each.closest(".ag-hidden, [aria-hidden=true]"))
  .filter((each) => !(each.textContent.trim() || each.getAttribute("aria-label") || each.title || each.placeholder
                      || (each.labels && each.labels.length)))
  .map((each) => each.outerHTML.slice(0, 160))"""
WRAPPERS = "div[id$='-target'][aria-expanded], div[id$='-target'][aria-haspopup]"
OUTLINE = (
    "() => { const style = getComputedStyle(document.activeElement); return style.outlineStyle !== 'none' && style.outlineWidth }"
)


def test_every_control_has_a_name(person: Person) -> None:
    reader = person().sign_in("admin")
    reader.see(".crumb.here")
    for address, drawn in PAGES.items():
        reader.goto(address)
        reader.see(drawn)
        assert reader.page.evaluate(NAMELESS) == [], address
        reader.page.locator(WRAPPERS).first.wait_for(state="detached")
        assert reader.page.locator("h1").count() == 1, address


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_place_reached_by_keyboard_is_seen(person: Person, theme: str) -> None:
    reader = person(theme=theme)
    reader.goto("/login")
    reader.page.focus("#login")
    for _ in range(3):
        assert reader.page.evaluate(OUTLINE), reader.page.evaluate("document.activeElement.outerHTML")
        reader.page.keyboard.press("Tab")
    reader.sign_in("quality")
    reader.goto("/overview?area=4401&period=2026-10")
    reader.see(".ov-grid .ag-row")
    for _ in range(12):
        reader.page.keyboard.press("Tab")
        assert reader.page.evaluate(OUTLINE), reader.page.evaluate("document.activeElement.outerHTML")


def test_a_menu_opens_by_keyboard_and_says_so(person: Person) -> None:
    reader = person().sign_in("quality")
    reader.goto("/overview?area=4401&period=2026-10")
    reader.see(".ov-grid .ag-row")
    button = reader.page.locator(".ov-cuts")
    assert button.get_attribute("aria-haspopup") == "menu" and button.get_attribute("aria-expanded") == "false"
    button.focus()
    reader.page.keyboard.press("Enter")
    reader.page.get_by_role("menuitem", name="客户群").wait_for()
    assert button.get_attribute("aria-expanded") == "true"
    reader.page.get_by_role("menuitem", name="客户群").click()
    reader.page.wait_for_url("**cut=segment*")
    reader.see(".ov-cuts", "按客户群")
