"""``manyi targets propose`` and the schedule's job of that name: a plan made, as a proposal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any

import sqlalchemy as sa
import typer

import sql
from etl.commands.console import AsJson, Refused, show_one, speaking
from etl.commands.plans import ACTOR, Note
from etl.commands.stores import open_store
from etl.domain.cascade import Mode
from etl.domain.period import Period, parse
from etl.runner import Order
from etl.steps.plan import Asked, Infeasible, propose, province_of
from etl.steps.plan_reads import NoGround


def run_propose(
    period: Annotated[str, typer.Option(help="a year or quarter: 2026, 2026-Q4")],
    target: Annotated[list[str] | None, typer.Option(help="CODE=LEVEL asked of the whole, of one outcome; repeatable")] = None,
    lift: Annotated[float, typer.Option(help="points asked of every other outcome")] = 1.0,
    lead: Annotated[list[str] | None, typer.Option(help="CODE=POINTS over the strongest competitor; repeatable")] = None,
    mode: Annotated[Mode, typer.Option(help="how lifts are shared out")] = Mode.GAP,
    cap: Annotated[float | None, typer.Option(min=0, help="greatest lift of an area; default: policy plan_lift_cap")] = None,
    rational: Annotated[float | None, typer.Option(help="a level nobody is raised beyond")] = None,
    challenge: Annotated[float | None, typer.Option(min=0, help="margin of the challenge value beyond the target")] = None,
    root: Annotated[str | None, typer.Option(help="code of the tree's root, where there are several")] = None,
    note: Note = "",
    as_json: AsJson = False,
) -> None:
    """Make a plan: outcomes and the processes that carry them, over every area, as a proposal to be negotiated."""
    with speaking():
        store = open_store()
        wanted = Asked(plan_period(period), _pairs(target), lift, _pairs(lead), mode, cap, rational, challenge, note)
        made = _proposed(store, _root(store, root), wanted, ACTOR)
        show_one(made, as_json)


def plan_period(text: str) -> Period:
    """A year or quarter. Raises :class:`Refused`."""
    try:
        found = parse(text)
    except ValueError as error:
        raise Refused(str(error)) from None
    if found.kind not in "qy":
        raise Refused(f"{text!r} is no year or quarter; write 2026 or 2026-Q4")
    return found


def _pairs(given: Sequence[str] | None) -> dict[str, float]:
    found = {}
    for one in given or []:
        code, _, level = one.partition("=")
        try:
            found[code.strip()] = float(level)
        except ValueError:
            raise Refused(f"{one!r} is no CODE=NUMBER") from None
    return found


def _root(store: sa.Engine, code: str | None) -> int:
    with sql.begin(store) as connection:
        latest = sql.one(connection, "etl/latest_publication")
        found = province_of(connection, code, latest["data_to"] if latest and latest["data_to"] else date.today())
    if found is None:
        raise Refused("name the root of one tree with --root CODE; `manyi scores --children` lists codes")
    return found


def _proposed(store: sa.Engine, root: int, wanted: Asked, by: str) -> dict[str, Any]:
    known = _codes(store)
    wrong = [code for code in (*wanted.levels, *wanted.leads) if code not in known]
    if wrong:
        raise Refused(
            f"no headline outcome {', '.join(wrong)}; there are {', '.join(known)}", f"没有这样的结果指标：{'、'.join(wrong)}"
        )
    try:
        return propose(store, root, wanted, by)
    except (Infeasible, NoGround) as error:
        raise Refused(error.reason_en, error.reason_zh) from None


def _codes(store: sa.Engine) -> list[str]:
    with sql.begin(store) as connection:
        return [row["code"] for row in sql.rows(connection, "dashboard/indicators") if row["headline"] is not None]


def propose_for(order: Order) -> dict[str, Any]:
    """The job ``propose``: what a planner asked for on the page, in his name; ``in_force``: locked and published at once."""
    asked = order.asked
    wanted = Asked(
        plan_period(str(asked["period"])), {code: float(level) for code, level in dict(asked.get("levels") or {}).items()},
        float(asked.get("lift") or 0.0), {}, Mode(asked.get("mode") or Mode.GAP), asked.get("cap"), asked.get("rational"),
        asked.get("challenge"), str(asked.get("note") or ""),
    )  # fmt: skip
    made = _proposed(order.target, int(asked["area_id"]), wanted, str(order.asked_by))
    if asked.get("in_force"):
        with sql.begin(order.target) as connection:
            for what in ("lock", "publish"):
                sql.one(connection, "dashboard/plan_turn", plan=made["plan"], what=what, note=wanted.note)
    return made
