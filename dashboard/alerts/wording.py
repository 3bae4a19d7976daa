"""An alert in words: what fell where and by how much, since when, and what goes with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from dashboard.alerts.reads import Alert
from dashboard.figures.numbers import NONE, chance, count, plain, signed
from dashboard.pages.overview.wording import unit_name
from dashboard.texts import UnknownText, t
from etl.domain.period import containing

Row = Mapping[str, Any]
MOST_NAMED = 3  # areas or processes named in one sentence
MARKS = {"firing": "▲", "acknowledged": "✓", "recovering": "↗", "no_data": "○", "too_few": "○", "error": "○", "ok": "✓"}
WITH_STATISTIC = ("fall", "process", "surge")  # kinds whose S adds up evidence; the others say yes or no
COUNTED = ("surge", "quality")  # kinds whose figures are counts: of complaints, of answers
UNJUDGED = ("no_data", "too_few", "error")  # states in which the last period says nothing
HELD = "error"  # of these, the one in which the answers changed too much to compare
OF_THE_ALERT = ("child", "grid", "cut", "mix")  # causes told in the alert's own unit; the others in theirs


def named(row: Row, stem: str, language: str) -> str:
    """A name in the reader's language; empty where there is none."""
    return str(row[f"{stem}_{language}"] or "")


def indicator(row: Row, language: str) -> str:
    """What fell; of a feed its name."""
    stem = "indicator" if language == "zh" else "short"
    return named(row, stem, language) or row["subject"]


def about(row: Row, language: str) -> str:
    """Area and indicator, as a heading; a feed by its name."""
    if row["kind"] == "feed":
        return t("alerts.about_feed", language, feed=row["subject"].rpartition(":")[2])
    area = named(row, "area", language)
    if row["kind"] == "quality":
        return t("alerts.about_answers", language, area=area)
    return t("alerts.about", language, area=area, indicator=indicator(row, language))


def headline(row: Row, language: str) -> str:
    """The alert in one line: where, what, its value, and by how much since when."""
    said = {"about": about(row, language), "value": amount(row, row["value"], language)}
    return _LINES.get(row["kind"], _departed)(row, said, language)


Said = Mapping[str, str]


def _of_feed(row: Row, said: Said, language: str) -> str:
    words = str(row["detail"].get(language) or t("alerts.say.feed", language, about=said["about"]))
    return words[:1].upper() + words[1:]


def _of_quality(row: Row, said: Said, language: str) -> str:
    """The number of answers beside the usual one, or the cut whose mix moved most."""
    detail = row["detail"]
    if "cut" not in detail:
        return t("alerts.say.volume", language, usual=amount(row, row["expected"], language), **said)
    value = cut_value(detail["cut"], detail.get("value"), language)
    moved = signed(100 * (_number(detail, "moved") or 0.0), 0)
    return t("alerts.say.mix", language, about=said["about"], value=value, moved=moved)


def _unjudged(row: Row, said: Said, language: str) -> str:
    return t("alerts.say.unjudged", language, about=said["about"], state=t(f"alerts.state.{row['state']}", language))


def _of_target(row: Row, said: Said, language: str) -> str:
    if row["state"] in UNJUDGED and row["closed_at"] is None:  # no target is in force any more, or nothing foretells it
        return _unjudged(row, said, language)
    told = {"chance": chance(_number(row["detail"], "probability")), "target": amount(row, target(row), language)}
    words, missed = t("alerts.say.target", language, about=said["about"], **told), _number(row["detail"], "below")
    if not missed:
        return words
    many = {"missed": count(int(missed), language), "of": count(int(_number(row["detail"], "below_of") or 0), language)}
    return words + t("alerts.say.target_below", language, **many)


def _of_threshold(row: Row, said: Said, language: str) -> str:
    return t("alerts.say.threshold", language, threshold=amount(row, _number(row["detail"], "threshold"), language), **said)


def _of_surge(row: Row, said: Said, language: str) -> str:
    expected = amount(row, row["expected"], language)
    when = period(row, row["latest"], language)
    return t("alerts.say.surge", language, expected=expected, period=when, **said)


def _of_rank(row: Row, said: Said, language: str) -> str:
    """The ranks it may have now, and those it may have had before: bands that all hold at once."""
    names = ("first_before", "last_before", "first_rank", "last_rank", "siblings")
    ranks = {name: plain(_number(row["detail"], name), 0) for name in names}
    return t("alerts.say.rank", language, **ranks, **said)


def _departed(row: Row, said: Said, language: str) -> str:
    """How far the reading is from what its own past led one to expect."""
    if row["state"] == HELD and row["closed_at"] is None:
        return t("alerts.say.held", language, about=said["about"])
    if row["state"] in UNJUDGED and row["closed_at"] is None:
        return _unjudged(row, said, language)
    if row["size"] is None:  # a fall that is none any more, while its alert is still open
        return t("alerts.say.back" if row["kind"] == "fall" else "alerts.say.plain", language, **said)
    way, size = "below" if row["size"] < 0 else "above", amount(row, abs(row["size"]), language)
    if row["kind"] == "fall" and row["since"] not in (None, row["latest"]):
        return t(f"alerts.say.{way}_since", language, size=size, since=period(row, row["since"], language), **said)
    return t(f"alerts.say.{way}", language, size=size, **said)


_LINES = {
    "feed": _of_feed, "quality": _of_quality, "target": _of_target, "threshold": _of_threshold, "surge": _of_surge,
    "rank": _of_rank,
}  # fmt: skip


def _number(detail: Mapping[str, Any], name: str) -> float | None:
    found = detail.get(name)
    return float(found) if isinstance(found, int | float) else None


def decimals(row: Row) -> int:
    """Of the alert's own figures: complaints and answers are counted whole."""
    return 0 if row["kind"] in COUNTED else row["decimals"] or 0


def amount(row: Row, value: float | None, language: str) -> str:
    """A value with its decimals and unit; scores have none."""
    if value is None:
        return NONE
    words = unit(row, language)
    close = words if words in ("%", "‰") or (row["kind"] in COUNTED and language == "zh") else ""
    return plain(value, decimals(row)) + close


def unit(row: Row, language: str) -> str:
    """The unit in words: of the indicator, or of what is counted."""
    if row["kind"] in COUNTED:
        return t(f"alerts.unit.{row['kind']}", language)
    return unit_of(row, language)


def unit_of(row: Row, language: str) -> str:
    """The indicator's own unit."""
    return unit_name(row["unit"], language) if row["unit"] else ""


def read_as(row: Row) -> str:
    """What the value is: a reading, or where the period is expected to end."""
    return "forecast" if row["kind"] == "target" else "reading"


def reading(row: Row, language: str) -> str:
    """Value, interval and base."""
    if row["value"] is None:
        return t("alerts.no_reading", language)
    parts = [amount(row, row["value"], language)]
    if row["low"] is not None and row["high"] is not None:
        low, high = (plain(row[end], decimals(row)) for end in ("low", "high"))
        parts.append(t("alerts.interval", language, low=low, high=high))
    if row["n"] is not None and row["kind"] not in COUNTED:
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
    size = signed(row["contribution"], (of if row["kind"] in OF_THE_ALERT else row)["decimals"] or 0)
    return size if row["kind"] == "mix" else t("alerts.cause.one", language, name=name, size=size)


def cut_value(cut: str | None, value: str | None, language: str) -> str:
    """A cut's value in words; an operator's own as it is written."""
    if (cut, value) == ("brand", "own"):
        return t("alerts.own_brand", language)
    try:
        return t(f"vocabulary.{cut}.{value}", language)
    except UnknownText:
        return str(value or cut or "")


def duty(row: Row, language: str) -> str:
    """Who has it: the person who took it on, else the owning line."""
    if row["owner"]:
        return str(row["owner"])
    return named(row, "line", language) or t("alerts.nobody", language)
