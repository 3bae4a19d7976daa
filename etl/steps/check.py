"""The checks of ``sql/checks``: each is a statement that returns the rows at fault."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

import sqlalchemy as sa

import sql

KEPT_ROWS = 20  # of a finding
SEVERITIES = ("fail", "warn")


@dataclass(frozen=True)
class Check:
    """One file of ``sql/checks``; its header is a severity and a sentence in each language."""

    name: str
    severity: str
    zh: str
    en: str
    statement: str


@dataclass(frozen=True)
class Finding:
    """A check that found something, with its first rows."""

    check: str
    severity: str
    zh: str
    en: str
    rows: tuple[dict[str, Any], ...]

    def text(self, language: str) -> str:
        """The check's sentence, ``zh`` or ``en``."""
        return self.zh if language == "zh" else self.en


@cache
def checks() -> tuple[Check, ...]:
    """Every check, by name; :class:`ValueError` names a file whose header is incomplete."""
    found = [entry for entry in files("sql").joinpath("checks").iterdir() if entry.name.endswith(".sql")]
    return tuple(_read(entry.name.removesuffix(".sql"), entry.read_text("utf-8")) for entry in sorted(found, key=str))


def _read(name: str, text: str) -> Check:
    head = [line.removeprefix("--").strip() for line in text.splitlines()[:3]]
    texts = {key.strip(): sentence.strip() for key, _, sentence in (line.partition(":") for line in head[1:])}
    if head[0] not in SEVERITIES or set(texts) != {"zh", "en"}:
        raise ValueError(f"sql/checks/{name}.sql must begin with '-- fail' or '-- warn', '-- zh: …' and '-- en: …'")
    return Check(name, head[0], texts["zh"], texts["en"], text)


@dataclass(frozen=True)
class Scope:
    """What checks look at: the months a publication under way writes, and the day of its tree; without them, everything current.

    They are told and not read, for its row is not seen by every connection that works for it.
    """

    publication: int = 0
    months: tuple[date, ...] | None = None
    tree_day: date | None = None

    @property
    def params(self) -> dict[str, Any]:
        """As the statements name them."""
        return {"p": self.publication, "months": None if self.months is None else list(self.months), "tree_day": self.tree_day}


EVERYTHING = Scope()


def run_checks(connection: sa.Connection, scope: Scope = EVERYTHING, only: Sequence[Check] | None = None) -> list[Finding]:
    """Findings of all checks (or of ``only`` these), failing ones first."""
    found = []
    for one in checks() if only is None else only:
        result = connection.execute(sa.text(one.statement), scope.params)
        rows = tuple(dict(row) for row in result.mappings().fetchmany(KEPT_ROWS))
        result.close()
        if rows:
            found.append(Finding(one.name, one.severity, one.zh, one.en, rows))
    return sorted(found, key=lambda finding: SEVERITIES.index(finding.severity))


def keep(connection: sa.Connection, publication: int, findings: Sequence[Finding]) -> None:
    """Write down with a publication how each check ended, those that found nothing too."""
    found = {finding.check: finding.rows for finding in findings}
    for one in checks():
        rows = found.get(one.name, ())
        sql.execute(
            connection, "etl/publish_check", p=publication, check_name=one.name, severity=one.severity, said_zh=one.zh,
            said_en=one.en, found=len(rows), rows=json.dumps(rows, default=str, ensure_ascii=False),
        )  # fmt: skip
