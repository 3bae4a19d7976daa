"""A plan restated to today's tree when areas were re-organised meanwhile: a new proposal that asks the same of the same people.

Nothing is solved anew; it is locked and published like any other, and then stands in place of the former.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import sqlalchemy as sa

import sql
from etl.domain.cascade import Mode
from etl.domain.plan import Nodes, Question, answer
from etl.domain.plan_restate import Leaf, carried_over
from sql.audit import audit

TARGET = ("plan_id", "indicator_id", "area_id", "parent_id", "level", "weight", "baseline", "cap", "target", "displayed",
          "challenge", "easiest", "hardest", "binding", "first_version")  # fmt: skip


class NothingMoved(ValueError):
    """The tree is the one the plan was made on, or there is no such plan in force."""


def restate(target: sa.Engine, plan: int, by: str) -> dict[str, Any]:
    """Make the plan that stands for ``plan`` on the tree of the latest publication. Raises :class:`NothingMoved`."""
    with sql.begin(target) as connection:
        old = next(iter(sql.rows(connection, "etl/plan_list", plan=plan)), None)
        latest = sql.one(connection, "etl/latest_publication")
        if old is None or latest is None or old["status"] != "published":
            raise NothingMoved("only a plan in force is restated")
        tree = sql.rows(connection, "etl/plan_tree", root=old["area_id"], day=latest["data_to"])
        rows = sql.rows(connection, "etl/plan_restate_rows", plan=plan)
        if {row["area_id"]: row["parent_id"] for row in tree} == {
            row["area_id"]: row["parent_id"] for row in rows if row["whole"]
        }:
            raise NothingMoved("no area of the plan was re-organised since it was made")
        changes: dict[int, set[int]] = {}
        for row in sql.rows(connection, "etl/plan_restate_changes", since=old["tree_day"]):
            changes.setdefault(row["from_id"], set()).add(row["to_id"])
        made = sql.one(connection, "etl/plan_restate_copy", plan=plan, day=latest["data_to"], by=by)
        assert made is not None  # noqa: S101  INSERT … RETURNING
        number, lost = int(made["plan_id"]), set()
        sql.execute(connection, "etl/plan_opened", plan=number, root=old["area_id"], by=by, note=f"plan {plan} restated")
        for indicator in sorted({row["indicator_id"] for row in rows}):
            mine = [row for row in rows if row["indicator_id"] == indicator]
            lines, gone = _carried(number, mine, tree, changes)
            lost |= gone
            sql.copy(connection, "plan_target", TARGET, lines)
        sql.execute(connection, "etl/plan_restate_rest", plan=plan, new=number)
        audit(connection, actor=by, action="plan.restate", subject=f"plan {number}", of=plan, day=latest["data_to"])
    return {"plan": number, "restates": plan, "tree_day": latest["data_to"].isoformat(), "areas": len(tree), "ended": len(lost)}


def _carried(
    number: int, rows: Sequence[dict[str, Any]], tree: Sequence[dict[str, Any]], changes: dict[int, set[int]]
) -> tuple[list[tuple[Any, ...]], set[int]]:
    """The rows of one indicator on the new tree, and the areas that ended without a successor."""
    depth = max(row["level"] for row in rows)
    inner = {row["parent_id"] for row in rows}
    leaves = {
        row["area_id"]: Leaf(row["weight"], row["baseline"], row["target"], np.nan if row["cap"] is None else row["cap"])
        for row in rows if row["area_id"] not in inner
    }  # fmt: skip
    found, lost = carried_over(leaves, changes, {row["area_id"] for row in tree if row["level"] <= depth})
    parent = {row["area_id"]: row["parent_id"] for row in tree}
    kept = set(found)
    for area in found:
        while (area := parent[area]) and area not in kept:
            kept.add(area)
    chosen = [row for row in tree if row["area_id"] in kept]
    return _rows(number, rows[0], chosen, found), set(lost)


def _rows(number: int, one: dict[str, Any], chosen: Sequence[dict[str, Any]], found: dict[int, Leaf]) -> list[tuple[Any, ...]]:
    nodes = Nodes.of([row["area_id"] for row in chosen], [row["parent_id"] for row in chosen])
    columns = {
        name: np.array([getattr(found[row["area_id"]], name) if row["area_id"] in found else np.nan for row in chosen])
        for name in ("weight", "baseline", "target", "cap")
    }
    weight, tree = np.nan_to_num(columns["weight"]), nodes.tree
    asked = float(np.average(columns["target"][tree.leaf], weights=weight[tree.leaf]))
    question = Question(nodes, weight, columns["baseline"], asked, one["direction"], Mode(one["mode"]), one["ceiling"],
                        cap=columns["cap"], floor=np.full(tree.size, -np.inf), lock=columns["target"])  # fmt: skip
    held = answer(question)
    free = answer(
        Question(nodes, weight, columns["baseline"], asked, one["direction"], Mode(one["mode"]), one["ceiling"], columns["cap"])
    )
    margin = one["challenge_margin"]
    ids = np.where(tree.parent >= 0, nodes.area[tree.parent], 0)
    return [
        (number, one["indicator_id"], int(nodes.area[at]), int(ids[at]), chosen[at]["level"], float(held.mass[at]),
         float(held.cascade.baseline[at]), _plain(columns["cap"][at]), float(held.cascade.target[at]), float(held.shown[at]),
         None if margin is None else min(float(held.cascade.target[at]) + margin, one["ceiling"]), float(free.easiest[at]),
         float(free.hardest[at]), bool(free.cascade.binding[at]), 1)
        for at in range(tree.size)
    ]  # fmt: skip


def _plain(value: float) -> float | None:
    return None if value != value else float(value)
