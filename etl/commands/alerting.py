"""``manyi alerts list``, ``ack`` and ``silence``: the alerts of the store, on the command line."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

import sql
from etl.commands.console import AsJson, Refused, in_language, out, show, speaking
from etl.commands.stores import open_store
from etl.schedule import TIME_ZONE

MOST = 200
FIGURES = ("value", "expected", "size", "s")


def run_list(
    area: Annotated[str | None, typer.Option(help="code: of this area and all below")] = None,
    everything: Annotated[bool, typer.Option("--all", help="closed ones too")] = False,
    most: Annotated[int, typer.Option("--most", "-n", min=1, help="how many")] = MOST,
    as_json: AsJson = False,
) -> None:
    """Open alerts by severity: where, since when, how far, and who took them on."""
    with speaking():
        with sql.begin(open_store()) as connection:
            rows = sql.rows(connection, "etl/alerts_list", closed=everything, area=area, most=most)
        show(rows if as_json else [_short(row) for row in rows], as_json, "no alert is open; `--all` lists closed ones")


def _short(row: Mapping[str, Any]) -> dict[str, Any]:
    said = in_language(row, False)
    figures = {name: None if row[name] is None else f"{row[name]:.1f}" for name in FIGURES}
    return {
        "id": row["episode_id"], "severity": row["severity"], "state": row["state"], "area": f"{said['area']} {row['area']}",
        "about": row["indicator"] or row["subject"] or row["rule"], "since": row["since"] or row["start"], **figures,
        "owner": row["owner"], "closed": row["closed"],
    }  # fmt: skip


def run_ack(
    ids: Annotated[list[int], typer.Argument(help="numbers as `manyi alerts list` prints them")],
    note: Annotated[str, typer.Option(help="what is known or done")] = "",
    owner: Annotated[str, typer.Option(help="who takes it on (default: cli)")] = "",
) -> None:
    """Take open alerts on: they are no longer escalated."""
    with speaking():
        with sql.begin(open_store()) as connection:
            row = sql.one(connection, "etl/alert_acknowledge", ids=ids, owner=owner, note=note)
        done = row["acknowledged"] if row else 0
        if not done:
            raise Refused("none of these is open and waiting; `manyi alerts list` shows what is")
        out.print(f"{done} taken on")


def run_silence(
    area: Annotated[str | None, typer.Option(help="code: of this area and all below")] = None,
    until: Annotated[str | None, typer.Option(help="the last day, 2026-12-31; within 92 days")] = None,
    reason: Annotated[str, typer.Option(help="why")] = "",
    rule: Annotated[str | None, typer.Option(help="of this rule only")] = None,
    indicator: Annotated[str | None, typer.Option(help="code: of this indicator only")] = None,
    lift: Annotated[int | None, typer.Option(help="end this silence now instead")] = None,
) -> None:
    """Tell nobody of an area's alerts until a day; its end is told once."""
    with speaking():
        if lift is not None:
            _lift(lift)
            return
        if not (area and until and reason.strip()):
            raise Refused("a silence needs --area, --until and --reason")
        end = _end_of(until)
        with sql.begin(open_store()) as connection:
            _known(sql.one(connection, "etl/alert_known", area=area, rule=rule, indicator=indicator), area, rule, indicator)
            row = sql.one(connection, "etl/alert_silence", area=area, rule=rule, indicator=indicator, until=end, reason=reason)
        out.print(f"silence {row['silence_id'] if row else ''} holds until {end:%Y-%m-%d %H:%M}", markup=False)


def _end_of(day: str) -> datetime:
    try:
        end = datetime.combine(datetime.fromisoformat(day).date(), time(23, 59, 59), ZoneInfo(TIME_ZONE))
    except ValueError:
        raise Refused(f"no day {day!r}; write 2026-12-31") from None
    days = (end - datetime.now(ZoneInfo(TIME_ZONE))).days
    if not 0 <= days <= 92:
        raise Refused("a silence ends within 92 days from now; it can be renewed")
    return end


def _known(found: Mapping[str, Any] | None, area: str, rule: str | None, indicator: str | None) -> None:
    given = {"area": area, "rule": rule, "indicator": indicator}
    for name, code in given.items():
        if code is not None and not (found and found[name]):
            raise Refused(f"no {name} {code!r}")


def _lift(silence: int) -> None:
    with sql.begin(open_store()) as connection:
        row = sql.one(connection, "etl/silence_lift", silence=silence)
    if not (row and row["lifted"]):
        raise Refused(f"no silence {silence} holds now")
    out.print(f"silence {silence} is lifted")
