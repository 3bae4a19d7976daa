"""The columns of a feed file: a plain text is a header; a table says more."""

from __future__ import annotations

from typing import Any

from etl.domain.score import SCALES
from etl.sources.declaration import Column, Near, Source
from etl.sources.kinds import TYPES, Field, Kind
from etl.sources.table import Table

MONTH_DAYS = ("first", "last")  # which day a month without a day stands for


def field_columns(table: Table, kind: Kind) -> tuple[Column, ...]:
    """The columns that fill fields of ``kind``."""
    names = ", ".join(field.name for field in kind.fields)
    found = []
    for name in table.content:
        field = kind.field(name)
        if field is None:
            raise table.wrong(f"unknown: {name}; a feed of kind {kind.name} has: {names}")
        found.append(one(_entry(table, name), name, field))
    return tuple(found)


def answers(table: Table) -> tuple[Column, ...]:
    """The columns that hold scores, one an indicator; ``scale`` is needed."""
    found = []
    for name in table.content:
        entry = _entry(table, name)
        scale = SCALES[entry.word("scale", tuple(SCALES)) or _no_scale(entry)]
        field = Field(name, "integer", minimum=scale.low, maximum=scale.high)
        found.append(one(entry, name, field, scale=entry.content["scale"]))
    return tuple(found)


def plain(table: Table) -> tuple[Column, ...]:
    """Columns of no field: perceptions, tags, checks. Their texts are free, so they are masked."""
    return tuple(one(_entry(table, name), name, Field(name, masked=True)) for name in table.content)


def numbers(table: Table, part: str, indicator: str) -> tuple[Column, ...]:
    """A measure's ``part``: one column or a list of columns that are added."""
    value = table.take(part, (str, dict, list), [])
    entries = value if isinstance(value, list) else [value]
    field = Field(indicator, "number")
    return tuple(one(Table(_as_table(entry), f"{table.where} {part}"), indicator, field) for entry in entries)


def one(table: Table, target: str, field: Field, **more: Any) -> Column:
    """One column from its table and the field it fills."""
    column = Column(
        target, _source(table), type=table.word("type", TYPES, field.type),
        required=bool(table.take("required", bool, field.required)), optional=bool(table.take("optional", bool, False)),
        formats=table.words("formats"), near=_near(table), of_month=table.word("of_month", MONTH_DAYS, MONTH_DAYS[0]),
        values=_values(table), other=table.take("other", str), keep_others=bool(table.take("keep_others", bool, False)),
        blanks=table.words("blanks"), minimum=table.number("min", field.minimum), maximum=table.number("max", field.maximum),
        pad=table.take("pad", int), blank_if_wrong=bool(table.take("blank_if_wrong", bool, False)), words=field.words,
        default=field.default, private=field.private, masked=field.masked, **more,
    )  # fmt: skip
    table.done()
    _agree(table, column)
    return column


def _agree(table: Table, column: Column) -> None:
    if column.formats and column.type not in ("date", "timestamp", "month"):
        raise table.wrong(f"formats belongs to dates; this is {column.type}")
    if column.of_month != MONTH_DAYS[0] and (column.type not in ("date", "timestamp") or not column.formats):
        raise table.wrong("of_month goes with the formats of a date or timestamp")
    if column.near and not column.formats:
        raise table.wrong("near decides between formats; there is none")
    if column.other is not None and column.words and column.other not in column.words:
        raise table.wrong(f"other = {column.other!r}; allowed: {', '.join(column.words)}")
    if column.keep_others and (column.other is not None or not column.values):
        raise table.wrong("keep_others goes with values, and without other")
    if column.required and column.optional:
        raise table.wrong("a required value cannot stand in an optional column")
    for word in column.values.values():
        if column.words and word not in column.words:
            raise table.wrong(f"values gives {word!r}; allowed: {', '.join(column.words)}")


def _source(table: Table) -> Source:
    source = Source(
        headers=table.words("header"), occurrence=table.take("occurrence", int, 1), position=table.take("position", int),
        join=table.words("join"), group=table.take("from_name", str), constant=table.take("constant", str),
    )  # fmt: skip
    ways = [bool(source.headers), source.position is not None, bool(source.join), source.group is not None,
            source.constant is not None]  # fmt: skip
    if sum(ways) != 1:
        raise table.wrong("say where the value stands, in one way: header, position, join, from_name or constant")
    if source.occurrence < 1 or (source.position is not None and source.position < 1):
        raise table.wrong("occurrence and position count from 1")
    return source


def _near(table: Table) -> Near | None:
    if "near" not in table.content:
        return None
    entry = table.table("near")
    near = Near(_source(entry), entry.words("formats"), int(entry.number("days", 0)))
    entry.done()
    if not near.formats:
        raise entry.wrong("formats is missing")
    return near


def _values(table: Table) -> dict[str, str]:
    values = table.take("values", dict, {})
    if not all(isinstance(value, str) for value in values.values()):
        raise table.wrong("values must map texts to texts")
    return dict(values)


def _entry(table: Table, name: str) -> Table:
    return Table(_as_table(table.take(name, (str, dict))), f"{table.where} {name}")


def _as_table(value: Any) -> dict[str, Any]:
    return {"header": value} if isinstance(value, str) else value


def _no_scale(table: Table) -> str:
    raise table.wrong(f"scale is missing; allowed: {', '.join(SCALES)}")
