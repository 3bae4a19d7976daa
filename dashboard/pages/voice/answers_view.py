"""The views of how scores were given, who was asked, and what was said."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import dcc, html

from dashboard.context import Context
from dashboard.figures.numbers import count, plain, signed
from dashboard.pages.voice.answers import BANDS, HIDDEN_BELOW, PAGE_ROWS
from dashboard.pages.voice.model import Asked, Said, Shares, Words
from dashboard.pages.voice.parts import chosen_of, moved, percent, segments, table
from dashboard.panels import downloads, panel
from dashboard.texts import t

# The colour of each raw score, worst to best, by scale.
STEPS = {
    "1-10": ("", "n3", "n3", "n2", "n2", "n1", "n1", "z0", "p1", "p2", "p3"),
    "0-10": ("n3", "n3", "n3", "n2", "n2", "n1", "n1", "z0", "p1", "p2", "p3"),
    "1-5": ("", "n3", "n2", "z0", "p2", "p3"),
}
LEAST_WRITTEN = 6.0  # percent; a narrower piece has no room for its number


def scores(found: Sequence[Shares], context: Context) -> list[Any]:
    """A row an outcome: its distribution, and the figure its scale allows."""
    language = context.language
    rows = [
        [
            one.names[language],
            one.scale or "—",
            count(one.n, language) if one.n >= HIDDEN_BELOW else "—",
            _distribution(one, language),
            _figure(one, language),
        ]
        for one in found
    ]
    body = table("shares", ("outcome", "scale", "n", "distribution", "share"), rows, language)
    note = html.P(t("voice.scores_note", language), className="notes")
    return [
        panel(
            t("voice.scores_heading", language),
            t("voice.scores_sub", language),
            body,
            note,
            tools=downloads(context, "voice-scores"),
        )
    ]


def _distribution(one: Shares, language: str) -> Any:
    if one.n < HIDDEN_BELOW:
        return html.Span(t("voice.few_short", language), className="vo-few")
    steps = STEPS.get(one.scale, STEPS["0-10"])
    pieces = []
    for raw, times in enumerate(one.counts[: len(steps)]):
        if times:
            part = 100 * times / one.n
            pieces.append(
                html.Span(
                    str(raw) if part >= LEAST_WRITTEN else "",
                    title=f"{raw}: {percent(part)} (n={times:,})",
                    style={"width": f"{part:.2f}%"},
                    className=f"vo-piece s-{steps[raw]}",
                )
            )
    label = ", ".join(f"{raw}: {percent(100 * times / one.n, 0)}" for raw, times in enumerate(one.counts) if times)
    return html.Div(pieces, className="vo-pieces", role="img", **{"aria-label": label})


def _figure(one: Shares, language: str) -> Any:
    if one.value is None:
        return html.Span(t("voice.few_short" if one.kind else "voice.kind.none", language), className="vo-few")
    nps = one.kind == "nps"
    shown = signed(one.value) if nps else percent(one.value)
    low, high = (plain(end) for end in (one.low, one.high))
    return html.Span(
        [html.B(t(f"voice.kind.{one.kind}", language, value=shown)), html.Span(f" {low} – {high}", className="vo-half")]
    )


def asked(found: Sequence[Asked] | None, context: Context) -> list[Any]:
    """Response rates with who was invited, by mode and business; nothing of an area beyond the reader's."""
    language = context.language
    if found is None:
        return []
    most = max((one.high or 0.0 for one in found), default=1.0) or 1.0
    rows = [
        [
            t(f"vocabulary.mode.{one.mode}", language),
            t(f"vocabulary.business.{one.business}", language),
            count(one.asked, language),
            count(one.answered, language),
            _rate(one, most),
            moved(one.change),
        ]
        for one in found
    ]
    body: list[Any] = [
        html.P(
            t("voice.sentence_asked_none", language, area=context.area.name(language), period=context.period.label(language)),
            className="empty",
        )
    ]
    if rows:
        body = [table("asked", ("mode", "business", "asked", "answered", "rate", "change"), rows, language)]
    note = html.P(t("voice.asked_note", language), className="notes")
    return [
        panel(
            t("voice.asked_heading", language),
            t("voice.asked_sub", language),
            *body,
            note,
            tools=downloads(context, "voice-asked"),
        )
    ]


def _rate(one: Asked, most: float) -> html.Div:
    """A bar from zero with its interval, and the number."""
    if one.rate is None or one.low is None or one.high is None:
        return html.Div("—")
    bar = html.Span(className="vo-bar", style={"width": f"{100 * one.rate / most:.2f}%"})
    whisker = html.Span(
        className="vo-whisker",
        style={"left": f"{100 * one.low / most:.2f}%", "width": f"{100 * (one.high - one.low) / most:.2f}%"},
    )
    said = [html.B(percent(one.rate)), html.Span(f" {plain(one.low)} – {plain(one.high)}", className="vo-half")]
    return html.Div([html.Span([bar, whisker], className="vo-track"), html.Span(said)], className="vo-rate")


def choices(found: Words, outcomes: dict[str, str], context: Context) -> list[Any]:
    """Outcome, scores and topic; another choice begins at the first page."""
    language = context.language
    if not found.reached:
        return []
    bands = {"": t("voice.band_all", language), **{band: t(f"voice.band_{band}", language) for band in BANDS}}
    topics = {"": t("voice.topic_all", language), **{name: f"{name} ({count(said, language)})" for name, said in found.topics}}
    again = {"sheet": None}
    return [
        chosen_of(context, t("voice.outcomes", language), outcomes, found.code, "outcome", **again, topic=None),
        segments(context, t("voice.bands", language), bands, found.band, "band", "", **again, topic=None),
        chosen_of(context, t("voice.topics", language), topics, found.topic, "topic", **again),
    ]


def words(found: Words, context: Context) -> list[Any]:
    """What was said, a page at a time; nothing of an area beyond the reader's."""
    language = context.language
    if not found.reached:
        return []
    if found.base < HIDDEN_BELOW:
        body: list[Any] = [html.P(t("voice.words_few", language, least=HIDDEN_BELOW), className="empty")]
    elif not found.rows:
        body = [html.P(t("voice.words_none", language), className="empty")]
    else:
        body = [html.Ol([_said(one, language) for one in found.rows], className="vo-words"), _pages(found, context)]
    heading, sub = t("voice.words_heading", language), t("voice.words_sub", language, least=HIDDEN_BELOW)
    return [panel(heading, sub, *body, tools=downloads(context, "voice-words"))]


def _said(one: Said, language: str) -> html.Li:
    step = STEPS.get(one.scale, STEPS["0-10"])[min(round(one.raw), len(STEPS.get(one.scale, STEPS["0-10"])) - 1)]
    score = html.Span(
        plain(one.raw, 0),
        className=f"vo-score s-{step}",
        title=t("voice.score_of", language, raw=plain(one.raw, 0), scale=one.scale),
    )
    about = [
        one.day,
        one.names[language],
        t(f"vocabulary.mode.{one.mode}", language),
        t(f"vocabulary.business.{one.business}", language),
    ]
    tags = [html.Span(tag, className="vo-tag") for tag in one.tags]
    return html.Li([score, html.Div([html.P(one.text), html.Div([html.Span(" · ".join(about)), *tags], className="vo-about")])])


def _pages(found: Words, context: Context) -> html.Nav:
    language, pages = context.language, max(-(-found.count // PAGE_ROWS), 1)
    said = t("voice.page_of", language, page=found.page + 1, pages=pages, count=count(found.count, language))

    def step(to: int, key: str) -> Any:
        if not 0 <= to < pages:
            return html.Span(t(f"voice.{key}", language), className="vo-step off")
        return dcc.Link(t(f"voice.{key}", language), href=context.address(sheet=to + 1 if to else None), className="vo-step")

    return html.Nav(
        [step(found.page - 1, "earlier"), html.Span(said), step(found.page + 1, "later")],
        className="vo-pages",
        **{"aria-label": t("voice.pages", language)},
    )
