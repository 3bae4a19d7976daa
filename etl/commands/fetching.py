"""``manyi feed fetch``: bring what is new at the feeds' sources and load it."""

from __future__ import annotations

from typing import Annotated, Any

import sqlalchemy as sa
import typer

from etl.commands.console import FAILED, REFUSED, AsJson, Refused, err, show, speaking, stop
from etl.commands.feeds import app, declared, named, record
from etl.commands.stores import open_store
from etl.config import Settings, read_settings
from etl.sources.declaration import Feed
from etl.sources.faults import WrongFeed
from etl.steps.fetch import FetchError, fetch_feed, fetches, try_feed
from etl.steps.load import LoadResult
from etl.steps.premises import Premises


@app.command("fetch")
def fetch(
    feed: Annotated[
        str | None, typer.Argument(metavar="[FEED]", help="one feed; default: all with a source of their own")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Fetch what is new at a feed's source (remote files, a database, an interface) and load it."""
    with speaking():
        settings = read_settings()
        try:
            chosen = [named(settings, feed)] if feed else [one for one in declared(settings) if fetches(one)]
        except WrongFeed as error:
            raise Refused(str(error)) from None
        if not all(map(fetches, chosen)) or not chosen:
            raise Refused(f"{feed or 'no feed here'} has no source to fetch from: [source] in a feed file names one")
        target = open_store(settings)
        told, faults = _fetch_each(target, settings, chosen)
        show(told, as_json, empty="nothing new")
        for fault in faults:
            err.print(fault, markup=False, style="red")
        if faults or any(one["state"] == "refused" for one in told):
            raise typer.Exit(FAILED if faults else REFUSED)


def _fetch_each(target: sa.Engine, settings: Settings, feeds: list[Feed]) -> tuple[list[dict[str, Any]], list[str]]:
    """What was loaded, and which sources could not be read: one that is away does not hold up the others."""
    told: list[dict[str, Any]] = []
    faults: list[str] = []
    for feed in feeds:
        try:
            for result in fetch_feed(target, feed, Premises(settings.home), settings.secret):
                told.append({"feed": feed.feed_id, **record(result)})
        except FetchError as error:
            faults.append(f"{feed.feed_id}: {error}")
    return told, faults


def dry_run(target: sa.Engine, feed: Feed, secret: str) -> list[LoadResult]:
    """What the next file of a feed's source would bring; refused when the source cannot be read or the feed has none."""
    if not fetches(feed):
        raise Refused(f"name the files to check: the feed {feed.feed_id} takes its files from the inbox")
    try:
        found = try_feed(target, feed, secret)
    except FetchError as error:
        stop(f"{feed.feed_id}: {error}", FAILED)
    return [found] if found else []
