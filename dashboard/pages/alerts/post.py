"""Who was told what, when: letters with what became of them, and each as it was written."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Any

from dash import dcc, html

import sql
from dashboard import grids
from dashboard.context import Context
from dashboard.exports import Table
from dashboard.pages.alerts import wording
from dashboard.pages.alerts.fields import button
from dashboard.pages.alerts.model import Row, number
from dashboard.panels import downloads, panel
from dashboard.texts import t

EXPORT = "alerts-post"
MOST = 500  # letters on the page; the export has all
COLUMNS = ("created_at", "to", "address", "kind", "subject", "state", "attempts", "said", "ended_at")
SHOWN = ("created_at", "to", "kind", "subject", "state", "said")
HEIGHT = 640  # px of a letter
AGAIN = ("unknown", "failed", "refused", "bounced", "captured")  # what may be sent again, by who says so


def view(context: Context) -> list[Any]:
    """The log, and the letter the address names."""
    chosen = number(context, "letter")
    with context.read() as connection:
        found = sql.rows(connection, "dashboard/letters", most=MOST)
        one = sql.one(connection, "dashboard/letter_one", letter_id=chosen) if chosen is not None else None
        parts = sql.rows(connection, "dashboard/letter_parts_seen", letter_id=chosen) if one else []
    return [*([_letter(one, parts, context)] if one else []), _log(found, context)]


def _log(found: Sequence[Row], context: Context) -> html.Section:
    language = context.language
    heading = t("alerts.view.post", language)
    if not found:
        return panel(heading, "", html.P(t("alerts.no_letter", language), className="empty"))
    sizes = {"created_at": 150, "subject": 320, "to": 170, "kind": 110, "state": 240, "said": 220}
    columns = [
        grids.text(name, t(f"alerts.post_col.{name}", language), minWidth=size, flex=2 if name in ("subject", "said") else 0,
                   **({"cellRenderer": "DataLink"} if name == "subject" else {}))
        for name, size in sizes.items()
    ]  # fmt: skip
    rows = [{**_cells(row, language), "href": context.address(letter=row["letter_id"])} for row in found]
    sub = t("alerts.post_sub", language, count=len(rows))
    log = grids.grid("alerts-letters", columns, rows, language)
    return panel(heading, sub, log, tools=downloads(context, EXPORT, letter=None))


def _cells(row: Row, language: str) -> dict[str, Any]:
    who = f"{row['name']} ({row['login']})" if row["login"] else row["address"]
    state = wording.post_state(row["state"], language)
    if row["state"] == "queued" and row["attempts"]:
        state = t("alerts.post_again", language, state=state, at=wording.moment(row["next_at"]))
    return {
        "created_at": wording.moment(row["created_at"]), "to": who, "address": row["address"],
        "kind": t(f"alerts.letter.{row['kind']}", language), "subject": row["subject"], "state": state,
        "attempts": row["attempts"], "said": _said(row), "ended_at": wording.moment(row["ended_at"]),
    }  # fmt: skip


def _said(row: Row) -> str:
    """What the server answered; of a letter that went into the folder its state says all."""
    return "" if row["state"] == "captured" else row["said"]


def _letter(one: Row, parts: Sequence[Row], context: Context) -> html.Section:
    """One letter as its reader gets it; in a frame that runs nothing and loads nothing."""
    language = context.language
    state = html.P(
        [html.B(wording.post_state(one["state"], language)), " ", _said(one)], className=f"al-letter-state {one['state']}"
    )
    who, at = one["name"] or one["address"], wording.moment(one["created_at"])
    to = t("alerts.letter_to", language, who=who, address=one["address"], at=at)
    kept = [part["name"] for part in parts if not part["content_id"]]
    attached = [html.P(t("alerts.attached", language, names=", ".join(kept)), className="sub")] if kept else []
    body: Any = html.Pre(one["plain"], className="al-plain")
    if one["html"]:
        body = html.Iframe(srcDoc=_whole(one["html"], parts), sandbox="", title=one["subject"], className="al-letter",
                           style={"height": HEIGHT})  # fmt: skip
    if one["minds"] and one["state"] in AGAIN:
        body = [html.Div(button(t("alerts.again", language), "again", one["letter_id"], quiet=True), className="ad-row"), body]
    away = dcc.Link(t("alerts.away", language), href=context.address(letter=None), className="quiet ad-away")
    return panel(one["subject"], to, state, *attached, html.Div(body), tools=away)


def _whole(words: str, parts: Sequence[Row]) -> str:
    """The letter with its pictures inside."""
    for part in parts:
        if part["content"] is not None:
            content = base64.b64encode(bytes(part["content"])).decode()
            words = words.replace(f"cid:{part['content_id']}", f"data:{part['type']};base64,{content}")
    return words


def table(context: Context) -> Table:
    """Every letter the reader may see."""
    with context.read() as connection:
        found = sql.rows(connection, "dashboard/letters", most=None)
    language = context.language
    rows = [[cells[name] for name in COLUMNS] for cells in (_cells(row, language) for row in found)]
    return Table(t("alerts.view.post", language), [t(f"alerts.post_col.{name}", language) for name in COLUMNS], rows)
