"""One guard before every request: closed unless listed, Dash's own endpoints included."""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit

import flask
import flask_login
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import BadRequest

import sql
from dashboard.auth import scope
from dashboard.auth.users import load_user

# What a stranger may ask for, by endpoint; everything else needs a session.
OPEN_ENDPOINTS = frozenset({"access.login", "access.enter", "access.health"})
OPEN_ASSETS = frozenset({"entrance.css", "entrance.js", "icon.svg"})
OPEN_ASSET_FOLDERS = ("fonts/",)
# What is open to who signed in with a password somebody else gave: to take one of the own, or to leave.
OPEN_BEFORE_PASSWORD = frozenset({"access.password", "access.change_password", "access.logout", "access.set_language"})
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_NULLS = (b"\0", b"%00", b"\\u0000")
_RAW_BYTE = re.compile(rb"[\x80-\xff]")
PAGE_ENDPOINTS = frozenset({"/", "/<path:path>", "access.password"})


def install(server: flask.Flask) -> None:
    """Put the guard and the session loader before every request of ``server``."""
    manager = flask_login.LoginManager(server)
    manager.user_loader(_load)
    server.before_request(_spell_query)
    server.before_request(_check_text)
    server.before_request(_check_origin)
    server.before_request(_check_session)


def _load(session_id: str) -> scope.Session | None:
    """The user of a cookie, unless the account is gone or disabled or its sessions were ended since."""
    user_id, _, epoch = session_id.partition(".")
    if not (user_id.isdecimal() and epoch.isdecimal()):
        return None
    with sql.begin(scope.installed().store) as connection:
        user = load_user(connection, int(user_id))
    return scope.Session(user) if user and user.session_epoch == int(epoch) else None


def _spell_query() -> None:
    """Raw bytes of the query as their escapes: what is no UTF-8 then reads as an unknown value, as it does in a path."""
    flask.request.query_string = _RAW_BYTE.sub(lambda found: b"%%%02X" % ord(found[0]), flask.request.query_string)


def _check_text() -> ResponseReturnValue | None:
    """No text of ours holds a null letter, and none may: not in an address, nor in a callback's values, which are UTF-8."""
    request = flask.request
    told = [request.path.encode("utf-8", "surrogatepass"), request.query_string]
    if request.is_json:
        told.append(request.get_data())
    if any(mark in part for part in told for mark in _NULLS):
        return flask.jsonify(error="text", message="no text may hold a null letter"), 400
    if request.is_json and request.method not in SAFE_METHODS and not _is_object(request):
        return flask.jsonify(error="text", message="the body must be a JSON object in UTF-8"), 400
    return None


def _is_object(request: flask.Request) -> bool:
    try:
        return isinstance(request.get_json(), dict)
    except (BadRequest, RecursionError):  # no JSON; lists in lists in lists
        return False


def _check_origin() -> ResponseReturnValue | None:
    """A request that may change something must come from our own pages."""
    request = flask.request
    if request.method in SAFE_METHODS or _own_origin(request):
        return None
    return flask.jsonify(error="origin", message="this request did not come from this site"), 403


def _own_origin(request: flask.Request) -> bool:
    """By Origin, else by Referer; without either the request is not taken for ours.

    Only host and port are compared: behind a proxy that ends TLS the scheme we see may differ.
    """
    told = request.headers.get("Origin") or request.headers.get("Referer") or ""
    try:
        return bool(told) and urlsplit(told).netloc == request.host
    except ValueError:  # brackets that are no host
        return False


def _check_session() -> ResponseReturnValue | None:
    request = flask.request
    if is_open():
        return None
    if scope.signed_in():
        return _own_password_first(request)
    if request.method in SAFE_METHODS and request.endpoint in PAGE_ENDPOINTS:
        wanted = request.full_path if request.query_string else request.path
        return flask.redirect(f"/login?next={quote(wanted, safe='')}" if wanted != "/" else "/login")
    return flask.jsonify(error="session", message="sign in first"), 401


def _own_password_first(request: flask.Request) -> ResponseReturnValue | None:
    """A given password was seen by two people, so it opens the door to a new one only."""
    if not scope.current_user().password_given or request.endpoint in OPEN_BEFORE_PASSWORD:
        return None
    if request.method in SAFE_METHODS and request.endpoint in PAGE_ENDPOINTS:
        return flask.redirect("/password")
    return flask.jsonify(error="password", message="take a password of your own first"), 403


def is_open() -> bool:
    """Whether this request is on the list of what strangers may ask."""
    request = flask.request
    if request.endpoint in OPEN_ENDPOINTS:
        return True
    name = (request.view_args or {}).get("filename", "")
    served = request.endpoint is not None and request.endpoint.endswith("assets.static")
    return served and (name in OPEN_ASSETS or (name.startswith(OPEN_ASSET_FOLDERS) and ".." not in name))


def local_path(wanted: str | None) -> str:
    """``wanted`` when it is a path on this site, else the start page: no open redirects."""
    if not wanted or not wanted.startswith("/") or wanted.startswith(("//", "/\\")) or "\\" in wanted:
        return "/"
    if any(ord(letter) < 0x20 for letter in wanted):
        return "/"
    parts = urlsplit(wanted)
    return wanted if not parts.scheme and not parts.netloc else "/"
