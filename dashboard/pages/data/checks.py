"""The checks of the roll-ups: what each demands, and how it ended at the last publication."""

from __future__ import annotations

import json
from typing import Any

import sqlalchemy as sa
from dash import html

import sql
from dashboard.context import Context
from dashboard.panels import panel
from dashboard.texts import t

SAMPLES = 3  # rows at fault that are shown


def read(connection: sa.Connection) -> list[dict[str, Any]]:
    """Those that found something first."""
    return sql.rows(connection, "dashboard/publication_checks")


def checks(context: Context, found: list[dict[str, Any]]) -> html.Section:
    """The panel."""
    language = context.language
    if not found:
        return panel(t("data.checks", language), "", html.P(t("data.no_check", language), className="empty"))
    passed = sum(not one["found"] for one in found)
    sub = t("data.checks_sub", language, number=found[0]["publication_id"], passed=passed, all=len(found))
    return panel(t("data.checks", language), sub, html.Ul([_one(one, language) for one in found], className="dt-checks"))


def _one(one: dict[str, Any], language: str) -> html.Li:
    count = one["found"]
    passed = "data.check_passed" if one["severity"] == "fail" else "data.check_clear"  # a warning's sentence tells the fault
    word = t("data.check_found", language, count=count) if count else t(passed, language)
    mark = "s-done" if not count else "s-failed" if one["severity"] == "fail" else "s-late"
    rows = [html.Li(html.Code(json.dumps(row, ensure_ascii=False))) for row in one["rows"][:SAMPLES]]
    shown = [html.Details([html.Summary(t("data.samples", language)), html.Ul(rows)], className="dt-fold")] if rows else []
    return html.Li([
        html.Span(word, className=f"dt-state {mark}"), html.Span(one[f"said_{language}"], className="dt-said"),
        html.Span(t(f"data.check_{one['severity']}", language), className="sub"), *shown,
    ])  # fmt: skip
