"""What a data steward sets going: runs, pauses, uploads. Each a POST of its own; the work itself is the schedule's."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import IO, Any

import flask
import sqlalchemy as sa
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import RequestEntityTooLarge

import sql
from dashboard.auth.scope import current_scope, current_user
from dashboard.context import ZONE, Absent, Refused
from dashboard.pages.data.uploads import MOST_UPLOAD_BYTES, may_load
from dashboard.pages.data.wording import size
from dashboard.texts import t
from sql.audit import audit

CHUNK_BYTES = 1 << 20
FORM_BYTES = 64 * 1024  # what a form with a file holds beside the file
MOST_NUMBER = 2**63 - 1  # of a row in the store
MOST_NAME_BYTES = 200
MOST_ASKING = 3  # times; another may make or begin the same run at this very moment


def install(server: flask.Flask) -> None:
    """The routes; the guard before every request asks for a session and for our own pages as the origin."""
    for rule, act in {
        "/data/jobs/<job>/run": run, "/data/jobs/<job>/pause": pause, "/data/jobs/<job>/resume": resume,
        "/data/uploads": give, "/data/uploads/<int:upload_id>/load": load, "/data/uploads/<int:upload_id>/discard": discard,
    }.items():  # fmt: skip
        server.add_url_rule(rule, f"data.{act.__name__}", act, methods=["POST"])


def run(job: str) -> ResponseReturnValue:
    """Ask for a run of a job now."""
    with _steward() as connection:
        _known(connection, job)
        number, made = _ask(connection, job)
        if made:
            _note(connection, "data.run", job, run=number)
    return flask.jsonify(run=number), 201 if made else 200


def pause(job: str) -> ResponseReturnValue:
    """Plan a job no more until it is resumed."""
    with _steward() as connection:
        _known(connection, job)
        changed = sql.execute(connection, "dashboard/job_pause", job=job, by=current_user().login)
        if changed:
            _note(connection, "data.pause", job)
    return flask.jsonify(paused=True)


def resume(job: str) -> ResponseReturnValue:
    """Plan a paused job again."""
    with _steward() as connection:
        _known(connection, job)
        if sql.execute(connection, "dashboard/job_resume", job=job):
            _note(connection, "data.resume", job)
    return flask.jsonify(paused=False)


def give() -> ResponseReturnValue:
    """Take a file as it is and ask for its dry run; it is read by the schedule only."""
    request = flask.request
    with _steward() as connection:  # before a byte of the body is looked at
        feeds = {feed["feed_id"] for feed in sql.rows(connection, "dashboard/feeds")}
        full = _full(connection, max(0, (request.content_length or 0) - FORM_BYTES))
    if full:
        return full
    request.max_content_length = MOST_UPLOAD_BYTES + FORM_BYTES
    try:
        file, feed = request.files.get("file"), request.form.get("feed") or None
    except RequestEntityTooLarge:
        return _no(413, "data.too_big", most=size(MOST_UPLOAD_BYTES))
    if feed is not None and feed not in feeds:
        return _no(400, "data.unknown_feed")
    name = clean_name(file.filename or "") if file else ""
    if file is None or not name:
        return _no(400, "data.no_file")
    length = file.stream.seek(0, 2)
    file.stream.seek(0)
    if not length:
        return _no(400, "data.empty_file")
    if length > MOST_UPLOAD_BYTES:
        return _no(413, "data.too_big", most=size(MOST_UPLOAD_BYTES))
    with _steward() as connection:
        sql.execute(connection, "dashboard/upload_lock")
        full = _full(connection, length)
        if full:
            return full
        upload = _keep(connection, feed, name, length, file.stream)
        number, _ = _ask(connection, "check", upload=upload)
        _note(connection, "data.upload", name, upload=upload, feed=feed, bytes=length)
    return flask.jsonify(upload=upload, run=number), 201


def load(upload_id: int) -> ResponseReturnValue:
    """Ask for the load of a file whose dry run went well."""
    with _steward() as connection:
        upload = _uploaded(connection, upload_id)
        if not may_load(upload):
            return _no(409, "data.not_to_load")
        number, _ = _ask(connection, "load-upload", upload=upload_id)
        _note(connection, "data.load", upload["name"], upload=upload_id, run=number)
    return flask.jsonify(run=number), 201


def discard(upload_id: int) -> ResponseReturnValue:
    """Forget a file that waits, with its bytes and what was found in it."""
    with _steward() as connection:
        upload = _uploaded(connection, upload_id)
        if not sql.execute(connection, "dashboard/upload_discard", upload_id=upload_id):
            return _no(409, "data.in_use")
        _note(connection, "data.discard", upload["name"], upload=upload_id)
    return flask.jsonify(discarded=upload_id)


def _uploaded(connection: sa.Connection, upload_id: int) -> dict[str, Any]:
    """The upload. Raises :class:`Absent` where there is none, nor could be one of that number."""
    upload = sql.one(connection, "dashboard/uploads", upload_id=upload_id, most=1) if upload_id <= MOST_NUMBER else None
    if upload is None:
        raise Absent("absent.page")
    return upload


def _full(connection: sa.Connection, length: int) -> ResponseReturnValue | None:
    """The answer where a file of ``length`` bytes has no room beside what waits."""
    room = sql.one(connection, "dashboard/upload_room", login=current_user().login, today=datetime.now(ZONE).date())
    for whose in ("own", "in_all"):
        if room and room[whose] + length > room[f"{whose}_most"]:
            return _no(413, f"data.full_{whose}", used=size(int(room[whose])), most=size(int(room[f"{whose}_most"])))
    return None


def clean_name(told: str) -> str:
    """The file's own name without folders or what no name should hold; empty when nothing is left of it."""
    name = told.replace("\\", "/").rpartition("/")[2]
    name = "".join(letter for letter in name if letter.isprintable()).strip().lstrip(".")
    return name if len(name.encode()) <= MOST_NAME_BYTES else ""


@contextmanager
def _steward() -> Iterator[sa.Connection]:
    """One transaction of who handles data. Raises :class:`Refused` for anybody else."""
    scope = current_scope()
    with sql.scoped(scope.store, scope.user_id) as connection:
        rights = sql.one(connection, "dashboard/desk_rights")
        if not rights or not rights["handles"]:
            raise Refused("refused.page")
        yield connection


def _known(connection: sa.Connection, job: str) -> None:
    if sql.one(connection, "dashboard/job_known", job=job) is None:
        raise Absent("absent.page")


def _ask(connection: sa.Connection, job: str, **asked: Any) -> tuple[int, bool]:
    """The run's number, and whether it was made now; one that waits already, asked for in the same words, is enough."""
    for _ in range(MOST_ASKING):
        row = sql.one(connection, "dashboard/job_ask", job=job, asked_by=current_user().login, asked=json.dumps(asked))
        if row is not None:
            return int(row["run_id"]), bool(row["made"])
    raise RuntimeError(f"no run of {job} could be asked for")


def _keep(connection: sa.Connection, feed: str | None, name: str, length: int, stream: IO[bytes]) -> int:
    row = sql.one(
        connection, "dashboard/upload_add", feed_id=feed, file_name=name, bytes=length, uploaded_by=current_user().login
    )
    assert row is not None  # noqa: S101  INSERT … RETURNING
    upload = int(row["upload_id"])
    for place, content in enumerate(_pieces(stream)):
        sql.execute(connection, "dashboard/upload_chunk_add", upload_id=upload, place=place, content=content)
    return upload


def _pieces(stream: IO[bytes]) -> Iterator[bytes]:
    while piece := stream.read(CHUNK_BYTES):
        yield piece


def _note(connection: sa.Connection, action: str, subject: str, **detail: Any) -> None:
    user = current_user()
    audit(connection, actor=user.login, action=action, subject=subject, user_id=user.user_id, **detail)


def _no(status: int, key: str, **values: Any) -> ResponseReturnValue:
    return flask.jsonify(error=key.rpartition(".")[2], message=t(key, current_user().language, **values)), status
