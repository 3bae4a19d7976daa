"""The N+1 card on paper: the report's outcome and the process targets that carry it, with attainment."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from dashboard.context import Context
from dashboard.figures.numbers import NONE, plain, signed
from dashboard.pages.overview import aimed
from dashboard.pages.overview.model import Card
from dashboard.pages.overview.model import View as Overview
from dashboard.pages.targets import card_score, data, wording
from dashboard.pages.targets.model import Indicator, Target, View
from dashboard.texts import t

Block = dict[str, Any]
STATES = {1: "up", 0: "same", -1: "down"}
COLUMNS = (("as_indicator", 4, "left"), ("col_line", 2, "left"), ("baseline", "auto", "right"), ("target", "auto", "right"),
           ("actual", "auto", "right"), ("line_standing", "auto", "left"), ("brings", "auto", "right"))  # fmt: skip


def aim_line(card: Card, view: Overview, language: str) -> Block | None:
    """A line of an outcome's card: the target and whether it was met; ``None`` without a plan in force."""
    aim = view.aims.get(card.indicator.code)
    if aim is None:
        return None
    said = {"text": f"{plain(aim.target)} {aimed.word(aim, language)}", "state": STATES[aim.state]}
    return {"label": t("overview.aimed.column", language), "cell": said}


def plan_card(view: Overview, context: Context) -> list[Block]:
    """The card of the area for the report's outcome; nothing where no plan is in force, or the area is not in it."""
    kind = context.period.kind if context.period.kind in "qy" else "m"
    found = data.load(replace(context, query={"outcome": view.outcome.code, "judged": kind}))
    target = found.target(found.at.area_id if found.at else None, found.indicator)
    if target is None or target.attained is None or found.indicator is None:  # attained: the plan is in force
        return []
    language = context.language
    rows = [_row(found.indicator, target, None, language)]
    for one, slope in found.serving:
        mine = found.target(target.area, one)
        if mine is not None:
            rows.append(_row(one, mine, slope.slope * mine.lift(one.direction), language))
    columns = [{"title": t(f"targets.{key}", language), "width": width, "align": align} for key, width, align in COLUMNS]
    judged = found.judged.label(language) if found.judged else ""
    title = t("snapshot.head.plan", language, outcome=wording.name(found.indicator, language), period=judged)
    return [{"kind": "heading", "text": title}, {"kind": "table", "columns": columns, "rows": rows},
            {"kind": "note", "text": _below(found, target, language)}]  # fmt: skip


def _row(one: Indicator, target: Target, brings: float | None, language: str) -> list[Any]:
    row = target.attained
    unit = wording.unit(one, language)
    owner = t("targets.owner_one", language) if one.outcome else one.lines[language]
    state = {"text": wording.state(target, language), "state": STATES[row["state"]] if row else "same"}
    asked = {"text": wording.level(row["target"] if row else target.displayed, one), "state": "plain", "bold": True}
    return [
        f"{one.names[language]} ({unit})", owner, wording.level(row["baseline"] if row else target.baseline, one), asked,
        wording.reading(row["actual"], one) if row else NONE, state, signed(brings, 2) if brings is not None else "",
    ]  # fmt: skip


def _below(found: View, target: Target, language: str) -> str:
    """Coverage and score of the card."""
    direction = found.indicator.direction if found.indicator else 1
    share, score = card_score.coverage(target, direction), card_score.score_of(found)
    said = [t("snapshot.say.due", language)]
    if share is not None:
        key = "short" if share < 1 else "full"
        said.append(t(f"targets.coverage_{key}", language, share=plain(share, 2), reach=plain(target.reach, 2),
                      asked=plain(target.lift(direction), 2)))  # fmt: skip
    if score is not None:
        said.append(t("targets.card_score", language, score=plain(score, 1)) + t("targets.say.stop", language))
    return " ".join(said)
