"""``manyi alerts backtest``: the rules tried on operators whose truth is known, or on the store's own past."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer

import sql
from etl.commands.alert_truth import tell_truth
from etl.commands.console import AsJson, Refused, err, out, show, speaking
from etl.commands.stores import open_store
from etl.demo.alerting import ARLS, Planted, Tally, Trial, trial
from etl.demo.generate import SCALES
from etl.domain.alert_rule import AlertRule
from etl.domain.area import Level
from etl.domain.detect import LIMITS
from etl.domain.estimate import wilson
from etl.domain.rule_length import simulated
from etl.steps.detection.tried import Tried, tried

SEEDS = "401,402,403"  # operators nothing was tried on
SIMULATED_SEED = 1
HEADING = (
    "months of series in control and at rest; false alarms whatever the size, those among them whose true mean had gone down by "
    "half a point without an event, and how many the design has; alerts told"
)
FALLS = (
    "planted falls of 3 points and more that began while they were watched, told within 4 months by an alert that opened or by "
    "one open that told it as worse; recall with its 95 % interval"
)
BOUNDS = (0, 60, 120, 250, 1000, 10**9)  # answers a month


def run_backtest(
    seeds: Annotated[str, typer.Option(help="operators to draw, by their seeds")] = SEEDS,
    scale: Annotated[str, typer.Option(help="small or full: how many answers they get")] = "full",
    times: Annotated[float, typer.Option(min=0.1, max=20, help="so many times the answers of the scale")] = 1.0,
    until: Annotated[str, typer.Option(help="the last day of the operators' data")] = "2026-10-31",
    rule: Annotated[str | None, typer.Option(help="try this rule on the store's own past instead")] = None,
    limit: Annotated[
        list[str] | None, typer.Option(help="with --rule: NAME=NUMBER in place of the rule's own; may be repeated")
    ] = None,
    truth: Annotated[
        Path | None,
        typer.Option(exists=True, file_okay=False, help="a demonstration's folder truth: all rules on the store's past"),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """What the rules would have told: found falls and delays, false alarms beside their design."""
    with speaking():
        if truth is not None:
            tell_truth(truth, as_json)
            return
        if rule is not None:
            _tell_tried(_tried(rule, limit or []), as_json)
            return
        if scale not in SCALES:
            raise Refused(f"no scale {scale!r}; choose one of {', '.join(SCALES)}")
        try:
            chosen, last = [int(seed) for seed in seeds.split(",")], date.fromisoformat(until)
        except ValueError as error:
            raise Refused(f"{error}; write --seeds 401,402 and --until 2026-10-31") from None
        done = trial(chosen, scale, last, tell=lambda said: err.print(said, style="dim"), times=times)
        told = {"seeds": chosen, "scale": scale, "times": times, "levels": _levels(done), "falls": _falls(done.planted),
                "runs": _runs()}  # fmt: skip
        if as_json:
            sys.stdout.write(json.dumps(told, indent=1) + "\n")
            return
        out.print(HEADING)
        show(told["levels"], False)
        out.print(FALLS)
        show(told["falls"], False)
        out.print("months between false alarms: as the limit promises with a known baseline, and of the whole rule, simulated")
        show(told["runs"], False)


def _levels(done: Trial) -> list[dict[str, Any]]:
    return [_level(level, one) for level, one in done.tallies.items()]


def _level(level: Level, one: Tally) -> dict[str, Any]:
    families = max(one.families, 1)
    return {
        "level": level.name_in("en"), "months": int(one.months), "false": one.passed, "truly_lower": one.lower,
        "design": round(one.months / ARLS[level], 1) if level != Level.GRID else None,
        "false_share": round(one.false_shares / families, 3) if level == Level.GRID else None,
        "design_share": 0.10 if level == Level.GRID else None, "alerts": one.alerts, "of_true_falls": one.true,
        "of_nothing": one.false, "precision": round(one.true / (one.true + one.false), 3) if one.true + one.false else None,
    }  # fmt: skip


def _falls(planted: Iterable[Planted]) -> list[dict[str, Any]]:
    found, kept = [], [one for one in planted if one.points >= 3 and one.whole]
    for level in (Level.COUNTY, Level.GRID):
        for low, high in pairwise(BOUNDS):
            here = [one for one in kept if one.level == level and low <= one.answers < high]
            delays = [one.delay for one in here if one.delay is not None]
            if here:
                at_least, at_most = (round(float(end), 3) for end in wilson(len(delays), len(here)))
                found.append({"level": level.name_in("en"), "answers_from": low, "falls": len(here), "found": len(delays),
                              "recall": round(len(delays) / len(here), 3), "low": at_least, "high": at_most,
                              "median_months": float(np.median(delays)) if delays else None})  # fmt: skip
    return found


def _runs() -> list[dict[str, Any]]:
    rng = np.random.default_rng(SIMULATED_SEED)
    levels = (Level.CITY, Level.COUNTY, Level.GRID)
    runs = {level: round(simulated(LIMITS[level], rng)) for level in levels}
    design = {level: {"limit": LIMITS[level], "design": ARLS[level]} for level in levels}
    return [{"level": level.name_in("en"), **design[level], "simulated": runs[level]} for level in levels]


def _tried(rule: str, limits: Sequence[str]) -> Tried:
    changed = dict(_limit(one) for one in limits)
    target = open_store()
    with sql.begin(target) as connection:
        row = next((row for row in sql.rows(connection, "etl/alert_rules") if row["rule"] == rule), None)
        if row is None:
            raise Refused(f"no rule {rule!r}")
        if row["kind"] not in ("fall", "quality"):
            raise Refused(f"{rule} is no rule of falls or data quality; those can be tried on the past")
        unknown = set(changed) - set(row["limits"])
        if unknown:
            raise Refused(f"{rule} has no limit {', '.join(sorted(unknown))}; it has {', '.join(row['limits'])}")
        found = tried(connection, AlertRule.of({**row, "limits": {**row["limits"], **changed}}))
    if found is None:
        raise Refused("too few whole months are published; falls need 13, data quality 4")
    return found


def _limit(text: str) -> tuple[str, float]:
    name, _, number = text.partition("=")
    try:
        return name, float(number)
    except ValueError:
        raise Refused(f"no limit {text!r}; write county=3.5") from None


def _tell_tried(found: Tried, as_json: bool) -> None:
    episodes = [dict(vars(one)) for one in found.episodes]
    if as_json:
        sys.stdout.write(json.dumps({"months": found.months, "episodes": episodes, "levels": found.levels}, default=str) + "\n")
        return
    show([_line(one) for one in episodes], False, "no alert would have been told")
    out.print("alerts a month; of falls beside what the limits bring by chance alone")
    show(found.levels, False)


def _line(one: Mapping[str, Any]) -> dict[str, Any]:
    return {**one, "size": f"{one['size']:.1f}", "s": f"{one['s']:.2f}", "closed": one["closed"] or "open"}
