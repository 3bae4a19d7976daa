"""The form beside the accounts: a new account, or what may be done to the one chosen by ``?user=``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html

from dashboard.context import Context
from dashboard.icons import icon
from dashboard.pages.admin import wording
from dashboard.panels import panel
from dashboard.texts import LANGUAGES, t
from etl.domain.account import ROLES

FIELD, ACT = "admin-field", "admin-act"
NEW = "+"  # ?user=+ is the form for a new account
USUAL_ROLE = "manager"


def act_id(do: str, on: str = "") -> dict[str, str]:
    return {"kind": ACT, "do": do, "on": on}


def one_grant(login: str, grant: Mapping[str, Any]) -> str:
    """What a button that takes a grant carries: whose, role, line and area; only the last may hold a ``|``."""
    return "|".join([login, grant["role"], grant["line"] or "", grant["area"]])


def editor(context: Context, users: Sequence[Mapping[str, Any]], choices: Mapping[str, Any]) -> Any:
    """The form, or nothing when no account is chosen."""
    asked = context.query.get("user")
    chosen = next((user for user in users if user["login"] == asked), None)
    if asked == NEW:
        return _new(context, choices)
    return _existing(context, chosen, choices) if chosen else None


def _new(context: Context, choices: Mapping[str, Any]) -> html.Section:
    language = context.language
    languages = [{"value": code, "label": t("shell.language_name", code)} for code in LANGUAGES]
    fields = [
        _text("login", t("admin.login", language), t("admin.login_hint", language)),
        _text("name", t("admin.name", language)),
        _text("email", t("admin.email", language), t("admin.email_hint", language)),
        _select("language", t("admin.language", language), languages, language),
        *_grant_fields(language, choices),
    ]
    go = html.Button(t("admin.add_go", language), id=act_id("add"), className="button", type="button")
    body = [html.Div(fields, className="ad-fields"), html.Div([go, _away(context)], className="ad-row")]
    return panel(t("admin.add", language), t("admin.add_sub", language), *body)


def _existing(context: Context, user: Mapping[str, Any], choices: Mapping[str, Any]) -> html.Section:
    language, login = context.language, user["login"]
    if login == context.user.login:
        body: list[Any] = [html.P(t("admin.fault.self", language)), _mail(user, language),
                           html.Div(_away(context), className="ad-row")]  # fmt: skip
    else:
        give = html.Button(t("admin.give", language), id=act_id("give", login), className="quiet button", type="button")
        none = t("admin.no_scope", language)
        body = [
            html.Ul([_grant(login, grant, language) for grant in user["grants"]] or html.Li(none), className="ad-grants"),
            html.Div([*_grant_fields(language, choices), give], className="ad-fields"),
            _mail(user, language),
            html.Div([*_buttons(user, language), _away(context)], className="ad-row"),
        ]  # fmt: skip
    state = t("admin.disabled" if user["disabled"] else "admin.open", language)
    return panel(f"{user['name']} · {login}", state, *body)


def _grant(login: str, grant: Mapping[str, Any], language: str) -> html.Li:
    words = wording.grant(grant, language)
    label = t("admin.take", language, grant=words)
    button = html.Button(
        icon("close", 14), id=act_id("take", one_grant(login, grant)), className="square", title=label, type="button",
        **{"aria-label": label},
    )  # fmt: skip
    return html.Li([html.Span(words), button])


def _mail(user: Mapping[str, Any], language: str) -> html.Div:
    """Where mail to the account goes."""
    field = _text("email", t("admin.email", language), t("admin.email_hint", language), user["email"] or "")
    words = t("admin.email_go", language)
    go = html.Button(words, id=act_id("email", user["login"]), className="quiet button", type="button")
    return html.Div([field, go], className="ad-fields")


def _buttons(user: Mapping[str, Any], language: str) -> list[html.Button]:
    do = "enable" if user["disabled"] else "disable"
    return [
        html.Button(t(f"admin.{name}", language), id=act_id(name, user["login"]), className="quiet button", type="button")
        for name in ("reset", do)
    ]


def _grant_fields(language: str, choices: Mapping[str, Any]) -> list[Any]:
    roles = [{"value": role, "label": t(f"role.{role}", language)} for role in ROLES]
    areas = [f"{area['code']} {area[f'name_{language}']}" for area in choices["areas"]]
    lines = [{"value": line["line_id"], "label": line[f"name_{language}"]} for line in choices["lines"]]
    return [
        _select("role", t("admin.role", language), roles, USUAL_ROLE),
        dmc.Autocomplete(
            id={"kind": FIELD, "name": "area"}, label=t("admin.area", language), data=areas, limit=20,
            placeholder=t("admin.area_hint", language),
        ),
        _select("line", t("admin.line", language), lines, None, placeholder=t("admin.line_hint", language), clearable=True),
    ]  # fmt: skip


def _text(name: str, label: str, hint: str = "", value: str = "") -> dmc.TextInput:
    return dmc.TextInput(
        id={"kind": FIELD, "name": name}, label=label, placeholder=hint, value=value, debounce=False, autoComplete="off"
    )


def _select(name: str, label: str, options: Sequence[Mapping[str, str]], value: str | None, **more: Any) -> dmc.Select:
    return dmc.Select(
        id={"kind": FIELD, "name": name}, label=label, data=list(options), value=value, allowDeselect=bool(more), **more
    )


def _away(context: Context) -> dcc.Link:
    return dcc.Link(t("admin.away", context.language), href=context.address(user=None), className="quiet ad-away")
