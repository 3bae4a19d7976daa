"""The overview of a period nothing is published for: it says so, and leads to where there is data."""

from __future__ import annotations

from dash import dcc, html

from dashboard.address import last_complete
from dashboard.context import Context
from dashboard.icons import icon
from dashboard.texts import t
from etl.domain.period import Period


def away(context: Context) -> html.Div:
    """What stands in place of the whole page."""
    return html.Div(
        [icon("data", 40), html.H1(_sentence(context)), html.P(_reach(context)), html.Div(steps(context), className="steps")],
        className="no-page ov-away",
    )


def steps(context: Context) -> list[dcc.Link]:
    """Links to the latest period with data, to the area above, and to the page that says how far the data go."""
    language, newest = context.language, latest_with_data(context)
    found = []
    if newest is not None and newest != context.period:
        words = t("overview.say.to_latest", language, period=newest.label(language))
        found.append(dcc.Link(words, href=context.address(period=newest.code()), className="button"))
    elif len(context.trail) > 1:
        above = context.trail[-2]
        words = t("overview.say.to_above", language, area=above.name(language))
        found.append(dcc.Link(words, href=context.address(area=above.code), className="button"))
    data = dcc.Link(t("overview.say.to_data", language), href=context.address("data"), className="quiet button")
    return [*found, data]


def latest_with_data(context: Context) -> Period | None:
    """The last complete period of the kind asked for; ``None`` before the first publication."""
    return last_complete(context.period.kind, context.publication) if context.publication else None


def _sentence(context: Context) -> str:
    language, known = context.language, context.publication
    if known is None:
        return t("overview.say.unpublished", language)
    early = context.period.end < known.data_from
    return t(
        "overview.say.before_data" if early else "overview.say.after_data", language, area=context.area.name(language),
        period=context.period.label(language), **({"first": known.data_from} if early else {"last": known.data_to}),
    )  # fmt: skip


def _reach(context: Context) -> str:
    known = context.publication
    if known is None:
        return ""
    return t(
        "overview.say.published",
        context.language,
        publication=f"#{known.publication_id}",
        first=known.data_from,
        last=known.data_to,
    )
