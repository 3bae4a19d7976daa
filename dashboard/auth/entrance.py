"""The pages served without Dash: login and password, in the same theme."""

from __future__ import annotations

from functools import partial
from typing import Any

import flask
from markupsafe import Markup

from dashboard import theme
from dashboard.address import asked_theme
from dashboard.auth import scope
from dashboard.texts import DEFAULT, LANGUAGES, t

LANGUAGE_COOKIE = "language"
YEAR_SECONDS = 365 * 24 * 3600


def page(template: str, status: int = 200, **values: Any) -> flask.Response:
    """A rendered page; ``fault`` is a key of the catalogue, the rest its placeholders and the template's values."""
    language, chosen = _language()
    fault = values.pop("fault", None)
    numbers = {name: value for name, value in values.items() if isinstance(value, int)}
    body = flask.render_template(
        template, t=partial(_t, language), language=language, other="en" if language == "zh" else "zh", theme=asked_theme(),
        css=Markup(theme.css()), demo=scope.installed().config.demo, chosen=chosen,  # noqa: S704 - our own tokens
        fault=t(fault, language, **numbers) if fault else None, **values,
    )  # fmt: skip
    answer = flask.make_response(body, status)
    if chosen:
        keep_language(answer, language)
    return answer


def keep_language(answer: flask.Response, language: str) -> None:
    """Let the browser remember the reader's choice, so that the entrance speaks it before anybody has signed in."""
    answer.set_cookie(LANGUAGE_COOKIE, language, max_age=YEAR_SECONDS, samesite="Lax", secure=scope.installed().config.https)


def chosen_language() -> str | None:
    """The language chosen on this page or earlier in this browser; ``None`` when nobody chose one."""
    told = (flask.request.args.get("lang"), flask.request.form.get("language"), flask.request.cookies.get(LANGUAGE_COOKIE))
    return next((language for language in told if language in LANGUAGES), None)


def _t(language: str, key: str, **values: Any) -> str:
    return t(key, language, **values)


def _language() -> tuple[str, bool]:
    """The page's language, and whether the reader chose it; who is signed in has one of his own."""
    if scope.signed_in():
        return scope.current_user().language, False
    chosen = chosen_language()
    return chosen or DEFAULT, chosen is not None
