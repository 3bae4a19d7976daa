"""Whatever stands in an address or in a callback's values, it is refused or told absent; it never becomes a failure of ours."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from tests.dashboard.conftest import ORIGIN, Face, ask, sign_in

Reader = Callable[[str], FlaskClient]
PAGES = "http://localhost"
TEXTS = ("%00", "a%00b", "x" * 5000, "%ff%fe", "%F0%9F%92%A5", "99999999999999999999", "-1", "''--", "[", "%0d%0aX-Y:%20z", "1e999")
VALUES = (None, "\0", "x\0y", "x" * 100_000, "\ud800", 5, -1, 10**30, 1.5, True, [], ["\0"], {}, {"a": "\0"}, "//[", "http://[/data", "?area=%00",
          f"{PAGES}/data?area=%00", f"{PAGES}/data?file=9999999999&view=files", f"{PAGES}/data?period=%00")  # fmt: skip


@pytest.fixture
def admin(face: Face) -> FlaskClient:
    client = face.client()
    assert sign_in(client, "admin").status_code == 303
    return client


def addresses(face: Face) -> Iterator[tuple[str, str]]:
    """Every rule with each nasty text in the place of each parameter, and in the query."""
    for rule in face.app.server.url_map.iter_rules():
        if rule.endpoint in ("access.leave", "static") or "logout" in str(rule):
            continue
        method = "GET" if "GET" in (rule.methods or ()) else "POST"
        path = str(rule)
        for argument in rule.arguments:
            path = path.replace(next(p for p in (f"<{k}{argument}>" for k in ("", "path:", "string:", "int:")) if p in path), "{}")
        if "{}" in path:
            yield from ((method, path.format(*[text] * path.count("{}"))) for text in TEXTS)
        else:
            yield from ((method, f"{path}?area={text}&period={text}&view={text}&file={text}&next={text}") for text in TEXTS)
    for page in face.app.server.extensions["manyi"].pages:
        for name in ("area", "period", "view", "file", "upload", "publication", "indicator", "cut", "tree"):
            yield from (("GET", f"/{page}?{name}={text}") for text in TEXTS)


def test_no_address_fails(face: Face, admin: FlaskClient) -> None:
    failed = []
    for method, address in addresses(face):
        answer = admin.open(address, method=method, headers={**ORIGIN, "Accept": "application/json"}, buffered=True)
        if answer.status_code >= 500:
            failed.append(f"{method} {address[:80]}")
    assert not failed


def test_a_byte_that_is_no_letter_is_an_unknown_value(face: Face, admin: FlaskClient) -> None:
    """Written as it is, it is answered as its escape is; a stranger comes to the login with it and is led back to it."""
    stranger, accept = face.client(), {"Accept": "text/html"}
    for query in ("area=\xff", "period=\xb9\xe3\xd6\xdd", "\xff=1", "next=\xff&lang=\xff"):  # as WSGI tells bytes; the second is GBK
        for path in ("/overview", "/", "/login", "/data", "/export/overview-ranking", "/nowhere"):
            for client in (stranger, admin):
                raw = client.get(path, environ_overrides={"QUERY_STRING": query}, headers=accept)
                escaped = client.get(path, query_string=quote(query, "=&", "latin-1"), headers=accept)
                assert raw.status_code == escaped.status_code < 500, (path, query)
                assert raw.headers.get("Location") == escaped.headers.get("Location"), (path, query)
    assert admin.get("/overview", environ_overrides={"QUERY_STRING": "area=\xff"}).status_code == 404
    for path in ("/\xff", "/overview/\xff", "/assets/\xff", "/export/\xff"):
        assert admin.get("/", environ_overrides={"PATH_INFO": path}, headers=accept).status_code == 404, path


JSON_TYPES = ("application/json", "application/x+json", "application/problem+json; charset=utf-8")


@pytest.mark.parametrize("kind", JSON_TYPES)
@pytest.mark.parametrize("body", [b'{"output":"\xff"}', b"\xff", b"", b"{", b"[]", b"5", b"null", b"[" * 100_000])
def test_a_callback_told_no_object_is_told_so(admin: FlaskClient, body: bytes, kind: str) -> None:
    answer = admin.post("/_dash-update-component", data=body, content_type=kind, headers=ORIGIN)
    assert (answer.status_code, answer.get_json()["error"]) == (400, "text")
    asked = admin.get("/_dash-layout", content_type=kind)  # as the browser asks: without a body
    assert asked.status_code == 200


@pytest.mark.parametrize("kind", JSON_TYPES)
def test_a_callback_told_a_null_letter_is_told_so(admin: FlaskClient, kind: str) -> None:
    answer = admin.post("/_dash-update-component", data=b'{"output":"a\\u0000"}', content_type=kind, headers=ORIGIN)
    assert (answer.status_code, answer.get_json()) == (400, {"error": "text", "message": "no text may hold a null letter"})


def test_an_origin_that_is_no_address_is_not_ours(admin: FlaskClient) -> None:
    for header in ("Origin", "Referer"):
        assert admin.post("/logout", headers={header: "http://["}).status_code == 403


def test_no_text_with_a_null_is_taken(admin: FlaskClient) -> None:
    for address in ("/data/jobs/publish%00/run", "/data/jobs/%00/pause", "/data/jobs/load%3A%00/resume"):
        assert admin.post(address, headers=ORIGIN).status_code in (400, 404), address
    assert admin.post(f"/data/uploads/{10**30}/load", headers=ORIGIN).status_code == 404
    assert admin.post(f"/data/uploads/{10**30}/discard", headers=ORIGIN).status_code == 404
    assert admin.get("/export/data-files?area=%00").status_code in (400, 404)
    assert admin.post("/login", data={"login": "a\0b", "password": "c\0d"}, headers=ORIGIN).status_code == 401


def test_no_callback_fails_whatever_its_values(face: Face, admin: FlaskClient) -> None:
    failed = set()
    for key, found in face.app.callback_map.items():
        names = [f"{spec['id']}.{spec['property']}" for part in ("inputs", "state") for spec in found[part]]
        sound = {"address.href": f"{PAGES}/data?view=jobs", "address.pathname": "/data"}
        for name in names:
            for value in VALUES:
                told = {**{one: sound.get(one) for one in names}, name: value}
                try:
                    answer = ask(admin, face.app, key, **{one.replace(".", "__"): text for one, text in told.items()})
                except UnicodeEncodeError:  # our own client cannot even say it
                    continue
                if answer.status_code >= 500:
                    failed.add(f"{key[:60]} {name} {json.dumps(value)[:40]}")
    assert not failed
