"""Requests that we send to addresses people typed: checked before, bounded in time and size, and never sent on.

The address that was checked is the one that is connected to, so a name cannot change in between. Redirects are answers
like any other: nobody follows them.
"""

import http.client
import ipaddress
import socket
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from threading import Timer
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

LARGEST_URL = 2000
KEPT = 500  # bytes of an answer
_OLD_FORMS = tuple(map(ipaddress.IPv6Network, ("::/96", "fec0::/10", "64:ff9b:1::/48")))


class NotSent(OSError):
    """There was no answer, or the address is none that we send to. The text is for people."""


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


def target_of(url: str) -> Target:
    """Read an address. Raises NotSent."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
        if host and ":" not in host:
            host = host.encode("idna").decode("ascii")
    except (ValueError, UnicodeError) as error:
        raise NotSent(_("This is not an address of the web.")) from error
    if parts.scheme not in {"http", "https"} or not host or len(url) > LARGEST_URL:
        raise NotSent(_("Write an address that begins with https:// or http://."))
    if parts.username is not None or parts.password is not None:
        raise NotSent(_("An address with a user name or password in it is not used."))
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if any(letter <= " " or letter > "~" for letter in path):
        raise NotSent(_("This is not an address of the web."))
    return Target(parts.scheme, host, port or (443 if parts.scheme == "https" else 80), path)


def refuse_private_literal(target: Target, *, private_too: bool) -> None:
    """Say at once what would be refused later: a private address written as such. Names are looked up when used."""
    try:
        public = is_public(target.host)
    except ValueError:
        public = target.host != "localhost" and not target.host.endswith(".localhost")
    if not public and not private_too:
        raise _private(target)


def _private(target: Target) -> NotSent:
    text = _("%(host)s is in a private network. Whoever runs this installation can allow it.")
    return NotSent(text % {"host": target.host})


def addresses_of(target: Target, *, private_too: bool) -> list[str]:
    """Where its host stands, as far as we may go there. Raises NotSent."""
    try:
        found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise NotSent(_("There is no host called %(host)s.") % {"host": target.host}) from error
    allowed = [str(one[4][0]) for one in found if private_too or is_public(str(one[4][0]))]
    if not allowed:
        raise _private(target)
    return list(dict.fromkeys(allowed))


class _Connection(http.client.HTTPConnection):
    """To the checked addresses only; TLS asks for the certificate of the name."""

    def __init__(self, target: Target, addresses: list[str], until: float) -> None:
        super().__init__(target.host, target.port)
        self._target, self._addresses, self._until = target, addresses, until

    def connect(self) -> None:
        last: OSError | None = None
        for address in self._addresses:
            try:
                self.sock = socket.create_connection((address, self._target.port), self._left())
            except OSError as error:
                last = error
                continue
            if self._target.scheme == "https":
                self.sock.settimeout(self._left())
                context = ssl.create_default_context()
                self.sock = context.wrap_socket(self.sock, server_hostname=self._target.host)
            return
        assert last is not None
        raise last

    def _left(self) -> float:
        return max(self._until - time.monotonic(), 0.05)

    def cut(self) -> None:
        """End it wherever it is: who drips bytes does not hold us."""
        sock: Any = self.sock
        if sock is not None:
            try:
                sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass


def post(
    url: str, body: bytes, headers: Mapping[str, str], *, seconds: float = 10.0, private_too: bool = False
) -> Answer:
    """Send something. Raises NotSent, with a sentence of what was in the way."""
    target = target_of(url)
    connection = _Connection(
        target, addresses_of(target, private_too=private_too), time.monotonic() + seconds
    )
    timer = Timer(seconds, connection.cut)
    timer.daemon = True
    timer.start()
    try:
        connection.request(
            "POST", target.path, body, {"Host": target.named, "Connection": "close", **headers}
        )
        answer = connection.getresponse()
        return Answer(answer.status, answer.read(KEPT).decode("utf-8", "replace").replace("\x00", ""))
    except ssl.SSLCertVerificationError as error:
        reason = error.verify_message
        raise NotSent(_("The certificate is not valid: %(why)s.") % {"why": reason}) from error
    except TimeoutError as error:
        raise NotSent(
            _("There was no answer within %(count)s seconds.") % {"count": round(seconds)}
        ) from error
    except (OSError, http.client.HTTPException, ValueError) as error:
        if not timer.is_alive():
            text = _("There was no answer within %(count)s seconds.") % {"count": round(seconds)}
            raise NotSent(text) from error
        why = getattr(error, "strerror", None) or type(error).__name__
        raise NotSent(_("The connection failed: %(why)s.") % {"why": why}) from error
    finally:
        timer.cancel()
        connection.close()
