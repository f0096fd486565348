"""Pages of other sites, read as a guest: few, small, in time, and by no redirect into our own network."""

import codecs
import re
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPResponse
from importlib.metadata import version
from urllib.parse import urljoin

from charset_normalizer import from_bytes
from django.conf import settings
from django.utils.encoding import iri_to_uri

from siklus.platform.web.outgoing import NotSent, asked, target_of

HOPS = 5
PIECE = 16_384
REDIRECTS = frozenset({301, 302, 303, 307, 308})
PRODUCT = "Siklus"
SAMPLE = 65_536
_CODECS = re.compile(
    r"utf-8|utf-16(-[lb]e)?|ascii|iso8859-\d+|cp\d+|gb\w+|big5\w*|shift_jis\w*|euc_\w+|koi8-\w|tis-620"
).fullmatch
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([A-Za-z0-9_.:-]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Page:
    """What an address answered. `url` is where it was found, `is_whole` says that nothing was cut off."""

    url: str
    status: int
    media_type: str
    body: bytes
    charset: str
    is_whole: bool

    @property
    def text(self) -> str:
        """The body as text: by what the server says, then by what the page says, then by its looks."""
        names = [self.charset]
        if found := _CHARSET.search(self.body[:2048].decode("ascii", "replace")):
            names.append(found[1])
        for name in filter(None, map(_known, names)):
            return self.body.decode(name, "replace").lstrip("\ufeff")
        try:
            return self.body.decode("utf-8").lstrip("\ufeff")
        except UnicodeError:
            best = from_bytes(self.body[:SAMPLE]).best() if self.is_whole else None
            return self.body.decode(best.encoding if best is not None else "utf-8", "replace")


def _known(name: str) -> str | None:
    """A charset that pages are written in. Python knows more, and some of them take hours (punycode)."""
    try:
        found = codecs.lookup(name).name if name else ""
    except LookupError:
        return None
    return found if _CODECS(found) else None


def user_agent() -> str:
    """Who we are, and where to ask about us when the installation says so."""
    about = f" (+{settings.SIKLUS_URL.rstrip('/')})" if settings.SIKLUS_URL else ""
    return f"{PRODUCT}/{version('siklus')}{about}"


def get(
    url: str, *, accept: str = "text/html", most: int = 2_000_000, seconds: float = 10.0, private_too: bool = False,
    may_go: Callable[[str], None] | None = None,
) -> Page:  # fmt: skip
    """Read a page, following a few redirects. Raises NotSent, with a sentence of what was in the way.

    Parameters
    ----------
    most : so many bytes are read, before and after unpacking; the rest is left where it is
    seconds : for all hops together
    may_go : asked before each hop, raises what should end it
    """
    until = time.monotonic() + seconds
    headers = {"User-Agent": user_agent(), "Accept": accept, "Accept-Encoding": "gzip"}
    for _hop in range(HOPS + 1):
        target = target_of(url)
        if may_go is not None:
            may_go(url)
        left = until - time.monotonic()
        if left <= 0:
            raise NotSent("slow", count=round(seconds))
        with asked(target, "GET", None, headers, seconds=left, private_too=private_too) as answer:
            where = answer.headers.get("Location")
            if answer.status not in REDIRECTS or not where:
                return _page(url, answer, most)
        url = _next(url, where)
    raise NotSent("redirects")


def _next(url: str, where: str) -> str:
    """Where a Location leads; letters beyond ASCII came as bytes."""
    try:
        where = where.encode("latin-1").decode("utf-8")
    except UnicodeError:
        pass
    try:
        return iri_to_uri(urljoin(url, where).partition("#")[0])
    except ValueError as error:
        raise NotSent("address") from error


def _page(url: str, answer: HTTPResponse, most: int) -> Page:
    packed = answer.headers.get("Content-Encoding", "").strip().lower()
    if packed not in {"", "identity", "gzip", "x-gzip"}:
        raise NotSent("failed", why=f"Content-Encoding {packed[:20]}")
    body, is_whole = _read(answer, most, packed.endswith("gzip"))
    return Page(
        url, answer.status, answer.headers.get_content_type(), body,
        answer.headers.get_content_charset() or "", is_whole,
    )  # fmt: skip


def _read(answer: HTTPResponse, most: int, is_packed: bool) -> tuple[bytes, bool]:
    """The first bytes, unpacked, and whether that is all. What is packed never grows beyond `most` either."""
    unpack = zlib.decompressobj(wbits=31) if is_packed else None
    body, came = bytearray(), 0
    while piece := answer.read1(PIECE):
        came += len(piece)
        try:
            body += unpack.decompress(piece, most + 1 - len(body)) if unpack else piece
        except zlib.error as error:
            raise NotSent("failed", why="gzip") from error
        if len(body) > most or came > most:
            return bytes(body[:most]), False
        if unpack is not None and unpack.eof:
            break
    return bytes(body), True
