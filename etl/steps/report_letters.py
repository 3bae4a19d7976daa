"""Reports on their way: to each address of a subscription one letter a period, however often the period is reported on."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

import sql
from etl.domain.mail_address import deliverable
from etl.domain.period import Period
from etl.outbox import operational
from etl.outbox.report import Enclosed, letter
from etl.steps.post import put

REFERENCE = "report:"
KIB = 1024
TITLES = {
    "unmade": {"zh": "{period}的报告没有生成", "en": "No report of {period} could be made"},
    "lacking": {"zh": "{period}的报告不完整", "en": "Reports of {period} lack parts"},
}  # fmt: skip


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


def warn(target: sa.Engine, period: Period, what: str, said: dict[str, str], link: str, now: datetime) -> int:
    """Tell who runs the installation that a period's reports are ``what`` (``unmade``, ``lacking``), once; how many were told."""
    option = "--week" if period.kind == "w" else "--period"
    with sql.begin(target) as connection:
        staff = [row for row in sql.rows(connection, "etl/operator_staff") if row["email"] and deliverable(row["email"])]
        return sum(
            put(connection, operational.letter(
                f"reports {what} {period.code()}", TITLES[what][row["language"]].format(period=period.label(row["language"])),
                said[row["language"]], f"manyi report bulk {option} {period.code()}", f"{link}/data", address=row["email"],
                user_id=row["user_id"], language=row["language"]), now)
            for row in staff
        )  # fmt: skip


def enclosed(connection: sa.Connection, reference: str) -> bytes | None:
    """What ``report:17`` stands for: the kept report's bytes."""
    number = reference.removeprefix(REFERENCE)
    row = sql.one(connection, "etl/report_content", report_id=int(number)) if number.isdecimal() else None
    return bytes(row["content"]) if row else None
