"""What somebody meant who wrote a code that is not there."""

from __future__ import annotations

from difflib import get_close_matches

import sqlalchemy as sa

import sql

MOST = 5


def nearest(connection: sa.Connection, wanted: str) -> str:
    """The areas a wrong code or name may stand for, else the roots of the tree, in words."""
    areas = sql.rows(connection, "etl/area_names")
    if not areas:
        return "there is no area yet; load the areas first (`manyi feed load FEED FILE`)"
    named = [area for area in areas if wanted in (area["name_zh"], area["name_en"])]
    close = get_close_matches(wanted, [area["code"] for area in areas], n=MOST, cutoff=0.75)
    found = named[:MOST] or [area for code in close for area in areas if area["code"] == code]
    if found:
        return "did you mean " + ", ".join(_named(area) for area in found) + "?"
    return f"{roots(connection)}; `manyi scores --children` shows those below"


def roots(connection: sa.Connection) -> str:
    """The highest areas, in words."""
    highest = [area for area in sql.rows(connection, "etl/area_names") if area["root"]]
    return "the codes begin at " + ", ".join(_named(area) for area in highest[:MOST])


def _named(area: dict[str, str]) -> str:
    return f"{area['code']} {area['name_zh']}"
