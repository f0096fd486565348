"""Why deals end without a sale."""

from typing import Any

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from siklus.desk.pages.answers import form_dialog, runs_operations, viewer
from siklus.desk.settings import forms as shapes
from siklus.desk.settings.views.shared import BOTH, page
from siklus.records.deals.actions import add_lost_reason
from siklus.records.deals.models import Deal, LostReason, Status


@require_GET
@runs_operations
def reasons(request: HttpRequest) -> HttpResponse:
    ended = Deal.objects.filter(merged_into=None, closed_at__isnull=False, lost_reason__isnull=False)
    used = dict(ended.values_list("lost_reason_id").annotate(count=Count("pk")))
    rows = list(LostReason.objects.filter(is_active=True))
    labels = {
        Status.LOST: _("Lost"),
        Status.NO_DECISION: _("No decision"),
        Status.DISQUALIFIED: _("Disqualified"),
    }
    groups = [(label, [one for one in rows if one.status == key]) for key, label in labels.items()]
    return page(request, "reasons", {"groups": groups, "used": used})


@require_http_methods(BOTH)
@runs_operations
def reason_new(request: HttpRequest) -> HttpResponse:
    def act(values: dict[str, Any]) -> str:
        add_lost_reason(by=viewer(request), at=timezone.now(), **values)
        return _("The reason %(name)s is added.") % {"name": values["name"]}

    return form_dialog(
        request, form=shapes.ReasonForm(request.POST or None), title=_("Add a lost reason"), label=_("Add"),
        act=act, back=reverse("desk:settings_reasons"),
    )  # fmt: skip
