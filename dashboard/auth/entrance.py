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
        answer.set_cookie(LANGUAGE_COOKIE, language, max_age=YEAR_SECONDS, samesite="Lax", secure=scope.installed().config.https)
    return answer


def _t(language: str, key: str, **values: Any) -> str:
    return t(key, language, **values)


def _language() -> tuple[str, bool]:
    """The page's language, and whether the reader chose it just now."""
    asked = flask.request.args.get("lang") or flask.request.form.get("language")
    if asked in LANGUAGES:
        return asked, True
    if scope.signed_in():
        return scope.current_user().language, False
    kept = flask.request.cookies.get(LANGUAGE_COOKIE)
    return (kept if kept in LANGUAGES else DEFAULT), False
