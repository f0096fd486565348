"""Notes, calls, messages, meetings and tasks: written, planned, finished, moved, dropped."""

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from siklus.desk.pages.answers import (
    REFUSALS,
    done,
    form_dialog,
    is_fragment,
    opened,
    own_path,
    refused,
    status_of,
    viewer,
    works_deals,
)
from siklus.desk.pages.stream import COMPOSER, Place, due_state, read_cursor, stream
from siklus.platform.accounts.models import User
from siklus.platform.accounts.visibility import owner_ids
from siklus.platform.i18n.workdays import add_working_days
from siklus.platform.installation.current import current
from siklus.platform.web.jinja import render
from siklus.records.activities.actions import (
    CannotChangeActivity,
    cancel_activity,
    edit_activity,
    finish_activity,
    log_activity,
    plan_activity,
)
from siklus.records.activities.models import Activity, ActivityKind
from siklus.records.activities.queries import activities_for, activity_for
from siklus.records.companies.queries import company_for
from siklus.records.contacts.queries import contact_for
from siklus.records.deals.queries import deal_for

DOORS = {"deal": deal_for, "company": company_for, "contact": contact_for}
PLANNED_KINDS = [(kind.value, kind.label) for kind in ActivityKind if kind != ActivityKind.NOTE]
WHEN = (
    ("today", gettext_lazy("Today")),
    ("tomorrow", gettext_lazy("Next working day")),
    ("next_week", gettext_lazy("Next week")),
)
ROWS = 50


def due_from(when: str, exact: str, now: datetime) -> datetime | None:
    """The moment behind a quick choice, in the viewer's time zone. Raises CannotChangeActivity."""
    here = timezone.localtime(now)
    if exact:
        try:
            given = datetime.fromisoformat(exact)
        except ValueError as error:
            raise CannotChangeActivity(_("Write the moment as 2026-12-31 14:00."), field="due_at") from error
        return timezone.make_aware(given) if timezone.is_naive(given) else given
    if when == "today":
        evening = timezone.make_aware(datetime.combine(here.date(), time(17)))
        if evening > now:
            return evening
        return min(now + timedelta(hours=1), timezone.make_aware(datetime.combine(here.date(), time(23, 59))))
    if when == "tomorrow":
        tomorrow = add_working_days(here.date() + timedelta(days=1), 0, current().country)
        return timezone.make_aware(datetime.combine(tomorrow, time(9)))
    if when == "next_week":
        monday = here.date() + timedelta(days=7 - here.weekday())
        return timezone.make_aware(datetime.combine(add_working_days(monday, 0, current().country), time(9)))
    return None


def called(subject: str, kind: str) -> str:
    """The subject, or the kind's name in the language of who writes it."""
    return subject.strip() or str(dict(ActivityKind.choices).get(kind, ""))


def place_of(user: User, values: QueryDict) -> Place:
    """The record that a form is about, through its door."""
    for kind, door in DOORS.items():
        if given := values.get(kind):
            return Place(kind, opened(door, user, given))
    raise Http404


def _about(place: Place) -> dict[str, Any]:
    if place.kind == "contact":
        return {"contact": place.record, "company": place.record.company}
    return {place.kind: place.record}


@require_POST
@works_deals
def activity_new(request: HttpRequest) -> HttpResponse:
    """Write down what happened, or plan what shall: what the composer sends."""
    user, now = viewer(request), timezone.now()
    place = place_of(user, request.POST)
    kind, body = request.POST.get("kind", "note"), request.POST.get("body", "").strip()
    subject = request.POST.get("subject", "").strip() or body.split("\n", 1)[0]
    error, status = "", 200
    try:
        if not body and not subject and kind == ActivityKind.NOTE:
            raise CannotChangeActivity(_("Write something first."), field="body")
        subject = called(subject, kind)
        values: dict[str, Any] = {"kind": kind, "subject": subject, "body": body, "by": user, "at": now}
        if request.POST.get("mode") == "planned" and kind != ActivityKind.NOTE:
            due_at = due_from(request.POST.get("when", ""), request.POST.get("due_at", ""), now)
            plan_activity(**values, due_at=due_at, **_about(place))
        else:
            log_activity(**values, **_about(place))
    except REFUSALS as refusal:
        error, status = str(refusal), status_of(refusal)
    if not is_fragment(request):
        if error:
            return refused(request, place.page, CannotChangeActivity(error))
        return redirect(own_path(request, place.page))
    if place.kind == "deal":
        place = Place("deal", deal_for(user, place.record.pk))
    names = stream(request, place)
    if error:
        names |= {"draft": request.POST, "draft_error": error}
    return render(request, "desk/pages/_stream.html", names, status=status)


class PlanForm(forms.Form):
    """What to do next, and when."""

    kind = forms.ChoiceField(label=gettext_lazy("What"), choices=PLANNED_KINDS)
    subject = forms.CharField(label=gettext_lazy("About"), max_length=250, required=False)
    when = forms.ChoiceField(
        label=gettext_lazy("When"), choices=[*WHEN, ("", gettext_lazy("At the moment below"))],
        required=False, initial="tomorrow", widget=forms.RadioSelect,
    )  # fmt: skip
    due_at = forms.CharField(
        label=gettext_lazy("Exactly at"), required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
    )  # fmt: skip
    minutes = forms.IntegerField(label=gettext_lazy("Minutes"), min_value=5, max_value=960, required=False)
    location = forms.CharField(label=gettext_lazy("Place or link"), max_length=500, required=False)


@require_http_methods(["GET", "POST"])
@works_deals
def activity_plan(request: HttpRequest) -> HttpResponse:
    """Plan the next step from a list: a dialog."""
    user = viewer(request)
    place = place_of(user, request.GET)
    form = PlanForm(request.POST or None, initial={"kind": request.GET.get("plan", "call")})

    def act(values: dict[str, Any]) -> str:
        now = timezone.now()
        exact = "" if values["when"] else values["due_at"]
        subject = called(values["subject"], values["kind"])
        plan_activity(
            kind=values["kind"], subject=subject, by=user, at=now,
            due_at=due_from(values["when"], exact, now), minutes=values["minutes"], location=values["location"],
            **_about(place),
        )  # fmt: skip
        return _("Planned: %(what)s") % {"what": subject}

    title = _("Plan the next step with %(name)s") % {"name": place.record}
    return form_dialog(
        request,
        form=form,
        title=title,
        label=_("Plan"),
        act=act,
        back=place.page,
        wide=("subject", "when", "location"),
    )


class FinishForm(forms.Form):
    """How it went, and what comes next."""

    outcome = forms.CharField(
        label=gettext_lazy("How did it go?"), max_length=250, required=False,
        widget=forms.TextInput(attrs={"autofocus": True}),
    )  # fmt: skip
    body = forms.CharField(
        label=gettext_lazy("Notes"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    next_kind = forms.ChoiceField(
        label=gettext_lazy("Next step"), required=False,
        choices=[("", gettext_lazy("Nothing for now")), *PLANNED_KINDS],
    )  # fmt: skip
    next_subject = forms.CharField(label=gettext_lazy("About"), max_length=250, required=False)
    next_when = forms.ChoiceField(
        label=gettext_lazy("When"), choices=[*WHEN, ("", gettext_lazy("At the moment below"))],
        required=False, initial="tomorrow", widget=forms.RadioSelect,
    )  # fmt: skip
    next_due_at = forms.CharField(
        label=gettext_lazy("Exactly at"), required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
    )  # fmt: skip


def page_of(activity: Activity) -> str:
    """The page that shows an activity: its deal's, company's or contact's."""
    for kind in ("deal", "company", "contact"):
        if pk := getattr(activity, f"{kind}_id"):
            return reverse(f"desk:{kind}", args=[pk])
    return reverse("desk:activities")


@require_http_methods(["GET", "POST"])
@works_deals
def activity_finish(request: HttpRequest, activity_id: int) -> HttpResponse:
    """It is done: the outcome, and at once the next one."""
    user = viewer(request)
    activity: Activity = opened(activity_for, user, activity_id)
    form = FinishForm(request.POST or None, initial={"body": activity.body, "next_kind": "call"})

    def act(values: dict[str, Any]) -> str:
        now = timezone.now()
        due_at = None
        if values["next_kind"]:
            exact = "" if values["next_when"] else values["next_due_at"]
            try:
                due_at = due_from(values["next_when"], exact, now)
            except CannotChangeActivity as refusal:
                raise CannotChangeActivity(refusal.message, field="next_due_at") from refusal
        with transaction.atomic():
            finish_activity(
                activity=activity, by=user, at=now, outcome=values["outcome"], body=values["body"],
                expected_version=_version(request),
            )  # fmt: skip
            if not values["next_kind"]:
                return _("Done: %(what)s") % {"what": activity.subject}
            subject = called(values["next_subject"], values["next_kind"])
            plan_activity(
                kind=values["next_kind"], subject=subject, by=user, at=now, due_at=due_at,
                owner=activity.owner, deal=activity.deal, company=activity.company, contact=activity.contact,
            )  # fmt: skip
        return _("Done, and the next step is planned.")

    return form_dialog(
        request, form=form, title=activity.subject, label=_("Done"), act=act, back=page_of(activity),
        template="desk/pages/_finish.html", names={"activity": activity},
    )  # fmt: skip


class ActivityForm(forms.Form):
    """An activity's own values."""

    kind = forms.ChoiceField(label=gettext_lazy("What"), choices=ActivityKind.choices)
    subject = forms.CharField(label=gettext_lazy("About"), max_length=250)
    due_at = forms.CharField(
        label=gettext_lazy("Due"), required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
    )  # fmt: skip
    minutes = forms.IntegerField(label=gettext_lazy("Minutes"), min_value=5, max_value=960, required=False)
    location = forms.CharField(label=gettext_lazy("Place or link"), max_length=500, required=False)
    body = forms.CharField(
        label=gettext_lazy("Notes"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)


@require_http_methods(["GET", "POST"])
@works_deals
def activity_edit(request: HttpRequest, activity_id: int) -> HttpResponse:
    """Change or postpone."""
    user = viewer(request)
    activity: Activity = opened(activity_for, user, activity_id)
    local = timezone.localtime(activity.due_at).strftime("%Y-%m-%dT%H:%M") if activity.due_at else ""
    form = ActivityForm(
        request.POST or None,
        initial={
            "kind": activity.kind, "subject": activity.subject, "due_at": local, "body": activity.body,
            "minutes": activity.minutes, "location": activity.location, "version": activity.version,
        },
    )  # fmt: skip

    def act(values: dict[str, Any]) -> str:
        now = timezone.now()
        due_at = activity.due_at if values["due_at"] == local else due_from("", values["due_at"], now)
        edit_activity(
            activity=activity, by=user, at=now, expected_version=values["version"], kind=values["kind"],
            subject=values["subject"], body=values["body"], due_at=due_at, minutes=values["minutes"],
            location=values["location"],
        )  # fmt: skip
        return _("Changed: %(what)s") % {"what": values["subject"]}

    return form_dialog(
        request, form=form, title=_("Change the activity"), label=_("Save"), act=act,
        back=page_of(activity), wide=("subject", "location", "body"),
    )  # fmt: skip


@require_POST
@works_deals
def activity_cancel(request: HttpRequest, activity_id: int) -> HttpResponse:
    """Drop what was planned."""
    user = viewer(request)
    activity: Activity = opened(activity_for, user, activity_id)
    try:
        cancel_activity(activity=activity, by=user, at=timezone.now(), expected_version=_version(request))
    except REFUSALS as refusal:
        return refused(request, page_of(activity), refusal)
    return done(request, page_of(activity), _("Dropped: %(what)s") % {"what": activity.subject})


def _version(request: HttpRequest) -> int | None:
    given = request.POST.get("version", "")
    return int(given) if given.isdecimal() else None


@require_GET
def activities(request: HttpRequest) -> HttpResponse:
    """What is due and what was done: a plain list."""
    user, now = viewer(request), timezone.now()
    shows_done = request.GET.get("show") == "done"
    people = owners_for(user)
    who = request.GET.get("owner", str(user.pk))
    rows = activities_for(user).select_related("owner", "deal", "company", "contact")
    if who != "all":
        rows = rows.filter(owner_id=int(who) if who.isdecimal() else user.pk)
    before = read_cursor(request.GET.get("before", ""))
    if shows_done:
        rows = rows.filter(done_at__isnull=False).order_by("-done_at", "-id")
        if before:
            rows = rows.filter(done_at__lte=before[0]).exclude(done_at=before[0], pk__gte=before[1])
    else:
        rows = rows.filter(done_at=None, cancelled_at=None, due_at__isnull=False).order_by("due_at", "id")
        if before:
            rows = rows.filter(due_at__gte=before[0]).exclude(due_at=before[0], pk__lte=before[1])
    found = list(rows[: ROWS + 1])
    more = ""
    if len(found) > ROWS:
        found = found[:ROWS]
        last = found[-1].done_at if shows_done else found[-1].due_at
        more = f"{last.isoformat()}~{found[-1].pk}" if last else ""
    return render(
        request, "desk/pages/activities.html",
        {
            "rows": found, "more": more, "shows_done": shows_done, "people": people, "who": who, "now": now,
            "due_state": due_state, "can_change": user.can_work_deals, "page_of": page_of,
            "icons": {key: name for key, _label, name in COMPOSER},
        },
    )  # fmt: skip


def owners_for(user: User) -> list[tuple[str, str]]:
    """People whose records the viewer may see, for a filter: (id, name)."""
    owners = owner_ids(user)
    people = User.objects.filter(is_active=True)
    if owners is not None:
        people = people.filter(pk__in=owners)
    rows = [(str(pk), name) for pk, name in people.values_list("pk", "name")]
    return [("all", _("Everybody")), *rows] if len(rows) > 1 else rows
