"""A manager's way through the frame, in Chromium."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from etl.steps import people
from tests.dashboard.conftest import PASSWORD, Face
from tests.journeys.conftest import Reader

pytestmark = [
    pytest.mark.browser,
    # a browser that moves on leaves files half sent; the test server then forgets to close them
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
Person = Callable[..., Reader]


def test_sign_in_go_down_by_the_trail_and_back(person: Person) -> None:
    reader = person().sign_in("gz")
    reader.see(".crumb.here", "广州市")
    reader.goto("/data?area=4401&period=2026-W44")
    reader.page.click(".crumb.choose button")
    reader.page.fill(".menu-search input", "tianhe")
    assert reader.page.locator("[data-search]:visible").count() == 1
    reader.page.keyboard.press("Enter")
    reader.page.wait_for_url("**/data?area=440106&period=2026-W44")
    reader.see(".crumb.here", "天河区")
    reader.page.go_back()
    reader.see(".crumb.here", "广州市")
    reader.page.click(".segments a:nth-child(3)")
    reader.page.wait_for_url("**period=2026-Q*")
    assert "period=2026-W44" not in reader.page.url


def test_an_address_shows_a_permitted_reader_the_same_and_another_nothing(person: Person) -> None:
    one, other, stranger = person().sign_in("gz"), person().sign_in("th"), person()
    for reader in (one, other):
        reader.see(".crumb.here")
    address = "/data?area=440106&period=2026-10"
    for reader in (one, other):
        reader.goto(address)
        reader.see(".crumb.here", "天河区")
        reader.see(".view h1", "1 个区县中 1 个已到齐")
    other.goto("/data?area=440111&period=2026-10")
    other.see(".no-page h1", "您无权查看")
    assert "白云" not in other.page.content()
    assert [fault for fault in other.faults if "403" in fault], "the refusal has its code"
    other.faults.clear()
    stranger.goto(address)
    stranger.see("form h1", "登录")
    assert "next=%2Fdata%3Farea%3D440106" in stranger.page.url and "天河" not in stranger.page.content()


def test_an_ended_session_says_so_and_leads_back(face: Face, person: Person) -> None:
    reader = person().sign_in("gz")
    reader.goto("/data?area=4401")
    reader.see(".crumb.here", "广州市")
    people.set_password(face.owner, "gz", PASSWORD, actor="test")
    reader.page.click(".stepper .step")
    reader.see("#failure", "会话已结束")
    assert [fault for fault in reader.faults if "401" in fault], "nothing was answered"
    reader.page.click("#failure a")
    reader.page.fill("#login", "gz")
    reader.page.fill("#password", PASSWORD)
    reader.page.click("button[type=submit]")
    reader.page.wait_for_url("**/data?area=4401&period=2026-09")
    reader.see(".crumb.here", "广州市")
    reader.faults[:] = [fault for fault in reader.faults if "401" not in fault and "session" not in fault]


def test_theme_and_language_change_and_stay(person: Person) -> None:
    reader = person().sign_in("quality")
    reader.goto("/data")
    reader.see(".crumb.here", "广东省")
    canvas = "getComputedStyle(document.body).backgroundColor"
    assert reader.page.evaluate(canvas) == "rgb(246, 247, 249)"
    reader.page.click("#theme-switch")
    reader.page.wait_for_function(f"() => {canvas} === 'rgb(14, 18, 23)'")
    reader.page.click(".top > .languages [data-language=en]")
    reader.see(".crumb.here", "Guangdong")
    assert reader.page.evaluate(canvas) == "rgb(14, 18, 23)"
    assert reader.page.evaluate("document.documentElement.lang") == "en"
    reader.see(".view h1", "Data to 2026-11-08")
    assert reader.page.title() == "Data · Guangdong · Manyi"


@pytest.mark.parametrize(
    ("width", "theme", "language"), [(1440, "light", "zh"), (1440, "dark", "en"), (390, "light", "en"), (390, "dark", "zh")]
)
def test_the_frame_fits_its_window(person: Person, width: int, theme: str, language: str) -> None:
    reader = person(width, theme, language)
    reader.goto(f"/login?lang={language}")
    reader.shot(f"login-{width}-{theme}-{language}")
    assert reader.page.evaluate("document.documentElement.scrollWidth") <= width
    reader.page.fill("#login", "admin")
    reader.page.fill("#password", PASSWORD)
    reader.page.click("button[type=submit]")
    reader.see(".crumb.here")
    for name in ("data", "admin"):
        reader.goto(f"/{name}?area=44&period=2026-W44")
        reader.see(".view h1")
        reader.see(".ag-row")
        reader.shot(f"{name}-{width}-{theme}-{language}")
        assert reader.page.evaluate("document.documentElement.scrollWidth") <= width, name
        bar = reader.page.evaluate(
            "(() => { const r = document.querySelector('.top').getBoundingClientRect(); return [...document.querySelectorAll('.top > *')].filter(e => e.offsetWidth && e.getBoundingClientRect().right > r.right + 1).map(e => e.className) })()"
        )
        assert bar == [], "nothing in the bar is cut off"
    assert reader.page.locator(".tabs").is_visible() == (width < 500)
    assert reader.page.locator(".rail").is_visible() == (width > 500)
    small = reader.page.evaluate(
        "[...document.querySelectorAll('.tabs a, .top button, .top a')].filter(e => e.offsetHeight && e.offsetHeight < 28).map(e => e.className)"
    )
    assert small == [] or width > 500, "thumbs find everything"


def test_the_rail_narrows_and_stays_narrow(person: Person) -> None:
    reader = person().sign_in("quality")
    reader.goto("/data")
    reader.see(".ag-row")
    left = "document.querySelector('.view').getBoundingClientRect().left"
    assert reader.page.evaluate(left) == 72
    reader.page.click("#rail-size")
    assert reader.page.evaluate(left) == 44
    reader.goto("/data?period=2026-09")
    reader.see(".ag-row")
    reader.shot("narrow")
    assert reader.page.evaluate(left) == 44


def test_the_way_out_is_in_the_menu(person: Person) -> None:
    reader = person().sign_in("th")
    reader.see(".crumb.here", "天河区")
    reader.page.click(".user")
    reader.page.click(".leave button")
    reader.see(".note", "已退出")
    reader.goto("/data")
    reader.see("form h1", "登录")
