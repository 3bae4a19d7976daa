"""The links between pages: the rail on wide screens, the bottom bar on narrow ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html

import sql
from dashboard.auth.scope import installed
from dashboard.context import Context, Page, User
from dashboard.icons import icon
from dashboard.texts import t

MOST_TABS = 5  # what a phone of 390 px has room for; with more pages the last place opens a menu of the rest
MORE_WIDTH = 208  # px
ALERTS = "alerts"  # the page of that name, where it is installed
Counts = Mapping[str, int]
NOTHING: Counts = {}


def open_pages(user: User) -> list[Page]:
    """The pages the user may open, those of the rail's top first."""
    pages = [page for page in installed().pages.values() if page.open_to(user) and page.place != "within"]
    return [page for page in pages if page.place == "top"] + [page for page in pages if page.place != "top"]


def open_alerts(context: Context) -> Counts:
    """How many alerts are open in the area shown and below it, for the link to them."""
    with context.read() as connection:
        row = sql.one(connection, "dashboard/alerts_open", area=context.area.area_id)
    return {ALERTS: int(row["open"])} if row and row["open"] else {}


def rail(user: User, context: Context | None = None, counts: Counts = NOTHING) -> list[dcc.Link]:
    """One link a page the user may open; area and period go along. ``counts``: what waits there, by page."""
    pages = open_pages(user)
    first_below = next((page for page in pages if page.place != "top"), None)
    return [_link(page, user, context, below=page is first_below, count=counts.get(page.name, 0)) for page in pages]


def tabs(user: User, context: Context | None = None) -> list[Any]:
    """The same links for thumbs; more than :data:`MOST_TABS` go into a menu at the end."""
    pages = open_pages(user)
    if len(pages) <= MOST_TABS:
        return [_link(page, user, context) for page in pages]
    here, rest = pages[: MOST_TABS - 1], pages[MOST_TABS - 1 :]
    return [*(_link(page, user, context) for page in here), _more(rest, user, context)]


def within(name: str, context: Context) -> list[dcc.Link]:
    """The link to a page without a place in the rail; none for who may not open it."""
    page = installed().pages.get(name)
    if page is None or not page.open_to(context.user):
        return []
    return [dcc.Link(t(page.title, context.language), href=_address(page, context), className="quiet button")]


def _link(page: Page, user: User, context: Context | None, below: bool = False, count: int = 0) -> dcc.Link:
    title, on = t(page.title, user.language), _is_on(page, context)
    waiting = [html.B(str(count), className="rail-count")] if count else []
    return dcc.Link(
        [icon(page.icon), html.Span(title), *waiting], href=_address(page, context), title=title,
        className=" ".join(["rail-link", *(["on"] if on else []), *(["below"] if below else [])]),
    )  # fmt: skip


def _more(rest: list[Page], user: User, context: Context | None) -> dmc.Menu:
    """The menu of the pages without a place of their own; it is marked when one of them is shown."""
    words, language = t("shell.more_pages", user.language), user.language
    shown = next((page for page in rest if _is_on(page, context)), None)
    face = [icon(shown.icon if shown else "more"), html.Span(t(shown.title, language) if shown else words)]
    button = html.Button(face, className="rail-link" + (" on" if shown else ""), title=words, **{"aria-label": words})
    items = [
        dmc.MenuItem(
            t(page.title, language), href=_address(page, context), refresh=False, leftSection=icon(page.icon, 18),
            className="current" if page is shown else None,
        )
        for page in rest
    ]  # fmt: skip
    return dmc.Menu(
        [dmc.MenuTarget(button, boxWrapperProps={"className": "tab-more"}), dmc.MenuDropdown(items, className="menu")],
        width=MORE_WIDTH, position="top-end", shadow="md", offset=4, transitionProps={"duration": 0},
    )  # fmt: skip


def _is_on(page: Page, context: Context | None) -> bool:
    return context is not None and page.name == context.page


def _address(page: Page, context: Context | None) -> str:
    return context.address(page.name) if context else f"/{page.name}"
