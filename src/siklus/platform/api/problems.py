"""Errors as application/problem+json (RFC 9457)."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _


class Problem(Exception):
    """An answer that is not what was asked for. `errors` are [{field, message}]."""

    def __init__(
        self, status: int, title: str, detail: str = "", errors: list[dict[str, Any]] | None = None
    ) -> None:
        super().__init__(title)
        self.status, self.title, self.detail, self.errors = status, title, detail, errors or []


def problem(
    status: int, title: str, detail: str = "", errors: list[dict[str, Any]] | None = None
) -> HttpResponse:
    """The response for a problem."""
    body: dict[str, Any] = {"type": "about:blank", "title": title, "status": status}
    if detail:
        body["detail"] = detail
    if errors:
        body["errors"] = errors
    return HttpResponse(
        json.dumps(body, ensure_ascii=False), status=status, content_type="application/problem+json"
    )


def not_found() -> HttpResponse:
    return problem(404, _("There is nothing here"), _("It does not exist, or you may not see it."))


def answer(request: HttpRequest, error: Problem) -> HttpResponse:
    return problem(error.status, error.title, error.detail, error.errors)
