"""The page: the sentence, its views, and the one the address asks for."""

from __future__ import annotations

from typing import Any

from dash import dcc, html

from dashboard.context import Context
from dashboard.pages.alerts import events, mine, model, post, rules, silences, wording
from dashboard.pages.alerts.detail import detail
from dashboard.pages.alerts.listing import listing
from dashboard.pages.alerts.model import OPENED, VIEWS, View
from dashboard.texts import t

PAGE_ID, SAID = "alerts-page", "alerts-said"


def layout(context: Context) -> html.Div:
    """The whole page for one reader."""
    page = html.Div(content(context), id=PAGE_ID, className="al-page")
    return html.Div([html.Div(id=SAID, role="status"), page], className="view")


def content(context: Context) -> list[Any]:
    """What an act draws again."""
    view, asked = model.load(context), model.view_of(context)
    head = [html.H1(wording.sentence(view, context)), html.P(wording.below(view, context), className="sub")]
    return [html.Header(head, className="sentence"), _tabs(context, asked), *_body(view, asked, context)]


def _body(view: View, asked: str, context: Context) -> list[Any]:
    others = {"silences": silences.view, "events": events.view, "rules": rules.view, "post": post.view, "mine": mine.view}
    if asked in others:
        return others[asked](context)
    parts = [listing(view, context), detail(view, context)]
    chosen = " chosen" if "alert" in context.query else ""
    return [html.Div([part for part in parts if part is not None], className=f"al-pair{chosen}")]


def _tabs(context: Context, asked: str) -> html.Nav:
    away = dict.fromkeys(OPENED)
    links = [
        dcc.Link(
            t(f"alerts.view.{name}", context.language), className="on" if name == asked else None,
            href=context.address(view=name if name != VIEWS[0] else None, **away),
        )
        for name in VIEWS
    ]  # fmt: skip
    return html.Nav(links, className="segments al-views", **{"aria-label": t("alerts.views", context.language)})
