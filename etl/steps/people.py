"""Users and what they may see: added, listed, disabled, given a scope or a password, each act with its audit line.

Whatever changes an account ends its running sessions. ``actor`` is who does it (a login, or ``cli``).
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from argon2 import PasswordHasher

import sql
from etl.domain import account
from etl.domain.account import LANGUAGES, ROLES
from etl.domain.mail_address import deliverable
from etl.domain.password import MAX_LENGTH, MIN_DIFFERENT, MIN_LENGTH, weakness
from etl.steps.nearest import nearest, roots
from sql.audit import audit

_WEAK = {
    "short": f"is too short; take at least {MIN_LENGTH} characters",
    "long": f"is too long; take at most {MAX_LENGTH} characters",
    "login": "holds the login; choose one that does not",
    "monotone": f"repeats itself; use at least {MIN_DIFFERENT} different characters",
}


class WrongUser(ValueError):
    """A user, role, area, line or password that cannot be taken; the text says what to do."""


def add_user(
    target: sa.Engine, login: str, name: str, password: str, *, actor: str, email: str | None = None, language: str = "zh"
) -> int:
    """Make an account without any scope; its id. Raises :class:`WrongUser`."""
    login = clean_login(login)
    email = check_email(email)
    if language not in LANGUAGES:
        raise WrongUser(f"no language {language!r}; choose {' or '.join(LANGUAGES)}")
    hashed = _hash(password, login)
    with sql.begin(target) as connection:
        made = sql.one(
            connection,
            "auth/user_add",
            login=login,
            full_name=name.strip() or login,
            email=email,
            password_hash=hashed,
            language=language,
        )
        if made is None:
            raise _taken(login)
        audit(connection, actor=actor, action="user.add", subject=login, name=name)
    return int(made["user_id"])


def check_email(email: str | None) -> str | None:
    """The address of mail as it is kept, ``None`` for none. Raises :class:`WrongUser` for what is no address."""
    cleaned = (email or "").strip()
    if cleaned and not deliverable(cleaned):
        raise WrongUser(f"{cleaned!r} is no address of mail; write it as name@example.com")
    return cleaned or None


def set_email(target: sa.Engine, login: str, email: str | None, *, actor: str) -> None:
    """Say where mail to a user goes; ``None`` for nowhere. Raises :class:`WrongUser`."""
    email = check_email(email)
    with sql.begin(target) as connection:
        user = _user(connection, login)
        sql.execute(connection, "auth/set_email", user_id=user["user_id"], email=email)
        audit(connection, actor=actor, action="user.email", subject=user["login"], email=email)


def list_users(target: sa.Engine) -> list[dict[str, Any]]:
    """Every account: user_id, login, name, email, language, disabled, created_at, last_login and ``scope`` in words."""
    with sql.begin(target) as connection:
        found = sql.rows(connection, "auth/user_list")
    return [{**{k: v for k, v in user.items() if k != "grants"}, "scope": _words(user["grants"])} for user in found]


def disable_user(target: sa.Engine, login: str, *, actor: str, disabled: bool = True) -> None:
    """Close an account (or open it again) and end its sessions. Raises :class:`WrongUser`."""
    with sql.begin(target) as connection:
        user = _user(connection, login)
        sql.execute(connection, "auth/user_disable", user_id=user["user_id"], disabled=disabled)
        audit(connection, actor=actor, action="user.disable" if disabled else "user.enable", subject=user["login"])


def set_scope(
    target: sa.Engine, login: str, role: str, area: str, line: str | None = None, *, actor: str, add: bool = False
) -> None:
    """Give a role on an area (by code; the role ``line`` with a line's id), in place of what the user had unless ``add``.

    Raises :class:`WrongUser`.
    """
    with sql.begin(target) as connection:
        user = _user(connection, login)
        area_id = _check_scope(connection, role, area, line)
        if not add:
            sql.execute(connection, "auth/grants_clear", user_id=user["user_id"])
        sql.execute(connection, "auth/grant_add", user_id=user["user_id"], role=role, area_id=area_id, line_id=line)
        connection.execute(sql.statement("auth/refresh_reach"), {"user_id": user["user_id"]})
        sql.execute(connection, "auth/end_sessions", user_id=user["user_id"])
        audit(connection, actor=actor, action="user.scope", subject=user["login"], role=role, area=area, line=line, added=add)


def set_password(target: sa.Engine, login: str, password: str, *, actor: str) -> None:
    """Store a new password and end the sessions. Raises :class:`WrongUser`."""
    hashed = _hash(password, clean_login(login))
    with sql.begin(target) as connection:
        user = _user(connection, login)
        sql.execute(connection, "auth/set_password", user_id=user["user_id"], password_hash=hashed)
        audit(connection, actor=actor, action="user.password", subject=user["login"])


def check_scope(target: sa.Engine, role: str, area: str, line: str | None = None) -> None:
    """Look whether :func:`set_scope` would take these. Raises :class:`WrongUser`."""
    with sql.begin(target) as connection:
        _check_scope(connection, role, area, line)


def check_login(target: sa.Engine, login: str) -> None:
    """Look whether :func:`add_user` would take the login. Raises :class:`WrongUser`."""
    with sql.begin(target) as connection:
        if sql.one(connection, "auth/user_by_login", login=clean_login(login)):
            raise _taken(login)


def check_user(target: sa.Engine, login: str) -> None:
    """Look whether there is such a user. Raises :class:`WrongUser`."""
    with sql.begin(target) as connection:
        _user(connection, login)


def _taken(login: str) -> WrongUser:
    return WrongUser(f"the login {login!r} is taken; choose another, or give it a new password: `manyi user password {login}`")


def clean_login(login: str) -> str:
    """The login as it is kept: lower case. Raises :class:`WrongUser` when it cannot be one."""
    cleaned = account.clean_login(login)
    if cleaned is None:
        raise WrongUser(f"no login {login!r}; use 2 to 64 of a-z 0-9 . _ @ -, beginning with a letter or digit")
    return cleaned


def _hash(password: str, login: str) -> str:
    weak = weakness(password, login)
    if weak:
        raise WrongUser(f"the password {_WEAK[weak]}")
    return PasswordHasher().hash(password)


def _user(connection: sa.Connection, login: str) -> dict[str, Any]:
    found = sql.one(connection, "auth/user_by_login", login=clean_login(login))
    if found is None:
        raise WrongUser(f"no user {login!r}; `manyi user list` names them")
    return found


def _check_scope(connection: sa.Connection, role: str, area: str, line: str | None) -> int:
    """The area's id."""
    lines = [row["line_id"] for row in sql.rows(connection, "auth/line_ids")]
    found = sql.one(connection, "auth/area_by_code", code=area)
    fault = account.grant_fault(role, line, lines, found["root"] if found else None)
    if fault == "role":
        raise WrongUser(f"no role {role!r}; choose one of {', '.join(ROLES)}")
    if fault == "line":
        raise WrongUser("the role line, and only it, goes with a line: --role line --line LINE, or leave --line out")
    if fault == "no_line":
        raise WrongUser(f"no line {line!r}; choose one of {', '.join(lines)}")
    if found is None:
        raise WrongUser(f"no area with the code {area!r}; {nearest(connection, area)}")
    if fault == "root":
        raise WrongUser(f"an administrator sees all accounts and the audit trail, so only of a highest area; {roots(connection)}")
    return int(found["area_id"])


def _words(grants: list[dict[str, Any]]) -> str:
    return "; ".join(f"{g['role']} {g['area']} {g['area_zh']}" + (f" {g['line']}" if g["line"] else "") for g in grants)
