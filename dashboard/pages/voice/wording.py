"""The sentences the voice page opens with, each made from its view's numbers."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.context import Context
from dashboard.figures.numbers import count, plain
from dashboard.pages.voice.answers import HIDDEN_BELOW
from dashboard.pages.voice.map_figure import TARGET, drivers
from dashboard.pages.voice.model import Asked, Index, Shares, Words
from dashboard.pages.voice.parts import percent
from dashboard.texts import t
from etl.domain.estimate import wilson
from etl.domain.reading import Change


def of_index(index: Index, context: Context) -> str:
    """The satisfaction index with its change, expectation against quality, and what goes with satisfaction most."""
    language = context.language
    card = index.card(TARGET) or next(iter(index.cards), None)
    words = {
        "area": context.area.name(language),
        "period": index.period.label(language),
        "business": t(f"voice.line.{index.business}", language),
    }
    if card is None or card.reading is None:
        return t("voice.sentence_none", language, area=words["area"])
    if not card.reading.shown:
        return t("voice.sentence_few", language, **words)
    said = t(
        "voice.sentence",
        language,
        **words,
        value=plain(card.reading.value),
        half=plain(card.reading.half),
        n=count(card.reading.n, language),
        change=_change(card.change, language),
    )
    strongest = next(iter(drivers(index)), None)
    end = (
        t("voice.stop", language)
        if strongest is None
        else t("voice.strongest", language, name=strongest.names[language], effect=plain(strongest.effect["value"], 2))
    )
    return said + _gap(index, language) + end


def _change(change: Change | None, language: str) -> str:
    if change is None:
        return ""
    if not change.proven:
        return t("voice.change_unproven", language)
    way = t("voice.way_up" if change.value > 0 else "voice.way_down", language)
    return t("voice.change_proven", language, way=way, size=plain(abs(change.value)))


def _gap(index: Index, language: str) -> str:
    gap = index.difference
    if gap is None or not gap.shown:
        return ""
    if gap.low <= 0 <= gap.high:
        return t("voice.gap_level", language)
    return t("voice.gap_above" if gap.value > 0 else "voice.gap_under", language, gap=plain(abs(gap.value)))


def of_scores(found: Sequence[Shares], context: Context) -> str:
    """The outcome with the smallest share of the two best answers."""
    language = context.language
    words = {"area": context.area.name(language), "period": context.period.label(language)}
    ranked = [one for one in found if one.kind == "top2" and one.value is not None]
    if not ranked:
        return t("voice.sentence_scores_none", language, **words)
    worst = min(ranked, key=lambda one: one.value or 0.0)
    top = "9–10" if worst.scale == "1-10" else "4–5"
    return t(
        "voice.sentence_scores",
        language,
        **words,
        name=worst.names[language],
        share=percent(worst.value),
        top=top,
        low=plain(worst.low),
        high=percent(worst.high),
        n=count(worst.n, language),
        rank=t("voice.rank_low", language) if len(ranked) > 1 else "",
    )


def _beyond(context: Context) -> str:
    """Why single answers are not shown: the area is above the reader's, or only a line's indicators are the reader's there."""
    key = "line" if context.area.full else "above"
    return t(f"voice.sentence_{key}", context.language, area=context.area.name(context.language))


def of_asked(found: Sequence[Asked] | None, context: Context) -> str:
    """All invitations together."""
    language = context.language
    words = {"area": context.area.name(language), "period": context.period.label(language)}
    if found is None:
        return _beyond(context)
    asked, answered = _totals(found)
    if not asked:
        return t("voice.sentence_asked_none", language, **words)
    low, high = (100 * float(end) for end in wilson(answered, asked))
    return t(
        "voice.sentence_asked",
        language,
        **words,
        asked=count(asked, language),
        answered=count(answered, language),
        rate=percent(100 * answered / asked),
        low=plain(low),
        high=percent(high),
    )


def _totals(found: Sequence[Asked]) -> tuple[int, int]:
    return sum(one.asked for one in found), sum(one.answered for one in found)


def of_words(found: Words, name: str, context: Context) -> str:
    """How many answered and how many said something."""
    language = context.language
    words = {"area": context.area.name(language), "period": context.period.label(language), "name": name}
    if not found.reached:
        return _beyond(context)
    if found.base < HIDDEN_BELOW:
        return t("voice.sentence_words_few", language, **words, least=HIDDEN_BELOW)
    return t("voice.sentence_words", language, **words, n=count(found.base, language), said=count(found.count, language))


def below(index: Index | None, context: Context) -> str:
    """What the figures rest on."""
    language = context.language
    known = {"publication": context.publication_id}
    if index is None or index.vintage is None:
        return t("voice.below_plain", language, period=context.period.label(language), **known)
    vintage = index.vintage
    said = t(
        "voice.below",
        language,
        period=index.period.label(language),
        **known,
        year=vintage.year,
        n=count(vintage.n, language),
        business=t(f"voice.line.{index.business}", language),
        scheme=t(f"voice.scheme_{vintage.scheme}", language),
    )
    if context.period.kind == "w":
        said += " · " + t("voice.week", language)
    return said + (" · " + t("voice.dated_tree", language) if context.today else "")
