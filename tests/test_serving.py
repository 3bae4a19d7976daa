"""The server of the tests waits for what it has begun."""

from __future__ import annotations

import threading
from urllib.request import urlopen

import flask

from tests.serving import served


def test_a_request_under_way_is_answered_before_the_server_is_gone() -> None:
    app, begun, go, ended = flask.Flask(__name__), threading.Event(), threading.Event(), threading.Event()

    @app.get("/slow")
    def slow() -> str:
        begun.set()
        go.wait(20)
        ended.set()
        return "done"

    said: list[bytes] = []
    with served(app) as address:
        asker = threading.Thread(target=lambda: said.append(urlopen(f"{address}/slow").read()))  # noqa: S310
        asker.start()
        assert begun.wait(20)
        threading.Timer(0.3, go.set).start()
    assert ended.is_set()
    asker.join(20)
    assert said == [b"done"]
