"""Likely dissatisfied customers and expected period ends in a real browser: seen, down to a county, and fitting every width."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

import sql
from tests.dashboard import predicted_sample
from tests.dashboard.conftest import Face
from tests.journeys.conftest import Reader
from tests.journeys.test_fit import OUTSIDE, ROOM, settled

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")]
Person = Callable[..., Reader]


@pytest.fixture
def foretold(face: Face) -> Iterator[None]:
    """The store is others' as well: what was put in goes again."""
    with sql.begin(face.owner) as connection:
        predicted_sample.add(connection)
        predicted_sample.foretell(connection)
    yield
    with sql.begin(face.owner) as connection:
        predicted_sample.remove(connection)


@pytest.mark.parametrize(("width", "theme", "language"), [(1440, "light", "zh"), (1440, "dark", "en"), (390, "light", "zh"), (390, "dark", "en")])
def test_the_page_is_read_and_leads_down(foretold: None, person: Person, width: int, theme: str, language: str) -> None:
    reader = person(width, theme, language).sign_in("quality")
    reader.see(".crumb.here")
    reader.goto("/predicted?area=44&period=2026-10")
    reader.see("#predicted-grid .ag-row")
    reader.see(".pr-curve .main-svg")
    assert settled(reader, ROOM, lambda room: room <= 0) <= 0
    reader.shot(f"predicted-{width}-{theme}-{language}")
    if width < 500:
        reader.page.mouse.wheel(0, 900)
        reader.page.wait_for_timeout(400)
        reader.shot(f"predicted-{width}-{theme}-{language}-below")
    reader.page.locator(".pr-table a").first.click()
    reader.page.wait_for_url("**/predicted?*area=4401*")
    reader.see(".sentence h1", "50")


def test_who_may_not_see_customers_is_told_so(foretold: None, person: Person) -> None:
    reader = person().sign_in("net")
    reader.see(".crumb.here")
    reader.faults.clear()
    reader.goto("/predicted?area=44&period=2026-10")
    reader.see(".no-page")
    reader.faults[:] = [fault for fault in reader.faults if "403" not in fault]  # the answer it should be
    assert reader.page.locator("#predicted-grid").count() == 0


@pytest.mark.parametrize(("width", "theme", "language"), [(1440, "light", "zh"), (1440, "dark", "en"), (390, "light", "en")])
def test_cards_with_an_expected_end_fit(foretold: None, person: Person, width: int, theme: str, language: str) -> None:
    reader = person(width, theme, language).sign_in("quality")
    reader.see(".crumb.here")
    reader.goto("/overview?area=4401&period=2026-11&outcome=tariff")
    reader.see(".ov-card", {"zh": "期末预计", "en": "ends at"}[language])
    assert settled(reader, ROOM, lambda room: room <= 0) <= 0
    assert settled(reader, OUTSIDE, lambda outside: outside == []) == []
    reader.page.wait_for_timeout(600)
    reader.shot(f"outlook-{width}-{theme}-{language}")
