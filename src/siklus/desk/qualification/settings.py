"""Settings of qualification: frameworks with their criteria, and which pipeline asks for which."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from siklus.cycle.qualification.actions import (
    add_criterion,
    add_framework,
    add_ready_framework,
    edit_criterion,
    edit_framework,
    retire_criterion,
    retire_framework,
    set_qualification_rule,
)
from siklus.cycle.qualification.models import Criterion, Framework
from siklus.cycle.qualification.queries import (
    criteria_of,
    criterion_for,
    framework_for,
    frameworks_in_use,
    rule_of,
)
from siklus.cycle.qualification.ready import READY
from siklus.desk.pages.answers import REFUSALS, done, form_dialog, opened, refused, runs_operations, viewer
from siklus.desk.settings.views.shared import row_or_404, subjects
from siklus.platform.web.jinja import render
from siklus.records.deals.models import Pipeline
from siklus.records.deals.queries import pipelines

BOTH = ["GET", "POST"]
KEYS = ("label_en", "label_id", "ask_en", "ask_id", "weight", "is_must", "is_wish")


class NameForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=60, widget=forms.TextInput(attrs={"autofocus": True})
    )


class CriterionForm(forms.Form):
    label_en = forms.CharField(label=gettext_lazy("In English"), max_length=80, required=False)
    label_id = forms.CharField(label=gettext_lazy("In Indonesian"), max_length=80, required=False)
    ask_en = forms.CharField(label=gettext_lazy("How to ask (EN)"), max_length=250, required=False)
    ask_id = forms.CharField(label=gettext_lazy("How to ask (ID)"), max_length=250, required=False)
    weight = forms.IntegerField(
        label=gettext_lazy("Weight"), min_value=1, max_value=5, initial=1,
        help_text=gettext_lazy("From 1 to 5: how much it counts in the score."),
    )  # fmt: skip
    is_must = forms.BooleanField(
        label=gettext_lazy("Must be met"), required=False,
        help_text=gettext_lazy("Without it a lead is not qualified, whatever the score."),
    )  # fmt: skip
    is_wish = forms.BooleanField(
        label=gettext_lazy("Belongs on the demo's agenda"), required=False,
        help_text=gettext_lazy("What the buyer said stands there when a demo is booked."),
    )  # fmt: skip


class RuleForm(forms.Form):
    framework = forms.TypedChoiceField(
        label=gettext_lazy("Framework"), required=False, coerce=int, empty_value=None
    )
    least_score = forms.IntegerField(
        label=gettext_lazy("Qualified from a score of"), min_value=0, max_value=100, initial=50
    )
    needs_evidence = forms.BooleanField(
        label=gettext_lazy("Only with evidence"), required=False,
        help_text=gettext_lazy("Every answer but a no must point to an activity."),
    )  # fmt: skip
    is_demanded = forms.BooleanField(
        label=gettext_lazy("No lead becomes a deal before"), required=False,
        help_text=gettext_lazy("Otherwise the score is shown and nobody is stopped."),
    )  # fmt: skip

    def __init__(self, *args: Any, frameworks: list[Framework], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = [("", _("None: people decide freely")), *((one.pk, one.name) for one in frameworks)]
        self.fields["framework"].choices = rows  # type: ignore[attr-defined]


def _back() -> str:
    return reverse("desk:settings_qualification")


@require_GET
@runs_operations
def frameworks(request: HttpRequest) -> HttpResponse:
    rows = [(one, criteria_of(one.pk)) for one in frameworks_in_use()]
    names = {one.name.casefold() for one, _criteria in rows}
    return render(request, "desk/qualification/settings.html", {
        "here": "qualification", "subjects": subjects(request), "frameworks": rows,
        "rules": [(one, rule_of(one.pk)) for one in pipelines()],
        "ready": [key for key in READY if key.casefold() not in names],
    })  # fmt: skip


@require_http_methods(BOTH)
@runs_operations
def framework_new(request: HttpRequest) -> HttpResponse:
    def act(values: dict[str, Any]) -> str:
        made = add_framework(by=viewer(request), at=timezone.now(), **values)
        return _("%(name)s is there. Add what it asks for.") % {"name": made.name}

    return form_dialog(
        request, form=NameForm(request.POST or None), title=_("A framework of your own"), label=_("Add"), act=act,
        back=_back(),
    )  # fmt: skip


@require_POST
@runs_operations
def framework_ready(request: HttpRequest) -> HttpResponse:
    """BANT, MEDDIC or CHAMP."""
    try:
        made = add_ready_framework(key=request.POST.get("key", ""), by=viewer(request), at=timezone.now())
    except REFUSALS as refusal:
        return refused(request, _back(), refusal)
    return done(request, _back(), _("%(name)s is there. Change it as you like.") % {"name": made.name})


@require_http_methods(BOTH)
@runs_operations
def framework_edit(request: HttpRequest, framework_id: int) -> HttpResponse:
    one: Framework = opened(framework_for, viewer(request), framework_id)

    def act(values: dict[str, Any]) -> str:
        edit_framework(framework=one, by=viewer(request), at=timezone.now(), **values)
        return _("Saved.")

    return form_dialog(
        request, form=NameForm(request.POST or None, initial={"name": one.name}), title=one.name, label=_("Save"),
        act=act, back=_back(),
    )  # fmt: skip


@require_POST
@runs_operations
def framework_retire(request: HttpRequest, framework_id: int) -> HttpResponse:
    one: Framework = opened(framework_for, viewer(request), framework_id)
    try:
        retire_framework(framework=one, by=viewer(request), at=timezone.now())
    except REFUSALS as refusal:
        return refused(request, _back(), refusal)
    return done(request, _back(), _("%(name)s is not offered any more.") % {"name": one.name})


@require_http_methods(BOTH)
@runs_operations
def criterion_new(request: HttpRequest, framework_id: int) -> HttpResponse:
    one: Framework = opened(framework_for, viewer(request), framework_id)

    def act(values: dict[str, Any]) -> str:
        made = add_criterion(framework=one, by=viewer(request), at=timezone.now(), **values)
        return _("%(name)s is added.") % {"name": made.label}

    return form_dialog(
        request, form=CriterionForm(request.POST or None), title=one.name, label=_("Add"), act=act, back=_back(),
        wide=("ask_en", "ask_id"),
    )  # fmt: skip


@require_http_methods(BOTH)
@runs_operations
def criterion_edit(request: HttpRequest, criterion_id: int) -> HttpResponse:
    one: Criterion = opened(criterion_for, viewer(request), criterion_id)
    form = CriterionForm(request.POST or None, initial={key: getattr(one, key) for key in KEYS})

    def act(values: dict[str, Any]) -> str:
        edit_criterion(criterion=one, by=viewer(request), at=timezone.now(), **values)
        return _("Saved.")

    return form_dialog(
        request, form=form, title=one.label, label=_("Save"), act=act, back=_back(), wide=("ask_en", "ask_id")
    )


@require_POST
@runs_operations
def criterion_retire(request: HttpRequest, criterion_id: int) -> HttpResponse:
    one: Criterion = opened(criterion_for, viewer(request), criterion_id)
    retire_criterion(criterion=one, by=viewer(request), at=timezone.now())
    return done(request, _back(), _("“%(name)s” is asked for no more.") % {"name": one.label})


@require_http_methods(BOTH)
@runs_operations
def rule(request: HttpRequest, pipeline_id: int) -> HttpResponse:
    """Which framework a pipeline qualifies by, and from when a lead counts as qualified."""
    pipeline: Pipeline = row_or_404(Pipeline, pk=pipeline_id)
    known, user = rule_of(pipeline.pk), viewer(request)
    initial = {
        "framework": known.framework_id, "least_score": known.least_score, "needs_evidence": known.needs_evidence,
        "is_demanded": known.is_demanded,
    } if known else {}  # fmt: skip
    form = RuleForm(request.POST or None, initial=initial, frameworks=frameworks_in_use())

    def act(values: dict[str, Any]) -> str:
        chosen = values.pop("framework")
        framework = opened(framework_for, user, chosen) if chosen else None
        set_qualification_rule(pipeline=pipeline, framework=framework, by=user, at=timezone.now(), **values)
        return _("Saved.")

    return form_dialog(
        request, form=form, title=_("How %(name)s qualifies") % {"name": pipeline.name}, label=_("Save"), act=act,
        back=_back(), wide=("framework",),
    )  # fmt: skip
