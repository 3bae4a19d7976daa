"""The jobs of the schedule: when each runs, how it ended last, what is under way, and what ran."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from dash import html

import sql
from dashboard import grids
from dashboard.context import Context
from dashboard.pages.data import progress, tables, wording
from dashboard.pages.data.wording import moment
from dashboard.panels import panel
from dashboard.texts import t

MOST_RUNS = 50
COLUMNS = ("job", "plan", "next", "last_run", "act")  # the last for who handles data
AWAKE = timedelta(minutes=3)  # a schedule says every minute that it is awake


def read(connection: sa.Connection) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The jobs as the schedule wrote them down, and the latest runs."""
    return sql.rows(connection, "dashboard/jobs"), sql.rows(connection, "dashboard/job_runs", most=MOST_RUNS)


def view(context: Context, connection: sa.Connection, handles: bool, now: datetime) -> list[Any]:
    """The whole view."""
    runs = progress.open_runs(connection)
    return progress.live(runs, body(context, connection, handles, now), context.language)


def body(context: Context, connection: sa.Connection, handles: bool, now: datetime) -> list[Any]:
    """What changes when a run begins or ends: the jobs and the history."""
    listed, runs = read(connection)
    return [_jobs(context, listed, handles, now), _history(context, runs)]


def _jobs(context: Context, listed: list[dict[str, Any]], handles: bool, now: datetime) -> html.Section:
    language = context.language
    if not listed:
        return panel(t("data.jobs", language), "", html.P(t("data.no_job", language), className="empty"))
    names = COLUMNS if handles else COLUMNS[:-1]
    paused = {one["job"] for one in listed if one["paused_at"]}
    rows = [
        tables.row(
            names, _cells(one, one["job"].partition(":")[0] in paused, language), language, "dt-sub" if one["feed_id"] else ""
        )
        for one in listed
    ]
    seen = max(one["seen_at"] for one in listed)
    awake = now - seen <= AWAKE
    said = t("data.schedule_awake" if awake else "data.schedule_asleep", language, seen=moment(seen))
    note = html.P(said, className="dt-awake" if awake else "dt-asleep")
    return panel(t("data.jobs", language), t("data.jobs_sub", language), note,
                 tables.table("jobs", names, rows, language))  # fmt: skip


def _cells(one: dict[str, Any], held: bool, language: str) -> dict[str, Any]:
    """``held``: this job or the one above it is paused."""
    title = wording.feed_title(one["declaration"], one["feed_id"], language) if one["feed_id"] else one[f"title_{language}"]
    own = bool(one["paused_at"])
    pause = t("data.paused", language, by=one["paused_by"], at=moment(one["paused_at"])) if own else ""
    following = moment(one["next_at"]) if one["next_at"] and not held else "—"
    return {
        "job": [html.Span(title) if one["feed_id"] else html.B(title), html.Span(one["job"], className="sub")],
        "plan": wording.plan(one["cron"], one["asked_only"], language, one["takes_feed"]),
        "next": [html.Span(pause, className="dt-state s-paused")] if own else following,
        "last_run": _last(one, language), "act": _acts(one, own, title, language),
    }  # fmt: skip


def _last(one: dict[str, Any], language: str) -> Any:
    if one["run_id"] is None:
        return html.Span(t("data.never_ran", language), className="sub")
    when = moment(one["finished_at"] or one["started_at"] or one["scheduled_for"])
    state = html.Span(t(f"data.state_{one['state']}", language), className=f"dt-state s-{one['state']}")
    error = one[f"error_{language}"]
    said = [html.Div(error, className="sub dt-error", title=error)] if error else []
    return [state, html.Span(when, className="sub"), *said]


def _acts(one: dict[str, Any], own: bool, title: str, language: str) -> Any:
    """Buttons; the browser's script posts them, and the server asks again who may."""
    if one["asked_only"]:
        return ""
    open_ = one["state"] in ("due", "running")
    words = [("run", "run_now", open_), ("resume" if own else "pause", "resume" if own else "pause", False)]
    return html.Div([
        html.Button(t(f"data.{key}", language), className="dt-act", disabled=off,
                    **{"data-post": f"/data/jobs/{one['job']}/{act}", "aria-label": f"{t(f'data.{key}', language)} · {title}"})
        for act, key, off in words
    ], className="dt-acts")  # fmt: skip


def _history(context: Context, runs: list[dict[str, Any]]) -> html.Section:
    language = context.language
    columns = [
        grids.text("title", t("data.job", language), minWidth=260),
        grids.text("planned", t("data.planned", language), minWidth=140),
        grids.text("state", t("data.state", language), minWidth=96), grids.text("took", t("data.took", language), width=96),
        grids.text("by", t("data.by", language), minWidth=96),
        grids.text("outcome", t("data.outcome", language), minWidth=260, width=440),
        grids.text("error", t("data.error", language), minWidth=220, width=440),
    ]  # fmt: skip
    rows = [_run(one, language) for one in runs]
    sub = t("data.history_sub", language, count=len(rows))
    return panel(t("data.history", language), sub, grids.grid("data-runs", columns, rows, language))


def _run(one: dict[str, Any], language: str) -> dict[str, Any]:
    began, ended = one["started_at"], one["finished_at"]
    late = f" · {t('data.run_late', language)}" if one["late"] else ""
    again = f" · {t('data.attempt', language, attempt=one['attempt'])}" if one["attempt"] > 1 else ""
    return {
        "title": wording.job_title(one, language), "planned": moment(one["scheduled_for"]),
        "state": t(f"data.state_{one['state']}", language) + late + again,
        "took": wording.span((ended - began).total_seconds(), language) if began and ended else "",
        "by": one["asked_by"] or t("data.by_schedule", language),
        "outcome": wording.outcome(one["outcome"], language), "error": one[f"error_{language}"] or "",
    }  # fmt: skip
