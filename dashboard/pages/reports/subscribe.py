"""Who gets which report: the reader's own subscriptions, and lists of addresses the reader answers for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import dash_mantine_components as dmc
from dash import html

from dashboard.context import Context
from dashboard.pages.reports.data import Row, View
from dashboard.pages.reports.parts import act_button, field_id
from dashboard.panels import panel
from dashboard.texts import LANGUAGES, t

CADENCES = ("w", "m")
MOST_ADDRESSES = 50
LONGEST = 254  # characters of an address, RFC 5321
COMMAS = (0x2C, 0x3B, 0xFF0C, 0xFF1B, 0x3001)  # comma and semicolon of both writings, and the enumeration comma


class NotTaken(ValueError):
    """What cannot be done; the argument is a key of the catalogue's table ``reports.fault``."""


def panel_of(context: Context, view: View) -> html.Section:
    """The form and the list."""
    language = context.language
    no_mail = [] if view.rights["email"] else [html.P(t("reports.no_email", language), className="rp-asleep")]
    lines = [html.Li(_line(one, language), className="rp-line") for one in view.subscriptions]
    listed = html.Ul(lines, className="rp-lines") if lines else html.P(t("reports.no_subscription", language), className="empty")
    sub = t("reports.subscribe_sub", language, area=context.area.name(language))
    return panel(t("reports.subscriptions", language), sub, _form(context, view), *no_mail, listed)


def _form(context: Context, view: View) -> html.Div:
    language = context.language
    mine = {one["cadence"] for one in view.subscriptions if one["mine"] and one["code"] == context.area.code}
    often = [(one, t(f"reports.each_{one}", language)) for one in CADENCES]
    spoken = [(one, t(f"reports.in_{one}", language)) for one in LANGUAGES]
    fields = [
        _select("cadence", t("reports.cadence", language), often, CADENCES[0]),
        _select("language", t("reports.language", language), spoken, language),
    ]
    if view.rights["lists"]:
        fields.append(dmc.TextInput(id=field_id("addresses"), label=t("reports.addresses", language), className="rp-addresses",
                                    placeholder=t("reports.addresses_hint", language), autoComplete="off"))  # fmt: skip
    off = mine == set(CADENCES) and not view.rights["lists"]
    button = act_button("subscribe", "", t("reports.subscribe", language), disabled=off, classes="quiet button")
    return html.Div([*fields, button], className="rp-form")


def _select(name: str, label: str, options: Sequence[tuple[str, str]], value: str) -> dmc.Select:
    listed = [{"value": key, "label": words} for key, words in options]
    return dmc.Select(id=field_id(name), label=label, data=listed, value=value, allowDeselect=False)


def _line(one: Row, language: str) -> list[Any]:
    area = one[f"name_{language}"]
    who = t("reports.me", language) if one["mine"] else one["user_name"] or t("reports.comma", language).join(one["addresses"])
    often, spoken = t(f"reports.each_{one['cadence']}", language), t(f"reports.in_{one['language']}", language)
    words = f"{area} · {often} · {spoken}"
    end = t("reports.end", language)
    return [html.Span([html.B(words), html.Span(f" {who}", className="sub")], className="rp-name"),
            act_button("unsubscribe", str(one["subscription_id"]), end, label=f"{end} · {words}")]  # fmt: skip


def addresses_of(words: str) -> list[str]:
    """The addresses of a field, parted by commas, semicolons or blanks. Raises :class:`NotTaken` for what is none."""
    found = list(dict.fromkeys(words.translate(dict.fromkeys(COMMAS, " ")).split()))
    if len(found) > MOST_ADDRESSES:
        raise NotTaken("many")
    for one in found:
        name, at, host = one.rpartition("@")
        plain = one.isascii() and one.isprintable() and not set(one) & set('<>"()[]\\:')
        if not (at and name and "." in host.strip(".") and plain and len(one) <= LONGEST):
            raise NotTaken("address")
    return found
