"""The data page: who sees what belongs to the operator, who may set work going, and how what is found is told."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

import sql
from dashboard.pages.data import actions, wording
from etl import schedule
from tests.dashboard.conftest import ORIGIN, Face, ask

Reader = Callable[[str], FlaskClient]
HREF = "http://localhost"
FEED = "desk_survey"
DECLARATION = {
    "title_zh": "桌面调研",
    "title_en": "Desk survey",
    "calendar": {"every": "month", "due_hours": 32, "since": "2026-01-01"},
}
JOB_RUNS = "SELECT json_agg(json_build_array(job, asked_by, asked) ORDER BY run_id) FROM job_run WHERE state = 'due'"
TOLD = {
    "state": "checked", "feed": FEED, "name": "desk.csv", "read": 9, "accepted": 6, "rejected": 3, "duplicate": 0, "unplaced": 0,
    "first_day": None, "last_day": None, "reason_zh": "", "reason_en": "", "replaced": [], "reasons_in_all": 1,
    "reasons": [{"column_name": "voice", "code": "range", "faults": 3, "reason_zh": "超出范围", "reason_en": "out of range",
                 "samples": [{"line": 4, "value": "11"}]}],
}  # fmt: skip


@pytest.fixture
def desk(face: Face) -> Iterator[Face]:
    """The schedule has written its plan down, a feed has delivered twice, and something went wrong."""
    now = datetime.now(UTC)
    schedule.announce(face.owner, schedule.JOBS, now)
    with sql.begin(face.owner) as connection:
        connection.execute(sa.text("INSERT INTO feed (feed_id, kind, declaration) VALUES (:feed, 'survey', CAST(:told AS jsonb))"),
                           {"feed": FEED, "told": json.dumps(DECLARATION)})  # fmt: skip
        connection.execute(sa.text(
            "INSERT INTO file (feed_id, name, sha256, bytes, state, read_rows, accepted_rows, rejected_rows, first_day, last_day,"
            " loaded_at, received_at, seconds) VALUES (:feed, 'desk_2026-09.csv', 'a', 9, 'loaded', 9, 6, 3, '2026-09-01',"
            " '2026-09-30', '2026-10-01 09:00+08', '2026-10-01 09:00+08', 75), (:feed, 'desk_2026-08.csv', 'b', 9, 'loaded', 9, 9,"
            " 0, '2026-08-01', '2026-08-31', '2026-09-05 09:00+08', '2026-09-05 09:00+08', 1)"), {"feed": FEED})  # fmt: skip
        connection.exec_driver_sql(
            "INSERT INTO rejected_row SELECT (SELECT max(file_id) - 1 FROM file WHERE feed_id = 'desk_survey'), line, 1, 'voice', 'v' || line,"
            " 'range', '超出范围', 'out of range' FROM generate_series(2, 6) AS line")  # fmt: skip
        connection.execute(sa.text("INSERT INTO incident (kind, subject, said_zh, said_en, opened_at, last_at, times) VALUES"
                                   " ('overdue', :feed, '十月还没有到', 'October has not come', :now, :now, 3)"), {"feed": FEED, "now": now})  # fmt: skip
    yield face
    with sql.begin(face.owner) as connection:
        for table in (
            "rejected_row",
            "file",
            "feed",
            "incident",
            "job_run",
            "job_pause",
            "job",
            "upload",
            "publication_check",
            "publication_change",
            "publication WHERE publication_id = 0",
        ):
            connection.exec_driver_sql(f"DELETE FROM {table}")


def page(client: FlaskClient, face: Face, address: str) -> str:
    answer = ask(client, face.app, "page.children", address__href=HREF + address)
    return json.dumps(json.loads(answer.get_data(as_text=True)), ensure_ascii=False)


def post(client: FlaskClient, address: str, **more: object) -> TestResponse:
    return client.post(address, headers=ORIGIN, **more)  # type: ignore[arg-type]


def give(client: FlaskClient, content: bytes = b"a\n1\n", name: str = "desk.csv", feed: str = "") -> TestResponse:
    boundary, body = encode_multipart({"feed": feed, "file": FileStorage(io.BytesIO(content), filename=name)})
    return post(client, "/data/uploads", data=body, content_type=f"multipart/form-data; boundary={boundary}")


def test_the_steward_sees_incident_calendar_and_jobs(desk: Face, reader: Reader) -> None:
    steward = reader("steward")
    feeds = page(steward, desk, "/data?area=44")
    assert "十月还没有到" in feeds and "共 3 次" in feeds and "桌面调研" in feeds and "desk_2026-09.csv" in feeds
    assert "2026年9月 · 按时 · 应于 2026-10-02 08:00 前到达 · 2026-10-01 09:00 到达" in feeds
    assert "2026年8月 · 迟到" in feeds and "2026年7月 · 逾期未到" in feeds and "dt-square s-awaited" in feeds
    assert "9 个区县中 9 个" in feeds and "18 行中接受 15" in feeds
    jobs = page(steward, desk, "/data?view=jobs")
    assert all(
        word in jobs
        for word in ("汇总、检查并发布", "每小时的 07、37 分", "每天 03:20", "有人上传文件时", "立即运行", "load:desk_survey")
    )


def test_a_run_shows_its_faults_by_reason_with_samples(desk: Face, reader: Reader) -> None:
    number = desk.scalar("SELECT file_id FROM file WHERE name = 'desk_2026-09.csv'")
    told = page(reader("steward"), desk, f"/data?view=files&file={number}")
    assert "读入 9 行 = 接受 6 + 拒收 3 + 重复 0" in told and "用时 1 分 15 秒" in told
    assert all(word in told for word in ("超出范围", '"5"', "v2", "v3", "v4")) and "v5" not in told
    assert "/export/data-rejects?" in told and "desk_2026-09.csv" in page(reader("steward"), desk, "/data?view=files&file=999999")


@pytest.mark.parametrize("login", ["gz", "th", "net"])
def test_others_see_nothing_of_the_operators_own_matters(desk: Face, reader: Reader, login: str) -> None:
    client = reader(login)
    for view in ("", "&view=files", "&view=jobs", "&view=upload", "&view=publications"):
        told = page(client, desk, f"/data?{view}")
        assert not any(word in told for word in ("桌面调研", "desk", "十月", "dt-views", "data-post", "发布记录")), view
    with sql.begin(desk.owner) as connection:
        user = connection.scalar(sa.text("SELECT user_id FROM app_user WHERE login = :login"), {"login": login})
    store = desk.app.server.extensions["manyi"].store
    with sql.scoped(store, user) as connection:
        for table in ("job", "job_run", "job_pause", "incident", "upload", "publication_check", "file"):
            assert connection.scalar(sa.text(f"SELECT count(*) FROM {table}")) == 0, table


@pytest.mark.parametrize("login", ["gz", "th", "net"])
def test_others_set_nothing_going(desk: Face, reader: Reader, login: str) -> None:
    client = reader(login)
    for address in ("/data/jobs/publish/run", "/data/jobs/publish/pause", "/data/jobs/publish/resume", "/data/uploads/1/load"):
        assert post(client, address).status_code == 403, address
    assert give(client).status_code == 403
    assert (
        desk.scalar("SELECT (SELECT count(*) FROM job_run) + (SELECT count(*) FROM job_pause) + (SELECT count(*) FROM upload)")
        == 0
    )


def test_strangers_and_foreign_pages_are_refused(desk: Face, reader: Reader) -> None:
    assert post(desk.client(), "/data/jobs/publish/run").status_code == 401
    steward = reader("steward")
    assert steward.post("/data/jobs/publish/run", headers={"Origin": "http://elsewhere"}).status_code == 403
    assert steward.post("/data/uploads", data={"file": (io.BytesIO(b"a"), "a.csv")}).status_code == 403
    assert desk.scalar("SELECT count(*) FROM job_run") == 0


def test_an_asked_run_carries_the_login_and_a_trace(desk: Face, reader: Reader) -> None:
    steward = reader("steward")
    for job in ("publish", "load", f"load:{FEED}"):
        assert post(steward, f"/data/jobs/{job}/run").status_code == 201
    assert desk.scalar(JOB_RUNS) == [["publish", "steward", {}], ["load", "steward", {}], [f"load:{FEED}", "steward", {}]]
    for job in ("nothing", "load:nothing", "publish:x", "check", "load-upload"):
        assert post(steward, f"/data/jobs/{job}/run").status_code == 404, job
    assert desk.scalar("SELECT count(*) FROM audit WHERE actor = 'steward' AND action = 'data.run' AND subject = 'publish'")


def test_a_run_asked_for_five_times_waits_once(desk: Face, reader: Reader) -> None:
    steward, quality = reader("steward"), reader("quality")
    told = [post(one, "/data/jobs/publish/run") for one in (steward, steward, quality, steward, quality)]
    assert [answer.status_code for answer in told] == [201, 200, 200, 200, 200]
    assert len({answer.get_json()["run"] for answer in told}) == 1
    assert desk.scalar(JOB_RUNS) == [["publish", "steward", {}]]


@pytest.mark.parametrize("name", ["a/b.csv", "a\\b.csv", "", ".hidden", "..", "a\nb.csv", "x" * 201])
def test_the_store_itself_keeps_no_upload_whose_name_leads_elsewhere(desk: Face, name: str) -> None:
    with pytest.raises(sa.exc.IntegrityError, match="upload_plain_name"):
        desk.scalar("INSERT INTO upload (name, bytes, uploaded_by) VALUES (:name, 1, 'a') RETURNING 1", name=name)


def test_errors_are_told_in_the_readers_language(desk: Face, reader: Reader) -> None:
    desk.scalar("INSERT INTO job_run (job, scheduled_for, state, error_kind, error_zh, error_en) VALUES"
                " ('publish', now(), 'failed', 'FetchError', '源不可读', 'source unreadable') RETURNING 1")  # fmt: skip
    client = reader("steward")
    assert "源不可读" in page(client, desk, "/data?view=jobs") and "unreadable" not in page(client, desk, "/data?view=jobs")
    desk.scalar("UPDATE app_user SET language = 'en' WHERE login = 'steward' RETURNING 1")
    english = page(client, desk, "/data?view=jobs")
    assert "source unreadable" in english and "源不可读" not in english


def test_an_incident_says_whose_it_is(desk: Face, reader: Reader) -> None:
    desk.scalar("INSERT INTO incident (kind, subject, said_zh, said_en, opened_at, last_at) SELECT k.kind, k.subject, '坏了', 'bad', now(), now()"
                f" FROM (VALUES ('job', 'publish'), ('job', 'load:{FEED}'), ('job', 'gone'), ('refused', '{FEED}')) AS k (kind, subject)"
                " RETURNING 1")  # fmt: skip
    told = page(reader("steward"), desk, "/data?view=feeds")
    assert all(f'"{words}"' in told for words in ("任务 · 汇总、检查并发布", "任务 · 装载数据源 · 桌面调研", "任务 · gone", "拒收 · 桌面调研", "逾期"))


def test_the_store_refuses_a_run_in_anothers_name(desk: Face) -> None:
    user = desk.scalar("SELECT user_id FROM app_user WHERE login = 'steward'")
    store = desk.app.server.extensions["manyi"].store
    for name, asked in (("job_ask", {"asked_by": "admin", "asked": "{}"}), ("job_pause", {"by": "admin"})):
        with pytest.raises(sa.exc.ProgrammingError, match="row-level security"), sql.scoped(store, int(str(user))) as connection:
            sql.execute(connection, f"dashboard/{name}", job="publish", **asked)


def test_a_paused_job_is_planned_no_more_until_it_is_resumed(desk: Face, reader: Reader) -> None:
    steward, at = reader("steward"), datetime.now(UTC)
    assert post(steward, "/data/jobs/load/pause").get_json() == {"paused": True}
    assert "steward 于" in page(steward, desk, "/data?view=jobs")
    assert schedule.plan(desk.owner, f"load:{FEED}", at) is None, "a job paused as a whole is paused for each feed"
    assert post(steward, "/data/jobs/load/resume").get_json() == {"paused": False}
    assert schedule.plan(desk.owner, f"load:{FEED}", at) is not None


def test_the_page_follows_what_is_under_way_and_rests_when_nothing_is(desk: Face, reader: Reader) -> None:
    steward = reader("steward")
    seen = {"address__href": f"{HREF}/data?view=jobs", "data-seen__data": ""}
    rest = ask(steward, desk.app, "data-live.children", **seen).get_json()["response"]
    assert rest["data-tick"]["disabled"] is True and rest["data-live"]["children"] == []
    post(steward, "/data/jobs/publish/run")
    desk.scalar("UPDATE job_run SET state = 'running', done = 7, steps = 20, step = 'weights', attempt = 1 RETURNING 1")
    moving = ask(steward, desk.app, "data-live.children", **seen).get_json()["response"]
    told = json.dumps(moving, ensure_ascii=False)
    assert moving["data-tick"]["disabled"] is False and "35%" in told and "weights" in told and "steward 发起" in told
    again = ask(steward, desk.app, "data-live.children", **{**seen, "data-seen__data": moving["data-seen"]["data"]}).get_data()
    assert b"data-body" not in again and len(again) < 4096, "only the bars travel while nothing begins or ends"


def test_a_file_is_kept_whole_and_its_dry_run_asked_for(desk: Face, reader: Reader) -> None:
    content = b"x" * (3 * actions.CHUNK_BYTES + 5)  # more than any other request may hold
    answer = give(reader("steward"), content, "..\\secret/../desk.csv", FEED)
    assert answer.status_code == 201
    upload = answer.get_json()["upload"]
    assert desk.scalar("SELECT array_agg(length(content) ORDER BY place) FROM upload_chunk WHERE upload_id = :u", u=upload) == [
        actions.CHUNK_BYTES
    ] * 3 + [5]
    assert desk.scalar("SELECT json_build_array(feed_id, name, bytes, uploaded_by) FROM upload") == [
        FEED,
        "desk.csv",
        len(content),
        "steward",
    ]
    assert desk.scalar(JOB_RUNS) == [["check", "steward", {"upload": upload}]]
    assert desk.scalar("SELECT count(*) FROM audit WHERE action = 'data.upload' AND subject = 'desk.csv'")


def test_what_cannot_be_taken_is_refused_with_words(desk: Face, reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    steward = reader("steward")
    assert give(steward, feed="forged'; --").status_code == 400
    assert give(steward, b"").status_code == 400 and give(steward, name="..").status_code == 400
    assert "没有这个数据源" in give(steward, feed="nothing").get_json()["message"]
    monkeypatch.setattr(actions, "MOST_UPLOAD_BYTES", 1000)
    assert give(steward, b"x" * 1001).status_code == 413
    assert give(steward, b"x" * (actions.FORM_BYTES + 2000)).status_code == 413
    assert desk.scalar("SELECT count(*) FROM upload") == 0


def set_policy(desk: Face, **values: float) -> None:
    for name, value in values.items():
        desk.scalar("UPDATE policy SET value = :value WHERE name = :name RETURNING 1", name=name, value=value)


@pytest.fixture
def little_room(desk: Face) -> Iterator[Face]:
    """One MB for each, one and a half in all."""
    set_policy(desk, upload_mb_each=1, upload_mb_in_all=1.5)
    yield desk
    set_policy(desk, upload_mb_each=1024, upload_mb_in_all=4096)


def test_uploads_that_wait_take_no_more_room_than_the_policy_says(little_room: Face, reader: Reader) -> None:
    desk, steward, quality = little_room, reader("steward"), reader("quality")
    most = 700 * 1024
    first = give(steward, b"x" * most)
    assert first.status_code == 201
    full = give(steward, b"y" * most)
    assert full.status_code == 413 and "700 KB，上限 1.0 MB" in full.get_json()["message"]
    assert give(quality, b"z" * most).status_code == 201, "another has room of his own"
    told = give(quality, b"z" * 200 * 1024)
    assert told.status_code == 413 and "大家" in told.get_json()["message"] and "1.4 MB，上限 1.5 MB" in told.get_json()["message"]
    assert desk.scalar("SELECT sum(bytes) FROM upload") == 2 * most
    upload = first.get_json()["upload"]
    desk.scalar("INSERT INTO job_run (job, scheduled_for, state, asked, outcome) VALUES ('load-upload', now(), 'done',"
                " jsonb_build_object('upload', CAST(:upload AS int)), '{\"state\": \"loaded\"}') RETURNING 1", upload=upload)  # fmt: skip
    assert give(steward, b"y" * most).status_code == 201, "what was loaded waits no more"


def test_uploads_that_come_together_do_not_pass_the_bounds(little_room: Face, reader: Reader) -> None:
    clients = [reader("steward") for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        codes = sorted(answer.status_code for answer in pool.map(lambda one: give(one, b"x" * 700 * 1024), clients))
    assert codes == [201, 413, 413, 413]


def test_an_upload_is_discarded_with_its_bytes_its_faults_and_its_samples(desk: Face, reader: Reader) -> None:
    steward = reader("steward")
    upload = give(steward).get_json()["upload"]
    assert post(steward, f"/data/uploads/{upload}/discard").status_code == 409, "its dry run is still to come"
    desk.scalar("UPDATE job_run SET state = 'done', outcome = CAST(:told AS jsonb) RETURNING 1", told=json.dumps(TOLD))
    desk.scalar("INSERT INTO upload_fault VALUES (:u, 4, 1, 'voice', '11', 'range', '超出范围', 'out of range') RETURNING 1", u=upload)
    assert f"/data/uploads/{upload}/discard" in page(steward, desk, "/data?view=upload")
    assert post(reader("gz"), f"/data/uploads/{upload}/discard").status_code == 403
    assert post(steward, f"/data/uploads/{upload}/discard").status_code == 200
    assert desk.scalar("SELECT (SELECT count(*) FROM upload) + (SELECT count(*) FROM upload_chunk) + (SELECT count(*) FROM upload_fault)") == 0
    assert desk.scalar("SELECT outcome->>'rejected' || coalesce(outcome->>'reasons', ' forgotten') FROM job_run") == "3 forgotten"
    assert post(steward, f"/data/uploads/{upload}/discard").status_code == 404
    assert desk.scalar("SELECT count(*) FROM audit WHERE action = 'data.discard' AND subject = 'desk.csv'") == 1


def test_every_fault_of_a_dry_run_may_be_taken_away(desk: Face, reader: Reader) -> None:
    steward = reader("steward")
    upload = give(steward).get_json()["upload"]
    desk.scalar("UPDATE job_run SET state = 'done', outcome = CAST(:told AS jsonb) RETURNING 1", told=json.dumps(TOLD))
    desk.scalar("INSERT INTO upload_fault SELECT :u, line, 1, 'voice', '=' || line, 'range', '超出范围', 'out of range'"
                " FROM generate_series(2, 1500) AS line RETURNING 1", u=upload)  # fmt: skip
    assert "/export/data-upload-faults?" in page(steward, desk, "/data?view=upload") and f"upload={upload}" in page(steward, desk, "/data?view=upload")
    taken = steward.get(f"/export/data-upload-faults?area=44&upload={upload}")
    told = taken.get_data(as_text=True)
    assert taken.headers["X-Row-Count"] == "1499" and told.startswith("\ufeff名称,行号,列,原值") and "desk.csv,1500,voice,'=1500,range,超出范围" in told
    for client in (reader("gz"), reader("net")):
        assert client.get(f"/export/data-upload-faults?upload={upload}").status_code == 404
    assert steward.get("/export/data-upload-faults?upload=999999").status_code == 404
    assert steward.get("/export/data-upload-faults").status_code == 404


def test_only_what_passed_its_dry_run_is_loaded_and_once(desk: Face, reader: Reader) -> None:
    steward = reader("steward")
    upload = give(steward).get_json()["upload"]
    assert post(steward, f"/data/uploads/{upload}/load").status_code == 409, "the dry run is still to come"
    assert post(steward, "/data/uploads/999999/load").status_code == 404
    end = "UPDATE job_run SET state = 'done', outcome = CAST(:told AS jsonb) RETURNING 1"
    desk.scalar(end, told=json.dumps({"state": "refused", "reason_zh": "坏行太多"}))
    assert post(steward, f"/data/uploads/{upload}/load").status_code == 409
    desk.scalar(end, told=json.dumps(TOLD))
    told = page(steward, desk, "/data?view=upload")
    assert all(
        word in told
        for word in ("试读通过", "读入 9 行 = 接受 6 + 拒收 3", "超出范围", "第 4 行", f"/data/uploads/{upload}/load")
    )
    assert post(steward, f"/data/uploads/{upload}/load").status_code == 201
    assert post(steward, f"/data/uploads/{upload}/load").status_code == 409
    assert desk.scalar(JOB_RUNS) == [["load-upload", "steward", {"upload": upload}]]


def test_publications_tell_what_they_changed_and_how_the_checks_ended(desk: Face, reader: Reader) -> None:
    steward = reader("steward")
    assert "还没有检查记录" in page(steward, desk, "/data?view=publications")
    desk.scalar("INSERT INTO publication (publication_id, months_changed) OVERRIDING SYSTEM VALUE VALUES (0, '{2026-09-01}') RETURNING 1")
    assert "还没有检查记录" in page(steward, desk, "/data?view=publications"), "one before the first answer stops nothing"
    desk.scalar(
        "INSERT INTO publication_change SELECT 1, a.area_id, i.indicator_id, 'm', DATE '2026-09-01', 100, 120, 80, 80 - k.k"
        " FROM (VALUES ('440106', 9), ('440305', 3)) AS k (code, k) JOIN area a USING (code), indicator i WHERE i.code = 'voice' RETURNING 1")  # fmt: skip
    desk.scalar("INSERT INTO publication_check VALUES (1, 'a', 'fail', '要相等', 'must be equal', 0, '[]'),"
                " (1, 'b', 'warn', '有区县没有数据', 'a county without data', 2, '[{\"code\": \"440106\"}]') RETURNING 1")  # fmt: skip
    told = page(steward, desk, "/data?view=publications")
    assert all(word in told for word in ("2 项中 1 项通过", "发现 2 行", "只提醒", "2 个", "100 → 120", "−9.0", "2026年9月"))
    assert told.index("天河区") < told.index("南山区"), "the largest change first"
    taken = steward.get("/export/data-changes?publication=1&area=44").get_data(as_text=True)
    assert taken.count("\n") == 3 and "440305" in taken and "71" in taken
    mine = reader("th").get("/export/data-changes?publication=1").get_data(as_text=True)
    assert "440106" in mine and "440305" not in mine
    assert steward.get("/export/data-changes?publication=x").status_code == 404


@pytest.mark.parametrize(
    ("cron", "zh"),
    [("7,37 * * * *", "每小时的 07、37 分"), ("20 3 * * *", "每天 03:20"), ("0 8 * * mon", "每周一 08:00"), ("*/5 * * * *", "*/5 * * * *"),
     ("0 8 1 * *", "每月 1 日 08:00"), ("", "有文件到达时")],
)  # fmt: skip
def test_plans_are_told_in_words(cron: str, zh: str) -> None:
    assert wording.plan(cron, False, "zh") == zh


@pytest.mark.parametrize(
    ("seconds", "en"), [(0.42, "0.4 s"), (12.3, "12 s"), (200, "3 min 20 s"), (7500, "2 h 5 min"), (None, "—")]
)
def test_spans_are_told_in_words(seconds: float | None, en: str) -> None:
    assert wording.span(seconds, "en") == en


def test_a_schedule_that_is_silent_is_told(desk: Face, reader: Reader) -> None:
    assert "调度进程运行中" in page(reader("steward"), desk, "/data?view=jobs")
    schedule.announce(desk.owner, schedule.JOBS[:2], datetime.now(UTC) - timedelta(minutes=9))
    told = page(reader("steward"), desk, "/data?view=jobs")
    assert "没有消息" in told and "汇总、检查并发布" not in told, "a job that is no more is not listed"
