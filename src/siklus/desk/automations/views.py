"""Settings: automations with their last days, the builder, the log, the dry run."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from siklus.desk.automations import actions, editor
from siklus.desk.automations.conditions import read
from siklus.desk.automations.dry import occasions_said, would_do
from siklus.desk.automations.models import About, Automation, RunState, When
from siklus.desk.automations.queries import (
    automation_for,
    automations_for,
    fact_choices,
    runs_of,
    sentence,
    weekdays,
    with_counts,
)
from siklus.desk.pages.answers import (
    REFUSALS,
    done,
    is_fragment,
    opened,
    refused,
    runs_operations,
    status_of,
    viewer,
)
from siklus.desk.settings.views.shared import subjects
from siklus.platform.web.jinja import render
from siklus.records.deals.queries import deals_for

SHOWN = 50
BACK = timedelta(days=30)


def back(automation: Automation | None = None) -> str:
    return (
        reverse("desk:automation", args=[automation.pk])
        if automation
        else reverse("desk:settings_automations")
    )


def _page(request: HttpRequest, name: str, names: dict[str, Any], status: int = 200) -> HttpResponse:
    context = {"here": "automations", "subjects": subjects(request), "now": timezone.now(), **names}
    return render(request, f"desk/automations/{name}.html", context, status=status)


@require_GET
@runs_operations
def automations(request: HttpRequest) -> HttpResponse:
    user, now = viewer(request), timezone.now()
    rows = with_counts(automations_for(user), now)
    return _page(request, "automations", {"rows": [(one, sentence(one, user, now)) for one in rows]})


@require_GET
@runs_operations
def automation(request: HttpRequest, automation_id: int) -> HttpResponse:
    """One automation with its log, the newest run first."""
    user, now = viewer(request), timezone.now()
    rows = with_counts(automations_for(user), now)
    one: Automation = opened(lambda _user, pk: rows.get(pk=pk), user, automation_id)
    asked, before = request.GET.get("state", ""), request.GET.get("before", "")
    state = asked if asked in RunState.values else ""
    found = runs_of(one)
    found = found.filter(state=state) if state else found
    if before.isdecimal() and len(before) < 16:
        found = found.filter(pk__lt=int(before))
    runs = list(found[: SHOWN + 1])
    tabs = [("", _("All")), *((each.value, each.label) for each in RunState)]
    names = {
        "automation": one, "said": sentence(one, user, now), "runs": runs[:SHOWN], "state": state,
        "deals": deals_for(user).in_bulk({run.deal_id for run in runs if run.deal_id}),
        "older": runs[SHOWN - 1].pk if len(runs) > SHOWN else None,
        "filters": [(label, f"{request.path}?state={key}" if key else request.path, key == state) for key, label in tabs],
    }  # fmt: skip
    return _page(request, "automation", names)


@require_http_methods(["GET", "POST"])
@runs_operations
def automation_new(request: HttpRequest) -> HttpResponse:
    def save(values: dict[str, Any], _version: int | None) -> Automation:
        return actions.add_automation(by=viewer(request), at=timezone.now(), **values)

    return _builder(request, editor.first(), save, None)


@require_http_methods(["GET", "POST"])
@runs_operations
def automation_edit(request: HttpRequest, automation_id: int) -> HttpResponse:
    one: Automation = opened(automation_for, viewer(request), automation_id)

    def save(values: dict[str, Any], version: int | None) -> Automation:
        return actions.edit_automation(
            automation=one, by=viewer(request), at=timezone.now(), expected_version=version, **values
        )

    return _builder(request, editor.draft_of(one, viewer(request), timezone.now()), save, one)


def _builder(request: HttpRequest, draft: editor.Draft, save: Any, one: Automation | None) -> HttpResponse:
    status, error, field = 200, "", ""
    if request.method == "POST":
        draft = editor.read_post(request.POST)
        if "save" in request.POST:
            version = int(draft.version) if draft.version.isdecimal() else None
            try:
                made = save(draft.taken(), version)
            except REFUSALS as refusal:
                error, field, status = str(refusal), getattr(refusal, "field", "") or "", status_of(refusal)
            else:
                messages.success(request, _("%(name)s is saved.") % {"name": made.name})
                return redirect(back(made))
    made_filter = read("", viewer(request), timezone.now())
    names = {
        "automation": one, "draft": draft, "error": error, "field": field, "action": request.path,
        "whens": When.choices, "abouts": About.choices, "facts": fact_choices(), "weekdays": weekdays(),
        "hours": editor.hours(), "columns": editor.columns(made_filter), "step_choices": editor.step_choices(),
        "conditions": editor.condition_controls(draft, made_filter), "steps": editor.step_controls(draft),
        "title": one.name if one else _("New automation"),
    }  # fmt: skip
    if is_fragment(request) and request.method == "POST":
        return render(
            request, "desk/automations/_builder.html", {**names, "now": timezone.now()}, status=status
        )
    return _page(request, "builder", names, status)


@require_GET
@runs_operations
def automation_dry(request: HttpRequest, automation_id: int) -> HttpResponse:
    """What it would have done in a period. Looking changes nothing."""
    user, now = viewer(request), timezone.now()
    one: Automation = opened(automation_for, user, automation_id)
    today = timezone.localdate(now)
    since = _day(request.GET.get("since", ""), today - BACK)
    until = max(_day(request.GET.get("until", ""), today), since)
    found = would_do(one, _midnight(since), _midnight(until + timedelta(days=1)), now, user)
    names = {
        "automation": one, "said": sentence(one, user, now), "since": since, "until": until, "found": found,
        "occasions": occasions_said(found, one),
    }  # fmt: skip
    return _page(request, "dry", names)


def _day(text: str, otherwise: date) -> date:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return otherwise
    return found if 2000 <= found.year <= 2100 else otherwise


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


@require_POST
@runs_operations
def automation_switch(request: HttpRequest, automation_id: int) -> HttpResponse:
    one: Automation = opened(automation_for, viewer(request), automation_id)
    on = request.POST.get("on") == "1"
    try:
        actions.switch_automation(automation=one, on=on, by=viewer(request), at=timezone.now())
    except REFUSALS as refusal:
        return refused(request, back(one), refusal)
    said = _("%(name)s is on.") if on else _("%(name)s is off.")
    return done(request, back(one), said % {"name": one.name})


@require_POST
@runs_operations
def automation_retire(request: HttpRequest, automation_id: int) -> HttpResponse:
    one: Automation = opened(automation_for, viewer(request), automation_id)
    actions.retire_automation(automation=one, by=viewer(request), at=timezone.now())
    return done(request, back(), _("%(name)s is retired.") % {"name": one.name})
