"""The targets page in words: the sentence, numbers with their units, states and who may do what."""

from __future__ import annotations

from dashboard.context import Context
from dashboard.figures.numbers import NONE, plain, signed
from dashboard.pages.targets.model import Area, Indicator, Target, View
from dashboard.texts import UnknownText, t

LEVEL = 2  # decimals of targets: displayed ones roll up to them
STATES = {1: "met", 0: "open", -1: "missed"}
LEFT = ((0.0, "p2"), (0.05, "p1"), (0.25, "z0"), (0.5, "n1"), (0.75, "n2"))  # share of the lift left, and its shade
WORST = "n3"


def name(indicator: Indicator, language: str) -> str:
    """The full name in Chinese; the short one in English, whose full names are long."""
    return indicator.names["zh"] if language == "zh" else indicator.shorts["en"]


def unit(indicator: Indicator, language: str) -> str:
    try:
        return t(f"vocabulary.unit.{indicator.unit}", language)
    except UnknownText:
        return indicator.unit


def level(value: float | None, indicator: Indicator) -> str:
    """A target or baseline, without its unit."""
    return plain(value, max(LEVEL, indicator.decimals))


def reading(value: float | None, indicator: Indicator) -> str:
    """An actual: as precise as the indicator is read."""
    return plain(value, indicator.decimals)


def difference(value: float | None, indicator: Indicator) -> str:
    return signed(value, max(LEVEL, indicator.decimals))


def half(target: Target) -> float | None:
    """Half the interval of an actual, ``None`` for what was counted in full."""
    row = target.attained
    if row is None or row["high"] <= row["low"]:
        return None
    return max(row["high"] - row["actual"], row["actual"] - row["low"])


def state(target: Target | None, language: str) -> str:
    """Met, missed, not proven; a dash before anything is known."""
    if target is None or target.attained is None:
        return NONE
    return t(f"targets.attained.{STATES[target.attained['state']]}", language)


def shade(target: Target | None, direction: int) -> str:
    """How much of the lift is left, as one of the theme's steps; empty before anything is known."""
    left = target.left(direction) if target is not None else None
    if left is None:
        return ""
    return next((step for most, step in LEFT if left <= most), WORST)


def area(one: Area | None, language: str) -> str:
    return one.names[language] if one else ""


def sentence(view: View, context: Context) -> str:
    """The page in one sentence made from its numbers; ``**`` around what it stresses."""
    language, indicator, here = context.language, view.indicator, view.here
    if view.plan is None:
        return t("targets.say.none_may" if view.rights.whole else "targets.say.none", language)
    target = view.target(here.area_id if here else None, indicator)
    if indicator is None or here is None or target is None:
        return t("targets.say.not_here", language, area=context.area.name(language), plan=view.plan.period.label(language))
    about = {
        "area": here.names[language],
        "period": view.plan.period.label(language),
        "outcome": name(indicator, language),
        "unit": unit(indicator, language),
    }
    said = t(
        "targets.say.asked",
        language,
        target=level(target.displayed, indicator),
        lift=difference(target.target - target.baseline, indicator),
        **about,
    )
    return said + _followed(view, target, indicator, language) + t("targets.say.stop", language)


def _followed(view: View, target: Target, indicator: Indicator, language: str) -> str:
    row = target.attained
    if row is None or view.plan is None:
        key = view.plan.status if view.plan is not None else "proposed"
        return t(f"targets.say.{'waiting' if key == 'published' else key}", language)
    wide = half(target)
    value = reading(row["actual"], indicator) + (f" ±{plain(wide, indicator.decimals)}" if wide else "")
    gap = indicator.direction * (row["target"] - row["actual"])
    part = view.judged.label(language) if view.judged and view.judged != view.plan.period else ""
    said = t(f"targets.say.actual{'_in' if part else ''}", language, actual=value, state=state(target, language), period=part)
    said += t(f"targets.say.{'behind' if gap > 0 else 'ahead'}", language, gap=level(abs(gap), indicator))
    met = [one for one in view.members if _met(view.target(one.area_id, indicator))]
    if view.complete:
        said += t("targets.say.members", language, n=len(view.members), met=len(met))
    heavy = heaviest(view, language)
    return said + (t("targets.say.heaviest", language, areas=t("shell.between", language).join(heavy)) if heavy else "")


def _met(target: Target | None) -> bool:
    return target is not None and target.attained is not None and target.attained["state"] == 1


def heaviest(view: View, language: str, most: int = 2) -> list[str]:
    """The names of the members that hold most of what the area still lacks."""
    return [one.names[language] for one, gap, _ in shortfalls(view)[:most] if gap > 0] if view.complete else []


def shortfalls(view: View) -> list[tuple[Area, float, float]]:
    """Members with the points of the area's own figure that they still lack, and their share of weight; the heaviest first."""
    if view.indicator is None:
        return []
    rows = [(one, view.target(one.area_id, view.indicator)) for one in view.members]
    total = sum(target.weight for _, target in rows if target is not None)
    found = []
    for one, target in rows:
        if target is not None and target.attained is not None and total > 0:
            gap = view.indicator.direction * (target.attained["target"] - target.attained["actual"])
            found.append((one, target.weight / total * gap, target.weight / total))
    return sorted(found, key=lambda each: -each[1])


def residual(view: View) -> float:
    """Points of the area's target that open counter-proposals of its members would leave to be found elsewhere."""
    if view.indicator is None:
        return 0.0
    rows = [target for one in view.members if (target := view.target(one.area_id, view.indicator)) is not None]
    own = view.target(view.here.area_id if view.here else None, view.indicator)
    total = own.weight if own is not None else 0.0  # of all members, also of those the reader does not see
    if not total > 0:
        return 0.0
    open_ = [one for one in rows if one.state == "countered" and one.countered is not None]
    return sum(one.weight / total * view.indicator.direction * (one.target - one.countered) for one in open_ if one.countered)
