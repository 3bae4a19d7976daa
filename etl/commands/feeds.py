"""``manyi feed``: what is declared, what a file would bring, what was loaded, what was rejected and why."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any

import typer

from etl.commands.console import REFUSED, AsJson, Refused, err, out, show, speaking, stop
from etl.commands.stores import open_store
from etl.config import Settings, read_settings
from etl.sources.declaration import Feed
from etl.sources.faults import WrongFeed
from etl.sources.origin import place
from etl.sources.parse import read_feed, read_feeds
from etl.steps import load

SAMPLES = 5  # faults of each reason shown by a dry run

MOST_FILES = 50

app = typer.Typer(no_args_is_help=True, help="feeds: list, check, fetch, load, files, rejects")

Named = Annotated[str, typer.Argument(metavar="FEED", help="a feed's id, or the path of a feed file (.toml)")]
Given = Annotated[list[Path], typer.Argument(metavar="FILE...", exists=True, dir_okay=False, readable=True)]
Perhaps = Annotated[list[Path] | None, typer.Argument(metavar="[FILE...]", exists=True, dir_okay=False, readable=True)]


def shipped(name: str) -> Path:
    """A folder of feed files that comes with the product."""
    return Path(str(files("etl").joinpath("feeds", name)))


@contextmanager
def _speaking() -> Iterator[None]:
    with speaking():
        try:
            yield
        except WrongFeed as error:
            guide = Path(str(files("etl").joinpath("feeds", "README.md")))
            raise Refused(f"{error}\nhow a feed file is written: {guide}; examples: `manyi feed list --shipped`") from None


def declared(settings: Settings) -> list[Feed]:
    """The feeds of this installation; refused when there is none."""
    feeds = read_feeds([settings.feeds]) if settings.feeds.is_dir() else []
    if not feeds:
        raise Refused(
            f"no feed is declared; put feed files (.toml) into {settings.feeds}, examples: {shipped('demo')}",
            f"还没有声明数据源；请把数据源声明（.toml）放进 {settings.feeds}，示例见 {shipped('demo')}",
        )
    return feeds


def named(settings: Settings, feed: str) -> Feed:
    """The feed of that id, or of that file."""
    if feed.endswith(".toml"):
        return read_feed(Path(feed))
    feeds = declared(settings)
    found = next((one for one in feeds if one.feed_id == feed), None)
    if found is None:
        raise Refused(f"no feed {feed!r}; declared: {', '.join(one.feed_id for one in feeds)}; or name a feed file (.toml)")
    return found


@app.command("list")
def list_feeds(
    folder: Annotated[Path | None, typer.Option(help="another folder of feed files")] = None,
    examples: Annotated[bool, typer.Option("--shipped", help="the feeds that come with the product")] = False,
    as_json: AsJson = False,
) -> None:
    """List the declared feeds: what they take and by which file names."""
    with _speaking():
        if examples:
            feeds = read_feeds([shipped("demo"), shipped("records")])
        else:
            feeds = read_feeds([folder]) if folder else declared(read_settings())
        show([_described(feed) for feed in feeds], as_json, empty="no feed file there")
        if examples:
            err.print(f"their files lie in {shipped('demo')} and {shipped('records')}", style="dim")


def _described(feed: Feed) -> dict[str, Any]:
    return {
        "feed": feed.feed_id, "kind": feed.kind.name, "title": feed.title_zh, "title_en": feed.title_en,
        "source": place(feed.origin), "patterns": " ".join(pattern.pattern for pattern in feed.patterns),
    }  # fmt: skip


@app.command()
def check(feed: Named, file: Perhaps = None, as_json: AsJson = False) -> None:
    """Dry run: what would be accepted and rejected, and why; nothing is stored. Without FILE, of the feed's own source."""
    from etl.commands.fetching import dry_run

    with _speaking():
        settings = read_settings()
        declaration, target = named(settings, feed), open_store(settings)
        results = [load.check_file(target, declaration, path, settings.secret) for path in file or ()]
        results = results if file else dry_run(target, declaration, settings.secret)
        _tell(results, as_json, with_faults=True)


@app.command("load")
def load_files(feed: Named, file: Given, as_json: AsJson = False) -> None:
    """Load files by a feed, each in one transaction; `manyi run publish` then shows them to readers."""
    with _speaking():
        settings = read_settings()
        declaration, target = named(settings, feed), open_store(settings)
        _tell([load.load_file(target, declaration, path, settings.secret) for path in file], as_json)


def _tell(results: Sequence[load.LoadResult], as_json: bool, with_faults: bool = False) -> None:
    show(
        [record(result, with_faults and as_json) for result in results], as_json, empty="the source answers, nothing in it is new"
    )
    if with_faults and not as_json:
        for result in results:
            _samples(result)
    refused = [result for result in results if result.state == "refused"]
    if refused:
        kept = [result.file_id for result in refused if result.file_id and result.faults]
        numbers = [f"`manyi feed rejects {file_id}` lists faults; " for file_id in kept]
        stop(f"{''.join(numbers[:1])}mend the file or the feed file, and try with `manyi feed check FEED FILE`", REFUSED)


def record(result: load.LoadResult, with_faults: bool = False) -> dict[str, Any]:
    """A load's result for people and programs."""
    told: dict[str, Any] = {
        "file": result.name, "file_id": None if result.state == "checked" else result.file_id,  # a dry run leaves no file
        "state": result.state, "read": result.read, "accepted": result.accepted, "rejected": result.rejected,
        "duplicate": result.duplicate, "place_unknown": result.unplaced,
        "first_day": result.first_day, "last_day": result.last_day, "reason": result.reason_zh, "reason_en": result.reason_en,
        "refused_before": result.refused_before,
    }  # fmt: skip
    if with_faults:
        told["formats"] = result.formats
        told["faults"] = [
            {"line": one.line, "column": one.column, "value": one.value, "code": one.code, "reason": one.reason_zh,
             "reason_en": one.reason_en} for one in result.faults
        ]  # fmt: skip
    return told


def _samples(result: load.LoadResult) -> None:
    """The first faults of each reason, and how many there are."""
    by_reason: dict[tuple[str, str], list[Any]] = {}
    for one in result.faults:
        by_reason.setdefault((one.column, one.code), []).append(one)
    for (column, code), faults in sorted(by_reason.items(), key=lambda item: -result.reasons[item[0]]):
        said = f"{faults[0].reason_zh} · {faults[0].reason_en} ({code})"
        out.print(f"\n{result.reasons[column, code]} × {column} {said}", markup=False)
        for one in faults[:SAMPLES]:
            out.print(f"  {result.name}:{one.line}  {column} = {one.value!r}", markup=False)


@app.command("files")
def list_files(
    feed: Annotated[str | None, typer.Argument(metavar="FEED", help="the files of this feed only")] = None,
    most: Annotated[int, typer.Option("--most", "-n", min=1, help="how many, the newest first")] = MOST_FILES,
    as_json: AsJson = False,
) -> None:
    """List the files received: what became of them and of their rows, when, and how long it took."""
    with _speaking():
        found = load.files(open_store(), feed, most + 1)
        if feed and not found:
            raise Refused(f"no file of a feed {feed!r} was received; `manyi feed files` lists those of all feeds")
        if as_json:
            show(found[:most], True)
        else:
            show([_received(one) for one in found[:most]], False, empty="no file was received yet; `manyi feed load` takes one")
            for one in found[:most]:
                if one["state"] == "refused":
                    out.print(f"{one['file_id']} {one['name']}: {one['reason_zh']} · {one['reason_en']}", markup=False)
        if len(found) > most:
            err.print(f"the newest {most} only; `--most` shows more")


def _received(one: dict[str, Any]) -> dict[str, Any]:
    kept = ("file_id", "feed", "name", "state", "read", "accepted", "rejected", "duplicate")
    took = "" if one["seconds"] is None else f"{one['seconds']:.1f} s"
    return {**{name: one[name] for name in kept}, "received": f"{one['received_at']:%Y-%m-%d %H:%M:%S}", "took": took}


@app.command()
def rejects(file_id: int, as_json: AsJson = False) -> None:
    """The faults of a file, as CSV (or JSON): file, line, column, value and reason in both languages."""
    with _speaking():
        target = open_store()
        found = load.rejects(target, file_id)
        if not found and not load.received(target, file_id):
            raise Refused(f"no file {file_id}; `manyi feed files` lists the files with their numbers")
        if as_json:
            show(found, True)
        elif found:
            writer = csv.DictWriter(sys.stdout, found[0].keys(), lineterminator="\n")
            writer.writeheader()
            writer.writerows(found)
        else:
            err.print(f"file {file_id} has no rejected row")
