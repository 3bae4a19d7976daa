"""A real server for a test, which leaves nothing behind: requests under way are answered before it is gone."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import flask
from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

IDLE_SECONDS = 5  # a browser's connection that asks nothing more is let go


class _Patient(WSGIRequestHandler):
    timeout = IDLE_SECONDS


@contextmanager
def served(app: flask.Flask) -> Iterator[str]:
    """The address of ``app``. At the end its threads are waited for: one that outlived the test would give its database
    connection back to a pool that is gone, to be found open whenever memory is next collected."""
    server = ThreadedWSGIServer("127.0.0.1", 0, app, handler=_Patient)
    server.daemon_threads = False  # those are not waited for
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
