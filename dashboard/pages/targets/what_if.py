"""What if: one indicator solved anew below an area with another target, mode, lock or cap, before anything is kept.

What comes from the browser is a stranger's words; what may be changed follows from the reader's rights, and the store asks again.
"""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

import sql
from dashboard.context import Context
from dashboard.pages.targets.model import Indicator, View
from etl.domain.cascade import Mode, Status, feasible
from etl.domain.plan import Answer, Link, Nodes, Question, answer, carried

Floats = NDArray[np.float64]
MOST_NUMBER = 1e9


class Wrong(ValueError):
    """An edit that cannot be taken; the argument is a key of the catalogue's table ``targets.fault``."""


@dataclass(frozen=True)
class Edit:
    """What is tried: ``asked`` and ``mode`` of the whole (``None``: as they are), locks and caps by area (NaN: taken off)."""

    asked: float | None = None
    mode: Mode | None = None
    locks: Mapping[int, float] = field(default_factory=dict)
    caps: Mapping[int, float] = field(default_factory=dict)

    @property
    def any(self) -> bool:
        return self.asked is not None or self.mode is not None or bool(self.locks or self.caps)


@dataclass(frozen=True)
class Tried:
    """A question and its answer beside the targets there were; ``low`` and ``high`` bound what may be asked of the area."""

    question: Question
    answer: Answer
    before: Floats  # unrounded
    before_shown: Floats
    low: float
    high: float
    milliseconds: float
    carriers: Mapping[int, float] = field(default_factory=dict)  # the levels the split asks of the processes' roots

    @property
    def feasible(self) -> bool:
        return self.answer.cascade.status is not Status.INFEASIBLE

    @property
    def residual(self) -> float:
        """Points of the area's own target that nobody below it takes."""
        return self.answer.cascade.shortfall

    def at(self, area: int) -> int:
        return self.question.nodes.place(area)


def number(said: Any) -> float | None:
    """A number of a field; ``None`` for an empty one. Raises :class:`Wrong`."""
    if said is None or (isinstance(said, str) and not said.strip()):
        return None
    try:
        value = float(str(said).replace("−", "-")) if not isinstance(said, bool) else math.nan
    except ValueError:
        value = math.nan
    if not math.isfinite(value) or abs(value) > MOST_NUMBER:
        raise Wrong("number")
    return value


def given(value: float | None) -> float | None:
    """A lock or cap as a grid shows it."""
    return None if value is None else round(value, 4)


def edited(view: View, asked: Any, mode: Any, rows: Any) -> Edit:
    """The edit a browser sends: a level, a mode, and the members' rows with their locks and caps. A row says what stood there
    when it was drawn (``lock_was``, ``cap_was``); what was changed by others since is kept. Raises :class:`Wrong`."""
    indicator, here = view.indicator, view.here
    if indicator is None or here is None or not isinstance(rows, list):
        return Edit()
    locks, caps = {}, {}
    known = {one.code: one.area_id for one in view.members}
    for row in rows:
        area = known.get(str(row.get("code"))) if isinstance(row, Mapping) else None
        target = view.target(area, indicator)
        if area is None or target is None:
            continue
        for name, kept, found in (("lock", target.lock, locks), ("cap", target.cap, caps)):
            said, was = number(row.get(name)), number(row.get(f"{name}_was", given(kept)))
            if _same(said, was):
                continue
            if not _same(was, given(kept)):
                raise Wrong("changed")
            if name == "cap" and said is not None and said < 0:
                raise Wrong("cap")
            found[area] = math.nan if said is None else said
    whole = view.rights.whole and view.plan is not None and here.area_id == view.plan.root
    now, level = view.target(here.area_id, indicator), number(asked) if whole else None
    changed = level if level is not None and now is not None and not _same(level, round(now.target, 2)) else None
    way = Mode(mode) if whole and mode in list(Mode) and mode != indicator.mode else None
    return Edit(changed, way, locks, caps)


def _same(a: float | None, b: float | None) -> bool:
    return a is b or (a is not None and b is not None and abs(a - b) < 1e-9)


def tried(connection: sa.Connection, view: View, edit: Edit) -> Tried:
    """Solve the indicator in hand below the area in hand. Raises :class:`Wrong` where there is nothing to solve."""
    if view.plan is None or view.indicator is None or view.here is None:
        raise Wrong("nothing")
    began = time.perf_counter()
    made = solved(connection, view, view.indicator, view.here.area_id, edit)
    spent = (time.perf_counter() - began) * 1000
    carriers = _carriers(view, edit) if view.indicator.outcome and edit.asked is not None else {}
    return replace(made, milliseconds=spent, carriers=carriers)


def solved(connection: sa.Connection, view: View, indicator: Indicator, under: int, edit: Edit) -> Tried:
    """One indicator below one area, as an edit would have it."""
    rows = subtree(connection, view, indicator, under)
    nodes = Nodes.of([row["area_id"] for row in rows], [row["parent_id"] for row in rows])
    columns = {
        name: np.array([np.nan if row[name] is None else row[name] for row in rows], float)
        for name in ("weight", "baseline", "target", "displayed", "floor", "cap", "lock")
    }
    root = nodes.tree.root
    for name, changes in (("lock", edit.locks), ("cap", edit.caps)):
        for area, value in changes.items():
            columns[name][nodes.place(area)] = value
    columns["lock"][root] = np.nan  # what is asked of the area holds it
    asked = edit.asked if edit.asked is not None else float(columns["target"][root])
    question = Question(
        nodes,
        columns["weight"],
        columns["baseline"],
        asked,
        indicator.direction,
        edit.mode or Mode(indicator.mode),
        indicator.ceiling,
        cap=columns["cap"],
        floor=columns["floor"],
        lock=columns["lock"],
        rational=indicator.rational,
        shown=None if under == (view.plan.root if view.plan else 0) else float(columns["displayed"][root]),
    )
    low, high = feasible(nodes.tree, columns["weight"], question.terms, question.mode)
    return Tried(question, answer(question), columns["target"], columns["displayed"], low, high, 0.0)


def subtree(connection: sa.Connection, view: View, indicator: Indicator, under: int) -> list[dict[str, Any]]:
    """The targets of one indicator at an area and below it, parents first. Raises :class:`Wrong` where there are none."""
    if view.plan is None:
        raise Wrong("nothing")
    rows = sql.rows(
        connection, "dashboard/plan_one", plan=view.plan.plan_id, version=view.plan.shown, indicator=indicator.indicator_id
    )
    inside, found = {under}, []
    for row in rows:
        if row["area_id"] == under or row["parent_id"] in inside:
            inside.add(row["area_id"])
            found.append(row)
    if not found or found[0]["area_id"] != under:
        raise Wrong("nothing")
    return found


def _carriers(view: View, edit: Edit) -> dict[int, float]:
    """What the split over all outcomes asks of the whole of each process when one outcome asks something else."""
    if view.plan is None or view.indicator is None or edit.asked is None:
        return {}
    root, gaps, rooms, turned = view.plan.root, {}, {}, {}
    for one in view.indicators:
        target = view.target(root, one)
        if target is None:
            continue
        if one.outcome:
            level = edit.asked if one is view.indicator else target.target
            gaps[one.indicator_id] = level - target.baseline
        else:
            rooms[one.indicator_id] = max(one.direction * (target.hardest - target.baseline), 0.0)
            turned[one.indicator_id] = (target.baseline, one.direction)
    links = [Link(one.outcome, one.process, one.slope, one.spread) for one in view.slopes]
    lifts = carried(gaps, rooms, links)
    return {one: turned[one][0] + turned[one][1] * lift for one, lift in lifts.items()}


def save(context: Context, view: View, edit: Edit, note: str) -> int:
    """Keep what was tried as a new version; its number. Raises :class:`Wrong`, and what the store refuses."""
    if view.plan is None or view.indicator is None or view.here is None or not view.plan.open:
        raise Wrong("closed")
    with context.read() as connection:
        made = tried(connection, view, edit)
        if not made.feasible:
            raise Wrong("infeasible")
        version = begin(connection, view, view.here.area_id, view.here.area_id, note)
        keep(connection, view, view.indicator, view.here.area_id, made)
        for process, level in made.carriers.items():
            indicator = next(one for one in view.indicators if one.indicator_id == process)
            target = view.target(view.plan.root, indicator)
            if target is not None and abs(target.target - level) > 1e-9 * max(1.0, abs(level)):
                carrier = solved(connection, view, indicator, view.plan.root, Edit(asked=level))
                keep(connection, view, indicator, view.plan.root, carrier)
    return version


def begin(connection: sa.Connection, view: View, under: int, about: int, note: str) -> int:
    """A new version, made on the one that was seen; ``about``: the area it speaks of, whose neighbours are not told."""
    assert view.plan is not None  # noqa: S101  callers have looked
    asked = {"plan": view.plan.plan_id, "seen": view.plan.shown, "under": under, "about": about, "note": note}
    row = sql.one(connection, "dashboard/plan_begin", **asked)
    assert row is not None  # noqa: S101  a function of the store answers or raises
    return int(row["version"])


def keep(connection: sa.Connection, view: View, indicator: Indicator, under: int, made: Tried) -> None:
    """Write the targets of one indicator below an area, and of the whole what is asked of it."""
    assert view.plan is not None  # noqa: S101  callers have looked
    question, cascade = made.question, made.answer.cascade
    whole = {"plan": view.plan.plan_id, "indicator": indicator.indicator_id}
    lock = question.lock if question.lock is not None else np.full(question.nodes.area.size, np.nan)
    if under != view.plan.root:
        lock = lock.copy()
        lock[question.nodes.tree.root] = _kept_lock(view, under, indicator)
    sql.one(
        connection,
        "dashboard/plan_save",
        **whole,
        under=under,
        areas=question.nodes.area.tolist(),
        floors=_plain(question.floor),
        caps=_plain(question.cap),
        locks=_plain(lock),
        targets=cascade.target.tolist(),
        shown=made.answer.shown.tolist(),
        easiest=made.answer.easiest.tolist(),
        hardest=made.answer.hardest.tolist(),
        binding=cascade.binding.tolist(),
    )
    if under == view.plan.root:
        sql.one(
            connection,
            "dashboard/plan_ask",
            **whole,
            mode=str(question.mode),
            asked=question.asked,
            rational=question.rational,
            status=str(cascade.status),
            attainable=cascade.attainable,
            shortfall=cascade.shortfall,
        )


def _kept_lock(view: View, area: int, indicator: Indicator) -> float:
    target = view.target(area, indicator)
    return math.nan if target is None or target.lock is None else target.lock


def _plain(values: Floats | None) -> Sequence[float | None]:
    return [] if values is None else [None if value != value else value for value in values.tolist()]
