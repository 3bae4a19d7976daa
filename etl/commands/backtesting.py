"""``manyi predict backtest``: forecasts made in the demonstration's past, held against what came and against the truth."""

from __future__ import annotations

import json
import sys
from datetime import date
from typing import Annotated, Any

import typer

from etl.commands.console import AsJson, Refused, err, out, show, speaking
from etl.demo.backtest import backtest
from etl.demo.generate import SCALES
from etl.domain.area import Level

SEEDS = "301,302,303"  # operators nothing was tried on


def run_backtest(
    seeds: Annotated[str, typer.Option(help="operators to draw, by their seeds")] = SEEDS,
    scale: Annotated[str, typer.Option(help="small or full: how many answers they get")] = "small",
    step: Annotated[int, typer.Option(min=1, max=12, help="months from one forecast to the next")] = 2,
    until: Annotated[str, typer.Option(help="the last day of the operators' data")] = "2026-10-31",
    as_json: AsJson = False,
) -> None:
    """How often a period's end fell into the forecast's intervals, and how much better that was than the last period again."""
    with speaking():
        if scale not in SCALES:
            raise Refused(f"no scale {scale!r}; choose one of {', '.join(SCALES)}")
        try:
            chosen, last = [int(seed) for seed in seeds.split(",")], date.fromisoformat(until)
        except ValueError as error:
            raise Refused(f"{error}; write --seeds 301,302 and --until 2026-10-31") from None
        found = backtest(chosen, scale, last, step, tell=lambda said: err.print(said, style="dim"))
        rows: list[dict[str, Any]] = [
            {"level": Level(level).name_in("en"), "period": kind, "month_in": part, **one.record()}
            for (level, kind, part), one in sorted(found.items())
        ]
        if as_json:
            sys.stdout.write(json.dumps({"seeds": chosen, "scale": scale, "forecasts": rows}, indent=1) + "\n")
            return
        out.print("period ends inside the intervals in %; errors and quantile loss in points; naive: the last period again")
        show(rows, False)
