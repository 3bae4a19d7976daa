"""The alerts page: what it says, who sees what, and what its buttons do."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import time
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

import sql
from etl.outbox.letter import Attachment, Letter
from etl.steps import people
from etl.steps.post import put
from tests.conftest import create_database
from tests.dashboard import alerts_sample, sample
from tests.dashboard.alerts_sample import BAIYUN, NANSHAN, TIANHE
from tests.dashboard.conftest import ORIGIN, PASSWORD, PEOPLE, Face, ask

Reader = Callable[[str], FlaskClient]
SITE = "http://localhost/alerts"


@pytest.fixture(scope="module")
def operator(server_url: str) -> Iterator[sa.Engine]:
    """The sample operator with alerts, of this module alone: its tests take alerts on."""
    owner = create_database(server_url, sample.build)
    with sql.begin(owner) as connection:
        alerts_sample.add(connection)
    for login, (role, area, line) in {**PEOPLE, "analyst": ("analyst", "44", None)}.items():
        people.add_user(owner, login, f"{login} 先生", PASSWORD, actor="test", email=f"{login}@manyi.test")
        people.set_scope(owner, login, role, area, line, actor="test")
    yield owner
    owner.dispose()


@pytest.fixture(autouse=True)
def _fresh(face: Face) -> None:
    with sql.begin(face.owner) as connection:
        connection.exec_driver_sql("UPDATE episode SET acknowledged_at = NULL, owner = NULL, state = 'firing' WHERE closed_at IS NULL")
        connection.exec_driver_sql("UPDATE silence SET ended_at = at WHERE ended_at IS NULL")


def page(face: Face, client: FlaskClient, query: str = "area=44") -> str:
    answer = ask(client, face.app, "page.children", address__href=f"{SITE}?{query}")
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return json.dumps(answer.get_json()["response"]["page"], ensure_ascii=False)


def press(client: FlaskClient, do: str, on: str = "", fields: dict[str, Any] | None = None, chosen: list[str] | None = None,
          query: str = "area=44") -> TestResponse:  # fmt: skip
    """Press a button of the page as the browser would."""
    wanted = {"do": do, "kind": "alerts-act", "on": on}
    key = json.dumps(wanted, separators=(",", ":"), sort_keys=True)
    named = [{"id": {"kind": "alerts-field", "name": name}, "value": value} for name, value in (fields or {}).items()]
    boxes = [{"id": {"kind": "alerts-chosen", "name": "open"}, "property": "value", "value": chosen}]
    body = {
        "output": "..alerts-said.children...alerts-page.children..",
        "outputs": [{"id": "alerts-said", "property": "children"}, {"id": "alerts-page", "property": "children"}],
        "inputs": [[{"id": wanted, "property": "n_clicks", "value": 1}], {"id": "theme-choice", "property": "data", "value": "light"}],
        "state": [boxes, [{**each, "property": "value"} for each in named],
                  [{**each, "property": "id", "value": each["id"]} for each in named],
                  {"id": "address", "property": "href", "value": f"{SITE}?{query}"}],
        "changedPropIds": [f"{key}.n_clicks"],
    }  # fmt: skip
    return client.post("/_dash-update-component", json=body, headers=ORIGIN)


def said(answer: TestResponse) -> str:
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return str(answer.get_json()["response"]["alerts-said"]["children"]["props"]["children"])


def test_the_page_says_what_stands_open_and_why(face: Face, reader: Reader) -> None:
    shown = page(face, reader("quality"), f"area=44&alert={TIANHE}")
    for words in ("广东省有 4 条未恢复的预警，其中 1 条紧急；4 条还没有人确认。", "近 30 天已恢复 1 条", "天河区 移动网络质量 74.2，2026年9月以来平均低于预期 6.1",
                  "95% 区间 72.6 ~ 75.8", "n=812", "主要来自天河一网格（−2.1）、天河二网格（−1.3）", "下降集中在短信（−1.8）",
                  "数据源 demo_survey 迟到 2 天", "-3.1025", "本期偏离", "始发以来平均偏离"):  # fmt: skip
        assert words in shown, words
    assert shown.index("移动网络质量 74.2") < shown.index("白云区"), "the urgent one first"


def test_each_reader_sees_the_own_scope(face: Face, reader: Reader) -> None:
    own = page(face, reader("th"), f"area=440106&alert={NANSHAN}")
    assert "天河区有 1 条未恢复的预警" in own and "南山区" not in own and "demo_survey" not in own
    line = page(face, reader("net"))
    assert "天河区" in line and "白云区" not in line, "a line sees its own indicators everywhere"
    assert "alerts-act" not in page(face, reader("analyst"), f"area=44&alert={TIANHE}"), "analysts look and do nothing"


def test_how_many_below_miss_a_target_is_told_to_who_sees_them_all(face: Face, reader: Reader) -> None:
    """Who sees one of them only would learn of its siblings."""
    detail = {"target": 82.0, "probability": 0.1, "below": 2, "below_of": 2}
    with sql.begin(face.owner) as connection:
        alerts_sample.fall(connection, "4401", "mobile_network", 2, kind="target", rule="target_missed", value=80.0, s=-2.0, detail=detail)
        number = connection.scalar(sa.text("SELECT max(episode_id) FROM episode"))
    try:
        whole, part = (page(face, reader(login), f"area={area}&alert={number}") for login, area in (("quality", "44"), ("th", "440106")))
        assert "达成概率 10%；下级 2 个中有 2 个同样恐难达成" in whole
        assert "达成概率 10%" in part and "同样恐难达成" not in part
    finally:
        with sql.begin(face.owner) as connection:
            connection.execute(sa.text("DELETE FROM episode WHERE episode_id = :number"), {"number": number})


def test_taking_on_what_is_chosen_is_written_down(face: Face, reader: Reader) -> None:
    client = reader("gz")
    assert "请先勾选" in said(press(client, "acknowledge", chosen=[]))
    answer = press(client, "acknowledge", chosen=[str(TIANHE), str(BAIYUN), str(NANSHAN)], fields={"note": "已派单"}, query="area=4401")
    assert said(answer) == "已确认 2 条。", "not the other city's"
    assert "0 条还没有人确认" in json.dumps(answer.get_json()["response"]["alerts-page"], ensure_ascii=False)
    assert face.scalar("SELECT count(*) FROM episode_event WHERE what = 'acknowledged' AND by = 'gz' AND detail->>'note' = '已派单'") == 2
    assert face.scalar("SELECT count(*) FROM audit WHERE action = 'alert_acknowledged' AND actor = 'gz'") == 2
    assert said(press(client, "acknowledge_one", str(TIANHE))) == "已确认 0 条。", "once is enough"


def test_a_silence_needs_a_reason_and_can_be_lifted(face: Face, reader: Reader) -> None:
    client, asked = reader("gz"), {"days": "7", "scope": "one", "reason": " "}
    assert "须写明原因" in said(press(client, "silence", str(TIANHE), asked))
    assert "已静默" in said(press(client, "silence", str(TIANHE), {**asked, "reason": "基站割接"}))
    listed = page(face, client, "area=4401&view=silences")
    assert "基站割接" in listed and "结果指标下滑 · " in listed and "静默至" in page(face, client, "area=4401")
    number = str(face.scalar("SELECT max(silence_id) FROM silence"))
    assert press(reader("th"), "silence", str(NANSHAN), {**asked, "reason": "x"}).status_code == 404, "what one does not see"
    assert press(reader("net"), "silence", str(TIANHE), {"days": "7", "scope": "area", "reason": "x"}).status_code == 403
    assert said(press(client, "lift", number)) == "静默已解除。" and "已经结束" in said(press(client, "lift", number))


def test_an_alert_leads_to_one_task_of_somebody_who_answers_for_it(face: Face, reader: Reader) -> None:
    client, asked = reader("gz"), {"task_days": "14", "task_note": "优化弱覆盖小区", "task_owner": ""}
    assert press(client, "task", str(NANSHAN), asked).status_code == 404, "what one does not see"
    assert press(reader("analyst"), "task", str(TIANHE), asked).status_code == 403
    for stranger in ("nobody", "analyst"):
        assert "没有这位负责人" in said(press(client, "task", str(TIANHE), {**asked, "task_owner": stranger})), stranger
    assert face.scalar("SELECT count(*) FROM task") == 0
    assert said(press(client, "task", str(TIANHE), {**asked, "task_owner": "net"})).startswith("整改工单已建立")
    assert "已有整改工单" in said(press(client, "task", str(TIANHE), asked)), "once is enough"
    row = face.scalar("SELECT to_jsonb(t) || jsonb_build_object('owner', u.login, 'area', a.code, 'mine', e.episode_id)"
                      " FROM task t JOIN app_user u ON u.user_id = t.owner_id JOIN area a USING (area_id) JOIN episode e USING (task_id)")  # fmt: skip
    assert isinstance(row, dict) and (row["owner"], row["area"], row["line_id"], row["mine"]) == ("net", "440106", "network", TIANHE)
    assert row["title"].startswith("整改：天河区 移动网络质量 74.2") and row["title_en"].startswith("Improve: Tianhe")
    assert row["source"]["note"] == "优化弱覆盖小区" and row["source"]["by"] == "gz" and row["origin"] == f"alert {TIANHE}"
    for login in ("gz", "net"):
        shown = page(face, reader(login), f"area=44&alert={TIANHE}")
        assert f"{row['due_on']} 前完成" in shown and "转整改工单 · gz · 优化弱覆盖小区" in shown and '"task_note"' not in shown, login
    assert face.scalar("SELECT count(*) FROM audit WHERE action = 'alert_task_made' AND actor = 'gz'") == 1


RULE = {"enabled": "yes", "severity": "2", "recipients": ["quality"], "escalate_days": "4", "rule_owner": "质量部",
        "review_due": "2027-06-01", "limit:county": "3.2", "because": "区县误报偏多"}  # fmt: skip


def test_a_rule_is_changed_with_a_reason_by_who_minds_alerts(face: Face, reader: Reader) -> None:
    quality = reader("quality")
    wrong = {"because": " ", "recipients": [], "limit:county": "drei", "escalate_days": "0", "review_due": "bald"}
    for name, value in wrong.items():
        assert "alert" in json.dumps(press(quality, "rule", "outcome_fall", {**RULE, name: value}).get_json()), name
    assert face.scalar("SELECT max(version) FROM alert_rule WHERE rule = 'outcome_fall'") == 1
    assert said(press(quality, "rule", "outcome_fall", RULE)).startswith("已保存为第 2 版")
    row = face.scalar("SELECT to_jsonb(r) FROM alert_rule r WHERE rule = 'outcome_fall' AND version = 2")
    assert isinstance(row, dict) and row["limits"]["county"] == 3.2 and row["limits"]["single"] == 4 and row["changed_by"] == "quality"
    assert (row["severity"], row["recipients"], row["escalate_days"], row["review_due"]) == (2, ["quality"], 4, "2027-06-01")
    assert "区县误报偏多" in page(face, quality, "area=44&view=rules&rule=outcome_fall")
    assert press(reader("gz"), "rule", "outcome_fall", RULE).status_code == 403
    assert "alerts-act" not in page(face, reader("gz"), "area=4401&view=rules&rule=outcome_fall")


def test_a_rule_is_tried_on_the_past_before_it_is_saved(face: Face, reader: Reader) -> None:
    quality, query = reader("quality"), "area=44&view=rules&rule=perception_fall"
    assert "必须是数字" in said(press(quality, "try", "perception_fall", {**RULE, "limit:county": "x"}))
    assert said(press(quality, "try", "perception_fall", {"limit:county": "3.4"})).startswith("已提交试算")
    assert press(reader("gz"), "try", "perception_fall", {"limit:county": "3.4"}).status_code == 403
    asked = face.scalar("SELECT asked FROM job_run WHERE job = 'try-rule'")
    assert asked == {"rule": "perception_fall", "limits": {"county": 3.4}} and "试算中" in page(face, quality, query)
    outcome = {"months": 14, "alerts": 1, "levels": [{"level": "county", "alerts": 1, "a_month": 0.07, "by_chance_a_month": 0.11,
                                                       "median_months": 2.0, "series_months": 1540}],
               "latest_alerts": [{"opened": "2026-10-01", "area": "440106", "indicator": "voice", "size": -4.2, "closed": None}]}  # fmt: skip
    with sql.begin(face.owner) as connection:
        connection.execute(sa.text("UPDATE job_run SET state = 'done', outcome = CAST(:o AS jsonb) WHERE job = 'try-rule'"),
                           {"o": json.dumps(outcome)})  # fmt: skip
    shown = page(face, quality, query)
    assert "14 个月里会触发 1 条" in shown and "0.11" in shown and "−4.2" in shown and "控制限（区县） 3.4" in shown


MINE = {"channel": "mail", "urgent": "immediate", "important": "immediate", "notable": "never", "digest_at": "7:30", "quiet_from": "22:00",
        "quiet_until": "07:00", "below": "0"}  # fmt: skip


def test_everybody_chooses_how_to_be_told(face: Face, reader: Reader) -> None:
    client = reader("th")
    assert "发往 th@manyi.test" in page(face, client, "view=mine")
    for name, value in (("digest_at", ""), ("digest_at", "25:00"), ("quiet_from", "x"), ("quiet_until", "")):
        assert "alert" in json.dumps(press(client, "mine", fields={**MINE, name: value}).get_json()), name
    assert said(press(client, "mine", fields=MINE)).startswith("已保存")
    with face.owner.connect() as connection:
        row = connection.execute(sa.text("SELECT * FROM alert_preference JOIN app_user USING (user_id)")).mappings().one()
    assert (row["login"], row["notable"], row["digest_at"], row["quiet_until"], row["below"]) == ("th", "never", time(7, 30), time(7), 0)
    assert "7:30" in page(face, client, "view=mine") and "7:30" not in page(face, reader("gz"), "view=mine")


def test_the_log_shows_letters_to_whom_they_are_and_as_they_were_written(face: Face, reader: Reader) -> None:
    with sql.begin(face.owner) as connection:
        for login in ("th", "gz"):
            user = connection.scalar(sa.text("SELECT user_id FROM app_user WHERE login = :login"), {"login": login})
            put(connection, Letter(f"for {login}", "alert", f"{login}@manyi.test", f"给 {login} 的预警", "正文", f'<b>{login}</b><img src="cid:t">',
                                   user_id=user, attachments=(Attachment("t.png", "image/png", b"PNG", content_id="t"),)))  # fmt: skip
        connection.exec_driver_sql("UPDATE letter SET state = 'captured', said = 'no mail server'")
        numbers = dict(connection.execute(sa.text("SELECT address, letter_id FROM letter")).all())
    own = page(face, reader("th"), "view=post")
    assert "给 th 的预警" in own and "给 gz 的预警" not in own and "未发送（未配置邮件服务器" in own
    whole = page(face, reader("th"), f"view=post&letter={numbers['th@manyi.test']}")
    assert "data:image/png;base64,UE5H" in whole and "<b>th</b>" in whole and '"sandbox": ""' in whole
    assert "<b>gz</b>" not in page(face, reader("th"), f"view=post&letter={numbers['gz@manyi.test']}")
    assert "给 gz 的预警" in page(face, reader("quality"), "view=post")
    assert reader("th").get("/export/alerts-post?area=440106").get_data(as_text=True).count("@manyi.test") == 1


def test_a_letter_goes_again_when_somebody_who_minds_letters_says_so(face: Face, reader: Reader) -> None:
    with sql.begin(face.owner) as connection:
        put(connection, Letter("again", "alert", "gz@manyi.test", "预警", "正文"))
        connection.exec_driver_sql("UPDATE letter SET state = 'unknown', attempts = 3, ended_at = now() WHERE occurrence = 'again'")
        number = str(connection.scalar(sa.text("SELECT letter_id FROM letter WHERE occurrence = 'again'")))
    assert press(reader("gz"), "again", number).status_code == 403
    quality = reader("quality")
    assert "再发一次" in page(face, quality, f"view=post&letter={number}") and said(press(quality, "again", number)).startswith("已重新排队")
    row = face.scalar("SELECT to_jsonb(l) FROM letter l WHERE occurrence = 'again'")
    assert isinstance(row, dict) and (row["state"], row["attempts"], row["ended_at"]) == ("queued", 0, None)
    assert "不能再发" in said(press(quality, "again", number)), "once is enough"
    assert face.scalar("SELECT count(*) FROM audit WHERE action = 'letter_sent_again' AND actor = 'quality'") == 1


EVENT = {"event_kind": "tariff", "first_day": "2026-11-01", "last_day": "2026-11-07", "words": "暑期免流活动"}


def test_what_is_known_to_happen_is_declared_for_an_area_and_below(face: Face, reader: Reader) -> None:
    client = reader("gz")
    for name, value in (("words", " "), ("first_day", "bald"), ("last_day", "2026-10-01"), ("last_day", "2028-01-01")):
        assert "alert" in json.dumps(press(client, "declare", fields={**EVENT, name: value}, query="area=4401").get_json()), name
    assert said(press(client, "declare", fields=EVENT, query="area=4401")) == "已登记。"
    assert press(client, "declare", fields=EVENT, query="area=44").status_code == 403, "the province is not the city's"
    seen = page(face, reader("th"), "area=440106&view=events")
    assert "暑期免流活动" in seen and "2026-11-01 ~ 2026-11-07" in seen and '"withdraw"' not in seen
    number = str(face.scalar("SELECT max(event_id) FROM declared_event"))
    assert press(reader("th"), "withdraw", number, query="area=440106").status_code == 403
    assert said(press(client, "withdraw", number, query="area=4401")) == "已撤回。"
    assert "已经撤回" in said(press(client, "withdraw", number, query="area=4401"))
    assert "暑期免流活动" not in page(face, client, "area=4401&view=events")


def test_the_list_is_taken_away_whole(face: Face, reader: Reader) -> None:
    lines = reader("quality").get("/export/alerts-list?area=44").get_data(as_text=True).splitlines()
    assert len(lines) == 6 and "2026年9月" in lines[1] and "74.2" in lines[1]
