"""How the reader wants to be told of alerts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from unicodedata import normalize

from dash import html

import sql
from dashboard.context import Absent, Context
from dashboard.pages.alerts.fields import button, select, text
from dashboard.panels import panel
from dashboard.texts import t
from etl.domain.notice import Wish

CADENCES = {"urgent": ("immediate", "daily"), "important": ("immediate", "daily", "weekly"),
            "notable": ("immediate", "daily", "weekly", "never")}  # fmt: skip
CHANNELS = ("mail", "webhook")
LEVELS = ("", "0", "1", "2", "3", "4")
_HOUR = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")
USUAL = Wish()


def view(context: Context) -> list[Any]:
    """The form with what holds now."""
    language = context.language
    with context.read() as connection:
        row = sql.one(connection, "dashboard/alert_preference") or {}
    address = row.get("email") or t("alerts.no_address", language)
    fields = [_channel(row, language), *_cadences(row, language), *_hours(row, language), _below(row, language)]
    go = button(t("alerts.mine_save", language), "mine")
    body = [html.P(t("alerts.mine_how", language)), html.Div(fields, className="ad-fields"), html.Div(go, className="ad-row")]
    return [panel(t("alerts.view.mine", language), t("alerts.mine_sub", language, address=address), *body)]


def _channel(row: Mapping[str, Any], language: str) -> Any:
    options = [(code, t(f"alerts.channel.{code}", language)) for code in CHANNELS]
    return select("channel", t("alerts.mine.channel", language), options, row.get("channel") or CHANNELS[0])


def _cadences(row: Mapping[str, Any], language: str) -> list[Any]:
    usual = dict(zip(CADENCES, map(str, USUAL.cadence), strict=True))
    return [
        select(name, t(f"alerts.mine.{name}", language), [(code, t(f"alerts.cadence.{code}", language)) for code in codes],
               row.get(name) or usual[name])
        for name, codes in CADENCES.items()
    ]  # fmt: skip


def _hours(row: Mapping[str, Any], language: str) -> list[Any]:
    digest = row.get("digest_at") or USUAL.digest_at
    hint = t("alerts.hour_hint", language)
    quiet = [row.get("quiet_from"), row.get("quiet_until")]
    return [
        text("digest_at", t("alerts.mine.digest_at", language), f"{digest:%H:%M}", hint),
        *(text(name, t(f"alerts.mine.{name}", language), f"{hour:%H:%M}" if hour else "", hint)
          for name, hour in zip(("quiet_from", "quiet_until"), quiet, strict=True)),
    ]  # fmt: skip


def _below(row: Mapping[str, Any], language: str) -> Any:
    options = [(code, t(f"alerts.below_levels.{code or 'usual'}", language)) for code in LEVELS]
    chosen = row.get("below")
    return select("below", t("alerts.mine.below", language), options, "" if chosen is None else str(chosen))


def wishes(fields: Mapping[str, Any]) -> dict[str, Any]:
    """What a filled form asks of the store. Raises :class:`ValueError` with the name of the field that is wrong."""
    if fields.get("channel") not in CHANNELS or any(fields.get(name) not in codes for name, codes in CADENCES.items()):
        raise Absent("absent.page")  # no form of ours
    if (fields.get("below") or "") not in LEVELS:
        raise Absent("absent.page")
    digest, begin, end = (_hour(name, fields.get(name)) for name in ("digest_at", "quiet_from", "quiet_until"))
    if digest is None:
        raise ValueError("digest_at")
    if (begin is None) != (end is None):
        raise ValueError("quiet")
    return {"channel": fields["channel"], **{name: fields[name] for name in CADENCES}, "digest_at": digest, "quiet_from": begin,
            "quiet_until": end, "below": int(fields["below"]) if fields.get("below") else None}  # fmt: skip


def _hour(name: str, told: Any) -> str | None:
    words = normalize("NFKC", str(told or "")).strip()  # a full-width colon is one too
    if not words:
        return None
    if not _HOUR.fullmatch(words):
        raise ValueError(name)
    return words
