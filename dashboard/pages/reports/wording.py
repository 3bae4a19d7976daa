"""Moments, sizes, periods and the page's sentence in words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from dashboard.context import ZONE, Context
from dashboard.pages.reports.data import View
from dashboard.texts import t
from etl.domain.period import Period, parse

KIB = 1024


def sentence(view: View, context: Context) -> str:
    """How many reports are kept, and which is the latest."""
    language, area = context.language, context.area.name(context.language)
    if not view.reports:
        return t("reports.sentence_none", language, area=area)
    latest = view.reports[0]
    return t("reports.sentence", language, area=area, n=f"{view.count:,}", period=period(latest, language))


def moment(when: datetime | None) -> str:
    """To the minute, in the operator's time."""
    return when.astimezone(ZONE).strftime("%Y-%m-%d %H:%M") if when else "—"


def size(count: int) -> str:
    return f"{max(1, round(count / KIB)):,} kB"


def period(row: Mapping[str, Any], language: str) -> str:
    """The period of a kept report."""
    return Period(row["period"], row["start"]).label(language)


def asked_period(code: str, language: str) -> str:
    """The period of an ask; what is none as it is written."""
    try:
        return parse(code).label(language)
    except ValueError:
        return code


def state(row: Mapping[str, Any], language: str) -> str:
    """Whole, or which parts are missing."""
    if not row["missing"]:
        return t("reports.whole", language)
    parts = t("reports.comma", language).join(t(f"snapshot.part.{part}", language) for part in row["missing"])
    return t("reports.lacks", language, parts=parts)


def file_name(row: Mapping[str, Any], demo: bool) -> str:
    """``manyi-4401-2026-W46-zh.pdf``, without letters a file's name cannot hold."""
    code = "".join(letter if letter.isalnum() else "-" for letter in row["code"])
    return f"{'manyi-demo' if demo else 'manyi'}-{code}-{Period(row['period'], row['start']).code()}-{row['language']}.pdf"
