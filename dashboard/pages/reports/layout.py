"""The page: make a report now, read one, subscriptions, and all that were kept."""

from __future__ import annotations

from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html

from dashboard import grids
from dashboard.context import Context
from dashboard.icons import icon
from dashboard.pages.reports import data, subscribe, wording
from dashboard.pages.reports.data import Row, View
from dashboard.pages.reports.parts import act_button
from dashboard.panels import panel
from dashboard.texts import LANGUAGES, t

PAGE_ID, SAID, TICK, SEARCH, GRID = "reports-page", "reports-said", "reports-tick", "reports-search", "reports-kept"
TICK_MS = 1500  # between two looks, while a report is being made
MOST_DIGITS = 18


def layout(context: Context) -> html.Div:
    """The whole page for one reader."""
    view = data.load(context, LANGUAGES)
    return html.Div([
        html.Div(id=SAID, role="status"), html.Div(content(context, view), id=PAGE_ID, className="rp-page"),
        dcc.Interval(id=TICK, interval=TICK_MS, disabled=not view.waiting),
    ], className="view reports-page")  # fmt: skip


def content(context: Context, view: View) -> list[Any]:
    """What an act draws again."""
    head = [html.H1(wording.sentence(view, context)), html.P(t("reports.how", context.language), className="sub")]
    opened = _opened(context)
    pair = html.Div([_make(context, view), subscribe.panel_of(context, view)], className="rp-pair")
    return [html.Header(head, className="sentence"), *([opened] if opened else []), pair, _kept(context, view)]


def _make(context: Context, view: View) -> html.Section:
    """The report of this area and period: made already, or to be made."""
    language = context.language
    about = html.P([html.B(context.area.name(language)), " · ", context.period.label(language)], className="rp-about")
    lines = [html.Li(_made(context, view, spoken), className="rp-line") for spoken in LANGUAGES]
    asleep = [] if view.awake else [html.P(t("reports.asleep", language), className="rp-asleep")]
    none = html.P(t("reports.unpublished", language, period=context.period.label(language)), className="empty")
    body = [about, html.Ul(lines, className="rp-lines"), *asleep] if context.published else [about, none]
    return panel(t("reports.make", language), t("reports.make_sub", language), *body, _asked(context, view))


def _made(context: Context, view: View, spoken: str) -> list[Any]:
    """One language's report: a link where it is made, a button where it is not (or lacks something)."""
    language, there = context.language, view.there.get(spoken)
    name = html.Span(t(f"reports.in_{spoken}", language), className="rp-name")
    read = [_link(context, there["report_id"], "button")] if there else []
    lacks = [html.Span(t("reports.partial", language), className="dt-state s-late")] if there and there["missing"] else []
    again = "make_again" if there else "make_now"
    busy = any(_same(one, context, spoken) and one["state"] in data.OPEN for one in view.asked)
    make = [] if there and not there["missing"] else [
        act_button("ask", spoken, t(f"reports.{again}", language), disabled=busy, classes="quiet button")
    ]  # fmt: skip
    return [name, *lacks, *read, *make]


def _same(one: Row, context: Context, spoken: str) -> bool:
    asked = one["asked"]
    return (asked["area"], asked["period"], asked["language"]) == (context.area.code, context.period.code(), spoken)


def _asked(context: Context, view: View) -> html.Div:
    """What became of the reader's asks."""
    lines = [html.Li(_line(context, one), className="rp-line") for one in view.asked[:5]]
    head = [html.H3(t("reports.asked", context.language))] if lines else []
    return html.Div([*head, html.Ul(lines, className="rp-lines")], className="rp-asked")


def _line(context: Context, one: Row) -> list[Any]:
    language, asked = context.language, one["asked"]
    name = one[f"name_{language}"] or asked["area"]
    spoken = t(f"reports.in_{asked['language']}", language)
    words = f"{name} · {wording.asked_period(asked['period'], language)} · {spoken}"
    state = html.Span(t(f"reports.state_{one['state']}", language), className=f"dt-state s-{one['state']}")
    number = (one["outcome"] or {}).get("report")
    read = [_link(context, number, "rp-link")] if number else []
    error = one[f"error_{language}"]
    return [state, html.Span(words, className="rp-name"), *read, *([html.Span(error, className="sub rp-error")] if error else [])]


def _link(context: Context, number: int, classes: str) -> dcc.Link:
    return dcc.Link(t("reports.read", context.language), href=context.address(report=number), className=classes)


def _opened(context: Context) -> html.Section | None:
    """The report of ``?report=``, page by page; nothing where there is none for the reader."""
    asked = context.query.get("report", "")
    if not (asked.isascii() and asked.isdecimal() and len(asked) <= MOST_DIGITS):
        return None
    with context.read() as connection:
        row = data.one(connection, int(asked))
    language = context.language
    if row is None:
        return panel(t("reports.gone", language), "", html.P(t("reports.gone_sub", language), className="empty"))
    away = dcc.Link(icon("close", 16), href=context.address(report=None), className="square", title=t("reports.away", language))
    load = html.A(
        [icon("download", 16), t("reports.download", language)], href=f"/reports/{row['report_id']}/pdf", className="button"
    )
    return panel(row["title"], wording.state(row, language), _facts(context, row), _sheets(row, language), tools=[load, away])


def _sheets(row: Row, language: str) -> html.Div:
    """The pages side by side, as they were printed."""
    pages = [
        html.Img(src=f"/reports/{row['report_id']}/pages/{page}.png", className="rp-sheet",
                 alt=t("reports.page_of", language, page=page, pages=row["pages"], title=row["title"]))
        for page in range(1, row["pages"] + 1)
    ]  # fmt: skip
    return html.Div(pages, className="rp-sheets", tabIndex=0, role="group", **{"aria-label": row["title"]})


def _facts(context: Context, row: Row) -> html.Dl:
    """How the report can be told from every other."""
    language = context.language
    told = {
        "publication": f"#{row['publication_id']}", "made_at": wording.moment(row["made_at"]),
        "size": f"{t('reports.pages', language, n=row['pages'])} · {wording.size(row['bytes'])}",
        "sha256": html.Code(row["sha256"]),
    }  # fmt: skip
    if row["glyphless"]:
        told["glyphless"] = " ".join(f"U+{ord(letter):04X}" for letter in row["glyphless"])
    pairs = [html.Div([html.Dt(t(f"reports.{key}", language)), html.Dd(value)]) for key, value in told.items()]
    return html.Dl(pairs, className="rp-facts")


def _kept(context: Context, view: View) -> html.Section:
    """All kept reports of the area and below, with a search."""
    language = context.language
    columns = [
        grids.text("name", t("reports.area", language), minWidth=140, flex=2, cellRenderer="DataLink"),
        grids.text("period", t("reports.period", language), minWidth=120),
        grids.text("language", t("reports.language", language), width=88),
        grids.text("publication", t("reports.publication", language), width=88),
        grids.text("made_at", t("reports.made_at", language), minWidth=140),
        grids.text("size", t("reports.size", language), width=96),
        grids.text("state", t("reports.state", language), minWidth=120, flex=1),
        grids.text("sha256", t("reports.sha256", language), width=120),
    ]  # fmt: skip
    search = dmc.TextInput(
        id=SEARCH, placeholder=t("reports.search_hint", language), debounce=300, leftSection=icon("search", 16),
        className="rp-search", **{"aria-label": t("reports.search", language)},
    )  # fmt: skip
    body = grids.grid(GRID, columns, rows(context, view.reports), language)
    sub = t("reports.kept_sub", language, shown=f"{len(view.reports):,}", all=f"{view.count:,}")
    return panel(t("reports.kept", language), sub, body, tools=[search])


def rows(context: Context, reports: Any) -> list[dict[str, Any]]:
    """Kept reports as the grid's rows."""
    language = context.language
    return [
        {"name": row[f"name_{language}"], "href": context.address(report=row["report_id"]),
         "period": wording.period(row, language), "language": t(f"reports.in_{row['language']}", language),
         "publication": f"#{row['publication_id']}", "made_at": wording.moment(row["made_at"]),
         "size": wording.size(row["bytes"]), "state": wording.state(row, language), "sha256": row["sha256"][:12]}
        for row in reports
    ]  # fmt: skip
