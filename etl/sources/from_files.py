"""Files below a remote address: listed, told apart by size, time and tag, and brought here whole, one at a time."""

from __future__ import annotations

import json
import posixpath
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from etl.sources.credential import FetchError, Vault
from etl.sources.declaration import Feed
from etl.sources.landing import Landed, landing, unfinished
from etl.sources.origin import Files
from etl.sources.origin_declared import PROTOCOLS, protocol_of

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem

SETTLE_SECONDS = 10.0  # a file changed less long ago may still be being written
TIMEOUT_SECONDS = 30.0

Wanted = Callable[[str, str], bool]  # an item with its mark: whether it is to be fetched


@dataclass(frozen=True)
class Remote:
    """A remote file as the listing shows it; ``changed`` is ``None`` where the store does not tell."""

    path: str
    size: int
    changed: float | None
    tag: str
    within: str = ""  # its folder, below the one that was listed

    @property
    def name(self) -> str:
        return posixpath.basename(self.path)

    @property
    def version(self) -> tuple[int, str | float | None]:
        """What differs once the file has been written anew: its tag where it has one, else its time."""
        return self.size, self.tag or self.changed

    @property
    def mark(self) -> str:
        return json.dumps({"size": self.size, "changed": self.changed, "tag": self.tag})


def fetch_files(feed: Feed, files: Files, vault: Vault, folder: Path, wanted: Wanted, now: float) -> Iterator[Landed]:
    """The feed's files that are new or have changed, older ones first; each landed when it is asked for."""
    with _opened(files, vault) as (system, root):
        for remote in _listed(system, root, files.recursive, feed):
            settled = remote.changed is None or abs(now - remote.changed) >= SETTLE_SECONDS
            if settled and wanted(remote.path, remote.mark) and (landed := _bring(system, remote, folder)):
                yield landed


def list_files(feed: Feed, files: Files, vault: Vault) -> list[Remote]:
    """The feed's files as they lie there now."""
    with _opened(files, vault) as (system, root):
        return _listed(system, root, files.recursive, feed)


def _listed(system: AbstractFileSystem, root: str, recursive: bool, feed: Feed) -> list[Remote]:
    entries = system.ls(root, detail=True, refresh=True)
    if recursive:
        entries = list(system.find(root, detail=True).values())
    found = [_remote(entry, root if recursive else None) for entry in entries if entry["type"] in ("file", "link")]
    named = [remote for remote in found if feed.match(remote.name) and not unfinished(remote.name)]
    return sorted(named, key=lambda remote: (remote.changed or 0.0, remote.path))


def _remote(entry: dict[str, Any], root: str | None = None) -> Remote:
    changed = entry.get("mtime", entry.get("last_modified"))
    at = changed.timestamp() if isinstance(changed, datetime) else changed
    return Remote(entry["name"], int(entry["size"]), at, str(entry.get("e_tag") or ""),
                  "" if root is None else _within(entry["name"], root))  # fmt: skip


def _within(path: str, root: str) -> str:
    """The folder of a path below ``root``; none for one that a server says to lie elsewhere."""
    below = posixpath.relpath(posixpath.dirname(path) or ".", root or ".")
    return "" if below == "." or ".." in below.split("/") else below


def _bring(system: AbstractFileSystem, remote: Remote, folder: Path) -> Landed | None:
    """The file here; ``None`` when it changed meanwhile, for then it was still being written."""
    path = folder / remote.within / remote.name
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with landing(path) as part:
        system.get_file(remote.path, str(part))
    if path.stat().st_size != remote.size or _remote(system.info(remote.path)).version != remote.version:
        path.unlink()
        return None
    return Landed(path, remote.path, remote.mark, within=remote.within)


@contextmanager
def _opened(files: Files, vault: Vault) -> Iterator[tuple[AbstractFileSystem, str]]:
    """The file system of an address and the folder meant; everything that goes wrong in it is told without secrets."""
    url = vault.reveal_url(files.url)
    protocol = protocol_of(url)
    if protocol not in PROTOCOLS:
        raise FetchError(
            f"不支持的地址类型 {protocol}", f"addresses of kind {protocol} are not known; {', '.join(PROTOCOLS)} are"
        )
    try:
        with {"file": _local, "s3": _s3, "sftp": _sftp}[protocol](url, files, vault) as opened:
            yield opened
    except (FetchError, GeneratorExit):
        raise
    except ImportError as error:
        raise FetchError(
            f"缺少读取 {protocol} 的组件，请执行 pip install 'manyi[{protocol}]'（{error.name}）",
            f"reading {protocol} needs a package that is missing ({error.name}); pip install 'manyi[{protocol}]'",
        ) from None
    except Exception as error:  # each file system has errors of its own
        raise vault.failed(f"无法读取 {url}", f"{url} cannot be read", error) from None


@contextmanager
def _local(url: str, files: Files, vault: Vault) -> Iterator[tuple[AbstractFileSystem, str]]:
    from fsspec.implementations.local import LocalFileSystem

    path = unquote(urlsplit(url).path) if "://" in url else url
    yield LocalFileSystem(skip_instance_cache=True, use_listings_cache=False), str(Path(path).expanduser())


@contextmanager
def _s3(url: str, files: Files, vault: Vault) -> Iterator[tuple[AbstractFileSystem, str]]:
    from obstore.fsspec import FsspecStore

    keys = {"access_key_id": vault.reveal(files.access_key), "secret_access_key": vault.reveal(files.secret_key),
            "endpoint": files.endpoint, "region": files.region}  # fmt: skip
    plain = bool(files.endpoint and urlsplit(files.endpoint).scheme == "http")  # a declaration allows it, or it is loopback
    made: Any = FsspecStore  # its own types leave out what every file system takes
    system = made(
        "s3", skip_instance_cache=True, **{name: value for name, value in keys.items() if value},
        client_options={"allow_http": plain, "timeout": "300s", "connect_timeout": f"{TIMEOUT_SECONDS:.0f}s"},
        retry_config={"max_retries": 3},
    )  # fmt: skip
    yield system, url.partition("://")[2].strip("/")


@contextmanager
def _sftp(url: str, files: Files, vault: Vault) -> Iterator[tuple[AbstractFileSystem, str]]:
    """The server's key must be known (``known_hosts``, by default the account's own): no key is taken on trust."""
    from fsspec.asyn import sync
    from sshfs import SSHFileSystem

    parts = urlsplit(url)
    given = {"username": files.user or parts.username, "password": vault.reveal(files.password) or parts.password,
             "passphrase": vault.reveal(files.passphrase)}  # fmt: skip
    known = str(Path(files.known_hosts).expanduser()) if files.known_hosts else ()
    system = SSHFileSystem(
        parts.hostname or "", port=parts.port or 22, known_hosts=known, config=[], agent_path=None, skip_instance_cache=True,
        client_keys=[str(Path(files.key_file).expanduser())] if files.key_file else (), connect_timeout=TIMEOUT_SECONDS,
        login_timeout=TIMEOUT_SECONDS, keepalive_interval=15,
        **{name: value for name, value in given.items() if value},
    )  # fmt: skip
    try:
        yield system, unquote(parts.path) or "."
    finally:  # the file system itself lets go only when it is collected
        system.loop.call_soon_threadsafe(system.client.close)
        sync(system.loop, system.client.wait_closed, timeout=TIMEOUT_SECONDS)
