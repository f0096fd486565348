"""Every request is answered in its user's language and time zone, and its facts come through the screen."""

from collections.abc import Callable
from urllib.parse import quote

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone, translation

from siklus.platform.journal.record import through

OPEN_PATHS = (
    "/sign-in/",
    "/password/",
    "/static/",
    "/api/",
    "/health/",
    "/f/",
    "/q/",
    "/p/",
    "/u/",
    "/c/",
    "/hooks/",
)


class ViewerMiddleware:
    """Closes every page to strangers, except the few that are meant for them."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if not user.is_authenticated:
            language = request.COOKIES.get("siklus_language") or translation.get_language_from_request(
                request
            )
            with translation.override(language if language in dict(settings.LANGUAGES) else "en"):
                if request.path.startswith(OPEN_PATHS):
                    return self.get_response(request)
                return _to_sign_in(request)
        with translation.override(user.language), timezone.override(user.zone), through("ui"):
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", user.language)
            response.headers.setdefault("Cache-Control", "private, no-cache")
            return response


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    target = f"{settings.LOGIN_URL}?next={quote(request.get_full_path())}"
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": settings.LOGIN_URL})
    return HttpResponseRedirect(target)
