"""Requests that we send to addresses people typed: checked before, bounded in time and size, and never sent on.

The address that was checked is the one that is connected to, so a name cannot change in between. Redirects are answers
like any other: nobody follows them here. `reading.py` reads pages and checks every hop anew.
"""

import http.client
import ipaddress
import socket
import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Thread, Timer
from typing import Any, TypeVar
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _

T = TypeVar("T")
LARGEST_URL = 2000
KEPT = 500  # bytes of an answer
_OLD_FORMS = tuple(map(ipaddress.IPv6Network, ("::/96", "fec0::/10", "64:ff9b:1::/48")))
WHY: dict[str, Any] = {
    "address": _("This is not an address of the web."),
    "scheme": _("Write an address that begins with https:// or http://."),
    "password": _("An address with a user name or password in it is not used."),
    "private": _("%(host)s is in a private network. Whoever runs this installation can allow it."),
    "no_host": _("There is no host called %(host)s."),
    "slow": _("There was no answer within %(count)s seconds."),
    "certificate": _("The certificate is not valid: %(why)s."),
    "failed": _("The connection failed: %(why)s."),
    "redirects": _("It sends on from address to address without end."),
}


def sentence(why: str, details: Mapping[str, Any]) -> str:
    """What was in the way, in the reader's language."""
    return str(WHY[why]) % details


class NotSent(OSError):
    """There was no answer, or the address is none that we send to. The text is for people.

    `why` and `details` make the same sentence in another language: see `sentence`.
    """

    def __init__(self, why: str, /, **details: Any) -> None:
        super().__init__(sentence(why, details))
        self.why, self.details = why, details
        self.never_left = True  # false as soon as the other side may have got it


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    excerpt: str  # the first bytes, for people


@dataclass(frozen=True, slots=True)
class Target:
    """A checked way to write an address; whether it leads to a public host is asked when it is used."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def named(self) -> str:
        """The host as a header says it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        usual = 443 if self.scheme == "https" else 80
        return host if self.port == usual else f"{host}:{self.port}"


def is_public(address: str) -> bool:
    """A global unicast address, also when it hides in an IPv6 form."""
    one = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(one, ipaddress.IPv6Address):
        inner = one.ipv4_mapped or one.sixtofour or (one.teredo[1] if one.teredo else None)
        if inner is None and one in ipaddress.ip_network("64:ff9b::/96"):
            inner = ipaddress.IPv4Address(int(one) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
        if any(one in form for form in _OLD_FORMS):
            return False
    return one.is_global and not one.is_multicast


def may_be_called(address: str, *, private_too: bool) -> bool:
    """May we go to this address? Never to link-local ones: there the machines of clouds tell their secrets."""
    if is_public(address):
        return True
    one = ipaddress.ip_address(address.partition("%")[0])
    inner = getattr(one, "ipv4_mapped", None) or one
    return private_too and not inner.is_link_local and not inner.is_multicast


def target_of(url: str) -> Target:
    """Read an address. Raises NotSent."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
        if host and ":" not in host:
            host = host.encode("idna").decode("ascii")
    except (ValueError, UnicodeError) as error:
        raise NotSent("address") from error
    if parts.scheme not in {"http", "https"} or not host or len(url) > LARGEST_URL:
        raise NotSent("scheme")
    if parts.username is not None or parts.password is not None:
        raise NotSent("password")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if any(letter <= " " or letter > "~" for letter in path):
        raise NotSent("address")
    return Target(parts.scheme, host, port or (443 if parts.scheme == "https" else 80), path)


def refuse_private_literal(target: Target, *, private_too: bool) -> None:
    """Say at once what would be refused later: a private address written as such. Names are looked up when used."""
    try:
        allowed = may_be_called(target.host, private_too=private_too)
    except ValueError:
        allowed = private_too or (target.host != "localhost" and not target.host.endswith(".localhost"))
    if not allowed:
        raise NotSent("private", host=target.host)


def addresses_of(target: Target, *, private_too: bool, seconds: float = 10.0) -> list[str]:
    """Where its host stands, as far as we may go there. Raises NotSent, also when nobody says so in time."""
    try:
        found = _within(
            seconds, lambda: socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
        )
    except TimeoutError as error:
        raise NotSent("slow", count=round(seconds)) from error
    except (OSError, UnicodeError) as error:
        raise NotSent("no_host", host=target.host) from error
    allowed = [str(one[4][0]) for one in found if may_be_called(str(one[4][0]), private_too=private_too)]
    if not allowed:
        raise NotSent("private", host=target.host)
    return list(dict.fromkeys(allowed))


def _within(seconds: float, ask: Callable[[], T]) -> T:
    """The answer to a question that cannot be broken off; its thread is left to end by itself. Raises TimeoutError."""
    kept: list[T | Exception] = []

    def run() -> None:
        try:
            kept.append(ask())
        except Exception as error:
            kept.append(error)

    thread = Thread(target=run, daemon=True)
    thread.start()
    thread.join(seconds)
    if not kept:
        raise TimeoutError
    if isinstance(kept[0], Exception):
        raise kept[0]
    return kept[0]


class _Connection(http.client.HTTPConnection):
    """To the checked addresses only; TLS asks for the certificate of the name."""

    def __init__(self, target: Target, addresses: list[str], until: float) -> None:
        super().__init__(target.host, target.port)
        self._target, self._addresses, self._until = target, addresses, until
        self._held: Any = None

    def connect(self) -> None:
        last: OSError | None = None
        for address in self._addresses:
            try:
                self.sock = socket.create_connection((address, self._target.port), self._left())
            except OSError as error:
                last = error
                continue
            self._held = self.sock
            if self._target.scheme == "https":
                self.sock.settimeout(self._left())
                context = ssl.create_default_context()
                self._held = self.sock = context.wrap_socket(self.sock, server_hostname=self._target.host)
            return
        assert last is not None
        raise last

    def _left(self) -> float:
        return max(self._until - time.monotonic(), 0.05)

    def cut(self) -> None:
        """End it wherever it is: who drips bytes does not hold us.

        The socket is held here, since `http.client` lets go of it as soon as the headers are read.
        """
        if self._held is not None:
            try:
                socket.socket.shutdown(self._held, socket.SHUT_RDWR)
            except OSError:
                pass


@contextmanager
def asked(
    target: Target, method: str, body: bytes | None, headers: Mapping[str, str], *, seconds: float, private_too: bool,
) -> Iterator[http.client.HTTPResponse]:  # fmt: skip
    """The answer of a host, ready to be read. Looking it up, asking and reading inside end after `seconds`.

    Raises NotSent, with a sentence of what was in the way.
    """
    until = time.monotonic() + seconds
    addresses = addresses_of(target, private_too=private_too, seconds=seconds)
    connection = _Connection(target, addresses, until)
    timer = Timer(max(until - time.monotonic(), 0.01), connection.cut)
    timer.daemon = True
    timer.start()
    is_on_its_way = False

    def refusal(why: str, /, **details: Any) -> NotSent:
        made = NotSent(why, **details)
        made.never_left = not is_on_its_way
        return made

    try:
        connection.connect()
        is_on_its_way = True
        connection.request(
            method, target.path, body, {"Host": target.named, "Connection": "close", **headers}
        )
        yield connection.getresponse()
        if time.monotonic() >= until:  # what was cut off may look like an answer that ended
            raise refusal("slow", count=round(seconds))
    except NotSent:
        raise
    except ssl.SSLCertVerificationError as error:
        raise refusal("certificate", why=error.verify_message) from error
    except TimeoutError as error:
        raise refusal("slow", count=round(seconds)) from error
    except (OSError, http.client.HTTPException, ValueError) as error:
        if time.monotonic() >= until:
            raise refusal("slow", count=round(seconds)) from error
        raise refusal("failed", why=getattr(error, "strerror", None) or type(error).__name__) from error
    finally:
        timer.cancel()
        connection.close()


def post(
    url: str, body: bytes, headers: Mapping[str, str], *, seconds: float = 10.0, private_too: bool = False,
    most: int = KEPT,
) -> Answer:  # fmt: skip
    """Send something; `most` bytes of the answer are read. Raises NotSent, with a sentence of what was in the way."""
    target = target_of(url)
    with asked(target, "POST", body, headers, seconds=seconds, private_too=private_too) as answer:
        return Answer(answer.status, answer.read(most).decode("utf-8", "replace").replace("\x00", ""))
