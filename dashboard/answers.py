"""How the server answers: the right code for what is refused or absent, headers that keep strangers out, and a number for
every failure."""

from __future__ import annotations

import logging
import secrets

import dash
import flask
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from dashboard.address import context_from
from dashboard.auth import entrance, guard, scope
from dashboard.context import Absent, Refused

log = logging.getLogger(__name__)

INDEX = "/<path:path>"  # the endpoint of every address of the face
ASSET_SECONDS = 30 * 24 * 3600
_HEADERS = {
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


def install(server: flask.Flask) -> None:
    """Put the checks and headers on ``server`` (after the guard)."""
    server.before_request(_look)
    server.after_request(_finish)
    server.register_error_handler(Refused, _refused)
    server.register_error_handler(Absent, _absent)
    server.register_error_handler(dash.exceptions.InvalidResourceError, _no_such_file)
    server.register_error_handler(dash.exceptions.DependencyException, _no_such_file)
    server.register_error_handler(Exception, _failed)


def _look() -> ResponseReturnValue | None:
    """An address of the face is authorised before its page is sent, so that 403 and 404 are real."""
    request = flask.request
    if request.endpoint == "/" and scope.signed_in():
        asked = request.query_string.decode()
        return flask.redirect(home() + (f"?{asked}" if asked else ""))
    if request.endpoint == INDEX and scope.signed_in():
        try:
            context_from(request.full_path)
        except Refused:
            flask.g.status = 403
        except Absent:
            flask.g.status = 404
    return None


def home() -> str:
    """The first page the user may open."""
    user = scope.current_user()
    first = next((page.name for page in scope.installed().pages.values() if page.open_to(user)), None)
    return f"/{first}" if first else "/password"


def _finish(answer: flask.Response) -> flask.Response:
    answer.status_code = flask.g.pop("status", answer.status_code)
    for name, value in _HEADERS.items():
        answer.headers.setdefault(name, value)
    answer.headers.setdefault("Content-Security-Policy", _policy(flask.g.get("nonce")))
    if scope.installed().config.https:
        answer.headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
    if (flask.request.endpoint or "").endswith("assets.static"):
        answer.headers["Cache-Control"] = f"private, max-age={ASSET_SECONDS if 'm=' in flask.request.url else 3600}"
    elif "_dash-component-suites" not in flask.request.path:
        answer.headers["Cache-Control"] = "no-store"
    return answer


def _policy(nonce: str | None) -> str:
    """Everything from this site only; styles inline (Mantine sets them), scripts by nonce."""
    scripts = f"'self' 'nonce-{nonce}'" if nonce else "'self'"
    return (
        f"default-src 'self'; script-src {scripts}; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
        "font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; object-src 'none'; base-uri 'none'; "
        "form-action 'self'; frame-ancestors 'none'"
    )


def _refused(reason: Refused) -> ResponseReturnValue:
    return _said(403, "refused", reason)


def _absent(reason: Absent) -> ResponseReturnValue:
    return _said(404, "absent", reason)


def _no_callback(error: Exception) -> bool:
    """Whether a callback was asked for that is none, is only the browser's, or has other outputs; Dash stumbles over it."""
    words = str(error.args[0]) if isinstance(error, KeyError | dash.exceptions.CallbackException) and error.args else ""
    asked = flask.request.path == "/_dash-update-component"
    return asked and (words == "callback" or words.startswith(("Callback function not found", "Output does not match")))


def _no_such_file(_: Exception) -> ResponseReturnValue:
    """One of Dash's own files or callbacks that is none."""
    return flask.jsonify(error="absent", message="absent.page"), 404


def _said(status: int, kind: str, reason: Exception) -> ResponseReturnValue:
    """Programs get JSON, a reader who followed a link gets a page."""
    key, code = reason.args[0], reason.args[1] if len(reason.args) > 1 else ""
    if flask.request.path.startswith("/_dash") or not flask.request.accept_mimetypes.accept_html:
        return flask.jsonify(error=kind, message=key), status
    return entrance.page("fault.html", status, heading=f"{kind}.title", said=key, code=code)


def _failed(error: Exception) -> ResponseReturnValue:
    """A failure is logged under a number, and the reader is told this number and nothing of our insides."""
    if isinstance(error, HTTPException) and (error.code or 500) < 500:
        return error.get_response()
    if _no_callback(error):
        return _no_such_file(error)
    number = secrets.token_hex(4)
    log.error("failure %s at %s", number, flask.request.path, exc_info=error)
    answer = _failure_page(number)
    answer.headers["X-Failure"] = number
    answer.status_code = 500
    return answer


def _failure_page(number: str) -> flask.Response:
    """A page for a reader who can be known; JSON for programs, and when even the store does not answer."""
    try:
        if not flask.request.path.startswith("/_dash") and not guard.is_open() and scope.signed_in():
            return entrance.page("fault.html", heading="failure.title", said="failure.server", number=number)
    except Exception:
        log.exception("failure %s could not be shown as a page", number)
    return flask.jsonify(error="failure", id=number)
