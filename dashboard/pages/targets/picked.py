"""The period picker on this page: the plan's whole period, or the quarter or month of it whose standing is shown."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from dashboard.context import Context
from dashboard.pages.targets.data import chosen_plan, judged_kinds, judged_period, read_plans
from dashboard.pages.targets.model import Plan
from dashboard.periods import Offer
from etl.domain.period import Period, containing


def offer(connection: sa.Connection, context: Context) -> Offer | None:
    """What the plan shown can be judged by; ``None`` (the calendar) while there is no plan."""
    plans = read_plans(connection, context)
    plan = chosen_plan(plans, context)
    if plan is None:
        return None
    shown = judged_period(plan, context)
    periods = _wholes(plans, plan, context) if shown == plan.period else _parts(plan, shown.kind, context)
    return Offer(
        shown,
        {kind: context.address(judged=None if kind == plan.period.kind else kind) for kind in judged_kinds(plan)},
        dict(sorted(periods.items(), reverse=True)),
        next((periods[one] for one in sorted(periods, reverse=True) if one < shown), None),
        next((periods[one] for one in sorted(periods) if one > shown), None),
    )


def _wholes(plans: Sequence[Plan], plan: Plan, context: Context) -> dict[Period, str]:
    """This plan, and those in force in other periods as long."""
    others = {one.period: one for one in plans if one.status == "published" and one.period.kind == plan.period.kind}
    chosen = {**others, plan.period: plan}
    return {period: context.address(plan=one.plan_id, version=None, against=None) for period, one in chosen.items()}


def _parts(plan: Plan, kind: str, context: Context) -> dict[Period, str]:
    """The plan's months or quarters that have begun."""
    last = min(plan.period.end, context.publication.data_to) if context.publication else plan.period.start
    found, one = {}, containing(kind, plan.period.start)
    while one.start <= last:
        found[one], one = context.address(plan=plan.plan_id, period=one.code()), one.shift(1)
    return found
