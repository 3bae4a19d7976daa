"""The two trees: each period under that of its time, or all restated to today's; offered where they read differently."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import dcc, html

from dashboard.context import TODAY, TREE, Context
from dashboard.pages.overview.model import Reorganised
from dashboard.texts import t

NAMED = 4  # how many re-organisations a note names


def offered(found: Sequence[Reorganised], context: Context) -> bool:
    """Whether there is a choice: something reads differently, the reader may see it, and the area still stands."""
    ended = any(one.ended and one.area_id == context.area.area_id for one in found)
    return bool(found) and context.area.full and not ended


def switch(found: Sequence[Reorganised], context: Context) -> list[Any]:
    """Two links, the tree shown marked; nothing where there is no choice."""
    if not offered(found, context):
        return []
    language = context.language
    links = [
        dcc.Link(
            t(f"overview.tree.{name}", language), href=context.address(**{TREE: value}),
            className="ov-side" + (" on" if context.today == (value is not None) else ""),
        )
        for name, value in (("then", None), ("today", TODAY))
    ]  # fmt: skip
    return [html.Span([t("overview.tree.label", language), *links], className="ov-tree", title=note(found, language))]


def explanation(found: Sequence[Reorganised], context: Context) -> list[tuple[str, Any]]:
    """A row for the ⓘ: which tree, what was re-organised, and the choice."""
    if not found:
        return []
    language = context.language
    day = context.publication.tree_day if context.publication else None
    shown = t("overview.tree.is_today", language, day=day) if context.today else t("overview.tree.is_then", language)
    said = f"{shown} {note(found, language)}"
    return [(t("overview.tree.label", language), [said, *switch(found, context)])]


def note(found: Sequence[Reorganised], language: str) -> str:
    """Which areas were moved, split or merged, where they counted then and count today."""
    told = [_one(one, language) for one in found[:NAMED]]
    more = [t("overview.tree.more", language, n=len(found) - NAMED)] if len(found) > NAMED else []
    return t("overview.tree.note", language, moves=t("overview.tree.and", language).join([*told, *more]))


def _one(one: Reorganised, language: str) -> str:
    same = one.names[language] == one.then[language]
    key = "closed" if same and one.without_heir else "became" if same else "moved"
    return t(
        f"overview.tree.{key}", language, what=one.names[language], then=one.then[language],
        now=one.now[language], day=one.day,
    )  # fmt: skip
