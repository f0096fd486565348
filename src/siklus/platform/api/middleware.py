"""Requests to the API: who asks by their key, in their language, and POSTs with an idempotency key only once."""

import hashlib
from collections.abc import Callable
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from siklus.platform.accounts.models import User
from siklus.platform.accounts.sign_in import user_of_token
from siklus.platform.api.models import IdempotencyKey
from siklus.platform.api.problems import problem
from siklus.platform.journal.record import through

PREFIX = "/api/"
KEPT_FOR = timedelta(days=1)
REPLAYED = ("Content-Type", "ETag", "Location")


class ApiMiddleware:
    """Sets `request.user` from the bearer token; sessions mean nothing here, so neither does CSRF."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(PREFIX):
            return self.get_response(request)
        scheme, _space, key = request.headers.get("Authorization", "").partition(" ")
        user = user_of_token(key.strip(), timezone.now()) if scheme.lower() == "bearer" and key else None
        request.api_user = user  # type: ignore[attr-defined]
        language = user.language if user else translation.get_language_from_request(request)
        zone = user.zone if user else None
        with translation.override(language), timezone.override(zone), through("api"):
            if has_zero_byte(request):
                return problem(400, _("The request holds a zero character, which no text of ours may hold."))
            if user is not None and request.method == "POST" and "Idempotency-Key" in request.headers:
                return self._once(request, user)
            return self.get_response(request)

    def _once(self, request: HttpRequest, user: User) -> HttpResponse:
        """Act and remember the answer in one transaction; an answer that refuses is not remembered."""
        key = request.headers["Idempotency-Key"]
        if not 1 <= len(key) <= 200:
            return problem(400, _("An idempotency key has 1 to 200 characters."))
        digest = hashlib.sha256(request.get_full_path().encode() + b"\0" + request.body).hexdigest()
        known = IdempotencyKey.objects.filter(user=user, key=key).first()
        if known is not None:
            return _replay(known, digest)
        try:
            with transaction.atomic():
                row = IdempotencyKey.objects.create(
                    user=user, key=key, digest=digest, created_at=timezone.now()
                )
                response = self.get_response(request)
                if response.status_code >= 400:
                    raise _NotKept(response)
                row.status = response.status_code
                row.headers = {name: response[name] for name in REPLAYED if name in response}
                row.body = response.content.decode()
                row.save()
        except _NotKept as refused:
            return refused.response
        except IntegrityError:
            known = IdempotencyKey.objects.filter(user=user, key=key).first()
            if known is None:
                raise
            return _replay(known, digest)
        return response


def has_zero_byte(request: HttpRequest) -> bool:
    """PostgreSQL keeps no text with it, so it never gets in. Files are looked at by their reader."""
    if "\0" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
        return True
    if request.content_type == "application/json":
        return b"\0" in request.body or b"\\u0000" in request.body
    return False


class _NotKept(Exception):
    def __init__(self, response: HttpResponse) -> None:
        self.response = response


def _replay(known: IdempotencyKey, digest: str) -> HttpResponse:
    if known.digest != digest:
        return problem(422, _("This idempotency key was used for another request."))
    response = HttpResponse(known.body, status=known.status or 200)
    for name, value in known.headers.items():
        response[name] = value
    response["Idempotent-Replayed"] = "true"
    return response


def forget_old_keys() -> int:
    """Delete keys that are older than a day."""
    return IdempotencyKey.objects.filter(created_at__lt=timezone.now() - KEPT_FOR).delete()[0]
