"""The top bar: area trail, period picker, freshness, language and user."""

from __future__ import annotations

from typing import Any

import dash_mantine_components as dmc
import sqlalchemy as sa
from dash import dcc, html

import sql
from dashboard.address import oldest_fresh
from dashboard.auth.scope import installed
from dashboard.context import Context, User
from dashboard.icons import icon
from dashboard.periods import period_picker, short_day
from dashboard.texts import LANGUAGES, t
from dashboard.trail import children, trail
from etl.domain.area import Level

COVERED = Level.COUNTY  # the level whose companies deliver the data
MENU_WIDTH = 232


def parts(context: Context) -> tuple[Any, Any, Any]:
    """Trail, period picker and freshness chip for a view."""
    offer = installed().pages[context.page].offer
    with context.read() as connection:
        below = children(connection, context)
        fresh = freshness(context, _coverage(connection, context))
        offered = offer(connection, context) if offer else None
    return trail(context, below), period_picker(context, offered), fresh


def home_link(language: str) -> dcc.Link:
    """The way on from where nothing can be shown."""
    return dcc.Link(t("refused.home", language), href="/", className="crumb-name", refresh=True)


def freshness(context: Context, covered: dict[str, Any] | None) -> dcc.Link:
    """The chip that says how far the data go and how many counties are in; it leads to the data page."""
    language, known = context.language, context.publication
    if known is None:
        return _chip(context, t("fresh.none", language), "none")
    day = short_day(known.data_to)
    if not covered or not covered["areas"]:
        return _chip(context, t("fresh.day", language, day=day), "full")
    numbers = {"have": covered["have"], "all": covered["areas"], "level": COVERED.plural_in(language)}
    words = t("fresh.chip", language, day=day, **numbers)
    hint = t("fresh.hint", language, oldest=oldest_fresh(known).isoformat(), **numbers)
    return _chip(context, words, "full" if covered["have"] == covered["areas"] else "part", hint)


def _chip(context: Context, words: str, state: str, hint: str | None = None) -> dcc.Link:
    return dcc.Link(
        [html.Span(className=f"dot {state}"), words], href=context.address("data"), className="chip fresh", title=hint
    )


def _coverage(connection: sa.Connection, context: Context) -> dict[str, Any] | None:
    """Counties under the area (or the one it lies in) and how many have their answers in; ``None`` above one's scope."""
    inside = [node for node in context.trail if node.level <= COVERED]
    if not context.publication or not inside or not inside[-1].full:
        return None
    return sql.one(
        connection, "auth/area_coverage", p=context.publication_id, area_id=inside[-1].area_id, level=int(COVERED),
        day=context.publication.data_to, oldest=oldest_fresh(context.publication),
    )  # fmt: skip


def language_switch(language: str) -> html.Div:
    """Chinese and English; the choice is kept with the user."""
    buttons = [
        html.Button(
            t("shell.language_short", code), className="on" if code == language else None, title=t("shell.language_name", code),
            lang=code, **{"data-language": code, "aria-pressed": str(code == language).lower()},
        )
        for code in LANGUAGES
    ]  # fmt: skip
    return html.Div(buttons, className="languages", role="group", **{"aria-label": t("shell.language", language)})


def user_menu(user: User) -> dmc.Menu:
    """Who is signed in and in which roles; password; the way out."""
    language = user.language
    button = html.Button(user.name[:1].upper(), className="user", title=user.name, **{"aria-label": t("shell.user", language)})
    dropdown = [
        _who(user),
        language_switch(language),
        dmc.MenuDivider(),
        dmc.MenuItem(t("password.title", language), href="/password", leftSection=icon("key", 16), refresh=True),
        _way_out(language),
    ]
    return dmc.Menu(
        [dmc.MenuTarget(button), dmc.MenuDropdown(dropdown, className="menu")],
        width=MENU_WIDTH, position="bottom-end", shadow="md", offset=4, transitionProps={"duration": 0},
    )  # fmt: skip


def _who(user: User) -> html.Div:
    roles = [t(f"role.{role}", user.language) for role in sorted(user.roles)]
    said = t("shell.between", user.language).join(roles)
    return html.Div([html.B(user.name), html.Span(user.login), html.Span(said)], className="who")


def _way_out(language: str) -> html.Form:
    words = [html.Span(t("shell.logout", language)), html.Small(t("shell.logout_note", language))]
    return html.Form(html.Button([icon("logout", 16), *words], type="submit"), action="/logout", method="post", className="leave")
