"""Bring lines, indicators, brands and roll-up depths from a definitions file into the store (repeatable)."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import sqlalchemy as sa

import sql

OPTIONAL = {"business": None, "headline": None, "numerator": None, "denominator": None, "factor": 1.0, "decimals": 1,
            "minimum_base": 5}  # fmt: skip


class WrongDefinition(ValueError):
    """A definitions file that cannot be taken; the text names the entry and the reason."""


@dataclass(frozen=True)
class Defined:
    """How many entries of each kind stand in the file."""

    lines: int
    indicators: int
    brands: int


def shipped() -> dict[str, Any]:
    """The definitions that come with the product, the items of its satisfaction index among the indicators."""
    told, index = (tomllib.loads(files("etl").joinpath(name).read_text("utf-8")) for name in ("indicators.toml", "tcsi.toml"))
    return {**told, "indicator": [*told["indicator"], *items(index)], "tcsi": index}


def items(model: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The indicators a model of the satisfaction index needs: its items, by its tables ``texts`` and ``definition``."""
    made = []
    for construct in model["construct"]:
        for code in construct["items"]:
            if code not in model.get("texts", {}):
                raise WrongDefinition(f"item {code}: [texts] must say what is asked, as {code} = [\"…\", \"…\"]")
            zh, en = model["texts"][code]
            made.append({"code": code, "name_zh": zh, "name_en": en, "short_zh": zh, "short_en": en, "unit": "分", "direction": 1,
                         "kind": "item", "fact": "answer", "definition_zh": zh, "definition_en": en,
                         **model.get("definition", {})})  # fmt: skip
    return made


def read(path: Path) -> dict[str, Any]:
    """An operator's own definitions file."""
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise WrongDefinition(f"{path}: {error}") from None


def define(target: sa.Engine, definitions: Mapping[str, Any]) -> Defined:
    """Add or update everything ``definitions`` names, in one transaction.

    Raises :class:`WrongDefinition` for an entry that lacks a field or names an unknown line.
    """
    lines, indicators, brands = (list(definitions.get(part, [])) for part in ("line", "indicator", "brand"))
    known = {line["line_id"] for line in lines}
    with sql.begin(target) as connection:
        for line in lines:
            sql.execute(connection, "etl/upsert_line", **line)
        known |= {row[0] for row in connection.execute(sa.text("SELECT line_id FROM line"))}
        for indicator in indicators:
            sql.execute(connection, "etl/upsert_indicator", **_complete(indicator, known))
        for brand in brands:
            sql.execute(connection, "etl/upsert_brand", **brand)
        for depth in definitions.get("rollup_depth", []):
            sql.execute(connection, "etl/upsert_rollup_depth", **depth)
        if "tcsi" in definitions:
            sql.execute(connection, "etl/tcsi_model_first", model=json.dumps(definitions["tcsi"], ensure_ascii=False))
    return Defined(len(lines), len(indicators), len(brands))


def _complete(indicator: Mapping[str, Any], lines: set[str]) -> dict[str, Any]:
    code = indicator.get("code", "?")
    if indicator.get("line_id") not in lines:
        raise WrongDefinition(f"indicator {code}: no line {indicator.get('line_id')!r}; known: {', '.join(sorted(lines))}")
    required = {"code", "name_zh", "name_en", "short_zh", "short_en", "unit", "direction", "kind", "fact", "author",
                "checked_by", "reviewed_on", "review_due", "definition_zh", "definition_en"}  # fmt: skip
    missing = sorted(required - indicator.keys())
    if missing:
        raise WrongDefinition(f"indicator {code}: missing {', '.join(missing)}")
    return {**OPTIONAL, **indicator}
