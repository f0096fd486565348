"""The page Objections: what waits for an answer, and what worked."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from siklus.cycle.objections.queries import objections_for, types_in_use, waiting_for
from siklus.desk.pages.activities import owners_for
from siklus.desk.pages.answers import viewer
from siklus.insight.objections import what_works
from siklus.platform.web.jinja import render

MOST = 200


@require_GET
def objections(request: HttpRequest) -> HttpResponse:
    """Open objections, the oldest first, by type and owner; or what worked against which."""
    user = viewer(request)
    here, shows_works = reverse("desk:objections"), request.GET.get("show") == "works"
    names: dict[str, Any] = {
        "tabs_shown": [
            {"label": _("Open"), "href": here, "current": not shows_works},
            {"label": _("What works"), "href": f"{here}?show=works", "current": shows_works},
        ],
        "shows_works": shows_works,
        "can_change": user.can_work_deals,
        "can_edit": user.can_run_operations,
    }
    if shows_works:
        names["types"] = what_works(user)
    else:
        type_id, owner = request.GET.get("type", ""), request.GET.get("owner", "all")
        rows = waiting_for(user, own=False)
        if type_id.isdecimal():
            rows = rows.filter(type_id=int(type_id))
        if owner.isdecimal():
            rows = rows.filter(deal__owner_id=int(owner))
        found = list(rows[: MOST + 1])
        names |= {
            "rows": found[:MOST], "has_more": len(found) > MOST, "type": type_id, "owner": owner,
            "types": [(one.pk, one.name) for one in types_in_use()], "people": owners_for(user),
            "has_any": bool(found) or objections_for(user).exists(), "now": timezone.now(),
        }  # fmt: skip
    return render(request, "desk/objections/objections.html", names)
