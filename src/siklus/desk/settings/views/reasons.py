"""Why deals end without a sale."""

from typing import Any

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from siklus.desk.pages.answers import done, form_dialog, runs_operations, viewer
from siklus.desk.settings import forms as shapes
from siklus.desk.settings.views.shared import BOTH, page, row_or_404
from siklus.records.deals.actions import add_lost_reason, restore_lost_reason, retire_lost_reason
from siklus.records.deals.models import Deal, LostReason, Status


@require_GET
@runs_operations
def reasons(request: HttpRequest) -> HttpResponse:
    ended = Deal.objects.filter(merged_into=None, closed_at__isnull=False, lost_reason__isnull=False)
    used = dict(ended.values_list("lost_reason_id").annotate(count=Count("pk")))
    everything = list(LostReason.objects.all())
    rows = [one for one in everything if one.is_active]
    labels = {
        Status.LOST: _("Lost"),
        Status.NO_DECISION: _("No decision"),
        Status.DISQUALIFIED: _("Disqualified"),
    }
    groups = [(label, [one for one in rows if one.status == key]) for key, label in labels.items()]
    gone = [one for one in everything if not one.is_active]
    return page(request, "reasons", {"groups": groups, "used": used, "gone": gone})


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


@require_POST
@runs_operations
def reason_retire(request: HttpRequest, reason_id: int) -> HttpResponse:
    reason: LostReason = row_or_404(LostReason, pk=reason_id)
    retire_lost_reason(reason=reason, by=viewer(request), at=timezone.now())
    return done(
        request, reverse("desk:settings_reasons"),
        _("The reason %(name)s is not offered any more. Deals that ended for it keep it.")
        % {"name": reason.name},
    )  # fmt: skip


@require_POST
@runs_operations
def reason_restore(request: HttpRequest, reason_id: int) -> HttpResponse:
    reason: LostReason = row_or_404(LostReason, pk=reason_id)
    restore_lost_reason(reason=reason, by=viewer(request), at=timezone.now())
    return done(
        request, reverse("desk:settings_reasons"),
        _("The reason %(name)s is offered again.") % {"name": reason.name},
    )  # fmt: skip
