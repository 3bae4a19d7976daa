"""``manyi targets show|beta|lock|open|publish|restate|appraise|export|import``: what becomes of plans in the store."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Any

import sqlalchemy as sa
import typer

import sql
from etl.commands.console import AsJson, Refused, out, show, show_one, speaking
from etl.commands.stores import open_store
from etl.domain.period import Period, parse
from etl.steps.plan_restate import NothingMoved, restate

ACTOR = "cli"
SAID = {
    "closed": "the plan is not open for that: it is locked, published or withdrawn; `manyi targets show` tells",
    "gone": "there is no such plan, area or indicator in it",
    "unanswered": "a counter-proposal is not answered yet; accept or decline it on the page Targets, which names those that wait",
    "running": "that period is not over, or was not judged yet; run `manyi run attain` after a publication",
    "there": "that was done before",
    "off": "its targets do not roll up (`manyi db check` names them once published); propose it anew",
}

FIRST = {  # what a plan must be for each of its turns
    "lock": "only a proposed plan is locked",
    "open": "only a locked plan is opened again",
    "publish": "only a locked plan is put in force, `manyi targets lock` comes first",
}

PlanNumber = Annotated[int | None, typer.Option("--plan", help="the plan's number; default: the newest")]
Note = Annotated[str, typer.Option(help="why, in your own words")]


def run_show(
    plan: PlanNumber = None,
    area: Annotated[str | None, typer.Option(help="an area's code: its targets and those right below it")] = None,
    indicator: Annotated[str | None, typer.Option(help="code of one indicator")] = None,
    version: Annotated[int | None, typer.Option(help="an earlier version")] = None,
    as_json: AsJson = False,
) -> None:
    """All plans; with --plan what it asks of the whole, with --area the targets there."""
    with speaking(), sql.begin(open_store()) as connection:
        plans = sql.rows(connection, "etl/plan_list", plan=plan)
        if plan is not None and not plans:
            raise Refused(f"there is no plan {plan}; `manyi targets show` lists them")
        if area is None and plan is None:
            show([_short(row) for row in plans], as_json, empty="no plan yet; `manyi targets propose` makes one")
            return
        if not plans:
            raise Refused("no plan yet; `manyi targets propose` makes one")
        at = version or int(plans[0]["version"])
        chosen = {"plan": plans[0]["plan_id"], "version": at}
        if area is None:
            found = sql.rows(connection, "etl/plan_asked", **chosen)
        else:
            found = sql.rows(connection, "etl/plan_shown", **chosen, area=area, indicator=indicator)
        show(found if as_json else [_rounded(row) for row in found], as_json, empty="nothing of that in the plan")


def _short(row: dict[str, Any]) -> dict[str, Any]:
    period = Period(row["period"], row["start"]).code()
    base = Period(row["period"], row["base_start"]).code()
    kept = (
        "area", "status", "version", "outcomes", "processes", "targets", "publication_id", "made_by", "made_at", "published_at",
    )  # fmt: skip
    return {"plan": row["plan_id"], "period": period, "baseline": base, **{name: row[name] for name in kept}}


def _rounded(row: dict[str, Any]) -> dict[str, Any]:
    left = ("name_zh", "indicator_id", "easiest", "hardest", "floor", "rational", "ceiling")
    return {name: round(value, 4) if isinstance(value, float) else value for name, value in row.items() if name not in left}


def run_beta(
    outcome: Annotated[str, typer.Argument(help="code of the outcome")],
    process: Annotated[str, typer.Argument(help="code of the process indicator")],
    slope: Annotated[float, typer.Argument(help="points of the outcome per unit towards the process's better side; 0: none")],
    author: Annotated[str, typer.Option(help="who says so")],
    reason: Annotated[str, typer.Option(help="on what grounds")],
    since: Annotated[str | None, typer.Option(help="from which day on; default: today")] = None,
) -> None:
    """Say by hand what of a process goes with an outcome, in place of the estimate; plans made from that day on use it."""
    with speaking(), sql.begin(open_store()) as connection:
        day = date.fromisoformat(since) if since else date.today()
        if slope < 0 or not author.strip() or not reason.strip():
            raise Refused("the slope must be 0 or more (towards the better side), author and reason must be given")
        said = {"outcome": outcome, "process": process, "slope": slope, "day": day, "author": author, "reason": reason}
        if not sql.execute(connection, "etl/driver_by_hand_set", **said):
            raise Refused("no such headline outcome or process indicator; `manyi drivers show` lists codes")
        out.print(f"{process} → {outcome}: {slope:g} from {day} on", markup=False)


def turned(what: str, plan: int | None, note: str, as_json: bool) -> None:
    """Lock, open, publish or withdraw a plan."""
    with speaking():
        store = open_store()
        with sql.begin(store) as connection:
            plans = sql.rows(connection, "etl/plan_list", plan=plan)
        if not plans:
            raise Refused("there is no such plan; `manyi targets show` lists them")
        number = int(plans[0]["plan_id"])
        try:
            with sql.begin(store) as connection:
                row = sql.one(connection, "dashboard/plan_turn", plan=number, what=what, note=note)
        except sa.exc.DBAPIError as error:
            said, status = reason_of(error), str(plans[0]["status"])
            raise Refused(f"plan {number} is {status}; {FIRST[what]}" if said == SAID["closed"] else said) from None
        show_one({"plan": number, "status": row["status"] if row else None}, as_json)


def reason_of(error: sa.exc.DBAPIError) -> str:
    """What a refusal of the store means; an error of another kind is raised again."""
    word = str(getattr(getattr(error.orig, "diag", None), "message_primary", ""))
    if word not in SAID:
        raise error
    return SAID[word]


def run_lock(plan: PlanNumber = None, note: Note = "", as_json: AsJson = False) -> None:
    """Lock a plan once no counter-proposal is unanswered: its targets stay as they are."""
    turned("lock", plan, note, as_json)


def run_open(plan: PlanNumber = None, note: Note = "", as_json: AsJson = False) -> None:
    """Open a locked plan again, to negotiate on."""
    turned("open", plan, note, as_json)


def run_publish(plan: PlanNumber = None, note: Note = "", as_json: AsJson = False) -> None:
    """Put a locked plan in force; it is followed from the next run of the job `attain` on."""
    turned("publish", plan, note, as_json)


def run_restate(plan: PlanNumber = None, as_json: AsJson = False) -> None:
    """Carry a plan in force over to today's tree, as a new proposal that asks the same of what its areas became."""
    with speaking():
        store = open_store()
        with sql.begin(store) as connection:
            plans = sql.rows(connection, "etl/plan_list", plan=plan)
        number = next((int(row["plan_id"]) for row in plans if row["status"] == "published"), 0)
        try:
            show_one(restate(store, number, ACTOR), as_json)
        except NothingMoved as error:
            raise Refused(str(error)) from None


def _in_force(row: dict[str, Any], wanted: Period) -> bool:
    """Whether a plan is published and its period holds the one wanted."""
    whole = Period(row["period"], row["start"])
    return row["status"] == "published" and whole.start <= wanted.start and wanted.end <= whole.end


def run_appraise(
    period: Annotated[str, typer.Option(help="the month, quarter or year to close: 2026-10, 2026-Q3")],
    plan: PlanNumber = None,
    as_json: AsJson = False,
) -> None:
    """Close a period of a published plan for appraisal, frozen on the latest judged publication."""
    with speaking():
        store = open_store()
        try:
            wanted = parse(period)
            with sql.begin(store) as connection:
                plans = sql.rows(connection, "etl/plan_list", plan=plan)
                number = next((row["plan_id"] for row in plans if _in_force(row, wanted)), None)
                if number is None:
                    raise Refused(f"no published plan holds {wanted.code()}; `manyi targets show` lists plans and their periods")
                row = sql.one(connection, "dashboard/appraisal_close", plan=number, kind=wanted.kind, start=wanted.start)
        except ValueError as error:
            raise Refused(str(error)) from None
        except sa.exc.DBAPIError as error:
            raise Refused(reason_of(error)) from None
        show_one({"plan": number, "period": wanted.code(), "appraisal": row["appraisal"] if row else None}, as_json)


Login = Annotated[str, typer.Option("--as", help="whose eyes and rights: a login")]
Area = Annotated[str | None, typer.Option(help="an area's code; default: the user's own")]
SheetPlan = Annotated[int | None, typer.Option("--plan", help="the plan's number; default: the one in force, else the newest")]
Within = Annotated[str | None, typer.Option(help="a period within the plan's, 2026-10; default: the running year")]


def run_export(
    output: Annotated[Path, typer.Option("-o", "--output", help="where the XLSX is written")],
    login: Login,
    area: Area = None,
    period: Within = None,
    plan: SheetPlan = None,
    as_json: AsJson = False,
) -> None:
    """Write the targets of an area and those right below it, with room for locks, caps, counter-proposals and reasons."""
    from etl.commands import plan_sheets  # the face's libraries, which other words need not wait for

    plan_sheets.export(output, login, area, period, plan, as_json)


def run_import(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="a sheet that `manyi targets export` wrote")],
    login: Login,
    area: Area = None,
    period: Within = None,
    plan: SheetPlan = None,
    apply: Annotated[bool, typer.Option("--apply", help="do what it asks for; without it, only told")] = False,
    as_json: AsJson = False,
) -> None:
    """Tell what a returned sheet asks for and which rows are conflicts; with --apply do it. Nothing is overwritten silently."""
    from etl.commands import plan_sheets  # likewise

    plan_sheets.bring(file, login, area, period, plan, apply, as_json)
