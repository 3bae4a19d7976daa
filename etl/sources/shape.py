"""Typed, placed rows to the columns of the fact tables: pure polars, one frame a table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import polars as pl

from etl.sources.declaration import Feed, Measure
from etl.sources.keys import HIGH, ID, LOW, customer_digests, customer_hashes, hex_ids, key_ids, line_ids, part_ids
from etl.sources.rows import ANSWER, MEASURE, PERCEPTION, TAG
from etl.sources.wire import Packed, Question, pack_answers, pack_responses

TAG_MARKS = r"[;；|、]"  # what stands between tags in one column

Tables = dict[str, pl.DataFrame | Packed]


@dataclass(frozen=True)
class Known:
    """What the store knows that rows refer to: indicators' ids and factors, touchpoints' ids."""

    indicators: Mapping[str, int]
    factors: Mapping[str, float]
    touchpoints: Mapping[str, int]


@dataclass(frozen=True)
class Making:
    """What all rows of a file share."""

    feed: Feed
    slot: str
    file_id: int
    secret: str
    known: Known


def identify(frame: pl.DataFrame, making: Making) -> pl.DataFrame:
    """The same rows with an id, from the feed's key or from the line."""
    feed = making.feed
    keyed = key_ids(feed.feed_id, frame, feed.key) if feed.key else line_ids(feed.feed_id, making.slot, frame)
    return frame.hstack(keyed)


def shape(frame: pl.DataFrame, making: Making) -> Tables:
    """Table → rows for it, from identified, placed rows of one kind; in the order of the tables' keys, where large."""
    return _SHAPES[making.feed.kind.name](frame, making)


def _touchpoint(making: Making) -> pl.Expr:
    known = making.known.touchpoints
    if not known:
        return pl.lit(None, dtype=pl.Int32).alias("touchpoint_id")
    return pl.col("touchpoint").replace_strict(dict(known), default=None, return_dtype=pl.Int32).alias("touchpoint_id")


def _file(making: Making) -> pl.Expr:
    return pl.lit(making.file_id, dtype=pl.Int32).alias("file_id")


def _id(frame: pl.DataFrame, name: str) -> pl.Series:
    return pl.Series(name, hex_ids(frame), dtype=pl.String)


def _survey(frame: pl.DataFrame, making: Making) -> Tables:
    """In the order of the tables' keys: a kinder index."""
    frame = frame.with_columns(pl.col("answered_at").dt.date().alias("day"), _touchpoint(making), _file(making))
    frame = frame.sort("area_id", "day", HIGH, LOW)
    known = making.known.indicators
    questions = [Question(ANSWER + c.target, known[c.target], c.scale or "") for c in making.feed.answers]
    return {
        "response": pack_responses(frame, customer_digests(frame["customer"], making.secret)),
        "answer": pack_answers(frame.select("area_id", "day", *ID, *(question.column for question in questions)), questions),
        "response_detail": _details(frame, making.feed),
    }


def _details(frame: pl.DataFrame, feed: Feed) -> pl.DataFrame:
    """Only the responses that carried more than scores."""
    found = frame.select("area_id", "day", *ID, _tags(feed).alias("tags"), _perceptions(feed).alias("perceptions"), "verbatim")
    found = found.filter((pl.col("tags") != "{}") | (pl.col("perceptions") != "{}") | pl.col("verbatim").is_not_null())
    return found.select("area_id", "day", _id(found, "response_id"), "tags", "perceptions", "verbatim")


def _tags(feed: Feed) -> pl.Expr:
    """A Postgres array: the tags of the tags column, and the names of the tag columns that are not blank."""
    listed = pl.col("tags").str.replace_all(TAG_MARKS, ";").str.strip_chars("; ")
    listed = pl.when(listed != "").then(_quoted(listed).str.replace_all(r"\s*;\s*", '","'))
    named = [pl.when(pl.col(TAG + c.target).is_not_null()).then(pl.lit(_escape(c.target))) for c in feed.tags]
    inner = pl.concat_str([listed, *named], separator=",", ignore_nulls=True)
    return pl.concat_str([pl.lit("{"), inner, pl.lit("}")])


def _perceptions(feed: Feed) -> pl.Expr:
    """A JSON object of the perceptions that are not blank."""
    pairs = [pl.concat_str([pl.lit(_escape(c.target) + ":"), _quoted(pl.col(PERCEPTION + c.target))]) for c in feed.perceptions]
    if not pairs:
        return pl.lit("{}")
    return pl.concat_str([pl.lit("{"), pl.concat_str(pairs, separator=",", ignore_nulls=True), pl.lit("}")])


def _quoted(text: pl.Expr) -> pl.Expr:
    """Texts in quotation marks, fit for both a Postgres array and JSON."""
    plain = text.str.replace_all("\\", "\\\\", literal=True).str.replace_all('"', '\\"', literal=True)
    return pl.concat_str([pl.lit('"'), plain.str.replace_all(r"[\x00-\x1f]", " "), pl.lit('"')])


def _escape(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _invitations(frame: pl.DataFrame, making: Making) -> Tables:
    return {"invitation": frame.select("area_id", "day", _id(frame, "invitation_id"), "brand", "mode", "business",
                                       "asked", "answered", _file(making))}  # fmt: skip


def _complaint(frame: pl.DataFrame, making: Making) -> Tables:
    frame = frame.with_columns(customer_hashes(frame["customer"], making.secret))
    return {"complaint": frame.select(
        "area_id", pl.col("opened_at").dt.date().alias("day"), _id(frame, "complaint_id"), "number", "opened_at",
        "due_at", "closed_at", _touchpoint(making), "brand", "business", "segment", "generation", "stage", "channel",
        "topic1", "topic2", "status", "resolved", "rating", "customer", "work_order", "text", "reply", _file(making),
    )}  # fmt: skip


def _process(frame: pl.DataFrame, making: Making) -> Tables:
    frame = frame.with_columns(pl.col("at").dt.date().alias("day"), _touchpoint(making), _file(making))
    if making.feed.measures:
        found = [_readings(frame, measure, at, making) for at, measure in enumerate(making.feed.measures)]
    else:
        found = [_listed(frame, making)]
    return {"process_reading": pl.concat(found)}


_READING = ("area_id", "day", "reading_id", "at", "indicator_id", "cell", "touchpoint_id", "numerator", "denominator", "file_id")


def _listed(frame: pl.DataFrame, making: Making) -> pl.DataFrame:
    """A file with a row a reading; a bare value becomes its own numerator over 1."""
    known, indicator = making.known, pl.col("indicator")
    factor = indicator.replace_strict(dict(known.factors), default=None, return_dtype=pl.Float64)
    return frame.with_columns(
        indicator.replace_strict(dict(known.indicators), default=None, return_dtype=pl.Int16).alias("indicator_id"),
        pl.col("numerator").fill_null(pl.col("value") / factor),
        pl.when(pl.col("numerator").is_null()).then(1.0).otherwise(pl.col("denominator")).alias("denominator"),
        _id(frame, "reading_id"),
    ).select(_READING)  # fmt: skip


def _readings(frame: pl.DataFrame, measure: Measure, part: int, making: Making) -> pl.DataFrame:
    """One of the readings of a file with many a row, where it is complete."""
    above, below = measure_sums(measure)
    frame = frame.with_columns(above.alias("numerator"), below.alias("denominator"))
    frame = frame.filter(pl.col("numerator").is_not_null() & pl.col("denominator").is_not_null())
    if making.feed.zero_denominator == "skip":
        frame = frame.filter(pl.col("denominator") != 0)
    feed = making.feed
    ids = part_ids(frame, measure.indicator) if feed.key else line_ids(feed.feed_id, making.slot, frame, part)
    indicator = pl.lit(making.known.indicators[measure.indicator], dtype=pl.Int16).alias("indicator_id")
    return frame.with_columns(_id(ids, "reading_id"), indicator).select(_READING)


def measure_sums(measure: Measure) -> tuple[pl.Expr, pl.Expr]:
    """Numerator and denominator of a measure from its row; null where a part is blank."""

    def total(part: str, count: int) -> pl.Expr:
        names = [f"{MEASURE}{measure.indicator}:{part}{at}" for at in range(count)]
        return pl.sum_horizontal([pl.col(name) for name in names], ignore_nulls=False)

    below = total("d", len(measure.denominators)) if measure.denominators else pl.lit(1.0)
    return total("n", len(measure.numerators)) * measure.factor, below


def _subscribers(frame: pl.DataFrame, making: Making) -> Tables:
    return {"arriving_subscriber": frame.select("area_id", "month", "business", "segment", "subscribers", _file(making))}


def _touchpoints(frame: pl.DataFrame, making: Making) -> Tables:
    return {"arriving_touchpoint": frame.select(
        "code", "kind", "name_zh", pl.col("name_en").fill_null(pl.col("name_zh")), pl.col("node").alias("area_id"), "lon", "lat",
        "valid_from", "valid_to",
    )}  # fmt: skip


_SHAPES: dict[str, Callable[[pl.DataFrame, Making], Tables]] = {
    "survey": _survey, "invitations": _invitations, "complaint": _complaint, "process": _process,
    "subscribers": _subscribers, "touchpoints": _touchpoints,
}  # fmt: skip
