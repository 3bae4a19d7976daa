"""``manyi estimates``: what the store says of areas' scores, and whether its intervals hold what they promise."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any

import typer

from etl.commands.console import FAILED, AsJson, Refused, err, show, speaking
from etl.domain import period
from etl.domain.area import Level

app = typer.Typer(help="estimates of areas' scores", no_args_is_help=True)
LOWEST, HIGHEST, LEAST = 93.0, 97.0, 2_000  # % of 95 % intervals that must cover, and how many it takes to say so
SHARE_OF_RAW = 0.5  # of the raw grid estimates' mean squared error
SCALES = ("small", "full")


@app.callback()
def estimates() -> None:
    """Estimates of areas' scores."""


@app.command()
def coverage(
    seeds: Annotated[str, typer.Option(help="operators to invent, as 41,42,43")] = "41,42,43",
    scale: Annotated[str, typer.Option(help="small, or full: ten times the answers")] = "small",
    drawings: Annotated[int, typer.Option(min=1, help="surveys to draw of each operator")] = 3,
    until: Annotated[str, typer.Option(help="the last of the 24 months, as 2026-10")] = "2026-10",
    as_json: AsJson = False,
) -> None:
    """Draw the demonstration's survey again and again and count how often the intervals cover the written truth.

    Ends with 1 when what is displayed covers less than 93 or more than 97 % at a level, or shrinking does not halve the
    error of grids.
    """
    with speaking():
        wanted = _seeds(seeds)
        if scale not in SCALES:
            raise Refused(f"no scale {scale!r}; allowed: {', '.join(SCALES)}")
        from etl.demo.coverage import measure  # its libraries wait until they are needed

        tallies = measure(wanted, scale, drawings, _month(until), lambda text: err.print(text, style="dim"))
        found = [one.record() for one in tallies]
        show(with_shares(found), as_json)
        faults = judge(found)
        for fault in faults:
            err.print(fault, style="red")
        if faults:
            raise typer.Exit(FAILED)


def _seeds(text: str) -> list[int]:
    try:
        return [int(part) for part in text.split(",")]
    except ValueError:
        raise Refused(f"no seeds {text!r}; write whole numbers, as 41,42,43") from None


def _month(text: str) -> date:
    try:
        month = period.parse(text)
    except ValueError as error:
        raise Refused(str(error)) from None
    if month.kind != "m":
        raise Refused(f"{text} is no month; write one as 2026-10")
    return month.end


def with_shares(found: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each record with its error as a share of the direct values' at its level."""
    raw = {one["level"]: one["mse"] for one in found if one["interval"] == "direct"}
    return [{**one, "of_direct": round(one["mse"] / raw[one["level"]], 3) if raw[one["level"]] else None} for one in found]


def judge(found: Sequence[dict[str, Any]]) -> list[str]:
    """What is wrong, in words; nothing is said of levels with too few intervals."""
    grid = Level.GRID.name_in("en")
    faults = [
        f"{one['level']}: {one['coverage']} % of {one['intervals']} intervals cover the truth, not {LOWEST:g} to {HIGHEST:g} %"
        for one in found
        if one["interval"] == "displayed" and one["intervals"] >= LEAST and not LOWEST <= one["coverage"] <= HIGHEST
    ]
    error = {one["interval"]: one["mse"] for one in found if one["level"] == grid}
    if error and not error["shrunken"] < SHARE_OF_RAW * error["direct"]:
        faults.append(f"{grid}: shrinking leaves {error['shrunken']} of the mean squared error {error['direct']}: more than half")
    return faults
