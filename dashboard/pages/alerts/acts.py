"""What a reader does: take alerts on, silence, lift, change a rule, choose how to be told. The store asks who may and audits."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

import sql
from dashboard.alerts import reads
from dashboard.alerts import wording as say
from dashboard.context import ZONE, Absent, Context, Refused
from dashboard.pages.alerts import events, mine, rules, trials
from dashboard.pages.alerts.detail import SILENCES, TASK_DAYS
from dashboard.pages.alerts.model import MOST_DIGITS
from dashboard.texts import t
from sql.audit import audit

DENIED = "42501"
MOST_WORDS = 500


class NotTaken(ValueError):
    """What cannot be done; the argument is a key of the catalogue's table ``alerts.fault``."""


def acknowledge(context: Context, numbers: Sequence[Any], owner: str, note: str) -> int:
    """Take alerts on; how many were the reader's to take and not taken on yet. Raises :class:`NotTaken` for none chosen."""
    chosen = [_number(one) for one in numbers]
    if not chosen:
        raise NotTaken("none_chosen")
    return int(_do(context, "alert_acknowledge", ids=chosen, owner=_plain(owner), note=_plain(note))["done"])


def silence(context: Context, alert: str, scope: str, days: str, reason: str) -> None:
    """Keep an alert's rule and indicator in its area quiet (``one``), or the whole area. Raises :class:`NotTaken`."""
    if not _plain(reason):
        raise NotTaken("reason")
    if days not in map(str, SILENCES) or scope not in ("one", "area"):
        raise Absent("absent.page")
    with context.read() as connection:
        row = sql.one(connection, "dashboard/alert_target", episode=_number(alert))
    if row is None:
        raise Absent("absent.page")
    one = scope == "one"
    until = datetime.now(ZONE) + timedelta(days=int(days))
    _do(context, "alert_silence", area=row["area_id"], rule=row["rule"] if one else None,
        indicator=row["indicator_id"] if one else None, until=until, reason=_plain(reason))  # fmt: skip


def make_task(context: Context, alert: str, owner: str, days: str, note: str) -> None:
    """Make an improvement task of an alert, of the reader's own where no ``owner`` is named. Raises :class:`NotTaken`."""
    if days not in map(str, TASK_DAYS):
        raise Absent("absent.page")
    now = datetime.now(ZONE)
    with context.read() as connection:
        found = reads.numbered(connection, [_number(alert)], now, points=False)
    if not found:
        raise Absent("absent.page")
    words = {f"words_{one}": t("alerts.task_title", one, line=say.headline(found[0].row, one)) for one in ("zh", "en")}
    due = (now + timedelta(days=int(days))).date()
    outcome = _do(context, "alert_task_make", episode=found[0].number, due=due, owner=_plain(owner), note=_plain(note), **words)
    if outcome["outcome"] != "made":
        raise NotTaken(outcome["outcome"])


def lift(context: Context, silence_id: str) -> None:
    """Lift a silence. Raises :class:`NotTaken` where it is over."""
    if not _do(context, "alert_silence_lift", silence_id=_number(silence_id))["lifted"]:
        raise NotTaken("gone")


def send_again(context: Context, letter: str) -> None:
    """Send a letter again. Raises :class:`NotTaken` where it is under way, :class:`Refused` for who does not mind letters."""
    if not _do(context, "letter_send_again", letter_id=_number(letter))["done"]:
        raise NotTaken("under_way")


def declare(context: Context, fields: Mapping[str, Any]) -> None:
    """Declare an event for the area at hand and all below. Raises :class:`NotTaken`, :class:`Refused`."""
    try:
        asked = events.declared(fields)
    except ValueError as fault:
        raise NotTaken(str(fault)) from None
    _do(context, "alert_declare", area=context.area.area_id, **asked)


def withdraw(context: Context, event: str) -> None:
    """Withdraw a declared event. Raises :class:`NotTaken` where it is none any more, :class:`Refused`."""
    if not _do(context, "alert_withdraw", event_id=_number(event))["withdrawn"]:
        raise NotTaken("withdrawn")


def change_rule(context: Context, rule: str, fields: Mapping[str, Any]) -> int:
    """A new version of a rule; its number. Raises :class:`NotTaken`, :class:`Refused`."""
    try:
        asked = rules.changes(fields)
    except ValueError as fault:
        raise NotTaken(str(fault)) from None
    asked["limits"] = json.dumps(asked["limits"])
    return int(_do(context, "alert_rule_change", rule=rule, **asked)["version"])


def try_rule(context: Context, rule: str, fields: Mapping[str, Any]) -> None:
    """Ask for a rule of falls to be tried on the past with the limits as they stand in the form. Raises :class:`NotTaken`."""
    try:
        limits = rules.limits_of(fields)
    except ValueError as fault:
        raise NotTaken(str(fault)) from None
    asked = json.dumps({"rule": _plain(rule), "limits": limits})
    _do(context, "job_ask", job=trials.JOB, asked_by=context.user.login, asked=asked)


def prefer(context: Context, fields: Mapping[str, Any]) -> None:
    """Choose how to be told. Raises :class:`NotTaken`."""
    try:
        asked = mine.wishes(fields)
    except ValueError as fault:
        raise NotTaken(str(fault)) from None
    with context.read() as connection:
        sql.execute(connection, "dashboard/alert_preference_set", **asked)
        user = context.user
        audit(connection, actor=user.login, action="alert_preference", subject=user.login, user_id=user.user_id, **asked)


def _do(context: Context, name: str, **params: Any) -> dict[str, Any]:
    """One act of the store. Raises :class:`Refused` where it is not the reader's."""
    try:
        with context.read() as connection:
            return sql.one(connection, f"dashboard/{name}", **params) or {}
    except sa.exc.DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) == DENIED:
            raise Refused("refused.page") from None
        raise


def _number(told: Any) -> int:
    words = str(told)
    if not (words.isascii() and words.isdecimal() and len(words) <= MOST_DIGITS):
        raise Absent("absent.page")
    return int(words)


def _plain(words: Any) -> str:
    return str(words or "").replace("\0", "").strip()[:MOST_WORDS]
