"""The targets page's one read: plan, members, targets, negotiation and attainment, in one transaction of the reader's scope."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import sqlalchemy as sa

import sql
from dashboard.context import Context
from dashboard.pages.targets.model import Area, Indicator, Plan, Rights, Slope, Target, View
from etl.domain.period import Period, containing

MOST_STEPS = 30
MOST_DIGITS = 9  # of a version's number
NAMES = ("zh", "en")
JUDGED = ("m", "q", "y")


def load(context: Context) -> View:
    """Everything of the page but what other views need."""
    with context.read() as connection:
        return read(connection, context)


def read(connection: sa.Connection, context: Context) -> View:
    """The view of an address in a transaction of the reader's."""
    plans = read_plans(connection, context)
    plan = chosen_plan(plans, context)
    if plan is None:
        rights = _rights(connection, 0, 0, context.trail[0].area_id, context.trail[0].area_id)
        return View(plans, None, rights=rights)
    indicators = read_indicators(connection, plan)
    targets = _targets(connection, context, plan)
    seen = {number for area, number in targets if area == context.area.area_id}
    indicator = _asked([one for one in indicators if one.indicator_id in seen] or indicators, context.query.get("outcome"))
    areas = _areas(connection, {area for area, _ in targets})
    here = next((one for one in areas if one.area_id == context.area.area_id), None)
    members = [one for one in areas if one.area_id not in {node.area_id for node in context.trail}]
    at = next((one for one in members if one.code == context.query.get("at")), here)
    view = View(plans, plan, indicators, indicator, here, members, at, targets, _slopes(connection, plan))
    return _followed(connection, context, _negotiated(connection, context, view))


def read_plans(connection: sa.Connection, context: Context) -> list[Plan]:
    """The plans of the reader's tree, those in force first, then the newest."""
    return [_plan(row, context) for row in sql.rows(connection, "dashboard/plans_seen", root=context.trail[0].area_id)]


def chosen_plan(plans: Sequence[Plan], context: Context) -> Plan | None:
    """The plan of the address; else the one in force for the period shown, else the first."""
    asked = context.query.get("plan", "")
    named = next((one for one in plans if str(one.plan_id) == asked), None)
    day = context.period.start
    running = [one for one in plans if one.period.start <= day <= one.period.end and one.status == "published"]
    return named or (running or list(plans) or [None])[0]


def _plan(row: Mapping[str, Any], context: Context) -> Plan:
    version = int(row["version"])
    return Plan(
        row["plan_id"],
        row["area_id"],
        Period(row["period"], row["start"]),
        Period(row["period"], row["base_start"]),
        row["status"],
        version,
        shown_version(context.query.get("version"), version),
        row["made_by"],
        row["published_at"],
    )


def shown_version(asked: str | None, newest: int) -> int:
    """A version of the address within those there are; the newest for none."""
    known = asked is not None and asked.isascii() and asked.isdecimal() and len(asked) <= MOST_DIGITS
    return min(max(int(asked), 1), newest) if asked is not None and known else newest


def read_indicators(connection: sa.Connection, plan: Plan) -> list[Indicator]:
    """The plan's indicators, outcomes first."""
    planned = {
        row["indicator_id"]: row
        for row in sql.rows(connection, "dashboard/plan_indicators", plan=plan.plan_id, version=plan.shown)
    }
    known = [row for row in sql.rows(connection, "dashboard/indicators") if row["indicator_id"] in planned]
    made = [_indicator(row, planned[row["indicator_id"]]) for row in known]
    return sorted(made, key=lambda one: not one.outcome)


def _indicator(row: Mapping[str, Any], planned: Mapping[str, Any]) -> Indicator:
    return Indicator(
        row["indicator_id"],
        row["code"],
        row["unit"],
        row["direction"],
        row["decimals"],
        row["line_id"],
        *({name: row[f"{stem}_{name}"] for name in NAMES} for stem in ("name", "short", "line", "definition")),
        planned["role"] == "outcome",
        planned["mode"],
        planned["ceiling"],
        planned["rational"],
        planned if planned["asked"] is not None else None,
    )


def _asked(indicators: Sequence[Indicator], code: str | None) -> Indicator | None:
    """The indicator of the address; else the first one the reader sees a target of here."""
    return next((one for one in indicators if one.code == code), indicators[0] if indicators else None)


def _targets(connection: sa.Connection, context: Context, plan: Plan) -> dict[tuple[int, int], Target]:
    """Of the areas of the trail, and of the members right below the one in hand."""
    trail = [node.area_id for node in context.trail]
    rows = sql.rows(
        connection, "dashboard/plan_family", plan=plan.plan_id, version=plan.shown, areas=trail, parent=context.area.area_id
    )
    return {(row["area_id"], row["indicator_id"]): _target(row) for row in rows}


def _target(row: Mapping[str, Any]) -> Target:
    names = (
        "weight",
        "baseline",
        "target",
        "displayed",
        "floor",
        "cap",
        "lock",
        "challenge",
        "lead",
        "easiest",
        "hardest",
        "binding",
        "reach",
    )
    return Target(row["area_id"], **{name: row[name] for name in names})


def _areas(connection: sa.Connection, ids: set[int]) -> list[Area]:
    rows = sql.rows(connection, "dashboard/plan_areas", areas=sorted(ids))
    return [Area(row["area_id"], row["code"], row["level"], _names(row), row["open"]) for row in rows]


def _names(row: Mapping[str, Any]) -> dict[str, str]:
    return {name: row[f"name_{name}"] for name in NAMES}


def _slopes(connection: sa.Connection, plan: Plan) -> list[Slope]:
    rows = sql.rows(connection, "dashboard/plan_drivers", plan=plan.plan_id)
    return [Slope(row["outcome_id"], row["process_id"], row["slope"], row["spread"], row["author"]) for row in rows]


def _negotiated(connection: sa.Connection, context: Context, view: View) -> View:
    """With where every target stands, the moves at the one in hand, and what the reader may do there."""
    if view.plan is None or view.indicator is None or view.at is None:
        return view
    number, chosen = view.plan.plan_id, view.indicator.indicator_id
    ids = sorted({area for area, _ in view.targets})
    targets = dict(view.targets)
    for row in sql.rows(connection, "dashboard/plan_stands", plan=number, areas=ids):
        key = (row["area_id"], row["indicator_id"])
        if key in targets:
            targets[key] = replace(targets[key], state=row["state"], countered=row["value"])
    steps = sql.rows(connection, "dashboard/plan_steps", plan=number, area=view.at.area_id, indicator=chosen, most=MOST_STEPS)
    rights = _rights(connection, number, chosen, view.at.area_id, view.plan.root)
    return replace(view, targets=targets, steps=steps, rights=rights)


def _rights(connection: sa.Connection, plan: int, indicator: int, area: int, root: int) -> Rights:
    row = sql.one(connection, "dashboard/plan_rights", plan=plan, indicator=indicator, area=area, root=root)
    return Rights(tuple(row["sides"]), row["below"], row["whole"]) if row else Rights()


def judged_period(plan: Plan, context: Context) -> Period:
    """The part of the plan that is judged: its whole so far, or the quarter or month of the address (``?judged=``)."""
    kind = context.query.get("judged", "")
    day = min(max(context.period.place, plan.period.start), plan.period.end)
    if context.publication is not None:
        day = min(day, max(context.publication.data_to, plan.period.start))
    return containing(kind, day) if kind in judged_kinds(plan) else plan.period


def judged_kinds(plan: Plan) -> tuple[str, ...]:
    """The kinds of period a plan in force is judged by, the shortest first: parts of it and the whole."""
    return JUDGED[: JUDGED.index(plan.period.kind) + 1] if plan.status == "published" else (plan.period.kind,)


def _followed(connection: sa.Connection, context: Context, view: View) -> View:
    """With what came of a published plan in the period judged."""
    if view.plan is None or view.plan.status != "published":
        return view
    period = judged_period(view.plan, context)
    asked = {
        "p": context.publication_id,
        "plan": view.plan.plan_id,
        "areas": sorted({area for area, _ in view.targets}),
        "period": period.kind,
        "start": period.start,
    }
    targets, through = dict(view.targets), None
    for row in sql.rows(connection, "dashboard/attainments", **asked):
        key, through = (row["area_id"], row["indicator_id"]), row["through"]
        if key in targets:
            targets[key] = replace(targets[key], attained=row)
    scores = sql.rows(connection, "dashboard/card_scores", **asked)
    return replace(view, targets=targets, scores=scores, judged=period, through=_day(through))


def _day(found: Any) -> date | None:
    return found if isinstance(found, date) else None
