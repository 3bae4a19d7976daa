"""What a prediction declares: the target, the features and how each is read, and what is known only after answering."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from etl.domain.features import Feature
from etl.domain.score import SCALES
from etl.sources import columns
from etl.sources.declaration import Column, Feed, Form
from etl.sources.faults import WrongFeed
from etl.sources.header import normal
from etl.sources.kinds import Field
from etl.sources.parse import read_form
from etl.sources.table import Table

PARTS = {"ticks": ("tick", "number"), "numbers": ("number", "number"), "categories": ("category", "text")}
TARGET, CUSTOMER, GROUP = "the target", "the customer", "the group"  # names no feature may take


@dataclass(frozen=True)
class Input:
    """A feature, the column it stands in, and what a blank one means (``None``: not known)."""

    feature: Feature
    column: Column
    fill: float | None = None


@dataclass(frozen=True)
class Prediction:
    """A whole declaration. ``at_most``: scores up to it are dissatisfied; ``survey``: the feed of the same answers, if one is
    named; ``known_after``: further headers that exist only because the customer answered."""

    prediction_id: str
    title_zh: str
    title_en: str
    form: Form
    target: Column
    at_most: float
    inputs: tuple[Input, ...]
    customer: Column | None = None
    group: Column | None = None
    survey: str = ""
    known_after: tuple[str, ...] = ()
    text: str = ""

    @property
    def features(self) -> tuple[Feature, ...]:
        return tuple(one.feature for one in self.inputs)

    def told_by_answer(self, feeds: Iterable[Feed]) -> tuple[str, ...]:
        """The features that are a score or a text of the same answer: the target, what is declared so, and what the survey's
        feed reads as answers or verbatim."""
        after = {(normal(header), 1) for header in self.known_after} | set(_places(self.target))
        for feed in feeds:
            if feed.feed_id == self.survey:
                verbatim = feed.column("verbatim")
                for column in (*feed.answers, *([verbatim] if verbatim else [])):
                    after |= set(_places(column))
        return tuple(one.feature.name for one in self.inputs if after & set(_places(one.column)))


def _places(column: Column) -> list[tuple[str, int]]:
    headers = column.source.headers or column.source.join
    return [(normal(header), column.source.occurrence) for header in headers]


def read_prediction(path: Path) -> Prediction:
    """The declaration of a file; :class:`WrongFeed` names the entry that is wrong and what is allowed."""
    try:
        return parse_prediction(path.read_text("utf-8-sig"), str(path))
    except (OSError, UnicodeDecodeError) as error:
        raise WrongFeed(f"{path}: {error}") from None


def parse_prediction(text: str, where: str) -> Prediction:
    """The declaration written in ``text``; ``where`` names it in errors."""
    try:
        table = Table(tomllib.loads(text), where)
    except tomllib.TOMLDecodeError as error:
        raise WrongFeed(f"{where}: {error}") from None
    target, at_most = _target(table.table("target"))
    found = Prediction(
        prediction_id=table.need("prediction"), title_zh=table.need("title_zh"), title_en=table.need("title_en"),
        form=read_form(table.table("form")), target=target, at_most=at_most,
        inputs=_inputs(table, table.words("tick_no", ("-1",))),
        customer=_plain(table, "customer", CUSTOMER), group=_plain(table, "group", GROUP), survey=table.take("survey", str, ""),
        known_after=table.words("known_after"), text=text,
    )  # fmt: skip
    table.done()
    _check(found, table.wrong)
    return found


def _target(table: Table) -> tuple[Column, float]:
    scale = SCALES[table.word("scale", tuple(SCALES), "1-10")]
    at_most = float(table.number("dissatisfied_at_most", 6))
    if not scale.low <= at_most < scale.high:
        raise table.wrong(f"dissatisfied_at_most = {at_most:g}; a score of {scale.low} to {scale.high - 1} is meant")
    rest = Table(_without(table.content, "scale", "dissatisfied_at_most"), table.where)
    field = Field(TARGET, "integer", required=True, minimum=scale.low, maximum=scale.high)
    return columns.one(rest, TARGET, field), at_most


def _plain(table: Table, key: str, target: str) -> Column | None:
    value = table.take(key, (str, dict))
    if value is None:
        return None
    entry = Table({"header": value} if isinstance(value, str) else value, f"{table.where}: {key}")
    return columns.one(entry, target, Field(target))


def _without(content: Mapping[str, Any], *keys: str) -> dict[str, Any]:
    return {key: value for key, value in content.items() if key not in keys}


def _inputs(table: Table, tick_no: tuple[str, ...]) -> tuple[Input, ...]:
    parts = [(kind, table.table(kind), tick_no if kind == "ticks" else ()) for kind in PARTS]
    return tuple(_input(part, name, kind, no) for kind, part, no in parts for name in part.content)


def _input(part: Table, name: str, kind: str, no: tuple[str, ...]) -> Input:
    """``no``: what says no under a tick, unless it says itself (``blanks``)."""
    value: Any = part.content[name]
    content = {"blanks": list(no), **(value if isinstance(value, dict) else {"header": value})}
    entry = Table(content, f"{part.where} {name}")
    said, zh, en = entry.take("said", bool, False), entry.take("zh", str, name), entry.take("en", str, name)
    fill = entry.number("blank_is", 0 if kind == "ticks" else None)
    rest = _without(content, "said", "zh", "en", "blank_is")
    feature_kind, column_type = PARTS[kind]
    column = columns.one(Table(rest, entry.where), name, Field(name, column_type))
    return Input(Feature(name, feature_kind, bool(said), zh, en), column, None if fill is None else float(fill))


def _check(found: Prediction, wrong: Callable[[str], WrongFeed]) -> None:
    if not found.inputs:
        raise wrong("no feature is declared; name columns under ticks, numbers or categories")
    names = [one.feature.name for one in found.inputs]
    twice = sorted({name for name in names if names.count(name) > 1} | ({TARGET, CUSTOMER, GROUP} & set(names)))
    if twice:
        raise wrong(f"the name {', '.join(twice)} is taken twice")
