"""Settings: how soon leads of a pipeline or a source shall be answered."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from siklus.cycle.outreach.first_response.actions import CannotSetTarget, drop_target, set_target
from siklus.cycle.outreach.first_response.models import ResponseTarget
from siklus.cycle.outreach.first_response.queries import DEFAULT_TARGET, target_row_for, targets
from siklus.desk.pages.answers import done, form_dialog, opened, runs_operations, viewer
from siklus.desk.settings.views.shared import subjects
from siklus.platform.web.jinja import render
from siklus.records.deals.queries import pipelines

BOTH = ["GET", "POST"]


class TimeForm(forms.Form):
    minutes = forms.IntegerField(
        label=gettext_lazy("Minutes of working time"), min_value=1, max_value=14_400, required=False,
        help_text=gettext_lazy("60 is an hour, 420 a usual working day. Empty: these leads have no target."),
    )  # fmt: skip


class TargetForm(TimeForm):
    pipeline = forms.TypedChoiceField(
        label=gettext_lazy("Pipeline"), coerce=int, empty_value=None, required=False
    )
    source = forms.CharField(
        label=gettext_lazy("Source"), max_length=120, required=False,
        help_text=gettext_lazy("As it stands on the lead. Empty: every source."),
    )  # fmt: skip
    field_order = ("pipeline", "source", "minutes")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = [("", _("Every pipeline")), *((one.pk, one.name) for one in pipelines())]
        self.fields["pipeline"].choices = rows  # type: ignore[attr-defined]


def _back() -> str:
    return reverse("desk:settings_response")


@require_GET
@runs_operations
def targets_page(request: HttpRequest) -> HttpResponse:
    rows = targets()
    names = {
        "here": "response", "subjects": subjects(request), "targets": rows, "default": DEFAULT_TARGET,
        "has_all": any(one.pipeline_id is None and not one.source for one in rows),
    }  # fmt: skip
    return render(request, "desk/response/settings.html", names)


@require_http_methods(BOTH)
@runs_operations
def target_new(request: HttpRequest) -> HttpResponse:
    user = viewer(request)

    def act(values: dict[str, Any]) -> str:
        chosen = next((one for one in pipelines() if one.pk == values["pipeline"]), None)
        if ResponseTarget.objects.filter(pipeline=chosen, source__iexact=values["source"].strip()).exists():
            raise CannotSetTarget(_("There is a target for these already. Change that one."), field="source")
        set_target(
            pipeline=chosen, source=values["source"], minutes=values["minutes"], by=user, at=timezone.now()
        )
        return _("The target holds for leads that come from now on.")

    form = TargetForm(request.POST or None, initial={"minutes": DEFAULT_TARGET})
    return form_dialog(
        request, form=form, title=_("New target"), label=_("Save"), act=act, back=_back(), wide=("minutes",)
    )


@require_http_methods(BOTH)
@runs_operations
def target_edit(request: HttpRequest, target_id: int) -> HttpResponse:
    user = viewer(request)
    row: ResponseTarget = opened(target_row_for, user, target_id)

    def act(values: dict[str, Any]) -> str:
        set_target(
            pipeline=row.pipeline, source=row.source, minutes=values["minutes"], by=user, at=timezone.now()
        )
        return _("The target holds for leads that come from now on.")

    return form_dialog(
        request, form=TimeForm(request.POST or None, initial={"minutes": row.minutes}), title=_("Change the target"),
        label=_("Save"), act=act, back=_back(),
    )  # fmt: skip


@require_POST
@runs_operations
def target_remove(request: HttpRequest, target_id: int) -> HttpResponse:
    user = viewer(request)
    row: ResponseTarget = opened(target_row_for, user, target_id)
    drop_target(target=row, by=user, at=timezone.now())
    return done(request, _back(), _("Removed. The next wider target holds for leads that come from now on."))
