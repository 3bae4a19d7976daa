"""Every figure can be asked: what it is, its sums, and the files it came from, within the scope of who asks."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

import sql
from dashboard.app import create_app
from dashboard.config import Config
from etl.steps import people
from etl.steps.publish import publish
from tests.conftest import create_database
from tests.dashboard.conftest import PASSWORD, Face, app_url, ask, sign_in
from tests.etl import rollup_sample

APRIL = "2026-04"
PEOPLE = {"province": ("quality", "P", None), "county-a": ("manager", "A", None), "net": ("line", "P", "network")}


@pytest.fixture(scope="module")
def kept(server_url: str) -> Iterator[Face]:
    """A published operator with facts: surveys in two files by their day, readings in a third, complaints in a fourth."""
    owner = create_database(server_url)
    rollup_sample.build(owner, responses=1500)
    with sql.begin(owner) as connection:
        connection.exec_driver_sql("INSERT INTO feed (feed_id, kind, declaration) VALUES ('calls', 'survey', '{}')")
        for number, name in enumerate(("early", "late", "readings", "complaints"), start=1):
            connection.exec_driver_sql(
                "INSERT INTO file (file_id, feed_id, name, sha256, bytes, state, loaded_at) OVERRIDING SYSTEM VALUE"
                f" VALUES ({number}, 'calls', '{name}.csv', '{number}', 1, 'loaded', now())"
            )
        connection.exec_driver_sql("UPDATE response SET file_id = CASE WHEN day < '2026-04-16' THEN 1 ELSE 2 END")
        connection.exec_driver_sql("UPDATE process_reading SET file_id = 3")
        connection.exec_driver_sql("UPDATE complaint SET file_id = 4")
    publish(owner)
    for login, (role, area, line) in PEOPLE.items():
        people.add_user(owner, login, login, PASSWORD, actor="test")
        people.set_scope(owner, login, role, area, line, actor="test")
    app = create_app(Config(database_url=app_url(owner), secret="for-this-test-run", demo=True))
    yield Face(app, owner, app_url(owner))
    app.server.extensions["manyi"].store.dispose()
    owner.dispose()


def signed_in(face: Face, login: str) -> FlaskClient:
    client = face.client()
    assert sign_in(client, login).status_code == 303
    return client


def asked(face: Face, client: FlaskClient, what: Any, query: str) -> TestResponse:
    href = f"http://localhost/overview?{query}"
    return ask(client, face.app, "ov-drawer.opened", **{"ov-asked__data": what, "address__href": href})


def words(answer: TestResponse) -> str:
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return json.dumps(answer.get_json()["response"]["ov-drawer-body"], ensure_ascii=False)


def reading(face: Face, area: str, indicator: str) -> int:
    """n of April, straight from the roll-up."""
    with sql.begin(face.owner) as connection:
        return connection.scalar(
            sa.text(
                "SELECT n FROM score_rollup JOIN area USING (area_id) JOIN indicator i USING (indicator_id) WHERE area.code = :area"
                " AND i.code = :indicator AND period = 'm' AND start = '2026-04-01' AND cut = 'all' AND last_pub > 1"
            ),
            {"area": area, "indicator": indicator},
        )


@pytest.mark.parametrize("area", ["P", "C1", "A", "a1"])
def test_the_rows_of_the_files_are_the_answers_of_the_figure(kept: Face, area: str) -> None:
    """As many rows in the files told as the reading has answers: nothing is left out and nothing counted twice."""
    said = words(asked(kept, signed_in(kept, "province"), {"indicator": "tariff", "area": area}, f"area=P&period={APRIL}"))
    n = reading(kept, area, "tariff")
    if n >= 5:
        assert f"共 2 个文件、{n} 行" in said or f"共 1 个文件、{n} 行" in said
        assert "early.csv" in said and "readings.csv" not in said
    assert "资费" in said and "第 1 版" in said


def test_definition_sums_publication_and_files_are_told(kept: Face) -> None:
    client = signed_in(kept, "province")
    said = words(asked(kept, client, {"indicator": "mobile_overall", "area": None}, "area=P&period=2026-Q2"))
    for part in ("Σ(权重 × 得分)", "越高越好", "复核", "95%", "有效样本", "2026-04-01 至 2026-06-30", "第 1 版", "late.csv", "权重"):
        assert part in said, part
    process = words(asked(kept, client, {"indicator": "hotline_wait", "area": None}, f"area=C1&period={APRIL}"))
    assert "readings.csv" in process and "越低越好" in process and "Σ分子 ÷ Σ分母" in process and "late.csv" not in process
    told = words(asked(kept, client, {"indicator": "complaints_per_10k", "area": None}, f"area=C1&period={APRIL}"))
    assert "complaints.csv" in told


def test_a_county_learns_of_its_own_rows_without_names_and_of_nothing_else(kept: Face) -> None:
    client = signed_in(kept, "county-a")
    own = words(asked(kept, client, {"indicator": "tariff", "area": "a1"}, f"area=A&period={APRIL}"))
    assert f"、{reading(kept, 'a1', 'tariff')} 行" in own and "#1" in own and ".csv" not in own
    for area in ("B", "D", "b1"):
        assert asked(kept, client, {"indicator": "tariff", "area": area}, f"area=A&period={APRIL}").status_code == 403, area
    above = words(asked(kept, client, {"indicator": "tariff", "area": "C1"}, f"area=A&period={APRIL}"))
    assert "不在您的范围内" in above and "#1" not in above and ".csv" not in above


def test_a_line_owner_learns_of_the_rows_of_his_line_alone(kept: Face) -> None:
    client = signed_in(kept, "net")
    mine = words(asked(kept, client, {"indicator": "prb_use", "area": "B"}, f"area=P&period={APRIL}"))
    assert "#3" in mine and ".csv" not in mine
    other = words(asked(kept, client, {"indicator": "tariff", "area": "P"}, f"area=P&period={APRIL}"))
    assert "个文件、" not in other and ".csv" not in other


@pytest.mark.parametrize(
    ("what", "status"),
    [({"indicator": "no-such"}, 404), ({"indicator": None}, 404), ({"indicator": ["x"]}, 404), ({}, 404), (None, 204), ("x", 204),
     ({"indicator": "tariff", "area": "no-such"}, 404), ({"indicator": "tariff", "area": 7}, 200)],
)  # fmt: skip
def test_odd_questions_are_answered_with_words(kept: Face, what: Any, status: int) -> None:
    assert asked(kept, signed_in(kept, "province"), what, f"area=P&period={APRIL}").status_code == status


def test_what_was_loaded_after_the_publication_is_not_in_it(kept: Face) -> None:
    with sql.begin(kept.owner) as connection:
        connection.exec_driver_sql("UPDATE file SET loaded_at = now() + interval '1 hour' WHERE file_id = 2")
    said = words(asked(kept, signed_in(kept, "province"), {"indicator": "tariff", "area": "C1"}, f"area=P&period={APRIL}"))
    with sql.begin(kept.owner) as connection:
        connection.exec_driver_sql("UPDATE file SET loaded_at = (SELECT published_at FROM publication) WHERE file_id = 2")
    assert "early.csv" in said and "late.csv" not in said


def test_a_strangers_transaction_counts_nothing(kept: Face) -> None:
    engine = sql.engine(kept.url)
    with sql.scoped(engine, None) as connection:
        found = connection.execute(
            sa.text("SELECT count(*) FROM area, LATERAL files_of_cell(area_id, 1, '2026-01-01', '2026-12-31', now(), 9)")
        )
        assert found.scalar() == 0
    engine.dispose()


def test_a_figure_of_several_months_is_explained_where_each_month_is_hidden(kept: Face) -> None:
    client = signed_in(kept, "province")
    with sql.begin(kept.owner) as connection:
        code, area, indicator, last = connection.execute(sa.text(
            "SELECT a.code, w.area_id, w.indicator_id, w.last FROM score_window w JOIN area a USING (area_id) JOIN indicator i USING (indicator_id) "
            "WHERE i.code = 'mobile_overall' AND a.level = 4 AND a.kind <> 'unknown' AND w.n >= 30 AND w.first < w.last - 80 LIMIT 1"
        )).one()  # fmt: skip
        cell = {"area": area, "indicator": indicator}
        where = "area_id = :area AND indicator_id = :indicator"
        connection.execute(sa.text(f"UPDATE score_rollup SET n = 2, sw = 2, sw2 = 2 WHERE period = 'm' AND {where}"), cell)
        windows = sa.text(f"UPDATE estimate SET window_length = 3, display = 3, n_eff = 40 WHERE period = 'm' AND start = date_trunc('month', "
                          f"CAST(:last AS timestamp)) AND {where}")  # fmt: skip
        assert connection.execute(windows, {**cell, "last": last}).rowcount == 1
    answer = asked(kept, client, {"indicator": "mobile_overall", "area": code, "at": 1}, f"area=P&period={last:%Y-%m}")
    assert answer.status_code == 200 and "n" in answer.text


@pytest.mark.parametrize("href", ["http://[", 7, None, {"a": 1}])
def test_no_address_is_no_fault_of_ours(kept: Face, href: Any) -> None:
    client = signed_in(kept, "province")
    answer = ask(client, kept.app, "ov-drawer.opened", **{"ov-asked__data": {"indicator": "mobile_overall", "area": "A", "at": 1},
                                                         "address__href": href})  # fmt: skip
    assert answer.status_code < 500
