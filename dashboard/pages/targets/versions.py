"""Two versions of a plan side by side, for the indicator and the members in hand."""

from __future__ import annotations

from typing import Any

import dash_mantine_components as dmc
from dash import html

import sql
from dashboard.context import ZONE, Context
from dashboard.figures.numbers import NONE
from dashboard.pages.targets import wording
from dashboard.pages.targets.data import shown_version
from dashboard.pages.targets.model import Row, View
from dashboard.texts import t


def versions(view: View, context: Context) -> html.Div:
    """The list of versions, and what changed between the two chosen."""
    if view.plan is None or view.indicator is None:
        return html.Div()
    language, plan = context.language, view.plan
    before = shown_version(context.query.get("against"), max(plan.shown - 1, 1)) if plan.shown > 1 else 1
    with context.read() as connection:
        known = sql.rows(connection, "dashboard/plan_versions", plan=plan.plan_id)
        rows = sql.rows(
            connection,
            "dashboard/plan_levels",
            plan=plan.plan_id,
            area=context.area.area_id,
            indicator=view.indicator.indicator_id,
            before=before,
            after=plan.shown,
        )
    choice = html.Div(
        [
            _menu("version", plan.shown, known, context),
            html.Span(t("targets.against", language)),
            _menu("against", before, [row for row in known if row["version"] <= plan.shown], context),
        ],
        className="tg-row",
    )
    return html.Div([choice, _note(known, plan.shown, language), _table(rows, view, before, language)])


def _menu(key: str, chosen: int, known: list[dict[str, Any]], context: Context) -> dmc.Menu:
    language = context.language
    items = [
        dmc.MenuItem(
            _named(row, language),
            href=context.address(**{key: row["version"]}),
            refresh=False,
            className="current" if row["version"] == chosen else None,
        )
        for row in known
    ]
    button = html.Button(t("targets.version", language, n=chosen), className="quiet button")
    return dmc.Menu(
        [dmc.MenuTarget(button), dmc.MenuDropdown(html.Div(items, className="menu-list"), className="menu")],
        width=260,
        position="bottom-start",
        shadow="md",
        transitionProps={"duration": 0},
    )


def _named(row: Row, language: str) -> str:
    if row["at"] is None:
        return f"{t('targets.version', language, n=row['version'])} · {t('targets.of_others', language)}"
    when = row["at"].astimezone(ZONE).strftime("%m-%d %H:%M")
    return f"{t('targets.version', language, n=row['version'])} · {row['by']} · {when}"


def _note(known: list[dict[str, Any]], shown: int, language: str) -> html.P:
    row = next((each for each in known if each["version"] == shown), None)
    return html.P(f"{_named(row, language)} · {row['note']}" if row and row["note"] else "", className="sub")


def _table(rows: list[dict[str, Any]], view: View, before: int, language: str) -> Any:
    one = view.indicator
    assert one is not None and view.plan is not None  # noqa: S101  the caller has looked
    names = {each.area_id: each for each in [*([view.here] if view.here else []), *view.members]}
    kept = [row for row in rows if row["area_id"] in names]
    kept.sort(key=lambda row: list(names).index(row["area_id"]))
    heads = [
        t("targets.col_area", language),
        t("targets.version", language, n=before),
        t("targets.version", language, n=view.plan.shown),
        t("targets.change", language),
    ]
    body = [
        html.Tr(
            [
                html.Th(names[row["area_id"]].names[language], scope="row"),
                html.Td(wording.level(row["before"], one)),
                html.Td(html.B(wording.level(row["after"], one))),
                html.Td(_change(row, view)),
            ]
        )
        for row in kept
    ]
    head = html.Thead(html.Tr([html.Th(words, scope="col") for words in heads]))
    return html.Div(html.Table([head, html.Tbody(body)], className="tg-path wide"), className="tg-scroll")


def _change(row: Row, view: View) -> str:
    if row["before"] is None or row["after"] is None or view.indicator is None:
        return NONE
    return wording.difference(row["after"] - row["before"], view.indicator)
