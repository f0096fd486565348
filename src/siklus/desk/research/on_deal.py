"""Research on the page of a deal: the checklist, why we matter, and who else is after it."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from siklus.cycle.research.actions import drop_rival, name_rival, tick, untick
from siklus.cycle.research.models import Competitor, Rival
from siklus.cycle.research.queries import (
    competitor_for,
    competitors_in_use,
    demands_research,
    item_for,
    relevance_of,
    rivals_of,
    steps_of,
)
from siklus.desk.pages.answers import REFUSALS, form_dialog, is_fragment, opened, refused, viewer, works_deals
from siklus.platform.web.jinja import render
from siklus.records.deals.models import Deal
from siklus.records.deals.queries import deal_for
from siklus.records.fields.record import Refused

BOTH = ["GET", "POST"]


class RivalForm(forms.Form):
    competitor = forms.TypedChoiceField(label=gettext_lazy("Competitor"), coerce=int)
    standing = forms.ChoiceField(label=gettext_lazy("Where they stand"), choices=Rival.Standing.choices)

    def __init__(self, *args: Any, competitors: list[Competitor], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["competitor"].choices = [(one.pk, one.name) for one in competitors]  # type: ignore[attr-defined]


class StandingForm(forms.Form):
    standing = forms.ChoiceField(
        label=gettext_lazy("Where they stand"),
        choices=[*Rival.Standing.choices, ("", gettext_lazy("They never were in it"))], required=False,
    )  # fmt: skip


def _back(deal: Deal) -> str:
    return reverse("desk:deal", args=[deal.pk])


def _names(deal: Deal, user: Any) -> dict[str, Any]:
    steps = steps_of(deal)
    return {
        "deal": deal, "steps": steps, "done": sum(step.is_done for step in steps),
        "relevance": relevance_of(deal.company_id), "rivals": rivals_of(deal.pk),
        "is_demanded": bool(steps) and demands_research(deal.pipeline_id), "can_change": user.can_work_deals,
        "has_competitors": bool(competitors_in_use()),
    }  # fmt: skip


@require_GET
def panel(request: HttpRequest, deal_id: int) -> HttpResponse:
    """The panel beside the deal, which the page asks for after it has come."""
    user = viewer(request)
    deal: Deal = opened(deal_for, user, deal_id)
    return render(request, "desk/research/_deal_panel.html", _names(deal, user))


@require_POST
@works_deals
def tick_item(request: HttpRequest, deal_id: int, item_id: int) -> HttpResponse:
    """Done, or not done after all."""
    user = viewer(request)
    deal: Deal = opened(deal_for, user, deal_id)
    act = tick if request.POST.get("done") == "1" else untick
    try:
        act(deal=deal, item=opened(item_for, user, item_id), by=user, at=timezone.now())
    except REFUSALS as refusal:
        return refused(request, _back(deal), refusal)
    if not is_fragment(request):
        return redirect(_back(deal))
    return render(request, "desk/research/_deal_panel.html", _names(deal, user))


@require_http_methods(BOTH)
@works_deals
def rival_new(request: HttpRequest, deal_id: int) -> HttpResponse:
    user = viewer(request)
    deal: Deal = opened(deal_for, user, deal_id)
    form = RivalForm(request.POST or None, competitors=competitors_in_use())

    def act(values: dict[str, Any]) -> str:
        if not values["competitor"]:
            raise Refused(_("Choose a competitor."), field="competitor")
        competitor = opened(competitor_for, user, values["competitor"])
        name_rival(deal=deal, competitor=competitor, standing=values["standing"], by=user, at=timezone.now())
        return _("%(name)s is named on this deal.") % {"name": competitor.name}

    return form_dialog(
        request,
        form=form,
        title=_("Who else is after this deal?"),
        label=_("Save"),
        act=act,
        back=_back(deal),
    )


@require_http_methods(BOTH)
@works_deals
def rival_edit(request: HttpRequest, deal_id: int, competitor_id: int) -> HttpResponse:
    user = viewer(request)
    deal: Deal = opened(deal_for, user, deal_id)
    competitor: Competitor = opened(competitor_for, user, competitor_id)
    known = next((one for one in rivals_of(deal.pk) if one.competitor_id == competitor.pk), None)
    form = StandingForm(request.POST or None, initial={"standing": known.standing if known else "considered"})

    def act(values: dict[str, Any]) -> str:
        if not values["standing"]:
            drop_rival(deal=deal, competitor=competitor, by=user, at=timezone.now())
            return _("%(name)s is off this deal.") % {"name": competitor.name}
        name_rival(deal=deal, competitor=competitor, standing=values["standing"], by=user, at=timezone.now())
        return _("Saved.")

    return form_dialog(request, form=form, title=competitor.name, label=_("Save"), act=act, back=_back(deal))
