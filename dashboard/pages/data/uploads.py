"""Files given through the browser: the form, the dry run's findings, and the load."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from dash import dcc, html

import sql
from dashboard.context import Context
from dashboard.icons import icon
from dashboard.pages.data import files, progress, wording
from dashboard.pages.data.wording import moment
from dashboard.panels import downloads, panel
from dashboard.texts import t

MOST_UPLOAD_BYTES = 200 * 1024 * 1024
MOST_SHOWN = 10
TAKEN = "checked"  # the dry run's word for a file that may be loaded
OPEN = ("due", "running")


def may_load(upload: dict[str, Any]) -> bool:
    """Whether the dry run found the file fit and nobody has loaded it or asked for it."""
    fit = upload["check_state"] == "done" and upload["check_outcome"].get("state") == TAKEN
    return fit and upload["load_state"] not in (*OPEN, "done")


def may_discard(upload: dict[str, Any]) -> bool:
    """Whether nobody is just working on the file."""
    return upload["check_state"] not in OPEN and upload["load_state"] not in OPEN


def view(context: Context, connection: sa.Connection) -> list[Any]:
    """The whole view."""
    runs = progress.open_runs(connection, progress.UPLOAD_JOBS)
    return [_form(context, connection), *progress.live(runs, body(context, connection), context.language)]


def body(context: Context, connection: sa.Connection) -> list[Any]:
    """The latest uploads, the newest in full."""
    found = sql.rows(connection, "dashboard/uploads", upload_id=None, most=MOST_SHOWN)
    language = context.language
    if not found:
        return [panel(t("data.uploads", language), "", html.P(t("data.no_upload", language), className="empty"))]
    newest, *earlier = found
    parts = [_upload(context, newest)]
    if earlier:
        lines = [html.Li(_line(context, one)) for one in earlier]
        parts.append(panel(t("data.uploads_earlier", language), "", html.Ul(lines, className="dt-uploads")))
    return parts


def _form(context: Context, connection: sa.Connection) -> html.Section:
    language = context.language
    feeds = [(feed["feed_id"], wording.feed_title(feed["declaration"], feed["feed_id"], language))
             for feed in sql.rows(connection, "dashboard/feeds")]  # fmt: skip
    options = [html.Option(t("data.by_name", language), value=""),
               *(html.Option(f"{title} ({feed_id})", value=feed_id) for feed_id, title in feeds)]  # fmt: skip
    choose = html.Label([html.Span(t("data.of_feed", language)), html.Select(options, id="data-feed", className="dt-select")],
                        className="dt-label", htmlFor="data-feed")  # fmt: skip
    most = wording.size(MOST_UPLOAD_BYTES)
    drop = html.Div([
        html.Button([icon("upload", 18), t("data.choose_file", language)], className="button", id="data-choose"),
        html.Span(t("data.drop_here", language, most=most), className="sub"),
        html.Progress(id="data-sent", max="100", hidden=True, **{"aria-label": t("data.sending", language)}),
    ], className="dt-drop", id="data-drop", **{
        "data-most": str(MOST_UPLOAD_BYTES), "data-too-big": t("data.too_big", language, most=most),
    })  # fmt: skip
    return panel(t("data.upload", language), t("data.upload_sub", language), html.Div([choose, drop], className="dt-form"))


def _upload(context: Context, one: dict[str, Any]) -> html.Section:
    sub = " · ".join([wording.size(one["bytes"]), one["uploaded_by"], moment(one["uploaded_at"])])
    faults = bool((one["check_outcome"] or {}).get("reasons")) and one["load_state"] != "done"
    tools = [downloads(context, "data-upload-faults", upload=one["upload_id"])] if faults else []
    discard = [_discard_button(one, context.language)] if may_discard(one) else []
    return panel(one["name"], sub, html.Div(_found(context, one), className="dt-found"), tools=[*tools, *discard])


def _found(context: Context, one: dict[str, Any]) -> list[Any]:
    """How far it has come: the dry run, then the load."""
    language = context.language
    if one["load_state"] == "done":
        return _told(context, one, one["load_outcome"])
    if one["check_state"] in ("failed", "skipped") or one["load_state"] in ("failed", "skipped"):
        said = one[f"load_error_{language}"] or one[f"check_error_{language}"] or ""
        again = [_load_button(one, language)] if may_load(one) else []
        return [_state("failed", t("data.upload_failed", language)), html.P(said, className="dt-why"), *again]
    if one["load_state"] in OPEN:
        return [_state("running", t("data.upload_loading", language)), *_told(context, one, one["check_outcome"])[1:]]
    if one["check_state"] == "done":
        return _told(context, one, one["check_outcome"])
    return [_state("due", t("data.upload_checking", language))]


def _told(context: Context, one: dict[str, Any], outcome: dict[str, Any]) -> list[Any]:
    """The outcome of the dry run or of the load in full."""
    language, state = context.language, outcome.get("state", "")
    good = state in (TAKEN, "loaded")
    parts: list[Any] = [_state("done" if good else "failed", t(f"data.upload_{state}", language))]
    if outcome.get(f"reason_{language}"):
        parts.append(html.P(outcome[f"reason_{language}"], className="dt-why"))
    if "read" in outcome:
        feed = t("data.into_feed", language, feed=outcome["feed"])
        days = (
            t("data.from_to", language, first=outcome["first_day"], last=outcome["last_day"]) if outcome.get("first_day") else ""
        )
        parts.append(html.P(wording.rows(outcome, language), className="dt-rows"))
        parts.append(html.P(" · ".join(piece for piece in (feed, days, _replaces(outcome, language)) if piece), className="sub"))
    if may_load(one):
        parts.append(_load_button(one, language))
    if state == "loaded":
        parts.append(dcc.Link(t("data.see_file", language), href=context.address(view="files", file=outcome["file_id"]),
                              className="button dt-wide"))  # fmt: skip
    if "read" in outcome:
        parts.append(files.grouped(outcome["reasons"], language, outcome["reasons_in_all"]))
    return parts


def _replaces(outcome: dict[str, Any], language: str) -> str:
    names = outcome.get("replaced") or []
    return t("data.replaces", language, names=t("data.list", language).join(names)) if names else ""


def _load_button(one: dict[str, Any], language: str) -> html.Button:
    return html.Button(
        t("data.load_it", language), className="button dt-wide", **{"data-post": f"/data/uploads/{one['upload_id']}/load"}
    )


def _discard_button(one: dict[str, Any], language: str) -> html.Button:
    words = t("data.discard_it", language)
    address = f"/data/uploads/{one['upload_id']}/discard"
    return html.Button(words, className="dt-act", **{"data-post": address, "aria-label": f"{words} · {one['name']}"})


def _state(state: str, words: str) -> html.P:
    return html.P(html.Span(words, className=f"dt-state s-{state}"))


def _line(context: Context, one: dict[str, Any]) -> list[Any]:
    """An earlier upload in one line."""
    language = context.language
    outcome = one["load_outcome"] if one["load_state"] == "done" else one["check_outcome"] or {}
    state = one["load_state"] or one["check_state"] or "due"
    word = t(f"data.upload_{outcome['state']}" if outcome.get("state") else f"data.state_{state}", language)
    mark = state if state != "done" or outcome.get("state") in (TAKEN, "loaded") else "failed"
    act = [html.Button(t("data.load_it", language), className="dt-act", **{"data-post": f"/data/uploads/{one['upload_id']}/load",
           "aria-label": f"{t('data.load_it', language)} · {one['name']}"})] if may_load(one) else []  # fmt: skip
    act += [_discard_button(one, language)] if may_discard(one) else []
    return [html.Span(word, className=f"dt-state s-{mark}"), html.B(one["name"]),
            html.Span(" · ".join([one["uploaded_by"], moment(one["uploaded_at"])]), className="sub"), *act]  # fmt: skip
