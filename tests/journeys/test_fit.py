"""No page scrolls sideways, and nothing in it is cut off, from a phone to a desk, in both languages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.journeys.conftest import Reader

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")]
Person = Callable[..., Reader]

TRIES = 40  # quarters of a second
WIDTHS = (390, 768, 1024, 1280, 1440)
PAGES = {
    "/overview?area=44&period=2026-10": ".ov-grid .ag-row",
    "/overview?area=440106-g1&period=2026-10": ".ov-grid .ag-row",
    "/overview?area=44&period=2020-01": ".ov-away",
    "/data?area=44&period=2026-10": ".ag-row",
    "/voice?area=44&period=2026-10": ".voice-page h1",
    "/admin?area=44&period=2026-10": ".ag-row",
    "/reports?area=44&period=2026-10": ".rp-line",
}
ROOM = "() => { const page = document.scrollingElement; return page.scrollWidth - window.innerWidth }"
# what stands out of its frame, and names that are cut
OUTSIDE = """() => {
  const right = (element) => element.getBoundingClientRect().right, out = [];
  for (const [frame, inside] of [[".ov-card", "span, img"], [".top", "a, button, span"], [".ov-panel > header", "h2, button"]])
    for (const box of document.querySelectorAll(frame))
      for (const each of box.querySelectorAll(inside))
        if (each.offsetWidth && right(each) > right(box) + 1) out.push(`${frame}: ${each.className} ${each.innerText}`);
  for (const name of document.querySelectorAll(".crumb.here .crumb-name"))
    if (name.scrollWidth > name.clientWidth + 1) out.push(`cut: ${name.innerText}`);
  return out;
}"""


def settled(reader: Reader, script: str, good: Callable[[Any], bool]) -> Any:
    """What ``script`` says once it is ``good``, or at last: panels fit themselves a moment after their width changed."""
    for _ in range(TRIES):
        found = reader.page.evaluate(script)
        if good(found):
            break
        reader.page.wait_for_timeout(250)
    return found


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_page_scrolls_sideways_at_any_width(person: Person, language: str) -> None:
    reader = person(WIDTHS[0], language=language).sign_in("admin")
    reader.see(".crumb.here")
    assert reader.page.evaluate("document.documentElement.lang") == {"zh": "zh-CN", "en": "en"}[language]
    for address, drawn in PAGES.items():
        reader.goto(address)
        for width in WIDTHS:
            reader.page.set_viewport_size({"width": width, "height": 900})
            reader.see(drawn)
            assert settled(reader, ROOM, lambda room: room <= 0) <= 0, (address, width)
            assert settled(reader, OUTSIDE, lambda outside: outside == []) == [], (address, width)


def test_the_trail_folds_its_upper_levels_into_a_menu_and_keeps_the_last_name_whole(person: Person) -> None:
    reader = person(390).sign_in("quality")
    reader.goto("/overview?area=440106-g1&period=2026-10")
    reader.see(".crumb.here", "天河一网格")
    assert not reader.page.locator(".above").first.is_visible()
    reader.page.click(".fold button")
    reader.page.get_by_role("menuitem", name="广州市").click()
    reader.see(".crumb.here", "广州市")
    assert "area=4401&" in reader.page.url and "period=2026-10" in reader.page.url
    reader.page.set_viewport_size({"width": 1440, "height": 900})
    reader.see(".above", "广东省")
    assert reader.page.locator(".above").first.is_visible() and not reader.page.locator(".fold").is_visible()


TILES = """() => {
  const tile = document.querySelector("#ov-map .fills path, #ov-map .js-fill").getBoundingClientRect().width;
  const texts = [...document.querySelectorAll("#ov-map .textpoint text")];
  return [tile, texts.map((each) => each.textContent), Math.max(...texts.map((each) => each.getBoundingClientRect().width))];
}"""


def test_labels_of_the_map_stay_inside_their_tiles_and_are_whole_where_there_is_room(person: Person) -> None:
    reader = person(1440, language="en").sign_in("quality")
    reader.goto("/overview?area=4401&period=2026-10")
    reader.see("#ov-map .scatterlayer text")
    tile, texts, widest = settled(reader, TILES, lambda found: found[2] <= found[0] + 2)
    assert widest <= tile + 2 and any(text.startswith("Conghua") for text in texts)
    reader.page.evaluate("() => { document.getElementById('ov-map').style.maxHeight = '130px' }")
    narrow, texts, widest = settled(reader, TILES, lambda found: found[0] < tile and found[2] <= found[0] + 2)
    assert narrow < tile and widest <= narrow + 2
    assert any("." in text and not text.startswith("Conghua") for text in texts), texts
