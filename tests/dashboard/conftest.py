"""The dashboard over a small operator, and readers who sign in to it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

import pytest
import sqlalchemy as sa
from dash import Dash
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

import sql
from dashboard.app import create_app
from dashboard.config import Config
from etl.steps import people
from sql import roles
from tests.conftest import APP_PASSWORD, create_database
from tests.dashboard import sample

PASSWORD = "demo password 1"
EVERY = '["ALL"]'  # in the id of a part that stands for all of a kind
ORIGIN = {"Origin": "http://localhost"}
PEOPLE = {
    "admin": ("admin", "44", None),
    "quality": ("quality", "44", None),
    "steward": ("steward", "44", None),
    "gz": ("manager", "4401", None),
    "th": ("manager", "440106", None),
    "net": ("line", "44", "network"),
}


@dataclass(frozen=True)
class Face:
    """A running dashboard: ``owner`` reaches its store past all policies, ``url`` as the dashboard's role."""

    app: Dash
    owner: sa.Engine
    url: str

    def client(self) -> FlaskClient:
        return self.app.server.test_client()

    def scalar(self, statement: str, **params: object) -> object:
        with sql.begin(self.owner) as connection:
            return connection.scalar(sa.text(statement), params)


def app_url(owner: sa.Engine) -> str:
    return owner.url.set(username=roles.APP_ROLE, password=APP_PASSWORD).render_as_string(hide_password=False)


@cache
def build_operator(server_url: str) -> sa.Engine:
    """The sample operator with its people; once a run, also when several folders ask."""
    owner = create_database(server_url, sample.build)
    for login, (role, area, line) in PEOPLE.items():
        people.add_user(owner, login, f"{login} 先生", PASSWORD, actor="test")
        people.set_scope(owner, login, role, area, line, actor="test")
    return owner


@pytest.fixture(scope="session")
def operator(server_url: str) -> Iterator[sa.Engine]:
    """The sample operator; tests do not change its figures."""
    owner = build_operator(server_url)
    yield owner
    owner.dispose()


@pytest.fixture
def face(operator: sa.Engine) -> Iterator[Face]:
    """A dashboard of its own for each test, with nobody signed in and no failed attempts."""
    with sql.begin(operator) as connection:
        connection.exec_driver_sql("DELETE FROM login_attempt")
        connection.exec_driver_sql("UPDATE app_user SET disabled = false, language = 'zh'")
    url = app_url(operator)
    app = create_app(Config(database_url=url, secret="for-this-test-run", demo=True))
    yield Face(app, operator, url)
    app.server.extensions["manyi"].store.dispose()


def sign_in(client: FlaskClient, login: str, password: str = PASSWORD, **more: str) -> TestResponse:
    return client.post("/login", data={"login": login, "password": password, **more}, headers=ORIGIN)


@pytest.fixture
def reader(face: Face) -> Callable[[str], FlaskClient]:
    """``reader("th")``: a browser in which that person is signed in."""

    def signed_in(login: str) -> FlaskClient:
        client = face.client()
        assert sign_in(client, login).status_code == 303
        return client

    return signed_in


def ask(client: FlaskClient, app: Dash, output: str, **values: object) -> TestResponse:
    """Call the callback whose outputs contain ``output`` as the browser would: ``values`` are ``id__property=value``."""
    key = next(key for key in app.callback_map if output in key)
    found = app.callback_map[key]
    given = {name.replace("__", "."): value for name, value in values.items()}

    def filled(part: str) -> list[object]:
        told = [{**spec, "value": given.get(f"{spec['id']}.{spec['property']}")} for spec in found[part]]
        return [[{**one, "id": single(one["id"])}] if EVERY in one["id"] else one for one in told]

    def single(name: str) -> dict[str, str]:
        """One of a kind, where the callback takes all of it."""
        return {part: value if isinstance(value, str) else "x" for part, value in json.loads(name).items()}

    pieces = [piece.rsplit(".", 1) for piece in key.strip(".").split("...") if "." in piece]
    outputs = [[{"id": single(name), "property": prop}] if EVERY in name else {"id": name, "property": prop} for name, prop in pieces]
    body = {"output": key, "outputs": outputs if key.startswith("..") else (outputs or [None])[0], "inputs": filled("inputs"),
            "state": filled("state"), "changedPropIds": [f"{found['inputs'][0]['id']}.{found['inputs'][0]['property']}"]}  # fmt: skip
    return client.post("/_dash-update-component", json=body, headers=ORIGIN)
