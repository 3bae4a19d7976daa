"""What an administrator does to accounts: add, give and take roles, close and open, give a password.

Each act is one transaction with its line on the audit trail. The store asks again whether who acts is an administrator;
nobody acts on the own account, so that the last administrator cannot be shut out.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

import sql
from dashboard.auth import passwords
from dashboard.context import Context, Refused
from etl.domain.account import LANGUAGES, clean_login, grant_fault
from etl.domain.mail_address import deliverable
from sql.audit import audit

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that is taken for another
GROUPS, GROUP = 4, 4  # letters of a given password: 16 of 31 are 79 bits
MOST_NAME = 80


class NotTaken(ValueError):
    """What cannot be done; the argument is a key of the catalogue's table ``admin.fault``."""


@dataclass(frozen=True)
class Grant:
    """A role on an area, as a form holds it; ``line`` only with the role ``line``."""

    role: str
    area: str
    line: str | None = None


def new_password() -> str:
    """A password to be told once and changed at the first sign-in."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(GROUP)) for _ in range(GROUPS))


def add(context: Context, login: str, name: str, language: str, email: str, grant: Grant) -> str:
    """Make an account with its first role; the password to be told. Raises :class:`NotTaken`, :class:`Refused`."""
    kept, password, address = clean_login(login), new_password(), _address(email)
    if kept is None:
        raise NotTaken("login")
    if language not in LANGUAGES or len(name) > MOST_NAME:
        raise NotTaken("name")
    hashed = passwords.hasher().hash(password)
    with administrator(context) as connection:
        area_id = _area_of(connection, grant)
        made = sql.one(
            connection, "auth/user_add", login=kept, full_name=name.strip() or kept, email=address, password_hash=hashed,
            language=language,
        )  # fmt: skip
        if made is None:
            raise NotTaken("taken")
        sql.execute(connection, "auth/give_password", user_id=made["user_id"], password_hash=hashed)
        _note(connection, context, "user.add", kept, name=name)
        _give(connection, context, made["user_id"], kept, grant, area_id)
    return password


def give(context: Context, login: str, grant: Grant) -> None:
    """Give one more role. Raises :class:`NotTaken`, :class:`Refused`."""
    with administrator(context) as connection:
        user_id = _other(connection, context, login)
        _give(connection, context, user_id, login, grant, _area_of(connection, grant))


def take(context: Context, login: str, grant: Grant) -> None:
    """Take one role away. Raises :class:`NotTaken`, :class:`Refused`."""
    with administrator(context) as connection:
        user_id = _other(connection, context, login)
        area = sql.one(connection, "auth/area_by_code", code=_plain(grant.area))
        found = {"user_id": user_id, "role": grant.role, "area_id": area["area_id"] if area else None, "line_id": grant.line}
        if not sql.execute(connection, "auth/grant_take", **found):
            raise NotTaken("gone")
        _reach_anew(connection, user_id)
        _note(connection, context, "user.scope", login, taken=True, role=grant.role, area=grant.area, line=grant.line)


def close(context: Context, login: str, disabled: bool) -> None:
    """Close an account, or open it again. Raises :class:`NotTaken`, :class:`Refused`."""
    with administrator(context) as connection:
        sql.execute(connection, "auth/user_disable", user_id=_other(connection, context, login), disabled=disabled)
        _note(connection, context, "user.disable" if disabled else "user.enable", login)


def mail_to(context: Context, login: str, email: str) -> None:
    """Say where mail to somebody goes, the own too; nothing written is nowhere. Raises :class:`NotTaken`, :class:`Refused`."""
    address = _address(email)
    with administrator(context) as connection:
        found = sql.one(connection, "auth/user_by_login", login=_plain(login))
        if found is None:
            raise NotTaken("gone")
        sql.execute(connection, "auth/set_email", user_id=found["user_id"], email=address)
        _note(connection, context, "user.email", login, email=address)


def reset(context: Context, login: str) -> str:
    """Give a new password; it, to be told. Raises :class:`NotTaken`, :class:`Refused`."""
    password = new_password()
    hashed = passwords.hasher().hash(password)
    with administrator(context) as connection:
        sql.execute(connection, "auth/give_password", user_id=_other(connection, context, login), password_hash=hashed)
        _note(connection, context, "user.password", login, given=True)
    return password


@contextmanager
def administrator(context: Context) -> Iterator[sa.Connection]:
    """One transaction of an administrator of the whole store. Raises :class:`Refused` for anybody else."""
    with context.read() as connection:
        row = sql.one(connection, "auth/administrator")
        if not row or not row["administrator"]:
            raise Refused("refused.page")
        yield connection


def _other(connection: sa.Connection, context: Context, login: str) -> int:
    """The id of somebody else's account."""
    found = sql.one(connection, "auth/user_by_login", login=_plain(login))
    if found is None:
        raise NotTaken("gone")
    if found["user_id"] == context.user.user_id:
        raise NotTaken("self")
    return int(found["user_id"])


def _area_of(connection: sa.Connection, grant: Grant) -> int:
    """The id of the grant's area, once all of the grant is well."""
    area = sql.one(connection, "auth/area_by_code", code=_plain(grant.area))
    lines = [row["line_id"] for row in sql.rows(connection, "auth/line_ids")]
    fault = grant_fault(grant.role, grant.line, lines, area["root"] if area else None)
    if fault or area is None:
        raise NotTaken(fault or "area")
    return int(area["area_id"])


def _give(connection: sa.Connection, context: Context, user_id: int, login: str, grant: Grant, area_id: int) -> None:
    given: Mapping[str, Any] = {"role": grant.role, "area_id": area_id, "line_id": grant.line}
    if not sql.execute(connection, "auth/grant_add", user_id=user_id, **given):
        raise NotTaken("there")
    _reach_anew(connection, user_id)
    _note(connection, context, "user.scope", login, role=grant.role, area=grant.area, line=grant.line, added=True)


def _reach_anew(connection: sa.Connection, user_id: int) -> None:
    connection.execute(sql.statement("auth/refresh_reach"), {"user_id": user_id})
    sql.execute(connection, "auth/end_sessions", user_id=user_id)


def _address(email: str) -> str | None:
    cleaned = email.strip()
    if cleaned and not deliverable(cleaned):
        raise NotTaken("email")
    return cleaned or None


def _plain(text: str) -> str:
    return text.replace("\0", "")


def _note(connection: sa.Connection, context: Context, action: str, login: str, **detail: Any) -> None:
    audit(connection, actor=context.user.login, action=action, subject=login, user_id=context.user.user_id, **detail)
