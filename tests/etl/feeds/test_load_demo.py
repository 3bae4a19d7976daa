"""The demonstration operator's feeds on a tiny sample of each file."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from etl.steps.load import LoadResult, check_file, files, load_file, load_inbox, rejects
from tests.etl.feeds.sample import (
    COMPLAINTS,
    COMPLAINTS_HEADER,
    FILES,
    SECRET,
    SURVEY,
    demo_feeds,
    feed_of,
    load_all,
    number,
    rows,
    write,
)

FACTS = ("response", "answer", "response_detail", "invitation", "complaint", "process_reading", "subscriber", "area",
         "area_parent", "area_closure", "touchpoint", "rejected_row", "file", "touched")  # fmt: skip


def counts(store: sa.Engine) -> dict[str, object]:
    return {table: number(store, f"SELECT count(*) FROM {table}") for table in FACTS}


def deliver(store: sa.Engine, folder: Path, kind: str, name: str, text: str) -> LoadResult:
    """Write one file and load it."""
    write(folder, {name: text})
    return load_file(store, feed_of(kind), folder / name, SECRET)


def test_every_file_is_taken_whole_and_once(store: sa.Engine, tmp_path: Path) -> None:
    results = load_all(store, tmp_path)
    assert {name: (r.state, r.accepted, r.rejected, r.duplicate) for name, r in results.items()} == {
        "areas.csv": ("loaded", 12, 0, 0), "touchpoints.csv": ("loaded", 2, 0, 0),
        "subscribers_2026-06.csv": ("loaded", 4, 0, 0), "survey_sms_2026-06.csv": ("loaded", 4, 0, 0),
        "invitations_2026-06.csv": ("loaded", 2, 0, 0), "complaints_2026-06.csv": ("loaded", 2, 0, 0),
        "process_2026-06.csv": ("loaded", 2, 0, 0),
    }, [r.faults or r.reason_en for r in results.values()]  # fmt: skip
    before = counts(store)
    assert [result.state for result in load_inbox(store, demo_feeds(), tmp_path, SECRET)] == ["already"] * len(FILES)
    assert counts(store) == before


def test_answers_are_long_scaled_and_placed(store: sa.Engine, tmp_path: Path) -> None:
    load_all(store, tmp_path)
    assert rows(store, "SELECT i.code, a.raw, a.score, a.scale, t.code AS area FROM answer a "
                       "JOIN indicator i USING (indicator_id) JOIN area t USING (area_id) WHERE a.day = '2026-06-01' "
                       "ORDER BY i.code") == [
        {"code": "mobile_network", "raw": 9.0, "score": pytest.approx(800 / 9), "scale": "1-10", "area": "G1"},
        {"code": "mobile_overall", "raw": 10.0, "score": 100, "scale": "1-10", "area": "G1"},
        {"code": "tariff", "raw": 7.0, "score": pytest.approx(600 / 9), "scale": "1-10", "area": "G1"},
        {"code": "voice", "raw": 8.0, "score": pytest.approx(700 / 9), "scale": "1-10", "area": "G1"},
    ]  # fmt: skip
    unknown = rows(store, "SELECT t.code FROM response JOIN area t USING (area_id) WHERE day IN ('2026-06-03', '2026-06-30') "
                          "ORDER BY day")  # fmt: skip
    assert [row["code"] for row in unknown] == ["P-?-?-?", "K3-?"]  # no area: the province's unknown member; a county: its own


def test_texts_are_masked_and_customers_hashed(store: sa.Engine, tmp_path: Path) -> None:
    load_all(store, tmp_path)
    detail = rows(store, "SELECT tags, verbatim FROM response_detail")
    assert detail == [{"tags": ["信号", "资费"], "verbatim": '很好, "满意" [手机号]'}]
    assert number(store, "SELECT text FROM complaint WHERE number = 'c1'") == "我的号码[手机号]，身份证[身份证号]"
    assert number(store, "SELECT count(DISTINCT customer) FROM response WHERE customer IS NOT NULL") == 2
    assert number(store, "SELECT count(*) FROM response JOIN complaint USING (customer)") == 3
    assert number(store, "SELECT count(*) FROM response WHERE encode(customer, 'escape') LIKE '%138000%'") == 0


def test_every_area_has_its_unknown_members_and_dated_parents(store: sa.Engine, tmp_path: Path) -> None:
    load_all(store, tmp_path)
    short = "SELECT count(*) FROM area a WHERE level < 4 AND NOT EXISTS (SELECT 1 FROM area u WHERE u.code = a.code || '-?')"
    assert number(store, short) == 0
    moved = rows(store, "SELECT p.code, k.valid_from::text FROM area_parent k JOIN area a USING (area_id) "
                        "JOIN area p ON p.area_id = k.parent_id WHERE a.code = 'G3' ORDER BY 2")  # fmt: skip
    assert moved == [{"code": "K1", "valid_from": "1900-01-01"}, {"code": "K3", "valid_from": "2026-06-01"}]
    split = "SELECT count(*) FROM area_change c JOIN area f ON f.area_id = c.from_id WHERE c.kind = 'split' AND f.code = 'G1'"
    assert number(store, split) == 2
    in_city = ("SELECT string_agg(g.code, ',' ORDER BY g.code) FROM area_closure c JOIN area a ON a.area_id = c.ancestor_id "
               "JOIN area g ON g.area_id = c.descendant_id WHERE a.code = 'C2' AND g.level = 4 AND g.kind <> 'unknown'")  # fmt: skip
    assert number(store, in_city) == "G3"
    assert number(store, "SELECT sort_key FROM area WHERE code = 'C1'") == "yi shi"


def test_a_fact_outside_an_areas_life_is_a_fault(store: sa.Engine, tmp_path: Path) -> None:
    load_all(store, tmp_path)
    text = "at,area_code,cell,touchpoint_code,indicator,numerator,denominator\n" + "".join(
        f"2026-07-{day:02d} 00:00:00,G2,,,coverage_rate,1,2\n" for day in range(1, 30)
    ) + "2026-07-01 00:00:00,G1,,,coverage_rate,1,2\n"  # fmt: skip
    result = deliver(store, tmp_path, "process", "process_2026-07.csv", text)
    assert (result.accepted, [(f.line, f.code, f.value) for f in result.faults]) == (29, [(31, "area_not_alive", "G1")])


def test_a_new_delivery_takes_the_slot(store: sa.Engine, tmp_path: Path) -> None:
    load_all(store, tmp_path)
    shorter = "\n".join(SURVEY.split("\n")[:3]) + "\n"
    result = deliver(store, tmp_path, "survey", "survey_sms_2026-06.csv.gz", shorter)
    assert (result.state, result.accepted, result.replaced) == ("loaded", 2, ("survey_sms_2026-06.csv",))
    assert number(store, "SELECT count(*) FROM response") == 2
    assert number(store, "SELECT count(*) FROM answer") == 6
    assert number(store, "SELECT state FROM file WHERE name = 'survey_sms_2026-06.csv'") == "superseded"
    old = write(tmp_path, {"survey_sms_2026-06.csv": SURVEY}) / "survey_sms_2026-06.csv"
    assert load_file(store, feed_of("survey"), old, SECRET).state == "already"  # the older bytes do not come back by themselves


def test_a_complaint_is_brought_up_to_date_by_a_later_file(store: sa.Engine, tmp_path: Path) -> None:
    load_all(store, tmp_path)
    closed = ("c2,2026-06-30 09:00:00,2026-07-02 09:00:00,2026-07-01 09:00:00,G2,H1,own,mobile,elderly,4g,sale,hall,资费,套餐,"
              "closed,1,9,13800000002,w2,,好了\n")  # fmt: skip
    result = deliver(store, tmp_path, "complaint", "complaints_2026-07.csv", COMPLAINTS_HEADER + closed)
    assert (result.accepted, result.first_day.isoformat()) == (1, "2026-06-30")
    assert rows(store, "SELECT number, status, rating FROM complaint ORDER BY number") == [
        {"number": "c1", "status": "closed", "rating": 8}, {"number": "c2", "status": "closed", "rating": 9},
    ]  # fmt: skip
    assert number(store, "SELECT count(*) FROM touched WHERE fact = 'complaint' AND month = '2026-06-01'") >= 2


def test_repeats_within_a_file_are_counted_as_duplicates(store: sa.Engine, tmp_path: Path) -> None:
    load_all(store, tmp_path)
    survey = deliver(store, tmp_path, "survey", "survey_scene_2026-06.csv", SURVEY.replace("r4", "r9"))
    assert (survey.accepted, survey.duplicate) == (1, 3)  # r1 to r3 came with another mode's file
    twice = deliver(store, tmp_path, "complaint", "complaints_2026-05.csv", COMPLAINTS + COMPLAINTS.split("\n", 1)[1])
    assert (twice.read, twice.accepted, twice.duplicate) == (4, 2, 2)
    assert number(store, "SELECT count(*) FROM complaint") == 2


def test_a_wrong_header_refuses_the_file_and_names_the_columns(store: sa.Engine, tmp_path: Path) -> None:
    load_all(store, tmp_path)
    before = counts(store)
    result = deliver(store, tmp_path, "survey", "survey_sms_2026-07.csv", SURVEY.replace("voice,", "sound,", 1))
    assert (result.state, result.reason_en) == ("refused", "the header is not this feed's; missing: voice; extra: sound")
    assert number(store, "SELECT reason_zh FROM file WHERE state = 'refused'") == "表头与本数据源不符；缺少：voice；多出：sound"
    assert {**counts(store), "file": None} == {**before, "file": None}


def test_the_same_refused_bytes_stay_one_file(store: sa.Engine, tmp_path: Path) -> None:
    load_all(store, tmp_path)
    wrong = SURVEY.replace("G1", "nowhere")
    first = deliver(store, tmp_path, "survey", "survey_sms_2026-07.csv", wrong)
    again = deliver(store, tmp_path, "survey", "survey_sms_2026-08.csv", wrong)
    assert first.refused_before == "" and again.refused_before.endswith(" survey_sms_2026-07.csv")
    assert (again.state, again.file_id, again.reason_en) == ("refused", first.file_id, first.reason_en)
    assert [row["file_id"] for row in files(store) if row["state"] == "refused"] == [first.file_id]
    assert [row["line"] for row in rejects(store, first.file_id or 0)] == [fault.line for fault in first.faults]


def test_received_files_are_listed_with_what_became_of_them(store: sa.Engine, tmp_path: Path) -> None:
    load_all(store, tmp_path)
    refused = deliver(store, tmp_path, "survey", "survey_sms_2026-07.csv", SURVEY.replace("voice,", "sound,", 1))
    newest, *older = files(store)
    assert (newest["file_id"], newest["feed"], newest["state"]) == (refused.file_id, "demo_survey", "refused")
    assert newest["seconds"] > 0 and newest["reason_en"] == refused.reason_en
    assert len(older) == number(store, "SELECT count(*) FROM file") - 1
    for one in older:
        assert one["read"] == one["accepted"] + one["rejected"] + one["duplicate"] > 0
        assert one["seconds"] > 0
    assert {one["feed"] for one in files(store, "demo_survey")} == {"demo_survey"} and len(files(store, None, 2)) == 2


def test_too_many_bad_rows_refuse_the_file(store: sa.Engine, tmp_path: Path) -> None:
    load_all(store, tmp_path)
    result = deliver(store, tmp_path, "survey", "survey_sms_2026-07.csv", SURVEY.replace("G1", "nowhere"))
    assert (result.state, result.read, result.rejected) == ("refused", 4, 4)
    assert "1 of 4 rows are bad (25.0%)" in result.reason_en
    assert [row["code"] for row in rejects(store, result.file_id or 0)] == ["area_unknown"]
    assert number(store, "SELECT count(*) FROM response WHERE day >= '2026-07-01'") == 0


def test_a_dry_run_changes_nothing(store: sa.Engine, tmp_path: Path) -> None:
    load_all(store, tmp_path)
    before = counts(store)
    write(tmp_path, {"survey_phone_2026-06.csv": SURVEY.replace("r", "q").replace("qival", "rival").replace("qesponse", "response")})
    result = check_file(store, feed_of("survey"), tmp_path / "survey_phone_2026-06.csv")
    assert counts(store) == before
    assert result.state in ("checked", "refused")


def test_the_inbox_reads_a_refused_file_again_only_when_that_may_help(store: sa.Engine, tmp_path: Path) -> None:
    load_all(store, tmp_path)
    text = "code,kind,name_zh,name_en,area_code,lon,lat,valid_from,valid_to\nH1,hall,一号厅,,G2,,,,\n"
    file_id = deliver(store, tmp_path, "survey", "survey_sms_2026-07.csv", SURVEY.replace("r", "s").replace("G1", "nowhere")).file_id

    def again() -> bool:
        before = number(store, "SELECT received_at FROM file WHERE state = 'refused'")
        result = next(r for r in load_inbox(store, demo_feeds(), tmp_path, SECRET) if r.name == "survey_sms_2026-07.csv")
        assert (result.state, result.file_id) == ("refused", file_id)
        return number(store, "SELECT received_at FROM file WHERE state = 'refused'") != before

    assert not again()
    write(tmp_path, {"touchpoints.csv": text})
    assert again()
    assert not again()


def test_a_dry_run_of_bytes_that_were_loaded_says_so(store: sa.Engine, tmp_path: Path) -> None:
    load_all(store, tmp_path)
    loaded = next(path for path in tmp_path.iterdir() if path.name.startswith("survey_"))
    copy = tmp_path / "another_name.csv"
    copy.write_bytes(loaded.read_bytes())
    assert check_file(store, feed_of("survey"), copy).state == "already"
