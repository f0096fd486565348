"""Connections to hosts that people typed. Private networks are refused, and the address checked is the one used."""

import socket
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from siklus.platform.web.outgoing import is_public

__all__ = ["HostRefused", "addresses_of", "connect", "is_public"]


class HostRefused(OSError):
    """The name leads nowhere, or into a private network."""


def addresses_of(host: str, port: int) -> list[Any]:
    """The addresses of a host that we may connect to. Raises HostRefused."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise HostRefused(_("There is no host called %(host)s.") % {"host": host}) from error
    allowed = [one for one in found if settings.MAIL_PRIVATE_HOSTS or is_public(str(one[4][0]))]
    if not allowed:
        raise HostRefused(
            _("%(host)s is in a private network. Whoever runs this installation can allow it.")
            % {"host": host}
        )
    return allowed


def connect(host: str, port: int, timeout: float | None) -> socket.socket:
    """A connection to one of the checked addresses, so that a name cannot change in between."""
    last: OSError | None = None
    for *_kind, address in addresses_of(host, port):
        try:
            return socket.create_connection((str(address[0]), port), timeout)
        except OSError as error:
            last = error
    assert last is not None
    raise last
