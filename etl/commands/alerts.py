"""``manyi alerts``: the alerts of the store, and falling scores on a file alone with ``replay``."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer

from etl.commands.alert_mail import test_mail
from etl.commands.alert_trials import run_backtest
from etl.commands.alerting import run_ack, run_list, run_silence
from etl.commands.console import AsJson, Refused, out, show, speaking
from etl.domain.area import Level
from etl.domain.detect import BASELINE_PERIODS, LIMITS, MATERIAL, Baseline, Traces, baseline, scan
from etl.domain.watch import Episode, Rule, Watched, watch
from etl.sources.plain_csv import WrongFile
from etl.sources.series_file import GivenSeries, read_series

app = typer.Typer(no_args_is_help=True, help="alerts: list, ack, silence, backtest, replay, test-mail")
app.command("list")(run_list)
app.command("ack")(run_ack)
app.command("silence")(run_silence)
app.command("backtest")(run_backtest)
app.command("test-mail")(test_mail)


class Grids(StrEnum):
    """How grids are held: together to a share of false alarms, or each to its limit."""

    FDR = "fdr"
    LIMIT = "limit"


@app.callback()
def alerts() -> None:
    """Alerts."""


@app.command("replay")
def run_replay(
    file: Annotated[Path, typer.Argument(metavar="SERIES.csv", help="area, parent, level, period, value, n_eff, sd")],
    lower_is_better: Annotated[bool, typer.Option(help="a rise is the fall")] = False,
    grids: Annotated[Grids, typer.Option(help="grids by false discovery rate or by the limit of their level")] = Grids.FDR,
    as_json: AsJson = False,
) -> None:
    """Run the detector over the periods of a file and print every alert it would have opened; the first 12 make the baseline."""
    with speaking():
        try:
            given = read_series(file)
        except WrongFile as error:
            raise Refused(str(error)) from None
        base = baseline(given.series)
        traces = scan(given.series, base, -1.0 if lower_is_better else 1.0)
        rule = Rule() if grids is Grids.FDR else replace(Rule(), false_share=None)
        _tell(_told(given, base, traces, watch(given.series, traces, rule)), as_json)


def _told(given: GivenSeries, base: Baseline, traces: Traces, watched: Watched) -> dict[str, Any]:
    """What ``--json`` prints; a number that does not exist is null."""
    return {
        "periods": given.periods,
        "baseline_periods": given.periods[:BASELINE_PERIODS],
        "levels": [_level(given, base, level) for level in sorted(set(given.series.level.tolist()))],
        "episodes": [_episode(given, traces, one) for one in watched.episodes],
        "areas": [_area(given, base, traces, watched, at) for at in range(len(given.areas))],
    }


def _level(given: GivenSeries, base: Baseline, level: int) -> dict[str, Any]:
    first, name = int(np.flatnonzero(given.series.level == level)[0]), Level(level)
    return {
        "level": name.name.lower(), "areas": int((given.series.level == level).sum()), "sigma2": _number(base.sigma2[first]),
        "phi2": _number(base.phi2[first]), "limit": LIMITS.get(name), "material": MATERIAL.get(name),
    }  # fmt: skip


def _episode(given: GivenSeries, traces: Traces, one: Episode) -> dict[str, Any]:
    at = given.periods
    placed = [given.areas[area] for area in one.placed]
    return {
        "area": given.areas[one.area], "level": Level(given.series.level[one.area]).name.lower(), "opened": at[one.opened],
        "since": at[one.since] if one.since >= 0 else None, "closed": at[one.closed] if one.closed is not None else None,
        "s": _number(traces.s[one.area, one.opened]), "worst_s": one.worst, "fall": _number(traces.fall[one.area, one.opened]),
        "single_period": one.fast, "placed": placed, "alerts": placed == [given.areas[one.area]],
        "told": [{"period": at[when], "what": str(what)} for when, what in one.told],
    }  # fmt: skip


def _area(given: GivenSeries, base: Baseline, traces: Traces, watched: Watched, at: int) -> dict[str, Any]:
    up = given.series.parent[at]
    return {
        "area": given.areas[at], "parent": given.areas[up] if up >= 0 else None,
        "level": Level(given.series.level[at]).name.lower(),
        "baseline": _number(base.value[at]), "baseline_variance": _number(base.variance[at]),
        "points": [_point(given, traces, watched, at, t) for t in range(BASELINE_PERIODS, len(given.periods))],
    }  # fmt: skip


def _point(given: GivenSeries, traces: Traces, watched: Watched, at: int, t: int) -> dict[str, Any]:
    figures = {name: _number(getattr(traces, name)[at, t]) for name in ("z", "e", "s", "movement", "fall")}
    return {"period": given.periods[t], **figures, "signal": bool(watched.signal[at, t]), "state": str(watched.state[at, t])}


def _number(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _tell(told: dict[str, Any], as_json: bool) -> None:
    if as_json:
        sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")
        return
    spans = f"{told['periods'][0]} to {told['periods'][-1]}, baseline to {told['baseline_periods'][-1]}"
    out.print(f"{len(told['areas'])} areas, {spans}", markup=False)
    show([_line(one) for one in told["episodes"]], False, "no alert would have been opened")


def _line(one: dict[str, Any]) -> dict[str, Any]:
    return {
        "opened": one["opened"], "area": one["area"], "level": one["level"], "since": one["since"], "fall": f"{one['fall']:.1f}",
        "S": f"{one['s']:.2f}", "closed": one["closed"] or "open",
        "": "" if one["alerts"] else f"explained by {', '.join(one['placed'])}",
    }  # fmt: skip
