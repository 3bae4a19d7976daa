"""Users as the command line keeps them."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher

import sql
from etl.steps import define, people
from tests.conftest import app_engine

PASSWORD = "a long enough one"


@pytest.fixture
def tree(store: sa.Engine) -> sa.Engine:
    """A province, a city, a county."""
    define.define(store, define.shipped())
    with sql.begin(store) as connection:
        connection.exec_driver_sql(
            "INSERT INTO area (code, level, name_zh, name_en) VALUES ('44', 1, '广东省', 'Guangdong'),"
            " ('4401', 2, '广州市', 'Guangzhou'), ('440106', 3, '天河区', 'Tianhe')"
        )
        connection.exec_driver_sql(
            "INSERT INTO area_parent (area_id, parent_id) SELECT c.area_id, p.area_id FROM area c JOIN area p"
            " ON p.level = c.level - 1"
        )
        connection.exec_driver_sql("SELECT rebuild_area_closure()")
    return store


def kept(target: sa.Engine, login: str) -> dict[str, Any]:
    with sql.begin(target) as connection:
        found = connection.execute(sa.text("SELECT * FROM app_user WHERE login = :login"), {"login": login}).mappings().one()
        reach = connection.execute(
            sa.text("SELECT a.code, u.reach FROM user_area u JOIN area a USING (area_id) WHERE u.user_id = :id ORDER BY a.code"),
            {"id": found["user_id"]},
        )
        return {**found, "reach": {row.code: row.reach for row in reach}}


def test_a_user_is_added_with_a_hashed_password_and_an_audit_line(tree: sa.Engine) -> None:
    people.add_user(tree, " Chen ", "陈", PASSWORD, actor="cli")
    user = kept(tree, "chen")
    assert PASSWORD not in user["password_hash"] and PasswordHasher().verify(user["password_hash"], PASSWORD)
    with sql.begin(tree) as connection:
        assert connection.scalar(sa.text("SELECT count(*) FROM audit WHERE action = 'user.add' AND subject = 'chen'")) == 1


def test_scope_reaches_down_in_full_and_up_in_part_and_ends_sessions(tree: sa.Engine) -> None:
    people.add_user(tree, "chen", "陈", PASSWORD, actor="cli")
    people.set_scope(tree, "chen", "manager", "4401", actor="cli")
    user = kept(tree, "chen")
    assert user["reach"] == {"44": "above", "4401": "full", "440106": "full"}
    assert user["session_epoch"] == 2
    people.set_scope(tree, "chen", "line", "44", "network", actor="cli")
    assert kept(tree, "chen")["reach"] == {"44": "above"}, "the new scope stands in place of the old one"
    people.set_scope(tree, "chen", "manager", "440106", actor="cli", add=True)
    assert kept(tree, "chen")["reach"] == {"44": "above", "4401": "above", "440106": "full"}
    assert people.list_users(tree)[0]["scope"] == "line 44 广东省 network; manager 440106 天河区"


def test_password_and_disabling_end_sessions(tree: sa.Engine) -> None:
    people.add_user(tree, "chen", "陈", PASSWORD, actor="cli")
    people.set_password(tree, "chen", "another long one", actor="cli")
    assert kept(tree, "chen")["session_epoch"] == 2
    people.disable_user(tree, "chen", actor="cli")
    assert kept(tree, "chen")["disabled"] and kept(tree, "chen")["session_epoch"] == 3


@pytest.mark.parametrize(
    ("act", "words"),
    [
        (lambda t: people.add_user(t, "chen", "陈", PASSWORD, actor="cli"), "taken"),
        (lambda t: people.add_user(t, "li", "李", "short", actor="cli"), "too short"),
        (lambda t: people.add_user(t, "li", "李", "li-li-li-li-li-li", actor="cli"), "holds the login"),
        (lambda t: people.add_user(t, "li li", "李", PASSWORD, actor="cli"), "no login"),
        (lambda t: people.set_scope(t, "chen", "king", "44", actor="cli"), "no role"),
        (lambda t: people.set_scope(t, "chen", "manager", "99", actor="cli"), "no area"),
        (lambda t: people.set_scope(t, "chen", "line", "44", actor="cli"), "goes with a line"),
        (lambda t: people.set_scope(t, "chen", "line", "44", "moon", actor="cli"), "no line"),
        (lambda t: people.set_password(t, "nobody", PASSWORD, actor="cli"), "no user"),
    ],
)
def test_what_cannot_be_is_refused_with_a_reason(tree: sa.Engine, act: Any, words: str) -> None:
    people.add_user(tree, "chen", "陈", PASSWORD, actor="cli")
    with pytest.raises(people.WrongUser, match=words):
        act(tree)


def test_the_dashboards_role_may_not_make_users_or_grants(tree: sa.Engine) -> None:
    face = app_engine(tree)
    with pytest.raises(sa.exc.ProgrammingError, match="row-level security"):
        people.add_user(face, "mallory", "M", PASSWORD, actor="mallory")
    face.dispose()


def test_an_administrator_is_one_of_the_whole_operator(store: sa.Engine) -> None:
    with sql.begin(store) as connection:
        connection.exec_driver_sql("INSERT INTO area (code, level, name_zh, name_en) VALUES ('r', 1, '省', 'P'), ('r1', 2, '市', 'C')")
        connection.exec_driver_sql(
            "INSERT INTO area_parent (area_id, parent_id) SELECT c.area_id, p.area_id FROM area c, area p WHERE c.code = 'r1' AND p.code = 'r'"
        )
    people.check_scope(store, "admin", "r")
    with pytest.raises(people.WrongUser, match="highest area"):
        people.check_scope(store, "admin", "r1")


def test_who_answered_for_a_moved_area_before_no_longer_sees_it(store: sa.Engine) -> None:
    with sql.begin(store) as connection:
        connection.exec_driver_sql(
            "INSERT INTO area (code, level, name_zh, name_en) VALUES ('a', 3, '甲', 'A'), ('b', 3, '乙', 'B'), ('g', 4, '网格', 'G')"
        )
        connection.exec_driver_sql(
            "INSERT INTO area_parent (area_id, parent_id, valid_from, valid_to) "
            "SELECT g.area_id, p.area_id, CASE p.code WHEN 'a' THEN date '1900-01-01' ELSE date '2026-03-01' END, "
            "CASE p.code WHEN 'a' THEN date '2026-03-01' ELSE date 'infinity' END "
            "FROM area g, area p WHERE g.code = 'g' AND p.code IN ('a', 'b')"
        )
        connection.exec_driver_sql("SELECT rebuild_area_closure()")
    for login, area in (("former", "a"), ("present", "b")):
        people.add_user(store, login, login, "a long password", actor="test")
        people.set_scope(store, login, "manager", area, actor="test")
    with sql.begin(store) as connection:
        seen = connection.execute(sa.text(
            "SELECT u.login, a.code FROM user_area JOIN app_user u USING (user_id) JOIN area a USING (area_id) WHERE reach = 'full'"
        )).all()  # fmt: skip
    assert {tuple(row) for row in seen} == {("former", "a"), ("present", "b"), ("present", "g")}
