"""The period picker: kind, one back, the list, one on, and how far the data of the period go."""

from __future__ import annotations

from datetime import date
from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html

from dashboard.address import last_complete, tree_day
from dashboard.context import Context
from dashboard.icons import icon
from dashboard.texts import t
from etl.domain.period import Period, containing, latest

PICKED = {"w": 26, "m": 25, "q": 9, "y": 3}  # how many periods the list offers
MENU_WIDTH = 168


def period_picker(context: Context) -> list[Any]:
    """Kind of period, one back, the list, one on, and how far its data go."""
    language, period = context.language, context.period
    kinds = [
        dcc.Link(t(f"kind.{kind}", language), href=_at(context, _same_time(context, kind)), className=_mark(kind == period.kind))
        for kind in PICKED
    ]
    return [
        html.Span(kinds, className="segments"),
        html.Span(
            [
                _step(context, period.previous, "earlier", _within(context, period.previous)),
                _period_menu(context),
                _step(context, period.shift(1), "later", _within(context, period.shift(1))),
            ],
            className="stepper",
        ),
        html.Span(completeness(context), className="complete"),
    ]


def _mark(on: bool) -> str | None:
    return "on" if on else None


def _same_time(context: Context, kind: str) -> Period:
    """The period of another kind that ends nearest to what is shown."""
    if kind == context.period.kind:
        return context.period
    found = containing(kind, tree_day(context))
    newest = last_complete(kind, context.publication)
    return min(found, newest) if found.end > context.period.end else found


def _within(context: Context, period: Period) -> bool:
    return context.publication is not None and context.publication.holds(period)


def _at(context: Context, period: Period) -> str:
    return context.address(period=period.code())


def _step(context: Context, period: Period, name: str, open_: bool) -> Any:
    words = t(f"shell.{name}", context.language)
    if not open_:
        return html.Span(icon(name, 14), className="step off", title=words)
    return dcc.Link(icon(name, 14), href=_at(context, period), className="step", title=words)


def _period_menu(context: Context) -> dmc.Menu:
    language, period = context.language, context.period
    newest = containing(period.kind, context.publication.data_to) if context.publication else period
    offered = [p for p in reversed(latest(period.kind, PICKED.get(period.kind, 3), newest)) if _within(context, p)]
    items = [
        dmc.MenuItem(p.label(language), href=_at(context, p), refresh=False, className="current" if p == period else None)
        for p in offered
    ]
    return dmc.Menu(
        [
            dmc.MenuTarget(html.Button(period.label(language), className="period-now")),
            dmc.MenuDropdown(html.Div(items, className="menu-list"), className="menu"),
        ],
        width=MENU_WIDTH, position="bottom", shadow="md", offset=4, transitionProps={"duration": 0},
    )  # fmt: skip


def completeness(context: Context) -> str:
    """How far the period is covered by the publication, in words."""
    known, period, language = context.publication, context.period, context.language
    if not _within(context, period) or known is None:
        return t("complete.none", language)
    if period.end <= known.data_to:
        return t(f"complete.{period.kind}", language, day=short_day(period.end))
    return t("complete.running", language, day=short_day(known.data_to))


def short_day(day: date) -> str:
    """Month and day, as the chip and the picker say it."""
    return f"{day:%m-%d}"
