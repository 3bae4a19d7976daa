"""The voice page: the sentence, and one view of several: the index, scores, who was asked, what was said."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from dash import html

from dashboard.context import Context
from dashboard.pages.voice import answers, answers_view, index, index_view, wording
from dashboard.pages.voice.parts import segments
from dashboard.texts import t

VIEWS = ("index", "scores", "asked", "words")
BODY = "voice-body"


def view_of(context: Context) -> str:
    """The view the address asks for, the first when it asks for none."""
    asked = context.query.get("view", VIEWS[0])
    return asked if asked in VIEWS else VIEWS[0]


def layout(context: Context) -> html.Div:
    """The whole page for one reader; drawn anew at every address."""
    return html.Div(content(context), id=BODY, className="view voice-page")


def content(context: Context) -> list[Any]:
    """Sentence, tabs and the chosen view, read in one transaction."""
    view, language = view_of(context), context.language
    with context.read() as connection:
        sentence, below, controls, body = _VIEWS[view](connection, context)
    head = [html.H1(sentence), html.P(below, className="sub")]
    if not context.area.full:
        head.append(html.P(t("voice.above", language), className="sub"))
    choices = {name: t(f"voice.view_{name}", language) for name in VIEWS}
    forget = dict.fromkeys(("band", "topic", "sheet"))
    tabs = segments(context, t("voice.views", language), choices, view, "view", VIEWS[0], **forget)
    return [html.Header(head, className="sentence"), html.Div([tabs, *controls], className="vo-tools"), *body]


Drawn = tuple[str, str, list[Any], list[Any]]  # sentence, what it rests on, controls, panels


def _index(connection: sa.Connection, context: Context) -> Drawn:
    found = index.load(connection, context)
    return (
        wording.of_index(found, context),
        wording.below(found, context),
        [index_view.controls(found, context)],
        index_view.view(found, context),
    )


def _scores(connection: sa.Connection, context: Context) -> Drawn:
    found = answers.shares(connection, context)
    return wording.of_scores(found, context), wording.below(None, context), [], answers_view.scores(found, context)


def _asked(connection: sa.Connection, context: Context) -> Drawn:
    found = answers.asked(connection, context)
    return wording.of_asked(found, context), wording.below(None, context), [], answers_view.asked(found, context)


def _words(connection: sa.Connection, context: Context) -> Drawn:
    found = answers.words(connection, context)
    outcomes = {row["code"]: row[f"name_{context.language}"] for row in answers.headlines(connection).values()}
    said = wording.of_words(found, outcomes[found.code], context)
    return said, wording.below(None, context), answers_view.choices(found, outcomes, context), answers_view.words(found, context)


_VIEWS = {"index": _index, "scores": _scores, "asked": _asked, "words": _words}
