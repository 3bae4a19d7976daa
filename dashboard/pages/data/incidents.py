"""What nobody may overlook: jobs that failed, feeds that are overdue, files that were refused."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from dash import html

import sql
from dashboard.context import Context
from dashboard.pages.data.wording import feed_title, moment
from dashboard.panels import panel
from dashboard.texts import t

MOST = 12


def read(connection: sa.Connection) -> list[dict[str, Any]]:
    """The open ones first."""
    return sql.rows(connection, "dashboard/incidents", most=MOST)


def incidents(context: Context, found: list[dict[str, Any]]) -> html.Section:
    """The panel: the open ones, then those that are over, folded away."""
    language = context.language
    opened = [one for one in found if one["closed_at"] is None]
    closed = [one for one in found if one["closed_at"] is not None]
    body: list[Any] = [_list(opened, language)] if opened else [html.P(t("data.no_incident", language), className="empty")]
    if closed:
        words = html.Summary(t("data.incidents_over", language, count=len(closed)))
        body.append(html.Details([words, _list(closed, language)], className="dt-fold"))
    sub = t("data.incidents_sub", language, count=len(opened)) if opened else ""
    return panel(t("data.incidents", language), sub, *body)


def _list(found: list[dict[str, Any]], language: str) -> html.Ul:
    return html.Ul([_one(one, language) for one in found], className="dt-incidents")


def _about(one: dict[str, Any], language: str) -> str:
    """The job that failed, with its feed; the feed whose file was refused. What is overdue says itself whose it is."""
    kind = t(f"data.incident_{one['kind']}", language)
    feed = feed_title(one["declaration"], one["subject"], language) if one["declaration"] else ""
    job = (one[f"title_{language}"] or one["subject"]) if one["kind"] == "job" else ""
    names = () if one["kind"] == "overdue" else (job, feed)
    return " · ".join(name for name in (kind, *names) if name)


def _one(one: dict[str, Any], language: str) -> html.Li:
    over = one["closed_at"]
    state = t("data.incident_closed" if over else "data.incident_open", language)
    times = t("data.incident_times", language, times=one["times"], last=moment(one["last_at"])) if one["times"] > 1 else ""
    when = t("data.incident_since", language, since=moment(one["opened_at"]))
    ended = t("data.incident_until", language, until=moment(over)) if over else ""
    return html.Li([
        html.Span(state, className="dt-state s-done" if over else "dt-state s-failed"),
        html.Span([html.B(_about(one, language)), " ", one[f"said_{language}"]], className="dt-said"),
        html.Span(" · ".join(piece for piece in (when, times, ended) if piece), className="sub"),
    ])  # fmt: skip
