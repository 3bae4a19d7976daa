"""The appraisal sheet: a closed period's scores by area and line, objections and what was decided on them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import dash_mantine_components as dmc
import sqlalchemy as sa
from dash import dcc, html

import sql
from dashboard.context import ZONE, Context
from dashboard.exports import Table
from dashboard.figures.numbers import NONE, plain
from dashboard.pages.targets.model import Row, View
from dashboard.pages.targets.negotiation import ACT, FIELD
from dashboard.texts import t
from etl.domain.period import Period, containing

PART = "tg-part"
EXPORTED = ("area", "code", "part", "line", "score", "first_score", "share", "objection", "by", "decision", "decided")


def appraisal(view: View, context: Context) -> html.Div:
    """Closed periods, the sheet of the chosen one, objections, and the periods that may be closed."""
    if view.plan is None:
        return html.Div()
    language = context.language
    with context.read() as connection:
        closed = sql.rows(connection, "dashboard/appraisals", plan=view.plan.plan_id)
        chosen = _chosen(closed, context)
        scores = _scores(connection, chosen, view)
        objections = _objections(connection, chosen)
    links = [
        dcc.Link(
            Period(row["period"], row["start"]).label(language),
            href=context.address(closed=row["appraisal_id"]),
            className="on" if chosen and row["appraisal_id"] == chosen["appraisal_id"] else None,
        )
        for row in closed
    ]
    head = html.Div(
        [html.Span(links, className="segments")] if links else [html.P(t("targets.none_closed", language), className="empty")]
    )
    body = (
        [_sheet(scores, view, chosen, language), *_objecting(scores, view, context), *_objected(objections, view, language)]
        if chosen
        else []
    )
    return html.Div([head, *_closable(closed, view, context), *body])


def _chosen(closed: Sequence[Row], context: Context) -> Row | None:
    asked = context.query.get("closed", "")
    return next((row for row in closed if str(row["appraisal_id"]) == asked), closed[0] if closed else None)


def _scores(connection: sa.Connection, chosen: Row | None, view: View) -> dict[int, list[Row]]:
    if chosen is None:
        return {}
    areas = [one.area_id for one in [*([view.here] if view.here else []), *view.members]]
    found: dict[int, list[Row]] = {}
    for row in sql.rows(connection, "dashboard/appraisal_scores", appraisal=chosen["appraisal_id"], areas=areas):
        found.setdefault(row["area_id"], []).append(row)
    return found


def _objections(connection: sa.Connection, chosen: Row | None) -> list[dict[str, Any]]:
    return sql.rows(connection, "dashboard/appraisal_objections", appraisal=chosen["appraisal_id"]) if chosen else []


def _lines(view: View, language: str) -> dict[str, str]:
    """Names of the lines that have processes in the plan."""
    return {one.line: one.lines[language] for one in view.processes}


def _sheet(scores: Mapping[int, Sequence[Row]], view: View, chosen: Row, language: str) -> Any:
    lines = _lines(view, language)
    shown = [line for line in lines if any(row["line_id"] == line for rows in scores.values() for row in rows)]
    heads = [
        t("targets.col_area", language),
        t("targets.part.card", language),
        t("targets.part.outcome", language),
        *(lines[line] for line in shown),
    ]
    body = []
    for one in [*([view.here] if view.here else []), *view.members]:
        by_part = {(row["part"], row["line_id"]): row for row in scores.get(one.area_id, [])}
        if by_part:
            cells = [_cell(by_part.get(key)) for key in (("card", ""), ("outcome", ""), *(("line", line) for line in shown))]
            body.append(html.Tr([html.Th(one.names[language], scope="row"), *cells]))
    said = t(
        "targets.frozen",
        language,
        period=Period(chosen["period"], chosen["start"]).label(language),
        publication=chosen["publication_id"],
        version=chosen["version"],
        by=chosen["by"],
        day=chosen["at"].astimezone(ZONE).strftime("%Y-%m-%d"),
    )
    head = html.Thead(html.Tr([html.Th(words, scope="col") for words in heads]))
    return html.Div(
        [
            html.P(said, className="sub"),
            html.Div(html.Table([head, html.Tbody(body)], className="tg-path wide"), className="tg-scroll"),
        ]
    )


def _cell(row: Row | None) -> html.Td:
    """A score with its share; one that was decided anew stands beside what it first said."""
    if row is None:
        return html.Td(NONE)
    first = row["first_score"]
    changed = first is not None and abs(first - row["score"]) >= 0.05
    return html.Td(
        [
            html.B(plain(row["score"])),
            html.Small(f" {100 * row['share']:.0f}%" if row["share"] < 1 else ""),
            *([html.Del(plain(first))] if changed else []),
        ]
    )


def _objecting(scores: Mapping[int, Sequence[Row]], view: View, context: Context) -> list[Any]:
    """The form by which the appraised objects: for the area in hand alone."""
    language, here = context.language, view.at
    if here is None or not {"own", "line"} & set(view.rights.sides) or not scores.get(here.area_id):
        return []
    lines = _lines(view, language)
    data = [
        {
            "value": f"{row['part']}|{row['line_id']}",
            "label": lines.get(row["line_id"], t(f"targets.part.{row['part']}", language)),
        }
        for row in sorted(scores[here.area_id], key=lambda row: row["part"] != "outcome")  # the 1 first
        if row["part"] != "card"
    ]
    if not data:
        return []
    return [
        html.Div(
            [
                dmc.Select(
                    id={"kind": FIELD, "name": "part"},
                    data=data,
                    value=data[0]["value"],
                    w=180,
                    **{"aria-label": t("targets.which", language)},
                ),
                dmc.TextInput(
                    id={"kind": FIELD, "name": "words_objection"},
                    placeholder=t("targets.objection_words", language, area=here.names[language]),
                    className="tg-words",
                    **{"aria-label": t("targets.objection", language)},
                ),
                html.Button(
                    t("targets.do.object", language), id={"kind": ACT, "do": "object", "on": ""}, className="quiet button"
                ),
            ],
            className="tg-row",
        )
    ]


def _objected(rows: Sequence[Row], view: View, language: str) -> list[Any]:
    if not rows:
        return []
    lines = _lines(view, language)
    items = [_objection(row, lines, view, language) for row in rows]
    return [html.H3(t("targets.objections", language)), html.Ol(items, className="tg-steps")]


def _objection(row: Row, lines: Mapping[str, str], view: View, language: str) -> html.Li:
    part = lines.get(row["line_id"], t(f"targets.part.{row['part']}", language))
    head = [
        html.Time(row["at"].astimezone(ZONE).strftime("%m-%d %H:%M")),
        html.B(f"{row[f'name_{language}']} · {part}"),
        html.Span(row["by"]),
        html.Q(row["reason"]),
    ]
    if row["decision"]:
        score = f" {plain(row['score'])}" if row["score"] is not None else ""
        head += [
            html.B(t(f"targets.decision.{row['decision']}", language) + score),
            html.Span(row["decided_by"]),
            html.Q(row["decided"]),
        ]
        return html.Li(head)
    if not view.rights.whole:
        return html.Li([*head, html.Span(t("targets.decision.open", language))])
    return html.Li([*head, _decision(str(row["objection_id"]), language)])


def _decision(number: str, language: str) -> html.Div:
    """The form by which an objection is decided."""
    given, words = t("targets.score_given", language), t("targets.decision_words", language)
    score = dmc.NumberInput(
        id={"kind": FIELD, "name": f"score_{number}"}, placeholder=given, min=0, max=120, decimalScale=1, w=130,
        **{"aria-label": given},
    )  # fmt: skip
    reason = dmc.TextInput(
        id={"kind": FIELD, "name": f"decided_{number}"}, placeholder=words, className="tg-words", **{"aria-label": words}
    )
    buttons = [
        html.Button(t(f"targets.do.{do}", language), id={"kind": ACT, "do": do, "on": number}, className="quiet button")
        for do in ("uphold", "reject")
    ]
    return html.Div([score, reason, *buttons], className="tg-row")


def _closable(closed: Sequence[Row], view: View, context: Context) -> list[Any]:
    """Months and quarters that are over and not closed yet, for who plans the whole; the latest of each kind."""
    if view.plan is None or view.plan.status != "published" or not view.rights.whole or context.publication is None:
        return []
    done = {(row["period"], row["start"]) for row in closed}
    buttons = []
    for kind in ("m", "q"):
        at = latest_over(kind, min(context.publication.data_to, view.plan.period.end))
        if at.start >= view.plan.period.start and (kind, at.start) not in done:
            words = t("targets.do.close", context.language, period=at.label(context.language))
            buttons.append(html.Button(words, id={"kind": ACT, "do": "close", "on": at.code()}, className="quiet button"))
    return [html.Div(buttons, className="tg-row")] if buttons else []


def latest_over(kind: str, day: date) -> Period:
    """The last period of a kind that ends on or before a day."""
    at = containing(kind, day)
    return at if at.end <= day else at.previous


def export(view: View, context: Context) -> Table:
    """The whole sheet of the chosen period, as far as the reader sees it, with objections and decisions."""
    language, rows = context.language, []
    lines = _lines(view, language)
    names = {one.area_id: one for one in [*([view.here] if view.here else []), *view.members]}
    if view.plan is not None:
        with context.read() as connection:
            chosen = _chosen(sql.rows(connection, "dashboard/appraisals", plan=view.plan.plan_id), context)
            scores, objections = _scores(connection, chosen, view), _objections(connection, chosen)
        said = {(row["area_id"], row["part"], row["line_id"]): row for row in reversed(objections)}
        for area, parts in scores.items():
            for row in parts:
                about = said.get((area, row["part"], row["line_id"]), {})
                decision = about.get("decision")
                rows.append(
                    [
                        names[area].names[language],
                        names[area].code,
                        t(f"targets.part.{row['part']}", language),
                        lines.get(row["line_id"], ""),
                        row["score"],
                        row["first_score"],
                        row["share"],
                        about.get("reason"),
                        about.get("by"),
                        t(f"targets.decision.{decision}", language) if decision else None,
                        about.get("decided"),
                    ]
                )
    return Table(t("targets.appraisal", language), [t(f"targets.as_{name}", language) for name in EXPORTED], rows)
