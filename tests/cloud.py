"""A small server of the test that speaks the WhatsApp Cloud API, and what its maker would tell us."""

import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from siklus.platform.chat.actions import add_line
from siklus.platform.chat.models import Line
from tests.world import World, day

SECRET, TOKEN, WORDS, PHONE_ID = "app-secret-of-nusa", "EAAB-token", "words-to-verify-by", "106540352242922"


@dataclass
class Cloud:
    url: str
    got: list[dict[str, Any]] = field(default_factory=list)
    seen: list[tuple[str, str]] = field(default_factory=list)  # path, authorization
    fails: list[tuple[int, dict[str, Any]]] = field(default_factory=list)  # answers before the good ones
    hangs_up: bool = False

    def fail(self, status: int, code: int, message: str = "", details: str = "") -> None:
        error: dict[str, Any] = {"message": f"(#{code}) {message}", "type": "OAuthException", "code": code}
        if details:
            error["error_data"] = {"messaging_product": "whatsapp", "details": details}
        self.fails.append((status, {"error": {**error, "fbtrace_id": "Az8or2yhqkZfEZ-_4Qn_Bam"}}))


@contextmanager
def speaking() -> Iterator[Cloud]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            cloud.seen.append((self.path, self.headers.get("Authorization", "")))
            cloud.got.append(body)
            if cloud.hangs_up:
                self.close_connection = True
                return
            status, answer = cloud.fails.pop(0) if cloud.fails else (200, taken(body, len(cloud.got)))
            sent = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json; charset=UTF-8")
            self.send_header("Content-Length", str(len(sent)))
            self.end_headers()
            self.wfile.write(sent)

        def log_message(self, *_args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    cloud = Cloud(f"http://127.0.0.1:{server.server_port}")
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield cloud
    finally:
        server.shutdown()
        server.server_close()


def taken(body: dict[str, Any], number: int) -> dict[str, Any]:
    return {
        "messaging_product": "whatsapp", "contacts": [{"input": body["to"], "wa_id": body["to"]}],
        "messages": [{"id": f"wamid.out{number}"}],
    }  # fmt: skip


def a_line(world: World, cloud: Cloud | None = None, **values: Any) -> Line:
    url = {"api_url": cloud.url} if cloud is not None else {}
    return add_line(**{
        "name": "Sales", "number": "021 5550 1234", "phone_number_id": PHONE_ID, "token": TOKEN, "app_secret": SECRET,
        "verify_token": WORDS, "by": world.agus, "at": day(0), **url, **values,
    })  # fmt: skip


def said(
    text: str, *, of: str = "6281234567890", key: str = "wamid.in1", at: datetime, **more: Any
) -> dict[str, Any]:
    """Somebody wrote to us."""
    message = {
        "from": of, "id": key, "timestamp": str(int(at.timestamp())), "type": "text", "text": {"body": text}, **more,
    }  # fmt: skip
    return {"contacts": [{"profile": {"name": "Hendra P."}, "wa_id": of}], "messages": [message]}


def became(state: str, *, key: str, at: datetime, **more: Any) -> dict[str, Any]:
    """What became of a message of ours."""
    status = {
        "id": key,
        "status": state,
        "timestamp": str(int(at.timestamp())),
        "recipient_id": "6281234567890",
    }
    return {"statuses": [{**status, **more}]}


def call(value: dict[str, Any], *, phone_id: str = PHONE_ID, field: str = "messages") -> bytes:
    meta = {"display_phone_number": "622155501234", "phone_number_id": phone_id}
    change = {"field": field, "value": {"messaging_product": "whatsapp", "metadata": meta, **value}}
    return json.dumps({
        "object": "whatsapp_business_account", "entry": [{"id": "102290129340398", "changes": [change]}],
    }).encode()  # fmt: skip


def signature(body: bytes, secret: str = SECRET) -> str:
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def tell(client: Any, line: Line, body: bytes, *, sign: str | None = None) -> Any:
    """Call our door as the maker does."""
    return client.post(
        f"/hooks/whatsapp/{line.key}/", body, content_type="application/json",
        headers={"X-Hub-Signature-256": signature(body) if sign is None else sign},
    )  # fmt: skip
