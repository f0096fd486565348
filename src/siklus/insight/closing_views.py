"""Pages about how deals end."""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from siklus.cycle.closing.queries import waiting_for_review
from siklus.insight.win_loss import competitors, factors, reasons
from siklus.platform.accounts.models import User
from siklus.platform.web.jinja import render

MOST = 12


def spans() -> list[tuple[str, str]]:
    return [("90", _("Last 90 days")), ("182", _("Last half year")), ("365", _("Last 365 days"))]


def days_asked(request: HttpRequest) -> str:
    asked = request.GET.get("days", "")
    return asked if asked in dict(spans()) else "365"


@require_GET
def win_loss(request: HttpRequest) -> HttpResponse:
    """What decided the deals that ended, why they were lost, against whom, and which nobody has looked at yet."""
    viewer = request.user
    assert isinstance(viewer, User)
    days_back = days_asked(request)
    since = timezone.now() - timedelta(days=int(days_back))
    waiting = waiting_for_review(viewer, since)
    decided, why = factors(viewer, since), reasons(viewer, since)
    names: dict[str, Any] = {
        "since": since, "spans": spans(), "days_back": days_back, "factors": decided,
        "reviewed": sum(one.n for one in decided), "competitors": competitors(viewer, since), "reasons": why,
        "lost": sum(n for _name, _status, n in why), "waiting": list(waiting.select_related("owner")[:MOST]),
        "waiting_count": waiting.count(),
    }  # fmt: skip
    return render(request, "insight/win_loss.html", names)
