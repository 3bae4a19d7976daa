"""The voice page's tables as they leave the house: every row with its base, interval and window."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dashboard.context import Context
from dashboard.exports import Table
from dashboard.pages.voice import answers, index
from dashboard.pages.voice.map_figure import drivers
from dashboard.pages.voice.model import Index
from dashboard.texts import t
from etl.domain.reading import Reading
from etl.domain.tcsi_vintage import DIFFERENCE

DIGITS = 4
READ = ("value", "low", "high", "n", "n_eff", "window", "state")


def _table(context: Context, title: str, columns: Sequence[str], rows: Sequence[Sequence[Any]], **words: Any) -> Table:
    """Every row says of which publication it is."""
    language = context.language
    of = context.publication.publication_id if context.publication else None
    heads = [t(f"voice.col.{one}", language) for one in (*columns, "publication")]
    return Table(t(f"voice.{title}", language, **words), heads, [[*row, of] for row in rows])


def _read(reading: Reading | None, language: str) -> list[Any]:
    """The columns of ``READ``; a hidden reading has its base and no value."""
    if reading is None:
        return [None, None, None, 0, None, None, None]
    ends = (reading.value, reading.low, reading.high)
    shown = [round(value, DIGITS) if reading.shown else None for value in ends]
    return [*shown, reading.n, round(reading.n_eff, 1), reading.window, t(f"voice.state.{reading.display}", language)]


def _index(context: Context) -> Index:
    with context.read() as connection:
        return index.load(connection, context)


def indexes(context: Context) -> Table:
    """The area's and its members' indexes by construct."""
    view, language = _index(context), context.language
    names = {card.code: card.names[language] for card in view.cards} | {DIFFERENCE: t("voice.gap_heading", language)}
    year = view.vintage.year if view.vintage else None
    here = {card.code: card.reading for card in view.cards} | {DIFFERENCE: view.difference}
    areas = [(context.area.code, context.area.name(language), here)]
    areas += [(place.code, place.names[language], dict(place.readings)) for place in view.places]
    rows = [
        [
            code,
            name,
            t(f"voice.line.{view.business}", language),
            view.period.code(),
            construct,
            names.get(construct, construct),
            *_read(reading, language),
            year,
        ]
        for code, name, made in areas
        for construct, reading in made.items()
    ]
    return _table(context, "view_index", ("code", "area", "business", "period", "code", "construct", *READ, "vintage"), rows)


def paths(context: Context) -> Table:
    """The model's paths with their intervals."""
    view, language = _index(context), context.language
    names = {card.code: card.names[language] for card in view.cards}
    told = view.vintage.estimates["paths"] if view.vintage else []
    rows = [[names[one["from"]], names[one["to"]], one["value"], one["low"], one["high"], one["proven"]] for one in told]
    return _table(context, "path_heading", ("from", "to", "coefficient", "low", "high", "proven"), rows)


def importance(context: Context) -> Table:
    """Total effects on satisfaction beside the indexes."""
    view, language = _index(context), context.language
    rows = [
        [one.names[language], *(one.effect[part] for part in ("value", "low", "high", "proven")), *_read(one.reading, language)]
        for one in drivers(view)
    ]
    return _table(context, "map_heading", ("construct", "effect", "low", "high", "proven", *READ), rows)


def differences(context: Context) -> Table:
    """Expectation minus perceived quality by period and business."""
    view, language = _index(context), context.language
    rows = [
        [point.period.code(), t(f"voice.line.{name}", language), *_read(reading, language)]
        for point in view.trend
        for name, reading in (*point.by_business.items(), ("above", point.above))
        if reading
    ]
    return _table(context, "gap_heading", ("period", "business", *READ), rows)


def scores(context: Context) -> Table:
    """Counts of every raw score by outcome, with the share or net promoter score."""
    with context.read() as connection:
        found = answers.shares(connection, context)
    rows = [
        [
            one.code,
            one.names[context.language],
            one.scale,
            one.n,
            one.kind,
            *(_round(v) for v in (one.value, one.low, one.high)),
            *(one.counts if one.n >= answers.HIDDEN_BELOW else [None] * answers.RAW),
        ]
        for one in found
    ]
    table = _table(context, "scores_heading", ("code", "outcome", "scale", "n", "share", "value", "low", "high"), rows)
    return Table(table.title, [*table.columns[:-1], *range(answers.RAW), table.columns[-1]], table.rows)


def asked(context: Context) -> Table:
    """Invitations by mode and business."""
    with context.read() as connection:
        found = answers.asked(connection, context)
    language = context.language
    rows = [
        [
            t(f"vocabulary.mode.{one.mode}", language),
            t(f"vocabulary.business.{one.business}", language),
            one.asked,
            one.answered,
            _round(one.rate),
            _round(one.low),
            _round(one.high),
            _round(one.change.value if one.change else None),
        ]
        for one in found or ()
    ]
    return _table(context, "asked_heading", ("mode", "business", "asked", "answered", "rate", "low", "high", "change"), rows)


def words(context: Context) -> Table:
    """Every word of the chosen outcome, scores and topic; none where fewer than five answered."""
    with context.read() as connection:
        found = answers.words(connection, context, most=None)
    language = context.language
    rows = [
        [
            one.day,
            one.area,
            one.names[language],
            t(f"vocabulary.mode.{one.mode}", language),
            t(f"vocabulary.business.{one.business}", language),
            one.raw,
            one.scale,
            "; ".join(one.tags),
            one.text,
        ]
        for one in found.rows
    ]
    return _table(context, "words_heading", ("day", "code", "area", "mode", "business", "raw", "scale", "topics", "words"), rows)


def _round(value: float | None) -> float | None:
    return None if value is None else round(value, DIGITS)


TABLES = {
    "indexes": indexes,
    "paths": paths,
    "importance": importance,
    "differences": differences,
    "scores": scores,
    "asked": asked,
    "words": words,
}
