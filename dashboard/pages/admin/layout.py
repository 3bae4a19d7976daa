"""The administration page: accounts, and the audit trail."""

from __future__ import annotations

from dash import html

from dashboard import grids
from dashboard.context import Context
from dashboard.pages.admin import data, wording
from dashboard.panels import downloads, panel
from dashboard.texts import t


def layout(context: Context) -> html.Div:
    """The whole page for an administrator."""
    users, acts = data.users(context), data.acts(context)
    open_ = sum(not user["disabled"] for user in users)
    said = t("admin.sentence", context.language, users=len(users), open=open_)
    head = html.Header([html.H1(said), html.P(t("admin.how", context.language), className="sub")], className="sentence")
    return html.Div([head, _users(context, users), _acts(context, acts)], className="view")


def _users(context: Context, users: list[dict[str, object]]) -> html.Section:
    language = context.language
    rows = [
        {"login": user["login"], "name": user["name"], "scope": wording.scope(user["grants"], language),
         "language": t("shell.language_name", user["language"]), "last_login": wording.moment(user["last_login"]),
         "state": t("admin.disabled" if user["disabled"] else "admin.open", language)}
        for user in users
    ]  # fmt: skip
    columns = [
        grids.text(field, t(f"admin.{field}", language), **size)
        for field, size in {
            "login": {"width": 140}, "name": {"width": 160}, "scope": {"minWidth": 260}, "language": {"width": 96},
            "last_login": {"width": 170}, "state": {"width": 96},
        }.items()
    ]  # fmt: skip
    body = grids.grid("admin-users", columns, rows, language)
    return panel(t("admin.users", language), t("admin.users_sub", language), body, tools=downloads(context, "admin-users"))


def _acts(context: Context, acts: list[dict[str, object]]) -> html.Section:
    language = context.language
    rows = [
        {"at": wording.moment(act["at"]), "actor": act["actor"], "action": wording.act(act["action"], language),
         "subject": act["subject"], "detail": wording.detail(act["detail"])}
        for act in acts
    ]  # fmt: skip
    sizes = {"at": 170, "actor": 140, "action": 140, "subject": 180}
    columns = [grids.text(field, t(f"admin.{field}", language), minWidth=width - 20) for field, width in sizes.items()]
    columns.append(grids.text("detail", t("admin.detail", language), minWidth=260))
    body = grids.grid("admin-audit", columns, rows, language)
    sub = t("admin.audit_sub", language, shown=len(rows), most=data.MOST_ACTS)
    return panel(t("admin.audit", language), sub, body, tools=downloads(context, "admin-audit"))
