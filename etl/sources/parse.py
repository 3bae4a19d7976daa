"""A feed file (TOML) to a :class:`~etl.sources.declaration.Feed`; every mistake in it is a clear error."""

from __future__ import annotations

import re
import string
import tomllib
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from etl.sources import calendar_declared, columns, origin_declared, places_declared
from etl.sources.declaration import EARLIEST, MAX_BAD_SHARE, Clock, Feed, Form, Measure
from etl.sources.faults import WrongFeed
from etl.sources.kinds import KINDS
from etl.sources.origin import Origin, goes_on, pages_itself
from etl.sources.table import Table
from etl.sources.timestep import parse_step

REPEATS = ("keep", "update")


def parse_feed(text: str, where: str) -> Feed:
    """The feed written in ``text``; ``where`` names it in errors.

    Raises :class:`WrongFeed` naming the entry and what is allowed.
    """
    try:
        table = Table(tomllib.loads(text), where)
    except tomllib.TOMLDecodeError as error:
        raise WrongFeed(f"{where}: {error}") from None
    feed = _feed(table, text)
    table.done()
    _check(feed, where)
    return feed


def read_feed(path: Path) -> Feed:
    """The feed of a file; :class:`WrongFeed` also when it cannot be read."""
    try:
        return parse_feed(path.read_text("utf-8"), str(path))
    except (OSError, UnicodeDecodeError) as error:
        raise WrongFeed(f"{path}: {error}") from None


def read_feeds(paths: Iterable[Path]) -> list[Feed]:
    """All feeds of files and folders (``*.toml`` in them), those of the tree first; ids must differ."""
    files = [file for path in paths for file in (sorted(path.glob("*.toml")) if path.is_dir() else [path])]
    feeds = [read_feed(file) for file in files]
    seen: dict[str, Path] = {}
    for feed, file in zip(feeds, files, strict=True):
        if feed.feed_id in seen:
            raise WrongFeed(f"{file}: the feed {feed.feed_id!r} is also declared in {seen[feed.feed_id]}")
        seen[feed.feed_id] = file
    return sorted(feeds, key=lambda feed: (feed.kind.order, feed.feed_id))


def _feed(table: Table, text: str) -> Feed:
    kind = KINDS[_needed_word(table, "kind", tuple(KINDS))]
    origin = origin_declared.source(table.table("source"))
    return Feed(
        feed_id=table.need("feed"), kind=kind, origin=origin, title_zh=table.need("title_zh"), title_en=table.need("title_en"),
        patterns=_patterns(table, origin), slot=table.take("slot", str, "{stem}"), form=read_form(table.table("form")),
        columns=columns.field_columns(table.table("columns"), kind), answers=columns.answers(table.table("answers")),
        perceptions=columns.plain(table.table("perceptions")), tags=columns.plain(table.table("tags")),
        checks=columns.plain(table.table("checks")), measures=_measures(table.table("readings")),
        path=places_declared.path(table.tables("path")), place=places_declared.place(table.table("place")),
        key=table.words("key"), repeat=table.word("repeat", REPEATS, "update" if kind.name == "complaint" else "keep"),
        clock=_clock(table), brands=_brands(table), max_bad_share=float(table.number("max_bad_share", MAX_BAD_SHARE)),
        earliest=table.day("earliest", EARLIEST) or EARLIEST, latest=table.day("latest"),
        zero_denominator=table.word("zero_denominator", ("reject", "keep", "skip"), "reject"), text=text,
        calendar=calendar_declared.calendar(table.table("calendar"), kind), plan=calendar_declared.plan(table),
    )  # fmt: skip


def _needed_word(table: Table, key: str, allowed: tuple[str, ...]) -> str:
    table.need(key)
    return str(table.word(key, allowed))


def _patterns(table: Table, origin: Origin) -> tuple[re.Pattern[str], ...]:
    if pages_itself(origin):  # we write and name these files ourselves
        extra = [key for key in ("patterns", "slot", "clock") if key in table.content]
        if extra:
            raise table.wrong(f"{extra[0]} belongs to files; what is fetched by rows is named by where it begins")
        table.read |= {"patterns"}
        return (re.compile(re.escape(table.need("feed")) + r"(_[\w.+-]+)?\.csv"),)
    written = table.words("patterns")
    if not written:
        raise table.wrong("patterns is missing: which file names are this feed's?")
    try:
        return tuple(re.compile(pattern) for pattern in written)
    except re.error as error:
        raise table.wrong(f"patterns: {error.pattern!r} is no regular expression ({error})") from None


def read_form(table: Table) -> Form:
    """How files are written, from the table `form`."""
    plain = Form()
    form = Form(
        delimiter=table.take("delimiter", str, plain.delimiter), decimal=table.word("decimal", (".", ","), plain.decimal),
        thousands=table.take("thousands", str, plain.thousands), encoding=table.take("encoding", str, plain.encoding),
        header=table.take("header", bool, plain.header), width=table.take("width", int),
        skip_lines=table.take("skip_lines", int, plain.skip_lines), sheet=table.take("sheet", (str, int), plain.sheet),
        member=table.take("member", str), ignore=table.words("ignore"),
    )  # fmt: skip
    table.done()
    if len(form.delimiter) != 1:
        raise table.wrong(f'delimiter = {form.delimiter!r}; one character ("\\t" for a tab)')
    if not form.header and form.width is None:
        raise table.wrong("a file without a header needs width, its number of columns")
    return form


def _measures(table: Table) -> tuple[Measure, ...]:
    found = []
    for indicator in table.content:
        entry = table.table(indicator)
        numerators, denominators = (columns.numbers(entry, part, indicator) for part in ("numerator", "denominator"))
        factor = float(entry.number("factor", 1.0))
        entry.done()
        if not numerators:
            raise entry.wrong("numerator is missing")
        found.append(Measure(indicator, numerators, denominators, factor))
    return tuple(found)


def _clock(table: Table) -> Clock | None:
    if "clock" not in table.content:
        return None
    entry = table.table("clock")
    start, step = entry.need("start", datetime), parse_step(entry)
    entry.done()
    return Clock(start, step)


def _brands(table: Table) -> tuple[dict[str, str], ...]:
    found = []
    for entry in table.tables("brands"):
        found.append({key: entry.need(key) for key in ("brand", "name_zh", "name_en")})
        entry.done()
    return tuple(found)


def _check(feed: Feed, where: str) -> None:
    _check_required(feed, where)
    _check_parts(feed, where)
    _check_names(feed, where)
    _check_origin(feed, where)
    if feed.form.header:
        wrong = [c.target for c in feed.every_column() if c.source.position is not None]
        if wrong:
            raise WrongFeed(f"{where}: {wrong[0]} names a position, but the files have a header (or say form.header = false)")


def _check_origin(feed: Feed, where: str) -> None:
    if pages_itself(feed.origin) and replace(feed.form, ignore=()) != Form():
        raise WrongFeed(f"{where}: form belongs to files; of what is fetched by rows it may say ignore only")
    if not goes_on(feed.origin):
        return
    if feed.kind.name == "subscribers":
        raise WrongFeed(f"{where}: subscriber counts are taken as a whole; leave watermark (since) out")
    if not feed.key and not feed.kind.shapes_tree:
        raise WrongFeed(f"{where}: key is missing: what is read on from a mark may come twice, and is known by its key")


def _check_required(feed: Feed, where: str) -> None:
    given = {column.target for column in feed.columns}
    dated = feed.kind.dated_by if feed.clock else None
    needed = [field.name for field in feed.kind.fields if field.required and field.name not in given and field.name != dated]
    if feed.kind.name == "process" and not feed.measures:
        needed += [] if "indicator" in given else ["indicator"]
        needed += [] if given >= {"numerator", "denominator"} or "value" in given else ["numerator and denominator, or value"]
    if feed.kind.name == "areas" and not feed.path:
        needed += [name for name in ("code", "level", "name_zh") if name not in given]
    if needed:
        raise WrongFeed(f"{where}: columns is missing {', '.join(needed)}")


def _check_parts(feed: Feed, where: str) -> None:
    allowed = {"answers": "survey", "perceptions": "survey", "tags": "survey", "measures": "process", "path": "areas"}
    for part, kind in allowed.items():
        if getattr(feed, part) and feed.kind.name != kind:
            raise WrongFeed(f"{where}: {'readings' if part == 'measures' else part} belongs to feeds of kind {kind}")
    if feed.kind.name == "survey" and not feed.answers:
        raise WrongFeed(f"{where}: answers is missing: which columns hold scores?")


def _check_names(feed: Feed, where: str) -> None:
    for name in feed.key:
        if feed.column(name) is None:
            raise WrongFeed(f"{where}: key names {name!r}, which columns does not fill")
    groups = {group for pattern in feed.patterns for group in pattern.groupindex} | {"stem"}
    for template in (feed.slot, *(c.source.group for c in feed.every_column() if c.source.group)):
        for _, group, _, _ in string.Formatter().parse(template):
            if group is not None and group not in groups:
                raise WrongFeed(f"{where}: {template!r} uses {group!r}; the file-name patterns have: {', '.join(sorted(groups))}")
