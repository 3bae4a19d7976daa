"""What a reader does to a plan: moves of catchball, saving a trial, bringing a sheet back, locking, publishing, appraising.

Each act is one transaction, or one after the other where a sheet asks for several; the store asks again who acts, and notes it.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

import sql
from dashboard.context import Absent, Context, Refused
from dashboard.pages.targets import data, what_if
from dashboard.pages.targets.exchange import Brought, Wish
from dashboard.pages.targets.model import View
from dashboard.pages.targets.what_if import Edit, Wrong, number
from etl.domain.cascade import Mode
from etl.domain.catchball import ACTIONS
from etl.domain.period import parse
from sql.audit import audit

KNOWN = ("closed", "gone", "changed", "no_value", "no_note", "long_note", "unanswered", "off", "running", "there", "infeasible")
HELD = ("accept", "lock", "unlock")  # moves that fix a level or let it go
MOST_WORDS = 2000
Fields = Mapping[str, Any]


@contextmanager
def told() -> Iterator[None]:
    """What the store refuses, as a sentence of the catalogue, or as a page that is not the reader's."""
    try:
        yield
    except sa.exc.DBAPIError as error:
        word = str(getattr(getattr(error.orig, "diag", None), "message_primary", ""))
        if word == "not_yours" or getattr(error.orig, "sqlstate", "") == "42501":
            raise Refused("refused.page") from None
        if word in KNOWN:
            raise Wrong(word) from None
        raise


def move(context: Context, view: View, what: str, fields: Fields) -> None:
    """One move at the target in hand; what is accepted or locked is kept by the solver from then on, the rest solved anew."""
    if what not in ACTIONS:
        raise Absent("absent.page")
    if view.plan is None or view.indicator is None or view.at is None:
        raise Wrong("nothing")
    words, value = _words(fields.get("words")), number(fields.get("value"))
    if fields.get("standing", view.standing) != view.standing:
        raise Wrong("changed")
    with told(), context.read() as connection:
        make(connection, view, view.at.area_id, view.indicator.indicator_id, what, value if what == "counter" else None, words)
        target = view.target(view.at.area_id, view.indicator)
        _as_read(data.read(connection, context), view, what)
        if target is not None and what in HELD:
            level = {"accept": target.countered, "lock": target.target, "unlock": math.nan}[what]
            _locked_in(connection, view, math.nan if level is None else level)


def _as_read(now: View, view: View, what: str) -> None:
    """Look, with the plan held by the move, whether others changed it since the view was read. Raises :class:`Wrong`."""
    target = view.target(view.at.area_id if view.at else None, view.indicator)
    proposed = [row["value"] for row in now.steps if row["action"] == "counter"][:1]  # the newest
    another = what in ("accept", "decline") and target is not None and proposed not in ([], [target.countered])
    if another or now.plan is None or view.plan is None or now.plan.version != view.plan.version:
        raise Wrong("changed")


def make(connection: sa.Connection, view: View, area: int, indicator: int, what: str, value: float | None, words: str) -> None:
    """A move in the store."""
    assert view.plan is not None  # noqa: S101  callers have looked
    sql.one(
        connection,
        "dashboard/plan_move",
        plan=view.plan.plan_id,
        indicator=indicator,
        area=area,
        what=what,
        value=value,
        note=words,
    )


def _locked_in(connection: sa.Connection, view: View, level: float) -> None:
    """Solve what lies below the parent anew with a level kept (NaN: with none)."""
    assert view.at is not None and view.indicator is not None and view.plan is not None  # noqa: S101  the caller has looked
    rows = sql.rows(
        connection, "dashboard/plan_family", plan=view.plan.plan_id, version=view.plan.shown, areas=[view.at.area_id], parent=-1
    )
    parent = next(row["parent_id"] for row in rows if row["indicator_id"] == view.indicator.indicator_id)
    if not parent:  # the root's own target is what is asked
        return
    made = what_if.solved(connection, view, view.indicator, parent, Edit(locks={view.at.area_id: level}))
    if not made.feasible:
        raise Wrong("infeasible")
    words = "" if math.isnan(level) else f" = {level:g}"
    what_if.begin(connection, view, parent, view.at.area_id, f"{view.at.code} {view.indicator.code}{words}")
    what_if.keep(connection, view, view.indicator, parent, made)


def save(context: Context, view: View, edit: Edit, note: Any, drawn: Any = None) -> int:
    """Keep what was tried; the new version. ``drawn``: what the reader saw asked of the whole (``View.drawn``)."""
    if not edit.any:
        raise Wrong("unchanged")
    if drawn is not None and (edit.asked is not None or edit.mode is not None) and drawn != view.drawn:
        raise Wrong("changed")
    with told():
        return what_if.save(context, view, edit, _words(note))


def apply(context: Context, brought: Brought) -> int:
    """Do what a sheet asks for: counter-proposals as moves, locks and caps indicator by indicator; how many rows."""
    done = 0
    for wish in brought.wishes:
        if wish.counter is not None:
            view = data.load(context)
            with told(), context.read() as connection:
                make(connection, view, wish.area.area_id, wish.indicator.indicator_id, "counter", wish.counter, wish.note)
            done += 1
    for code in dict.fromkeys(wish.indicator.code for wish in brought.wishes if wish.lock is not None or wish.cap is not None):
        done += _bounds(context, code, [wish for wish in brought.wishes if wish.indicator.code == code])
    return done


def _bounds(context: Context, code: str, wishes: list[Wish]) -> int:
    view = data.load(replace(context, query={**context.query, "outcome": code, "version": ""}))
    locks = {wish.area.area_id: wish.lock for wish in wishes if wish.lock is not None}
    caps = {wish.area.area_id: wish.cap for wish in wishes if wish.cap is not None}
    if any(cap < 0 for cap in caps.values() if not math.isnan(cap)):
        raise Wrong("cap")
    with told():
        what_if.save(context, view, Edit(locks=locks, caps=caps), "XLSX")
    return len({*locks, *caps})


def turn(context: Context, view: View, what: str, fields: Fields) -> None:
    """Lock, open or publish the plan as a whole."""
    if view.plan is None:
        raise Wrong("nothing")
    with told(), context.read() as connection:
        sql.one(connection, "dashboard/plan_turn", plan=view.plan.plan_id, what=what, note=_words(fields.get("words")))


def propose(context: Context, view: View, fields: Fields) -> None:
    """Ask the schedule for a new plan of the whole tree."""
    try:
        period = parse(str(fields.get("period") or ""))
        mode = Mode(str(fields.get("mode") or Mode.GAP))
    except ValueError:
        raise Wrong("period") from None
    if period.kind not in "qy" or not view.rights.whole:
        raise Wrong("period") if view.rights.whole else Refused("refused.page")
    asked = {
        "area_id": context.trail[0].area_id,
        "period": period.code(),
        "lift": number(fields.get("lift")) or 0.0,
        "mode": str(mode),
        "challenge": number(fields.get("challenge")),
    }
    with told(), context.read() as connection:
        sql.one(connection, "dashboard/job_ask", job="propose", asked_by=context.user.login, asked=json.dumps(asked))
        noted = {"area": context.trail[0].code, **{name: asked[name] for name in ("lift", "mode", "challenge")}}
        audit(
            connection, actor=context.user.login, action="plan.ask", subject=period.code(), user_id=context.user.user_id, **noted
        )


def close(context: Context, view: View, code: str) -> None:
    """Close a period for appraisal."""
    try:
        period = parse(code)
    except ValueError:
        raise Wrong("period") from None
    if view.plan is None:
        raise Wrong("nothing")
    with told(), context.read() as connection:
        sql.one(connection, "dashboard/appraisal_close", plan=view.plan.plan_id, kind=period.kind, start=period.start)


def object_to(context: Context, view: View, fields: Fields) -> None:
    """Object to a score of the area in hand."""
    if view.plan is None or view.at is None:
        raise Wrong("nothing")
    part, _, line = str(fields.get("part") or "").partition("|")
    with told(), context.read() as connection:
        closed = sql.rows(connection, "dashboard/appraisals", plan=view.plan.plan_id)
        chosen = next(
            (row for row in closed if str(row["appraisal_id"]) == context.query.get("closed")), closed[0] if closed else None
        )
        if chosen is None:
            raise Wrong("gone")
        sql.one(
            connection,
            "dashboard/appraisal_object",
            appraisal=chosen["appraisal_id"],
            area=view.at.area_id,
            part=part,
            line=line,
            note=_words(fields.get("words_objection")),
        )


def decide(context: Context, how: str, objection: str, fields: Fields) -> None:
    """Uphold an objection with another score, or reject it."""
    if not (objection.isascii() and objection.isdecimal() and len(objection) < 18):
        raise Wrong("gone")
    score = number(fields.get(f"score_{objection}")) if how == "upheld" else None
    with told(), context.read() as connection:
        sql.one(
            connection,
            "dashboard/appraisal_decide",
            objection=int(objection),
            how=how,
            score=score,
            note=_words(fields.get(f"decided_{objection}")),
        )


def _words(said: Any) -> str:
    words = said.strip() if isinstance(said, str) else ""
    if len(words) > MOST_WORDS:
        raise Wrong("long_note")
    return words
