"""How verbs answer: beside the board, in the list, in the dialog, or as a page of their own."""

import functools
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseRedirect, QueryDict
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from siklus.desk.filters.columns import LISTS
from siklus.desk.filters.read import Filter, read_filter
from siklus.desk.request import Request
from siklus.platform.money.rates import NoRate, UnknownCurrency
from siklus.platform.web.jinja import render
from siklus.records.deals.models import Deal
from siklus.records.deals.queries import deal_for
from siklus.records.fields.record import Refused

REFUSALS = (Refused, NoRate, UnknownCurrency)
View = Callable[..., HttpResponse]


def for_workers(view: View) -> View:
    """Only people who work deals may come in; records of others do not exist."""

    @functools.wraps(view)
    def guarded(request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.can_work_deals:
            raise PermissionDenied
        try:
            return view(request, *args, **kwargs)
        except ObjectDoesNotExist as error:
            raise Http404 from error

    return guarded


def deal_or_404(request: Request, deal_id: int) -> Deal:
    try:
        return deal_for(request.user, deal_id)
    except Deal.DoesNotExist as error:
        raise Http404 from error


def is_htmx(request: Request) -> bool:
    return request.headers.get("HX-Request") == "true"


def sentence(refusal: Exception) -> str:
    return str(getattr(refusal, "message", "") or refusal)


def version_of(request: Request) -> int | None:
    """The version that the form was made from; without one the change is made on whatever is there."""
    text = request.POST.get("version") or request.GET.get("version") or ""
    return int(text) if text.isdigit() and len(text) < 10 else None


@dataclass(frozen=True, slots=True)
class Origin:
    """The list or board that the verb was called from."""

    kind: str
    made: Filter
    is_board: bool


def origin(request: Request) -> Origin | None:
    parts = urlsplit(request.headers.get("HX-Current-URL", ""))
    kind = parts.path.strip("/")
    if kind not in LISTS:
        return None
    made = read_filter(kind, QueryDict(parts.query), request.user, timezone.now())
    return Origin(kind, made, made.layout == "board")


def back(request: Request, fallback: str) -> str:
    """The page that the verb was called from, if it is one of ours."""
    own = {request.get_host()}
    for target in (request.POST.get("next", ""), request.headers.get("Referer", "")):
        if (
            target
            and url_has_allowed_host_and_scheme(target, own, require_https=request.is_secure())
            and urlsplit(target).path != request.path
        ):
            return target
    return fallback


def go_to(request: Request, url: str) -> HttpResponse:
    if is_htmx(request):
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return HttpResponseRedirect(url)


def with_events(response: HttpResponse, **events: Any) -> HttpResponse:
    """Events for the page's scripts; names are written with `__` for `:`."""
    known = json.loads(response.headers.get("HX-Trigger", "{}"))
    known |= {key.replace("__", ":"): value for key, value in events.items()}
    response["HX-Trigger"] = json.dumps(known)
    return response


def toast(response: HttpResponse, text: str, tone: str = "good", undo_url: str = "") -> HttpResponse:
    return with_events(response, toast={"text": str(text), "tone": tone, "undo_url": undo_url})


def done(request: Request, text: str, *, fallback: str, undo_url: str = "") -> HttpResponse:
    """Something changed: the list reads itself anew, any other page is loaded again."""
    if not is_htmx(request):
        messages.success(request, text)
        return HttpResponseRedirect(back(request, fallback))
    if origin(request) is not None:
        return toast(
            with_events(HttpResponse(status=204), dialog__close=True, list_refresh=True),
            text,
            undo_url=undo_url,
        )
    messages.success(request, text)
    return HttpResponse(status=204, headers={"HX-Refresh": "true"})


def dialog(
    request: Request, template: str, context: dict[str, Any], *, title: str, status: int = 200
) -> HttpResponse:
    """The same form as the page's dialog, or as a page of its own."""
    names = {**context, "title": title, "part": template}
    whole = "desk/verbs/_dialog.html" if is_htmx(request) else "desk/verbs/page.html"
    return render(request, whole, names, status=status)


def conflict(request: Request, context: dict[str, Any]) -> HttpResponse:
    """Somebody was faster: what holds now, and what the viewer wanted. Nothing was changed."""
    from django.utils.translation import gettext as _

    return dialog(request, "desk/verbs/_conflict.html", context, title=_("Somebody was faster"), status=409)
