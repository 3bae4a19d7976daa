"""The drawer behind a figure's ⓘ: definition, sums, publication and files."""

from __future__ import annotations

from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html

from dashboard.context import ZONE, Context
from dashboard.figures.numbers import plain
from dashboard.pages.overview import wording
from dashboard.pages.overview.asked import MOST_FILES, Asked
from dashboard.texts import t

ASKED, DRAWER, BODY = "ov-asked", "ov-drawer", "ov-drawer-body"
WIDTH = "min(460px, 100vw)"


def drawer() -> list[Any]:
    """The drawer, closed, and the store that says what is asked about (see assets/overview.js)."""
    closed = dmc.Drawer(
        html.Div(id=BODY), id=DRAWER, opened=False, position="right", size=WIDTH, padding="md",
        transitionProps={"duration": 0}, overlayProps={"backgroundOpacity": 0.25}, closeOnEscape=True, returnFocus=True,
        classNames={"content": "ov-drawer", "title": "ov-drawer-title"},
    )  # fmt: skip
    return [closed, dcc.Store(id=ASKED)]


def title(asked: Asked, context: Context) -> str:
    """Whose figure it is."""
    return f"{context.area.name(context.language)} · {asked.period.label(context.language)}"


def content(asked: Asked, context: Context) -> list[Any]:
    """Definition, sums and files, each under its heading."""
    language = context.language
    parts = (("what", _definition(asked, language)), ("how_much", _sums(asked, context)), ("when", _publication(asked, context)))
    lists = [[html.H3(t(f"overview.asked.{key}", language)), _pairs(rows, language)] for key, rows in parts]
    return [*(each for part in lists for each in part), html.H3(t("overview.asked.where", language)), *_files(asked, context)]


def _pairs(rows: list[tuple[str, str]], language: str) -> html.Dl:
    said = [html.Div([html.Dt(t(f"overview.asked.{key}", language)), html.Dd(text)]) for key, text in rows]
    return html.Dl(said, className="ov-explain")


def _definition(asked: Asked, language: str) -> list[tuple[str, str]]:
    """Name in both languages, definition, formula, unit, direction, owner line, last review."""
    one, other = asked.indicator, "en" if language == "zh" else "zh"
    formula = "score_formula" if one.fact == "answer" else "ratio_formula"
    better = "higher" if one.direction > 0 else "lower"
    return [
        ("name", f"{one.names[language]} / {one.names[other]}"),
        ("definition", one.definitions[language]),
        ("formula", t(f"overview.asked.{formula}", language, factor=f"{one.factor:g}")),
        ("unit", f"{wording.unit_name(one.unit, language)} · {t(f'overview.asked.{better}', language)}"),
        ("owner", t("overview.asked.owner_value", language, line=one.lines[language], on=one.reviewed_on, due=one.review_due)),
    ]  # fmt: skip


def _sums(asked: Asked, context: Context) -> list[tuple[str, str]]:
    """Reading, interval, bases, weights, days."""
    language, reading = context.language, asked.reading
    rows: list[tuple[str, str]] = []
    if asked.ratio is not None and asked.ratio.denominator:
        one, ratio = asked.indicator, asked.ratio
        value = plain(ratio.numerator / ratio.denominator * one.factor, one.decimals)
        sums = {"above": plain(ratio.numerator), "below": plain(ratio.denominator)}
        rows += [("reading", value), ("sums", t("overview.asked.ratio_sums", language, **sums)), ("n", plain(ratio.n, 0)),
                 ("weights", t("overview.asked.unweighted", language))]  # fmt: skip
    elif reading is None:
        rows.append(("reading", t("overview.no_answers", language)))
    elif not reading.shown:
        rows.append(("reading", t("overview.withheld" if reading.withheld else "overview.few_hidden", language, n=reading.n)))
    else:
        rows += [
            ("reading", f"{plain(reading.value)} ± {plain(reading.half)}"),
            ("interval", wording.interval(reading, language)),
            ("n", t("overview.explain.base_value", language, n=plain(reading.n, 0), n_eff=plain(reading.n_eff, 0))),
            ("weights", _weights(asked, language)),
        ]
    window = t("overview.explain.window_value", language, first=asked.first, last=asked.last)
    if reading and reading.window > 1:
        length = wording.window(asked.period.kind, reading.window, language)
        window = t("overview.asked.longer", language, window=window, length=length)
    return [*rows, ("window", window)]


def _weights(asked: Asked, language: str) -> str:
    """Whether the answers count alike, by n and n_eff."""
    sums, reading = asked.sums, asked.reading
    even = reading is None or abs(reading.n_eff - reading.n) < 0.5
    return t("overview.asked.even" if even else "overview.asked.weighted", language, sw=plain(sums.sw if sums else None))


def _publication(asked: Asked, context: Context) -> list[tuple[str, str]]:
    known, at = context.publication, asked.published_at
    if known is None or at is None:
        return [("publication", "—")]
    moment = at.astimezone(ZONE).strftime("%Y-%m-%d %H:%M")
    said = t("overview.asked.publication_value", context.language, number=known.publication_id, at=moment, to=known.data_to)
    return [("publication", said)]


def _files(asked: Asked, context: Context) -> list[Any]:
    """The files with rows inside, and all they are together."""
    language = context.language
    if not asked.files:
        reason = "no_files" if context.area.full else "files_above"
        return [html.P(t(f"overview.asked.{reason}", language), className="ov-none")]
    heads = [html.Th(t(f"overview.asked.{key}", language)) for key in ("feed", "file", "received", "rows")]
    body = [
        html.Tr([html.Td(one.feed), html.Td(_name(one.file_id, one.name, context)),
                 html.Td(one.received_at.astimezone(ZONE).strftime("%m-%d %H:%M")), html.Td(plain(one.rows, 0), className="r")])
        for one in asked.files
    ]  # fmt: skip
    notes = [t("overview.asked.together", language, files=asked.file_count, rows=plain(asked.row_count, 0))]
    if asked.file_count > len(asked.files):
        notes.append(t("overview.asked.largest", language, most=MOST_FILES))
    if any(one.name is None for one in asked.files):
        notes.append(t("overview.asked.unnamed", language))
    if context.today:
        notes.append(t("overview.asked.dated", language))
    table = html.Div(html.Table([html.Thead(html.Tr(heads)), html.Tbody(body)], className="ov-table"), className="ov-files")
    return [table, html.P(" ".join(notes), className="ov-files-note")]


def _name(file_id: int, name: str | None, context: Context) -> Any:
    if name is None:
        return f"#{file_id}"
    return dcc.Link(name, href=context.address("data", area=None, view="files", file=file_id), title=name)
