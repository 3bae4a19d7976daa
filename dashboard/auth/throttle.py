"""Slow down guessing: attempts are counted by login and by address before the password is looked at."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address, ip_network

import sqlalchemy as sa

import sql

WINDOW_SECONDS = 15 * 60
MOST_BY_LOGIN = 5  # failed attempts on one login within the window
MOST_BY_ADDRESS = 30  # an office behind one address mistypes more often than one person
IPV6_PREFIX = 64  # what a provider gives to one line


@dataclass(frozen=True)
class Throttled:
    """An attempt that must not be checked; ``first`` is the first one to be stopped within the window."""

    by: str  # login or address
    first: bool


def attempt(target: sa.Engine, login: str, address: str) -> Throttled | None:
    """Note an attempt; what stops it when it comes too often and must not be checked.

    Attempts on one login take their turn in the database, so many at once cannot outrun the count. What is stopped leaves
    one row a window, by address where that is the reason: who invents logins shall not fill the store.
    """
    address = counted(address)
    with sql.begin(target) as connection:
        connection.execute(sql.statement("auth/login_lock"), {"login": login, "address": address})
        failures = sql.one(connection, "auth/login_failures", login=login, address=address, seconds=WINDOW_SECONDS)
        assert failures is not None  # noqa: S101 - an aggregate always has its row
        by = _reason(failures["by_login"], failures["by_address"])
        if by:
            told = {"login": login, "address": address, "by": by, "seconds": WINDOW_SECONDS}
            return Throttled(by, first=sql.execute(connection, "auth/login_throttled", **told) > 0)
        sql.execute(connection, "auth/login_attempt", login=login, address=address, ok=False)
    return None


def forgive(connection: sa.Connection, login: str, address: str) -> None:
    """Note a success: the failures on the login before it count no longer."""
    sql.execute(connection, "auth/login_attempt", login=login, address=counted(address), ok=True)


def counted(address: str) -> str:
    """What an address is counted as: a whole IPv6 network of one line, for its holder may take any address of it."""
    try:
        given = ip_address(address)
    except ValueError:
        return address
    if isinstance(given, IPv6Address) and given.ipv4_mapped:
        return str(given.ipv4_mapped)
    return str(ip_network((given, IPV6_PREFIX), strict=False)) if isinstance(given, IPv6Address) else address


def _reason(by_login: int, by_address: int) -> str | None:
    if by_address >= MOST_BY_ADDRESS:
        return "address"
    return "login" if by_login >= MOST_BY_LOGIN else None
