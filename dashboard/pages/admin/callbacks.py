"""The administration page's exports; it has no callback of its own."""

from __future__ import annotations

from dash import Dash

from dashboard.context import Context
from dashboard.exports import Table, register_export
from dashboard.pages.admin import data, wording
from dashboard.texts import t

USERS = ("login", "name", "scope", "language", "last_login", "state")
ACTS = ("at", "actor", "action", "subject", "detail")


def register(app: Dash) -> None:
    """Accounts and audit trail can be taken away."""
    register_export(app, "admin-users", "admin", _users)
    register_export(app, "admin-audit", "admin", _acts)


def _users(context: Context) -> Table:
    language = context.language
    rows = [
        (user["login"], user["name"], wording.scope(user["grants"], language), user["language"], user["last_login"],
         t("admin.disabled" if user["disabled"] else "admin.open", language))
        for user in data.users(context)
    ]  # fmt: skip
    return Table(t("admin.users", language), [t(f"admin.{name}", language) for name in USERS], rows)


def _acts(context: Context) -> Table:
    language = context.language
    rows = [
        (wording.moment(act["at"]), act["actor"], act["action"], act["subject"], wording.detail(act["detail"]))
        for act in data.acts(context, None)
    ]
    return Table(t("admin.audit", language), [t(f"admin.{name}", language) for name in ACTS], rows)
