"""Reading a mail that anybody may have written. Broken headers, charsets and structures give less, never an error."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.header import decode_header
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime

from charset_normalizer import from_bytes
from selectolax.lexbor import LexborHTMLParser

Person = tuple[str, str]
LONGEST = 200_000
MOST_PARTS = 200
MOST_PEOPLE = 100
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
_ID = re.compile(r"<[^<>\s]{1,120}@[^<>\s]{1,120}>")


@dataclass(slots=True)
class Parsed:
    """What a mail says."""

    key: str
    message_id: str = ""
    in_reply_to: str = ""
    references: list[str] = field(default_factory=list)
    from_name: str = ""
    from_address: str = ""
    to: list[Person] = field(default_factory=list)
    cc: list[Person] = field(default_factory=list)
    delivered_to: list[str] = field(default_factory=list)
    subject: str = ""
    text: str = ""
    said: str = ""
    parts: list[dict[str, object]] = field(default_factory=list)
    calendar: str = ""
    sent_at: datetime = EARLIEST
    is_automatic: bool = False

    @property
    def addresses(self) -> set[str]:
        return {one for one in (self.from_address, *(address for _name, address in self.to + self.cc)) if one}

    @property
    def named_ids(self) -> list[str]:
        """Mails that this one answers, the nearest first."""
        return [*([self.in_reply_to] if self.in_reply_to else []), *reversed(self.references)]


def parse(raw: bytes, *, received_at: datetime) -> Parsed:
    """Read a mail as it came from a server."""
    return parsed(message_of(raw), received_at=received_at)


def message_of(raw: bytes) -> Message:
    return message_from_bytes(raw, policy=policy.compat32)


def parsed(message: Message, *, received_at: datetime) -> Parsed:
    found = Parsed(key="")
    ids = _ID.findall(header(message, "Message-ID"))
    found.message_id = ids[0] if ids and len(ids[0]) <= 250 else ""
    answered = _ID.findall(header(message, "In-Reply-To"))
    found.in_reply_to = answered[0] if answered else ""
    found.references = list(dict.fromkeys(_ID.findall(header(message, "References"))))[-50:]
    senders = people(message, "From") or people(message, "Sender") or people(message, "Return-Path")
    if senders:
        found.from_name, found.from_address = senders[0]
    found.to, found.cc = people(message, "To"), people(message, "Cc")
    delivered = people(message, "Delivered-To") + people(message, "X-Original-To")
    found.delivered_to = [address for _name, address in delivered]
    found.subject = " ".join(header(message, "Subject").split())[:250]
    found.sent_at = _moment(header(message, "Date"), received_at)
    found.is_automatic = _is_automatic(message)
    _read_body(message, found)
    found.said = without_quotes(found.text)
    found.key = _key(message, found)
    return found


def clean(text: str) -> str:
    """Text that every database takes."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode()


def header(message: Message, name: str) -> str:
    """A header with its encoded words decoded, on one line."""
    found = raw_headers(message, name)
    return _decoded(found[0]) if found else ""


def raw_headers(message: Message, name: str) -> list[str]:
    """The values of a header as they came."""
    return [str(value) for key, value in message.raw_items() if key.lower() == name.lower()]


def _decoded(value: object) -> str:
    try:
        text = str(value)
        pieces = decode_header(text)
    except Exception:
        return clean(str(value))
    out = []
    for piece, charset in pieces:
        if isinstance(piece, str):
            piece = piece.encode("utf-8", "surrogateescape")
        out.append(text_of(piece, charset or ""))
    return clean("".join(out)).replace("\r", " ").replace("\n", " ").strip()


def people(message: Message, name: str) -> list[Person]:
    """(name, address in small letters) of an address header."""
    try:
        pairs = getaddresses(raw_headers(message, name))
    except Exception:
        return []
    found: dict[str, Person] = {}
    for label, address in pairs[:MOST_PEOPLE]:
        address = _decoded(address).strip().strip("<>").lower()[:254]
        if "@" in address and not re.search(r"[\s<>,;]", address):
            found.setdefault(address, (_decoded(label)[:250], address))
    return list(found.values())


def text_of(raw: bytes, charset: str) -> str:
    """Bytes as text: as they say they are, or as UTF-8, or as what they look like."""
    for one in (charset, "utf-8"):
        try:
            return raw.decode(one)
        except (LookupError, UnicodeError, ValueError):
            continue
    guess = from_bytes(raw[:20_000]).best() if len(raw) > 200 else None
    try:
        return raw.decode(guess.encoding if guess else "cp1252", "replace")
    except (LookupError, UnicodeError, ValueError):
        return raw.decode("latin-1")


def _moment(text: str, received_at: datetime) -> datetime:
    """When it was sent, if that can be; else when we got it."""
    try:
        at = parsedate_to_datetime(text)
        at = (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except Exception:
        return received_at
    return at if EARLIEST < at <= received_at + timedelta(minutes=5) else received_at


def _is_automatic(message: Message) -> bool:
    submitted = header(message, "Auto-Submitted").lower()
    if submitted and not submitted.startswith("no"):
        return True
    if header(message, "Precedence").lower() in {"bulk", "junk", "list", "auto_reply"}:
        return True
    return any(header(message, one) for one in ("X-Autoreply", "X-Autorespond", "List-Id"))


def leaves(message: Message) -> Iterator[Message]:
    """The parts that hold something. A mail inside a mail is one part."""
    waiting, seen = [message], 0
    while waiting and seen < MOST_PARTS:
        part = waiting.pop(0)
        seen += 1
        inner = part.get_payload() if part.is_multipart() else None
        if isinstance(inner, list) and kind_of(part) != "message/rfc822":
            waiting[:0] = [one for one in inner if isinstance(one, Message)]
        else:
            yield part


def kind_of(part: Message) -> str:
    try:
        return clean(part.get_content_type()).strip()[:100]
    except Exception:
        return "text/plain"


def content(part: Message) -> bytes:
    try:
        payload = part.get_payload(decode=True)
    except Exception:
        payload = None
    if isinstance(payload, bytes):
        return payload
    inner = part.get_payload()
    if isinstance(inner, list) and inner and isinstance(inner[0], Message):
        try:
            return inner[0].as_bytes()
        except Exception:
            return b""
    return str(inner or "").encode("utf-8", "surrogateescape") if isinstance(inner, str) else b""


def words(part: Message) -> str:
    try:
        charset = part.get_content_charset() or ""
    except Exception:
        charset = ""
    return clean(text_of(content(part), charset)).replace("\r\n", "\n")[:LONGEST]


def file_name(part: Message) -> str:
    try:
        name = part.get_filename()
    except Exception:
        name = None
    return _decoded(name).replace("/", "_").replace("\\", "_")[:150] if name else ""


def is_file(part: Message) -> bool:
    """Is this part something to save, and not what the mail itself says?"""
    kind = kind_of(part)
    if kind in ("text/plain", "text/html"):
        return header(part, "Content-Disposition").lower().startswith("attachment") or bool(file_name(part))
    return kind not in ("text/calendar", "message/delivery-status", "text/rfc822-headers")


def _read_body(message: Message, found: Parsed) -> None:
    plain: list[str] = []
    html: list[str] = []
    for part in leaves(message):
        kind = kind_of(part)
        if is_file(part):
            found.parts.append({"name": file_name(part) or kind, "type": kind, "size": len(content(part))})
        elif kind == "text/calendar":
            found.calendar = found.calendar or words(part)
        elif kind in ("text/plain", "text/html"):
            (plain if kind == "text/plain" else html).append(words(part))
    text = "\n\n".join(plain).strip() or "\n\n".join(text_of_html(one) for one in html)
    found.text = text.strip()[:LONGEST]
    found.parts = found.parts[:50]


_BREAKS = re.compile(r"<(?:br|/p|/div|/tr|/li|/h[1-6]|/blockquote)\b[^>]*>", re.IGNORECASE)


def _broken(tag: re.Match[str]) -> str:
    return tag[0] + ("\n\n" if tag[0][:3].lower() in ("</p", "</b", "</h") else "\n")


def text_of_html(html: str) -> str:
    """What a reader would see, as plain text."""
    try:
        tree = LexborHTMLParser(_BREAKS.sub(_broken, html))
        for node in tree.css("script, style, head, title, template"):
            node.decompose()
        text = tree.body.text(separator="") if tree.body else ""
    except Exception:
        text = re.sub(r"<[^>]*>", " ", html)
    lines = [" ".join(line.split()) for line in clean(text).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


_QUOTES = re.compile(
    r"^(?:On .{4,200} wrote:|Pada .{4,200} menulis:|.{0,80}(?:tanggal|pukul).{0,120} menulis:"
    r"|-{2,}\s*(?:Original Message|Forwarded message|Pesan asli|Pesan terusan)\s*-{2,}"
    r"|_{10,}|From: .{3,200}|Dari: .{3,200})\s*$",
    re.IGNORECASE,
)


def without_quotes(text: str) -> str:
    """What is new in an answer; everything, when nothing else would remain."""
    kept: list[str] = []
    lines = text.split("\n")
    for place, line in enumerate(lines):
        two = f"{line} {lines[place + 1]}" if place + 1 < len(lines) else line
        if _QUOTES.match(line.strip()) or (
            re.match(r"^(On|Pada) ", line) and len(two) < 400 and _QUOTES.match(two.strip())
        ):
            break
        if line.startswith(">"):
            continue
        kept.append(line)
    said = re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip()
    return said or text.strip()


def _key(message: Message, found: Parsed) -> str:
    """The same for every copy of one mail. A program that gives all its mails one id still dates them."""
    date = header(message, "Date")
    if found.message_id:
        said = [found.message_id, date]
    else:
        said = [found.from_address, *(one for _n, one in found.to), found.subject, date, found.text]
    digest = hashlib.sha256("\n".join(said).encode("utf-8", "replace")).hexdigest()
    return ("id:" if found.message_id else "text:") + digest
