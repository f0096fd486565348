"""Competitors: what they are good at, where they are weak, and what to say."""

from typing import Any

from django import forms
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from siklus.cycle.research.actions import add_competitor, edit_competitor, retire_competitor
from siklus.cycle.research.models import Competitor, Rival
from siklus.cycle.research.queries import competitor_for, competitors_in_use
from siklus.desk.pages.answers import done, form_dialog, opened, runs_operations, viewer, works_deals
from siklus.desk.pages.own import web_address
from siklus.platform.web.jinja import render
from siklus.records.deals.models import Status
from siklus.records.deals.queries import deals_for

BOTH = ["GET", "POST"]
KEYS = ("name", "website", "strengths", "weaknesses", "say_en", "say_id")


class CompetitorForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=120, widget=forms.TextInput(attrs={"autofocus": True})
    )
    website = forms.CharField(label=gettext_lazy("Website"), max_length=250, required=False)
    strengths = forms.CharField(
        label=gettext_lazy("Where they are strong"), required=False, max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip
    weaknesses = forms.CharField(
        label=gettext_lazy("Where they are weak"), required=False, max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip
    say_en = forms.CharField(
        label=gettext_lazy("What to say (EN)"), required=False, max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3, "lang": "en"}),
    )  # fmt: skip
    say_id = forms.CharField(
        label=gettext_lazy("What to say (ID)"), required=False, max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3, "lang": "id"}),
    )  # fmt: skip
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)


def _back() -> str:
    return reverse("desk:competitors")


def met(user: Any) -> dict[int, dict[str, int]]:
    """How often each was met on deals that the viewer may see: open, won and lost by us."""
    rows = Rival.objects.filter(deal__in=deals_for(user)).order_by().values_list("competitor_id")
    counted = rows.annotate(
        open=Count("pk", filter=Q(deal__status=Status.OPEN)),
        won=Count("pk", filter=Q(deal__status=Status.WON)),
        lost=Count("pk", filter=Q(deal__status=Status.LOST)),
    )
    return {pk: {"open": n, "won": won, "lost": lost} for pk, n, won, lost in counted}


@require_GET
def competitors(request: HttpRequest) -> HttpResponse:
    user = viewer(request)
    counts = met(user)
    rows = [(one, counts.get(one.pk), web_address(one.website)) for one in competitors_in_use()]
    rows.sort(key=lambda row: (-sum((row[1] or {}).values()), row[0].name.casefold()))
    names = {"rows": rows, "can_change": user.can_work_deals, "can_retire": user.can_run_operations}
    return render(request, "desk/research/competitors.html", names)


@require_http_methods(BOTH)
@works_deals
def competitor_new(request: HttpRequest) -> HttpResponse:
    def act(values: dict[str, Any]) -> str:
        values.pop("version")
        made = add_competitor(by=viewer(request), at=timezone.now(), **values)
        return _("%(name)s is added.") % {"name": made.name}

    return form_dialog(
        request, form=CompetitorForm(request.POST or None), title=_("Add a competitor"), label=_("Add"), act=act,
        back=_back(),
    )  # fmt: skip


@require_http_methods(BOTH)
@works_deals
def competitor_edit(request: HttpRequest, competitor_id: int) -> HttpResponse:
    one: Competitor = opened(competitor_for, viewer(request), competitor_id)
    initial = {key: getattr(one, key) for key in (*KEYS, "version")}

    def act(values: dict[str, Any]) -> str:
        version = values.pop("version")
        changed = edit_competitor(
            competitor=one, by=viewer(request), at=timezone.now(), expected_version=version, **values
        )
        return _("%(name)s is changed.") % {"name": changed.name}

    return form_dialog(
        request, form=CompetitorForm(request.POST or None, initial=initial), title=one.name, label=_("Save"), act=act,
        back=_back(),
    )  # fmt: skip


@require_POST
@runs_operations
def competitor_retire(request: HttpRequest, competitor_id: int) -> HttpResponse:
    one: Competitor = opened(competitor_for, viewer(request), competitor_id)
    retire_competitor(competitor=one, by=viewer(request), at=timezone.now())
    return done(request, _back(), _("%(name)s is not offered any more. Deals that name them keep them.") % {
        "name": one.name
    })  # fmt: skip
