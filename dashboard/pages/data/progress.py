"""What waits or is under way, as bars that move, and how often the page asks for them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa
from dash import dcc, html

import sql
from dashboard.pages.data.wording import job_title
from dashboard.texts import t

LIVE, BODY, TICK, ASKED, SEEN = "data-live", "data-body", "data-tick", "data-asked", "data-seen"
TICK_MS = 2000  # between two looks, while something waits or is under way
UPLOAD_JOBS = ("check", "load-upload")


def open_runs(connection: sa.Connection, jobs: Iterable[str] = ()) -> list[dict[str, Any]]:
    """The runs that wait or are under way (of ``jobs`` only, where given), those under way first."""
    wanted = frozenset(jobs)
    return [run for run in sql.rows(connection, "dashboard/job_runs_open") if not wanted or run["job"] in wanted]


def signature(runs: Iterable[Mapping[str, Any]]) -> str:
    """Changes when a run begins or ends."""
    return " ".join(f"{run['run_id']}:{run['state']}:{run['attempt']}" for run in runs)


def live(runs: list[dict[str, Any]], body: Any, language: str) -> list[Any]:
    """The part of a view that follows its runs: bars, below them what changes when one ends, and the clock."""
    return [
        html.Div(bars(runs, language), id=LIVE, className="dt-live", role="status"),
        html.Div(body, id=BODY, className="dt-body"),
        dcc.Interval(id=TICK, interval=TICK_MS, disabled=not runs),
        dcc.Store(id=ASKED),
        dcc.Store(id=SEEN, data=signature(runs)),
        html.P(id="data-said", className="dt-said-no", role="alert", hidden=True),
    ]


def bars(runs: list[dict[str, Any]], language: str) -> list[Any]:
    """One bar a run: how far it has come, as far as it is known, and at what it is."""
    return [_bar(run, language) for run in runs]


def _bar(run: dict[str, Any], language: str) -> html.Div:
    known = bool(run["steps"])
    share = round(100 * run["done"] / run["steps"]) if known else None
    at = {"value": str(run["done"]), "max": str(run["steps"])} if known else {}
    said = t("data.share", language, share=share) if known else t(f"data.state_{run['state']}", language)
    if not known and run["done"]:
        said = t("data.rows_read", language, rows=f"{run['done']:,}")
    title = job_title(run, language)
    by = t("data.asked_by", language, by=run["asked_by"]) if run["asked_by"] else ""
    drawn = (
        html.Progress(**at, **{"aria-label": f"{title} {said}"}) if run["state"] == "running" else html.Span(className="dt-wait")
    )
    step = t(f"data.state_{run['state']}", language) if run["state"] == "due" else run["step"] or ""
    return html.Div([
        html.Span([html.B(title), html.Span(by, className="sub")], className="dt-bar-title"), drawn,
        html.Span(said, className="dt-bar-share"), html.Span(step if step != said else "", className="sub dt-bar-step"),
    ], className="dt-bar")  # fmt: skip
