"""The administration page's one callback, which does what its buttons say, and its exports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from dash import ALL, Dash, Input, Output, State, ctx, html, no_update
from dash.exceptions import PreventUpdate

from dashboard.address import context_from
from dashboard.context import ADDRESS, Absent, Context
from dashboard.exports import Table, register_export
from dashboard.pages.admin import accounts, data, wording
from dashboard.pages.admin.accounts import Grant, NotTaken
from dashboard.pages.admin.editor import ACT, FIELD
from dashboard.pages.admin.layout import PAGE_ID, SAID, content
from dashboard.texts import t

USERS = ("login", "name", "email", "scope", "language", "last_login", "state")
ACTS = ("at", "actor", "action", "subject", "detail")
Fields = Mapping[str, str]


def register(app: Dash) -> None:
    """Accounts can be changed; they and the audit trail can be taken away."""
    register_export(app, "admin-users", "admin", _users)
    register_export(app, "admin-audit", "admin", _acts)
    app.callback(
        Output(SAID, "children"), Output(PAGE_ID, "children"),
        Input({"kind": ACT, "do": ALL, "on": ALL}, "n_clicks"), State({"kind": FIELD, "name": ALL}, "value"),
        State({"kind": FIELD, "name": ALL}, "id"), State(ADDRESS, "href"), prevent_initial_call=True,
    )(act)  # fmt: skip


def act(clicks: Sequence[int | None], values: Sequence[Any], ids: Sequence[Mapping[str, str]], href: str) -> tuple[Any, Any]:
    """Do what the pressed button says. Raises ``Refused`` for who is no administrator (403)."""
    context = context_from(href)
    if context.page != "admin":
        raise Absent("absent.page")
    pressed = ctx.triggered_id
    if not pressed or not any(clicks):  # buttons that have only just been drawn
        raise PreventUpdate
    fields = {one["name"]: value if isinstance(value, str) else "" for one, value in zip(ids, values, strict=True)}
    try:
        said = _done(context, pressed["do"], str(pressed["on"]), fields)
    except NotTaken as fault:
        return html.P(t(f"admin.fault.{fault.args[0]}", context.language), className="ad-said fault", role="alert"), no_update
    return said, content(_afterwards(context, pressed["do"], fields))


def _afterwards(context: Context, do: str, fields: Fields) -> Context:
    """After a new account its own form is shown."""
    if do != "add":
        return context
    return replace(context, query={**context.query, "user": fields["login"].strip().lower()})


def _done(context: Context, do: str, on: str, fields: Fields) -> html.Div:
    """Act, and say what was done."""
    login, password = on, None
    match do:
        case "add":
            login = fields.get("login", "").strip().lower()
            password = accounts.add(context, login, fields.get("name", ""), fields.get("language", ""), fields.get("email", ""),
                                    _grant_of(fields))  # fmt: skip
        case "give":
            accounts.give(context, login, _grant_of(fields))
        case "take":
            login, role, line, area = (*on.split("|", 3), "", "", "")[:4]
            accounts.take(context, login, Grant(role, area, line or None))
        case "disable" | "enable":
            accounts.close(context, login, do == "disable")
        case "email":
            accounts.mail_to(context, login, fields.get("email", ""))
        case "reset":
            password = accounts.reset(context, login)
        case _:
            raise Absent("absent.page")
    return _said(context.language, do, login, password)


def _grant_of(fields: Fields) -> Grant:
    """The area's field holds its code, a name after it or not."""
    return Grant(fields.get("role", ""), (fields.get("area", "").split() or [""])[0], fields.get("line") or None)


def _said(language: str, do: str, login: str, password: str | None) -> html.Div:
    words = html.P(t(f"admin.done.{do}", language, login=login))
    if password is None:
        return html.Div(words, className="ad-said")
    told = html.Span(t("admin.password_once", language), className="sub")
    once = html.P([t("admin.password", language), html.Code(password), told])
    return html.Div([words, once], className="ad-said")


def _users(context: Context) -> Table:
    language = context.language
    rows = [
        (user["login"], user["name"], user["email"], wording.scope(user["grants"], language), user["language"],
         user["last_login"], t("admin.disabled" if user["disabled"] else "admin.open", language))
        for user in data.users(context)
    ]  # fmt: skip
    return Table(t("admin.users", language), [t(f"admin.{name}", language) for name in USERS], rows)


def _acts(context: Context) -> Table:
    language = context.language
    rows = [
        (wording.moment(act["at"]), act["actor"], act["action"], act["subject"], wording.detail(act["detail"], context.language))
        for act in data.acts(context, None)
    ]
    return Table(t("admin.audit", language), [t(f"admin.{name}", language) for name in ACTS], rows)
