"""Propose a plan: outcomes solved over the whole tree, the process targets that carry them split at the root jointly and solved
in turn, all kept as the first version. Changes of a plan go through the functions of the store (0041)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

import sql
from etl.domain.cascade import Mode, Status
from etl.domain.period import Period
from etl.domain.phasing import RAMP, phases
from etl.domain.plan import PERFECT, Answer, Link, Question, answer, carried
from etl.steps import plan_reads
from etl.steps.plan_reads import Ground, Slope, Stock
from etl.steps.stages import Tell
from sql.audit import audit

LIFT_CAP = 6.0  # points a year, where no policy says otherwise
NAMED = 12  # areas named where a target cannot be met

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Asked:
    """What a plan is to ask: levels of outcomes by code, of the others a lift; ``leads`` over the strongest competitor."""

    period: Period
    levels: Mapping[str, float] = field(default_factory=dict)
    lift: float = 0.0
    leads: Mapping[str, float] = field(default_factory=dict)
    mode: Mode = Mode.GAP
    cap: float | None = None  # None: as the policy says
    rational: float | None = None
    challenge: float | None = None
    note: str = ""


@dataclass(frozen=True)
class Planned:
    """One indicator as solved; ``lead`` and ``reach`` only of outcomes, at the stock's nodes."""

    stock: Stock
    role: str
    question: Question
    answer: Answer
    lead_asked: float | None = None
    rival: float | None = None
    lead: Floats | None = None
    reach: Floats | None = None


class Infeasible(ValueError):
    """Targets that cannot be met, nothing was kept. ``told``: one row each, with attainable level, shortfall and who binds."""

    def __init__(self, told: Sequence[dict[str, Any]]) -> None:
        self.told = list(told)
        self.reason_zh, self.reason_en = (_said(self.told, language) for language in ("zh", "en"))
        super().__init__(self.reason_en)


def _said(told: Sequence[dict[str, Any]], language: str) -> str:
    line = {
        "zh": "{name}：要求 {asked:.2f}，最多可达 {attainable:.2f}，还差 {shortfall:.2f}；已到上限的区域：{areas}",
        "en": "{name}: {asked:.2f} asked, at most {attainable:.2f} attainable, {shortfall:.2f} short; at their caps: {areas}",
    }[language]
    between, names = {"zh": "、", "en": ", "}[language], f"binding_{language}"
    return "\n".join(
        line.format(
            **{**one, "name": one[f"name_{language}"], "areas": between.join(one[names]) + (" …" if one["more"] else "")}
        )
        for one in told
    )


def propose(target: sa.Engine, root: int, asked: Asked, by: str, tell: Tell | None = None) -> dict[str, Any]:
    """Make a plan for a tree and keep it; what came of it. Raises :class:`Infeasible` and :class:`plan_reads.NoGround`."""
    with sql.begin(target.execution_options(isolation_level="REPEATABLE READ")) as connection:
        found = plan_reads.ground(connection, root, asked.period)
        planned, given = solve_all(connection, found, asked, tell)
        number = _keep(connection, found, asked, planned, given, by)
        audit(connection, actor=by, action="plan.propose", subject=f"plan {number}", period=asked.period.code(), note=asked.note)
    return {
        "plan": number, "period": asked.period.code(), "baseline": found.base.code(), "publication": found.publication,
        "areas": int(found.nodes.tree.size), "outcomes": sum(one.role == "outcome" for one in planned),
        "processes": sum(one.role == "process" for one in planned), "targets": sum(one.stock.at.size for one in planned),
    }  # fmt: skip


def solve_all(
    connection: sa.Connection, found: Ground, asked: Asked, tell: Tell | None = None
) -> tuple[list[Planned], list[Slope]]:
    """Outcomes, then the processes that carry them. Raises :class:`Infeasible`."""
    stocks = plan_reads.outcomes(connection, found)
    if not stocks:
        raise plan_reads.NoGround(f"{found.base.code()} 没有结果指标的得分", f"no outcome has a score in {found.base.code()}")
    given = [one for one in plan_reads.slopes(connection, found) if one.outcome in stocks]
    carriers = plan_reads.processes(connection, found, given)
    given = [one for one in given if one.process in carriers]
    rivals = plan_reads.rivals(connection, found)
    steps, planned = len(stocks) + len(carriers), []
    for number, stock in stocks.items():
        _told(tell, len(planned), steps, stock)
        room = plan_reads.reach(found, number, carriers, given)
        planned.append(_outcome(connection, found, stock, asked, rivals.get(number), room))
    _refuse(connection, planned)
    for number, level in _split(planned, carriers, given).items():
        _told(tell, len(planned), steps, carriers[number])
        planned.append(_process(carriers[number], level, next(one.best for one in given if one.process == number)))
    return planned, given


def _told(tell: Tell | None, done: int, steps: int, stock: Stock) -> None:
    if tell:
        tell(done, steps, stock.indicator["code"])


def _outcome(connection: sa.Connection, found: Ground, stock: Stock, asked: Asked, rival: Floats | None, room: Floats) -> Planned:
    code, root = stock.indicator["code"], stock.nodes.tree.root
    level = asked.levels.get(code, float(stock.baseline[root]) + asked.lift)
    lead = asked.leads.get(code)
    strongest = None if rival is None or np.isnan(rival[root]) else float(rival[root])
    if lead is not None and strongest is not None:
        level = max(level, strongest + lead)  # a lead is asked of the whole, never averaged upward
    cap = asked.cap if asked.cap is not None else _policy(connection, found, "plan_lift_cap", LIFT_CAP)
    question = Question(
        stock.nodes, stock.weight, stock.baseline, level, 1, asked.mode, PERFECT,
        cap=np.where(stock.nodes.tree.leaf, cap, np.nan), rational=asked.rational,
    )  # fmt: skip
    solved = answer(question)
    ahead = None if rival is None else solved.cascade.target - rival
    return Planned(stock, "outcome", question, solved, lead, strongest, ahead, room)


def _policy(connection: sa.Connection, found: Ground, name: str, otherwise: float) -> float:
    row = sql.one(connection, "etl/plan_policy", policy=name, day=found.day)
    return float(row["value"]) if row else otherwise


def _refuse(connection: sa.Connection, planned: Sequence[Planned]) -> None:
    """Name every outcome that cannot be met, with the highest areas that bind."""
    short = [one for one in planned if one.answer.cascade.status is Status.INFEASIBLE]
    if short:
        names = {row["area_id"]: row for row in sql.rows(connection, "etl/plan_names")}
        raise Infeasible([told_short(one.stock, one.question, one.answer, names) for one in short])


def told_short(stock: Stock, question: Question, solved: Answer, names: Mapping[int, Mapping[str, Any]]) -> dict[str, Any]:
    """Why a target cannot be met, for people: areas all below whose leaves stand at their caps, the highest first."""
    tree, cascade = stock.nodes.tree, solved.cascade
    full = cascade.lift >= cascade.high - 1e-9
    top = full & ~np.where(tree.parent >= 0, full[tree.parent], False)
    if top[tree.root]:  # all of them: those right below the root
        top = tree.parent == tree.root
    bound = [names[int(area)] for area in stock.nodes.area[np.flatnonzero(top)]]
    return {
        "indicator": stock.indicator["code"], "name_zh": stock.indicator["name_zh"], "name_en": stock.indicator["name_en"],
        "asked": question.asked, "attainable": cascade.attainable, "shortfall": cascade.shortfall,
        **{f"binding_{language}": [one[f"name_{language}"] for one in bound[:NAMED]] for language in ("zh", "en")},
        "more": max(len(bound) - NAMED, 0),
    }  # fmt: skip


def _split(planned: Sequence[Planned], carriers: Mapping[int, Stock], given: Sequence[Slope]) -> dict[int, float]:
    """The level asked of the root of each process: the least effort that brings all outcomes at once."""
    gaps = {one.stock.indicator["indicator_id"]: one.question.asked - float(one.stock.baseline[one.stock.nodes.tree.root])
            for one in planned}  # fmt: skip
    best = {one.process: one.best for one in given}
    rooms = {number: float(_mean_of(stock, _room(stock, best[number]))) for number, stock in carriers.items()}
    lifts = carried(gaps, rooms, [Link(one.outcome, one.process, one.slope, one.spread) for one in given])
    return {number: float(stock.baseline[stock.nodes.tree.root] + stock.indicator["direction"] * lifts[number])
            for number, stock in carriers.items()}  # fmt: skip


def _room(stock: Stock, best: float) -> Floats:
    """The lift that brings each leaf to what was seen of the best areas; NaN above the leaves."""
    return np.where(stock.nodes.tree.leaf, np.maximum(stock.indicator["direction"] * (best - stock.baseline), 0.0), np.nan)


def _mean_of(stock: Stock, values: Floats) -> float:
    leaf = stock.nodes.tree.leaf
    return float(np.average(values[leaf], weights=stock.weight[leaf]))


def _process(stock: Stock, level: float, best: float) -> Planned:
    direction = stock.indicator["direction"]
    question = Question(
        stock.nodes, stock.weight, stock.baseline, level, direction, Mode.GAP, best, cap=_room(stock, best)
    )
    return Planned(stock, "process", question, answer(question))


def _keep(
    connection: sa.Connection, found: Ground, asked: Asked, planned: Sequence[Planned], given: Sequence[Slope], by: str
) -> int:
    row = sql.one(
        connection, "etl/plan_add", root=found.root, period=found.period.kind, start=found.period.start, tree_day=found.day,
        p=found.publication, base=found.base.start, by=by,
    )  # fmt: skip
    assert row is not None  # noqa: S101  INSERT … RETURNING
    number = int(row["plan_id"])
    sql.execute(connection, "etl/plan_opened", plan=number, root=found.root, by=by, note=asked.note)
    sql.copy(connection, "plan_indicator", INDICATOR, [_indicator(number, one, asked) for one in planned])
    sql.copy(connection, "plan_asked", ASKED, [_asked(number, found, one) for one in planned])
    sql.copy(connection, "plan_target", TARGET, (line for one in planned for line in _targets(number, found, one, asked)))
    sql.copy(connection, "plan_driver", DRIVER, [(number, one.outcome, one.process, one.slope, one.low, one.high, one.spread,
                                                  one.author) for one in given])  # fmt: skip
    _keep_months(connection, found, number, planned)
    connection.exec_driver_sql("ANALYZE plan_target")
    return number


INDICATOR = ("plan_id", "indicator_id", "role", "mode", "ceiling", "rational", "challenge", "lead", "first_version")
ASKED = ("plan_id", "indicator_id", "area_id", "asked", "rival", "status", "attainable", "shortfall", "first_version")
TARGET = ("plan_id", "indicator_id", "area_id", "parent_id", "level", "weight", "baseline", "floor", "cap", "lock", "target",
          "displayed", "challenge", "lead", "easiest", "hardest", "binding", "reach", "first_version")  # fmt: skip
DRIVER = ("plan_id", "outcome_id", "process_id", "slope", "low", "high", "spread", "author")
MONTH = ("plan_id", "indicator_id", "month", "weight", "season", "ramp")


def _indicator(number: int, one: Planned, asked: Asked) -> tuple[Any, ...]:
    question, margin = one.question, asked.challenge if one.role == "outcome" else None
    indicator = one.stock.indicator["indicator_id"]
    return (number, indicator, one.role, str(question.mode), question.ceiling, question.rational, margin, one.lead_asked, 1)


def _asked(number: int, found: Ground, one: Planned) -> tuple[Any, ...]:
    cascade, indicator = one.answer.cascade, one.stock.indicator["indicator_id"]
    ended = (str(cascade.status), cascade.attainable, cascade.shortfall, 1)
    return (number, indicator, found.root, one.question.asked, one.rival, *ended)


def _targets(number: int, found: Ground, one: Planned, asked: Asked) -> list[tuple[Any, ...]]:
    stock, cascade, nodes = one.stock, one.answer.cascade, one.stock.nodes
    size = nodes.tree.size
    parent = np.where(nodes.tree.parent >= 0, nodes.area[nodes.tree.parent], 0)
    margin = asked.challenge if one.role == "outcome" else None
    challenge = [None] * size if margin is None else np.minimum(cascade.target + margin, one.question.ceiling).tolist()
    blank = np.full(size, np.nan)
    columns = [
        nodes.area, parent, found.level[stock.at], one.answer.mass, cascade.baseline, blank,
        blank if one.question.cap is None else one.question.cap, blank, cascade.target, one.answer.shown,
    ]  # fmt: skip
    rest = [blank if one.lead is None else one.lead, one.answer.easiest, one.answer.hardest]
    flags = [cascade.binding.tolist(), _plain(blank if one.reach is None else one.reach[stock.at])]
    rows = zip(*(_plain(part) for part in columns), challenge, *(_plain(part) for part in rest), *flags, strict=True)
    return [(number, stock.indicator["indicator_id"], *row, 1) for row in rows]


def _plain(values: NDArray[Any]) -> list[Any]:
    """Numbers as the store takes them: what does not exist is null."""
    return [None if value != value else value for value in values.tolist()]


def _keep_months(connection: sa.Connection, found: Ground, number: int, planned: Sequence[Planned]) -> None:
    history, ramp = plan_reads.past(connection, found), _policy(connection, found, "plan_ramp", RAMP)
    rows = []
    for one in planned:
        indicator = one.stock.indicator["indicator_id"]
        known = history.get(indicator, plan_reads.Past((), np.empty(0), np.empty(0)))
        made = phases(found.period, known.months, known.weight, known.value, ramp)
        rows += [(number, indicator, *row) for row in zip(made.months, *(part.tolist() for part in
                 (made.weight, made.season, made.ramp)), strict=True)]  # fmt: skip
    sql.copy(connection, "plan_month", MONTH, rows)


def province_of(connection: sa.Connection, code: str | None, day: Any) -> int | None:
    """The id of a tree's root by its code, or of the only one; ``None`` where there is none or several."""
    roots = [int(row["area_id"]) for row in sql.rows(connection, "etl/drivers_roots", day=day)]
    if code is None:
        return roots[0] if len(roots) == 1 else None
    named = [row["area_id"] for row in sql.rows(connection, "etl/plan_names") if row["code"] == code]
    return int(named[0]) if named and named[0] in roots else None
