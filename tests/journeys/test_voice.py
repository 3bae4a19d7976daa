"""The voice page in a real browser: the index drawn, its colours switched, and words by score."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from dashboard.app import create_app
from dashboard.config import Config
from etl.steps import people
from tests.conftest import create_database
from tests.dashboard import voice_sample
from tests.dashboard.conftest import PASSWORD, app_url
from tests.journeys.conftest import Reader
from tests.serving import served

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")]
Person = Callable[..., Reader]

LABEL = ".vo-paths .annotation text"
INK = f"(() => {{ const text = document.querySelector('{LABEL}'); return text && getComputedStyle(text).fill }})()"
TRIES = 80  # quarters of a second


@pytest.fixture(scope="module")
def address(server_url: str) -> Iterator[str]:
    """A dashboard over an operator that was asked for its index."""
    owner = create_database(server_url, voice_sample.build)
    people.add_user(owner, "gz", "gz", PASSWORD, actor="test")
    people.set_scope(owner, "gz", "manager", "4401", None, actor="test")
    app = create_app(Config(database_url=app_url(owner), secret="for-this-test-run", demo=True))
    with served(app.server) as where:
        yield where
    app.server.extensions["manyi"].store.dispose()
    owner.dispose()


@pytest.fixture
def site(address: str) -> str:
    return address


@pytest.mark.parametrize("width", [390, 1440])
def test_the_index_is_drawn_in_the_colours_chosen(person: Person, width: int) -> None:
    reader = person(width).sign_in("gz")
    reader.see(".crumb.here")
    reader.goto("/voice?area=4401&period=2026-10")
    reader.see(LABEL)
    assert reader.page.locator(".vo-card").count() == 7 and reader.page.locator("h1").count() == 1
    assert reader.page.evaluate("document.scrollingElement.scrollWidth - window.innerWidth") <= 0
    reader.shot(f"voice-{width}")
    light = reader.page.evaluate(INK)
    reader.page.locator("[title='切换深浅色']").first.click()
    for _ in range(TRIES):
        if (reader.page.evaluate(INK) or light) != light:
            break
        reader.page.wait_for_timeout(250)
    assert reader.page.evaluate(INK) != light
    reader.page.locator(".vo-places a", has_text="天河区").click()
    reader.see(".crumb.here", "天河区")
    reader.see("h1", "天河区")


def test_words_are_reached_by_tabs_and_menus(person: Person) -> None:
    reader = person().sign_in("gz")
    reader.see(".crumb.here")
    reader.goto("/voice?area=440106&period=2026-10")
    reader.page.get_by_role("link", name="客户原话").click()
    reader.page.get_by_role("button", name="评价的内容").click()
    reader.page.get_by_role("menuitem", name="资费与账单透明").click()
    reader.see(".vo-words li", "[手机号]")
    reader.page.get_by_role("link", name="较早").click()
    reader.page.wait_for_url("**sheet=2*")
    reader.page.get_by_role("link", name="低分").click()
    reader.see("h1", "30 位客户作答，25 位留下原话")
    assert "sheet=" not in reader.page.url, "another choice begins at the first page"
    reader.page.get_by_role("link", name="中间").click()
    reader.see(".empty", "作答不足 5 人")
