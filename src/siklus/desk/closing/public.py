"""The buyer's page: who has its address may read the quote and say yes or no. No sign-in.

Reading changes nothing. The answer is a POST with Django's own token against forged requests, from a page whose address
nobody can guess.
"""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from siklus.cycle.closing.actions import accept_quote, decline_quote
from siklus.cycle.closing.document import DocumentsUnavailable, pdf_of
from siklus.cycle.closing.document.render import file_name
from siklus.cycle.closing.models import Quote, QuoteState, QuoteVersion
from siklus.cycle.closing.queries import day_of, lines_of, quote_for, version_behind, why_no_answer
from siklus.desk.closing.paper import paper, state_of
from siklus.desk.pages.answers import opened, refused, viewer
from siklus.platform.installation.current import current
from siklus.platform.journal.record import through
from siklus.platform.web.jinja import render
from siklus.records.fields.record import Refused


def _behind(secret: str) -> QuoteVersion:
    version = version_behind(secret)
    if version is None or version.state == QuoteState.DRAFT:
        raise Http404
    return version


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, secret: str) -> HttpResponse:
    """Show the quote, or take the buyer's answer."""
    version = _behind(secret)
    here = timezone.override(current().time_zone)
    with translation.override(version.language), here, through("form"):
        notice, status = "", 200
        if request.method == "POST":
            try:
                _answer(request, version)
            except Refused as refusal:
                notice, status = refusal.message, 409 if refusal.field == "state" else 422
                version = _behind(secret)
            else:
                return redirect("desk:quote_public", secret)
        return _page(request, version, notice, status)


def _answer(request: HttpRequest, version: QuoteVersion) -> None:
    verbs = {"accept": accept_quote, "decline": decline_quote}
    verb = verbs.get(request.POST.get("answer", ""))
    if verb is None:
        raise Refused(_("Say whether you accept or decline."), field="answer")
    if request.POST.get("answer") == "accept" and request.POST.get("agreed") != "1":
        raise Refused(_("Tick that you may accept for your company."), field="agreed")
    verb(
        version=version, name=request.POST.get("name", ""), note=request.POST.get("note", ""),
        address=request.META.get("REMOTE_ADDR") or None, at=timezone.now(),
    )  # fmt: skip


def _page(request: HttpRequest, version: QuoteVersion, notice: str, status: int) -> HttpResponse:
    quote, today = version.quote, day_of(timezone.now())
    newer = quote.versions.filter(state__in=[QuoteState.SENT, QuoteState.ACCEPTED]).first()
    is_gone = version.state == QuoteState.WITHDRAWN
    names = {
        "quote": quote, "version": version, "lang": version.language, "seller": current().name,
        "state": state_of(version, today), "closed": why_no_answer(version, today), "notice": notice,
        "newer": newer.secret if newer is not None and newer.pk != version.pk else "",
        "paper": "" if is_gone else paper(quote, version, lines_of(version), today),
        "given": request.POST if request.method == "POST" else {}, "owner": quote.deal.owner, "is_gone": is_gone,
    }  # fmt: skip
    response = render(request, "desk/closing/public.html", names, status=status)
    response.headers["Content-Language"] = version.language
    response.headers["Referrer-Policy"] = (
        "same-origin"  # none at all would make browsers post without an origin
    )
    return response


@never_cache
@require_safe
def page_pdf(request: HttpRequest, secret: str) -> HttpResponse:
    """The document of the buyer's page."""
    version = _behind(secret)
    if version.state == QuoteState.WITHDRAWN:
        raise Http404
    try:
        return _file(version.quote, version)
    except DocumentsUnavailable:
        with translation.override(version.language):
            text = _("The PDF cannot be made right now. Print the page instead.")
        return HttpResponse(text, status=503, content_type="text/plain; charset=utf-8")


@never_cache
@require_safe
def quote_pdf(request: HttpRequest, quote_id: int, number: int) -> HttpResponse:
    """The document of a version, for those who see the deal."""
    quote: Quote = opened(quote_for, viewer(request), quote_id)
    version = quote.versions.filter(number=number).first()
    if version is None:
        raise Http404
    try:
        return _file(quote, version)
    except DocumentsUnavailable as missing:
        return refused(request, reverse("desk:quote", args=[quote.pk]), missing)


def _file(quote: Quote, version: QuoteVersion) -> HttpResponse:
    response = HttpResponse(pdf_of(quote, version), content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{file_name(quote, version)}"'
    response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'"
    return response
