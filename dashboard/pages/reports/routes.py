"""A kept report as it was made, and its pages as pictures."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

import flask
from flask.typing import ResponseReturnValue

import sql
from dashboard.auth.scope import current_scope, current_user, installed
from dashboard.context import Absent
from dashboard.pages.reports import data, wording
from dashboard.snapshot.typeset import picture
from sql.audit import audit

SHARP = 144.0  # pixels an inch: small print stays whole, and sharp on a dense screen


def install(server: flask.Flask) -> None:
    """The routes; the guard before every request asks for a session."""
    server.add_url_rule("/reports/<int:number>/pdf", "reports.pdf", pdf)
    server.add_url_rule("/reports/<int:number>/pages/<int:page>.png", "reports.page", shown_page)


def pdf(number: int) -> ResponseReturnValue:
    """The PDF, byte for byte as it was made and sent. Raises :class:`Absent` for what the reader may not see."""
    row = _kept(number, note=True)
    name = wording.file_name(row, installed().config.demo)
    answer = flask.send_file(io.BytesIO(row["content"]), "application/pdf", as_attachment=True, download_name=name, etag=False)
    answer.headers["X-SHA256"] = row["sha256"]
    return answer


def shown_page(number: int, page: int) -> ResponseReturnValue:
    """One page as PNG, drawn from the PDF itself. Raises :class:`Absent` as for the PDF, and where there is no such page."""
    row = _kept(number)
    if not 1 <= page <= row["pages"]:
        raise Absent("absent.page")
    return flask.Response(picture(bytes(row["content"]), page, SHARP), content_type="image/png")


def _kept(number: int, *, note: bool = False) -> Mapping[str, Any]:
    scope = current_scope()
    with sql.scoped(scope.store, scope.user_id) as connection:
        row = data.content(connection, number)
        if row is None:
            raise Absent("absent.page")
        if note:
            audit(connection, actor=current_user().login, action="report.download", subject=str(number), user_id=scope.user_id)
    return row
