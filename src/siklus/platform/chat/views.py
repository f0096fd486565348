"""The door at which a provider calls: it asks once whether we are there, and then tells what came.

No sign-in and no token of ours: whoever calls proves it by the words to verify by, or by the signature over every byte.
"""

import hmac
import re

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from siklus.platform.chat.models import Line
from siklus.platform.chat.providers import provider_of
from siklus.platform.chat.receiving import take_in
from siklus.platform.journal.record import through
from siklus.platform.mail.sealing import CannotUnseal, unseal

LARGEST = 1024 * 1024
_CHALLENGE = re.compile(r"[A-Za-z0-9_.-]{1,200}")


@csrf_exempt
@never_cache
@require_http_methods(["GET", "POST"])
def hook(request: HttpRequest, key: str) -> HttpResponse:
    line = Line.objects.filter(key=key, retired_at=None).first()
    if line is None:
        raise Http404
    if request.method == "GET":
        return _verify(request, line)
    if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST:
        return _plain("too large", 413)
    body, provider = request.body, provider_of(line)
    if not provider.is_genuine(line, request.headers, body):
        return _plain("not signed rightly", 403)
    with through("job"):
        take_in(line=line, told=provider.told(line, body), at=timezone.now())
    return _plain("ok")


def _verify(request: HttpRequest, line: Line) -> HttpResponse:
    """Give the challenge back to who knows our words."""
    try:
        words = unseal(line.sealed_verify_token)
    except CannotUnseal:
        words = ""
    given, challenge = request.GET.get("hub.verify_token", ""), request.GET.get("hub.challenge", "")
    knows = bool(words) and hmac.compare_digest(given.encode(), words.encode())
    if request.GET.get("hub.mode") != "subscribe" or not knows or not _CHALLENGE.fullmatch(challenge):
        return _plain("refused", 403)
    return _plain(challenge)


def _plain(text: str, status: int = 200) -> HttpResponse:
    return HttpResponse(text, status=status, content_type="text/plain; charset=utf-8")
