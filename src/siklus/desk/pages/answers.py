"""How our views answer: the person at the door, a change made, a dialog with a form, a refusal in place."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import NoReverseMatch
from django.utils.http import url_has_allowed_host_and_scheme

from siklus.platform.accounts.actions import CannotChangeUser
from siklus.platform.accounts.models import User
from siklus.platform.chat.actions import ChatRefused
from siklus.platform.files.store import FileRefused
from siklus.platform.mail.actions import MailRefused
from siklus.platform.money.rates import NoRate, UnknownCurrency
from siklus.platform.web.jinja import render, template_global, url
from siklus.platform.webhooks.actions import WebhookRefused
from siklus.records.fields.record import Refused, StaleEdit

REFUSALS = (
    Refused,
    MailRefused,
    CannotChangeUser,
    NoRate,
    UnknownCurrency,
    FileRefused,
    WebhookRefused,
    ChatRefused,
)
View = Callable[..., HttpResponse]


def viewer(request: HttpRequest) -> User:
    """Who asks. Strangers never come this far."""
    assert isinstance(request.user, User)
    return request.user


def opened(door: Callable[[User, int], Any], user: User, record_id: Any) -> Any:
    """The record behind a door, or 404: for strangers it does not exist."""
    kept = _kept.get()
    try:
        key = (door, user.pk, int(record_id))
        if kept is not None and key in kept:
            return kept[key]
        found = door(user, key[2])
    except (ObjectDoesNotExist, ValueError, TypeError, OverflowError) as error:
        raise Http404 from error
    if kept is not None:
        kept[key] = found
    return found


_kept: ContextVar[dict[Any, Any] | None] = ContextVar("opened records", default=None)


@contextmanager
def opening_once() -> Iterator[None]:
    """Within this a door is asked once for a record: for answers that are put together from several views. Reading only."""
    token = _kept.set({})
    try:
        yield
    finally:
        _kept.reset(token)


def works_deals(view: View) -> View:
    """Only for those who may change records."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not viewer(request).can_work_deals:
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


def runs_operations(view: View) -> View:
    """Only for sales operations and administrators."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not viewer(request).can_run_operations:
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


@template_global
def link(name: str, *args: Any, query: str = "") -> str:
    """The address of a page that may not be there yet; then nothing."""
    try:
        return url(name, *args) + query
    except NoReverseMatch:
        return ""


def is_fragment(request: HttpRequest) -> bool:
    """Does htmx ask, for a part of a page?"""
    return "HX-Request" in request.headers


def own_path(request: HttpRequest, fallback: str) -> str:
    """Where to go afterwards: what the form says, when it is a page of ours."""
    target = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return target if target and safe else fallback


def done(request: HttpRequest, back: str, text: str = "") -> HttpResponse:
    """It happened: show the page anew, with a sentence."""
    if text:
        messages.success(request, text)
    back = own_path(request, back)
    if is_fragment(request):
        here = urlsplit(request.headers.get("HX-Current-URL", "")).path
        header = "HX-Refresh" if here == urlsplit(back).path else "HX-Redirect"
        return HttpResponse(status=204, headers={header: "true" if header == "HX-Refresh" else back})
    return redirect(back)


def status_of(refusal: Exception) -> int:
    """409 when somebody was faster, else 422."""
    return 409 if isinstance(refusal, StaleEdit) else 422


def refused(request: HttpRequest, back: str, refusal: Exception) -> HttpResponse:
    """It may not happen: the sentence as a toast beside an unchanged page."""
    if is_fragment(request):
        return HttpResponse(str(refusal), status=status_of(refusal), content_type="text/plain; charset=utf-8")
    context = {"title": str(refusal), "back": own_path(request, back)}
    return render(request, "desk/pages/refused.html", context, status=status_of(refusal))


def form_dialog(
    request: HttpRequest,
    *,
    form: forms.Form,
    title: str,
    label: str,
    act: Callable[[dict[str, Any]], str | HttpResponse],
    back: str,
    text: str = "",
    wide: tuple[str, ...] = (),
    tone: str = "go",
    template: str = "desk/pages/_form.html",
    names: dict[str, Any] | None = None,
) -> HttpResponse:
    """A form in the dialog (or, without script, on a page of its own): asked by GET, done by POST.

    `act` gets the clean values and answers what to say; what it refuses stands beside the field.
    """
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                answer = act(form.cleaned_data)
            except REFUSALS as refusal:
                field = getattr(refusal, "field", None)
                form.add_error(field if field in form.fields else None, str(refusal))
                status = status_of(refusal)
            else:
                return answer if isinstance(answer, HttpResponse) else done(request, back, answer)
    context = {
        "form": form, "title": title, "label": label, "text": text, "wide": wide, "tone": tone,
        "action": request.get_full_path(), "back": own_path(request, back), "part": template, **(names or {}),
    }  # fmt: skip
    name = template if is_fragment(request) else "desk/pages/form.html"
    return render(request, name, context, status=status)
