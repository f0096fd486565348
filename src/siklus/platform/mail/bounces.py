"""Recognising mail that came back: delivery reports (RFC 3464), and servers that write something of their own."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message

from siklus.platform.mail.parse import Parsed, header, kind_of, leaves, words

_STATUS = re.compile(r"\b([245])\.\d{1,3}\.\d{1,3}\b")
_DAEMON = re.compile(r"^(mailer-daemon|postmaster|mail-daemon)@", re.IGNORECASE)
_SAID = re.compile(
    r"undeliver|delivery (status|failure|has failed)|returned mail|mail delivery|failure notice|tidak terkirim",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Bounce:
    """Who could not be reached, whether for good, and in which words."""

    address: str
    is_permanent: bool
    reason: str
    original: str  # text in which ids of the mail that came back may stand


def bounce_of(message: Message, found: Parsed) -> Bounce | None:
    """The bounce that a mail is; None when it is something else, or only late."""
    is_report = (
        kind_of(message) == "multipart/report"
        and "delivery-status" in header(message, "Content-Type").lower()
    )
    if is_report:
        for fields in _recipients(message):
            if fields.get("action", "").lower() == "failed":
                return _read(fields, message, found)
        return None
    if _DAEMON.match(found.from_address) and _SAID.search(found.subject):
        status = _STATUS.search(found.text)
        if status is None or status[1] == "2":
            return None
        failed = header(message, "X-Failed-Recipients").split(",")[0].strip().lower()
        reason = next((line for line in found.text.split("\n") if _STATUS.search(line)), found.subject)
        return Bounce(failed, status[1] == "5", reason.strip()[:500], _original(message, found))
    return None


def _recipients(message: Message) -> Iterator[dict[str, str]]:
    """The blocks of a delivery report, one a recipient."""
    for part in _every(message):
        if kind_of(part) != "message/delivery-status":
            continue
        blocks = part.get_payload()
        blocks = blocks if isinstance(blocks, list) else []
        for block in blocks:
            if isinstance(block, Message):
                yield {key.lower(): header(block, key) for key in block}


def _every(message: Message) -> Iterator[Message]:
    inner = message.get_payload() if message.is_multipart() else []
    for part in inner if isinstance(inner, list) else []:
        if isinstance(part, Message):
            yield part


def _read(fields: dict[str, str], message: Message, found: Parsed) -> Bounce:
    status = _STATUS.search(fields.get("status", ""))
    who = fields.get("final-recipient", "") or fields.get("original-recipient", "")
    said = fields.get("diagnostic-code", "")
    reason = said.partition(";")[2].strip() if ";" in said else said
    return Bounce(
        who.rpartition(";")[2].strip().strip("<>").lower()[:254],
        status is None or status[1] == "5",
        (reason or fields.get("status", "") or found.subject)[:500],
        _original(message, found),
    )


def _original(message: Message, found: Parsed) -> str:
    texts = [" ".join([found.in_reply_to, *found.references]), found.text]
    for part in leaves(message):
        if kind_of(part) in ("message/rfc822", "text/rfc822-headers"):
            inner = part.get_payload()
            if isinstance(inner, list) and inner and isinstance(inner[0], Message):
                texts.append(header(inner[0], "Message-ID"))
            texts.append(words(part)[:20_000])
    return "\n".join(texts)
