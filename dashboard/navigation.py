"""The links between pages: the rail on wide screens, the bottom bar on narrow ones."""

from __future__ import annotations

from dash import dcc, html

from dashboard.auth.scope import installed
from dashboard.context import Context, User
from dashboard.icons import icon
from dashboard.texts import t


def rail(user: User, context: Context | None = None) -> list[dcc.Link]:
    """One link a page the user may open; area and period go along."""
    pages = [page for page in installed().pages.values() if page.open_to(user)]
    placed = [page for page in pages if page.place == "top"] + [page for page in pages if page.place != "top"]
    first_below = next((page for page in placed if page.place != "top"), None)
    return [
        dcc.Link(
            [icon(page.icon), html.Span(t(page.title, user.language))],
            href=context.address(page.name) if context else f"/{page.name}",
            title=t(page.title, user.language),
            className=_classes(on=context is not None and page.name == context.page, below=page is first_below),
        )
        for page in placed
    ]


def _classes(on: bool, below: bool) -> str:
    return " ".join(["rail-link", *(["on"] if on else []), *(["below"] if below else [])])
