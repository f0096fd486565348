"""The public door: a form that a stranger fills in, its thanks, and the confirmation by mail. No sign-in, no session.

Posts carry no cross-site token of the session, because there is none: a page proves by a signed token of its own when it
was shown. A post without one (a form written into a page elsewhere) shows this page with what was typed, to be sent once
more.
"""

from typing import Any
from urllib.parse import urlsplit

from csp.constants import NONE, SELF
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from siklus.cycle.prospecting.actions import (
    CannotSubmit,
    TooMany,
    Visit,
    confirm_submission,
    keep_spam,
    submit_form,
)
from siklus.cycle.prospecting.actions.submissions import UTM
from siklus.cycle.prospecting.models import Submission, SubmissionState, WebForm
from siklus.cycle.prospecting.queries import public_form
from siklus.cycle.prospecting.tasks import mail_confirmation
from siklus.cycle.prospecting.web.fields import askable, label_of
from siklus.cycle.prospecting.web.guard import TRAP, NoToken, TooFast, mark_in, new_token, submission_in
from siklus.platform.journal.record import through
from siklus.platform.web.jinja import render
from siklus.records.fields.record import Refused

LANGUAGES = ("en", "id")


def language_of(request: HttpRequest) -> str:
    """The language that the page or its address says, else the browser's."""
    asked = request.POST.get("lang") or request.GET.get("lang") or translation.get_language() or "en"
    return asked if asked in LANGUAGES else "en"


@csrf_exempt
@xframe_options_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def form(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the form, or take what was sent."""
    with translation.override(language_of(request)), through("form"):
        found = public_form(slug)
        if found is None:
            return _page(request, None, "closed", {}, 404)
        if request.method == "POST":
            return _sent(request, found)
        return _form(request, found, given={}, token=new_token(found.pk, timezone.now()))


def _sent(request: HttpRequest, found: WebForm) -> HttpResponse:
    now = timezone.now()
    given = {key: request.POST.getlist(key) for key in request.POST}
    token, visit = request.POST.get("token", ""), _visit(request)
    try:
        mark = mark_in(token, found.pk, now)
    except NoToken as problem:
        if request.POST.get(TRAP):
            return _thanks(found)
        fast = isinstance(problem, TooFast)
        notice = (
            _("That was quick. Please look over it and send it once more.")
            if fast
            else _("Please look over it and send it.")
        )
        again = new_token(found.pk, now)
        return _form(request, found, given=given, token=again, notice=notice, status=422 if fast else 200)
    if request.POST.get(TRAP):
        keep_spam(form=found, given=given, mark=mark, visit=visit, at=now)
        return _thanks(found)
    try:
        with transaction.atomic():
            submission = submit_form(
                form=found,
                given=given,
                consented=request.POST.get("consent") == "1",
                mark=mark,
                visit=visit,
                at=now,
            )
            if submission.state == SubmissionState.WAITING and submission.at == now:
                mail_confirmation.enqueue(submission.pk, f"{request.scheme}://{request.get_host()}")
    except TooMany as refusal:
        return _form(request, found, given=given, token=token, notice=refusal.message, status=429)
    except CannotSubmit as refusal:
        return _form(
            request,
            found,
            given=given,
            token=token,
            notice=refusal.message,
            errors=refusal.errors,
            status=422,
        )
    except Refused as refusal:  # a stage that lets nobody in, say
        return _form(request, found, given=given, token=token, notice=refusal.message, status=422)
    return _thanks(found)


def _thanks(found: WebForm) -> HttpResponse:
    if found.redirect_url and not found.confirms_by_mail:
        return _framed(found, redirect(found.redirect_url))
    lang = translation.get_language()
    return _framed(found, redirect(f"{reverse('desk:form_thanks', args=[found.slug])}?lang={lang}"))


@xframe_options_exempt
@require_safe
def thanks(request: HttpRequest, slug: str) -> HttpResponse:
    with translation.override(language_of(request)):
        found = public_form(slug)
        return _page(request, found, "thanks" if found else "closed", {}, 200 if found else 404)


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, slug: str, token: str) -> HttpResponse:
    """The link of the mail: shown by GET, confirmed by POST, since programs open links too."""
    with translation.override(language_of(request)), through("form"):
        submission = _submission(slug, token)
        if submission is None:
            return _page(request, None, "gone", {}, 404)
        if request.method == "POST":
            address = request.META.get("REMOTE_ADDR")
            try:
                confirm_submission(submission=submission, address=address, at=timezone.now())
            except Refused as refusal:
                return _page(request, submission.form, "confirm", {"notice": refusal.message}, 422)
            if submission.form.redirect_url:
                return _framed(submission.form, redirect(submission.form.redirect_url))
            return _page(request, submission.form, "thanks", {"confirmed": True})
        is_done = submission.state != SubmissionState.WAITING
        return _page(request, submission.form, "thanks" if is_done else "confirm", {"confirmed": is_done})


def _submission(slug: str, token: str) -> Submission | None:
    try:
        pk = submission_in(token)
    except NoToken:
        return None
    rows = Submission.objects.filter(pk=pk, form__slug=slug).exclude(state=SubmissionState.SPAM)
    return rows.select_related("form").first()


def _visit(request: HttpRequest) -> Visit:
    """Where they come from: the page carries the marks of the campaign and who led here in hidden fields."""
    utm = {key: request.POST.get(key, "").replace("\x00", "") for key in UTM}
    referrer = (request.POST.get("referrer") or request.headers.get("Referer", "")).replace("\x00", "")
    language = translation.get_language() or "en"
    return Visit(request.META.get("REMOTE_ADDR"), referrer, utm, language)


def _form(
    request: HttpRequest, found: WebForm, *, given: dict[str, list[str]], token: str, notice: str = "",
    errors: dict[str, str] | None = None, status: int = 200,
) -> HttpResponse:  # fmt: skip
    known = askable()
    asked = request.POST if request.method == "POST" else request.GET
    fields = [
        {"asked": known[one["key"]], "label": label_of(one, known[one["key"]]), "required": one["required"],
         "given": given.get(one["key"], [])}
        for one in found.fields
        if one["key"] in known
    ]  # fmt: skip
    hidden = {key: asked.get(key, "")[:200] for key in UTM if asked.get(key)}
    referrer = asked.get("referrer") or (
        "" if request.method == "POST" else request.headers.get("Referer", "")
    )
    names = {
        "fields": fields, "token": token, "notice": notice, "errors": errors or {}, "hidden": hidden, "trap": TRAP,
        "referrer": referrer[:500], "consented": "1" in given.get("consent", []), "consent": found.said("consent"),
        "to_top": asked.get("embed") == "1" and bool(found.redirect_url), "embed": asked.get("embed") == "1",
    }  # fmt: skip
    return _page(request, found, "form", names, status)


def _page(
    request: HttpRequest, found: WebForm | None, name: str, names: dict[str, Any], status: int = 200
) -> HttpResponse:
    context = {
        "form": found,
        "lang": translation.get_language(),
        "embed": False,
        "confirmed": False,
        "notice": "",
        **names,
    }
    response = render(request, f"desk/web_forms/public_{name}.html", context, status=status)
    response.headers["Content-Language"] = translation.get_language() or "en"
    return _framed(found, response)


def _framed(found: WebForm | None, response: HttpResponse) -> HttpResponse:
    """Only the sites that the form names may frame it; a redirect after sending must be allowed by name too."""
    policy: dict[str, list[str]] = {
        "frame-ancestors": list(found.origins) if found and found.origins else [NONE]
    }
    if found and found.redirect_url:
        to = urlsplit(found.redirect_url)
        policy["form-action"] = [SELF, f"{to.scheme}://{to.netloc}"]
    response._csp_replace = policy  # type: ignore[attr-defined]
    return response
