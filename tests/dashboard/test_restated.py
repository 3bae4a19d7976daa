"""The overview under the tree of the time and restated to today's: what each reader sees, and where there is a choice."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import Any

import pandas as pd
import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

import sql
from dashboard.app import create_app
from dashboard.config import Config
from etl.commands.scores import Tree, read_scores
from etl.domain.period import parse
from etl.steps import people
from etl.steps.publish import publish
from tests.conftest import create_database
from tests.dashboard.conftest import PASSWORD, Face, app_url, ask, sign_in
from tests.dashboard.test_overview_browser import WAIT, chromium  # noqa: F401  a fixture
from tests.etl import rollup_recomputed, rollup_reorganised, rollup_sample
from tests.serving import served

APRIL = "2026-04"  # before all re-organisations
IDS: dict[str, int] = {}


@pytest.fixture(scope="module")
def reorganised(server_url: str) -> Iterator[Face]:
    owner = create_database(server_url)
    IDS.update(rollup_sample.build(owner, responses=4000))
    rollup_reorganised.reorganise(owner, IDS)
    publish(owner)
    for login, area in (("province", "P"), ("county-a", "A"), ("county-b", "B")):
        people.add_user(owner, login, login, PASSWORD, actor="test")
        people.set_scope(owner, login, "manager", area, None, actor="test")
    app = create_app(Config(database_url=app_url(owner), secret="for-this-test-run"))
    yield Face(app, owner, app_url(owner))
    app.server.extensions["manyi"].store.dispose()
    owner.dispose()


def signed_in(face: Face, login: str) -> FlaskClient:
    client = face.client()
    assert sign_in(client, login).status_code == 303
    return client


def table(client: FlaskClient, name: str, address: str) -> list[dict[str, str]]:
    answer = client.get(f"/export/overview-{name}?{address}&format=csv")
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return list(csv.DictReader(io.StringIO(answer.get_data(as_text=True).removeprefix("\ufeff"))))


def members(client: FlaskClient, address: str) -> dict[str, str]:
    """Code → n of the area's members."""
    return {row["编码"]: row["n"] for row in table(client, "members", address)}


def outcome_n(client: FlaskClient, address: str) -> str:
    return table(client, "cards", address)[0]["n"]


@cache
def counts(owner: sa.Engine, today: bool) -> pd.Series:
    """n of every cell of all answers under either tree."""
    return rollup_recomputed.scores(owner, ("all",), rollup_reorganised.counted_today(owner, IDS) if today else None)["n"]


def expected(face: Face, area: str, *, today: bool) -> int:
    """n of the first outcome in April by pandas, from the facts."""
    indicator = face.scalar("SELECT indicator_id FROM indicator WHERE headline = 1")
    found = counts(face.owner, today)
    return int(found.get((IDS[area], indicator, "m", "all", date(2026, 4, 1), ""), 0))


def said(face: Face, client: FlaskClient, address: str) -> str:
    answer = ask(client, face.app, "ov-say.children", address__href=f"http://localhost/overview?{address}")
    assert answer.status_code == 200
    return json.dumps(answer.get_json(), ensure_ascii=False)


@pytest.mark.parametrize("area", ["P", "C1", "C2", "A", "B", "D"])
def test_each_area_reads_as_its_leaves_of_either_tree_do(reorganised: Face, area: str) -> None:
    client = signed_in(reorganised, "province")
    for tree, today in (("", False), ("&tree=today", True)):
        wanted = expected(reorganised, area, today=today)
        assert outcome_n(client, f"area={area}&period={APRIL}{tree}") == str(wanted)
        assert wanted > 0 or (area, today) == ("D", True), "all D has today began in July"


def test_members_are_those_of_the_tree_shown_and_add_up_to_the_whole(reorganised: Face) -> None:
    client = signed_in(reorganised, "province")
    then, today = (members(client, f"area=B&period={APRIL}{tree}") for tree in ("", "&tree=today"))
    assert set(then) == {"b1", "b2"} and set(today) == {"b1", "a3", "d1y"}
    assert int(today["b1"]) == int(then["b1"]) + int(then["b2"]), "what was merged counts in what it became"
    assert sum(int(n or 0) for n in today.values()) == expected(reorganised, "B", today=True)
    cities = members(client, f"area=P&period={APRIL}&tree=today")
    assert sum(int(n or 0) for n in cities.values()) == expected(reorganised, "P", today=False), "they reconcile at the parent"
    unknown = members(client, f"area=C2&period={APRIL}&tree=today")
    assert int(unknown["C2-?"]) > 0, "a grid split between two counties stands in its city's unknown member"


def test_the_choice_is_offered_where_it_makes_a_difference_and_names_what_moved(reorganised: Face) -> None:
    client = signed_in(reorganised, "province")
    dated = said(reorganised, client, f"area=A&period={APRIL}")
    assert "按今天" in dated and "a3由A划归B（2026-05-13）" in dated and "tree=today" in dated
    assert '"ov-side on"' in dated.split("按今天")[0], "the tree of the time is the one shown"
    restated = said(reorganised, client, f"area=A&period={APRIL}&tree=today")
    assert "由A划归B" in restated and "的区划重述" in restated and "的区划重述" not in dated
    assert "已拆分或撤销" in said(reorganised, client, f"area=C2&period={APRIL}"), "what was split has no one heir"
    assert "b2并入b1" in said(reorganised, client, f"area=B&period={APRIL}")
    assert "按今天" not in said(reorganised, client, f"area=a3&period={APRIL}"), "the grid itself reads the same"
    assert "按今天" not in said(reorganised, client, f"area=b2&period={APRIL}"), "an area that ended has no today"


def test_who_lost_a_grid_sees_it_in_no_tree_and_nothing_of_the_areas_above(reorganised: Face) -> None:
    client = signed_in(reorganised, "county-a")
    assert client.get(f"/overview?area=a3&period={APRIL}&tree=today").status_code == 403
    assert "a3" not in members(client, f"area=A&period={APRIL}&tree=today")
    assert not members(client, f"area=A&period={APRIL}").get("a3"), "named in the tree of its time, without a figure"
    seen = {}
    for login, area in (("county-a", "A"), ("county-b", "B"), ("province", "P")):
        user = reorganised.scalar("SELECT user_id FROM app_user WHERE login = :login", login=login)
        engine = sql.engine(reorganised.url)
        with sql.scoped(engine, int(str(user))) as connection:
            seen[area] = set(
                connection.execute(
                    sa.text("SELECT DISTINCT area_id FROM shift_shown UNION SELECT area_id FROM ratio_shift")
                ).scalars()
            )
        engine.dispose()
    assert seen["A"] == {IDS[one] for one in ("A", "A-?", "a1", "a1x", "a2")} & seen["P"] and IDS["A"] in seen["A"]
    assert IDS["C1"] in seen["P"] and IDS["C1"] not in seen["A"] | seen["B"] and not seen["A"] & seen["B"]
    above = f"area=C1&period={APRIL}"
    assert table(client, "cards", above) == table(client, "cards", f"{above}&tree=today"), (
        "above one's own there is the dated tree only"
    )


def test_the_command_line_shows_both(reorganised: Face) -> None:
    then, today = (read_scores(reorganised.owner, "B", parse(APRIL), True, tree) for tree in Tree)
    assert {row["area"] for row in then} == {"B", "b1", "b2"} and {row["area"] for row in today} == {"B", "b1", "a3"}
    whole = [row["n"] for row in today if row["area"] == "B" and row["indicator"] == "mobile_overall"]
    assert whole == [expected(reorganised, "B", today=True)] and {row["tree"] for row in today} == {"today"}


def test_a_file_says_which_tree_it_shows(reorganised: Face) -> None:
    client = signed_in(reorganised, "province")
    answer = client.get(f"/export/overview-members?area=B&period={APRIL}&tree=today&format=csv")
    assert f"B-{APRIL}-today-" in answer.headers["Content-Disposition"]
    assert "-today" not in client.get(f"/export/overview-members?area=B&period={APRIL}").headers["Content-Disposition"]


@pytest.fixture
def browsing(reorganised: Face, chromium: Any) -> Iterator[Any]:  # noqa: F811
    """The province's manager before a browser at 1440 × 900; any error in the console fails the test."""
    faults: list[str] = []
    with served(reorganised.app.server) as address:
        context = chromium.new_context(viewport={"width": 1440, "height": 900}, base_url=address)
        context.add_cookies([{"name": "language", "value": "zh", "url": address}])
        page = context.new_page()
        page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
        page.goto("/login")
        page.fill("input[name=login]", "province")
        page.fill("input[name=password]", PASSWORD)
        page.click("button[type=submit]")
        page.wait_for_selector(".ov-say h1", timeout=WAIT)
        yield page
        context.close()
    assert faults == []


@pytest.mark.browser
def test_a_click_restates_the_page_and_another_one_undoes_it(browsing: Any) -> None:
    def codes() -> set[str]:
        return {row.get_attribute("row-id") for row in browsing.query_selector_all(".ov-grid .ag-row[row-id]")}

    browsing.goto(f"/overview?area=B&period={APRIL}")
    browsing.wait_for_selector(".ov-tree", timeout=WAIT)
    browsing.wait_for_selector('.ov-grid .ag-row[row-id="b2"]', timeout=WAIT)
    assert codes() == {"b1", "b2"}
    browsing.click(".ov-tree >> text=按今天")
    browsing.wait_for_selector('.ov-grid .ag-row[row-id="a3"]', timeout=WAIT)
    assert codes() == {"b1", "a3", "d1y"} and "tree=today" in browsing.url
    assert browsing.inner_text(".ov-tree .on") == "按今天"
    browsing.click(".trail >> text=C2")
    browsing.wait_for_selector('.ov-grid .ag-row[row-id="B"]', timeout=WAIT)
    assert "tree=today" in browsing.url, "up and down the tree stays the one chosen"
    browsing.click(".ov-tree >> text=按当时")
    browsing.wait_for_selector('.ov-grid .ag-row[row-id="D"]', timeout=WAIT)
    browsing.wait_for_function("() => !location.search.includes('tree=today')")
    browsing.wait_for_selector('.ov-grid .ag-row[row-id="B"]', state="detached", timeout=WAIT)
