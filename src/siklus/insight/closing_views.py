"""Pages about how deals end."""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from siklus.analytics.close_rates import BAND, Standing, standing
from siklus.analytics.definitions import DEFINITIONS
from siklus.cycle.closing.queries import waiting_for_review
from siklus.insight.close_rate import Line, close_rates_for
from siklus.insight.reports import Question
from siklus.insight.views import _link, _month_name
from siklus.insight.win_loss import competitors, factors, reasons
from siklus.platform.accounts.models import User
from siklus.platform.accounts.visibility import owner_ids
from siklus.platform.installation.current import current
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


def words() -> dict[str, tuple[str, str]]:
    """What a standing beside the band says, and its tone."""
    return {
        Standing.NOT_ENOUGH: (_("not enough yet"), ""), Standing.BELOW: (_("below the band"), "bad"),
        Standing.LOW: (_("perhaps below"), "warn"), Standing.WITHIN: (_("in the band"), "good"),
        Standing.HIGH: (_("perhaps above"), "brand"), Standing.ABOVE: (_("above the band"), "brand"),
    }  # fmt: skip


@require_GET
def close_rate(request: HttpRequest) -> HttpResponse:
    """Of the deals that ended, the share that was won: beside the band, month by month, and by what they have."""
    viewer = request.user
    assert isinstance(viewer, User)
    days_back, now = days_asked(request), timezone.now()
    today = now.astimezone(current().time_zone).date()
    begin = today - timedelta(days=int(days_back) - 1)
    found = close_rates_for(
        Question(
            as_of=now, begin=begin, end=today, owner_ids=owner_ids(viewer), sees_unassigned=viewer.sees_unassigned
        )
    )  # fmt: skip
    known, span = words(), f"{begin.isoformat()}..{today.isoformat()}"

    def told(lines: list[Line], narrow: str = "", *, beside: bool = True) -> list[dict[str, Any]]:
        return [
            {
                "label": one.label, "rate": one.rate, "standing": known[standing(one.rate)] if beside else None,
                "href": _link({narrow: one.key}, status="won,lost,no_decision", closed=span)
                if narrow and one.key else "",
            }
            for one in lines
        ]  # fmt: skip

    definition = DEFINITIONS["win_rate"]
    names: dict[str, Any] = {
        "spans": spans(), "days_back": days_back, "begin": begin, "end": today, "rates": found,
        "standing": known[standing(found.now)], "low": BAND[0], "high": BAND[1],
        "all_href": _link({}, status="won,lost,no_decision", closed=span),
        "month_names": [_month_name(one.name) for one in found.months],
        "month_values": [one.rate.value if one.rate.is_enough else None for one in found.months],
        "has_month": any(one.rate.is_enough for one in found.months),
        "tables": [
            (_("By rep"), "user", told(found.by_owner, "owner")),
            (_("By source"), "globe", told(found.by_source)),
            (_("By fit"), "star", told(found.by_grade)),
            (_("By stage reached"), "stage", told(found.by_stage, beside=False)),
        ],
        "explain": (_(definition.definition), _(definition.formula)),
    }  # fmt: skip
    return render(request, "insight/close_rate.html", names)
