"""Settings of research: the checklist of each pipeline, and whether it is asked for before the first contact."""

from typing import Any

from django import forms
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from siklus.cycle.research.actions import add_item, edit_item, retire_item, set_research_rule
from siklus.cycle.research.models import WHY, ChecklistItem, Section
from siklus.cycle.research.queries import demands_research, item_for, items_of
from siklus.cycle.research.ready import READY
from siklus.desk.pages.answers import done, form_dialog, opened, runs_operations, viewer
from siklus.desk.settings.views.shared import row_or_404, subjects
from siklus.platform.web.jinja import render
from siklus.records.deals.models import Pipeline
from siklus.records.deals.queries import pipelines

BOTH = ["GET", "POST"]
PARTS = [*Section.choices, (WHY, gettext_lazy("Why we matter to them"))]


class ItemForm(forms.Form):
    label_en = forms.CharField(label=gettext_lazy("In English"), max_length=120, required=False)
    label_id = forms.CharField(label=gettext_lazy("In Indonesian"), max_length=120, required=False)
    section = forms.ChoiceField(
        label=gettext_lazy("Answered by the dossier"), required=False,
        choices=[("", gettext_lazy("No, ticked by hand")), *PARTS],
        help_text=gettext_lazy("With a part of the dossier it is done as soon as something stands there."),
    )  # fmt: skip


def _back() -> str:
    return reverse("desk:settings_research")


@require_GET
@runs_operations
def checklists(request: HttpRequest) -> HttpResponse:
    rows = [(one, items_of(one.pk), demands_research(one.pk)) for one in pipelines()]
    names = {
        "here": "research",
        "subjects": subjects(request),
        "pipelines": rows,
        "sections": dict(Section.choices),
    }
    return render(request, "desk/research/settings.html", names)


@require_http_methods(BOTH)
@runs_operations
def item_new(request: HttpRequest, pipeline_id: int) -> HttpResponse:
    pipeline: Pipeline = row_or_404(Pipeline, pk=pipeline_id)

    def act(values: dict[str, Any]) -> str:
        add_item(pipeline=pipeline, by=viewer(request), at=timezone.now(), **values)
        return _("Added to the checklist of %(name)s.") % {"name": pipeline.name}

    return form_dialog(
        request, form=ItemForm(request.POST or None), title=_("What to find out first"), label=_("Add"), act=act,
        back=_back(), wide=("section",),
    )  # fmt: skip


@require_http_methods(BOTH)
@runs_operations
def item_edit(request: HttpRequest, item_id: int) -> HttpResponse:
    item: ChecklistItem = opened(item_for, viewer(request), item_id)
    keys = ("label_en", "label_id", "section")
    form = ItemForm(request.POST or None, initial={key: getattr(item, key) for key in keys})

    def act(values: dict[str, Any]) -> str:
        edit_item(item=item, by=viewer(request), at=timezone.now(), **values)
        return _("Saved.")

    return form_dialog(
        request, form=form, title=item.label, label=_("Save"), act=act, back=_back(), wide=("section",)
    )


@require_POST
@runs_operations
def item_retire(request: HttpRequest, item_id: int) -> HttpResponse:
    item: ChecklistItem = opened(item_for, viewer(request), item_id)
    retire_item(item=item, by=viewer(request), at=timezone.now())
    return done(request, _back(), _("“%(name)s” is asked for no more.") % {"name": item.label})


@require_POST
@runs_operations
def rule(request: HttpRequest, pipeline_id: int) -> HttpResponse:
    pipeline: Pipeline = row_or_404(Pipeline, pk=pipeline_id)
    demanded = request.POST.get("demanded") == "1"
    set_research_rule(pipeline=pipeline, is_demanded=demanded, by=viewer(request), at=timezone.now())
    text = (
        _("Nobody is called before the research is done.")
        if demanded
        else _("Research is advised, not asked for.")
    )
    return done(request, _back(), text)


@require_POST
@runs_operations
def ready(request: HttpRequest, pipeline_id: int) -> HttpResponse:
    """The ready checklist, for a pipeline that has none."""
    pipeline: Pipeline = row_or_404(Pipeline, pk=pipeline_id)
    if not items_of(pipeline.pk):
        with transaction.atomic():
            for label_en, label_id, section in READY:
                add_item(
                    pipeline=pipeline, label_en=label_en, label_id=label_id, section=section, by=viewer(request),
                    at=timezone.now(),
                )  # fmt: skip
    return done(request, _back(), _("The checklist is there. Change it as you like."))
