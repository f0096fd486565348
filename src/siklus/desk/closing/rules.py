"""Settings: what is asked for before a deal enters a stage or is won; and how a deal stands with what lies ahead."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from siklus.cycle.closing.actions import add_stage_rule, remove_stage_rule
from siklus.cycle.closing.models import StageRule
from siklus.cycle.closing.queries import ahead, rule_for
from siklus.desk.pages.answers import done, form_dialog, opened, runs_operations, viewer
from siklus.desk.settings.views.shared import row_or_404, subjects
from siklus.platform.web.jinja import render
from siklus.records.deals.conditions import condition_named, conditions
from siklus.records.deals.models import Deal, Pipeline, Stage
from siklus.records.deals.queries import deal_for, pipelines, stages_of


def offered() -> list[tuple[str, Any]]:
    """Everything that can be asked for: plain conditions, and groups of those that are about something."""
    plain = [(f"{one.key}:", str(one.label)) for one in conditions() if one.choices is None]
    groups = [
        (str(one.label), [(f"{one.key}:{about}", label) for about, label in one.choices()])
        for one in conditions()
        if one.choices is not None
    ]
    return [*plain, *groups]


class RuleForm(forms.Form):
    condition = forms.ChoiceField(label=gettext_lazy("What is asked for"), choices=offered)


def said(rule: StageRule) -> str:
    known = condition_named(rule.condition)
    return known.said(rule.about) if known else rule.condition


@require_GET
@runs_operations
def rules(request: HttpRequest) -> HttpResponse:
    every = list(StageRule.objects.order_by("id"))

    def those(pipeline: Pipeline, stage: Stage | None) -> list[tuple[int, str]]:
        key = (pipeline.pk, stage.pk if stage else None)
        return [(rule.pk, said(rule)) for rule in every if (rule.pipeline_id, rule.stage_id) == key]

    found = []
    for pipeline in pipelines():
        places: list[Stage | None] = [*stages_of(pipeline)[1:], None]  # who enters the first one begins
        found.append((pipeline, [(stage, those(pipeline, stage)) for stage in places]))
    names = {"here": "rules", "subjects": subjects(request), "pipelines": found}
    return render(request, "desk/closing/rules.html", names)


@require_http_methods(["GET", "POST"])
@runs_operations
def rule_new(request: HttpRequest, pipeline_id: int) -> HttpResponse:
    pipeline: Pipeline = row_or_404(Pipeline, pk=pipeline_id)
    asked = request.GET.get("stage", "")
    stage: Stage | None = row_or_404(Stage, pk=int(asked), pipeline=pipeline) if asked.isdecimal() else None

    def act(values: dict[str, Any]) -> str:
        condition, _colon, about = values["condition"].partition(":")
        add_stage_rule(
            pipeline=pipeline, stage=stage, condition=condition, about=about, by=viewer(request), at=timezone.now()
        )  # fmt: skip
        return _("From now on it is asked for. Deals that are past it stay where they are.")

    place = stage.name if stage else _("Won")
    return form_dialog(
        request, form=RuleForm(request.POST or None), title=_("Before “%(stage)s”") % {"stage": place},
        label=_("Ask for it"), act=act, back=reverse("desk:settings_rules"), wide=("condition",),
    )  # fmt: skip


@require_POST
@runs_operations
def rule_remove(request: HttpRequest, rule_id: int) -> HttpResponse:
    rule: StageRule = opened(rule_for, viewer(request), rule_id)
    remove_stage_rule(rule=rule, by=viewer(request), at=timezone.now())
    return done(request, reverse("desk:settings_rules"), _("It is asked for no more."))


@require_GET
def deal_ahead(request: HttpRequest, deal_id: int) -> HttpResponse:
    """What the next stage that asks for something asks for; nothing where none does."""
    deal: Deal = opened(deal_for, viewer(request), deal_id)
    stage, asked = ahead(deal) if deal.is_open else (None, [])
    names = {"deal": deal, "stage": stage, "asked": asked, "done": sum(one.missing is None for one in asked)}
    return render(request, "desk/closing/_ahead.html", names)
