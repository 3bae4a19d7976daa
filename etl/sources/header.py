"""The header of a file against the columns of its feed: where each stands, or why the file is refused."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from fnmatch import fnmatchcase

from etl.sources.declaration import Column, Feed, Source
from etl.sources.faults import RefusedFile
from etl.sources.reader import Sheet

Places = Mapping[Source, tuple[str, ...]]  # a source → the names of its columns in a batch; () when absent


def normal(header: str) -> str:
    """A header as it is compared: full-width forms narrowed, blanks collapsed, case ignored."""
    return " ".join(unicodedata.normalize("NFKC", header).split()).casefold()


def locate(feed: Feed, sheet: Sheet) -> dict[Source, tuple[str, ...]]:
    """Where each source of the feed stands in the sheet.

    Raises :class:`RefusedFile` naming every missing and every extra column.
    """
    if sheet.header is None:
        return _by_position(feed, sheet.width)
    standing = _standing(sheet.header)
    found: dict[Source, tuple[str, ...]] = {}
    missing: list[str] = []
    for source, needed in _sources(feed).items():
        columns = _find(source, standing)
        found[source] = columns
        if needed and not columns:
            missing.append(source.label())
    extra = _extra(feed, sheet.header, found)
    if missing or extra:
        raise _refusal(missing, extra)
    return found


def _sources(feed: Feed) -> dict[Source, bool]:
    """Every source that stands in the rows → whether it must be there."""
    needed: dict[Source, bool] = {}
    for column in feed.every_column():
        for source in (column.source, *([column.near.source] if column.near else [])):
            if source.in_file:
                needed[source] = needed.get(source, False) or not column.optional
    return needed


def _standing(header: Sequence[str]) -> dict[str, list[str]]:
    standing: dict[str, list[str]] = {}
    for at, name in enumerate(header, 1):
        standing.setdefault(normal(name), []).append(f"c{at}")
    return standing


def find_columns(columns: Iterable[Column], header: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Where each of ``columns`` stands in a file that may hold others as well, by its target; ``()`` when it is absent."""
    standing = _standing(header)
    return {column.target: _find(column.source, standing) for column in columns}


def _find(source: Source, standing: Mapping[str, list[str]]) -> tuple[str, ...]:
    if source.join:
        parts = [standing.get(normal(name), []) for name in source.join]
        return tuple(part[0] for part in parts) if all(parts) else ()
    for name in source.headers:
        places = standing.get(normal(name), [])
        if len(places) >= source.occurrence:
            return (places[source.occurrence - 1],)
    return ()


def _extra(feed: Feed, header: Sequence[str], found: Places) -> list[str]:
    used = {column for columns in found.values() for column in columns}
    ignored = [normal(pattern) for pattern in feed.form.ignore]
    unused = (name for at, name in enumerate(header, 1) if f"c{at}" not in used)
    return [name for name in unused if not any(fnmatchcase(normal(name), pattern) for pattern in ignored)]


def _refusal(missing: Iterable[str], extra: Iterable[str]) -> RefusedFile:
    lacking, surplus = "、".join(missing), "、".join(name or "（空）" for name in extra)
    zh = "表头与本数据源不符" + (f"；缺少：{lacking}" if lacking else "") + (f"；多出：{surplus}" if surplus else "")
    en = "the header is not this feed's"
    en += (f"; missing: {lacking}" if lacking else "") + (f"; extra: {surplus}" if surplus else "")
    return RefusedFile("header", zh, en)


def _by_position(feed: Feed, width: int) -> dict[Source, tuple[str, ...]]:
    positioned = (source for source in _sources(feed) if source.position is not None)
    found: dict[Source, tuple[str, ...]] = {source: (f"c{source.position}",) for source in positioned}
    beyond = [source.label() for source in found if (source.position or 0) > width]
    if beyond:
        raise _refusal(beyond, ())
    return found
