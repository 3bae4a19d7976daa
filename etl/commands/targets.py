"""``manyi targets``: the cascade of a target; on a file alone with ``solve``, the others on plans in the store."""

from __future__ import annotations

import json
import math
import sys
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer

from etl.commands import plans, proposing
from etl.commands.console import AsJson, Refused, err, out, show, speaking
from etl.domain.cascade import Cascade, Mode, Status, feasible, solve
from etl.domain.cascade_display import displayed
from etl.sources.plain_csv import WrongFile
from etl.sources.tree_file import GivenTree, read_tree

app = typer.Typer(no_args_is_help=True, help="target cascades: solve on a file; plans in the store")
for name, act in {
    "propose": proposing.run_propose, "show": plans.run_show, "beta": plans.run_beta, "lock": plans.run_lock,
    "open": plans.run_open, "publish": plans.run_publish, "appraise": plans.run_appraise, "restate": plans.run_restate,
    "export": plans.run_export, "import": plans.run_import,
}.items():  # fmt: skip
    app.command(name)(act)

SAID = {
    Status.MET: "the target is met exactly",
    Status.SURPLUS: "the floors alone give more than was asked; nobody slides back",
    Status.INFEASIBLE: "the target cannot be met; everybody stands at his cap and nothing was rescaled",
}


@app.callback()
def targets() -> None:
    """Target cascades."""


@app.command("solve")
def run_solve(
    file: Annotated[
        Path, typer.Argument(metavar="TREE.csv", help="code, parent, weight, baseline, ceiling, floor, cap, lock, kappa")
    ],
    target: Annotated[float, typer.Option(help="the level asked of the root")],
    mode: Annotated[Mode, typer.Option(help="how the lift is shared out")] = Mode.GAP,
    value: Annotated[
        float, typer.Option(min=0, help="what a point is worth; nobody is raised above ceiling - kappa/value")
    ] = math.inf,
    as_json: AsJson = False,
) -> None:
    """Share a target out over the tree of a file, and print the target of every node."""
    with speaking():
        if not math.isfinite(target) or math.isnan(value) or value == 0:
            raise Refused("--target must be a number, --value a number above 0")
        try:
            given = read_tree(file, value)
        except WrongFile as error:
            raise Refused(str(error)) from None
        solved = solve(given.tree, given.weight, given.terms, target, mode)
        _tell(_told(given, solved, target, mode), as_json)


def _told(given: GivenTree, solved: Cascade, target: float, mode: Mode) -> dict[str, Any]:
    """What ``--json`` prints; a number that does not exist is null."""
    root, codes = given.tree.root, np.array(given.codes, object)
    least, greatest = feasible(given.tree, given.weight, given.terms, mode)
    return {
        "target": target, "mode": str(mode), "status": str(solved.status), "baseline": _number(solved.baseline[root]),
        "feasible": [_number(least), _number(greatest)], "attainable": _number(solved.attainable),
        "shortfall": solved.shortfall, "surplus": solved.surplus, "lambda": _number(solved.multiplier),
        "binding": codes[solved.binding].tolist(), "broken": codes[solved.broken].tolist(),
        "ignored_columns": given.ignored, "nodes": _nodes(given, solved),
    }  # fmt: skip


def _nodes(given: GivenTree, solved: Cascade) -> list[dict[str, Any]]:
    tree = given.tree
    mass = tree.summed(np.where(tree.leaf, given.weight, 0.0))
    shown = displayed(tree, mass, solved.target)
    return [
        {
            "code": code, "parent": given.codes[tree.parent[at]] if tree.parent[at] >= 0 else None, "weight": _number(mass[at]),
            "baseline": _number(solved.baseline[at]), "target": _number(solved.target[at]), "displayed": _number(shown[at]),
            "lift": _number(solved.lift[at]), "least_lift": _number(solved.low[at]), "greatest_lift": _number(solved.high[at]),
            "binding": bool(solved.binding[at]), "locked": not np.isnan(given.terms.lock[at]),
        }
        for at, code in enumerate(given.codes)
    ]  # fmt: skip


def _number(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _tell(told: dict[str, Any], as_json: bool) -> None:
    if told["ignored_columns"]:
        err.print(f"left alone: column {', '.join(told['ignored_columns'])}", markup=False, style="yellow")
    if as_json:
        sys.stdout.write(json.dumps(told, ensure_ascii=False, indent=1) + "\n")
        return
    out.print(SAID[Status(told["status"])], markup=False)
    out.print(f"asked {told['target']:g} from {_plain(told['baseline'])}; attainable {_plain(told['attainable'])}", markup=False)
    if told["shortfall"]:
        out.print(f"shortfall {_plain(told['shortfall'])}; caps bind at {', '.join(told['binding'][:20])}", markup=False)
    if told["broken"]:
        out.print(f"bounds that those below cannot meet: {', '.join(told['broken'][:20])}", markup=False)
    show([{"code": node["code"], **{name: _plain(node[name]) for name in ("baseline", "displayed", "lift")},
           "": "locked" if node["locked"] else "cap" if node["binding"] else ""} for node in told["nodes"]], False)  # fmt: skip


def _plain(value: float | None) -> str:
    return "-" if value is None else f"{value:.4f}".rstrip("0").rstrip(".")
