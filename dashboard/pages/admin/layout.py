"""The administration page: accounts, and the audit trail."""

from __future__ import annotations

from typing import Any

from dash import dcc, html

from dashboard import grids
from dashboard.context import Context
from dashboard.icons import icon
from dashboard.pages.admin import data, wording
from dashboard.pages.admin.editor import NEW, editor
from dashboard.panels import downloads, panel
from dashboard.texts import t

PAGE_ID, SAID = "admin-page", "admin-said"


def layout(context: Context) -> html.Div:
    """The whole page for an administrator."""
    page = html.Div(content(context), id=PAGE_ID, className="ad-page")
    return html.Div([html.Div(id=SAID, role="status"), page], className="view")


def content(context: Context) -> list[Any]:
    """What an act draws again."""
    users, acts = data.users(context), data.acts(context)
    open_ = sum(not user["disabled"] for user in users)
    said = t("admin.sentence", context.language, users=len(users), open=open_)
    head = html.Header([html.H1(said), html.P(t("admin.how", context.language), className="sub")], className="sentence")
    form = editor(context, users, data.choices(context)) if context.query.get("user") else None
    return [head, *([form] if form else []), _users(context, users), _acts(context, acts)]


def _users(context: Context, users: list[dict[str, Any]]) -> html.Section:
    language = context.language
    rows = [
        {"login": user["login"], "href": context.address(user=user["login"]), "name": user["name"],
         "email": user["email"],
         "scope": wording.scope(user["grants"], language),
         "language": t("shell.language_name", user["language"]), "last_login": wording.moment(user["last_login"]),
         "state": t("admin.disabled" if user["disabled"] else "admin.open", language)}
        for user in users
    ]  # fmt: skip
    columns = [
        grids.text(field, t(f"admin.{field}", language), **size)
        for field, size in {
            "login": {"width": 140, "cellRenderer": "DataLink"}, "name": {"width": 160}, "email": {"width": 190},
            "scope": {"minWidth": 260},
            "language": {"width": 96}, "last_login": {"width": 170}, "state": {"width": 96},
        }.items()
    ]  # fmt: skip
    body = grids.grid("admin-users", columns, rows, language)
    new = dcc.Link(
        [icon("add", 16), t("admin.add", language)], href=context.address(user=NEW), className="quiet button ad-new"
    )
    tools = [new, downloads(context, "admin-users", user=None)]
    return panel(t("admin.users", language), t("admin.users_sub", language), body, tools=tools)


def _acts(context: Context, acts: list[dict[str, Any]]) -> html.Section:
    language = context.language
    rows = [
        {"at": wording.moment(act["at"]), "actor": act["actor"], "action": wording.act(act["action"], language),
         "subject": act["subject"], "detail": wording.detail(act["detail"], language)}
        for act in acts
    ]  # fmt: skip
    sizes = {"at": 170, "actor": 140, "action": 140, "subject": 180}
    columns = [grids.text(field, t(f"admin.{field}", language), minWidth=width - 20) for field, width in sizes.items()]
    columns.append(grids.text("detail", t("admin.detail", language), minWidth=260))
    body = grids.grid("admin-audit", columns, rows, language)
    sub = t("admin.audit_sub", language, shown=len(rows), most=data.MOST_ACTS)
    return panel(t("admin.audit", language), sub, body, tools=downloads(context, "admin-audit", user=None))
