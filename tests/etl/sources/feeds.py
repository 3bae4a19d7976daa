"""Small feed declarations for tests."""

from __future__ import annotations

from etl.sources.declaration import Feed
from etl.sources.parse import parse_feed

SURVEY = """
feed = "s"
kind = "survey"
title_zh = "调研"
title_en = "Survey"
patterns = ['s_(?P<month>\\d{4}-\\d\\d)\\.csv']

[columns]
answered_at = { header = "day", formats = ["%Y-%m-%d"] }
brand = { constant = "own" }
mode = { constant = "sms" }

[answers]
voice = { header = "voice", scale = "1-10" }
"""


def feed(text: str = SURVEY, more: str = "") -> Feed:
    """The feed of a text."""
    return parse_feed(text + more, "test.toml")
