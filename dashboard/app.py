"""The application factory: one Flask server, one Dash on it, everything behind one guard."""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import dash
import flask
import sqlalchemy as sa
from werkzeug.middleware.proxy_fix import ProxyFix

import sql
from dashboard import answers, exports, icons, shell, theme
from dashboard.address import asked_theme
from dashboard.auth import guard, passwords, scope
from dashboard.auth.routes import access
from dashboard.config import Config, Misconfigured, assets_folder, read_config
from dashboard.context import Page
from dashboard.pages import present
from dashboard.texts import t
from sql import roles

SESSION_HOURS = 12  # a working day; afterwards everybody signs in again
MOST_REQUEST_BYTES = 2 * 1024 * 1024
FACE_TEXTS = ("title", "network", "session", "server", "retry", "sign_in", "close")


class Face(dash.Dash):
    """Dash with our own first page: language, theme and the page's texts are there before any script runs."""

    def interpolate_index(self, **parts: Any) -> str:
        nonce = flask.g.nonce = secrets.token_urlsafe(16)
        language = scope.current_user().language
        texts = {key: t(f"failure.{key}", language, id="#") for key in FACE_TEXTS}
        page = _FRAME.format(
            lang="zh-CN" if language == "zh" else "en", theme=asked_theme(), title=t("product.name", language),
            css=theme.css() + icons.css(), texts=json.dumps(texts).replace("<", "\\u003c"), metas=parts["metas"],
            dist=parts["css"], config=parts["config"], scripts=parts["scripts"], renderer=parts["renderer"],
            entry='<div id="react-entry-point"></div>',
        )  # fmt: skip
        return page.replace("<script", f'<script nonce="{nonce}"')


_FRAME = """<!doctype html>
<html lang="{lang}" data-mantine-color-scheme="{theme}"><head>{metas}
<meta name="viewport" content="width=device-width, initial-scale=1"><title>{title}</title>
<link rel="icon" href="/assets/icon.svg" type="image/svg+xml">
<style>{css}</style><script src="/assets/entrance.js"></script>{dist}</head>
<body>{entry}<div id="failure" role="alert" hidden></div>
<script type="application/json" id="failure-texts">{texts}</script>
<footer>{config}{scripts}{renderer}</footer></body></html>"""


def create_app(config: Config | None = None, pages: Sequence[Page] | None = None) -> dash.Dash:
    """The dashboard, ready to serve. Raises :class:`Misconfigured` when it must not be served like this."""
    config = config or read_config()
    store = sql.engine(config.database_url, pool_size=config.pool_size, application="manyi dashboard")
    check_role(store)
    server = flask.Flask("dashboard", static_folder=None)
    shown = {page.name: page for page in (present() if pages is None else pages)}
    server.extensions[scope.EXTENSION] = scope.Installed(store, config, shown)
    _configure(server, config)
    guard.install(server)
    answers.install(server)
    server.register_blueprint(access)
    server.add_url_rule("/export/<name>", "export", exports.serve)
    app = Face(
        "dashboard", server=server, assets_folder=str(assets_folder()), assets_ignore=r"entrance\..*", update_title=None,
        suppress_callback_exceptions=True, serve_locally=True, use_pages=False,
    )  # fmt: skip
    app.layout = shell.layout
    shell.register(app)
    for page in shown.values():
        page.register(app)
    passwords.warm()
    return app


def check_role(store: sa.Engine) -> None:
    """Refuse to serve through a database role that could see past row-level security."""
    faults = roles.faults(store)
    if faults:
        store.dispose()
        raise Misconfigured(
            f"the dashboard's database role {'; '.join(faults)}. Connect as a role that owns nothing and is bound by "
            "row-level security: run `manyi db upgrade`, which keeps such a role, and let MANYI_APP_DATABASE_URL name it"
        )


def _configure(server: flask.Flask, config: Config) -> None:
    server.secret_key = config.secret
    server.config.update(
        SESSION_COOKIE_NAME="manyi", SESSION_COOKIE_HTTPONLY=True, SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=config.https, PERMANENT_SESSION_LIFETIME=timedelta(hours=SESSION_HOURS),
        SESSION_REFRESH_EACH_REQUEST=False, MAX_CONTENT_LENGTH=MOST_REQUEST_BYTES, REMEMBER_COOKIE_NAME="",
    )  # fmt: skip
    server.json.ensure_ascii = False  # type: ignore[attr-defined]
    if config.proxies:
        hops = config.proxies
        server.wsgi_app = ProxyFix(server.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
