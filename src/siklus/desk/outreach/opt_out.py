"""The page behind the way out of a mail: who has its address may end it. No sign-in.

Reading changes nothing, since programs open links too. Ending it is a POST: from the button, or by one click in the
reader's own mail program (RFC 8058), which brings no cookie and no token against forged requests; the address is the proof.
"""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from siklus.cycle.outreach.actions import suppress
from siklus.cycle.outreach.models import Suppression
from siklus.cycle.outreach.opt_out import behind
from siklus.cycle.outreach.queries import suppressed_among
from siklus.platform.installation.current import current
from siklus.platform.journal.record import through
from siklus.platform.web.jinja import render


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def opt_out(request: HttpRequest, token: str) -> HttpResponse:
    """Ask, or do it."""
    found = behind(token)
    if found is None:
        return _page(request, translation.get_language() or "en", "unknown", status=404)
    mail, language = found
    address = mail.to[0][1]
    with translation.override(language), through("form"):
        if request.method == "POST":
            suppress(address=address, why=Suppression.Why.OPTED_OUT, by=None, at=timezone.now())
            return _page(request, language, "done", address)
        return _page(request, language, "done" if suppressed_among([address]) else "ask", address)


def _page(
    request: HttpRequest, language: str, state: str, address: str = "", status: int = 200
) -> HttpResponse:
    lang = "id" if language.startswith("id") else "en"
    names = {"state": state, "address": veiled(address), "lang": lang, "us": current().name}
    response = render(request, "desk/outreach/opt_out.html", names, status=status)
    response.headers["Content-Language"] = lang
    response.headers["Referrer-Policy"] = (
        "same-origin"  # none at all would make browsers post without an origin
    )
    return response


def veiled(address: str) -> str:
    """Enough for its owner to recognise; the link may have been passed on."""
    name, at, domain = address.partition("@")
    return f"{name[:1]}•••{at}{domain}" if at else ""
