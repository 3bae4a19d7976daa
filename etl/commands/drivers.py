"""``manyi drivers``: what goes with what, estimated on the latest publication, shown, and held against a written truth."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

import sql
from etl.commands.console import AsJson, Refused, out, show, show_one, speaking
from etl.commands.stores import open_store
from etl.steps.drivers import estimate_drivers

app = typer.Typer(no_args_is_help=True, help="drivers: process, perception and outcome, and what goes with what")

SHOWN = ("outcome", "driver", "kind", "evidence", "lag", "slope", "low", "high", "n", "clusters", "proven", "importance",
         "method", "publication")  # fmt: skip


@app.command("estimate")
def estimate(as_json: AsJson = False) -> None:
    """Estimate on the latest publication now (the job `drivers` does it once a complete month is published)."""
    with speaking():
        done = estimate_drivers(open_store(), None if as_json else _told)
        if done["publication"] is None:
            raise Refused("no complete month is published yet; load files and run `manyi run publish`")
        show_one(done, as_json)


def _told(done: int, steps: int, step: str) -> None:
    out.print(f"{done}/{steps} {step}", style="dim", markup=False)


@app.command("show")
def shown(
    outcome: Annotated[str | None, typer.Option(help="code of one outcome or perception; default: all")] = None,
    everything: Annotated[bool, typer.Option("--all", help="every kind of evidence, not only the one shown first")] = False,
    truth: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="a demonstration's truth.json: true effects beside them")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """The effects in force: points of the outcome per unit of the driver, towards its better side, with interval and proof."""
    with speaking():
        with sql.begin(open_store()) as connection:
            found = sql.rows(connection, "etl/drivers_shown", outcome=outcome, everything=everything)
        if not found:
            raise Refused("nothing is estimated for that yet; run `manyi drivers estimate`")
        if truth is not None:
            found = beside_truth(found, json.loads(truth.read_text("utf-8"))["effects"])
        show(found if as_json else [_short(row) for row in found], as_json)
        if truth is not None and not as_json:
            show_one(coverage(found), as_json)


def _short(row: Mapping[str, Any]) -> dict[str, Any]:
    kept = [name for name in (*SHOWN, "true", "inside") if name in row]
    return {name: round(row[name], 4) if isinstance(row[name], float) else row[name] for name in kept}


def beside_truth(found: Sequence[Mapping[str, Any]], effects: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Each estimate with the true effect of a change (0 where there is none), turned to the driver's better side.

    Slopes on perceptions (``kind`` perception) and on own complaints are told without one: customers' answers share a mood, so
    that they go together by more than what one does to the other.
    """
    true = {(one["cause"], one["on"]): float(one["score_per_unit"]) for one in effects}
    out = []
    for row in found:
        whole = true.get((row["driver"], row["outcome"]), 0.0) * row["direction"] if row["evidence"] != "individual" else None
        inside = None if whole is None else bool(row["low"] <= whole <= row["high"])
        out.append({**row, "true": whole, "inside": inside})
    return out


def coverage(found: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """How many intervals hold the truth, and how many true effects and how many absent ones are called proven."""
    judged = [row for row in found if row["inside"] is not None]
    real = [row for row in judged if row["true"]]
    nil = [row for row in judged if not row["true"]]
    return {
        "intervals": len(judged), "holding the truth": _share(judged, "inside"), "of real effects": _share(real, "inside"),
        "of absent ones": _share(nil, "inside"), "real effects proven": _share(real, "proven"),
        "absent ones called proven": _share(nil, "proven"),
    }  # fmt: skip


def _share(rows: Sequence[Mapping[str, Any]], name: str) -> float | None:
    return round(sum(row[name] for row in rows) / len(rows), 3) if rows else None
