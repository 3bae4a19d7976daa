"""The page's sentence, and the reasons of a prediction in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dashboard.context import Context
from dashboard.figures.numbers import count
from dashboard.pages.predicted.data import Model, View
from dashboard.texts import UnknownText, t

TOPIC, AREA = "topic:", "area:"


def sentence(view: View, context: Context) -> str:
    """How many there are and how many are expected dissatisfied."""
    language, area = context.language, context.area.name(context.language)
    if view.model is None:
        return t("predicted.sentence_none", language)
    if view.own is not None:
        return t("predicted.sentence_beyond", language, area=area)
    if not view.count:
        return t("predicted.sentence_empty", language, area=area)
    first = sum(row["first"] for row in view.members)
    numbers = {"n": view.count, "expected": round(view.expected), "first": first}
    return t("predicted.sentence", language, area=area, **{name: count(value, language) for name, value in numbers.items()})


def below(view: View, context: Context) -> str:
    """As of when, by which model, and how far it is to be trusted."""
    language = context.language
    if view.model is None:
        return t("predicted.how", language)
    value, low, high = view.model.figure("auc")
    day = context.publication.data_to if context.publication else None
    said = t("predicted.below", language, day=day, auc=hundredths(value), low=hundredths(low), high=hundredths(high))
    return said if view.model.proven else f"{said} {t('predicted.unproven', language)}"


def hundredths(value: float) -> str:
    return f"{value:.2f}"


def percent(value: float, decimals: int = 0) -> str:
    return f"{100 * value:.{decimals}f}%"


def reasons(codes: Sequence[str], indicators: Mapping[str, Mapping[str, Any]], language: str) -> str:
    """What raises a customer's probability most."""
    return t("predicted.and", language).join(reason(code, indicators, language) for code in codes)


def reason(code: str, indicators: Mapping[str, Mapping[str, Any]], language: str) -> str:
    """A reason's code in words: of the customer, or how the company's processes ran."""
    if code.startswith(TOPIC):
        return t("predicted.reason.topic_of", language, topic=topic(code.removeprefix(TOPIC), language))
    if code.startswith(AREA):
        row = indicators.get(code.removeprefix(AREA))
        return t("predicted.reason.area", language, name=row[f"name_{language}"] if row else code.removeprefix(AREA))
    try:
        return t(f"predicted.reason.{code}", language)
    except UnknownText:
        return code


def topic(code: str, language: str) -> str:
    """A complaint's first topic: ours in words, an operator's own as it is written."""
    try:
        return t(f"predicted.topic.{code}", language)
    except UnknownText:
        return code


def factors(model: Model, indicators: Mapping[str, Mapping[str, Any]], language: str) -> list[tuple[str, float]]:
    """The model's strongest factors in words, with what the AUC loses without each."""
    found = [one for one in model.card["factors"] if one["auc_lost"] > 0]
    return [(reason(one["feature"], indicators, language), one["auc_lost"]) for one in found]
