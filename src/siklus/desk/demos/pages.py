"""The page of a demo, its outcome, and the list of demos."""

from datetime import datetime, time, timedelta
from itertools import groupby
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from siklus.cycle.demos.actions import drop_item, estimate_chance, hold_demo, miss_demo, tick_item
from siklus.cycle.demos.models import Demo, DemoItem
from siklus.cycle.demos.queries import (
    coming,
    demo_for,
    demos_for,
    invitation_of,
    item_for,
    settled,
    unsettled,
)
from siklus.desk.pages.answers import (
    REFUSALS,
    form_dialog,
    is_fragment,
    opened,
    refused,
    viewer,
    works_deals,
)
from siklus.insight.demos import estimates_judged, what_wins
from siklus.platform.accounts.models import User
from siklus.platform.web.jinja import render

BOTH = ["GET", "POST"]
AHEAD = timedelta(days=60)
INTEREST = [
    (5, gettext_lazy("5 – they want it")), (4, gettext_lazy("4 – they are warm")),
    (3, gettext_lazy("3 – they are curious")), (2, gettext_lazy("2 – they were polite")),
    (1, gettext_lazy("1 – not for them")),
]  # fmt: skip


class HoldForm(forms.Form):
    """How it went, while it is fresh."""

    interest = forms.TypedChoiceField(
        label=gettext_lazy("How interested were they?"),
        coerce=int,
        choices=INTEREST,
        widget=forms.RadioSelect,
    )
    estimate = forms.IntegerField(
        label=gettext_lazy("Your own estimate of the chance, in %"), min_value=0, max_value=100, required=False,
        help_text=gettext_lazy("As you feel it now. It is kept as it is and later compared with what happened."),
    )  # fmt: skip
    tried = forms.CharField(
        label=gettext_lazy("What did they try themselves?"), max_length=4000, required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    questions = forms.CharField(
        label=gettext_lazy("What did they ask?"), max_length=4000, required=False,
        widget=forms.Textarea(attrs={"rows": 3}), help_text=gettext_lazy("One question a line."),
    )  # fmt: skip
    next_step = forms.CharField(label=gettext_lazy("Next step"), max_length=250, required=False)
    note = forms.CharField(
        label=gettext_lazy("Notes"), max_length=4000, required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)


class EstimateForm(forms.Form):
    estimate = forms.IntegerField(
        label=gettext_lazy("Your own estimate of the chance, in %"), min_value=0, max_value=100
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)


class MissForm(forms.Form):
    note = forms.CharField(label=gettext_lazy("What happened?"), max_length=400, required=False)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)


def _page(demo: Demo) -> str:
    return reverse("desk:demo", args=[demo.pk])


def _names(demo: Demo, user: User) -> dict[str, Any]:
    items = list(demo.items.all())
    parts = [
        (part, [one for one in items if one.part == part])
        for part in (DemoItem.Part.PREPARE, DemoItem.Part.SHOW)
    ]
    return {
        "demo": demo, "deal": demo.deal, "parts": parts, "can_change": user.can_work_deals,
        "now": timezone.now(), "has_begun": demo.starts_at <= timezone.now(),
        "invitation": invitation_of(demo),
        "can_invite": user.can_work_deals and demo.is_booked and demo.starts_at > timezone.now(),
    }  # fmt: skip


@require_GET
def demo_page(request: HttpRequest, demo_id: int) -> HttpResponse:
    """When, where, what to prepare and to show; afterwards how it went."""
    user = viewer(request)
    return render(request, "desk/demos/demo.html", _names(opened(demo_for, user, demo_id), user))


@require_http_methods(BOTH)
@works_deals
def demo_hold(request: HttpRequest, demo_id: int) -> HttpResponse:
    user = viewer(request)
    demo: Demo = opened(demo_for, user, demo_id)
    form = HoldForm(request.POST or None, initial={"version": demo.version})

    def act(values: dict[str, Any]) -> str:
        version = values.pop("version")
        hold_demo(demo=demo, by=user, at=timezone.now(), expected_version=version, **values)
        return _("Recorded. Plan the next step while it is warm.")

    return form_dialog(
        request, form=form, title=_("How did the demo go?"), label=_("Save"), act=act, back=_page(demo),
        wide=("interest", "tried", "questions", "next_step", "note"),
    )  # fmt: skip


@require_http_methods(BOTH)
@works_deals
def demo_miss(request: HttpRequest, demo_id: int) -> HttpResponse:
    user = viewer(request)
    demo: Demo = opened(demo_for, user, demo_id)
    form = MissForm(request.POST or None, initial={"version": demo.version})

    def act(values: dict[str, Any]) -> str:
        miss_demo(
            demo=demo, note=values["note"], by=user, at=timezone.now(), expected_version=values["version"]
        )
        return _("Recorded. Call them while they still feel sorry.")

    return form_dialog(
        request, form=form, title=_("They did not come?"), label=_("Save"), act=act, back=_page(demo), wide=("note",)
    )  # fmt: skip


@require_http_methods(BOTH)
@works_deals
def demo_estimate(request: HttpRequest, demo_id: int) -> HttpResponse:
    user = viewer(request)
    demo: Demo = opened(demo_for, user, demo_id)
    form = EstimateForm(request.POST or None, initial={"version": demo.version})

    def act(values: dict[str, Any]) -> str:
        estimate_chance(
            demo=demo,
            percent=values["estimate"],
            by=user,
            at=timezone.now(),
            expected_version=values["version"],
        )
        return _("Kept. What happens to the deal is compared with it later.")

    return form_dialog(
        request, form=form, title=_("How likely is this deal now?"), label=_("Save"), act=act, back=_page(demo),
        wide=("estimate",),
    )  # fmt: skip


@require_POST
@works_deals
def item_tick(request: HttpRequest, item_id: int) -> HttpResponse:
    """Done, or not done after all."""
    user = viewer(request)
    item: DemoItem = opened(item_for, user, item_id)
    return _changed(
        request, item, lambda: tick_item(
            item=item, is_done=request.POST.get("done") == "1", by=user, at=timezone.now()
        )
    )  # fmt: skip


@require_POST
@works_deals
def item_drop(request: HttpRequest, item_id: int) -> HttpResponse:
    user = viewer(request)
    item: DemoItem = opened(item_for, user, item_id)
    return _changed(request, item, lambda: drop_item(item=item, by=user, at=timezone.now()))


def _changed(request: HttpRequest, item: DemoItem, act: Any) -> HttpResponse:
    try:
        act()
    except REFUSALS as refusal:
        return refused(request, _page(item.demo), refusal)
    if not is_fragment(request):
        return redirect(_page(item.demo))
    user = viewer(request)
    return render(request, "desk/demos/_parts.html", _names(opened(demo_for, user, item.demo_id), user))


@require_GET
def demos(request: HttpRequest) -> HttpResponse:
    """What is coming and what waits to be recorded; what has been; what wins."""
    user, now = viewer(request), timezone.now()
    here, show = reverse("desk:demos"), request.GET.get("show", "")
    names: dict[str, Any] = {
        "show": show, "now": now, "can_change": user.can_work_deals, "can_edit": user.can_run_operations,
        "tabs_shown": [
            {"label": label, "href": here + query, "current": show == key}
            for key, query, label in (
                ("", "", _("Coming")), ("past", "?show=past", _("Past")), ("wins", "?show=wins", _("What wins")),
            )
        ],
    }  # fmt: skip
    if show == "wins":
        everybody, people = estimates_judged(user)
        names |= {"ways": what_wins(user), "everybody": everybody, "people": people}
    elif show == "past":
        names |= {"rows": list(settled(user)[:100])}
    else:
        midnight = timezone.make_aware(datetime.combine(timezone.localdate(now), time()))
        found = [one for one in coming(user, since=midnight, until=now + AHEAD) if one.ends_at > now]
        days = groupby(found, key=lambda one: timezone.localtime(one.starts_at).date())
        names |= {
            "waiting": unsettled(user, now=now), "days": [(day, list(some)) for day, some in days],
            "has_any": demos_for(user).exists(), "today": timezone.localdate(now),
        }  # fmt: skip
    return render(request, "desk/demos/demos.html", names)
