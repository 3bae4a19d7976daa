"""Rules: what fires, for whom, how grave; how each was changed, and changing it with a reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html

import sql
from dashboard.alerts import wording as say
from dashboard.context import Absent, Context
from dashboard.figures.numbers import NONE
from dashboard.pages.alerts import trials, wording
from dashboard.pages.alerts.fields import button, field_id, select, text
from dashboard.pages.alerts.model import Row
from dashboard.panels import panel
from dashboard.texts import t
from etl.domain.account import ROLES
from etl.domain.area import Level

HEADS = ("rule", "levels", "severity", "recipients", "escalate", "owner", "review", "open")
SEVERITIES = ("1", "2", "3")
LIMITS = ("of", "threshold", "chance", "country", "province", "city", "county", "false_share", "single", "material",
          "material_grid", "hold")  # fmt: skip
TRIED = "fall"  # the kind that can be tried on the past
LIMIT = "limit:"  # fields of limits are named so


def view(context: Context) -> list[Any]:
    """The table of rules, and the one the address names."""
    language = context.language
    with context.read() as connection:
        rules = sql.rows(connection, "dashboard/alert_rules", area=context.area.area_id)
        chosen = next((rule for rule in rules if rule["rule"] == context.query.get("rule")), None)
        versions = sql.rows(connection, "dashboard/alert_rule_versions", rule=chosen["rule"]) if chosen else []
    head = html.Tr([html.Th(t(f"alerts.rule_col.{name}", language), scope="col") for name in HEADS])
    table = html.Table(
        [html.Thead(head), html.Tbody([_row(rule, chosen, context) for rule in rules])], className="al-table al-cards"
    )
    listed = panel(t("alerts.view.rules", language), t("alerts.rules_sub", language), html.Div(table, className="al-scroll"))
    return [*([_one(chosen, versions, context)] if chosen else []), listed]


def _row(rule: Row, chosen: Row | None, context: Context) -> html.Tr:
    language = context.language
    name = dcc.Link(say.named(rule, "name", language), href=context.address(rule=rule["rule"]))
    off = [] if rule["enabled"] else [html.Span(t("alerts.rule_off", language), className="al-off")]
    levels = t("alerts.cause.and", language).join(Level(level).name_in(language) for level in rule["levels"]) or NONE
    cells: list[Any] = [
        html.Span([name, *off]), levels, t(f"alerts.severity.{rule['severity']}", language), _roles(rule, language),
        t("alerts.days", language, count=rule["escalate_days"]), rule["owner"], rule["review_due"].isoformat(), str(rule["open"]),
    ]  # fmt: skip
    labels = [{"data-label": t(f"alerts.rule_col.{name}", language)} for name in HEADS]
    return html.Tr([html.Td(cell, **label) for cell, label in zip(cells, labels, strict=True)],
                   className="on" if chosen is not None and rule["rule"] == chosen["rule"] else None)  # fmt: skip


def _roles(rule: Row, language: str) -> str:
    return t("alerts.cause.and", language).join(t(f"role.{role}", language) for role in rule["recipients"])


def _one(rule: Row, versions: Sequence[Row], context: Context) -> html.Section:
    language = context.language
    sub = t("alerts.version", language, version=rule["version"], by=rule["changed_by"], at=wording.moment(rule["valid_from"]))
    body: list[Any] = [html.P(t(f"alerts.kind.{rule['kind']}", language))]
    body.append(_form(rule, language) if rule["changeable"] else _limits(rule["limits"], language))
    if rule["kind"] == TRIED and rule["changeable"]:
        body.append(trials.place(context, rule["rule"]))
    body.append(html.Details([html.Summary(t("alerts.versions", language, count=len(versions))), _versions(versions, language)]))
    away = dcc.Link(t("alerts.away", language), href=context.address(rule=None), className="quiet ad-away")
    return panel(say.named(rule, "name", language), sub, *body, tools=away)


def _limits(limits: Mapping[str, Any], language: str) -> html.Dl:
    cells = [html.Div([html.Dt(wording.limit_name(name, language)), html.Dd(str(value))]) for name, value in _ordered(limits)]
    return html.Dl(cells, className="al-dl")


def _ordered(limits: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """As people think of them, what is not known last."""
    return sorted(limits.items(), key=lambda item: (LIMITS.index(item[0]) if item[0] in LIMITS else len(LIMITS), item[0]))


def _form(rule: Row, language: str) -> html.Div:
    severities = [(code, t(f"alerts.severity.{code}", language)) for code in SEVERITIES]
    on = [("yes", t("alerts.rule_on", language)), ("no", t("alerts.rule_off", language))]
    numbers = [
        text(LIMIT + name, wording.limit_name(name, language), str(value))
        for name, value in _ordered(rule["limits"])
        if isinstance(value, int | float)
    ]
    fields = [
        select("enabled", t("alerts.rule_state", language), on, "yes" if rule["enabled"] else "no"),
        select("severity", t("alerts.rule_col.severity", language), severities, str(rule["severity"])),
        text("escalate_days", t("alerts.escalate_days", language), str(rule["escalate_days"])),
        text("rule_owner", t("alerts.rule_col.owner", language), rule["owner"]),
        text("review_due", t("alerts.rule_col.review", language), rule["review_due"].isoformat()),
        *numbers,
        _recipients(rule, language),
        text("because", t("alerts.because", language), hint=t("alerts.because_hint", language)),
    ]  # fmt: skip
    go = [button(t("alerts.rule_save", language), "rule", rule["rule"])]
    if rule["kind"] == TRIED:
        go.insert(0, button(t("alerts.try", language), "try", rule["rule"], quiet=True))
    return html.Div([html.Div(fields, className="ad-fields al-form"), html.Div(go, className="ad-row")])


def _recipients(rule: Row, language: str) -> html.Div:
    roles = [{"value": role, "label": t(f"role.{role}", language)} for role in ROLES]
    label = t("alerts.rule_col.recipients", language)
    return html.Div(dmc.MultiSelect(id=field_id("recipients"), label=label, data=roles, value=list(rule["recipients"])),
                    className="al-wide")  # fmt: skip


def _versions(versions: Sequence[Row], language: str) -> html.Ol:
    return html.Ol(
        [
            html.Li([html.Span(wording.moment(row["valid_from"]), className="sub"), html.Span(_version(row, language))])
            for row in versions
        ],
        className="al-timeline",
    )


def _version(row: Row, language: str) -> str:
    words = t("alerts.version_line", language, version=row["version"], by=row["changed_by"],
              severity=t(f"alerts.severity.{row['severity']}", language), roles=_roles(row, language))  # fmt: skip
    return f"{words} · {row['note']}" if row["note"] else words


def changes(fields: Mapping[str, Any]) -> dict[str, Any]:
    """What a filled form asks of the store. Raises :class:`ValueError` with the name of the field that is wrong."""
    because = str(fields.get("because") or "").strip()
    if not because:
        raise ValueError("because")
    roles = [role for role in fields.get("recipients") or [] if role in ROLES]
    if not roles:
        raise ValueError("recipients")
    if fields.get("severity") not in SEVERITIES or fields.get("enabled") not in ("yes", "no"):
        raise Absent("absent.page")  # no form of ours
    limits = limits_of(fields)
    return {"severity": int(fields["severity"]), "enabled": fields["enabled"] == "yes", "recipients": roles, "limits": limits,
            "escalate_days": _days(fields.get("escalate_days")), "owner": str(fields.get("rule_owner") or "").strip() or None,
            "review_due": _day(fields.get("review_due")), "because": because}  # fmt: skip


def limits_of(fields: Mapping[str, Any]) -> dict[str, float | int]:
    """The limits of a filled form. Raises :class:`ValueError` for what is no number."""
    return {name.removeprefix(LIMIT): _number(value) for name, value in fields.items() if name.startswith(LIMIT)}


def _number(value: Any) -> float | int:
    try:
        number = float(str(value))
    except ValueError:
        raise ValueError("limit") from None
    if not 0 <= abs(number) < 1e6:  # neither infinite nor no number
        raise ValueError("limit")
    return int(number) if number.is_integer() else number


def _days(value: Any) -> int:
    if not (str(value).isascii() and str(value).isdecimal() and 0 < int(str(value)[:6]) <= 365):
        raise ValueError("escalate_days")
    return int(value)


def _day(value: Any) -> str:
    try:
        return date.fromisoformat(str(value).strip()).isoformat()
    except ValueError:
        raise ValueError("review_due") from None
