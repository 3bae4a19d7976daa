"""An alert in words: what fell where and by how much, since when, and what goes with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from dashboard.alerts.reads import Alert
from dashboard.figures.numbers import NONE, count, plain, signed
from dashboard.pages.overview.wording import unit_name
from dashboard.texts import UnknownText, t
from etl.domain.period import containing

Row = Mapping[str, Any]
MOST_NAMED = 3  # areas or processes named in one sentence
MARKS = {"firing": "▲", "acknowledged": "✓", "recovering": "↗", "no_data": "○", "too_few": "○", "error": "○", "ok": "✓"}
WITH_READING = ("fall", "threshold", "target", "surge", "process", "rank")


def named(row: Row, stem: str, language: str) -> str:
    """A name in the reader's language; empty where there is none."""
    return str(row[f"{stem}_{language}"] or "")


def indicator(row: Row, language: str) -> str:
    """What fell; of a feed its name."""
    stem = "indicator" if language == "zh" else "short"
    return named(row, stem, language) or row["subject"]


def about(row: Row, language: str) -> str:
    """Area and indicator, as a heading."""
    if row["kind"] == "feed":
        return t("alerts.about_feed", language, feed=row["subject"])
    return t("alerts.about", language, area=named(row, "area", language), indicator=indicator(row, language))


def headline(row: Row, language: str) -> str:
    """The alert in one line: where, what, its value, and by how much since when."""
    if row["kind"] == "feed":
        return t("alerts.say.feed", language, feed=row["subject"])
    said = {"about": about(row, language), "value": amount(row, row["value"], language)}
    if row["kind"] == "quality":
        return t("alerts.say.quality", language, what=_moved(row["subject"], language), **said)
    if row["kind"] == "target" and _number(row["detail"], "chance") is not None:
        return t("alerts.say.target", language, chance=f"{100 * float(row['detail']['chance']):.0f}%", **said)
    if row["kind"] == "threshold" and _number(row["detail"], "threshold") is not None:
        return t("alerts.say.threshold", language, threshold=amount(row, row["detail"]["threshold"], language), **said)
    return _departed(row, said, language)


def _departed(row: Row, said: Mapping[str, str], language: str) -> str:
    """How far the reading is from what its own past led one to expect."""
    if row["kind"] == "rank" or row["size"] is None:
        return t("alerts.say.rank" if row["kind"] == "rank" else "alerts.say.plain", language, **said)
    way = "below" if row["size"] < 0 else "above"
    size = amount(row, abs(row["size"]), language)
    if row["kind"] == "fall" and row["since"] is not None:
        return t(f"alerts.say.{way}_since", language, size=size, since=period(row, row["since"], language), **said)
    return t(f"alerts.say.{way}", language, size=size, **said)


def _moved(subject: str, language: str) -> str:
    """What of the answers changed: their number, or the share of a cut."""
    try:
        return t(f"alerts.moved.{subject.partition('=')[0]}", language)
    except UnknownText:
        return subject


def _number(detail: Mapping[str, Any], name: str) -> float | None:
    found = detail.get(name)
    return float(found) if isinstance(found, int | float) else None


def amount(row: Row, value: float | None, language: str) -> str:
    """A value with the indicator's decimals and unit; scores have none."""
    if value is None:
        return NONE
    words = unit_name(row["unit"], language) if row["unit"] else ""
    return plain(value, row["decimals"] or 0) + (words if words in ("%", "‰") else "")


def unit(row: Row, language: str) -> str:
    return unit_name(row["unit"], language) if row["unit"] else ""


def reading(row: Row, language: str) -> str:
    """Value, interval and base."""
    if row["value"] is None:
        return t("alerts.no_reading", language)
    parts = [amount(row, row["value"], language)]
    if row["low"] is not None and row["high"] is not None:
        parts.append(t("alerts.interval", language, low=plain(row["low"], row["decimals"] or 0),
                       high=plain(row["high"], row["decimals"] or 0)))  # fmt: skip
    if row["n"] is not None:
        parts.append(f"n={count(row['n'], language)}")
    return " · ".join(parts)


def period(row: Row, day: date, language: str) -> str:
    return containing(row["period"], day).label(language)


def period_code(row: Row, day: date) -> str:
    return containing(row["period"], day).code()


def target(row: Row) -> float | None:
    """The target it is held against, where there is one."""
    return _number(row["detail"], "target")


def state(row: Row, language: str) -> str:
    """Mark and word of where an alert stands."""
    if row["closed_at"] is not None:
        return f"{MARKS['ok']} {t('alerts.state.ok', language)}"
    return f"{MARKS[row['state']]} {t('alerts.state.' + row['state'], language)}"


def severity(row: Row, language: str) -> str:
    return t(f"alerts.severity.{row['severity']}", language)


def cause(alert: Alert, language: str) -> str:
    """What goes with it, in at most a few phrases; empty where nothing stands out."""
    by: dict[str, list[Row]] = {}
    for one in alert.causes:
        by.setdefault(one["kind"], []).append(one)
    said = [_said(kind, rows, alert.row, language) for kind, rows in by.items()]
    return t("alerts.cause.join", language).join(words for words in said if words)


def _said(kind: str, rows: Sequence[Row], of: Row, language: str) -> str:
    first = rows[:MOST_NAMED]
    names = t("alerts.cause.and", language).join(_one(row, of, language) for row in first)
    more = len(rows) - len(first)
    if more:
        names = t("alerts.cause.more", language, names=names, more=more)
    return t(f"alerts.cause.{kind}", language, names=names)


def _one(row: Row, of: Row, language: str) -> str:
    """One cause by name, with how much it brings or moved."""
    if row["kind"] == "event":
        return str(row["words"])
    if row["kind"] in ("child", "grid"):
        name = named(row, "area", language)
    elif row["kind"] in ("cut", "mix"):
        name = cut_value(row["cut"], row["value"], language)
    else:
        name = named(row, "indicator", language)
    if row["contribution"] is None:
        return name
    decimals = (of if row["kind"] in ("child", "cut", "grid", "mix") else row)["decimals"] or 0
    return t("alerts.cause.one", language, name=name, size=signed(row["contribution"], decimals))


def cut_value(cut: str | None, value: str | None, language: str) -> str:
    """A cut's value in words; an operator's own as it is written."""
    try:
        return t(f"vocabulary.{cut}.{value}", language)
    except UnknownText:
        return str(value or cut or "")


def duty(row: Row, language: str) -> str:
    """Who has it: the person who took it on, else the owning line."""
    if row["owner"]:
        return str(row["owner"])
    return named(row, "line", language) or t("alerts.nobody", language)
