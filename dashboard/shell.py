"""The frame around every page: rail, top bar, and the place a page is drawn into.

The address is the only state: everything here is a link, and two callbacks on the one :data:`ADDRESS` redraw the top
bar and the page. A *live* page (see :class:`~dashboard.context.Page`) is drawn once and fills itself.
"""

from __future__ import annotations

from typing import Any

import dash_mantine_components as dmc
from dash import ClientsideFunction, Dash, Input, Output, State, dcc, html, no_update

from dashboard import navigation, nowhere, theme, topbar
from dashboard.address import asked_theme, context_from, page_named
from dashboard.auth.scope import current_user, installed, signed_in
from dashboard.context import ADDRESS, THEME, Absent, Refused, User
from dashboard.icons import icon
from dashboard.texts import t

RAIL_WIDTH, TOP_HEIGHT, TABS_HEIGHT, COMPACT_TOP_HEIGHT = 72, 48, 56, 100
BREAKPOINT = "md"  # assets/face.css folds the bar at the same width


def layout() -> Any:
    """The shell for the reader of this request; the page comes by :func:`draw_page`."""
    if not signed_in():  # Dash looks at the layout once while it sets itself up, whoever asks first
        return html.Div()
    user, chosen = current_user(), asked_theme()
    return dmc.MantineProvider(
        id="provider",
        theme=theme.mantine(),
        forceColorScheme=chosen,
        children=[
            dcc.Location(id=ADDRESS, refresh="callback-nav"),
            dcc.Store(id=THEME, data=chosen),
            dcc.Store(id="drawn"),
            dcc.Store(id="page-title"),
            html.A(t("shell.skip", user.language), href="#page", className="skip"),
            dmc.AppShell(
                layout="alt",
                padding=0,
                transitionDuration=0,
                header={"height": {"base": COMPACT_TOP_HEIGHT, BREAKPOINT: TOP_HEIGHT}},
                navbar={"width": RAIL_WIDTH, "breakpoint": BREAKPOINT, "collapsed": {"mobile": True}},
                footer={"height": {"base": TABS_HEIGHT, BREAKPOINT: 0}},
                children=[_rail(user), _top(user), _main(), _tabs(user)],
            ),
        ],
    )


def _rail(user: User) -> dmc.AppShellNavbar:
    return dmc.AppShellNavbar(
        html.Nav(
            [
                dcc.Link(t("product.name", user.language), href="/", className="logo"),
                html.Div(navigation.rail(user), id="rail", className="rail-links"),
                _rail_size(user.language),
            ],
            className="rail",
            **{"aria-label": t("shell.navigation", user.language)},
        )
    )


def _rail_size(language: str) -> html.Button:
    words = t("shell.rail", language)
    return html.Button(icon("earlier", 16), id="rail-size", className="rail-size", title=words, **{"aria-label": words})


def _top(user: User) -> dmc.AppShellHeader:
    language = user.language
    return dmc.AppShellHeader(
        html.Div(
            [
                html.Nav(id="trail", className="trail", **{"aria-label": t("shell.trail", language)}),
                html.Div(id="period", className="period", role="group", **{"aria-label": t("shell.period", language)}),
                html.Div(className="spread"),
                *([html.Span(t("product.demo", language), className="chip demo")] if installed().config.demo else []),
                html.Div(id="fresh"),
                topbar.language_switch(language),
                html.Button(
                    icon("theme", 18), id="theme-switch", className="square", title=t("shell.theme", language),
                    **{"aria-label": t("shell.theme", language)},
                ),
                topbar.user_menu(user),
            ],
            className="top",
        )
    )  # fmt: skip


def _main() -> dmc.AppShellMain:
    return dmc.AppShellMain([html.Div(id="page", tabIndex=-1), html.Div(id="page-title-set", hidden=True)])


def _tabs(user: User) -> dmc.AppShellFooter:
    words = {"aria-label": t("shell.navigation", user.language)}
    return dmc.AppShellFooter(html.Nav(navigation.tabs(user), id="tabs", className="tabs", **words), hiddenFrom=BREAKPOINT)


def register(app: Dash) -> None:
    """The shell's callbacks."""
    app.callback(
        Output("trail", "children"), Output("period", "children"), Output("fresh", "children"),
        Output("rail", "children"), Output("tabs", "children"), Input(ADDRESS, "href"),
    )(draw_top)  # fmt: skip
    app.callback(
        Output("page", "children"), Output("drawn", "data"), Output("page-title", "data"),
        Input(ADDRESS, "href"), State("drawn", "data"),
    )(draw_page)  # fmt: skip
    app.clientside_callback(
        ClientsideFunction("face", "theme"), Output(THEME, "data"), Output("provider", "forceColorScheme"),
        Input("theme-switch", "n_clicks"), State(THEME, "data"), prevent_initial_call=True,
    )  # fmt: skip
    app.clientside_callback(
        ClientsideFunction("face", "title"), Output("page-title-set", "children"), Input("page-title", "data")
    )


def draw_top(href: str) -> tuple[Any, ...]:
    """Trail, period, freshness, rail and tabs for an address; the bare frame when it cannot be shown."""
    user = current_user()
    try:
        context = context_from(href)
    except (Refused, Absent):
        return [topbar.home_link(user.language)], None, None, navigation.rail(user), navigation.tabs(user)
    rail = navigation.rail(user, context, navigation.open_alerts(context))
    return (*topbar.parts(context), rail, navigation.tabs(user, context))


def draw_page(href: str, drawn: str | None) -> tuple[Any, Any, str]:
    """The page at an address, or the page that says why not."""
    user = current_user()
    try:
        page, context = page_named(href, user), context_from(href)
    except (Refused, Absent) as reason:
        said = _title(nowhere.title(reason, user.language), user.language)
        return nowhere.no_page(reason, href, user), nowhere.kind_of(reason), said
    title = _title(f"{t(page.title, user.language)} · {context.area.name(user.language)}", user.language)
    key = f"{page.name} {user.language}"
    if page.live and drawn == key:
        return no_update, no_update, title
    return page.layout(context), key, title


def _title(words: str, language: str) -> str:
    return f"{words} · {t('product.name', language)}"
