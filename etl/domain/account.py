"""Accounts: what a login may be, which roles there are, and what a role goes with."""

from __future__ import annotations

import re
from collections.abc import Collection

ROLES = ("admin", "quality", "steward", "manager", "grid", "line", "analyst")
LANGUAGES = ("zh", "en")
_LOGIN = re.compile(r"[a-z0-9][a-z0-9._@-]{1,63}")


def clean_login(login: str) -> str | None:
    """The login as it is kept, in lower case; ``None`` when it cannot be one."""
    cleaned = login.strip().lower()
    return cleaned if _LOGIN.fullmatch(cleaned) else None


def grant_fault(role: str, line: str | None, lines: Collection[str], root: bool | None) -> str | None:
    """Why a role cannot be given: ``role``, ``line`` (it goes with the role line and no other), ``no_line``, ``area``, ``root``.

    ``root``: whether the area is the highest of its tree; ``None`` when there is no such area. ``None`` when all is well.
    """
    if role not in ROLES:
        return "role"
    if (role == "line") != bool(line):
        return "line"
    if line and line not in lines:
        return "no_line"
    if root is None:
        return "area"
    return "root" if role == "admin" and not root else None
