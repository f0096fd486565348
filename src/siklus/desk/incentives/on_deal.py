"""A deal's pay: what it would bring, what it brought, whose it is, and what finance tells of it."""

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from siklus.desk.incentives.my_pay import BOTH, today
from siklus.desk.pages.answers import form_dialog, opened, runs_operations, viewer
from siklus.desk.verbs.typed import typed_amount
from siklus.platform.accounts.models import User
from siklus.platform.installation.current import current
from siklus.platform.money.rates import NoRate
from siklus.platform.web.jinja import render
from siklus.records.deals.models import Deal
from siklus.records.deals.queries import deal_for
from siklus.team.incentives import projection
from siklus.team.incentives.actions import Share, note_pay_event, share_credit
from siklus.team.incentives.models import CreditShare, LedgerLine, PayEventKind
from siklus.team.incentives.queries import payees_of
from siklus.team.incentives.refused import CannotPay
from siklus.team.incentives.words import kind_name


@require_GET
def deal_pay(request: HttpRequest, deal_id: int) -> HttpResponse:
    """The panel on a deal: what it pays those whose pay the viewer may see."""
    user, day = viewer(request), today()
    deal: Deal = opened(deal_for, user, deal_id)
    people = payees_of(user)
    rows, wrong = [], ""
    try:
        for one, plan in projection.payees_on(deal, day):
            if deal.is_open and deal.amount and (people is None or one.pk in people):
                base = projection.now_for(plan, day)
                rows.append((one, plan, *projection.pays(plan, one, [deal], day, base)))
    except (CannotPay, NoRate) as refusal:
        wrong = str(refusal)
    lines = LedgerLine.objects.filter(deal_id=deal.pk).select_related("user", "period", "period__plan")
    if people is not None:
        lines = lines.filter(user_id__in=people)
    names = {
        "deal": deal, "rows": rows, "wrong": wrong, "lines": lines.order_by("id"), "me": user,
        "shares": CreditShare.objects.filter(deal=deal, replaced_at=None).select_related("user"),
        "can_share": may_share(user), "can_note": user.can_run_operations and deal.status == "won",
        "currency": current().currency, "kind_name": kind_name,
    }  # fmt: skip
    return render(request, "desk/incentives/_deal.html", names)


def may_share(user: User) -> bool:
    return user.can_run_operations or user.role == "manager"


class SharesForm(forms.Form):
    shares = forms.CharField(
        label=gettext_lazy("Shares"), required=False, max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5, "autofocus": True}),
        help_text=gettext_lazy(
            "A person a line: an e-mail and the per cent; “overlay” behind it comes on top. Empty: the owner's alone."
        ),
    )  # fmt: skip


@require_http_methods(BOTH)
def deal_shares(request: HttpRequest, deal_id: int) -> HttpResponse:
    """Whose a deal is."""
    user = viewer(request)
    if not may_share(user):
        raise PermissionDenied
    deal: Deal = opened(deal_for, user, deal_id)
    known = CreditShare.objects.filter(deal=deal, replaced_at=None).select_related("user")
    now = "\n".join(
        f"{one.user.email} {one.percent.normalize():f}" + (" overlay" if one.role == "overlay" else "") for one in known
    )  # fmt: skip

    def act(values: dict[str, Any]) -> str:
        share_credit(deal=deal, shares=_shares(values["shares"]), by=user, at=timezone.now())
        return _("The credit of %(name)s is shared.") % {"name": deal.name}

    return form_dialog(
        request, form=SharesForm(request.POST or None, initial={"shares": now}), title=_("Share the credit"),
        label=_("Save"), act=act, back=reverse("desk:deal", args=[deal.pk]), wide=("shares",),
    )  # fmt: skip


def _shares(text: str) -> list[Share]:
    found = []
    for place, line in enumerate((one for one in text.splitlines() if one.strip()), start=1):
        words = line.split()
        user = User.objects.filter(email=words[0].lower(), is_active=True).first()
        if user is None:
            raise CannotPay(
                _("Row %(row)s: nobody has the e-mail %(email)s.") % {"row": place, "email": words[0][:80]},
                field="shares",
            )
        amount = typed_amount(words[1].rstrip("%"), "shares") if len(words) > 1 else None
        if amount is None or len(words) > 3 or (len(words) == 3 and words[2] != "overlay"):
            raise CannotPay(
                _("Row %(row)s: write an e-mail and a per cent, as rani@example.com 60.") % {"row": place},
                field="shares",
            )
        found.append(Share(user, amount, "overlay" if len(words) == 3 else "revenue"))
    return found


class EventForm(forms.Form):
    kind = forms.ChoiceField(label=gettext_lazy("What happened"), choices=PayEventKind.choices)
    key = forms.CharField(
        label=gettext_lazy("Number"),
        max_length=120,
        help_text=gettext_lazy("Of the invoice or note: it counts once."),
    )
    day = forms.DateField(label=gettext_lazy("Day"), widget=forms.DateInput(attrs={"type": "date"}))
    amount = forms.CharField(label=gettext_lazy("Amount"), required=False, max_length=40)
    term_months = forms.IntegerField(
        label=gettext_lazy("Months of the term"), required=False, min_value=1, max_value=1200,
        help_text=gettext_lazy("Where the plan takes back by the rest of the term."),
    )  # fmt: skip
    note = forms.CharField(label=gettext_lazy("Note"), required=False, max_length=250)


@require_http_methods(BOTH)
@runs_operations
def deal_pay_event(request: HttpRequest, deal_id: int) -> HttpResponse:
    """A payment, a refund or a cancellation of a won deal."""
    user = viewer(request)
    deal: Deal = opened(deal_for, user, deal_id)

    def act(values: dict[str, Any]) -> str:
        values["amount"] = typed_amount(values["amount"]) or Decimal(0)
        note_pay_event(deal=deal, by=user, at=timezone.now(), **values)
        return _("Noted for commissions.")

    return form_dialog(
        request, form=EventForm(request.POST or None, initial={"day": today()}), title=_("Note what happened"),
        label=_("Note"), act=act, back=reverse("desk:deal", args=[deal.pk]), wide=("note",),
    )  # fmt: skip
