"""A real server for a test, which leaves nothing behind: requests under way are answered before it is gone."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import flask
from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

SILENT_SECONDS = 30  # a connection a browser has opened and asks nothing on is let go


class _OneRequest(WSGIRequestHandler):
    """A connection a request: one that is kept for the next is closed at the moment it is used again, sooner or later."""

    protocol_version = "HTTP/1.0"
    timeout = SILENT_SECONDS


@contextmanager
def served(app: flask.Flask) -> Iterator[str]:
    """The address of ``app``. At the end its threads are waited for: one that outlived the test would give its database
    connection back to a pool that is gone, to be found open whenever memory is next collected."""
    server = ThreadedWSGIServer("127.0.0.1", 0, app, handler=_OneRequest)
    server.daemon_threads = False  # those are not waited for
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
