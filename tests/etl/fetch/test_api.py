"""A paged JSON interface: every way of paging, faults that pass, faults that stay, and a token that goes nowhere else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

from etl.sources.credential import FetchError
from etl.sources.declaration import Feed
from etl.steps.fetch import fetch_feed, try_feed
from etl.steps.premises import Premises
from tests.etl.feeds.sample import SECRET, number
from tests.etl.fetch import sample
from tests.etl.fetch.sample import ENVIRONMENT, Row
from tests.etl.fetch.servers import TOKEN, Interface, Query, Reply, certificate, interface

ROWS: list[Row] = [{**row, "area_code": "G1"} for row in sample.answers(50)]
NESTED = [
    {**{k: v for k, v in row.items() if k not in ("area_code", "verbatim")}, "area": {"code": row["area_code"]}} for row in ROWS
]


def numbered(query: Query) -> object:
    begin = (int(query["page"]) - 1) * 20
    return {"data": {"items": ROWS[begin : begin + 20]}}


def by_offset(query: Query) -> object:
    begin = int(query["offset"])
    return {"data": {"items": ROWS[begin : begin + 20]}}


def by_cursor(query: Query) -> object:
    begin = int(query.get("after", "c0")[1:])
    following = f"c{begin + 20}" if begin + 20 < len(ROWS) else None
    return {"data": {"items": ROWS[begin : begin + 20], "next": following}}


def by_link(query: Query) -> object:
    begin = int(query.get("begin", "0"))
    links = {"Link": f'</answers?begin={begin + 20}>; rel="next", </answers>; rel="first"'} if begin + 20 < len(ROWS) else {}
    return 200, links, {"data": {"items": ROWS[begin : begin + 20]}}


WAYS: list[tuple[Callable[[Query], object], str, int]] = [
    (numbered, 'by = "page"\nparam = "page"', 4),
    (by_offset, 'by = "offset"\nparam = "offset"', 4),
    (by_cursor, 'by = "cursor"\nparam = "after"\nnext = "data.next"', 3),
    (by_link, 'by = "link"', 3),
]  # fmt: skip


def named(name: str, declared: Feed) -> Feed:
    """The feed under another name, so that one store takes many."""
    return sample.parse_feed(declared.text.replace('feed = "survey"', f'feed = "{name}"'), "t")


def test_every_way_of_paging_brings_all_records(store: sa.Engine, api: Interface, home: Path) -> None:
    for answer, paging, asked in WAYS:
        api.answer, api.asked = answer, []
        declared = named(answer.__name__, sample.feed(sample.over_http(api.url, 'params = { status = "done" }', paging)))
        assert [(r.state, r.read, r.accepted) for r in sample.fetch(store, declared, home)] == [("loaded", 50, 50)], paging
        assert len(api.asked) == asked and api.asked[0]["status"] == "done"
        assert [r.state for r in sample.fetch(store, declared, home)] == ["already"]


def test_passing_faults_are_waited_out_and_retry_after_is_obeyed(store: sa.Engine, api: Interface, home: Path) -> None:
    api.answer = numbered
    api.faults = [(429, {"Retry-After": "7"}, {}), (500, {}, {}), (503, {}, {})]
    pauses: list[float] = []
    declared = sample.feed(sample.over_http(api.url, "", 'by = "page"\nparam = "page"'))
    results = fetch_feed(
        store, declared, Premises(home), SECRET, environment=ENVIRONMENT, today=sample.TODAY, sleep=pauses.append
    )
    assert [r.read for r in results] == [50]
    assert pauses[0] == 7 and 1.6 <= pauses[1] <= 2.4 and 3.2 <= pauses[2] <= 4.8
    assert {headers["Authorization"] for headers in api.headers} == {f"Bearer {TOKEN}"}


FAULTS: list[tuple[list[Reply], str, int]] = [
    ([(500, {}, b"out of order")] * 9, r"answers HTTP 500: out of order", 5),
    ([(403, {}, {})], "refuses the token", 1),
    ([(302, {"Location": "http://127.0.0.1:1/"}, {})], "points elsewhere", 1),
    ([(404, {}, f"no page for {TOKEN}".encode())], r"HTTP 404: no page for \*\*\*$", 1),
    ([(200, {}, b"<html>log in</html>")], "is no JSON", 1),
    ([(200, {}, {"data": {"items": "none"}})], "holds no list of objects", 1),
    ([(429, {"Retry-After": "3600"}, {})], "asks to come back in 3600 seconds", 1),
]


def test_what_does_not_pass_is_told_and_nothing_is_taken(store: sa.Engine, api: Interface, home: Path) -> None:
    declared = sample.feed(sample.over_http(api.url, "", 'by = "page"\nparam = "page"'))
    for faults, message, asked in FAULTS:
        api.answer, api.faults, api.asked = numbered, list(faults), []
        with pytest.raises(FetchError, match=message):
            sample.fetch(store, declared, home)
        assert len(api.asked) == asked, message
    assert number(store, "SELECT count(*) FROM file WHERE feed_id = 'survey'") == 0
    api.faults = []
    assert [r.read for r in sample.fetch(store, declared, home)] == [50]


def test_a_walk_in_a_circle_and_a_link_to_another_host_end(store: sa.Engine, api: Interface, home: Path) -> None:
    api.answer = lambda query: {"data": {"items": ROWS[:20]}}
    with pytest.raises(FetchError, match="same page again"):
        sample.fetch(store, sample.feed(sample.over_http(api.url)), home)
    api.answer = lambda query: (200, {"Link": '<http://127.0.0.2:1/x>; rel="next"'}, {"data": {"items": ROWS[:20]}})
    with pytest.raises(FetchError, match="lies on another host"):
        sample.fetch(store, sample.feed(sample.over_http(api.url, "", 'by = "link"')), home)


SINCE = '[source.since]\nparam = "changed_since"\nfield = "changed_at"\noverlap = "15min"\n'


def test_only_what_is_new_is_asked_for_and_kept(store: sa.Engine, api: Interface, home: Path) -> None:
    held = ROWS[:30]

    def newest(query: Query) -> object:
        since = query.get("changed_since", "").replace("T", " ")
        return {"data": {"items": [row for row in held if row["changed_at"] >= since]}}

    api.answer = newest
    declared = sample.feed(sample.over_http(api.url, "", 'by = "none"\n' + SINCE))
    assert [r.read for r in sample.fetch(store, declared, home)] == [30]
    assert sample.fetch(store, declared, home) == []
    assert "changed_since" not in api.asked[0] and api.asked[1]["changed_since"].startswith("2026-06-0")
    late = {**ROWS[31], "changed_at": held[29]["changed_at"]}
    held = [*held, late, ROWS[40]]
    assert [(r.read, r.duplicate) for r in sample.fetch(store, declared, home)] == [(2, 0)]
    assert sample.fetch(store, declared, home) == []
    assert number(store, "SELECT count(*) FROM response") == 32


def test_objects_in_records_are_columns_and_what_is_left_out_may_be_blank(store: sa.Engine, api: Interface, home: Path) -> None:
    api.answer = lambda query: NESTED if query["page"] == "1" else []
    text = sample.over_http(api.url, 'absent = "blank"').replace('records = "data.items"', "")
    declared = sample.feed(text).text.replace('header = "area_code"', 'header = "area.code"')
    assert [r.accepted for r in sample.fetch(store, sample.parse_feed(declared, "t"), home)] == [50]
    strict = sample.parse_feed(declared.replace('absent = "blank"', ""), "t")
    assert [r.state for r in sample.fetch(store, strict, home)] == ["refused"], "a column that vanished is no blank column"


def test_a_dry_run_of_an_interface(store: sa.Engine, api: Interface) -> None:
    api.answer = numbered
    declared = sample.feed(sample.over_http(api.url, "", 'by = "page"\nparam = "page"'))
    result = try_feed(store, declared, environment=ENVIRONMENT)
    assert result and (result.state, result.accepted) == ("checked", 50)
    api.answer = lambda query: {"data": {"items": []}}
    assert try_feed(store, declared, environment=ENVIRONMENT) is None


def test_a_certificate_nobody_vouches_for_is_refused_and_one_of_an_own_authority_taken(store: sa.Engine, home: Path) -> None:
    own = certificate(home)
    with interface(own) as secured:
        secured.answer = numbered
        source = sample.over_http(secured.url, "attempts = 1", 'by = "page"\nparam = "page"')
        with pytest.raises(FetchError, match=r"(?i)certificate.verify.failed"):
            sample.fetch(store, sample.feed(source), home)
        assert secured.asked == []
        trusting = sample.feed(source.replace("attempts = 1", f'ca_file = "{own}"'))
        assert [r.accepted for r in sample.fetch(store, trusting, home)] == [50]
