"""Rules a feed may declare, each on a small file of its own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa

from etl.sources.faults import WrongFeed
from etl.sources.parse import parse_feed
from etl.steps import define
from etl.steps.load import LoadResult, load_file
from tests.etl.feeds.sample import SECRET, number, rows

NODES = """
[[place.nodes]]
code = "T"
level = "province"
name_zh = "测省"
name_en = "Test"
[[place.nodes]]
code = "T1"
level = "city"
name_zh = "一市"
name_en = "First"
parent = "T"
[[place.nodes]]
code = "T2"
level = "city"
name_zh = "二市"
name_en = "Second"
parent = "T"
[[place.nodes]]
code = "T1A"
level = "county"
name_zh = "城区"
name_en = "Town"
parent = "T1"
[[place.nodes]]
code = "T2A"
level = "county"
name_zh = "城区"
name_en = "Town"
parent = "T2"
"""
PROCESS = """
feed = "p"
kind = "process"
title_zh = "指标"
title_en = "Readings"
patterns = ['p\\.csv']
max_bad_share = 1.0
"""


@pytest.fixture
def defined(store: sa.Engine) -> Iterator[sa.Engine]:
    define.define(store, define.shipped())
    yield store


def load(store: sa.Engine, folder: Path, declaration: str, content: str | bytes, name: str = "p.csv") -> LoadResult:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return load_file(store, parse_feed(declaration, "test.toml"), path, SECRET, today=date(2026, 7, 1))


LISTED = PROCESS + """
[columns]
at = { header = "at", formats = ["%Y-%m-%d"] }
indicator = "indicator"
value = { header = "value", optional = true }
numerator = { header = "n", optional = true }
denominator = { header = "d", optional = true }
"""


def named(rule: str) -> str:
    return LISTED + f"""
[place]
under = "T"
{rule}
[[place.lookup]]
by = "name"
columns = [{{ header = "area" }}]
""" + NODES


AT_NAMES = "at,indicator,value,area\n" + "".join(f"2026-06-0{at},prb_use,50,{name}\n" for at, name in
                                                 enumerate(("一市", "first ", "城区", "别处", ""), 1))  # fmt: skip


def test_names_find_areas_and_the_rest_is_counted_as_unknown(defined: sa.Engine, tmp_path: Path) -> None:
    result = load(defined, tmp_path, named(""), AT_NAMES)
    assert (result.accepted, result.unplaced) == (4, 2)
    assert [(f.line, f.code) for f in result.faults] == [(4, "area_ambiguous")]
    query = "SELECT a.code, count(*) AS n, sum(numerator) AS up FROM process_reading JOIN area a USING (area_id) GROUP BY 1 ORDER BY 1"
    assert rows(defined, query) == [{"code": "T-?-?-?", "n": 2, "up": 1.0}, {"code": "T1-?-?", "n": 2, "up": 1.0}]


def test_a_feed_may_reject_what_has_no_area(defined: sa.Engine, tmp_path: Path) -> None:
    result = load(defined, tmp_path, named('not_found = "reject"\nblank = "reject"'), AT_NAMES)
    assert [(f.line, f.code, f.value) for f in result.faults] == [
        (4, "area_ambiguous", "城区"), (6, "area_blank", None), (5, "area_unknown", "别处"),
    ]  # fmt: skip


def test_names_may_be_limited_to_a_level_or_an_alias_may_decide(defined: sa.Engine, tmp_path: Path) -> None:
    load(defined, tmp_path, named(""), AT_NAMES)
    with defined.begin() as connection:
        connection.execute(sa.text("INSERT INTO area_alias SELECT '别处', area_id FROM area WHERE code = 'T2'"))
    again = load(defined, tmp_path, named("").replace('by = "name"', 'by = "name"\nlevels = ["city"]'), AT_NAMES + "\n")
    assert (again.accepted, again.unplaced, again.replaced) == (5, 2, ("p.csv",))
    assert number(defined, "SELECT count(*) FROM process_reading JOIN area USING (area_id) WHERE code = 'T2-?-?'") == 1


def test_missing_areas_may_be_made_and_the_closure_is_what_a_rebuild_gives(defined: sa.Engine, tmp_path: Path) -> None:
    lookup = 'by = "path"\nlevels = ["city", "county"]\ncreate = true\nkind = "organisation"\ncolumns = [{ header = "c" }, { header = "k" }]'
    declaration = LISTED + f'[place]\nunder = "T"\n[[place.lookup]]\n{lookup}\n' + NODES
    content = "at,indicator,value,c,k\n2026-06-01,prb_use,1,一市,新县\n2026-06-01,prb_use,1,三市,\n2026-06-01,prb_use,1,,\n"
    assert load(defined, tmp_path, declaration, content).unplaced == 1
    query = "SELECT a.code, a.level, a.kind FROM process_reading JOIN area_closure c ON c.descendant_id = process_reading.area_id JOIN area a ON a.area_id = c.ancestor_id WHERE a.kind = 'organisation' ORDER BY 1"
    assert rows(defined, query) == [
        {"code": "T/三市", "level": 2, "kind": "organisation"}, {"code": "T1/新县", "level": 3, "kind": "organisation"},
    ]  # fmt: skip
    closure = "SELECT ancestor_id, descendant_id, depth, valid_from::text, valid_to::text FROM area_closure ORDER BY 1, 2, 4"
    added = rows(defined, closure)
    number(defined, "SELECT rebuild_area_closure()")
    assert rows(defined, closure) == added


def test_a_point_lies_in_the_grid_of_its_cell(defined: sa.Engine, tmp_path: Path) -> None:
    lookup = 'by = "point"\nlon = { header = "x", blanks = ["-1"] }\nlat = { header = "y", blanks = ["-1"] }\ncell = 0.05\nmax_km = 30\ncreate = true'
    declaration = LISTED + f'[place]\nunder = "T"\n[[place.lookup]]\n{lookup}\n' + NODES
    content = "at,indicator,value,x,y\n" + "".join(f"2026-06-01,prb_use,1,{x},{y}\n" for x, y in
                                                   ((113.01, 23.01), (113.04, 23.04), (113.06, 23.01), (116, 23), (-1, -1)))  # fmt: skip
    load(defined, tmp_path, declaration, "at,indicator,value,x,y\n2026-06-01,prb_use,1,-1,-1\n")
    with defined.begin() as connection:
        connection.execute(sa.text("UPDATE area SET lon = 113, lat = 23 WHERE code = 'T1A'"))
    assert load(defined, tmp_path, declaration, content).unplaced == 2
    query = "SELECT a.code, count(*) AS n FROM process_reading JOIN area a USING (area_id) GROUP BY 1 ORDER BY 1"
    assert rows(defined, query) == [{"code": "T-?-?-?", "n": 2}, {"code": "T1A@2260:460", "n": 2}, {"code": "T1A@2261:460", "n": 1}]


CLOCKED = PROCESS + """
form = { header = false, width = 3 }
clock = { start = 2026-06-01T00:00:00, step = "1h" }
[columns]
cell = { from_name = "{stem}" }
[readings.prb_use]
numerator = [{ position = 2 }, { position = 3 }]
denominator = { position = 1 }
[place]
under = "T"
""" + NODES


@pytest.mark.parametrize(("rule", "accepted", "readings"), [("reject", 2, 2), ("skip", 3, 2), ("keep", 3, 3)])
def test_no_header_times_from_the_row_order_and_outages(
    defined: sa.Engine, tmp_path: Path, rule: str, accepted: int, readings: int
) -> None:
    declaration = CLOCKED.replace("max_bad", f'zero_denominator = "{rule}"\nmax_bad')
    result = load(defined, tmp_path, declaration, "100,10,20\n100,1\n0,0,0\n100,,5\n50,1,1\n")
    assert (result.read, result.accepted) == (5, accepted)
    found = rows(defined, "SELECT at::text, cell, numerator AS up, denominator AS down FROM process_reading ORDER BY 1")
    assert len(found) == readings
    assert found[0] == {"at": "2026-06-01 00:00:00", "cell": "p", "up": 30.0, "down": 100.0}
    assert found[-1] == {"at": "2026-06-01 04:00:00", "cell": "p", "up": 2.0, "down": 50.0}  # refused rows keep their hours
    assert {(f.line, f.code) for f in result.faults} >= {(2, "fields"), (4, "no_reading")}


def test_unknown_indicators_touchpoints_and_incomplete_ratios_are_faults(defined: sa.Engine, tmp_path: Path) -> None:
    declaration = LISTED.replace("[columns]", '[columns]\ntouchpoint = "t"') + '[place]\nunder = "T"\n' + NODES
    content = "at,indicator,n,d,t\n2026-06-01,magic,1,2,\n2026-06-01,prb_use,1,,\n2026-06-01,prb_use,1,0,\n2026-06-01,prb_use,1,2,H9\n"
    result = load(defined, tmp_path, declaration, content)
    assert [(f.line, f.code) for f in sorted(result.faults, key=lambda f: f.line)] == [
        (2, "indicator_unknown"), (3, "missing"), (4, "zero_denominator"), (5, "touchpoint_unknown"),
    ]  # fmt: skip


def test_a_feed_that_names_no_indicator_of_ours_is_wrong_itself(defined: sa.Engine, tmp_path: Path) -> None:
    with pytest.raises(WrongFeed, match="no indicators for process: magic; known: "):
        load(defined, tmp_path, CLOCKED.replace("prb_use", "magic"), "1,2,3\n")


def test_subscribers_of_one_place_are_added_up(defined: sa.Engine, tmp_path: Path) -> None:
    declaration = PROCESS.replace("process", "subscribers") + """
[columns]
month = { from_name = "2026-06", formats = ["%Y-%m"] }
business = { constant = "mobile" }
subscribers = "n"
[place]
under = "T"
[[place.lookup]]
by = "name"
columns = [{ header = "area" }]
""" + NODES  # fmt: skip
    assert load(defined, tmp_path, declaration, "area,n\n一市,5\nX,7\nY,8\n一市,-1\n").accepted == 3
    query = "SELECT a.code, s.month::text, s.segment, s.subscribers AS n FROM subscriber s JOIN area a USING (area_id) ORDER BY 1"
    assert rows(defined, query) == [
        {"code": "T-?-?-?", "month": "2026-06-01", "segment": "unknown", "n": 15},
        {"code": "T1-?-?", "month": "2026-06-01", "segment": "unknown", "n": 5},
    ]  # fmt: skip
    assert number(defined, "SELECT count(*) FROM touched WHERE month = '2026-06-01' AND fact IN ('answer', 'complaint')") == 2


def test_more_answers_than_invitations_is_a_fault(defined: sa.Engine, tmp_path: Path) -> None:
    declaration = PROCESS.replace("process", "invitations") + """
[columns]
day = { constant = "2026-06-01" }
brand = { constant = "own" }
mode = { constant = "sms" }
asked = "a"
answered = "b"
[place]
under = "T"
""" + NODES  # fmt: skip
    result = load(defined, tmp_path, declaration, "a,b\n10,3\n3,10\n,\n")
    assert (result.accepted, sorted((f.line, f.code) for f in result.faults)) == (
        1, [(3, "answered_over_asked"), (4, "missing"), (4, "missing")],
    )  # fmt: skip


AREAS = PROCESS.replace("process", "areas").replace('"p"', '"tree"') + """
[columns]
code = "code"
level = "level"
name_zh = "name"
parent = "parent"
valid_from = "from"
valid_to = "to"
"""


def test_faults_of_a_tree(defined: sa.Engine, tmp_path: Path) -> None:
    content = "code,level,name,parent,from,to\nA,省,甲,,,\nB,city,乙,A,,\nC,shire,丙,A,,\nD,county,丁,Z,,\nE,city,戊,B,,\nF,grid,己,D,,\nG,grid,庚,B,2026-02-01,2026-01-01\n"
    result = load(defined, tmp_path, AREAS, content)
    assert [(f.line, f.code) for f in sorted(result.faults, key=lambda f: f.line)] == [
        (4, "level_unknown"), (5, "parent_unknown"), (6, "parent_level"), (7, "parent_unknown"), (8, "dates_reversed"),
    ]  # fmt: skip
    assert number(defined, "SELECT string_agg(code, ',' ORDER BY code) FROM area WHERE kind <> 'unknown'") == "A,B"


def test_a_changed_tree_touches_the_months_after_the_change(defined: sa.Engine, tmp_path: Path) -> None:
    tree = "code,level,name,parent,from,to\nT,province,甲,,,\nT1,city,一市,T,,\nT2,city,二市,T,,\nK,county,县,T1,,\n"
    load(defined, tmp_path, AREAS, tree)
    content = "at,indicator,value,area\n2026-05-01,prb_use,1,县\n2026-06-01,prb_use,1,县\n"
    load(defined, tmp_path, named(""), content, "q.csv")
    number(defined, "WITH gone AS (DELETE FROM touched RETURNING 1) SELECT count(*) FROM gone")
    load(defined, tmp_path, AREAS, tree.replace("K,county,县,T1,,\n", "K,county,县,T1,,2026-06-01\nK,county,县,T2,2026-06-01,\n"))
    assert rows(defined, "SELECT fact, month::text FROM touched") == [{"fact": "process", "month": "2026-06-01"}]
    parents = "SELECT p.code FROM area_closure c JOIN area p ON p.area_id = c.ancestor_id JOIN area k ON k.area_id = c.descendant_id WHERE k.code = 'K' AND p.level = 2 ORDER BY 1"
    assert [row["code"] for row in rows(defined, parents)] == ["T1", "T2"]
