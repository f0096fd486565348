"""Pages for what went wrong. None of them touches the database or asks who is signed in."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from siklus.platform.web.jinja import jinja


def _answer(request: HttpRequest, status: int, title: str, text: str, icon: str = "alert") -> HttpResponse:
    """A page, or one line of text for htmx, which shows it as a toast."""
    if request.headers.get("HX-Request"):
        return HttpResponse(f"{title}. {text}", status=status, content_type="text/plain; charset=utf-8")
    names = {
        "request": request,
        "user": None,
        "error_status": status,
        "title": title,
        "text": text,
        "icon_name": icon,
    }
    return HttpResponse(jinja().get_template("web/error.html").render(names), status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _answer(request, 400, _("We did not understand that"), _("Go back and try once more."))


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    text = _("Your role does not include this page. Ask an administrator if you need it.")
    return _answer(request, 403, _("This is not open to you"), text, "lock")


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    text = _("It may have been moved, merged or deleted, or it belongs to another team.")
    return _answer(request, 404, _("There is nothing here"), text, "search")


def server_error(request: HttpRequest) -> HttpResponse:
    text = _("The mistake is ours and has been written to the log. What you saved before is safe.")
    return _answer(request, 500, _("Something broke on our side"), text)


def csrf_failure(request: HttpRequest, reason: str = "", **details: Any) -> HttpResponse:
    text = _("The page was open too long or cookies are blocked. Reload it and send it again.")
    return _answer(request, 403, _("We could not be sure this was you"), text, "lock")
