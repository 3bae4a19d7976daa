"""The period picker: kind, one back, the list, one on, and how far the data of the period go."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Offer:
    """What the picker names, and the addresses it leads to: of other kinds, of periods (newest first), of both neighbours."""

    period: Period
    kinds: Mapping[str, str]
    periods: Mapping[Period, str]
    earlier: str | None
    later: str | None


def period_picker(context: Context, offer: Offer | None = None) -> list[Any]:
    """Kind of period, one back, the list, one on, and how far its data go; without an ``offer`` those of the calendar."""
    offer = offer or calendar(context)
    kinds = [
        dcc.Link(t(f"kind.{kind}", context.language), href=address, className=_mark(kind == offer.period.kind))
        for kind, address in offer.kinds.items()
    ]
    steps = [_step(context, offer.earlier, "earlier"), _period_menu(context, offer), _step(context, offer.later, "later")]
    return [
        html.Span(kinds, className="segments"),
        html.Span(steps, className="stepper"),
        html.Span(completeness(context, offer.period), className="complete"),
    ]


def calendar(context: Context) -> Offer:
    """The published periods of the calendar, whatever a page shows of them."""
    period = context.period
    newest = containing(period.kind, context.publication.data_to) if context.publication else period
    listed = reversed(latest(period.kind, PICKED.get(period.kind, 3), newest))
    return Offer(
        period,
        {kind: _at(context, _same_time(context, kind)) for kind in PICKED},
        {one: _at(context, one) for one in listed if _within(context, one)},
        *(_at(context, one) if _within(context, one) else None for one in (period.previous, period.shift(1))),
    )


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


def _step(context: Context, address: str | None, name: str) -> Any:
    words = t(f"shell.{name}", context.language)
    if address is None:
        return html.Span(icon(name, 14), className="step off", title=words)
    return dcc.Link(icon(name, 14), href=address, className="step", title=words)


def _period_menu(context: Context, offer: Offer) -> dmc.Menu:
    language = context.language
    items = [
        dmc.MenuItem(one.label(language), href=address, refresh=False, className="current" if one == offer.period else None)
        for one, address in offer.periods.items()
    ]
    return dmc.Menu(
        [
            dmc.MenuTarget(html.Button(offer.period.label(language), className="period-now")),
            dmc.MenuDropdown(html.Div(items, className="menu-list"), className="menu"),
        ],
        width=MENU_WIDTH, position="bottom", shadow="md", offset=4, transitionProps={"duration": 0},
    )  # fmt: skip


def completeness(context: Context, period: Period) -> str:
    """How far a period is covered by the publication, in words."""
    known, language = context.publication, context.language
    if not _within(context, period) or known is None:
        return t("complete.none", language)
    if period.end <= known.data_to:
        return t(f"complete.{period.kind}", language, day=short_day(period.end))
    return t("complete.running", language, day=short_day(known.data_to))


def short_day(day: date) -> str:
    """Month and day, as the chip and the picker say it."""
    return f"{day:%m-%d}"
