"""A server on loopback for tests: it answers, lies, breaks off or stalls as it is told."""

from __future__ import annotations

import os
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import psutil

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


class Handler(BaseHTTPRequestHandler):
    """Does what the server's table says of a path; 404 for any other."""

    def do_GET(self):
        self.server.asked.append((self.command, unquote(self.path), self.headers["User-Agent"]))
        does = self.server.table.get(unquote(urlsplit(self.path).path), 404)
        if callable(does):
            does(self)
        elif isinstance(does, bytes):
            self.answer(does)
        else:
            self.answer(b"{}", status=does)

    do_POST = do_GET  # noqa: N815
    do_HEAD = do_GET  # noqa: N815 - as http.server names it

    def answer(self, body, /, *, status=200, length=None):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *_):
        pass


def breaks_off(handler):
    handler.answer(b"half of it", length=1000)


def stalls(handler):
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.server.over.wait(20)


@contextmanager
def served(table: Mapping[str, object], /) -> Iterator[tuple[str, list[tuple[str, str, str]]]]:
    """Serve a table of paths; give the base address and the list of what was asked."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.table, server.asked, server.over = table, [], threading.Event()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", server.asked
    finally:
        server.over.set()
        server.shutdown()
        server.server_close()
        thread.join()


def listening():
    """Addresses of this machine that are listened on, but by other workers of the test run."""
    others = _others()
    found = [each for each in psutil.net_connections("tcp") if each.status == psutil.CONN_LISTEN]
    others |= _others()
    return {(each.laddr.ip, each.laddr.port) for each in found if each.pid not in others}


def _others():
    """Other workers of the test run, and what they have started."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        return set()
    own = psutil.Process()
    workers = [each for each in own.parent().children() if each.pid != own.pid]
    return {each.pid for worker in workers for each in (worker, *worker.children(recursive=True))}
