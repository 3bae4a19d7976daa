"""The part of a feed file that says where its files come from."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from etl.sources import origin
from etl.sources.credential import Credential, secret_in_url, tells_secret
from etl.sources.origin import Api, Database, Files, Folder, Origin, Paging, Since
from etl.sources.table import Table
from etl.sources.timestep import step_of

KINDS = ("folder", "files", "database", "api")
PROTOCOLS = ("file", "s3", "sftp")
VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
PAGINGS = ("none", "page", "offset", "cursor", "link")
MOST_ATTEMPTS, LONGEST_TIMEOUT, LARGEST_PAGE = 10, 600.0, 1_000_000


def source(table: Table) -> Origin:
    """``[source]``: the inbox unless it says otherwise. A secret written into it is refused, and not repeated."""
    _refuse_secrets(table.content, table)
    kind = table.word("kind", KINDS, "folder")
    archive = table.take("archive", bool, kind == "folder")
    readers: dict[str, Callable[[Table, bool], Origin]] = {"files": _files, "database": _database, "api": _api}
    found = Folder(archive) if kind == "folder" else readers[kind](table, archive)
    table.done()
    return found


def _refuse_secrets(content: Mapping[str, Any], table: Table) -> None:
    for name, value in content.items():
        if tells_secret(name):
            raise table.wrong(
                f"{name}: 数据源声明中不得写入密码或令牌，请用 {name}_env 或 {name}_file 指明存放位置 · "
                f"a feed file never holds a secret; name the place of it with {name}_env or {name}_file"
            )
        if isinstance(value, dict):
            _refuse_secrets(value, table)


def _url(table: Table, protocols: tuple[str, ...] | None = None) -> str | Credential:
    kept = credential(table, "url")
    written = table.take("url", str)
    if (kept is None) == (written is None):
        raise table.wrong("say the address in one way: url, url_env or url_file")
    if kept is not None:
        return kept
    if secret_in_url(written):
        raise table.wrong(
            "url: 地址中含有密码或令牌，请改用 password_env（或 url_env）· "
            "the address carries a password or token; use password_env, token_env or url_env instead"
        )
    if protocols and protocol_of(written) not in protocols:
        raise table.wrong(f"url is of kind {protocol_of(written)!r}; allowed: {', '.join(protocols)}")
    return str(written)


def protocol_of(url: str) -> str:
    """The word before ``://``; a plain path is a ``file``. A chain of file systems (``::``) is none we know."""
    if "::" in url:
        return "::"
    return url.partition("://")[0].lower() if "://" in url else "file"


def credential(table: Table, name: str) -> Credential | None:
    """``NAME_env`` or ``NAME_file``: where a secret is kept."""
    env, file = table.take(f"{name}_env", str), table.take(f"{name}_file", str)
    if env is not None and not VARIABLE.fullmatch(env):  # perhaps the secret itself: do not repeat it
        raise table.wrong(f"{name}_env is no name of an environment variable")
    if env is not None and file is not None:
        raise table.wrong(f"{name}_env or {name}_file, not both")
    return Credential(env, file) if env or file else None


def _files(table: Table, archive: bool) -> Files:
    return Files(
        _url(table, PROTOCOLS), recursive=table.take("recursive", bool, False), archive=archive, user=table.take("user", str),
        password=credential(table, "password"), key_file=table.take("key_file", str), passphrase=credential(table, "passphrase"),
        known_hosts=table.take("known_hosts", str), access_key=credential(table, "access_key"),
        secret_key=credential(table, "secret_key"), endpoint=_endpoint(table), region=table.take("region", str),
    )  # fmt: skip


def _endpoint(table: Table) -> str | None:
    written = table.take("endpoint", str)
    if written is not None and secret_in_url(written):
        raise table.wrong("endpoint carries a password or token; use access_key_env and secret_key_env")
    return None if written is None else _safe(table, "endpoint", written)


def _database(table: Table, archive: bool) -> Database:
    found = Database(
        _url(table), query=table.take("query", str), table=table.take("table", str), schema=table.take("schema", str),
        watermark=table.take("watermark", str), order=table.words("order"), overlap=_overlap(table),
        page=_within(table, "page", origin.PAGE_ROWS, 1, LARGEST_PAGE), nulls=table.word("nulls", ("take", "skip"), "take"),
        time_zone=_zone(table), archive=archive, password=credential(table, "password"),
    )  # fmt: skip
    if (found.query is None) == (found.table is None):
        raise table.wrong("say what is read in one way: table or query")
    if not found.order:
        raise table.wrong("order is missing: the columns that tell rows apart, so that the order of rows is always the same")
    return found


def _zone(table: Table) -> str:
    name = table.take("time_zone", str, origin.TIME_ZONE)
    try:
        return ZoneInfo(name).key
    except (ZoneInfoNotFoundError, ValueError):
        raise table.wrong(f"time_zone = {name!r} is no time zone; write one as {origin.TIME_ZONE}") from None


def _overlap(table: Table) -> timedelta | int:
    written = table.take("overlap", (str, int), 0)
    if isinstance(written, int):
        if written < 0:
            raise table.wrong("overlap counts from 0")
        return written
    step = step_of(written)
    if step is None:
        raise table.wrong(f"overlap = {written!r}; write 15min, 1h or 1d, or a number for a watermark that counts")
    return step


def _within(table: Table, key: str, default: int, least: int, most: int) -> int:
    value = table.take(key, int, default)
    if not least <= value <= most:
        raise table.wrong(f"{key} = {value}; allowed: {least} to {most}")
    return int(value)


def _api(table: Table, archive: bool) -> Api:
    allow_http = table.take("allow_http", bool, False)
    url = _url(table)
    found = Api(
        url if isinstance(url, Credential) else _safe(table, "url", url, allow_http), records=table.take("records", str, ""),
        params=_texts(table, "params"), headers=_texts(table, "headers"), token=credential(table, "token"),
        token_header=table.take("token_header", str, Api.token_header),
        token_prefix=table.take("token_prefix", str, Api.token_prefix),
        paging=_paging(table.table("paging")), since=_since(table), absent=table.word("absent", ("refuse", "blank"), "refuse"),
        timeout=float(table.number("timeout", origin.TIMEOUT_SECONDS)), allow_http=allow_http,
        attempts=_within(table, "attempts", origin.ATTEMPTS, 1, MOST_ATTEMPTS), ca_file=table.take("ca_file", str),
        archive=archive,
    )  # fmt: skip
    if not 0 < found.timeout <= LONGEST_TIMEOUT:
        raise table.wrong(f"timeout = {found.timeout}; seconds, up to {LONGEST_TIMEOUT:.0f}")
    return found


def _safe(table: Table, key: str, url: str, allow_http: bool | None = None) -> str:
    allowed = table.take("allow_http", bool, False) if allow_http is None else allow_http
    fault = unsafe(url, allowed)
    if fault:
        raise table.wrong(f"{key}: {fault}")
    return url


def unsafe(url: str, allow_http: bool) -> str | None:
    """Why an address over HTTP must not be used; ``None`` when it may."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return "must begin with https://"
    if parts.username is not None:
        return "carries a login; use token_env"
    if parts.scheme == "http" and not allow_http and not loopback(parts.hostname):
        return "must begin with https://, for tokens and answers cross the network (allow_http = true says it may be seen)"
    return None


def loopback(host: str) -> bool:
    """Whether an address is this machine."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _texts(table: Table, key: str) -> dict[str, str]:
    found = table.take(key, dict, {})
    if not all(isinstance(value, str | int) and not isinstance(value, bool) for value in found.values()):
        raise table.wrong(f"{key} must map texts to texts or whole numbers")
    return {name: str(value) for name, value in found.items()}


def _paging(table: Table) -> Paging:
    by = table.word("by", PAGINGS, "none")
    found = Paging(
        by, table.take("param", str, ""), table.take("first", int, 0 if by == "offset" else 1), table.take("size_param", str),
        table.take("size", int), table.take("next", str),
    )  # fmt: skip
    table.done()
    if by in ("page", "offset", "cursor") and not found.param:
        raise table.wrong("param is missing: which parameter carries it?")
    if by == "cursor" and not found.next:
        raise table.wrong("next is missing: where does the answer hold the next cursor?")
    if (found.size_param is None) != (found.size is None):
        raise table.wrong("size_param and size go together")
    return found


def _since(table: Table) -> Since | None:
    if "since" not in table.content:
        return None
    entry = table.table("since")
    found = Since(entry.need("param"), entry.need("field"), _overlap(entry))
    entry.done()
    return found
