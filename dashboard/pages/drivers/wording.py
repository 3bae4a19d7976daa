"""The drivers page in words: the answer first, and what each number rests on."""

from __future__ import annotations

from dashboard.context import Context
from dashboard.figures.numbers import MINUS, NONE, count, plain, signed
from dashboard.pages.drivers.model import Driver, Effect, Indicator, Standing, View
from dashboard.texts import UnknownText, t
from etl.domain.area import Level


def unit(indicator: Indicator, language: str) -> str:
    """The unit in words; an operator's own as it is."""
    try:
        return t(f"vocabulary.unit.{indicator.unit}", language)
    except UnknownText:
        return indicator.unit


def amount(value: float | None, indicator: Indicator, language: str) -> str:
    """A value with its unit: ``93.4 %``, ``11.2 分钟``."""
    if value is None:
        return NONE
    said = _bare(indicator, language)
    space = "" if said in ("%", "") else " "
    return f"{plain(value, indicator.decimals)}{space}{said}"


def _bare(indicator: Indicator, language: str) -> str:
    """The unit beside a number; English leaves a score's points unsaid."""
    return "" if indicator.fact == "answer" and language != "zh" else unit(indicator, language)


def difference(value: float | None, indicator: Indicator, language: str) -> str:
    """A signed difference with its unit; of percentages in points."""
    if value is None:
        return NONE
    said = t("drivers.pp_short", language) if indicator.unit == "%" else _bare(indicator, language)
    return f"{signed(value, indicator.decimals)} {said}".rstrip()


def _apart(indicator: Indicator, language: str, one: bool = False) -> str:
    """The unit of a difference in a sentence, of one or of more."""
    kind = "pp" if indicator.unit == "%" else "point" if indicator.fact == "answer" else ""
    return t(f"drivers.{kind}_{'one' if one else 'more'}", language) if kind else unit(indicator, language)


def slope(effect: Effect, language: str) -> str:
    """``0.39 (0.37 ~ 0.41)``, or that nothing is proven."""
    if not effect.proven:
        return t("drivers.not_proven", language)
    return f"{_two(effect.slope)} ({interval(effect.low, effect.high)})"


def interval(low: float, high: float) -> str:
    return f"{_two(low)} ~ {_two(high)}"


def _two(value: float) -> str:
    """Two significant digits."""
    if value == 0:
        return "0"
    digits = max(0, 1 - int(f"{abs(value):e}".split("e")[1]))
    return f"{value:.{min(digits, 4)}f}".replace("-", MINUS)


def per(driver: Driver, language: str) -> str:
    """What one unit towards the better side is: ``每少 1 分钟``, ``each point more``."""
    way = "more" if driver.indicator.direction > 0 else "less"
    return t(f"drivers.per_{way}", language, unit=_apart(driver.indicator, language, one=True))


def standing(found: Standing | None, indicator: Indicator, language: str) -> str:
    """A reading, or why there is none; where it was measured when not here."""
    if found is None:
        return NONE
    if found.few:
        return t("drivers.few", language, n=plain(found.n, 0))
    where = f" {found.where['zh' if language == 'zh' else 'en']}" if found.where else ""
    window = f" · {t('drivers.window_n', language, n=found.window)}" if found.window > 1 else ""
    return f"{amount(found.value, indicator, language)}{where}{window}"


def rests(found: Standing | None, indicator: Indicator, language: str) -> str:
    """A reading with interval, n and window."""
    if found is None or found.value is None:
        return standing(found, indicator, language)
    ends = "" if found.low is None or found.high is None else (
        f" ({plain(found.low, indicator.decimals)} ~ {plain(found.high, indicator.decimals)})"
    )  # fmt: skip
    drawn = f" · {t('drivers.shrunken', language)}" if found.shrunken else ""
    return f"{standing(found, indicator, language)}{ends} n={plain(found.n, 0)}{drawn}"


def evidence(effect: Effect, language: str) -> str:
    return t(f"drivers.evidence.{effect.evidence}", language)


def base(effect: Effect, language: str) -> str:
    """What the estimate was made of: ``13,806 份答卷 · 137 区县``."""
    kind = "individual" if effect.evidence == "individual" else "places" if effect.level == Level.GRID else "months"
    return t(f"drivers.base_{kind}", language, n=count(effect.n, language), clusters=effect.clusters)


def against(view: View, language: str) -> str:
    """What readings are held against: the area above by name, or last year."""
    return view.above["zh" if language == "zh" else "en"] if view.against == "parent" else t("drivers.last_year", language)


def sentence(view: View, context: Context) -> str:
    """The answer: the strongest perception and process, and where the area is most behind."""
    language, area = context.language, context.area.name(context.language)
    if view.made is None:
        return t("drivers.none_yet", language)
    words = {"area": area, "outcome": view.outcome.names[language]}
    strongest = next((one for one in view.perceptions if one.effect.proven and one.effect.slope > 0), None)
    process = next((one for one in view.processes if one.effect.proven and one.effect.slope > 0), None)
    if strongest is None and process is None:
        return t("drivers.say_none", language, **words)
    both = sorted((one for one in (strongest, process) if one), key=lambda one: -one.effect.weight[0])
    parts = [t(f"drivers.say_{place}", language, per=per(one, language), **_said(one, language))
             for place, one in zip(("first", "second"), both, strict=False)]  # fmt: skip
    said = t("drivers.say_head", language, **words) + t("drivers.semicolon", language).join(parts)
    return said + t("drivers.stop", language) + _behind(view, context)


def _said(one: Driver, language: str) -> dict[str, str]:
    return {"name": one.indicator.names[language], "kind": t(f"drivers.kind_word.{one.indicator.kind}", language),
            "slope": _two(one.effect.slope), "interval": interval(one.effect.low, one.effect.high)}  # fmt: skip


def _behind(view: View, context: Context) -> str:
    language = context.language
    placed = [one for one in view.drivers if one.effect.proven and one.effect.slope > 0 and one.worth is not None]
    worst = min((one for one in placed if one.judged < 0), key=lambda one: one.worth or 0.0, default=None)
    if worst is None:
        return t("drivers.say_level", language, other=against(view, language)) if placed else ""
    return t("drivers.say_behind", language, name=worst.indicator.names[language], other=against(view, language),
             gap=f"{plain(abs(worst.gap or 0), worst.indicator.decimals)} {_apart(worst.indicator, language)}",
             worth=plain(abs(worst.worth or 0), 2))  # fmt: skip


def below(view: View, context: Context) -> str:
    """Period, window of the estimate, publications, and the standing caution."""
    language, known = context.language, context.publication
    if known is None or view.made is None:
        return t("drivers.none_next", language)
    reading = f"{view.outcome.names[language]} {rests(view.here, view.outcome, language)}"
    return t("drivers.below", language, reading=reading, period=view.period.label(language), first=f"{view.made.first:%Y-%m}",
             last=f"{view.made.last:%Y-%m}", estimate=view.made.publication, publication=known.publication_id,
             root=context.trail[0].name(language))  # fmt: skip


def hover(driver: Driver, view: View, language: str) -> str:
    """What a mark on a chart says of itself."""
    effect, indicator = driver.effect, driver.indicator
    lines = [
        f"<b>{indicator.names[language]}</b> · {indicator.lines[language]}",
        f"{per(driver, language)}{t('drivers.colon', language)}{slope(effect, language)}",
        f"{t('drivers.here', language)} {rests(driver.here, indicator, language)}",
        f"{against(view, language)} {rests(driver.other, indicator, language)} · {t('drivers.gap', language)} "
        f"{difference(driver.gap, indicator, language)}",
        f"{evidence(effect, language)} · {base(effect, language)}",
    ]
    return "<br>".join(lines)
