"""The doors: login, logout, password, language, and whether the service is well."""

from __future__ import annotations

from typing import Any

import flask
import flask_login
from flask.typing import ResponseReturnValue

import sql
from dashboard.auth import entrance, guard, passwords, scope, throttle
from dashboard.auth.users import load_user
from dashboard.texts import LANGUAGES
from etl.domain.password import MAX_LENGTH, MIN_DIFFERENT, MIN_LENGTH, weakness
from sql.audit import audit

access = flask.Blueprint("access", __name__, template_folder="templates")

MOST_LOGIN = 64


@access.get("/login")
def login() -> ResponseReturnValue:
    wanted = guard.local_path(flask.request.args.get("next"))
    if scope.signed_in():
        return flask.redirect(wanted)
    return entrance.page("login.html", next=wanted, ended=flask.request.args.get("ended") == "1")


@access.post("/login")
def enter() -> ResponseReturnValue:
    """Sign in, or say without a hint which of the two was wrong."""
    form = flask.request.form
    name = "".join(letter for letter in form.get("login", "").strip().lower() if letter.isprintable())[:MOST_LOGIN]
    wanted = guard.local_path(form.get("next"))
    if _too_often(name):
        return entrance.page(
            "login.html", 429, next=wanted, login=name, fault="login.often", minutes=throttle.WINDOW_SECONDS // 60
        )
    user_id = _checked(name, form.get("password", ""))
    if user_id is None:
        _audit("login.failed", name)
        return entrance.page("login.html", 401, next=wanted, login=name, fault="login.wrong")
    _begin_session(user_id, name, entrance.chosen_language())
    return flask.redirect(wanted, 303)


def _checked(login_name: str, password: str) -> int | None:
    """The user's id when the password fits and the account is open."""
    with sql.begin(scope.installed().store) as connection:
        row = sql.one(connection, "auth/user_by_login", login=login_name)
    known = row["password_hash"] if row and not row["disabled"] else None
    if not passwords.verify(known, password) or row is None:
        return None
    _rehash(row["user_id"], row["password_hash"], password)
    return int(row["user_id"])


def _rehash(user_id: int, old: str, password: str) -> None:
    if passwords.hasher().check_needs_rehash(old):
        with sql.scoped(scope.installed().store, user_id) as connection:
            new = passwords.hasher().hash(password)
            sql.execute(connection, "auth/rehash_password", user_id=user_id, password_hash=new, old_hash=old)


def _begin_session(user_id: int, login_name: str, language: str | None) -> None:
    with sql.scoped(scope.installed().store, user_id) as connection:
        throttle.forgive(connection, login_name, _address())
        audit(connection, actor=login_name, action="login", subject=login_name, user_id=user_id, address=_address())
        if language in LANGUAGES:
            sql.execute(connection, "auth/set_language", user_id=user_id, language=language)
        user = load_user(connection, user_id)
    if user is None:  # disabled between the check and now
        flask.abort(401)
    flask.session.clear()
    flask.session.permanent = True
    flask_login.login_user(scope.Session(user))


@access.post("/logout")
def logout() -> ResponseReturnValue:
    """End every session of the user."""
    user = scope.current_user()
    with sql.scoped(scope.installed().store, user.user_id) as connection:
        sql.execute(connection, "auth/end_sessions", user_id=user.user_id)
        audit(connection, actor=user.login, action="logout", subject=user.login, user_id=user.user_id)
    flask_login.logout_user()
    flask.session.clear()
    return flask.redirect("/login?ended=1", 303)


@access.get("/password")
def password() -> ResponseReturnValue:
    return entrance.page("password.html", least=MIN_LENGTH, given=scope.current_user().password_given)


@access.post("/password")
def change_password() -> ResponseReturnValue:
    """Take a new password; all other sessions end, this one goes on."""
    user, form = scope.current_user(), flask.request.form
    if _too_often(user.login):
        minutes = throttle.WINDOW_SECONDS // 60
        return entrance.page("password.html", 429, least=MIN_LENGTH, fault="login.often", minutes=minutes)
    fault = _password_fault(user.login, form.get("current", ""), form.get("new", ""), form.get("again", ""))
    if fault:
        values = {"least": MIN_LENGTH, "most": MAX_LENGTH, "different": MIN_DIFFERENT}
        return entrance.page("password.html", 422, fault=fault, **values)
    with sql.scoped(scope.installed().store, user.user_id) as connection:
        new = passwords.hasher().hash(form["new"])
        sql.execute(connection, "auth/set_password", user_id=user.user_id, password_hash=new)
        throttle.forgive(connection, user.login, _address())
        audit(connection, actor=user.login, action="user.password", subject=user.login, user_id=user.user_id)
        renewed = load_user(connection, user.user_id)
    if renewed:
        flask_login.login_user(scope.Session(renewed))
    return entrance.page("password.html", least=MIN_LENGTH, done=True)


def _password_fault(login_name: str, current: str, new: str, again: str) -> str | None:
    """The key of what is wrong, ``None`` when the new password is taken."""
    if _checked(login_name, current) is None:
        return "password.wrong"
    if new != again:
        return "password.differ"
    if new == current:
        return "password.same"
    weak = weakness(new, login_name)
    return f"password.{weak}" if weak else None


@access.post("/me/language/<language>")
def set_language(language: str) -> ResponseReturnValue:
    """Keep the reader's language, with the account and in this browser."""
    if language not in LANGUAGES:
        flask.abort(404)
    user = scope.current_user()
    with sql.scoped(scope.installed().store, user.user_id) as connection:
        sql.execute(connection, "auth/set_language", user_id=user.user_id, language=language)
    answer = flask.jsonify(language=language)
    entrance.keep_language(answer, language)
    return answer


@access.get("/healthz")
def health() -> ResponseReturnValue:
    """200 when the store answers; an error otherwise."""
    with sql.begin(scope.installed().store) as connection:
        connection.exec_driver_sql("SELECT 1")
    return flask.jsonify(state="well")


def _too_often(login_name: str) -> bool:
    """Whether this attempt must not be looked at. Once a window on the trail: it is append-only and must not grow by guessing."""
    stopped = throttle.attempt(scope.installed().store, login_name, _address())
    if stopped and stopped.first:
        _audit("login.throttled", login_name, by=stopped.by)
    return stopped is not None


def _address() -> str:
    return flask.request.remote_addr or "unknown"


def _audit(action: str, subject: str, **detail: Any) -> None:
    with sql.begin(scope.installed().store) as connection:
        audit(connection, actor=subject or "unknown", action=action, subject=subject, address=_address(), **detail)
