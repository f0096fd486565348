"""Servers for the tests of mail: an SMTP server that does as it is told, and hands into IMAP boxes."""

import imaplib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.utils import format_datetime

from aiosmtpd.controller import Controller

from siklus.platform.mail.actions import add_mailbox
from siklus.platform.mail.models import Mailbox
from tests.parts import IMAP_PASSWORD
from tests.world import World, day


class Post:
    """Keeps what it is handed. `answer` is what it says to DATA; `before` is called first."""

    def __init__(self) -> None:
        self.mails: list[bytes] = []
        self.answer = "250 taken"
        self.before: Callable[[], None] = lambda: None

    async def handle_DATA(self, server, session, envelope) -> str:
        self.before()
        if self.answer.startswith("2"):
            self.mails.append(envelope.original_content)
        return self.answer


class _Controller(Controller):
    """On a port that the system chose."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def smtp_server() -> Iterator[tuple[Post, int]]:
    post = Post()
    controller = _Controller(post, hostname="127.0.0.1", port=0, ready_timeout=20)
    controller.start()
    try:
        yield post, controller.port
    finally:
        controller.stop()


class Box:
    """A mailbox on the real IMAP server, seen from the other side."""

    def __init__(self, port: int, address: str) -> None:
        self.client = imaplib.IMAP4("127.0.0.1", port)
        self.client.login(address, IMAP_PASSWORD)

    def put(self, raw: bytes | EmailMessage, folder: str = "INBOX") -> None:
        source = raw if isinstance(raw, bytes) else raw.as_bytes()
        assert self.client.append(folder, "", None, source)[0] == "OK"  # type: ignore[arg-type]

    def unseen(self) -> int:
        self.client.select("INBOX", readonly=True)
        return len(self.client.search(None, "UNSEEN")[1][0].split())


def a_mail(
    subject: str = "Proposal", *, text: str = "Terima kasih.", sender: str = "Hendra <hendra@banknusa.test>",
    to: str = "rani@nusa.test", message_id: str = "<one@banknusa.test>", number: float = 3, **headers: str,
) -> EmailMessage:  # fmt: skip
    """A mail that somebody wrote; an empty message id leaves it out."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, to, subject
    mail["Date"] = format_datetime(day(number))
    if message_id:
        mail["Message-ID"] = message_id
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    return mail


def a_mailbox(world: World, *, port: int = 0, smtp: int = 0, **values) -> Mailbox:
    """Rani's mailbox, with servers on this machine where a port is given."""
    values.setdefault("address", "rani@nusa.test")
    values.setdefault("owner", world.rani)
    values.setdefault("from_name", "Rani Astuti")
    if port:
        values |= {
            "imap_host": "127.0.0.1", "imap_port": port, "imap_security": "plain",
            "imap_password": IMAP_PASSWORD,
        }  # fmt: skip
    if smtp:
        values |= {"way": "smtp", "smtp_host": "127.0.0.1", "smtp_port": smtp, "smtp_security": "plain"}
    return add_mailbox(by=world.agus, at=day(1), **values)
