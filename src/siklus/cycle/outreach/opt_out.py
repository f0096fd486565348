"""The way out that every mail of a machine carries: a line at its foot, and the headers of RFC 8058.

The token names the mail by its key and signs it, with the language of the mail. It holds no address and no name.
"""

from functools import lru_cache

from django.core import signing
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from siklus.platform.mail.models import Outgoing
from siklus.platform.web.address import public_address

_signer = signing.Signer(salt="outreach.opt_out", sep="~")


def token_of(key: str, language: str) -> str:
    return _signer.sign(f"{key}.{language}")


def behind(token: str) -> tuple[Outgoing, str] | None:
    """The mail that a token came with, and the language it was written in. None: we did not sign this."""
    try:
        key, _dot, language = _signer.unsign(token).partition(".")
    except signing.BadSignature:
        return None
    mail = Outgoing.objects.filter(key=key).first()
    return None if mail is None else (mail, language if language in ("en", "id") else "en")


def address_of(key: str, language: str) -> str:
    return _page() + token_of(key, language) + "/"


@lru_cache(maxsize=1)
def _page() -> str:
    """Where the public page is; the token follows."""
    return public_address(reverse("desk:opt_out", args=["-"]).removesuffix("-/"))


def headers_of(address: str) -> dict[str, str]:
    """One click in the reader's own program is enough."""
    return {"List-Unsubscribe": f"<{address}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


def foot(address: str, language: str) -> str:
    with translation.override(language):
        return _("Rather no more mails from us: %(address)s") % {"address": address}
