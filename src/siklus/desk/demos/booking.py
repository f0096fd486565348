"""Booking on the page of a deal: free times of the host, what to prepare, what the buyer wants to see."""

from datetime import date, datetime
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from siklus.cycle.demos.actions import CannotChangeDemo, add_item, book_demo, cancel_demo, move_demo
from siklus.cycle.demos.models import Demo, DemoItem, DemoType, Place
from siklus.cycle.demos.queries import (
    demands_demo,
    demo_for,
    free_slots,
    next_working_day,
    of_deal,
    types_in_use,
    wishes_of,
)
from siklus.cycle.objections.queries import of_deal as objections_of
from siklus.desk.pages.activities import due_from
from siklus.desk.pages.answers import done, form_dialog, opened, viewer, works_deals
from siklus.platform.accounts.models import User
from siklus.platform.accounts.visibility import owner_ids
from siklus.platform.web.jinja import render
from siklus.records.deals.models import Deal
from siklus.records.deals.queries import deal_for

BOTH = ["GET", "POST"]


class TimeForm(forms.Form):
    """Who shows it, when and where."""

    host = forms.CharField(required=False)
    day = forms.DateField(required=False)
    slot = forms.CharField(required=False)
    starts_at = forms.CharField(required=False)
    minutes = forms.IntegerField(required=False, min_value=5, max_value=960)
    place = forms.ChoiceField(label=gettext_lazy("Venue"), choices=Place.choices, required=False)
    where = forms.CharField(max_length=500, required=False)
    version = forms.IntegerField(required=False)


class BookForm(TimeForm):
    type = forms.CharField(required=False)
    agenda = forms.CharField(max_length=6000, required=False)


class CancelForm(forms.Form):
    note = forms.CharField(label=gettext_lazy("Why?"), max_length=400, required=False)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)


def hosts_for(user: User) -> list[User]:
    """Who may be asked to hold a demo: the people whose records the viewer sees, and the viewer."""
    people = User.objects.filter(is_active=True).exclude(role="people")
    seen = owner_ids(user)
    return list(people if seen is None else people.filter(pk__in={*seen, user.pk}))


@require_GET
def panel(request: HttpRequest, deal_id: int) -> HttpResponse:
    """The panel beside the deal, which the page asks for after it has come."""
    user = viewer(request)
    deal: Deal = opened(deal_for, user, deal_id)
    demos = of_deal(deal.pk)
    names = {
        "deal": deal, "demos": demos, "can_change": user.can_work_deals, "now": timezone.now(),
        "is_demanded": demands_demo(deal.pipeline_id) and not any(one.state == "held" for one in demos),
        "has_types": bool(types_in_use()),
    }  # fmt: skip
    return render(request, "desk/demos/_panel.html", names)


@require_http_methods(BOTH)
@works_deals
def demo_new(request: HttpRequest, deal_id: int) -> HttpResponse:
    """Choose a type and a free time; the agenda begins with what research and objections tell."""
    user = viewer(request)
    deal: Deal = opened(deal_for, user, deal_id)
    types, hosts, now = types_in_use(), hosts_for(user), timezone.now()
    form = BookForm(request.POST or None)
    kind = _type(form["type"].value(), types)
    host = _host(form["host"].value(), hosts, deal.owner or user)

    def act(values: dict[str, Any]) -> str:
        if kind is None:
            raise CannotChangeDemo(_("Choose what you show."), field="type")
        demo = book_demo(
            deal=deal, type=kind, starts_at=_start(values, now), host=host, minutes=values["minutes"],
            place=values["place"], where=values["where"], agenda=values["agenda"].splitlines(), by=user, at=now,
        )  # fmt: skip
        return _("The demo is booked: %(name)s.") % {"name": demo.type.name}

    wishes = [
        *wishes_of(deal),
        *(f"{one.type.name}: “{one.words}”" for one in objections_of(deal.pk) if not one.is_settled),
    ]
    names = {
        "deal": deal, "types": [(one.pk, f"{one.name} · {_('%(num)s min') % {'num': one.minutes}}") for one in types],
        "agenda": form["agenda"].value() if form.is_bound else "\n".join(wishes), "has_types": bool(types),
        **_times(user, host, hosts, kind, form, now),
    }  # fmt: skip
    return form_dialog(
        request, form=form, title=_("Book a demo"), label=_("Book"), act=act, template="desk/demos/_book.html",
        back=reverse("desk:deal", args=[deal.pk]), names=names,
    )  # fmt: skip


@require_GET
@works_deals
def demo_slots(request: HttpRequest) -> HttpResponse:
    """Free times of a host on a day, while the dialog is open."""
    user, now, asked = viewer(request), timezone.now(), request.GET
    hosts, types = hosts_for(user), types_in_use()
    demo: Demo | None = opened(demo_for, user, asked["demo"]) if asked.get("demo") else None
    kind = demo.type if demo else _type(asked.get("type"), types)
    form = BookForm(asked)
    names = _times(user, _host(asked.get("host"), hosts, user), hosts, kind, form, now, but=demo)
    return render(request, "desk/demos/_slots.html", {"form": form, **names})


@require_http_methods(BOTH)
@works_deals
def demo_move(request: HttpRequest, demo_id: int) -> HttpResponse:
    """Another time, host or place."""
    user, now = viewer(request), timezone.now()
    demo: Demo = opened(demo_for, user, demo_id)
    hosts = hosts_for(user)
    initial = {
        "day": timezone.localtime(demo.starts_at).date(), "minutes": demo.minutes, "place": demo.place,
        "where": demo.where, "version": demo.version, "host": demo.host_id,
    }  # fmt: skip
    form = TimeForm(request.POST or None, initial=initial)
    host = _host(form["host"].value(), [*hosts, demo.host], demo.host)

    def act(values: dict[str, Any]) -> str:
        stays = not values["slot"] and not values["starts_at"]
        move_demo(
            demo=demo, starts_at=demo.starts_at if stays else _start(values, now), host=host,
            minutes=values["minutes"], place=values["place"] or None, where=values["where"], by=user, at=now,
            expected_version=values["version"],
        )  # fmt: skip
        return _("The demo is moved.")

    names = {"demo": demo, **_times(user, host, hosts, demo.type, form, now, but=demo)}
    return form_dialog(
        request, form=form, title=_("Move the demo"), label=_("Save"), act=act,
        template="desk/demos/_book.html", back=reverse("desk:demo", args=[demo.pk]), names=names,
    )  # fmt: skip


@require_http_methods(BOTH)
@works_deals
def demo_cancel(request: HttpRequest, demo_id: int) -> HttpResponse:
    user = viewer(request)
    demo: Demo = opened(demo_for, user, demo_id)
    form = CancelForm(request.POST or None, initial={"version": demo.version})

    def act(values: dict[str, Any]) -> str:
        cancel_demo(
            demo=demo, note=values["note"], by=user, at=timezone.now(), expected_version=values["version"]
        )
        return _("The demo is cancelled, and its meeting is off the calendar.")

    return form_dialog(
        request, form=form, title=_("Cancel the demo?"), label=_("Cancel the demo"), act=act, tone="bad",
        back=reverse("desk:demo", args=[demo.pk]), wide=("note",),
    )  # fmt: skip


@require_http_methods(BOTH)
@works_deals
def item_new(request: HttpRequest, demo_id: int, part: str) -> HttpResponse:
    """One more thing to prepare or to show."""
    user = viewer(request)
    demo: Demo = opened(demo_for, user, demo_id)
    form = ItemForm(request.POST or None)

    def act(values: dict[str, Any]) -> HttpResponse:
        add_item(demo=demo, part=part, text=values["text"], by=user, at=timezone.now())
        return done(request, reverse("desk:demo", args=[demo.pk]))

    title = _("One more to prepare") if part == DemoItem.Part.PREPARE else _("One more to show")
    return form_dialog(
        request, form=form, title=title, label=_("Add"), act=act,
        back=reverse("desk:demo", args=[demo.pk]), wide=("text",),
    )  # fmt: skip


class ItemForm(forms.Form):
    text = forms.CharField(label=gettext_lazy("What is it?"), max_length=300)


def _type(given: Any, types: list[DemoType]) -> DemoType | None:
    chosen = next((one for one in types if str(one.pk) == str(given)), None)
    return chosen or (types[0] if types and not given else None)


def _host(given: Any, hosts: list[User], usual: User) -> User:
    return next((one for one in hosts if str(one.pk) == str(given)), usual)


def _start(values: dict[str, Any], now: datetime) -> datetime:
    """The chosen slot, or the exact moment."""
    starts_at = due_from("", values["starts_at"] or values["slot"], now)
    if starts_at is None:
        raise CannotChangeDemo(_("Choose a time."), field="starts_at")
    return starts_at


def _times(
    user: User, host: User, hosts: list[User], kind: DemoType | None, form: forms.Form, now: datetime,
    *, but: Demo | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Day, length and the free times of the host, in the viewer's own time zone."""
    day = _day(form["day"].value()) or next_working_day(host, now)
    given = str(form["minutes"].value() or "")
    minutes = int(given) if given.isdecimal() and 5 <= int(given) <= 960 else 0
    usual = but.minutes if but else (kind.minutes if kind else 45)
    slots = free_slots(host, minutes=minutes or usual, day=day, now=now, but=but)
    return {
        "host": host, "hosts": [(one.pk, one.name) for one in hosts], "day": day, "slots": slots, "kind": kind,
        "minutes": minutes or usual, "chosen": form["slot"].value() or "", "but": but,
        "places": Place.choices, "types_known": [one.pk for one in types_in_use()],
        "place_now": form["place"].value() or (kind.place if kind else ""),
        "where_now": form["where"].value() or (kind.where if kind else ""), "zone": user.time_zone,
    }  # fmt: skip


def _day(given: Any) -> date | None:
    if isinstance(given, date):
        return given
    try:
        return date.fromisoformat(str(given or ""))
    except ValueError:
        return None
