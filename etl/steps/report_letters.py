"""Reports on their way: to each address of a subscription one letter a period, however often the period is reported on."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

import sql
from etl.domain.mail_address import deliverable
from etl.domain.period import Period
from etl.outbox.report import Enclosed, letter
from etl.steps.post import put

REFERENCE = "report:"
KIB = 1024


def send(target: sa.Engine, period: Period, publication_id: int, link: str, now: datetime) -> int:
    """Put a letter into the outbox for every subscriber of a period's reports; how many were new."""
    with sql.begin(target) as connection:
        policy = sql.one(connection, "etl/report_policy", today=now.date())
        rows = sql.rows(connection, "etl/reports_to_send", p=publication_id, period=period.kind, start=period.start)
        assert policy is not None  # noqa: S101  the migration wrote one
        return sum(_post(connection, row, period, link, int(policy["value"] * KIB), now) for row in rows)


def _post(connection: sa.Connection, row: dict[str, Any], period: Period, link: str, most: int, now: datetime) -> int:
    """A letter to each address; an account without one gets none, and finds the report on its page."""
    one = Enclosed(
        row["report_id"], row["code"], row[f"name_{row['language']}"], period.code(), row["language"], row["title"], row["said"],
        bool(row["missing"]), row["bytes"], row["publication_id"], row["data_to"],
    )  # fmt: skip
    where = f"{link}/reports?report={one.report_id}"
    addresses = [address for address in row["addresses"] if address and deliverable(address)]
    return sum(put(connection, letter(one, address, row["user_id"], where, most), now) for address in addresses)


def enclosed(connection: sa.Connection, reference: str) -> bytes | None:
    """What ``report:17`` stands for: the kept report's bytes."""
    number = reference.removeprefix(REFERENCE)
    row = sql.one(connection, "etl/report_content", report_id=int(number)) if number.isdecimal() else None
    return bytes(row["content"]) if row else None
