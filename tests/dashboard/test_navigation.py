"""The links between pages grow with the pages: the rail holds all, a phone's bar ends in a menu of the rest."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from dash import html

from dashboard import icons
from dashboard.app import create_app
from dashboard.config import Config
from dashboard.context import Page
from dashboard.navigation import MOST_TABS
from dashboard.pages import ORDER
from tests.dashboard.conftest import Face, ask, sign_in

NAMES = ORDER


@pytest.fixture
def ten(face: Face) -> Iterator[Face]:
    """All pages of the plan, whether there are already such folders or not."""
    pages = [
        Page(name, "overview.title", name, lambda context: html.Div(), lambda app: None, place="bottom" if name in ("data", "admin") else "top")
        for name in NAMES
    ]
    app = create_app(Config(database_url=face.url, secret="for-this-test-run"), pages)
    yield Face(app, face.owner, face.url)
    app.server.extensions["manyi"].store.dispose()


def links(face: Face, address: str, part: str) -> tuple[list[str], str]:
    """The addresses of a bar in their order, and all of it as text."""
    client = face.client()
    sign_in(client, "quality")
    answer = ask(client, face.app, "tabs.children", address__href=f"http://localhost{address}")
    drawn = answer.get_json()["response"][part]["children"]
    text = json.dumps(drawn, ensure_ascii=False)
    return [each["props"]["href"] for each in drawn if each["type"] == "Link"], text


def test_ten_pages_have_an_icon_and_a_place_in_the_rail(ten: Face) -> None:
    assert len(NAMES) >= 10 and set(NAMES) <= set(icons.PATHS)
    found, _ = links(ten, "/overview?area=44&period=2026-10&outcome=voice&cut=segment", "rail")
    assert found[0].endswith("cut=segment") and len(found) == len(NAMES)
    assert set(found[1:]) == {f"/{name}?area=44&period=2026-10&outcome=voice" for name in NAMES[1:]}, "the view goes along, the cut stays"


def test_a_phone_has_five_places_and_the_last_is_a_menu_of_the_rest(ten: Face) -> None:
    found, text = links(ten, "/alerts?area=44", "tabs")
    assert found == [f"/{name}?area=44" for name in NAMES[: MOST_TABS - 1]]
    for name in NAMES[MOST_TABS - 1 :]:
        assert f'"/{name}?area=44"' in text, name
    assert "icon-more" in text and "更多" in text


def test_the_menu_shows_which_of_its_pages_is_open(ten: Face) -> None:
    _, text = links(ten, "/reports?area=44", "tabs")
    assert "icon-more" not in text and text.count("icon-reports") == 2 and "rail-link on" in text


def test_up_to_five_pages_need_no_menu(face: Face) -> None:
    found, text = links(face, "/overview?area=44", "tabs")
    if len(face.app.server.extensions["manyi"].pages) <= MOST_TABS:
        assert "icon-more" not in text and found[0] == "/overview?area=44"
