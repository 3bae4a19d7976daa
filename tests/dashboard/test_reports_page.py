"""The reports page: what is kept is read and taken away within the scope, one more is asked for, and who gets which."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from importlib import import_module
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

import sql
from dashboard.context import ZONE
from dashboard.pages.reports import data, subscribe
from dashboard.snapshot.report import render
from dashboard.texts import LANGUAGES, t
from etl.domain.period import parse
from etl.domain.report import Made, Wanted
from etl.steps.reports import keep
from tests.conftest import app_engine
from tests.dashboard import sample
from tests.dashboard.conftest import ORIGIN, Face, ask

Reader = Callable[[str], FlaskClient]
OCTOBER = parse("2026-10")
layout = import_module("dashboard.pages.reports.layout")  # its package keeps the function under this name


@pytest.fixture(autouse=True)
def _afterwards(operator: sa.Engine) -> Iterator[None]:
    yield
    with sql.begin(operator) as connection:
        connection.exec_driver_sql("DELETE FROM job_run WHERE job = 'report'")
        connection.exec_driver_sql("DELETE FROM report_subscription")
        connection.exec_driver_sql("ALTER TABLE report DISABLE TRIGGER report_kept")
        connection.exec_driver_sql("DELETE FROM report")
        connection.exec_driver_sql("ALTER TABLE report ENABLE TRIGGER report_kept")


@pytest.fixture(scope="module")
def made(operator: sa.Engine) -> bytes:
    """Tianhe's report of October."""
    app = app_engine(operator)
    content = render(sample.context(operator, app, "tianhe", "440106")).content
    app.dispose()
    return content


def kept(face: Face, code: str, content: bytes = b"%PDF", missing: tuple[str, ...] = (), login: str | None = None) -> int:
    """Keep a report of an area; of ``login`` alone where one is given."""
    with sql.begin(face.owner) as connection:
        area = connection.execute(sa.text("SELECT area_id, name_zh, name_en FROM area WHERE code = :c"), {"c": code}).one()
        reader = connection.scalar(sa.text("SELECT user_id FROM app_user WHERE login = :l"), {"l": login}) if login else None
    one = Wanted(area.area_id, code, area.name_zh, area.name_en, OCTOBER, "zh", 1, 1, reader)
    result = Made(content, f"{area.name_zh} 2026年10月 满意度月报", 4, ("一句",), missing, (), 0.1)
    return keep(face.owner, one, result, datetime.now(ZONE))


def press(client: FlaskClient, do: str, on: str = "", query: str = "area=440106&period=2026-10", **fields: Any) -> TestResponse:
    """Press a button of the page as the browser would."""
    wanted = {"do": do, "kind": "report-act", "on": on}
    key = json.dumps(wanted, separators=(",", ":"), sort_keys=True)
    named = [{"id": {"kind": "report-field", "name": name}, "value": value} for name, value in fields.items()]
    outputs = [{"id": layout.SAID, "property": "children"}, {"id": layout.PAGE_ID, "property": "children"},
               {"id": layout.TICK, "property": "disabled"}]  # fmt: skip
    found = next(each for each in client.application.extensions["callbacks"] if layout.SAID in each)
    body = {
        "output": found, "outputs": [{**one, "property": part.rsplit(".", 1)[1]} for one, part in zip(outputs, found.strip(".").split("..."), strict=True)],
        "inputs": [[{"id": wanted, "property": "n_clicks", "value": 1}]], "changedPropIds": [f"{key}.n_clicks"],
        "state": [[{**each, "property": "value"} for each in named], [{**each, "property": "id", "value": each["id"]} for each in named],
                  {"id": "address", "property": "href", "value": f"http://localhost/reports?{query}"}],
    }  # fmt: skip
    return client.post("/_dash-update-component", json=body, headers=ORIGIN)


@pytest.fixture
def reader(face: Face, reader: Reader) -> Reader:
    face.app.server.extensions["callbacks"] = list(face.app.callback_map)
    return reader


def said(answer: TestResponse) -> str:
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return json.dumps(answer.get_json()["response"][layout.SAID]["children"], ensure_ascii=False)


def shown(face: Face, login: str, code: str, **query: str) -> str:
    """The page as text."""
    app = app_engine(face.owner)
    try:
        return json.dumps(layout.layout(sample.context(face.owner, app, login, code, **query)).to_plotly_json(), default=_plain,
                          ensure_ascii=False)  # fmt: skip
    finally:
        app.dispose()


def _plain(one: Any) -> Any:
    return one.to_plotly_json()


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_empty_archive_says_so_and_offers_the_first_report(face: Face, language: str) -> None:
    page = shown(face, "tianhe", "440106", language=language)
    assert t("reports.make_now", language) in page and t("reports.no_subscription", language) in page
    name = "天河区" if language == "zh" else "Tianhe"
    assert t("reports.sentence_none", language, area=name) in page
    assert t("reports.asleep", language) in page, "no schedule is awake"


def test_kept_reports_are_listed_within_the_scope(face: Face) -> None:
    own, city = kept(face, "440106"), kept(face, "4401", missing=("map",))
    page = shown(face, "guangzhou", "4401", report=str(city))
    assert f"report={own}" in page and "缺：地图与变化来源" in page and f"/reports/{city}/pages/1.png" in page
    below = shown(face, "tianhe", "440106", report=str(city))
    assert f"report={own}" in below and "没有这份报告" in below and f"/reports/{city}" not in below


def test_a_report_made_already_is_offered_to_be_read_not_made(face: Face) -> None:
    number = kept(face, "440106")
    page = shown(face, "tianhe", "440106")
    button = json.dumps({"children": t("reports.make_now", "zh")}, ensure_ascii=False).strip("{}")
    assert f"report={number}" in page and page.count(button) == 1, "the English one alone is still to be made"
    kept(face, "4401", missing=("map",))
    assert t("reports.make_again", "zh") in shown(face, "guangzhou", "4401")


def test_the_pdf_is_given_byte_for_byte_and_only_within_the_scope(face: Face, reader: Reader, made: bytes) -> None:
    number = kept(face, "440106", made)
    answer = reader("th").get(f"/reports/{number}/pdf")
    assert answer.data == made and "manyi-demo-440106-2026-10-zh.pdf" in answer.headers["Content-Disposition"]
    assert reader("gz").get(f"/reports/{number}/pdf").status_code == 200
    city = kept(face, "4401", made)
    for path in (f"/reports/{city}/pdf", f"/reports/{city}/pages/1.png", "/reports/0/pdf", f"/reports/{2**70}/pdf"):
        assert reader("th").get(path).status_code == 404, path
    assert face.client().get(f"/reports/{number}/pdf").status_code in (302, 401)
    assert face.scalar("SELECT count(*) FROM audit WHERE action = 'report.download' AND subject = :n", n=str(number)) == 2


def test_pages_are_pictures_no_browser_keeps(face: Face, reader: Reader, made: bytes) -> None:
    client, number = reader("th"), kept(face, "440106", made)
    answer = client.get(f"/reports/{number}/pages/1.png")
    assert answer.data[:8] == b"\x89PNG\r\n\x1a\n" and "no-store" in answer.headers["Cache-Control"]
    assert client.get(f"/reports/{number}/pages/99.png").status_code == 404


def test_a_reader_s_own_report_is_nobody_else_s(face: Face, reader: Reader) -> None:
    number = kept(face, "44", login="net")
    assert reader("net").get(f"/reports/{number}/pdf").status_code == 200
    assert reader("quality").get(f"/reports/{number}/pdf").status_code == 404


def test_the_button_asks_once_and_the_schedule_is_told(face: Face, reader: Reader) -> None:
    client = reader("th")
    for _ in range(2):
        assert "已提出请求" in said(press(client, "ask", "zh"))
    with sql.begin(face.owner) as connection:
        (run,) = connection.execute(sa.text("SELECT asked, asked_by, state FROM job_run WHERE job = 'report'")).all()
    assert (run.asked["area"], run.asked["period"], run.asked["language"], run.asked_by, run.state) == (
        "440106", "2026-10", "zh", "th", "due")  # fmt: skip
    assert "排队中" in json.dumps(press(client, "ask", "en").get_json(), ensure_ascii=False)


def test_no_more_than_five_wait(face: Face, reader: Reader) -> None:
    client = reader("gz")
    answers = [said(press(client, "ask", "zh", query=f"area=4401&period=2026-0{month}")) for month in range(1, 7)]
    assert ["还在排队" in answer for answer in answers] == [False] * 5 + [True]


@pytest.mark.parametrize(("do", "on", "query", "status"), [
    ("ask", "zh", "area=4403&period=2026-10", 403), ("ask", "fr", "area=440106", 404), ("burn", "", "area=440106", 404),
    ("unsubscribe", "x", "area=440106", 404),
])  # fmt: skip
def test_forged_acts_are_refused(reader: Reader, do: str, on: str, query: str, status: int) -> None:
    assert press(reader("th"), do, on, query=query).status_code == status


def test_the_store_itself_refuses_another_s_area_and_name(face: Face) -> None:
    app = app_engine(face.owner)
    with sql.begin(face.owner) as connection:
        ids = dict(connection.execute(sa.text("SELECT code, area_id FROM area")).all())
        users = dict(connection.execute(sa.text("SELECT login, user_id FROM app_user")).all())
    refused = [
        (data_ask, {"area": ids["4403"], "period": "2026-10", "language": "zh"}),
        (data_subscribe, {"area": ids["4403"], "user_id": users["th"], "addresses": None, "made_by": users["th"]}),
        (data_subscribe, {"area": ids["440106"], "user_id": users["gz"], "addresses": None, "made_by": users["th"]}),
        (data_subscribe, {"area": ids["440106"], "user_id": users["th"], "addresses": None, "made_by": users["gz"]}),
        (data_subscribe, {"area": ids["4401"], "user_id": None, "addresses": ["a@x.cn"], "made_by": users["th"]}),
    ]
    for act, values in refused:
        with pytest.raises(sa.exc.ProgrammingError), sql.scoped(app, users["th"]) as connection:
            act(connection, **values)
    app.dispose()


def data_ask(connection: sa.Connection, **values: Any) -> None:
    sql.one(connection, "dashboard/report_ask", **values)


def data_subscribe(connection: sa.Connection, **values: Any) -> None:
    sql.one(connection, "dashboard/report_subscribe", cadence="w", language="zh", **values)


def test_subscribing_and_ending_are_on_the_trail(face: Face, reader: Reader) -> None:
    client = reader("th")
    assert "已订阅" in said(press(client, "subscribe", cadence="w", language="zh", addresses=""))
    assert "已经订阅" in said(press(client, "subscribe", cadence="w", language="en", addresses=""))
    assert "已订阅" in said(press(client, "subscribe", cadence="w", language="zh", addresses="a@x.cn，b@x.cn;a@x.cn"))
    assert face.scalar("SELECT addresses FROM report_subscription WHERE user_id IS NULL") == ["a@x.cn", "b@x.cn"]
    number = str(face.scalar("SELECT subscription_id FROM report_subscription WHERE user_id IS NOT NULL"))
    assert "不是您的" in said(press(reader("steward"), "unsubscribe", number, query="area=44"))
    assert "已退订" in said(press(client, "unsubscribe", number))
    assert face.scalar("SELECT count(*) FROM report_subscription WHERE ended_at IS NULL") == 1
    found = face.scalar("SELECT string_agg(action, ' ' ORDER BY audit_id) FROM audit WHERE action LIKE 'report.%subscribe'")
    assert str(found).endswith("report.subscribe report.subscribe report.unsubscribe")


@pytest.mark.parametrize(("words", "fault"), [("no address", "address"), ("a@b", "address"), ("a@x.cn\x7f", "address"),
                                              ("".join(f"u{at}@x.cn " for at in range(51)), "many")])  # fmt: skip
def test_what_is_no_address_is_not_taken(words: str, fault: str) -> None:
    with pytest.raises(subscribe.NotTaken, match=fault):
        subscribe.addresses_of(words)


def test_the_search_finds_by_name_code_and_period(face: Face, reader: Reader) -> None:
    kept(face, "440106"), kept(face, "440111")
    client = reader("gz")

    def found(words: Any) -> list[str]:
        answer = ask(client, face.app, f"{layout.GRID}.rowData", **{f"{layout.SEARCH.replace('-', '-')}__value": words},
                     address__href="http://localhost/reports?area=4401")  # fmt: skip
        return sorted(row["name"] for row in answer.get_json()["response"][layout.GRID]["rowData"])

    assert found("天河") == ["天河区"] and found("440111") == ["白云区"] and found("10月") == ["天河区", "白云区"]
    assert found("baiyun") == ["白云区"] and found("%") == [] and found(7) == ["天河区", "白云区"]


def test_a_schedule_awake_is_seen_by_everybody(face: Face) -> None:
    now = datetime.now(ZONE)
    with sql.begin(face.owner) as connection:
        connection.execute(sa.text("INSERT INTO job (name, place, title_zh, title_en, cron, seen_at) VALUES ('x', 1, 'x', 'x', '', :now)"),
                           {"now": now})  # fmt: skip
    app = app_engine(face.owner)
    try:
        context = sample.context(face.owner, app, "tianhe", "440106")
        assert data.load(context, LANGUAGES, now).awake and not data.load(context, LANGUAGES, now + timedelta(minutes=4)).awake
    finally:
        app.dispose()
        with sql.begin(face.owner) as connection:
            connection.exec_driver_sql("DELETE FROM job WHERE name = 'x'")
