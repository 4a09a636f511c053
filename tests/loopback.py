"""A server on loopback for tests: it answers, lies, breaks off or stalls as it is told."""

from __future__ import annotations

import socket
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

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
    """Ports of this machine that someone of this process's user listens on, by address."""
    found = set()
    for line in open("/proc/net/tcp").read().splitlines()[1:]:  # noqa: SIM115, PTH123 - a device
        address, state = line.split()[1], line.split()[3]
        if state == "0A":
            host, port = address.split(":")
            found.add((socket.inet_ntoa(bytes.fromhex(host)[::-1]), int(port, 16)))
    return found
