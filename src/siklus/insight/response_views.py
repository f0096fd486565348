"""The page about how fast leads are answered."""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from siklus.insight.closing_views import spans
from siklus.insight.first_response import ENOUGH, speeds
from siklus.platform.accounts.models import User
from siklus.platform.installation.current import current
from siklus.platform.web.jinja import render


@require_GET
def first_response(request: HttpRequest) -> HttpResponse:
    """Median, p90 and the share within the target, for everybody, per owner and per source."""
    viewer, now = request.user, timezone.now()
    assert isinstance(viewer, User)
    asked = request.GET.get("days", "")
    days_back = asked if asked in dict(spans()) else "90"
    end = now.astimezone(current().time_zone).date()
    begin = end - timedelta(days=int(days_back) - 1)
    found = speeds(viewer, begin=begin, end=end, now=now)
    names: dict[str, Any] = {
        "spans": spans(), "days_back": days_back, "begin": begin, "end": end, "found": found, "enough": ENOUGH,
        "tables": [(_("By owner"), "user", found.by_owner), (_("By source"), "globe", found.by_source)],
        "explain": (
            _(
                "From the creation of a lead to the first call, mail, message or meeting of a person, in the working hours "
                "of its owner. Leads that still wait count for as long as they have waited. Imports are left out."
            ),
            _("Kaplan–Meier median of minutes of working time"),
        ),
    }  # fmt: skip
    return render(request, "insight/first_response.html", names)
