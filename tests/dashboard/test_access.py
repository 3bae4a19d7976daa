"""Closed unless listed: what a stranger, a stale session, another site and a guesser get."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

import sql
from dashboard.app import create_app
from dashboard.auth import guard, passwords, throttle
from dashboard.config import Config, Misconfigured, read_config
from etl.steps import people
from tests.dashboard.conftest import ORIGIN, PASSWORD, Face, ask, sign_in

Reader = Callable[[str], FlaskClient]
OPEN = {"/login", "/healthz"}


def addresses(face: Face) -> list[tuple[str, str]]:
    """Every rule and method of the server, its parameters filled in."""
    fill = {"path": "overview", "filename": "face.css", "name": "data-coverage", "language": "en", "package_name": "dcc",
            "fingerprinted_path": "dash_core_components.js", "job": "publish", "upload_id": "1", "number": "1", "page": "1"}  # fmt: skip
    found = []
    for rule in face.app.server.url_map.iter_rules():
        path = str(rule)
        for argument in rule.arguments:
            path = path.replace(
                next(p for p in (f"<{k}{argument}>" for k in ("", "path:", "string:", "int:")) if p in path), fill[argument]
            )
        found += [(method, path) for method in sorted(rule.methods - {"OPTIONS"})]
    return found


def test_a_stranger_gets_nothing_from_any_route(face: Face) -> None:
    asked = [(method, path) for method, path in addresses(face) if path not in OPEN]
    assert len(asked) > 20, "the list is taken from the server, so it must not be empty"
    for method, path in [
        *asked,
        ("POST", "/overview"),
        ("DELETE", "/login"),
        ("GET", "/_dash-nothing"),
        ("GET", "/assets/../pyproject.toml"),
    ]:
        answer = face.client().open(path, method=method, headers=ORIGIN, buffered=True)
        page = method in guard.SAFE_METHODS and answer.status_code == 302
        assert answer.status_code == 401 or page, f"{method} {path}: {answer.status_code}"
        assert not page or answer.headers["Location"].startswith("/login"), path
        assert "广东" not in answer.get_data(as_text=True) and "Guangdong" not in answer.get_data(as_text=True)


def test_a_stranger_cannot_call_a_callback(face: Face) -> None:
    for key in face.app.callback_map:
        answer = ask(face.client(), face.app, key, address__href="http://localhost/overview?area=44")
        assert answer.status_code == 401, key


def test_what_is_open_shows_no_figure_and_no_other_asset_is(face: Face) -> None:
    client = face.client()
    assert client.get("/healthz").get_json() == {"state": "well"}
    assert client.get("/assets/entrance.css", buffered=True).status_code == 200
    assert client.get("/assets/fonts/OFL.txt", buffered=True).status_code == 200
    for closed in ("face.css", "face.js", "fonts/../face.js", "fonts/%2e%2e/face.js"):
        assert client.get(f"/assets/{closed}", buffered=True).status_code in (401, 404), closed


def test_a_reader_comes_back_to_where_he_wanted(face: Face) -> None:
    client = face.client()
    sent = client.get("/overview?area=440106&period=2026-10")
    assert sent.headers["Location"] == "/login?next=%2Foverview%3Farea%3D440106%26period%3D2026-10"
    assert "/overview?area=440106&amp;period=2026-10" in client.get(sent.headers["Location"]).get_data(as_text=True)
    assert sign_in(client, "th", next="/overview?area=440106&period=2026-10").headers["Location"].endswith("&period=2026-10")
    assert client.get("/?area=440106&period=2026").headers["Location"] == "/overview?area=440106&period=2026"


@pytest.mark.parametrize(
    "wanted",
    ["//evil.example", "https://evil.example", "/\\evil.example", "\\\\evil.example", "javascript:alert(1)", "/\t/evil.example",
     "/\n//evil.example", "http:evil.example", "///evil.example", "", None],
)  # fmt: skip
def test_no_login_leads_to_another_site(wanted: str | None) -> None:
    assert guard.local_path(wanted) == "/"


def test_wrong_password_unknown_login_and_disabled_account_look_alike(face: Face) -> None:
    people.disable_user(face.owner, "gz", actor="test")
    told = {login: sign_in(face.client(), login, "no such password") for login in ("th", "nobody")}
    told["gz"] = sign_in(face.client(), "gz")
    texts = {answer.get_data(as_text=True).replace(f'value="{login}"', "") for login, answer in told.items()}
    assert {answer.status_code for answer in told.values()} == {401}
    assert len(texts) == 1
    assert all("Set-Cookie" not in answer.headers for answer in told.values())


def test_an_unknown_login_costs_the_same_work(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    real = passwords.hasher()

    class Watched:
        def verify(self, hashed: str, password: str) -> bool:
            seen.append(hashed.split("$")[3])
            return real.verify(hashed, password)

    monkeypatch.setattr(passwords, "_nobody", lambda: real.hash("nobody"))
    monkeypatch.setattr(passwords, "hasher", Watched)
    assert not passwords.verify(None, "whatever it is")
    assert not passwords.verify(real.hash("a right password"), "a wrong password")
    assert len(seen) == 2 and seen[0] == seen[1], "same parameters, once each"


def test_guessing_is_slowed_by_login_and_by_address(face: Face) -> None:
    for _ in range(throttle.MOST_BY_LOGIN):
        assert sign_in(face.client(), "th", "wrong").status_code == 401
    stopped = sign_in(face.client(), "th")
    assert stopped.status_code == 429, "even the right password waits"
    assert "15" in stopped.get_data(as_text=True)
    assert sign_in(face.client(), "gz").status_code == 303, "others go on"
    for number in range(throttle.MOST_BY_ADDRESS):
        sign_in(face.client(), f"guess{number}", "wrong")
    assert sign_in(face.client(), "quality").status_code == 429


def stopped_lines(face: Face) -> list[tuple[str, str]]:
    with sql.begin(face.owner) as connection:
        found = connection.execute(
            sa.text("SELECT subject, detail FROM audit WHERE action = 'login.throttled' ORDER BY audit_id")
        )
        return [(row.subject, row.detail["by"]) for row in found]


def test_guessing_does_not_fill_the_trail(face: Face) -> None:
    before, attempts = len(stopped_lines(face)), "SELECT count(*) FROM login_attempt"
    for _ in range(throttle.MOST_BY_LOGIN + 5):
        sign_in(face.client(), "th", "wrong")
    assert stopped_lines(face)[before:] == [("th", "login")], "once when it begins, however often it is tried after"
    for number in range(throttle.MOST_BY_ADDRESS + 10):
        sign_in(face.client(), f"guess{number}", "wrong")
    assert [by for _, by in stopped_lines(face)[before:]] == ["login", "address"], "invented logins do not help either"
    kept = face.scalar(attempts)
    sign_in(face.client(), "one more", "wrong")
    assert face.scalar(attempts) == kept == throttle.MOST_BY_ADDRESS + 2
    with sql.begin(face.owner) as connection:
        connection.exec_driver_sql("UPDATE login_attempt SET at = at - interval '16 minutes'")
    for _ in range(throttle.MOST_BY_LOGIN + 2):
        sign_in(face.client(), "th", "wrong")
    assert [by for _, by in stopped_lines(face)[before:]] == ["login", "address", "login"], "told again in the next window"


@pytest.mark.parametrize(
    ("address", "counted"),
    [("10.1.2.3", "10.1.2.3"), ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"), ("2001:db8:1:2:ffff::", "2001:db8:1:2::/64"),
     ("::ffff:10.1.2.3", "10.1.2.3"), ("unknown", "unknown")],
)  # fmt: skip
def test_an_ipv6_line_counts_as_one_address(address: str, counted: str) -> None:
    assert throttle.counted(address) == counted


def test_many_guesses_at_once_do_not_outrun_the_count(face: Face) -> None:
    with ThreadPoolExecutor(8) as pool:
        codes = list(pool.map(lambda _: sign_in(face.client(), "th", "wrong").status_code, range(12)))
    assert codes.count(401) == throttle.MOST_BY_LOGIN


def test_a_success_forgives_the_failures_on_the_login(face: Face) -> None:
    for _ in range(throttle.MOST_BY_LOGIN - 1):
        sign_in(face.client(), "th", "wrong")
    assert sign_in(face.client(), "th").status_code == 303
    assert sign_in(face.client(), "th", "wrong").status_code == 401


def test_odd_logins_are_wrong_and_not_an_error(face: Face) -> None:
    for login in ("\x00", "x" * 5000, "' OR 1=1 --", "陈", ""):
        assert sign_in(face.client(), login, "some password").status_code == 401, login
    assert sign_in(face.client(), "  TH ").status_code == 303, "case and blanks do not matter"


@pytest.mark.parametrize("origin", [None, "http://evil.example", "null", "http://localhost.evil.example", "http://localhost:81"])
def test_what_changes_something_must_come_from_our_own_pages(face: Face, reader: Reader, origin: str | None) -> None:
    client = reader("th")
    headers = {"Origin": origin} if origin else {}
    for path in ("/login", "/logout", "/password", "/me/language/en", "/_dash-update-component"):
        assert client.post(path, headers=headers).status_code == 403, path
    assert client.get("/overview").status_code == 200, "the session goes on"


def test_a_referer_will_do_where_a_browser_sends_no_origin(face: Face) -> None:
    sent = {"login": "th", "password": PASSWORD}
    assert face.client().post("/login", data=sent, headers={"Referer": "http://localhost/login"}).status_code == 303
    assert face.client().post("/login", data=sent, headers={"Referer": "http://evil.example/login"}).status_code == 403


def test_logout_ends_the_session_everywhere(face: Face, reader: Reader) -> None:
    here, there = reader("th"), reader("th")
    stolen = here.get_cookie("manyi")
    assert here.post("/logout", headers=ORIGIN).headers["Location"] == "/login?ended=1"
    for client in (here, there):
        assert client.get("/_dash-layout").status_code == 401
    thief = face.client()
    thief.set_cookie("manyi", stolen.value)
    assert thief.get("/_dash-layout").status_code == 401


@pytest.mark.parametrize(
    "change",
    [
        lambda owner: people.set_password(owner, "gz", PASSWORD, actor="test"),
        lambda owner: people.set_scope(owner, "gz", "manager", "4401", actor="test"),
        lambda owner: people.disable_user(owner, "gz", actor="test"),
    ],
    ids=["password", "scope", "disabled"],
)
def test_a_change_of_the_account_ends_its_sessions(face: Face, reader: Reader, change: Callable[[sa.Engine], None]) -> None:
    client, other = reader("gz"), reader("th")
    change(face.owner)
    assert client.get("/_dash-layout").status_code == 401
    assert other.get("/_dash-layout").status_code == 200


def test_a_forged_or_torn_cookie_is_no_session(face: Face, reader: Reader) -> None:
    good = reader("th").get_cookie("manyi").value
    for value in (good[:-2], good + "x", "eyJfdXNlcl9pZCI6IjEuMSJ9.x.y", ""):
        client = face.client()
        client.set_cookie("manyi", value)
        assert client.get("/_dash-layout").status_code == 401


def test_own_password_is_changed_and_the_other_sessions_end(face: Face, reader: Reader) -> None:
    client, other = reader("net"), reader("net")

    def change(current: str, new: str, again: str | None = None) -> tuple[int, str]:
        sent = {"current": current, "new": new, "again": new if again is None else again}
        answer = client.post("/password", data=sent, headers=ORIGIN)
        return answer.status_code, answer.get_data(as_text=True)

    assert change("wrong one here", "a fresh password")[0] == 422
    assert "至少 10 个字符" in change(PASSWORD, "short")[1]
    assert "不一致" in change(PASSWORD, "a fresh password", "another password")[1]
    assert change(PASSWORD, PASSWORD)[0] == 422
    assert change(PASSWORD, "a fresh password")[0] == 200
    assert client.get("/_dash-layout").status_code == 200
    assert other.get("/_dash-layout").status_code == 401
    assert sign_in(face.client(), "net").status_code == 401
    assert sign_in(face.client(), "net", "a fresh password").status_code == 303
    people.set_password(face.owner, "net", PASSWORD, actor="test")


def test_who_did_what_is_on_the_trail_without_a_secret(face: Face, reader: Reader) -> None:
    with sql.begin(face.owner) as connection:
        before = connection.scalar(sa.text("SELECT coalesce(max(audit_id), 0) FROM audit"))
    sign_in(face.client(), "th", "wrong words")
    client = reader("th")
    client.get("/export/data-coverage")
    client.post("/logout", headers=ORIGIN)
    with sql.begin(face.owner) as connection:
        acts = connection.execute(
            sa.text("SELECT * FROM audit WHERE audit_id > :before ORDER BY audit_id"), {"before": before}
        ).all()
    assert [(act.actor, act.action) for act in acts] == [
        ("th", "login.failed"), ("th", "login"), ("th", "export"), ("th", "logout"),
    ]  # fmt: skip
    assert acts[2].subject == "data-coverage" and acts[2].detail["rows"] == 1 and acts[2].detail["area"] == "440106"
    assert "wrong words" not in str(acts) and PASSWORD not in str(acts)


def test_every_answer_carries_the_headers(face: Face, reader: Reader) -> None:
    client = reader("th")
    for path in ("/login?lang=en", "/overview", "/_dash-layout", "/nothing/here", "/assets/face.css", "/healthz"):
        headers = client.get(path, buffered=True).headers
        assert headers["X-Frame-Options"] == "DENY" and headers["X-Content-Type-Options"] == "nosniff", path
        assert headers["Referrer-Policy"] == "same-origin"
        policy = headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy and "frame-ancestors 'none'" in policy and "unsafe-eval" not in policy
        assert "unsafe-inline" not in policy.split("script-src")[1].split(";")[0]
        assert not any(word in policy for word in ("http:", "https:", "*"))
    assert client.get("/overview").headers["Cache-Control"] == "no-store"
    scripts = client.get("/overview").get_data(as_text=True)
    assert scripts.count("<script") == scripts.count("<script nonce=")


def test_cookies_are_kept_from_scripts_and_other_sites(face: Face) -> None:
    cookie = sign_in(face.client(), "th").headers["Set-Cookie"]
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie and "Secure" not in cookie
    app = create_app(Config(database_url=face.url, secret="for-this-test-run", https=True))
    answer = sign_in(app.server.test_client(), "th")
    assert "Secure" in answer.headers["Set-Cookie"]
    assert "max-age" in answer.headers["Strict-Transport-Security"]
    app.server.extensions["manyi"].store.dispose()


def test_the_dashboard_refuses_to_serve_as_owner(face: Face) -> None:
    owner = face.owner.url.render_as_string(hide_password=False)
    with pytest.raises(Misconfigured, match="manyi db upgrade"):
        create_app(Config(database_url=owner, secret="x"))


@pytest.mark.parametrize(("missing", "words"), [("MANYI_APP_DATABASE_URL", "manyi serve"), ("MANYI_SECRET", "manyi serve")])
def test_missing_settings_say_what_to_do(missing: str, words: str) -> None:
    given = {"MANYI_APP_DATABASE_URL": "postgresql://x/y", "MANYI_SECRET": "s"}
    with pytest.raises(Misconfigured, match=words):
        read_config({name: value for name, value in given.items() if name != missing})


def test_a_failure_tells_a_number_and_nothing_else(face: Face, reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    client = reader("th")

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("the innermost secret")

    monkeypatch.setattr("dashboard.topbar.freshness", broken)
    answer = ask(client, face.app, "trail.children", address__href="http://localhost/overview")
    assert answer.status_code == 500
    assert answer.headers["X-Failure"] == answer.get_json()["id"]
    assert "secret" not in answer.get_data(as_text=True)
