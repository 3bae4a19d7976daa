"""The part of a feed file that says when its data are due, and when its source is asked."""

from __future__ import annotations

from datetime import UTC, datetime

from apscheduler.triggers.cron import CronTrigger

from etl.domain.calendar import DUE_HOURS, EVERY, Calendar, ends_early
from etl.sources.kinds import Kind
from etl.sources.table import Table

SOME_DAY = datetime(2000, 1, 1, tzinfo=UTC)  # whether a plan ever comes true does not depend on when it is asked
FETCH_PLAN = "*/15 * * * *"  # how often a source that is not the inbox is asked, where the feed does not say


def calendar(table: Table, kind: Kind) -> Calendar | None:
    """``[calendar]``; ``None`` when the feed has none."""
    if not table.content:
        return None
    if kind.dated_by is None:
        raise table.wrong(f"files of kind {kind.name} have no days, so none can be due")
    every = EVERY[table.word("every", tuple(EVERY), "month")]
    found = Calendar(
        every, _count(table, "due_hours", DUE_HOURS[every]), _count(table, "ends_early_days", ends_early(kind.name, every)),
        table.day("since"),
    )  # fmt: skip
    table.done()
    return found


def _count(table: Table, key: str, default: int) -> int:
    value = table.take(key, int, default)
    if value < 0:
        raise table.wrong(f"{key} = {value} must not be negative")
    return int(value)


def plan(table: Table) -> str:
    """``plan``: when the source is asked, as a crontab line."""
    written = str(table.take("plan", str, FETCH_PLAN))
    try:
        trigger = CronTrigger.from_crontab(written, timezone="UTC")
    except ValueError as error:
        raise table.wrong(f"plan = {written!r} is no crontab line ({error}); for example {FETCH_PLAN!r}") from None
    if trigger.get_next_fire_time(None, SOME_DAY) is None:
        raise table.wrong(
            f"plan = {written!r}: 这个计划没有任何时间会到来（例如 2 月 30 日）· "
            f"no time ever comes that it names (as the 30th of February would be); for example {FETCH_PLAN!r}"
        )
    return written
