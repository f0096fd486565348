"""A small website of the test, on this machine: pages by path, and a record of what was asked for."""

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from siklus.platform.web import outgoing

HOST = "banknusa.test"  # a name that leads to this machine in the tests
ORGANISATION = {
    "@type": "Organization", "telephone": "021 555 12345", "industry": "Banking", "foundingDate": "1968",
    "address": {"addressLocality": "Jakarta", "addressCountry": "ID"},
}  # fmt: skip


def linking(**node: object) -> str:
    """A home page that says this for machines and links to two others."""
    script = f'<script type="application/ld+json">{json.dumps(node)}</script>' if node else ""
    return f'{script}<a href="/kontak">Kontak</a><a href="/tentang">Tentang kami</a>'


def bank_pages() -> "dict[str, Reply | str]":
    """The website of Bank Nusa."""
    return {
        "/": linking(**ORGANISATION),
        "/kontak": '<a href="mailto:info@banknusa.test">Tulis</a><a href="tel:0215551234">Telepon</a>',
        "/tentang": '<meta name="description" content="Bank untuk warung."><p>Sejak 1970</p>',
    }


@dataclass
class Reply:
    body: bytes | str = b""
    status: int = 200
    kind: str = "text/html; charset=utf-8"
    headers: dict[str, str] = field(default_factory=dict)
    drip: Callable[[Any], None] | None = None  # writes the body itself, into the file it is given


@dataclass
class Site:
    port: int = 0
    pages: dict[str, Reply | str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    agents: set[str] = field(default_factory=set)

    def url(self, path: str = "/", host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}{path}"

    def reply(self, path: str) -> Reply:
        found = self.pages.get(path.partition("?")[0], Reply("nothing here", 404))
        return Reply(found) if isinstance(found, str) else found


@contextmanager
def serving(pages: dict[str, Reply | str] | None = None) -> Iterator[Site]:
    site = Site(pages=pages or {})

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            site.asked.append(self.path)
            site.agents.add(self.headers.get("User-Agent", ""))
            try:
                self._answer(site.reply(self.path))
            except OSError:  # the other side hung up
                pass

        def _answer(self, reply: Reply) -> None:
            body = reply.body.encode() if isinstance(reply.body, str) else reply.body
            self.send_response(reply.status)
            self.send_header("Content-Type", reply.kind)
            for key, value in reply.headers.items():
                self.send_header(key, value)
            if reply.drip is None:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if reply.drip is None:
                self.wfile.write(body)
            else:
                reply.drip(self.wfile)

        def log_message(self, *_args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    site.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def bank_site(monkeypatch: Any, settings: Any) -> Iterator[Site]:
    """The website of Bank Nusa; every name that ends with .test leads to this machine."""
    settings.WEBSITE_PRIVATE_HOSTS = True
    real = socket.getaddrinfo

    def look_up(host: str, *rest: Any, **more: Any) -> Any:
        return real("127.0.0.1" if host.endswith(".test") else host, *rest, **more)

    monkeypatch.setattr(outgoing.socket, "getaddrinfo", look_up)
    with serving(bank_pages()) as site:
        yield site
