"""Which frozen weights score which year's answers, and when new ones are made."""

from __future__ import annotations

from collections.abc import Collection, Mapping

LEAST_SAMPLE = 500  # respondents a vintage is made of: with fewer, next year's weights would follow the luck of the draw

EXPECTATION, QUALITY = "expectation", "quality"
DIFFERENCE = "expectation-quality"  # each respondent's expectation minus perceived quality: no construct's code


def chosen(year: int, made: Mapping[int, int]) -> int | None:
    """The vintage that scores ``year``: that of the latest year before it, so that a year's readings do not move while it runs;
    the earliest there is for the years before any. ``made``: year → vintage."""
    if not made:
        return None
    before = [one for one in made if one < year]
    return made[max(before) if before else min(made)]


def due(running: int, touched: Collection[int], made: Collection[int]) -> list[int]:
    """The years whose weights are to be estimated now: those that have ended and have none, among the last one and those whose
    answers came or changed; the running one when there would be none at all. ``running``: the year of the last day of data."""
    ended = sorted({running - 1, *touched} - set(made) - {running})
    return [year for year in ended if year < running] + ([] if made else [running])
