"""The review of a deal that ended, on its page."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from siklus.cycle.closing.actions import review_close
from siklus.cycle.closing.models import Factor
from siklus.cycle.closing.queries import review_of
from siklus.cycle.research.queries import competitor_for, competitors_in_use, rivals_of
from siklus.desk.pages.answers import form_dialog, opened, viewer, works_deals
from siklus.platform.web.jinja import render
from siklus.records.deals.models import Deal, Status
from siklus.records.deals.queries import deal_for


def known_competitors(deal: Deal) -> list[tuple[int, str]]:
    """Competitors to choose from; those named on the deal come first."""
    named = [(one.competitor_id, one.competitor.name) for one in rivals_of(deal.pk)]
    rest = [(one.pk, one.name) for one in competitors_in_use()]
    return list(dict.fromkeys([*named, *rest]))


class ReviewForm(forms.Form):
    factor = forms.ChoiceField(
        label=gettext_lazy("What decided it?"), choices=[("", gettext_lazy("Please choose")), *Factor.choices]
    )
    competitor = forms.TypedChoiceField(
        label=gettext_lazy("Who else was in it?"), required=False, coerce=int, empty_value=None
    )
    went_well = forms.CharField(
        label=gettext_lazy("What went well?"), required=False, max_length=4000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    went_badly = forms.CharField(
        label=gettext_lazy("What did not?"), required=False, max_length=4000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    next_time = forms.CharField(
        label=gettext_lazy("What shall we do next time?"), required=False, max_length=4000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, deal: Deal, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        nobody = ("", _("nobody that we know of"))
        self.fields["competitor"].choices = [nobody, *known_competitors(deal)]  # type: ignore[attr-defined]
        if deal.status == Status.LOST:
            self.fields["competitor"].label = _("Who won it?")


@require_GET
def deal_review(request: HttpRequest, deal_id: int) -> HttpResponse:
    """The panel beside a deal that ended."""
    user = viewer(request)
    deal: Deal = opened(deal_for, user, deal_id)
    names = {
        "deal": deal, "review": review_of(deal), "can_change": user.can_work_deals,
        "is_taught": deal.status in (Status.WON, Status.LOST, Status.NO_DECISION),
    }  # fmt: skip
    return render(request, "desk/closing/_review.html", names)


@require_http_methods(["GET", "POST"])
@works_deals
def review_edit(request: HttpRequest, deal_id: int) -> HttpResponse:
    user = viewer(request)
    deal: Deal = opened(deal_for, user, deal_id)
    known = review_of(deal)
    keys = ("factor", "went_well", "went_badly", "next_time", "version")
    initial: dict[str, Any] = {key: getattr(known, key) for key in keys} if known else {}
    initial["competitor"] = known.competitor_id if known else None
    form = ReviewForm(request.POST or None, initial=initial, deal=deal)

    def act(values: dict[str, Any]) -> str:
        competitor = opened(competitor_for, user, values["competitor"]) if values["competitor"] else None
        values |= {"competitor": competitor, "expected_version": values.pop("version")}
        review_close(deal=deal, by=user, at=timezone.now(), **values)
        return _("The review is kept. Thank you.")

    return form_dialog(
        request, form=form, title=_("What does it teach us?"), label=_("Save"), act=act,
        back=reverse("desk:deal", args=[deal.pk]), wide=("went_well", "went_badly", "next_time"),
    )  # fmt: skip
