"""The overview in words: the sentence, names, states and windows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from dashboard.context import Context
from dashboard.estimates import Shrunken
from dashboard.figures.numbers import count, plain, signed
from dashboard.pages.overview.model import Card, Indicator, Member, Moved, TrendPoint, View
from dashboard.texts import UnknownText, t
from etl.domain.area import Level
from etl.domain.estimate import UNRANKED_BELOW
from etl.domain.reading import Change, Reading

CULPRITS = 3  # how many members the sentence may name
ENOUGH = 0.6  # it stops naming once this share of the change is named
WORTH_NAMING = 0.15  # a member with less of the change than this is not named
RUN_FROM = 2  # periods in one direction from which the sentence speaks of a run


def pieces(text: str) -> list[tuple[str, bool]]:
    """``a **b** c`` → (text, stressed) in order."""
    return [(part, i % 2 == 1) for i, part in enumerate(text.split("**")) if part]


def sentence(view: View, context: Context) -> str:
    """The page in one sentence made from its numbers; ``**`` around what it stresses."""
    language, reading = context.language, view.card.reading
    outcome = outcome_name(view.outcome, language)
    about = {"area": context.area.name(language), "period": period_named(view, context), "outcome": outcome}
    if context.publication is None:
        return t("overview.say.unpublished", language)
    if reading is None:
        return t("overview.say.nothing", language, **about)
    if not reading.shown:
        return t(f"overview.say.{'withheld' if reading.withheld else 'hidden'}", language, n=reading.n, **about)
    parts = [t("overview.say.head", language, value=plain(reading.value), half=plain(reading.half), **about)]
    if reading.window > 1:
        parts.append(t("overview.say.longer", language, window=window(view.comparison.period.kind, reading.window, language)))
    if not reading.ranked:
        return "".join(parts) + t("overview.say.thin", language, n_eff=plain(reading.n_eff, 0), least=UNRANKED_BELOW)
    parts += [_change(view, language), _run(view, language), _because(view, context)]
    return "".join(parts) + t("overview.say.stop", language)


def outcome_name(outcome: Indicator, language: str) -> str:
    """The full name in Chinese; the short one in English, whose full names are long."""
    return outcome.names[language] if language == "zh" else outcome.shorts[language]


def unit_name(unit: str, language: str) -> str:
    """A unit in words; an operator's own as it is."""
    try:
        return t(f"vocabulary.unit.{unit}", language)
    except UnknownText:
        return unit


def period_named(view: View, context: Context) -> str:
    """The period, with the day it has come to while it runs."""
    label = view.comparison.period.label(context.language)
    if view.comparison.complete:
        return label
    return t("overview.say.until", context.language, period=label, day=view.comparison.now[1].isoformat())


def before_word(view: View, language: str) -> str:
    """``last month`` or ``the same days of last month``."""
    table = "before" if view.comparison.complete else "before_same_days"
    return t(f"overview.{table}.{view.comparison.period.kind}", language)


def _change(view: View, language: str) -> str:
    change = view.card.change
    if change is None:
        return ""
    before = before_word(view, language)
    if not change.proven:
        return t("overview.say.unproven", language, before=before, change=signed(change.value))
    key = "lower" if change.proven < 0 else "higher"
    return t(f"overview.say.{key}", language, before=before, change=plain(abs(change.value)))


def _run(view: View, language: str) -> str:
    change = view.card.change
    run = run_length(view.trend, change.proven) if change and view.comparison.complete else 0
    if run < RUN_FROM or change is None:
        return ""
    length = t(f"overview.run.{view.comparison.period.kind}", language, n=run)
    return t("overview.say.falling" if change.proven < 0 else "overview.say.rising", language, run=length)


def run_length(trend: Sequence[TrendPoint], sign: int) -> int:
    """For how many periods up to the last the score has moved in the direction of ``sign``."""
    values = [point.reading.value if point.reading and point.reading.shown else None for point in reversed(trend)]
    run = 0
    for now, before in pairwise(values):
        if not sign or now is None or before is None or (now - before) * sign <= 0:
            break
        run += 1
    return run


def _because(view: View, context: Context) -> str:
    """Who moved it when it moved; otherwise how the members spread."""
    language, change = context.language, view.card.change
    if change and change.proven:
        names = [view.by_member.names[key][language] for key in culprits(view.by_member)]
        return t("overview.say.moved_by", language, names=t("overview.and", language).join(names)) if names else ""
    if view.leaf or not all(member.open for member in view.members) or not any(member.against for member in view.members):
        return ""
    low, high = (sum(bool(m.against and m.against.proven == sign) for m in view.members) for sign in (-1, 1))
    known = sum(member.known for member in view.members)
    return t("overview.say.spread", language, count=known, level=below(context, known), low=low, high=high)


def culprits(moved: Moved) -> list[str]:
    """The members that carried most of the change, the strongest first; none when nobody stands out.

    Only members with a base that may be ranked (those :attr:`Moved.proven` knows) are named.
    """
    if moved.movement is None or not moved.movement.total:
        return []
    total, named, told = moved.movement.total, 0.0, []
    firm = [(key, value) for key, value in moved.movement.within.items() if key in moved.proven]
    for key, value in sorted(firm, key=lambda item: -item[1] / total):
        if len(told) == CULPRITS or named >= ENOUGH or value / total < WORTH_NAMING:
            break
        told.append(key)
        named += value / total
    return told


def meta(view: View, context: Context) -> str:
    """Base, window, interval and publication under the sentence."""
    language, reading = context.language, view.card.reading
    if context.publication is None:
        return ""
    unseen = "meta_no_lead" if context.area.full else "meta_lead_unseen"
    lead = "meta_lead" if any(card.lead for card in view.cards) else unseen
    lead = t(f"overview.say.{lead}", language)
    first, last = view.comparison.now if not view.comparison.complete else (context.period.start, context.period.end)
    return t(
        "overview.say.meta", language, first=first.isoformat(), last=last.isoformat(), n=plain(reading.n if reading else 0, 0),
        n_eff=plain(reading.n_eff if reading else 0, 0), publication=publication(context), lead=lead,
    )  # fmt: skip


def publication(context: Context) -> str:
    """``#12 (data to 2026-10-31)`` in the notation of both languages."""
    return f"#{context.publication.publication_id} / {context.publication.data_to.isoformat()}" if context.publication else "—"


def below(context: Context, number: int = 2) -> str:
    """What the members of the area are called."""
    level = context.area.level.below or Level.GRID
    return level.plural_in(context.language) if number != 1 else level.name_in(context.language)


def title(text: str) -> str:
    """A heading: the first letter large (Chinese has none)."""
    return text[:1].upper() + text[1:]


def window(kind: str, length: int, language: str) -> str:
    return t(f"overview.windows.{kind}", language, n=length)


def longer(reading: Reading | None, kind: str, language: str) -> str:
    """The window of a figure that is shown over more than its period; empty for others."""
    return window(kind, reading.window, language) if reading and reading.shown and reading.window > 1 else ""


def hover(indicator: Indicator, reading: Reading | None, context: Context) -> str:
    """What a figure says of itself: definition, n, interval, window, publication."""
    language = context.language
    lines = [indicator.definitions[language]]
    if reading and reading.shown:
        base = t("overview.explain.base_value", language, n=plain(reading.n, 0), n_eff=plain(reading.n_eff, 0))
        interval = f"{t('overview.interval', language)} {plain(reading.low)} ~ {plain(reading.high)}"
        lines += [f"{interval} · {base}", window(context.period.kind, reading.window, language)]
    return "\n".join([*lines, f"{t('overview.explain.publication', language)} {publication(context)}"])


def card_state(card: Card) -> str:
    """up, down, same, few or none: the state of a card by its change."""
    if card.reading is None or not card.reading.ranked:
        return "few"
    return moved_state(card.change.proven) if card.change else "none"


def member_state(member: Member) -> str:
    """up, down, same, few, none or closed: a member against the rest of its area."""
    if not member.open:
        return "closed"
    if member.reading is None:
        return "none"
    if not member.reading.ranked:
        return "few"
    return moved_state(member.against.proven) if member.against else "same"


def member_words(member: Member, kind: str, language: str) -> str:
    """The state in words, with the window where it was lengthened to have a reading at all."""
    words = t(f"overview.member_state.{member_state(member)}", language)
    over = longer(member.reading, kind, language) if member.open else ""
    return f"{words} · {over}" if over else words


def ranks(member: Member) -> str:
    """The ranks a member may have: ``3`` or ``2–5``."""
    if member.ranks is None:
        return "" if member.rank is None else str(member.rank)
    first, last = member.ranks
    return str(first) if first == last else f"{first}–{last}"


def kind_of_value(reading: Reading | None, language: str) -> str | None:
    """Whether a value is what the answers say themselves, or drawn towards the area above."""
    if reading is None or not reading.shown:
        return None
    return t(f"overview.value_kind.{'shrunken' if isinstance(reading, Shrunken) else 'direct'}", language)


def interval(reading: Reading, language: str) -> str:
    """The interval in words, with how it was made."""
    key = "interval_shrunken" if isinstance(reading, Shrunken) else "interval_value"
    return t(f"overview.explain.{key}", language, low=plain(reading.low), high=plain(reading.high))


def proven(reading: Reading | None, change: Change | None) -> int:
    """What may be said of a change: nothing on a base too thin to be ranked."""
    return change.proven if change and reading and reading.ranked else 0


def moved_state(proven: int) -> str:
    return {1: "up", -1: "down"}.get(proven, "same")


def base(reading: Reading | None, language: str) -> str:
    return count(reading.n, language) if reading else count(0, language)


def value_name(cut: str, value: str, language: str) -> str:
    """A cut's value in words; an operator's own value as it is."""
    try:
        return t(f"vocabulary.{cut}.{value}", language)
    except UnknownText:
        return value


def member_name(member: Member, language: str) -> str:
    if member.names:
        return member.names[language]
    cut, _, value = member.key.partition(":")
    return f"{t(f'vocabulary.cut.{cut}', language)} · {value_name(cut, value, language)}"


def bare_name(names: Mapping[str, str], language: str) -> str:
    """A name without the word for its level, also before a number: ``Tianhe District``, ``Wushan Grid 2``."""
    name = names[language]
    suffixes = t("vocabulary.short.suffixes", language)
    for suffix in suffixes.split() if language == "zh" else suffixes.split("|"):
        if name.endswith(suffix) and len(name) - len(suffix) >= 2:
            return name.removesuffix(suffix)
        if language != "zh" and f"{suffix} " in name:
            return name.replace(f"{suffix} ", " ", 1)
    return name


def short_name(names: Mapping[str, str], language: str) -> str:
    """The bare name, cut to what a list in a legend can hold."""
    name = bare_name(names, language)
    longest = 4 if language == "zh" else 10
    return name if len(name) <= longest else name[: longest - 1] + "…"
