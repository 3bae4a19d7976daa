"""The strip on top: what is asked, where it may lie, and what of it nobody has taken yet."""

from __future__ import annotations

from typing import Any

import dash_mantine_components as dmc
from dash import html

from dashboard.context import Context
from dashboard.pages.targets import wording
from dashboard.pages.targets.model import Indicator, Target, View
from dashboard.pages.targets.what_if import Tried
from dashboard.texts import t
from etl.domain.cascade import Mode

TRY, RESULT = "tg-try", "tg-result"
ASK, MODE = ({"kind": TRY, "name": name} for name in ("asked", "mode"))
MARGIN = 0.08  # of the scale, at either end
HELD = 1e-6  # a level that is kept leaves no room


def strip(view: View, context: Context) -> html.Div:
    """Asked, scale and residual of the indicator in hand; the planner of the whole may write what is asked."""
    target = view.target(view.here.area_id if view.here else None, view.indicator)
    if target is None or view.indicator is None:
        return html.Div()
    left = html.Div([_asked(target, view, context), _modes(view, context)], className="tg-asked")
    return html.Div([left, html.Div(result(view, context, None), id=RESULT, className="tg-result")], className="panel tg-strip")


def editable(view: View, context: Context) -> bool:
    """Whether what is asked of the whole may be tried and changed here."""
    whole = view.plan is not None and view.here is not None and view.here.area_id == view.plan.root
    return bool(whole and context.query.get("view") == "trial" and view.plan and view.plan.open and view.rights.whole)


def _asked(target: Target, view: View, context: Context) -> Any:
    language, one = context.language, view.indicator
    if one is None:
        return None
    label = t(
        "targets.asked_of", language, outcome=one.shorts[language], period=view.plan.period.label(language) if view.plan else ""
    )
    if not editable(view, context):
        field: Any = html.B([wording.level(target.displayed, one), html.Small(wording.unit(one, language))], className="tg-big")
        hidden = dmc.NumberInput(id=ASK, value=round(target.target, 2), style={"display": "none"})
        return html.Div([html.Span(label), field, hidden])
    step = 0.05 if one.outcome else 10.0**-one.decimals
    field = dmc.NumberInput(
        id=ASK,
        value=round(target.target, 2),
        step=step,
        decimalScale=2,
        fixedDecimalScale=True,
        size="lg",
        w=150,
        debounce=400,
        suffix=f" {wording.unit(one, language)}",
        **{"aria-label": label},
    )
    return html.Div([html.Span(label), field])


def _modes(view: View, context: Context) -> Any:
    """How the lift is shared out."""
    language, one = context.language, view.indicator
    data = [{"value": str(mode), "label": t(f"targets.mode.{mode}", language)} for mode in Mode]
    return dmc.SegmentedControl(
        id=MODE,
        data=data,
        value=one.mode if one else str(Mode.GAP),
        size="xs",
        readOnly=not editable(view, context),
        **{"aria-label": t("targets.mode_of", language)},
    )


def result(view: View, context: Context, made: Tried | None) -> list[Any]:
    """The scale and what is left over; of what was tried where something was."""
    language, one = context.language, view.indicator
    target = view.target(view.here.area_id if view.here else None, one)
    if one is None or target is None:
        return []
    low, high = (made.low, made.high) if made else (target.easiest, target.hardest)
    asked = made.question.asked if made else target.displayed
    return [_scale(target, one, asked, min(low, high), max(low, high), language), _left(view, context, made)]


def _scale(target: Target, one: Indicator, asked: float, low: float, high: float, language: str) -> html.Div:
    """Where the target may lie, with baseline and actual; marks by place, words below."""
    row = target.attained
    points = [target.baseline, asked, low, *([high] if abs(high) != float("inf") else []), *([row["actual"]] if row else [])]
    first, last = min(points), max(points)
    span = max(last - first, 1e-6)
    first, last = first - MARGIN * span, last + MARGIN * span

    def at(value: float) -> str:
        return f"{100 * min(max((value - first) / (last - first), 0.0), 1.0):.2f}%"

    top = min(high, last)
    band = html.I(className="tg-band", style={"left": at(low), "width": f"calc({at(top)} - {at(low)})"})
    marks = [_mark("baseline", target.baseline, one, at, language), _mark("target", asked, one, at, language, "up strong")]
    if row:
        marks.append(_mark("actual", row["actual"], one, at, language))
    held = t("targets.held", language, level=wording.level(low, one))
    edges = held if abs(high - low) < HELD else t(
        "targets.feasible",
        language,
        low=wording.level(low, one),
        high=wording.level(high, one) if abs(high) != float("inf") else t("targets.no_bound", language),
    )
    return html.Div([html.Div([html.I(className="tg-axis"), band, *marks], className="tg-scale"), html.P(edges, className="sub")])


def _mark(key: str, value: float, one: Indicator, at: Any, language: str, look: str = "") -> html.Span:
    words = [html.Small(t(f"targets.{key}", language)), html.B(wording.level(value, one))]
    return html.Span([html.I(), html.Span(words)], className=f"tg-mark {key} {look}", style={"left": at(value)})


def _left(view: View, context: Context, made: Tried | None) -> html.Div:
    """The residual: what nobody takes, or what open counter-proposals would leave to others."""
    language, one = context.language, view.indicator
    assert one is not None  # noqa: S101  the caller has looked
    if made is not None and not made.feasible:
        words = t(
            "targets.short",
            language,
            attainable=wording.level(made.answer.cascade.attainable, one),
            shortfall=wording.level(made.residual, one),
            areas=_binding(view, made, language),
        )
        return _said(made.residual, words, one, language, "bad")
    open_ = wording.residual(view)
    if made is not None:
        words = t(
            "targets.tried",
            language,
            ms=f"{made.milliseconds:.0f}",
            low=wording.level(made.low, one),
            high=wording.level(made.high, one),
        )
        return _said(0.0, words, one, language, "")
    key = "residual_open" if abs(open_) >= 0.005 else "residual_none"
    return _said(open_, t(f"targets.{key}", language), one, language, "open" if abs(open_) >= 0.005 else "")


def _said(value: float, words: str, one: Indicator, language: str, look: str) -> html.Div:
    figure = html.B([wording.difference(value, one) if abs(value) >= 0.005 else "0", html.Small(wording.unit(one, language))])
    return html.Div([html.Span(t("targets.residual", language)), figure, html.P(words)], className=f"tg-left {look}")


def _binding(view: View, made: Tried, language: str, most: int = 6) -> str:
    """The members whose caps bind, or below which everybody stands at his cap."""
    cascade = made.answer.cascade
    names = []
    for one in view.members:
        try:
            at = made.at(one.area_id)
        except KeyError:
            continue
        if cascade.lift[at] >= cascade.high[at] - 1e-9:
            names.append(one.names[language])
    return t("shell.between", language).join(names[:most]) + (" …" if len(names) > most else "")
