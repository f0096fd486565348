"""Mail that leaves by the interface of a provider."""

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from tests.mail import a_mailbox
from tests.world import World, day

from siklus.platform.mail import sending
from siklus.platform.mail.models import Outgoing
from siklus.platform.mail.sending import queue_mail, send_due


class Provider(BaseHTTPRequestHandler):
    asked: list = []
    status = 200

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.asked.append((self.path, self.headers["X-Postmark-Server-Token"], json.loads(body)))
        answer = json.dumps(
            {"ErrorCode": 0, "Message": "OK", "MessageID": "pm-1", "To": "hendra@banknusa.test"}
        )
        self.send_response(self.status)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(answer.encode() if self.status == 200 else b"{}")

    def log_message(self, *args):
        pass


@pytest.fixture
def provider(settings, monkeypatch):
    server = HTTPServer(("127.0.0.1", 0), Provider)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    settings.ANYMAIL = {"POSTMARK_API_URL": f"http://127.0.0.1:{server.server_port}/"}
    monkeypatch.setattr(Provider, "asked", [])
    monkeypatch.setattr(Provider, "status", 200)
    monkeypatch.setattr(sending, "_guards", [])
    yield Provider
    server.shutdown()
    server.server_close()


@pytest.fixture
def mail(world: World) -> Outgoing:
    box = a_mailbox(world, way="postmark", smtp_password="pm-key")
    return queue_mail(
        mailbox=box, to=[("Hendra", "hendra@banknusa.test")], subject="Halo", text="Halo.", purpose="test",
        by=world.rani, at=day(2),
    )  # fmt: skip


def test_a_mail_goes_to_the_provider_with_our_key_and_our_id(provider, mail: Outgoing):
    send_due(day(2))
    mail.refresh_from_db()
    assert (mail.state, mail.provider_id) == ("sent", "pm-1")
    ((path, key, body),) = provider.asked
    assert (path, key) == ("/email", "pm-key")
    assert (body["Subject"], body["TextBody"], body["To"]) == (
        "Halo",
        "Halo.",
        "Hendra <hendra@banknusa.test>",
    )
    assert {"Name": "Message-ID", "Value": mail.message_id} in body["Headers"]


@pytest.mark.parametrize(
    ("status", "state"), [(401, "failed"), (429, "queued"), (503, "queued"), (500, "uncertain")]
)
def test_what_the_provider_answers_decides_whether_it_is_tried_again(
    provider, mail: Outgoing, monkeypatch, status: int, state: str
):
    monkeypatch.setattr(Provider, "status", status)
    send_due(day(2))
    mail.refresh_from_db()
    assert mail.state == state
    assert len(provider.asked) == 1
