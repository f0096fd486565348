"""The list of quotes, the page of one, the panel beside a deal, and what can be done to a quote."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from siklus.cycle.closing.actions import (
    accept_quote,
    approve_discount,
    ask_approval,
    decline_quote,
    draft_quote,
    refuse_discount,
    send_quote,
    withdraw_quote,
)
from siklus.cycle.closing.models import Approval, Quote, QuoteState, QuoteVersion
from siklus.cycle.closing.queries import (
    day_of,
    discount_of,
    quote_for,
    quotes_for,
    quotes_of,
    standing_version,
    versions_of,
    waits_for_approval,
    why_no_answer,
    with_last,
)
from siklus.desk.closing.paper import paper, state_of
from siklus.desk.pages.answers import REFUSALS, done, form_dialog, opened, refused, viewer, works_deals
from siklus.platform.accounts.models import User
from siklus.platform.installation.current import current
from siklus.platform.money.models import Rate
from siklus.platform.web.jinja import render
from siklus.records.deals.models import Deal, Status
from siklus.records.deals.queries import deal_for

BOTH = ["GET", "POST"]
MOST = 200
TABS: dict[str, tuple[str, ...]] = {
    "open": (QuoteState.SENT,), "drafts": (QuoteState.DRAFT,), "approval": (),
    "accepted": (QuoteState.ACCEPTED,), "over": (QuoteState.DECLINED, QuoteState.WITHDRAWN),
}  # fmt: skip


class NewForm(forms.Form):
    currency = forms.ChoiceField(label=gettext_lazy("Currency"))
    language = forms.ChoiceField(
        label=gettext_lazy("Language of the buyer"), choices=[("en", "English"), ("id", "Bahasa Indonesia")]
    )

    def __init__(self, *args: Any, currencies: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["currency"].choices = [(one, one) for one in currencies]  # type: ignore[attr-defined]


class NoteForm(forms.Form):
    note = forms.CharField(
        label=gettext_lazy("Note"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )


class AnswerForm(forms.Form):
    answer = forms.ChoiceField(
        label=gettext_lazy("Their answer"),
        choices=[("accepted", gettext_lazy("They accept")), ("declined", gettext_lazy("They decline"))],
    )  # fmt: skip
    name = forms.CharField(label=gettext_lazy("Who said so"), max_length=120)
    note = forms.CharField(
        label=gettext_lazy("Note"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )


@require_GET
def quotes(request: HttpRequest) -> HttpResponse:
    """What is out, what is being written, what waits for a higher limit, and what became of the rest."""
    user, today, here = viewer(request), day_of(timezone.now()), reverse("desk:quotes")
    chosen = request.GET.get("show", "open")
    chosen = chosen if chosen in TABS else "open"
    labels = {
        "open": _("With the buyer"), "drafts": _("Drafts"), "approval": _("Waits for approval"),
        "accepted": _("Accepted"), "over": _("Over"),
    }  # fmt: skip
    rows = waits_for_approval(user) if chosen == "approval" else _those(user, chosen)
    found = list(
        rows.select_related("deal", "deal__company", "deal__owner").order_by("-updated_at", "-id")[: MOST + 1]
    )
    with_last(found)
    waiting = waits_for_approval(user).count()
    names = {
        "tabs_shown": [
            {"label": labels[key], "href": f"{here}?show={key}", "current": key == chosen,
             "count": waiting if key == "approval" and waiting else None}
            for key in TABS
        ],
        "rows": [(one, one.shown, state_of(one.shown, today)) for one in found[:MOST]],
        "has_more": len(found) > MOST, "chosen": chosen, "can_edit": user.can_run_operations,
    }  # fmt: skip
    return render(request, "desk/closing/quotes.html", names)


def _those(user: User, chosen: str) -> QuerySet[Quote]:
    """What nobody answered is over when its deal is."""
    rows, is_open = quotes_for(user), Q(deal__status=Status.OPEN)
    if chosen in ("open", "drafts"):
        return rows.filter(is_open, state__in=TABS[chosen])
    if chosen == "over":
        unanswered = Q(state__in=[QuoteState.SENT, QuoteState.DRAFT]) & ~is_open
        return rows.filter(Q(state__in=TABS[chosen]) | unanswered)
    return rows.filter(state__in=TABS[chosen])


@require_GET
def panel(request: HttpRequest, deal_id: int) -> HttpResponse:
    """The quotes of a deal, which its page asks for after it has come."""
    user, today = viewer(request), day_of(timezone.now())
    deal: Deal = opened(deal_for, user, deal_id)
    rows = [(one, one.shown, state_of(one.shown, today)) for one in quotes_of(deal.pk)]
    names = {"deal": deal, "quotes": rows, "can_change": user.can_work_deals}
    return render(request, "desk/closing/_deal_panel.html", names)


@require_http_methods(BOTH)
@works_deals
def quote_new(request: HttpRequest, deal_id: int) -> HttpResponse:
    """Begin a quote with the products of the deal, and go on in the editor."""
    user = viewer(request)
    deal: Deal = opened(deal_for, user, deal_id)
    rates = Rate.objects.order_by("currency").values_list("currency", flat=True).distinct()
    known = list(dict.fromkeys([deal.currency, current().currency, *rates]))
    speaks = (deal.contact.language if deal.contact else "") or current().language
    initial = {"currency": deal.currency, "language": "id" if speaks.startswith("id") else "en"}
    form = NewForm(request.POST or None, initial=initial, currencies=known)

    def act(values: dict[str, Any]) -> HttpResponse:
        quote = draft_quote(deal=deal, by=user, at=timezone.now(), **values)
        text = _("The quote %(number)s begins with the products of the deal.") % {"number": quote.number}
        return done(request, reverse("desk:quote_edit", args=[quote.pk]), text)

    return form_dialog(
        request, form=form, title=_("New quote"), label=_("Begin"), act=act,
        back=reverse("desk:deal", args=[deal.pk]),
    )  # fmt: skip


@require_GET
def quote(request: HttpRequest, quote_id: int) -> HttpResponse:
    """The document as the buyer sees it, and beside it what to do."""
    user, today = viewer(request), day_of(timezone.now())
    one: Quote = opened(quote_for, user, quote_id)
    versions = versions_of(one)
    asked = request.GET.get("version", "")
    standing = next((v for v in versions if v.state in (QuoteState.SENT, QuoteState.ACCEPTED)), None)
    first = standing if one.state == QuoteState.ACCEPTED and standing is not None else versions[0]
    shown = next((v for v in versions if str(v.number) == asked), first)
    lines = list(shown.lines.all())
    draft = versions[0] if versions[0].state == QuoteState.DRAFT else None
    address = ""
    if standing is not None and standing.secret:
        address = request.build_absolute_uri(reverse("desk:quote_public", args=[standing.secret]))
    names = {
        "quote": one, "shown": shown, "state": state_of(shown, today), "paper": paper(one, shown, lines, today),
        "versions": [(v, state_of(v, today)) for v in versions], "draft": draft, "standing": standing,
        "address": address, "can_answer": standing is not None and not why_no_answer(standing, today),
        "share": _("Our quote %(number)s: %(address)s") % {"number": one.number, "address": address},
        "discount": discount_of(shown, user, lines), "Approval": Approval,
        "can_change": user.can_work_deals, "is_open": one.deal.is_open, "mail_to": _mail_to(one),
    }  # fmt: skip
    return render(request, "desk/closing/quote.html", names)


def _mail_to(one: Quote) -> str:
    """Where a mail with it is written, when there is somebody with an address."""
    contact = one.contact or one.deal.contact
    if contact is None or not contact.email:
        return ""
    return f"{reverse('desk:mail_new')}?contact={contact.pk}&deal={one.deal_id}&quote={one.pk}"


def _verb(
    request: HttpRequest, quote_id: int, verb: Callable[..., Quote], text: str, **values: Any
) -> HttpResponse:
    user = viewer(request)
    one: Quote = opened(quote_for, user, quote_id)
    back = reverse("desk:quote", args=[one.pk])
    try:
        verb(quote=one, by=user, at=timezone.now(), expected_version=_number(request), **values)
    except REFUSALS as refusal:
        return refused(request, back, refusal)
    return done(request, back, text)


def _number(request: HttpRequest) -> int | None:
    text = request.POST.get("version", "")
    return int(text) if text.isdecimal() and len(text) < 10 else None


@require_POST
@works_deals
def quote_send(request: HttpRequest, quote_id: int) -> HttpResponse:
    return _verb(request, quote_id, send_quote, _("The quote has its address. Share it with the buyer."))


@require_POST
@works_deals
def quote_ask(request: HttpRequest, quote_id: int) -> HttpResponse:
    return _verb(request, quote_id, ask_approval, _("The discount waits for approval."))


@require_POST
@works_deals
def quote_approve(request: HttpRequest, quote_id: int) -> HttpResponse:
    return _verb(request, quote_id, approve_discount, _("The discount is approved."))


@require_http_methods(BOTH)
@works_deals
def quote_refuse(request: HttpRequest, quote_id: int) -> HttpResponse:
    return _noted(
        request, quote_id, refuse_discount, "note", _("Why is the discount too high?"), _("Do not approve"),
        _("The discount is not approved."),
    )  # fmt: skip


@require_http_methods(BOTH)
@works_deals
def quote_withdraw(request: HttpRequest, quote_id: int) -> HttpResponse:
    return _noted(
        request, quote_id, withdraw_quote, "why", _("Withdraw the quote"), _("Withdraw"),
        _("The quote is withdrawn. Its page says so."),
    )  # fmt: skip


def _noted(
    request: HttpRequest,
    quote_id: int,
    verb: Callable[..., Quote],
    key: str,
    title: str,
    label: str,
    text: str,
) -> HttpResponse:
    user = viewer(request)
    one: Quote = opened(quote_for, user, quote_id)

    def act(values: dict[str, Any]) -> str:
        verb(quote=one, by=user, at=timezone.now(), **{key: values["note"]})
        return text

    return form_dialog(
        request, form=NoteForm(request.POST or None), title=title, label=label, act=act, tone="bad",
        back=reverse("desk:quote", args=[one.pk]), wide=("note",),
    )  # fmt: skip


@require_http_methods(BOTH)
@works_deals
def quote_answer(request: HttpRequest, quote_id: int) -> HttpResponse:
    """Write down what the buyer said by other ways than their page."""
    user = viewer(request)
    one: Quote = opened(quote_for, user, quote_id)
    person = one.contact.name if one.contact else ""
    form = AnswerForm(request.POST or None, initial={"name": person})

    def act(values: dict[str, Any]) -> str:
        said: Callable[..., QuoteVersion] = accept_quote if values["answer"] == "accepted" else decline_quote
        version = standing_version(one)
        version.quote = one
        said(version=version, name=values["name"], note=values["note"], by=user, at=timezone.now())
        return _("Their answer is written down.")

    return form_dialog(
        request, form=form, title=_("What did the buyer say?"), label=_("Save"), act=act,
        back=reverse("desk:quote", args=[one.pk]), wide=("note",),
    )  # fmt: skip
