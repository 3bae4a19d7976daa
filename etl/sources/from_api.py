"""A JSON interface over HTTP, page after page, as one CSV file a walk: its keys are the columns."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit
from zoneinfo import ZoneInfo

from etl.sources.credential import FetchError, Vault
from etl.sources.declaration import Feed
from etl.sources.header import normal
from etl.sources.landing import Landed, landing, sheet, text
from etl.sources.origin import TIME_ZONE, Api, Since
from etl.sources.origin_declared import unsafe
from etl.sources.watermark import Mark, Value, Window, below, fingerprint, mark_text, plain, read_mark
from etl.sources.web import Answer, Sleep, Web

MARK, WHOLE = "since", "whole"
MOST_PAGES = 100_000
ZONE = ZoneInfo(TIME_ZONE)

Record = dict[str, str]


def fetch_api(
    feed: Feed, api: Api, vault: Vault, folder: Path, kept: Mapping[str, Mapping[str, Any]], sleep: Sleep
) -> Iterator[Landed]:
    """What the interface holds that was not taken, as one landed file; none when there is nothing new."""
    web = _web(api, vault, sleep)
    try:
        mark = read_mark(kept.get(MARK)) if api.since else Mark()
        window = Window(mark, api.since.overlap) if api.since else None
        name = f"{feed.feed_id}_{mark.label()}.csv" if api.since else f"{feed.feed_id}.csv"
        if _write(folder / name, feed, api, _fresh(_walk(web, api, vault, mark), api.since, window)):
            yield Landed(folder / name, MARK, mark_text(window.mark())) if window else Landed(folder / name, WHOLE, "{}")
    finally:
        web.close()


def _web(api: Api, vault: Vault, sleep: Sleep) -> Web:
    token = vault.reveal(api.token)
    headers = {"Accept": "application/json", "User-Agent": "manyi", **api.headers}
    if token:
        headers[api.token_header] = api.token_prefix + token
    return Web(headers, vault, timeout=api.timeout, attempts=api.attempts, ca_file=api.ca_file, sleep=sleep)


def _walk(web: Web, api: Api, vault: Vault, mark: Mark) -> Iterator[Record]:
    """The records of all pages, flat."""
    start = vault.reveal_url(api.url)
    fault = unsafe(start, api.allow_http)
    if fault:
        raise FetchError("接口地址不可用（须为 https）", f"the interface's address {fault}")
    url, params, before = start, _first(api, mark), None
    for _ in range(MOST_PAGES):
        answer = web.get(url, params)
        records = _records(answer.content, api.records)
        if records and records == before:
            raise FetchError(
                "接口反复返回同一页，请检查 paging", "the interface answers with the same page again; is paging right?"
            )
        yield from map(_flat, records)
        following = _following(api, answer, url, params, len(records))
        if following is None:
            return
        if following == (url, params):
            raise FetchError("接口反复指向同一页", "the interface calls the page we are on the next")
        (url, params), before = following, records
        _stay(start, url)
    raise FetchError("接口页数过多", f"the interface has more than {MOST_PAGES} pages")


def _first(api: Api, mark: Mark) -> dict[str, str]:
    paging, params = api.paging, dict(api.params)
    if paging.size_param:
        params[paging.size_param] = str(paging.size)
    if paging.by in ("page", "offset"):
        params[paging.param] = str(paging.first)
    if api.since and mark.value is not None:
        value = below(mark.value, api.since.overlap)
        params[api.since.param] = value.isoformat() if isinstance(value, date) else str(value)
    return params


def _following(api: Api, answer: Answer, url: str, params: dict[str, str], records: int) -> tuple[str, dict[str, str]] | None:
    """The next question, ``None`` after the last page. Numbered pages end with an empty one: a short one may be a limit."""
    paging = api.paging
    if paging.by in ("page", "offset"):
        step = 1 if paging.by == "page" else records
        return (url, {**params, paging.param: str(int(params[paging.param]) + step)}) if records else None
    named = _at(answer.content, paging.next) if paging.next else None
    if paging.by == "cursor":
        return (url, {**params, paging.param: str(named)}) if named not in (None, "", False) else None
    if paging.by == "link":
        link = named or answer.next_link
        return (urljoin(url, str(link)), {}) if link else None  # a link carries its own parameters
    return None


def _stay(start: str, url: str) -> None:
    """The token goes to the declared host and nowhere else."""
    first, now = urlsplit(start), urlsplit(url)
    if (first.scheme, first.netloc) != (now.scheme, now.netloc):
        raise FetchError(f"下一页指向别的主机 {now.netloc}", f"the next page lies on another host, {now.netloc}")


def _records(content: Any, path: str) -> list[Any]:
    found = _at(content, path) if path else content
    if found is None:
        return []
    if not isinstance(found, list) or not all(isinstance(record, dict) for record in found):
        raise FetchError("records 所指不是记录列表", f"at records = {path!r} the answer holds no list of objects")
    return found


def _at(content: Any, path: str) -> Any:
    """What stands at ``data.items``; ``None`` when a part of the way is missing."""
    for part in path.split("."):
        content = content.get(part) if isinstance(content, dict) else None
    return content


def _flat(record: Mapping[str, Any], before: str = "") -> Record:
    """A record's values as texts; those of objects in it under ``outer.inner``."""
    found: Record = {}
    for name, value in record.items():
        if isinstance(value, dict):
            found.update(_flat(value, f"{before}{name}."))
        else:
            found[before + name] = text(value, ZONE)
    return found


def _fresh(records: Iterator[Record], since: Since | None, window: Window | None) -> Iterator[Record]:
    """The records that an earlier walk did not bring."""
    for record in records:
        if since is None or window is None:
            yield record
            continue
        written = record.get(since.field, "")
        known = not written or window.fresh(_value(written), fingerprint([f"{k}={v}" for k, v in sorted(record.items())]))
        if known:  # without a mark of its own it comes each time, and is known by its key
            yield record


def _value(written: str) -> Value:
    """A counter, a day or a time as it is written."""
    if written.lstrip("-").isdigit():
        return int(written)
    try:
        return date.fromisoformat(written) if len(written) == 10 else plain(datetime.fromisoformat(written))
    except ValueError:
        return written


def _write(path: Path, feed: Feed, api: Api, records: Iterator[Record]) -> int:
    """The records as CSV; their number. Two steps, for all columns are known only at the end."""
    lines, rows, columns = path.with_suffix(".jsonl"), 0, dict[str, None]()
    with landing(lines) as part, part.open("w", encoding="utf-8") as stream:
        for rows, record in enumerate(records, 1):  # noqa: B007  the last number is how many there are
            columns.update(dict.fromkeys(record))
            stream.write(json.dumps(record, ensure_ascii=False) + "\n")
    names = [*columns, *(_absent(feed, list(columns)) if api.absent == "blank" else [])]
    try:
        if rows:
            _tabulate(lines, path, names)
    finally:
        lines.unlink()
    return rows


def _tabulate(lines: Path, path: Path, names: list[str]) -> None:
    with lines.open(encoding="utf-8") as stream, sheet(path, names) as writer:
        for line in stream:
            record = json.loads(line)
            writer.writerow([record.get(name, "") for name in names])


def _absent(feed: Feed, names: list[str]) -> Iterator[str]:
    """The declared headers that no record carries: interfaces leave out what is empty."""
    there = {normal(name) for name in names}
    for column in feed.every_column():
        for header in column.source.headers[:1] if not column.optional else ():
            if not there & {normal(variant) for variant in column.source.headers}:
                there.add(normal(header))
                yield header
