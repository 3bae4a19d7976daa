"""Headers: variants, repeats, what may be ignored, and a refusal that names everything missing and extra."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from etl.sources.declaration import Feed
from etl.sources.faults import RefusedFile
from etl.sources.header import locate
from etl.sources.reader import Sheet
from tests.etl.sources.feeds import SURVEY, feed


def found(of: Feed, header: Sequence[str]) -> dict[str, tuple[str, ...]]:
    places = locate(of, Sheet(tuple(header), len(header), iter(())))
    return {source.label(): columns for source, columns in places.items()}


def test_headers_agree_whatever_their_width_and_blanks() -> None:
    of = feed(SURVEY.replace('header = "voice"', 'header = ["语音（打分）", "voice score"]'))
    for variant in ("语音(打分)", "语音（打分） ", "Voice  Score"):
        assert found(of, ["day", variant]) == {"day": ("c1",), "语音（打分）": ("c2",)}


def test_a_repeated_header_is_addressed_by_its_occurrence() -> None:
    of = feed(SURVEY, 'tariff = { header = "voice", scale = "1-10", occurrence = 2 }\n')
    assert found(of, ["voice", "day", "voice"]) == {"day": ("c2",), "voice": ("c1",), "voice #2": ("c3",)}
    with pytest.raises(RefusedFile, match="missing: voice #2"):
        found(of, ["voice", "day"])


def test_a_refusal_names_what_is_missing_and_what_is_extra() -> None:
    with pytest.raises(RefusedFile) as refused:
        found(feed(), ["Day", "score", "", "备注"])
    assert refused.value.reason_en == "the header is not this feed's; missing: voice; extra: score、（空）、备注"
    assert refused.value.reason_zh == "表头与本数据源不符；缺少：voice；多出：score、（空）、备注"


def test_what_may_be_ignored_and_what_may_be_absent() -> None:
    of = feed(SURVEY.replace("[columns]", 'form = { ignore = ["备注*"] }\n[columns]\ntags = { header = "t", optional = true }'))
    assert found(of, ["day", "voice", "备注1", "备注2"]) == {"t": (), "day": ("c1",), "voice": ("c2",)}


def test_joined_headers_must_all_stand() -> None:
    of = feed(SURVEY.replace('header = "day"', 'join = ["day", "time"]'))
    assert found(of, ["time", "voice", "day"])["day + time"] == ("c3", "c1")
    with pytest.raises(RefusedFile, match=r"missing: day \+ time"):
        found(of, ["voice", "day"])
