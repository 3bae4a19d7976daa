"""The area trail: root to area, each with a menu of its siblings searchable by name, pinyin and code."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import dash_mantine_components as dmc
import sqlalchemy as sa
from dash import dcc, html

import sql
from dashboard.address import tree_day
from dashboard.context import AreaNode, Context
from dashboard.icons import icon
from dashboard.texts import t

MENU_WIDTH = 248


def trail(context: Context, below: dict[int, list[dict[str, Any]]]) -> list[Any]:
    """Root to area, each with a menu of its siblings, and a menu of what lies below.

    ``below``: area → its children the user sees in full, as :func:`children` reads them.
    """
    beside = [[], *(below.get(node.area_id, []) for node in context.trail[:-1])]
    pieces: list[Any] = _folded(context)
    for node, siblings in zip(context.trail[:-1], beside, strict=False):
        pieces.append(html.Span([_crumb(context, node, siblings, last=False), _arrow()], className="above"))
    pieces.append(_crumb(context, context.area, beside[-1], last=True))
    inside = below.get(context.area.area_id, [])
    if inside:
        pieces += [_arrow(), _chooser(context, inside)]
    return pieces


def _folded(context: Context) -> list[Any]:
    """One menu of all areas above, shown where the bar has no room for the whole trail."""
    if len(context.trail) < 2:
        return []
    label = t("shell.areas_above", context.language)
    button = html.Button("…", className="crumb-menu", title=label, **{"aria-label": label})
    items = [
        dmc.MenuItem(node.name(context.language), href=context.address(area=node.code), refresh=False)
        for node in context.trail[:-1]
    ]
    menu = dmc.Menu(
        [dmc.MenuTarget(button), dmc.MenuDropdown(items, className="menu")],
        width=MENU_WIDTH, position="bottom-start", shadow="md", offset=4, transitionProps={"duration": 0},
    )  # fmt: skip
    return [html.Span([menu, _arrow()], className="fold")]


def _arrow() -> html.Span:
    return html.Span(icon("later", 12), className="arrow")


def _crumb(context: Context, node: AreaNode, beside: Sequence[dict[str, Any]], last: bool) -> html.Span:
    language = context.language
    link = dcc.Link(
        node.name(language), href=context.address(area=node.code), className="crumb-name",
        title=None if node.full else t("shell.above", language),
    )  # fmt: skip
    label = t("shell.siblings", language, name=node.name(language))
    menu = [_menu(context, beside, label, node.code)] if len(beside) > 1 else []
    return html.Span([link, *menu], className="crumb here" if last else "crumb")


def _chooser(context: Context, children: Sequence[dict[str, Any]]) -> html.Span:
    level = context.area.level.below
    words = t("shell.choose", context.language, level=level.name_in(context.language) if level else "")
    return html.Span(_menu(context, children, words, None, shown=words), className="crumb choose")


def _menu(
    context: Context, nodes: Sequence[dict[str, Any]], label: str, current: str | None, shown: str | None = None
) -> dmc.Menu:
    word = [html.Span(shown, className="word")] if shown else []
    button = html.Button([*word, icon("chevron", 14)], className="crumb-menu", **{"aria-label": label})
    items = [_item(context, node, node["code"] == current) for node in nodes]
    return dmc.Menu(
        [
            dmc.MenuTarget(button),
            dmc.MenuDropdown([_search(context.language), html.Div(items, className="menu-list")], className="menu"),
        ],
        width=MENU_WIDTH, position="bottom-start", shadow="md", offset=4, transitionProps={"duration": 0},
    )  # fmt: skip


def _search(language: str) -> html.Div:
    words = t("shell.search", language)
    return html.Div(
        [
            icon("search", 16),
            dmc.TextInput(className="menu-search", placeholder=words, **{"aria-label": words}),
            html.Div(t("shell.nothing_found", language), className="menu-empty"),
        ],
        className="menu-find",
    )  # fmt: skip


def _item(context: Context, node: dict[str, Any], current: bool) -> dmc.MenuItem:
    name = node["name_zh" if context.language == "zh" else "name_en"]
    return dmc.MenuItem(
        html.Span([html.Span(name), html.Span(node["code"], className="code")], className="menu-row"),
        href=context.address(area=node["code"]), refresh=False, className="current" if current else None,
        **{"data-search": haystack(node)},
    )  # fmt: skip


def haystack(node: dict[str, Any]) -> str:
    """What a search in a menu looks through: both names, pinyin, its initials, the code."""
    pinyin = node["sort_key"].lower()
    initials = "".join(syllable[0] for syllable in pinyin.split())
    return " ".join([node["name_zh"], node["name_en"].lower(), pinyin.replace(" ", ""), initials, node["code"].lower()])


def children(connection: sa.Connection, context: Context) -> dict[int, list[dict[str, Any]]]:
    """The children of every area of the trail that the user sees in full."""
    parents = [node.area_id for node in context.trail]
    found = defaultdict(list)
    for row in sql.rows(connection, "auth/area_children", parents=parents, user_id=context.user.user_id, day=tree_day(context)):
        found[row["parent_id"]].append(row)
    return found
