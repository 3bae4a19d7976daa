"""What the jobs ``check`` and ``load-upload`` do with a file given through the browser: a dry run, then the load."""

from __future__ import annotations

from typing import Any

from etl.commands.console import Refused
from etl.commands.feeds import declared
from etl.config import Settings
from etl.runner import Order
from etl.sources.declaration import Feed
from etl.steps.fast_lane import run_fast_lane
from etl.steps.faultlog import OF_EACH_REASON
from etl.steps.filework import LoadResult, Progress
from etl.steps.load import check_file, load_file
from etl.steps.premises import Premises, archive
from etl.steps.refusal import note_refusal
from etl.steps.uploaded import Given, brought, keep_faults

MOST_REASONS = 40  # of a file's faults told in a run's outcome


def check(order: Order, settings: Settings) -> dict[str, Any]:
    """What the file would bring; nothing is stored. ``state`` is ``checked``, ``already``, ``refused`` or ``unclaimed``."""
    with brought(order.target, _asked(order)) as given:
        feeds = _claiming(declared(settings), given)
        if len(feeds) != 1:
            return _unclaimed(given, feeds)
        return told(check_file(
            order.target, feeds[0], given.path, settings.secret, today=order.now.date(), progress=_telling(order, given),
            found=lambda faults: keep_faults(order.target, given.upload_id, faults),
        ))  # fmt: skip


def load(order: Order, settings: Settings) -> dict[str, Any]:
    """Take the file into the store and into the archive. Raises :class:`Refused` when no single feed claims it."""
    with brought(order.target, _asked(order)) as given:
        feeds = _claiming(declared(settings), given)
        if len(feeds) != 1:
            said = _unclaimed(given, feeds)
            raise Refused(said["reason_en"], said["reason_zh"])
        [feed], today = feeds, order.now.date()
        result = load_file(
            order.target, feed, given.path, settings.secret, today=today, progress=_telling(order, given), clock=order.moment
        )
        note_refusal(order.target, result, order.now)
        if result.state in ("loaded", "already"):  # a run that was cut off after its load finds its bytes there
            archive(given.path, Premises(settings.home).archived(feed, today))
    return {**told(result), "file_id": result.file_id, "tasks": run_fast_lane(order.target, order.now)}


def _asked(order: Order) -> int:
    upload = order.asked.get("upload")
    if not isinstance(upload, int):
        raise Refused(
            "this job works on a file given through the browser; give one on the data page",
            "这个任务处理在数据页上传的文件，请先在数据页上传",
        )
    return upload


def _claiming(feeds: list[Feed], given: Given) -> list[Feed]:
    """The feed that was chosen, or those that claim the file's name."""
    if given.feed_id is not None:
        return [feed for feed in feeds if feed.feed_id == given.feed_id]
    return [feed for feed in feeds if feed.match(given.path.name)]


def _unclaimed(given: Given, feeds: list[Feed]) -> dict[str, Any]:
    name = given.path.name
    if feeds:
        ids = [feed.feed_id for feed in feeds]
        zh, en = f"文件名 {name} 同时属于 {'、'.join(ids)}，请指定数据源", f"{name} may be of {', '.join(ids)}; choose the feed"
    elif given.feed_id is not None:
        zh, en = f"数据源 {given.feed_id} 已不在声明中", f"the feed {given.feed_id} is declared no more"
    else:
        zh, en = (
            f"没有数据源认领文件名 {name}，请指定数据源或改名",
            f"no feed claims the name {name}; choose the feed or rename the file",
        )
    return {"state": "unclaimed", "name": name, "reason_zh": zh, "reason_en": en}


def _telling(order: Order, given: Given) -> Progress:
    return lambda rows: order.tell(min(rows, given.lines) if given.lines else rows, given.lines, given.path.name)


def told(result: LoadResult) -> dict[str, Any]:
    """A load's result for the page: counts, days, and its faults by reason with the first of each."""
    return {
        "state": result.state, "feed": result.feed_id, "name": result.name, "read": result.read, "accepted": result.accepted,
        "rejected": result.rejected, "duplicate": result.duplicate, "unplaced": result.unplaced,
        "first_day": result.first_day, "last_day": result.last_day, "reason_zh": result.reason_zh,
        "reason_en": result.reason_en, "replaced": list(result.replaced), "reasons": _reasons(result),
        "reasons_in_all": len(result.reasons),
    }  # fmt: skip


def _reasons(result: LoadResult) -> list[dict[str, Any]]:
    found = []
    for (column, code), count in sorted(result.reasons.items(), key=lambda item: -item[1])[:MOST_REASONS]:
        first = [one for one in result.faults if (one.column, one.code) == (column, code)][:OF_EACH_REASON]
        found.append({
            "column_name": column, "code": code, "faults": count, "reason_zh": first[0].reason_zh,
            "reason_en": first[0].reason_en, "samples": [{"line": one.line, "value": one.value} for one in first],
        })  # fmt: skip
    return found
