"""``manyi targets export`` and ``import``: a plan's targets as a workbook, with the eyes and hands of one user."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import python_calamine

import sql
from dashboard.context import Absent, Context
from dashboard.context import Refused as NotSeen
from dashboard.exports import as_xlsx, facts
from dashboard.pages.targets import data, exchange, moves
from dashboard.pages.targets.model import View
from dashboard.pages.targets.what_if import Wrong
from dashboard.snapshot.subject import subject
from dashboard.texts import t
from etl.commands.console import Refused, at_end, show, show_one, speaking
from etl.commands.stores import open_store, owner_url
from etl.config import read_settings
from etl.domain.period import containing, parse


def export(output: Path, login: str, area: str | None, period: str | None, plan: int | None, as_json: bool) -> None:
    """Write the sheet."""
    with speaking():
        context = _context(login, area, period, plan)
        view = _view(context, plan)
        table = exchange.sheet(view, context)
        output.write_bytes(as_xlsx(table, facts(context, table)))
        show_one({"file": str(output), "plan": view.plan.plan_id, "version": view.plan.shown, "rows": len(table.rows)}, as_json)


def bring(
    file: Path, login: str, area: str | None, period: str | None, plan: int | None, apply: bool, as_json: bool
) -> None:
    """Tell what a sheet asks for, and do it where wanted."""
    with speaking():
        context = _context(login, area, period, plan)
        try:
            rows = python_calamine.load_workbook(str(file)).get_sheet_by_index(0).to_python()
            found = exchange.brought(rows, _view(context, plan), context)
            done = moves.apply(context, found) if apply else 0
        except python_calamine.CalamineError:
            raise Refused(f"{file} is no workbook; take one that `manyi targets export` wrote") from None
        except Wrong as fault:
            raise Refused(t(f"targets.fault.{fault.args[0]}", context.language)) from None
        except NotSeen:
            raise Refused(
                f"{login} may not do that there; locks and caps are the planner's, counter-proposals the area's own"
            ) from None
        _tell(found, done, as_json)


def _tell(found: exchange.Brought, done: int, as_json: bool) -> None:
    wishes = [{"row": wish.line, "area": wish.area.code, "indicator": wish.indicator.code, "lock": _plain(wish.lock),
               "cap": _plain(wish.cap), "counter": wish.counter, "note": wish.note} for wish in found.wishes]  # fmt: skip
    left = [{"row": line, "why": why} for line, why in found.left]
    if as_json:
        show_one({"rows": found.rows, "applied": done, "asked": wishes, "left": left}, True)
        return
    show(wishes, False, empty="no row asks for anything")
    show(left, False, empty="no conflict")
    show_one({"rows": found.rows, "applied": done}, False)


def _plain(value: float | None) -> Any:
    return "off" if value is not None and value != value else value


def _view(context: Context, plan: int | None) -> View:
    """The plan asked for, or the one the page would show."""
    view = data.load(context)
    if view.plan is None or (plan is not None and view.plan.plan_id != plan):
        raise Refused("there is no such plan here; `manyi targets show` lists them, `manyi targets propose` makes one")
    return view


def _context(login: str, area: str | None, period: str | None, plan: int | None) -> Context:
    """What the page would be told for this user, area, period and plan."""
    settings = read_settings()
    with sql.begin(open_store(settings)) as connection:
        user = sql.one(connection, "auth/user_by_login", login=login)
        latest = sql.one(connection, "etl/latest_publication")
    if user is None or user["disabled"]:
        raise Refused(f"there is no active user {login!r}; `manyi user list` shows all")
    eyes = sql.engine(settings.app_url(owner_url(settings)))
    at_end(eyes.dispose)
    day = latest["data_to"] if latest and latest["data_to"] else date.today()
    try:
        found = subject(eyes, int(user["user_id"]), area, parse(period) if period else containing("y", day))
    except ValueError as error:
        raise Refused(str(error)) from None
    except Absent:
        raise Refused(f"there is no area {area!r}; `manyi scores --children` lists codes") from None
    except NotSeen:
        raise Refused(f"{login} may not see {area!r}") from None
    chosen = {} if plan is None else {"plan": str(plan)}
    return replace(found, page="targets", query={**found.query, **chosen})
