"""The mutual action plan on the page of a deal, and its templates in the settings."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from siklus.cycle.closing.actions import (
    add_milestone,
    add_plan_step,
    begin_plan,
    edit_milestone,
    remove_milestone,
    remove_plan_step,
    share_plan,
    tick_milestone,
    unshare_plan,
)
from siklus.cycle.closing.models import ActionPlan, Milestone, PlanStep, Side
from siklus.cycle.closing.queries import course_of, day_of, milestone_for, plan_for, step_for, steps_of_plan
from siklus.cycle.closing.ready import READY_PLAN
from siklus.desk.pages.answers import (
    REFUSALS,
    done,
    form_dialog,
    is_fragment,
    opened,
    refused,
    runs_operations,
    viewer,
    works_deals,
)
from siklus.desk.settings.views.shared import row_or_404, subjects
from siklus.platform.accounts.models import User
from siklus.platform.web.jinja import render
from siklus.records.deals.models import Deal, Pipeline
from siklus.records.deals.queries import deal_for, pipelines

BOTH = ["GET", "POST"]


class MilestoneForm(forms.Form):
    title = forms.CharField(label=gettext_lazy("What is done?"), max_length=160)
    side = forms.ChoiceField(label=gettext_lazy("Who does it?"), choices=Side.choices)
    who = forms.CharField(
        label=gettext_lazy("Who exactly"), required=False, max_length=120,
        help_text=gettext_lazy("The buyer reads it too."),
    )  # fmt: skip
    due_date = forms.DateField(
        label=gettext_lazy("Until"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


class MilestoneEditForm(MilestoneForm):
    remove = forms.BooleanField(label=gettext_lazy("Take it out of the plan"), required=False)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)


class StepForm(forms.Form):
    title_en = forms.CharField(label=gettext_lazy("In English"), max_length=160, required=False)
    title_id = forms.CharField(label=gettext_lazy("In Indonesian"), max_length=160, required=False)
    side = forms.ChoiceField(label=gettext_lazy("Who does it?"), choices=Side.choices)
    days_before = forms.IntegerField(
        label=gettext_lazy("Days before the expected close"), min_value=0, max_value=365
    )


def _names(request: HttpRequest, deal: Deal, user: User) -> dict[str, Any]:
    plan = ActionPlan.objects.filter(deal=deal).first()
    today = day_of(timezone.now())
    address = ""
    if plan is not None:
        plan.deal = deal
        if plan.secret:
            address = request.build_absolute_uri(reverse("desk:plan_public", args=[plan.secret]))
    return {
        "deal": deal, "plan": plan, "course": course_of(plan, today) if plan else None, "today": today,
        "address": address, "can_change": user.can_work_deals,
    }  # fmt: skip


@require_GET
def panel(request: HttpRequest, deal_id: int) -> HttpResponse:
    user = viewer(request)
    deal: Deal = opened(deal_for, user, deal_id)
    return render(request, "desk/closing/_plan.html", _names(request, deal, user))


def _acted(request: HttpRequest, deal: Deal, act: Callable[[], Any]) -> HttpResponse:
    """Do it and show the panel anew; without script, the page."""
    back = reverse("desk:deal", args=[deal.pk])
    try:
        act()
    except REFUSALS as refusal:
        return refused(request, back, refusal)
    if not is_fragment(request):
        return redirect(back)
    return render(request, "desk/closing/_plan.html", _names(request, deal, viewer(request)))


@require_POST
@works_deals
def plan_begin(request: HttpRequest, deal_id: int) -> HttpResponse:
    user = viewer(request)
    deal: Deal = opened(deal_for, user, deal_id)
    return _acted(request, deal, lambda: begin_plan(deal=deal, by=user, at=timezone.now()))


@require_POST
@works_deals
def plan_share(request: HttpRequest, plan_id: int) -> HttpResponse:
    user = viewer(request)
    plan: ActionPlan = opened(plan_for, user, plan_id)
    verb = share_plan if request.POST.get("shared") == "1" else unshare_plan
    return _acted(request, plan.deal, lambda: verb(plan=plan, by=user, at=timezone.now()))


@require_POST
@works_deals
def milestone_tick(request: HttpRequest, milestone_id: int) -> HttpResponse:
    user = viewer(request)
    one: Milestone = opened(milestone_for, user, milestone_id)
    is_done = request.POST.get("done") == "1"
    return _acted(
        request, one.plan.deal, lambda: tick_milestone(milestone=one, is_done=is_done, by=user, at=timezone.now())
    )  # fmt: skip


@require_http_methods(BOTH)
@works_deals
def milestone_new(request: HttpRequest, plan_id: int) -> HttpResponse:
    user = viewer(request)
    plan: ActionPlan = opened(plan_for, user, plan_id)

    def act(values: dict[str, Any]) -> str:
        add_milestone(plan=plan, by=user, at=timezone.now(), **values)
        return _("Added to the plan.")

    return form_dialog(
        request, form=MilestoneForm(request.POST or None), title=_("One thing more"), label=_("Add"), act=act,
        back=reverse("desk:deal", args=[plan.deal_id]), wide=("title",),
    )  # fmt: skip


@require_http_methods(BOTH)
@works_deals
def milestone_edit(request: HttpRequest, milestone_id: int) -> HttpResponse:
    user = viewer(request)
    one: Milestone = opened(milestone_for, user, milestone_id)
    keys = ("title", "side", "who", "due_date")
    initial = {**{key: getattr(one, key) for key in keys}, "version": one.plan.version}

    def act(values: dict[str, Any]) -> str:
        version, remove = values.pop("version"), values.pop("remove")
        now = timezone.now()
        if remove:
            remove_milestone(milestone=one, by=user, at=now)
            return _("Taken out of the plan.")
        edit_milestone(milestone=one, by=user, at=now, expected_version=version, **values)
        return _("Saved.")

    return form_dialog(
        request, form=MilestoneEditForm(request.POST or None, initial=initial), title=one.title, label=_("Save"),
        act=act, back=reverse("desk:deal", args=[one.plan.deal_id]), wide=("title", "remove"),
    )  # fmt: skip


def _templates() -> str:
    return reverse("desk:settings_plans")


@require_GET
@runs_operations
def templates(request: HttpRequest) -> HttpResponse:
    rows = [(one, steps_of_plan(one.pk)) for one in pipelines()]
    names = {"here": "plans", "subjects": subjects(request), "pipelines": rows}
    return render(request, "desk/closing/plans.html", names)


@require_http_methods(BOTH)
@runs_operations
def step_new(request: HttpRequest, pipeline_id: int) -> HttpResponse:
    pipeline: Pipeline = row_or_404(Pipeline, pk=pipeline_id)

    def act(values: dict[str, Any]) -> str:
        add_plan_step(pipeline=pipeline, by=viewer(request), at=timezone.now(), **values)
        return _("Plans of %(name)s begin with it from now on.") % {"name": pipeline.name}

    return form_dialog(
        request, form=StepForm(request.POST or None), title=_("What plans begin with"), label=_("Add"), act=act,
        back=_templates(),
    )  # fmt: skip


@require_POST
@runs_operations
def step_remove(request: HttpRequest, step_id: int) -> HttpResponse:
    step: PlanStep = opened(step_for, viewer(request), step_id)
    remove_plan_step(step=step, by=viewer(request), at=timezone.now())
    return done(request, _templates(), _("Plans begin without it from now on."))


@require_POST
@runs_operations
def ready(request: HttpRequest, pipeline_id: int) -> HttpResponse:
    """The ready template, for a pipeline that has none."""
    pipeline: Pipeline = row_or_404(Pipeline, pk=pipeline_id)
    if not steps_of_plan(pipeline.pk):
        with transaction.atomic():
            for days_before, side, title_en, title_id in READY_PLAN:
                add_plan_step(
                    pipeline=pipeline, side=side, days_before=days_before, title_en=title_en, title_id=title_id,
                    by=viewer(request), at=timezone.now(),
                )  # fmt: skip
    return done(request, _templates(), _("The ready steps are there. Change them as you like."))
