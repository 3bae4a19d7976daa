"""How commands speak: tables for people, JSON for programs, one exit code a kind of ending."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from typing import Annotated, Any, NoReturn

import sqlalchemy as sa
import typer
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table

from sql.embedded import EmbeddedError
from sql.migrate import ChangedMigration

DONE, FAILED, REFUSED = 0, 1, 2
INSUFFICIENT_PRIVILEGE = "42501"

FOLDED = 1.6  # a table this many times as wide as the terminal is still read better with folded cells than as blocks
AsJson = Annotated[bool, typer.Option("--json", help="print JSON instead of a table")]

out = Console(soft_wrap=True, emoji=False)  # :x: in an operator's data is no picture
err = Console(stderr=True, soft_wrap=True, emoji=False)


class Refused(Exception):
    """Input that cannot be taken; the text says what to do. What a job may say has words in Chinese too."""

    def __init__(self, reason_en: str, reason_zh: str = "") -> None:
        super().__init__(reason_en)
        self.reason_en = reason_en
        self.reason_zh = reason_zh or f"输入不能接受，原文：{reason_en}"


def reader_language() -> str:
    """``zh`` or ``en``, as the terminal's locale says."""
    told = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    return "zh" if told.lower().startswith("zh") else "en"


def in_language(record: Mapping[str, Any], as_json: bool) -> dict[str, Any]:
    """A record for its reader: ``error_zh`` and ``error_en`` become the ``error`` of his language; JSON keeps both."""
    if as_json:
        return dict(record)
    chosen, left = f"_{reader_language()}", ("_zh", "_en")
    return {
        name.removesuffix(chosen): value for name, value in record.items() if name.endswith(chosen) or not name.endswith(left)
    }


def show(records: Sequence[Mapping[str, Any]], as_json: bool, empty: str = "nothing to show") -> None:
    """Print records as JSON or as a table; into a file or a pipe, which have no width, as wide as it is."""
    if as_json:
        sys.stdout.write(json.dumps([dict(record) for record in records], ensure_ascii=False, default=str, indent=1) + "\n")
        return
    if not records:
        out.print(empty)
        return
    records = _filled(records)
    wide = _width(records)
    if out.is_terminal and wide > FOLDED * out.width:
        for record in records:
            show_one({name: value for name, value in record.items() if value not in (None, "")}, False)
            out.print()
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in records[0]:
        table.add_column(str(column), overflow="fold")
    for record in records:
        table.add_row(*("" if value is None else str(value) for value in record.values()))
    page = out if out.is_terminal else Console(file=out.file, width=max(out.width, wide), emoji=False)
    page.print(table)


def _filled(records: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The records without the columns that hold nothing in any of them."""
    names = [name for name in records[0] if any(record[name] not in (None, "") for record in records)]
    return [{name: record[name] for name in names} for record in records]


def _width(records: Sequence[Mapping[str, Any]]) -> int:
    """Columns of a terminal that the records need side by side."""
    names = list(records[0])
    return sum(max(cell_len(str(name)), *(cell_len(str(r[name] or "")) for r in records)) + 2 for name in names)


def show_one(record: Mapping[str, Any], as_json: bool) -> None:
    """Print one record as JSON or as lines."""
    if as_json:
        sys.stdout.write(json.dumps(dict(record), ensure_ascii=False, default=str, indent=1) + "\n")
        return
    for name, value in record.items():
        out.print(f"{name}: {value}", markup=False)


def stop(text: str, code: int) -> NoReturn:
    """Say what is wrong and end with ``code``."""
    err.print(text, markup=False, style="red" if code == FAILED else "yellow")
    raise typer.Exit(code)


_endings: ContextVar[ExitStack | None] = ContextVar("endings", default=None)


def at_end(act: Callable[[], None]) -> None:
    """Do ``act`` when the command of now ends, however it ends; outside a command never."""
    endings = _endings.get()
    if endings is not None:
        endings.callback(act)


@contextmanager
def _ending() -> Iterator[None]:
    with ExitStack() as endings:
        former = _endings.set(endings)
        try:
            yield
        finally:
            _endings.reset(former)


@contextmanager
def speaking() -> Iterator[None]:
    """Turn known errors into a sentence and an exit code, and put away what the command opened."""
    try:
        with _ending():
            yield
    except Refused as error:
        stop(str(error), REFUSED)
    except (EmbeddedError, ChangedMigration) as error:
        stop(str(error), FAILED)
    except sa.exc.DBAPIError as error:
        said = _database_fault(error)
        if said is None:
            raise
        stop(said, FAILED)
    except BrokenPipeError:
        raise  # who reads us has enough; no fault
    except OSError as error:
        stop(f"{error}\nsee to the rights of that place and the room on its disk, or choose another with MANYI_HOME", FAILED)


def _database_fault(error: sa.exc.DBAPIError) -> str | None:
    """What the database is to blame for, and what to do; ``None`` for a fault of ours."""
    state, said = getattr(error.orig, "sqlstate", None), str(error.orig).strip()
    if state == INSUFFICIENT_PRIVILEGE:
        return f"the database refuses: {said}\nthe account in MANYI_DATABASE_URL must own the database and may make roles"
    if not isinstance(error, sa.exc.OperationalError):
        return None
    if state is not None:
        return f"the database could not do it: {said}\nsee its log, mend the cause and run the command again"
    if os.environ.get("MANYI_DATABASE_URL"):
        return (
            f"the database does not let us in: {said}\n"
            "MANYI_DATABASE_URL names it: is it up, are host, name and password right? "
            "Unset it for the embedded one (`manyi db start`)"
        )
    return f"the database does not answer: {said}\nstart it with `manyi db start`, or set MANYI_DATABASE_URL to your own Postgres"
