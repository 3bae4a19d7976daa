"""Every mistake in a feed file is named, with what is allowed."""

from __future__ import annotations

import pytest

from etl.sources.faults import WrongFeed
from etl.sources.parse import parse_feed
from tests.etl.sources.feeds import SURVEY

MISTAKES = [
    ('kind = "survey"', 'kind = "surveys"', "kind = 'surveys'; allowed: areas, touchpoints"),
    ('feed = "s"\n', "", "feed is missing"),
    ('patterns = ', "pattern = ", "patterns is missing"),
    (r"s_(?P<month>\d{4}-\d\d)\.csv", "s_(", "is no regular expression"),
    ('brand = { constant = "own" }', "", "columns is missing brand"),
    ("brand =", "brnd =", "unknown: brnd; a feed of kind survey has: response_id"),
    ('constant = "sms"', 'constant = "sms", header = "x"', "in one way"),
    ('scale = "1-10"', 'scale = "1-7"', "scale = '1-7'; allowed: 1-10, 0-10, 1-5"),
    (', scale = "1-10"', "", "scale is missing"),
    ('voice = { header = "voice", scale = "1-10" }', "", "answers is missing"),
    ('formats = ["%Y-%m-%d"]', 'format = "%Y"', "unknown: format"),
    ('constant = "sms"', 'header = "m", values = { S = "text" }', "values gives 'text'; allowed: scene, sms, phone, internet"),
    ('constant = "sms"', 'header = "m", other = "text"', "other = 'text'"),
    ('constant = "sms"', 'header = "m", optional = true', "a required value cannot stand in an optional column"),
    ('constant = "sms"', 'header = "m", keep_others = true', "keep_others goes with values"),
    ('constant = "sms"', "position = 0", "count from 1"),
    ('constant = "sms"', "position = 2", "names a position, but the files have a header"),
    ('constant = "own"', 'from_name = "{year}"', "the file-name patterns have: month, stem"),
    ('constant = "own"', 'constant = 1', "constant = 1 has the wrong type"),
    ('title_zh = "调研"', 'title_zh = "调研"\nkey = "response_id"', "key names 'response_id'"),
    ('title_zh = "调研"', 'title_zh = "调研"\nrepeat = "maybe"', "repeat = 'maybe'; allowed: keep, update"),
    ('title_zh = "调研"', 'title_zh = "调研"\nform = { header = false }', "needs width"),
    ('title_zh = "调研"', 'title_zh = "调研"\nform = { delimiter = "::" }', "one character"),
    ('title_zh = "调研"', 'title_zh = "调研"\nform = { decimal = "·" }', "decimal = '·'"),
    ('title_zh = "调研"', 'title_zh = "调研"\nclock = { start = 2026-01-01T00:00:00, step = "1 hour" }', "write 15min, 1h or 1d"),
    ('title_zh = "调研"', 'title_zh = "调研"\nzero_denominator = "0"', "allowed: reject, keep, skip"),
    ('title_zh = "调研"', 'title_zh = "调研"\nplace = { lookup = [{ by = "code" }] }', "columns is missing"),
    ('title_zh = "调研"', 'title_zh = "调研"\nplace = { lookup = [{ by = "point", lon = "x", lat = "y" }] }', "under is missing"),
    ('title_zh = "调研"', 'title_zh = "调研"\nplace = { not_found = "guess" }', "allowed: unknown, reject"),
    ('title_zh = "调研"', 'title_zh = "调研"\nplace = { nodes = [{ code = "x", level = "shire", name_zh = "", name_en = "" }] }',
     "no level 'shire'"),
    ('title_zh = "调研"', 'title_zh = "调研"\nreadings = { prb_use = { numerator = "a" } }', "readings belongs to feeds of kind process"),
    ('title_zh = "调研"', "title_zh = ", "Invalid value"),
]  # fmt: skip


@pytest.mark.parametrize(("right", "wrong", "message"), MISTAKES)
def test_a_mistake_is_named(right: str, wrong: str, message: str) -> None:
    assert right in SURVEY
    with pytest.raises(WrongFeed) as error:
        parse_feed(SURVEY.replace(right, wrong), "test.toml")
    assert message in str(error.value)
    assert str(error.value).startswith("test.toml")


def test_the_right_one_is_taken() -> None:
    feed = parse_feed(SURVEY, "test.toml")
    assert (feed.feed_id, feed.kind.name, feed.max_bad_share) == ("s", "survey", 0.05)
    assert feed.match("s_2026-06.csv") and not feed.match("xs_2026-06.csv")
