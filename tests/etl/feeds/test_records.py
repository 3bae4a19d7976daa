"""The real records come in by feed files alone, and their known numbers come out (README of the records)."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from etl.steps.load import check_file
from tests.etl.feeds.records import BEIJING, COMCAST, FOLDER, FOLDERS, GOVERNMENT, INDIA, LTE, load, needs_records, record_feeds
from tests.etl.feeds.sample import number, rows

pytestmark = needs_records

COUNTED = ("area", "area_parent", "area_closure", "response", "answer", "response_detail", "complaint", "process_reading",
           "rejected_row", "file", "touched")  # fmt: skip


def feed(feed_id: str) -> str:
    return f"(SELECT file_id FROM file WHERE feed_id = '{feed_id}')"


def test_every_row_read_is_accounted_for(records: sa.Engine) -> None:
    assert number(records, "SELECT count(*) FROM file") == 2 + 19 + 1 + 2 + 11
    assert number(records, "SELECT count(*) FROM file WHERE accepted_rows + rejected_rows + duplicate_rows <> read_rows") == 0
    faulty = "SELECT count(*) FROM (SELECT file_id, count(DISTINCT line) AS lines FROM rejected_row GROUP BY 1) r JOIN file USING (file_id) WHERE lines <> rejected_rows"
    assert number(records, faulty) == 0


def test_loading_everything_again_changes_nothing(records: sa.Engine) -> None:
    before = {table: number(records, f"SELECT count(*) FROM {table}") for table in COUNTED}
    assert {result.state for result in load(records, *FOLDERS)} == {"already"}
    assert {table: number(records, f"SELECT count(*) FROM {table}") for table in COUNTED} == before


def test_beijing_means_and_shares(records: sa.Engine) -> None:
    query = f"""SELECT i.code, round(avg(a.raw)::numeric, 4)::float AS mean, count(*) AS n, round(100 * avg((a.raw >= 9)::int), 2)::float AS top,
        round(100 * avg((a.raw <= 6)::int), 2)::float AS low FROM answer a JOIN response r USING (area_id, day, response_id)
        JOIN indicator i USING (indicator_id) WHERE r.file_id = {feed("beijing_survey")} GROUP BY 1"""
    found = {row["code"]: row for row in rows(records, query)}
    assert {code: row["mean"] for code, row in found.items()} == {
        "mobile_data": 7.8019, "coverage_signal": 7.6299, "data_speed": 7.6390, "data_stability": 7.5517,
    }  # fmt: skip
    assert (found["mobile_data"]["n"], found["mobile_data"]["top"], found["mobile_data"]["low"]) == (7020, 53.29, 25.00)


def test_beijing_unknown_branch_is_counted(records: sa.Engine) -> None:
    query = f"""SELECT p.kind, count(*) AS n, count(DISTINCT p.area_id) AS areas FROM response r
        JOIN area_closure c ON c.descendant_id = r.area_id AND c.depth = 1 JOIN area p ON p.area_id = c.ancestor_id
        WHERE r.file_id = {feed("beijing_survey")} GROUP BY 1 ORDER BY 1"""
    assert rows(records, query) == [
        {"kind": "administrative", "n": 7020 - 603 - 4203, "areas": 9}, {"kind": "organisation", "n": 4203, "areas": 3},
        {"kind": "unknown", "n": 587 + 16, "areas": 1},
    ]  # fmt: skip
    whole = f"""SELECT count(*) FROM response r JOIN area_closure c ON c.descendant_id = r.area_id
        JOIN area a ON a.area_id = c.ancestor_id WHERE a.code = 'BJ' AND r.file_id = {feed("beijing_survey")}"""
    assert number(records, whole) == 7020


def test_beijing_repeated_headers_and_sentinels(records: sa.Engine) -> None:
    query = "SELECT tag, count(*) AS n FROM response_detail d JOIN response r USING (area_id, day, response_id), unnest(tags) AS tag WHERE r.file_id = {} AND tag LIKE '其他%' GROUP BY 1"
    found = {row["tag"]: row["n"] for row in rows(records, query.format(feed("beijing_survey")))}
    assert found == {"其他场景": 369, "其他现象": 139, "其他应用": 67, "其他视频": 110, "其他游戏": 43, "其他网页或APP": 71}
    extract = {row["tag"]: row["n"] for row in rows(records, query.format(feed("beijing_extract")))}
    assert set(extract) == set(found)


def test_gb18030_is_detected(records: sa.Engine) -> None:
    assert rows(records, "SELECT read_rows, accepted_rows FROM file WHERE name = '上网业务Sample_gbk.csv'") == [
        {"read_rows": 6818, "accepted_rows": 6818}
    ]


def test_india_monthly_means_and_the_change_of_who_answered(records: sa.Engine) -> None:
    query = f"""SELECT to_char(r.day, 'YYYY-MM') AS month, count(*) AS n, round(avg(a.raw)::numeric, 4)::float AS mean,
        count(*) FILTER (WHERE r.brand = 'idea') AS idea, round((avg(a.raw) FILTER (WHERE r.brand = 'idea'))::numeric, 2)::float AS idea_mean
        FROM response r JOIN answer a USING (area_id, day, response_id)
        WHERE r.file_id IN {feed("india_ratings")} AND r.day BETWEEN '2020-10-01' AND '2020-11-30' GROUP BY 1 ORDER BY 1"""
    assert rows(records, query) == [
        {"month": "2020-10", "n": 9734, "mean": 3.3169, "idea": 728, "idea_mean": 3.22},
        {"month": "2020-11", "n": 21167, "mean": 4.3918, "idea": 10024, "idea_mean": 4.86},
    ]
    months = f"SELECT count(DISTINCT day), min(day)::text AS first, max(day)::text AS last FROM response WHERE file_id IN {feed('india_ratings')}"
    assert rows(records, months) == [{"count": 18, "first": "2018-05-31", "last": "2021-04-30"}]


def test_india_points_lie_in_grids_under_the_nearest_place(records: sa.Engine) -> None:
    """222,959 of the 325,236 ratings here lie in the country's box; those in the sea or far abroad lie in no grid."""
    placed = "SELECT count(*) FROM response r JOIN area a USING (area_id) WHERE a.code LIKE 'IN/%@%'"
    assert number(records, placed) == 222_946
    assert number(records, f"SELECT count(*) FROM response WHERE file_id IN {feed('india_ratings')}") == 325_236
    levels = "SELECT count(DISTINCT p.level) FROM area g JOIN area_closure c ON c.descendant_id = g.area_id JOIN area p ON p.area_id = c.ancestor_id WHERE g.code LIKE 'IN/%@%'"
    assert number(records, levels) == 5
    whole = "SELECT count(*) FROM response r JOIN area_closure c ON c.descendant_id = r.area_id JOIN area a ON a.area_id = c.ancestor_id WHERE a.code = 'IN'"
    assert number(records, whole) == 325_236


def test_comcast_dates_are_repaired(records: sa.Engine) -> None:
    months = "SELECT to_char(day, 'MM') AS month, count(*) AS n FROM complaint WHERE file_id = {} GROUP BY 1 ORDER BY 1"
    assert [row["n"] for row in rows(records, months.format(feed("comcast_complaints")))] == [545, 399, 1280]
    days = f"SELECT day::text, count(*) AS n FROM complaint WHERE file_id = {feed('comcast_complaints')} GROUP BY 1 ORDER BY 2 DESC LIMIT 2"
    assert rows(records, days) == [{"day": "2015-06-24", "n": 218}, {"day": "2015-06-23", "n": 190}]
    span = f"SELECT first_day::text, last_day::text FROM file WHERE file_id = {feed('comcast_complaints')}"
    assert rows(records, span) == [{"first_day": "2015-04-01", "last_day": "2015-06-30"}]


def test_comcast_statuses_zips_and_the_odd_ticket(records: sa.Engine) -> None:
    query = f"SELECT status, count(*) AS n FROM complaint WHERE file_id = {feed('comcast_complaints')} GROUP BY 1 ORDER BY 1"
    assert rows(records, query) == [{"status": "closed", "n": 1707}, {"status": "open", "n": 517}]
    assert number(records, "SELECT count(*) FROM complaint WHERE number = 'comcas'") == 1
    padded = """SELECT count(*) FROM complaint f JOIN area_closure c ON c.descendant_id = f.area_id AND c.depth = 1
        JOIN area a ON a.area_id = c.ancestor_id WHERE a.code LIKE 'US/%' AND a.name_en LIKE '0%'"""
    assert number(records, padded) == 170
    district = "SELECT count(*) FROM area WHERE level = 1 AND code LIKE 'US/district%'"
    assert number(records, district) == 1  # written in two ways


def test_comcast_dry_run_tells_how_many_dates_were_turned(records: sa.Engine, tmp_path: Path) -> None:
    path = tmp_path / "Comcast_telecom_complaints_data.csv"
    path.write_bytes((FOLDER / COMCAST / path.name).read_bytes() + b"\r\n")
    result = check_file(records, next(f for f in record_feeds() if f.feed_id == "comcast_complaints"), path)
    assert result.formats["Date + Time %m-%d-%Y %I:%M:%S %p"] == 609


def test_messages_with_both_kinds_of_dates(records: sa.Engine) -> None:
    counts = "SELECT name, accepted_rows AS n FROM file WHERE feed_id LIKE 'government%' ORDER BY 1"
    assert rows(records, counts) == [{"name": "附件3.xlsx", "n": 4326}, {"name": "附件4.xlsx", "n": 2816}]
    replies = f"""SELECT round((percentile_cont(.5) WITHIN GROUP (ORDER BY extract(epoch FROM closed_at - opened_at) / 86400))::numeric, 2)::float AS median,
        round(100 * avg((closed_at - opened_at > interval '7 days')::int), 1)::float AS week,
        round(100 * avg((closed_at - opened_at > interval '15 days')::int), 1)::float AS half,
        round(100 * avg((closed_at - opened_at > interval '30 days')::int), 1)::float AS month
        FROM complaint WHERE file_id = {feed("government_replies")}"""
    assert rows(records, replies) == [{"median": 11.21, "week": 64.8, "half": 38.5, "month": 16.4}]
    assert number(records, "SELECT count(*) FROM complaint WHERE text ~ '^[[:space:]]' OR text ~ '1[3-9][0-9]{9}'") == 0


def test_counters_out_of_range_are_visible_faults(records: sa.Engine) -> None:
    query = f"SELECT column_name, code, count(*) AS n FROM rejected_row WHERE file_id = {feed('lte_five_cells')} GROUP BY 1, 2 ORDER BY 1, 2"
    assert rows(records, query) == [
        {"column_name": "", "code": "no_reading", "n": 28}, {"column_name": "CSSR_LTE_RATIO", "code": "out_of_range", "n": 47},
        {"column_name": "Inter_RAT_HO_SR_UTRAN_SRVCC_RATIO", "code": "not_finite", "n": 1},
        {"column_name": "RRC_SR_RATIO", "code": "out_of_range", "n": 89},
    ]  # fmt: skip


def test_headerless_cells_get_their_hours_from_the_row_order(records: sa.Engine) -> None:
    query = f"SELECT cell, count(*) AS n, min(at)::text AS first, max(at)::text AS last FROM process_reading WHERE file_id IN {feed('lte_cells')} GROUP BY 1 ORDER BY 1"
    found = rows(records, query)
    assert len(found) == 9
    assert found[0] == {"cell": "26019001", "n": 696, "first": "2021-08-28 00:00:00", "last": "2021-09-25 23:00:00"}


@pytest.mark.parametrize(("feed_id", "path"), [
    ("beijing_survey", f"{BEIJING}/附件4上网业务用户满意度预测数据.xlsx"), ("india_ratings", f"{INDIA}/geonames_places_IN.csv"),
    ("government_replies", f"{GOVERNMENT}/附件3.xlsx"), ("lte_five_cells", f"{LTE}/Or_detection_data.csv"),
])  # fmt: skip
def test_a_mislabelled_file_is_refused_by_its_header(records: sa.Engine, feed_id: str, path: str) -> None:
    result = check_file(records, next(f for f in record_feeds() if f.feed_id == feed_id), FOLDER / path)
    assert result.state == "refused"
    assert "missing" in result.reason_en and "缺少" in result.reason_zh


def test_india_states_lie_in_the_middle_of_their_places(records: sa.Engine) -> None:
    query = """SELECT s.code, s.lon::numeric(8, 4)::float AS lon, avg(p.lon)::numeric(8, 4)::float AS middle, s.lat BETWEEN min(p.lat) AND max(p.lat) AS within
        FROM area s JOIN area_closure c ON c.ancestor_id = s.area_id JOIN area p ON p.area_id = c.descendant_id
        WHERE s.level IN (1, 2) AND s.code LIKE 'IN/%' AND s.kind <> 'unknown' AND p.level = 3 AND p.kind <> 'unknown' GROUP BY s.area_id"""
    found = rows(records, query)
    assert len(found) == 36 + 601
    assert all(row["lon"] == pytest.approx(row["middle"], abs=2e-4) and row["within"] for row in found)
