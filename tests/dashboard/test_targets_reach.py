"""A city's user at another city's plan, by every route there is: pages, exports, callbacks, statements and functions of the store.

Each kind of route is listed from the product itself, so that a new one without its attack fails here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from importlib.resources import files
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

import sql
from dashboard.pages.targets.callbacks import TURNS
from dashboard.pages.targets.layout import VIEWS
from etl.domain.catchball import ACTIONS
from etl.domain.period import parse
from etl.steps.attain import judge
from etl.steps.plan import Asked, propose
from tests import plan_sample
from tests.conftest import app_engine
from tests.dashboard.conftest import ORIGIN, Face

MINE, THEIRS, THEIR_COUNTY = "4401", "4403", "440305"
SECRET = "海底光缆改造"  # written by the other city alone
NAMES = re.compile(rf"(?<![\d.])(?<!at=)(4403|440305|440306)(?!\d)|深圳|南山|宝安|Shenzhen|{SECRET}")  # not the number a forged address names
TABLES = ("plan", "plan_version", "plan_indicator", "plan_asked", "plan_target", "plan_step", "plan_stand", "appraisal", "appraisal_score",
          "appraisal_objection", "job_run")  # fmt: skip
ABOUT = re.compile(r"\b(plan|plan_[a-z]+|plans_below|attainment|card_score|appraisal_?[a-z]*)\b")
UNDER = "SELECT descendant_id FROM area_closure c JOIN area a ON a.area_id = c.ancestor_id WHERE a.code = :code"


@pytest.fixture(scope="module")
def planned(operator: sa.Engine) -> Iterator[dict[str, int]]:
    """A plan in force with a closed month and an objection, and a proposal the other city has countered and shared out."""
    plan_sample.prepare(operator)
    root = plan_sample.root(operator)
    old = propose(operator, root, Asked(parse("2026"), lift=0.5), "test")["plan"]
    with sql.begin(operator) as connection:
        for what in ("lock", "publish"):
            sql.one(connection, "dashboard/plan_turn", plan=old, what=what, note="")
    judge(operator)
    new = propose(operator, root, Asked(parse("2026"), lift=0.7), "test")["plan"]
    with sql.begin(operator) as connection:
        ids = {row.code: row.area_id for row in connection.execute(sa.text("SELECT code, area_id FROM area"))}
        closed = sql.one(connection, "dashboard/appraisal_close", plan=old, kind="m", start=parse("2026-10").start)
        assert closed is not None
        objected = sql.one(connection, "dashboard/appraisal_object", appraisal=closed["appraisal"], area=ids[THEIRS], part="outcome",
                           line="", note=SECRET)  # fmt: skip
        indicator = connection.scalar(sa.text("SELECT indicator_id FROM indicator WHERE code = 'mobile_overall'"))
        sql.one(connection, "dashboard/plan_move", plan=new, indicator=indicator, area=ids[THEIRS], what="counter", value=80.0, note=SECRET)
        sql.one(connection, "dashboard/plan_begin", plan=new, seen=1, under=ids[THEIRS], about=ids[THEIRS], note=SECRET)
    assert objected is not None
    yield {"old": old, "plan": new, "root": root, "mine": ids[MINE], "theirs": ids[THEIRS], "county": ids[THEIR_COUNTY],
           "appraisal": closed["appraisal"], "objection": objected["objection"], "indicator": indicator}  # fmt: skip
    plan_sample.forget(operator)


def kept(operator: sa.Engine) -> dict[str, str]:
    """Every table of plans as it is, as one word each."""
    with operator.connect() as connection:
        return {table: str(connection.scalar(sa.text(f"SELECT md5(string_agg(t::text, '' ORDER BY t::text)) FROM {table} t")))
                for table in TABLES}  # fmt: skip


@pytest.fixture
def unchanged(operator: sa.Engine, planned: dict[str, int]) -> Iterator[None]:
    before = kept(operator)
    yield
    assert kept(operator) == before


def user(operator: sa.Engine, login: str) -> int:
    with operator.connect() as connection:
        return int(connection.scalar(sa.text("SELECT user_id FROM app_user WHERE login = :login"), {"login": login}))


@pytest.fixture(scope="module")
def eyes(operator: sa.Engine) -> Iterator[sa.Engine]:
    engine = app_engine(operator)
    yield engine
    engine.dispose()


ATTACKS = {  # function → a call of it at the other city's plan
    "plan_move": "plan_move(:plan, :indicator, :theirs, 'agree', NULL, 'x')",
    "plan_begin": "plan_begin(:plan, 2, :theirs, :theirs, 'x')",
    "plan_save": "plan_save(:plan, :indicator, :theirs, ARRAY[:theirs], '{NULL}', '{NULL}', '{NULL}', '{70}', '{70}', '{70}', '{90}', '{f}')",
    "plan_ask": "plan_ask(:plan, :indicator, 'gap', 70, NULL, 'met', 90, 0)",
    "plan_turn": "plan_turn(:plan, 'lock', 'x')",
    "appraisal_close": "appraisal_close(:old, 'm', '2026-09-01')",
    "appraisal_object": "appraisal_object(:appraisal, :theirs, 'outcome', '', 'x')",
    "appraisal_decide": "appraisal_decide(:objection, 'upheld', 120, 'x')",
}
ANSWERS = {  # functions that answer what is so: nothing of theirs
    "plan_owner": ("plan_owner()", False),
    "plan_actor": ("plan_actor()", "gz"),
    "plans_below": ("plans_below(:theirs) OR plans_below(:root)", False),
    "plan_sides": ("plan_sides(:plan, :indicator, :theirs)", []),
    "plan_off": ("(SELECT count(*) FROM plan_off(:plan) o WHERE o.area_id = :theirs)", 0),
}
INNER = {"plan_note"}  # writes a line on the audit trail in the caller's own name, as the role may anyway


def test_no_function_of_the_store_lets_a_neighbour_in(
    planned: dict[str, int], operator: sa.Engine, eyes: sa.Engine, unchanged: None
) -> None:
    with operator.connect() as connection:
        there = set(connection.scalars(sa.text(
            "SELECT proname FROM pg_proc WHERE pronamespace = 'manyi'::regnamespace AND proname ~ '^(plans?|appraisal)_'")))  # fmt: skip
    assert there == {*ATTACKS, *ANSWERS, *INNER}
    for call in ATTACKS.values():
        with pytest.raises(sa.exc.DBAPIError, match="not_yours"), sql.scoped(eyes, user(operator, "gz")) as connection:
            connection.execute(sa.text(f"SELECT {call}"), planned)
    for call, answer in ANSWERS.values():
        with sql.scoped(eyes, user(operator, "gz")) as connection:
            assert connection.scalar(sa.text(f"SELECT {call}"), planned) == answer, call


def test_own_rights_do_not_reach_across(planned: dict[str, int], operator: sa.Engine, eyes: sa.Engine, unchanged: None) -> None:
    for call in (  # under the own city, but speaking of, or writing to, the other
        "plan_begin(:plan, 2, :mine, :theirs, 'x')",
        "plan_begin(:plan, 2, :theirs, :mine, 'x')",
        "plan_save(:plan, :indicator, :mine, ARRAY[:county], '{NULL}', '{NULL}', '{NULL}', '{70}', '{70}', '{70}', '{90}', '{f}')",
        "appraisal_object(:appraisal, :county, 'outcome', '', 'x')",
    ):
        with pytest.raises(sa.exc.DBAPIError, match=r"not_yours|gone"), sql.scoped(eyes, user(operator, "gz")) as connection:
            connection.execute(sa.text(f"SELECT {call}"), planned)


def test_a_proposal_is_asked_for_by_planners_alone(planned: dict[str, int], operator: sa.Engine, eyes: sa.Engine, unchanged: None) -> None:
    """Who handles data asks for all other runs; a proposal may come into force at once."""
    asked = json.dumps({"area_id": planned["root"], "period": "2026", "lift": 9, "in_force": True})
    with sql.scoped(eyes, user(operator, "steward")) as connection:
        assert sql.one(connection, "dashboard/job_ask", job="publish", asked_by="steward", asked="{}") is not None
        with pytest.raises(sa.exc.DBAPIError, match="row-level security"), connection.begin_nested():
            sql.one(connection, "dashboard/job_ask", job="propose", asked_by="steward", asked=asked)
        connection.rollback()


def statements() -> list[str]:
    """Every statement of the pages that reads a table of plans, by name."""
    folder = files("sql").joinpath("queries", "dashboard")
    texts = {entry.name[:-4]: entry.read_text("utf-8") for entry in folder.iterdir() if entry.name.endswith(".sql")}
    found = {name for name, text in texts.items() if ABOUT.search(re.sub("--[^\n]*", "", text))}
    return sorted(found - set(ATTACKS))


def test_no_statement_of_the_pages_tells_a_neighbour_s_row(planned: dict[str, int], operator: sa.Engine, eyes: sa.Engine) -> None:
    with operator.connect() as connection:
        theirs = list(connection.scalars(sa.text(UNDER), {"code": THEIRS}))
    full = {name: 0 for name in statements()}
    assert len(full) > 15
    for login in ("gz", "quality"):
        for name in full:
            for plan in (planned["old"], planned["plan"]):
                given = {**planned, "version": 2, "before": 1, "after": 2, "most": 30, "p": 1, "areas": theirs, "parent": planned["theirs"],
                         "plan": plan, "area": planned["theirs"], "period": "m", "start": parse("2026-10").start}  # fmt: skip
                with sql.scoped(eyes, user(operator, login)) as connection:
                    rows = sql.rows(connection, f"dashboard/{name}", **asked(name, given))
                told = [row for row in rows if row.get("area_id") in theirs or SECRET in str(row)]
                if login == "gz":
                    assert name == "plan_areas" or told == [], name
                else:
                    full[name] += len(told)
    assert {name for name, seen in full.items() if seen} >= {
        "plan_family", "plan_one", "plan_levels", "plan_stands", "plan_steps", "plan_versions", "attainments", "card_scores",
        "appraisal_scores", "appraisal_objections",
    }, "the province is told, so the statements were asked something"  # fmt: skip


def asked(name: str, given: dict[str, Any]) -> dict[str, Any]:
    """What a statement takes, of all there is."""
    text = files("sql").joinpath("queries", "dashboard", f"{name}.sql").read_text("utf-8")
    taken = set(re.findall(r"(?<!:):([a-z_]+)", re.sub("--[^\n]*", "", text)))
    return {key: value for key, value in given.items() if key in taken}


def test_no_page_and_no_export_shows_a_neighbour(planned: dict[str, int], face: Face, reader: Callable[[str], FlaskClient]) -> None:
    client = reader("gz")
    exports = [name for name in face.app.server.extensions["manyi"].exports if "target" in name]
    assert sorted(exports) == ["targets", "targets-appraisal", "targets-sheet"]
    assert client.get("/targets?area=4403&period=2026-10").status_code == 403
    for form in ("csv", "xlsx"):
        assert {client.get(f"/export/{name}?area={area}&period=2026-10&format={form}").status_code
                for name in exports for area in (THEIRS, THEIR_COUNTY)} == {403}  # fmt: skip
    ways = [f"{plan}&at={at}" for plan in (planned["old"], planned["plan"]) for at in (THEIRS, THEIR_COUNTY)]
    for way in ways:
        for area in (MINE, "44"):
            for name in exports:
                got = client.get(f"/export/{name}?area={area}&period=2026-10&format=csv&plan={way}")
                assert got.status_code == 200 and told(got.get_data(as_text=True)) == [], (name, area, way)
        for view in VIEWS:
            body = drawn(client, face, f"/targets?area={MINE}&period=2026-10&view={view}&plan={way}")
            assert "tg-strip" in body and told(body) == [], (view, way)
    assert SECRET in drawn(reader("quality"), face, f"/targets?area={THEIRS}&period=2026-10&view=versions&plan={planned['plan']}")


def told(body: str) -> list[str]:
    return [found.group() for found in NAMES.finditer(body)]


def post(client: FlaskClient, face: Face, output: str, outputs: list[Any], inputs: list[Any], state: list[Any], changed: str) -> Any:
    key = next(key for key in face.app.callback_map if output in key)
    body = {"output": key, "outputs": outputs, "inputs": inputs, "state": state, "changedPropIds": [changed]}
    return client.post("/_dash-update-component", json=body, headers=ORIGIN)


def drawn(client: FlaskClient, face: Face, href: str) -> str:
    """The words of a page, without the shell."""
    outputs = [{"id": name, "property": prop} for name, prop in (("page", "children"), ("drawn", "data"), ("page-title", "data"))]
    got = post(client, face, "page-title.data", outputs, [{"id": "address", "property": "href", "value": f"http://localhost{href}"}],
               [{"id": "drawn", "property": "data", "value": None}], "address.href")  # fmt: skip
    assert got.status_code == 200, got.get_data(as_text=True)[:400]
    return json.dumps(got.get_json()["response"]["page"]["children"], ensure_ascii=False)


def named(prefix: dict[str, str], values: dict[str, Any], prop: str) -> list[dict[str, Any]]:
    return [{"id": {**prefix, "name": name}, "property": prop, "value": value} for name, value in values.items()]


def acted(client: FlaskClient, face: Face, do: str, on: str, href: str) -> Any:
    """Press a button that may not be there, with fields that name the other city."""
    button = {"kind": "tg-act", "do": do, "on": on}
    fields = {"words": "x", "value": 70, "note": "x", "period": "2027", "lift": 1, "mode": "gap", "part": "outcome|", "words_objection": "x",
              f"score_{on}": 120, f"decided_{on}": "x"}  # fmt: skip
    tries = {"asked": 70, "mode": "uniform"}
    rows = [{"code": code, "lock": 70, "cap": 0} for code in (THEIRS, THEIR_COUNTY)]
    place = [{"id": "address", "property": "href", "value": f"http://localhost{href}"}]
    state: list[Any] = []
    for kind, values in (("tg-field", fields), ("tg-try", tries)):
        state += [named({"kind": kind}, values, "value"), [{**one, "property": "id", "value": one["id"]} for one in named({"kind": kind}, values, "id")]]
    state += [named({"kind": "tg-grid"}, {"trial": rows}, "rowData"), [], *place]
    outputs = [{"id": "tg-said", "property": "children"}, {"id": "tg-body", "property": "children"}]
    clicks = [[{"id": button, "property": "n_clicks", "value": 1}]]
    return post(client, face, "tg-said", outputs, clicks, state, f"{json.dumps(button, separators=(',', ':'), sort_keys=True)}.n_clicks")


def test_no_button_of_a_stranger_s_page_does_anything(
    planned: dict[str, int], face: Face, reader: Callable[[str], FlaskClient], unchanged: None
) -> None:
    client = reader("gz")
    ours = {key for key in face.app.callback_map if "tg-" in key and "tg-matrix" not in key}
    assert len(ours) == 3, "act, tried and brought are attacked here; a new one is to be"
    buttons = [*ACTIONS, *TURNS, "save", "propose", "close", "object", "uphold", "reject"]
    for do in buttons:
        on = {"close": "2026-09", "uphold": str(planned["objection"]), "reject": str(planned["objection"])}.get(do, "")
        got = acted(client, face, do, on, f"/targets?area={THEIRS}&period=2026-10&plan={planned['plan']}")
        assert got.status_code == 403, do
    for do in ("save", *TURNS, "propose", "close", "uphold", "reject"):  # from the own page, naming the other city
        on = {"close": "2026-09", "uphold": str(planned["objection"]), "reject": str(planned["objection"])}.get(do, "")
        plan = planned["old" if do in ("close", "uphold", "reject") else "plan"]
        got = acted(client, face, do, on, f"/targets?area={MINE}&period=2026-10&plan={plan}&at={THEIRS}")
        words = got.get_data(as_text=True)
        assert got.status_code == 403 or "ad-said fault" in words, (do, words[:300])
        assert told(words) == [], do


def test_a_trial_and_a_sheet_say_nothing_of_a_neighbour(
    planned: dict[str, int], face: Face, reader: Callable[[str], FlaskClient], unchanged: None
) -> None:
    client, grid = reader("gz"), [{"code": THEIRS, "lock": 70, "cap": 0}, {"code": "440106", "lock": 79.0, "cap": None}]
    ids = [{"kind": "tg-try", "name": name} for name in ("asked", "mode")]
    one = [{"id": {"kind": "tg-grid", "name": "trial"}, "property": "rowData"}]
    carried = [{"id": {"kind": "tg-carried", "name": "trial"}, "property": "children"}]
    for area, code in ((THEIRS, 403), (MINE, 200)):
        place = {"id": "address", "property": "href", "value": f"http://localhost/targets?area={area}&period=2026-10&plan={planned['plan']}&view=trial"}
        got = post(client, face, "tg-result", [{"id": "tg-result", "property": "children"}, one, carried],
                   [[{"id": at, "property": "value", "value": value} for at, value in zip(ids, (70, "gap"), strict=True)], []],
                   [[{"id": at, "property": "id", "value": at} for at in ids], [{**one[0], "value": grid}], place],
                   f"{json.dumps(ids[0], separators=(',', ':'))}.value")  # fmt: skip
        assert got.status_code == code and told(got.get_data(as_text=True)) == []
        sheet = {"id": {"kind": "tg-upload", "name": "sheet"}, "property": "contents", "value": their_sheet(reader("quality"), planned["plan"])}
        got = post(client, face, "tg-found", [{"id": {"kind": "tg-found", "name": "sheet"}, "property": "children"}], [[sheet]], [place],
                   '{"kind":"tg-upload","name":"sheet"}.contents')  # fmt: skip
        assert got.status_code == code
        if code == 200:
            words = got.get_data(as_text=True)
            assert json.dumps("不在这个方案的这个范围里")[1:-1] in words and "tg-act" not in words, "rows are left out, nothing is offered"


def their_sheet(client: FlaskClient, plan: int) -> str:
    import base64

    body = client.get(f"/export/targets-sheet?area={THEIRS}&period=2026-10&plan={plan}&format=xlsx").get_data()
    return "data:x," + base64.b64encode(body).decode()
