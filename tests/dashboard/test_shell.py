"""The frame: what a reader is offered, and that nothing outside the scope leaks through page, callback, export or forged value."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable

import openpyxl
import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from dashboard import exports, trail
from dashboard.exports import Table, as_csv, as_xlsx, defused
from tests.dashboard.conftest import ORIGIN, Face, ask, sign_in

Reader = Callable[[str], FlaskClient]
HOST = "http://localhost"
ABROAD = ("深圳", "Shenzhen", "南山", "Nanshan", "4403", "440305")  # what a reader of Tianhe must never meet
NEXT_DOOR = ("白云", "Baiyun", "440111", "海珠", "Haizhu")


def top(client: FlaskClient, face: Face, address: str) -> TestResponse:
    return ask(client, face.app, "trail.children", address__href=HOST + address)


def page(client: FlaskClient, face: Face, address: str, drawn: str | None = None) -> TestResponse:
    return ask(client, face.app, "page.children", address__href=HOST + address, drawn__data=drawn)


def words(answer: TestResponse) -> str:
    return json.dumps(json.loads(answer.get_data(as_text=True)), ensure_ascii=False) if answer.data else ""


def test_the_start_page_is_the_readers_own_area(face: Face, reader: Reader) -> None:
    client = reader("th")
    assert client.get("/").headers["Location"] == "/overview"
    said = words(top(client, face, "/overview"))
    assert "广东省" in said and "广州市" in said and "天河区" in said and "天河一网格" in said


def test_the_default_period_is_the_last_complete_month_and_says_so(face: Face, reader: Reader) -> None:
    said = words(top(reader("th"), face, "/overview"))
    assert "2026年10月" in said and "整月，完整至 10-31" in said and "数据至 11-08 · 1/1 区县" in said
    running = words(top(reader("th"), face, "/overview?period=2026-11"))
    assert "未满，数据至 11-08" in running


def test_a_line_owner_goes_everywhere_and_knows_how_far_the_data_go(face: Face, reader: Reader) -> None:
    said = words(top(reader("net"), face, "/overview?area=4403"))
    assert "深圳市" in said and "数据至 11-08 · 2/2 区县" in said


def test_every_link_keeps_the_rest_of_the_address(face: Face, reader: Reader) -> None:
    said = words(top(reader("gz"), face, "/overview?area=4401&period=2026-W44&outcome=hall"))
    assert "/overview?area=440106&period=2026-W44&outcome=hall" in said, "down"
    assert "/overview?area=44&period=2026-W44&outcome=hall" in said, "up"
    assert "/overview?area=4401&period=2026-W43&outcome=hall" in said, "back"
    assert "/overview?area=4401&period=2026-10&outcome=hall" in said, "another kind of period"
    assert "/data?area=4401&period=2026-W44" in said, "another page"


def test_a_menu_is_searched_by_name_pinyin_initials_and_code() -> None:
    node = {"name_zh": "天河区", "name_en": "Tianhe", "sort_key": "tian he qu", "code": "440106"}
    for asked in ("天河", "tianhe", "tianhequ", "thq", "440106"):
        assert asked in trail.haystack(node), asked


@pytest.mark.parametrize("area", ["4403", "440305", "440111", "440305-g1"])
def test_a_county_reader_is_refused_elsewhere_by_page_and_callback(face: Face, reader: Reader, area: str) -> None:
    client = reader("th")
    assert client.get(f"/overview?area={area}").status_code == 403
    for answer in (top(client, face, f"/overview?area={area}"), page(client, face, f"/overview?area={area}", "overview zh")):
        said = words(answer)
        assert not any(name in said.replace(area, "") for name in (*ABROAD, *NEXT_DOOR)), said
    assert "您无权查看" in words(page(client, face, f"/overview?area={area}"))


def test_no_callback_of_any_page_gives_a_county_reader_another_county(face: Face, reader: Reader) -> None:
    client = reader("th")
    asked = 0
    for key in list(face.app.callback_map):
        inputs = face.app.callback_map[key]["inputs"]
        if not any(spec["id"] == "address" and spec["property"] == "href" for spec in inputs):
            continue
        for forged in (
            "/overview?area=4403",
            "/overview?area=440305&period=2026-10",
            "/data?area=440111",
            "/admin",
            "/overview?area=4403&area=440106",
        ):
            answer = ask(client, face.app, key, address__href=HOST + forged, drawn__data="overview zh")
            said = answer.get_data(as_text=True)
            asked += 1
            assert answer.status_code in (200, 204, 403, 404), (key, forged, said[:200])
            assert not any(name in said.replace("4403", "", 1) for name in ABROAD), (key[:60], forged)
    assert asked >= 15


def test_a_county_reader_meets_no_sibling_anywhere(face: Face, reader: Reader) -> None:
    client = reader("th")
    for address in ("/overview", "/overview?area=4401", "/overview?area=44", "/data", "/data?area=44"):
        said = words(top(client, face, address)) + words(page(client, face, address))
        assert not any(name in said for name in (*ABROAD, *NEXT_DOOR)), address
    for name in face.app.server.extensions["manyi"].exports:
        for area in ("440106", "4401", "44"):
            for line in client.get(f"/export/{name}?area={area}&format=csv").get_data(as_text=True).splitlines():
                if any(other in line for other in (*ABROAD, *NEXT_DOOR)):  # a neighbour may be named, without any figure
                    assert re.search(r"\d", re.sub(r"\b44\d*(-g\d)?\b", "", line)) is None, (name, area, line)


def test_exports_refuse_what_the_page_refuses(face: Face, reader: Reader) -> None:
    client = reader("th")
    for name in face.app.server.extensions["manyi"].exports:
        for area in ("4403", "440111"):
            assert client.get(f"/export/{name}?area={area}").status_code == 403, name
    assert client.get("/export/admin-users").status_code == 403
    assert client.get("/export/nothing").status_code == 404
    assert client.get("/export/data-coverage?format=exe").status_code == 404
    assert client.get("/export/data-rejects?file=1%20OR%201=1").status_code == 404


def test_unknown_pages_areas_and_periods_are_404_with_words(face: Face, reader: Reader) -> None:
    client = reader("quality")
    for address in ("/nothing", "/overview?area=zz", "/overview?period=2026-13", "/overview?period=2026-10-05",
                    "/overview?period=9999", "/overview?" + "&".join(f"a{i}=1" for i in range(60))):  # fmt: skip
        assert client.get(address).status_code == 404, address
        assert re.search("没有这个(页面|区域|周期)", words(page(client, face, address))), address


def test_a_page_for_a_role_is_for_that_role(face: Face, reader: Reader) -> None:
    assert reader("quality").get("/admin").status_code == 403
    assert reader("admin").get("/admin").status_code == 200
    assert "/admin" not in words(top(reader("quality"), face, "/overview"))
    assert "/admin" in words(top(reader("admin"), face, "/overview"))


def test_files_and_audit_are_closed_by_the_database_as_well(face: Face, reader: Reader) -> None:
    face.scalar(
        "INSERT INTO feed (feed_id, kind, declaration) VALUES ('test-feed', 'survey', '{}') ON CONFLICT DO NOTHING RETURNING 1"
    )
    file_id = face.scalar(
        "INSERT INTO file (feed_id, name, sha256, bytes, state, read_rows, accepted_rows, rejected_rows) VALUES"
        " ('test-feed', '=cmd.csv', md5(random()::text), 9, 'loaded', 3, 1, 2) RETURNING file_id"
    )
    face.scalar(
        "INSERT INTO rejected_row SELECT :file, line, 1, 'score', '=1+1', 'range', '不在范围', 'out of range'"
        " FROM generate_series(1, 2) AS line RETURNING 1",
        file=file_id,
    )  # fmt: skip
    for login, rows in (("quality", 2), ("th", 0), ("net", 0)):
        answer = reader(login).get(f"/export/data-rejects?file={file_id}")
        assert answer.headers["X-Row-Count"] == str(rows), login
    told = reader("quality").get(f"/export/data-rejects?file={file_id}").get_data(as_text=True)
    assert "'=1+1" in told and "'=cmd.csv" in told and ",=" not in told
    assert "=cmd.csv" in words(page(reader("quality"), face, "/data?view=files"))
    assert "=cmd.csv" not in words(page(reader("th"), face, "/data?view=files"))
    assert face.scalar("SELECT count(*) FROM audit") and reader("admin").get("/export/admin-audit").headers["X-Row-Count"] != "0"


def test_an_account_without_an_area_is_told_what_to_do(face: Face) -> None:
    face.scalar(
        "UPDATE app_user SET password_hash = (SELECT password_hash FROM app_user WHERE login = 'th') WHERE login = 'province' RETURNING 1"
    )
    face.scalar(
        "WITH gone AS (DELETE FROM user_grant g USING app_user u WHERE u.user_id = g.user_id AND u.login = 'province' RETURNING 1) SELECT count(*) FROM gone"
    )
    client = face.client()
    sign_in(client, "province")
    assert client.get("/overview").status_code == 403
    assert "还没有分配区域" in words(page(client, face, "/overview"))


def test_language_is_kept_with_the_reader(face: Face, reader: Reader) -> None:
    client = reader("th")
    assert '<html lang="zh-CN"' in client.get("/overview").get_data(as_text=True)
    assert client.post("/me/language/en", headers=ORIGIN).status_code == 200
    assert client.post("/me/language/fr", headers=ORIGIN).status_code == 404
    assert '<html lang="en"' in client.get("/overview").get_data(as_text=True)
    assert "Tianhe" in words(top(client, face, "/overview"))
    again = face.client()
    sign_in(again, "th", language="zh")
    assert '<html lang="zh-CN"' in again.get("/overview").get_data(as_text=True)


def test_a_language_chosen_at_the_door_is_the_one_inside_and_stays(face: Face) -> None:
    client = face.client()
    assert "<h1>Sign in</h1>" in client.get("/login?lang=en").get_data(as_text=True)
    assert 'name="language" value="en"' in client.get("/login").get_data(as_text=True), "kept in this browser"
    sign_in(client, "th")
    assert '<html lang="en"' in client.get("/overview").get_data(as_text=True)
    elsewhere = face.client()
    sign_in(elsewhere, "th")
    assert '<html lang="en"' in elsewhere.get("/overview").get_data(as_text=True), "and with the account"
    elsewhere.post("/me/language/zh", headers=ORIGIN)
    elsewhere.post("/logout", headers=ORIGIN)
    assert '<html lang="zh-CN"' in elsewhere.get("/login").get_data(as_text=True), "a choice inside holds at the door too"
    sign_in(elsewhere, "quality")
    assert '<html lang="zh-CN"' in elsewhere.get("/overview").get_data(as_text=True)


def test_the_theme_is_there_at_the_first_paint(face: Face, reader: Reader) -> None:
    client = reader("th")
    for asked, given in (("dark", "dark"), ("light", "light"), ('"><script>', "light")):
        client.set_cookie("theme", asked)
        assert f'data-mantine-color-scheme="{given}"' in client.get("/overview").get_data(as_text=True)
        assert f'"forceColorScheme":"{given}"' in client.get("/_dash-layout").get_data(as_text=True)


def test_the_first_page_holds_nobodys_figures(face: Face, reader: Reader) -> None:
    """Dash may embed layouts in its first page; ours holds the same bytes for all but nonce and times."""
    said = reader("quality").get("/overview?area=4403").get_data(as_text=True)
    assert "深圳" not in said and "Shenzhen" not in said


def test_demonstration_is_said_on_login_and_in_the_bar(face: Face, reader: Reader) -> None:
    assert "演示数据" in face.client().get("/login").get_data(as_text=True)
    assert "演示数据" in words(reader("th").get("/_dash-layout"))


# Exports ------------------------------------------------------------------------------------------------------------

NASTY = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "fine", "", None, -1.5, 3, True]


def test_what_looks_like_a_formula_is_text() -> None:
    assert [defused(value) for value in NASTY] == [
        "'=1+1", "'+1", "'-1", "'@SUM(A1)", "'\t=1", "'\r=1", "' =1", "fine", "", None, -1.5, 3, True,
    ]  # fmt: skip


def test_csv_and_xlsx_hold_every_row_and_no_formula() -> None:
    table = Table("t", ["=name", "值"], [["=1+1", 1], ["广州", -2.5], *([["x", n] for n in range(500)])])
    lines = as_csv(table).decode("utf-8-sig").splitlines()
    assert lines[0] == "'=name,值" and lines[1] == "'=1+1,1" and len(lines) == 503
    book = openpyxl.load_workbook(io.BytesIO(as_xlsx(table, [("rows", 502)])))
    cells = list(book.worksheets[0].iter_rows())
    assert len(cells) == 503 and cells[1][0].value == "'=1+1" and cells[2][1].value == -2.5
    assert all(cell.data_type != "f" for row in cells for cell in row)


def test_a_download_says_what_it_is(face: Face, reader: Reader) -> None:
    answer = reader("gz").get("/export/data-coverage?format=xlsx&area=4401")
    assert answer.headers["X-Row-Count"] == "5"
    assert "manyi-demo-data-coverage-4401-2026-10-5rows.xlsx" in answer.headers["Content-Disposition"]
    about = dict(row[:2] for row in openpyxl.load_workbook(io.BytesIO(answer.data)).worksheets[1].iter_rows(values_only=True))
    assert about["行数"] == 5 and about["导出人"] == "gz" and about["发布版"] == 1 and "演示数据" in about


def test_an_export_cannot_be_registered_twice(face: Face) -> None:
    with pytest.raises(ValueError, match="twice"):
        exports.register_export(face.app, "data-coverage", "data", lambda context: Table("", [], []))
