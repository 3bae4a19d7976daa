"""From the mail to the page: the link asks for the reader's login and leads to the alert, which is taken on there."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa

import sql
from etl.steps import people
from tests.conftest import create_database
from tests.dashboard import alerts_sample, sample
from tests.dashboard.alerts_sample import TIANHE
from tests.dashboard.conftest import PASSWORD, PEOPLE, Face
from tests.journeys.conftest import Reader

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")]
Person = Callable[..., Reader]
ROOM = "() => document.scrollingElement.scrollWidth - window.innerWidth"
VIEWS = ("", f"&alert={TIANHE}", "&view=silences", "&view=events", "&view=rules&rule=outcome_fall", "&view=post", "&view=mine")


@pytest.fixture(scope="module")
def operator(server_url: str) -> Iterator[sa.Engine]:
    """The sample operator with alerts, of this module alone."""
    owner = create_database(server_url, sample.build)
    with sql.begin(owner) as connection:
        alerts_sample.add(connection)
    for login in ("gz", "quality"):
        role, area, line = PEOPLE[login]
        people.add_user(owner, login, f"{login} 先生", PASSWORD, actor="test")
        people.set_scope(owner, login, role, area, line, actor="test")
    yield owner
    owner.dispose()


def test_the_link_of_a_mail_leads_through_the_login_to_taking_it_on(person: Person, face: Face) -> None:
    reader = person(390)
    reader.goto(f"/alerts?area=440106&alert={TIANHE}&act=acknowledge")
    reader.page.fill("#login", "gz")
    reader.page.fill("#password", PASSWORD)
    reader.page.click("button[type=submit]")
    reader.see(".al-pair h2", "移动网络质量 74.2")
    reader.page.get_by_role("button", name="确认并认领").click()
    reader.see(".ad-said", "已确认 1 条")
    reader.see(".al-facts", "已确认")
    reader.goto("/alerts?area=4401")
    reader.page.get_by_role("button", name="全选").click()
    reader.page.locator("input[type=checkbox]:checked").first.wait_for()
    reader.page.get_by_role("button", name="确认所选").click()
    reader.see("h1", "0 条还没有人确认")
    assert face.scalar("SELECT count(*) FROM episode WHERE acknowledged_by = 'gz'") == 2


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_part_scrolls_sideways(person: Person, language: str) -> None:
    reader = person(390, language=language).sign_in("quality")
    reader.see(".crumb.here")
    for view in VIEWS:
        reader.goto(f"/alerts?area=44&period=2026-10{view}")
        for width in (390, 768, 1440):
            reader.page.set_viewport_size({"width": width, "height": 900})
            reader.see(".al-page .panel")
            for _ in range(20):
                if reader.page.evaluate(ROOM) <= 0:
                    break
                reader.page.wait_for_timeout(250)
            assert reader.page.evaluate(ROOM) <= 0, (view, width)
