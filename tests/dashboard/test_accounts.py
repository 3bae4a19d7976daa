"""Accounts kept in the browser: an administrator's, nobody else's, each act on the trail, and the store asks again."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

import sql
from dashboard.pages.admin import wording
from dashboard.texts import catalogue
from etl.domain.account import clean_login, grant_fault
from etl.domain.catchball import ACTIONS
from etl.steps import people
from tests.conftest import app_engine
from tests.dashboard.conftest import ORIGIN, Face, sign_in

Reader = Callable[[str], FlaskClient]
NEW = {"login": "Wang", "name": "王 经理", "language": "zh", "role": "manager", "area": "4401 广州市", "line": None}


@pytest.fixture(autouse=True)
def _afterwards(face: Face) -> Iterator[None]:
    yield
    with sql.begin(face.owner) as connection:
        connection.exec_driver_sql("DELETE FROM app_user WHERE login = 'wang'")


def press(
    client: FlaskClient, do: str, on: str = "", fields: dict[str, Any] | None = None, query: str = "area=44", **headers: str
) -> TestResponse:
    """Press a button of the page as the browser would."""
    wanted = {"do": do, "kind": "admin-act", "on": on}
    key = json.dumps(wanted, separators=(",", ":"), sort_keys=True)
    named = [{"id": {"kind": "admin-field", "name": name}, "value": value} for name, value in (fields or {}).items()]
    states = [[{**each, "property": "value"} for each in named], [{**each, "property": "id", "value": each["id"]} for each in named],
              {"id": "address", "property": "href", "value": f"http://localhost/admin?{query}"}]  # fmt: skip
    body = {
        "output": "..admin-said.children...admin-page.children..",
        "outputs": [{"id": "admin-said", "property": "children"}, {"id": "admin-page", "property": "children"}],
        "inputs": [[{"id": wanted, "property": "n_clicks", "value": 1}]], "changedPropIds": [f"{key}.n_clicks"], "state": states,
    }  # fmt: skip
    return client.post("/_dash-update-component", json=body, headers=headers or ORIGIN)


def said(answer: TestResponse) -> str:
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return json.dumps(answer.get_json()["response"]["admin-said"]["children"], ensure_ascii=False)


def told_password(answer: TestResponse) -> str:
    found = answer.get_json()["response"]["admin-said"]["children"]["props"]["children"][1]["props"]["children"][1]
    return str(found["props"]["children"])


def acts(face: Face, login: str = "wang") -> list[tuple[str, str]]:
    with sql.begin(face.owner) as connection:
        found = connection.execute(
            sa.text(
                "SELECT actor, action FROM audit WHERE subject = :login AND at >= (SELECT created_at FROM app_user WHERE login = :login)"
                " ORDER BY audit_id"
            ),
            {"login": login},
        )
        return [(row.actor, row.action) for row in found]


def reach(face: Face, login: str = "wang") -> dict[str, str]:
    with sql.begin(face.owner) as connection:
        found = connection.execute(
            sa.text(
                "SELECT a.code, u.reach FROM user_area u JOIN area a USING (area_id) JOIN app_user USING (user_id)"
                " WHERE login = :login AND a.level <= 2"
            ),
            {"login": login},
        )
        return {row.code: row.reach for row in found}


def test_an_account_lives_its_life_in_the_browser(face: Face, reader: Reader) -> None:
    admin = reader("admin")
    made = press(admin, "add", fields=NEW)
    password = told_password(made)
    assert "wang" in said(made) and reach(face) == {"44": "above", "4401": "full"}
    assert password not in admin.get("/export/admin-audit").get_data(as_text=True), "told once, kept nowhere"
    assert "已有这个角色" in said(press(admin, "give", "wang", NEW))
    said(press(admin, "give", "wang", {**NEW, "role": "line", "area": "44", "line": "network"}))
    said(press(admin, "take", "wang|manager||4401"))
    assert reach(face) == {"44": "above"} and "已不存在" in said(press(admin, "take", "wang|manager||4401"))
    said(press(admin, "disable", "wang"))
    assert sign_in(face.client(), "wang", password).status_code == 401
    said(press(admin, "enable", "wang"))
    fresh = told_password(press(admin, "reset", "wang"))
    assert fresh != password and sign_in(face.client(), "wang", password).status_code == 401
    assert sign_in(face.client(), "wang", fresh).status_code == 303
    done = ["user.add", "user.scope", "user.scope", "user.scope", "user.disable", "user.enable", "user.password"]
    assert [act for act in acts(face) if act[0] == "admin"] == [("admin", action) for action in done]
    assert fresh not in str(face.scalar("SELECT string_agg(detail::text, '') FROM audit"))


def test_a_given_password_opens_the_door_to_a_new_one_only(face: Face, reader: Reader) -> None:
    password = told_password(press(reader("admin"), "add", fields=NEW))
    client = face.client()
    assert sign_in(client, "wang", password).status_code == 303
    assert client.get("/overview").headers["Location"] == "/password"
    assert client.get("/_dash-layout").status_code == client.get("/export/overview-cards").status_code == 403
    assert "一次性密码" in client.get("/password").get_data(as_text=True)
    sent = {"current": password, "new": "one of my own", "again": "one of my own"}
    assert client.post("/password", data=sent, headers=ORIGIN).status_code == 200
    assert client.get("/overview").status_code == 200 and client.get("/_dash-layout").status_code == 200


@pytest.mark.parametrize("login", ["quality", "steward", "gz", "net"])
def test_who_is_no_administrator_changes_nothing(face: Face, reader: Reader, login: str) -> None:
    before = face.scalar("SELECT count(*) FROM audit WHERE action LIKE 'user.%'")
    for do, on in (("add", ""), ("give", "th"), ("take", "th|manager||440106"), ("disable", "th"), ("enable", "th"), ("reset", "th")):
        assert press(reader(login), do, on, NEW).status_code == 403, do
    assert press(face.client(), "reset", "th").status_code == 401, "nor does a stranger"
    assert face.scalar("SELECT count(*) FROM audit WHERE action LIKE 'user.%'") == before


def test_an_administrator_of_a_part_only_changes_nothing(face: Face, reader: Reader) -> None:
    """The role alone opens the page; accounts are kept by who holds it on the root of every tree."""
    said(press(reader("admin"), "add", fields=NEW))
    with sql.begin(face.owner) as connection:
        connection.exec_driver_sql(
            "UPDATE user_grant SET role = 'admin' WHERE user_id = (SELECT user_id FROM app_user WHERE login = 'wang')"
        )
    people.set_password(face.owner, "wang", "a password of wan9's", actor="test")
    client = face.client()
    assert sign_in(client, "wang", "a password of wan9's").status_code == 303
    assert client.get("/admin?area=4401").status_code == 200
    assert press(client, "reset", "th", query="area=4401").status_code == 403


def test_a_null_letter_is_refused_at_the_door(face: Face, reader: Reader) -> None:
    assert press(reader("admin"), "add", fields={**NEW, "area": "\0"}).status_code == 400
    assert face.scalar("SELECT count(*) FROM app_user WHERE login = 'wang'") == 0


def test_another_site_cannot_press_a_button(reader: Reader) -> None:
    client = reader("admin")
    assert press(client, "disable", "th", Origin="http://evil.example").status_code == 403
    assert press(client, "disable", "th", **{"X-Nothing": "1"}).status_code == 403, "without an origin neither"


def test_nobody_changes_the_own_account(face: Face, reader: Reader) -> None:
    for do, on in (("disable", "admin"), ("take", "admin|admin||44"), ("give", "admin"), ("reset", "admin")):
        assert "不能改动自己" in said(press(reader("admin"), do, on, {**NEW, "role": "quality", "area": "44"})), do
    assert sign_in(face.client(), "admin").status_code == 303


@pytest.mark.parametrize(
    ("wrong", "words"),
    [({"login": "王"}, "账号不合规"), ({"login": "TH"}, "已有人用"), ({"role": "king"}, "请选择角色"), ({"role": "line"}, "必须选一条"),
     ({"line": "network"}, "专业线只随"), ({"role": "line", "line": "x"}, "没有这条专业线"), ({"area": "99 x"}, "没有这个区域"),
     ({"area": None}, "没有这个区域"), ({"role": "admin"}, "最高一级"), ({"language": "fr"}, "语言")],
)  # fmt: skip
def test_what_cannot_be_taken_is_said_and_leaves_nothing(face: Face, reader: Reader, wrong: dict[str, Any], words: str) -> None:
    answer = press(reader("admin"), "add", fields={**NEW, **wrong})
    assert words in said(answer)
    assert face.scalar("SELECT count(*) FROM app_user WHERE login = 'wang'") == 0


def test_the_store_refuses_whom_the_page_would_let_through(face: Face) -> None:
    """The second wall: with the dashboard's role and a manager's scope the statements themselves are refused."""
    app = app_engine(face.owner)
    user = face.scalar("SELECT user_id FROM app_user WHERE login = 'gz'")
    victim = face.scalar("SELECT user_id FROM app_user WHERE login = 'th'")
    root = face.scalar("SELECT area_id FROM area WHERE code = '44'")
    added = {"login": "wang", "full_name": "w", "email": None, "password_hash": "x", "language": "zh"}
    with pytest.raises(sa.exc.ProgrammingError, match="row-level security"), sql.scoped(app, user) as connection:
        sql.one(connection, "auth/user_add", **added)
    with pytest.raises(sa.exc.ProgrammingError, match="row-level security"), sql.scoped(app, user) as connection:
        sql.execute(connection, "auth/grant_add", user_id=user, role="admin", area_id=root, line_id=None)
    for scope in (user, None):
        with sql.scoped(app, scope) as connection:
            assert sql.execute(connection, "auth/give_password", user_id=victim, password_hash="x") == 0
            assert sql.execute(connection, "auth/user_disable", user_id=victim, disabled=True) == 0
            assert sql.execute(connection, "auth/grants_clear", user_id=victim) == 0
    app.dispose()


def test_where_mail_goes_is_kept_on_the_page(face: Face, reader: Reader) -> None:
    admin = reader("admin")

    def address(login: str) -> object:
        return face.scalar(f"SELECT email FROM app_user WHERE login = '{login}'")

    assert "不是邮箱地址" in said(press(admin, "add", fields={**NEW, "email": "wang"}))
    said(press(admin, "add", fields={**NEW, "email": " wang@manyi.test "}))
    assert address("wang") == "wang@manyi.test" and "wang@manyi.test" in admin.get("/export/admin-users").get_data(as_text=True)
    assert "不是邮箱地址" in said(press(admin, "email", "wang", {"email": "a b@c.cn"})) and address("wang") == "wang@manyi.test"
    assert "已登记" in said(press(admin, "email", "wang", {"email": "w2@manyi.test"})) and address("wang") == "w2@manyi.test"
    assert "已登记" in said(press(admin, "email", "wang", {"email": ""})) and address("wang") is None
    assert [act for act in acts(face) if act[1] == "user.email"] == [("admin", "user.email")] * 2
    assert "已登记" in said(press(admin, "email", "admin", {"email": "root@manyi.test"})), "the own address gives no right"
    assert press(reader("quality"), "email", "wang", {"email": "w@manyi.test"}).status_code == 403


def noted_by_the_store(face: Face) -> tuple[set[str], set[str]]:
    """The acts that functions of the store leave on the audit trail, and their particulars."""
    bodies = str(face.scalar("SELECT string_agg(prosrc, ';') FROM pg_proc WHERE pronamespace = 'manyi'::regnamespace"))
    found = re.findall(r"PERFORM (?:audit_alert|plan_note)\('([a-z_.]+)'( \|\| what)?(.*?);", bodies, re.DOTALL)
    moves = (*ACTIONS, "open", "publish", "withdraw")
    acts = {name + one for name, many, _ in found for one in (moves if many else ("",))}
    return acts, {name for _, _, rest in found for name in re.findall(r"'([a-z_]+)', ", rest)}


def noted_by_the_code() -> tuple[set[str], set[str]]:
    """The same of the code's own calls; what is passed on as a whole is one statement's parameters."""
    acts, particulars = set[str](), set(re.findall(r"(?<!:):([a-z_]+)", sql.statement("dashboard/alert_preference_set").text))
    for folder in ("dashboard", "etl"):
        for path in (Path(sql.__file__).parents[1] / folder).rglob("*.py"):
            calls = [node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Call)]
            for call in [one for one in calls if getattr(one.func, "id", "") in ("audit", "_note", "_audit")]:
                given = {one.arg: one.value for one in call.keywords if one.arg}
                said = [*(given[name] for name in ("action",) if name in given), *call.args]
                words = {str(leaf.value) for one in said for leaf in ast.walk(one) if isinstance(leaf, ast.Constant)}
                acts |= {word for word in words if "action" in given or re.fullmatch(r"[a-z]+\.[a-z]+", word)}
                particulars |= set(given) - {"actor", "action", "subject", "user_id"}
    return acts, particulars


def test_every_act_on_the_trail_and_its_particulars_are_said_in_words(face: Face) -> None:
    acts, particulars = (one | other for one, other in zip(noted_by_the_store(face), noted_by_the_code(), strict=True))
    assert {"plan.accept", "appraisal.close", "alerts_silenced", "user.email", "login", "data.discard"} <= acts
    assert {f"admin.act_{act.replace('.', '_')}" for act in acts} - set(catalogue()) == set()
    assert {f"admin.particular.{name}" for name in particulars} - set(catalogue()) == set()


def test_particulars_read_in_words() -> None:
    told = {"role": "manager", "added": False, "lift": 0.5}
    assert wording.detail(told, "zh") == "角色 分公司经理 · 新增 否 · 提升 0.5"
    assert wording.detail(told, "en").startswith("role Manager · added no")


def test_a_login_and_a_grant_are_judged_without_a_store() -> None:
    assert [clean_login(text) for text in (" Wang.X ", "a", "-ab", "x" * 65, "王")] == ["wang.x", None, None, None, None]
    lines = ("network",)
    assert grant_fault("manager", None, lines, False) is grant_fault("line", "network", lines, True) is None
    assert grant_fault("admin", None, lines, False) == "root" and grant_fault("manager", None, lines, None) == "area"
