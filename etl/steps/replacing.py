"""A re-delivery takes the place of what filled its slot before."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa

import sql
from etl.domain.period import Period, add_months
from etl.sources.declaration import Feed
from etl.steps.loading import STORES, drop_unwanted, start_unwanted
from etl.steps.receive import Arrival


def replace_slot(connection: sa.Connection, feed: Feed, arrival: Arrival) -> tuple[list[str], set[date]]:
    """Take out the files that fill the slot; their names and the months they lay in, to be touched by the file that comes.

    (Marks of the old file may be read by a publication under way, which forgets them at its end.)
    Areas and touchpoints stay: facts hang on them.
    """
    months: set[date] = set()
    replaced = sql.rows(connection, "etl/load_slot_files", feed_id=feed.feed_id, slot=arrival.slot)
    for old in replaced:
        months |= _forget(connection, feed, old["file_id"], old["first_day"], old["last_day"])
        reasons = {"reason_zh": f"已被新到的文件 {arrival.name} 替换", "reason_en": f"replaced by the newer file {arrival.name}"}
        sql.execute(connection, "etl/load_supersede", file_id=old["file_id"], **reasons)
    return [old["name"] for old in replaced], months


def _forget(connection: sa.Connection, feed: Feed, file_id: int, first: date | None, last: date | None) -> set[date]:
    store = STORES.get(feed.kind.name)
    if first is None or last is None:
        return set()
    if store:
        start_unwanted(connection)
        sql.execute(connection, store.unwanted, file_id=file_id, first_day=first, last_day=last)
        drop_unwanted(connection, store, first, last)
    elif feed.kind.name == "subscribers":
        sql.execute(connection, "etl/load_drop_subscriber", file_id=file_id)
    return months_between(first, last)


def months_between(first: date, last: date) -> set[date]:
    """The first days of all months from ``first`` to ``last``."""
    start = Period("m", first.replace(day=1)).start
    count = (last.year - start.year) * 12 + last.month - start.month + 1
    return {add_months(start, step) for step in range(count)}
