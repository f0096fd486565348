from collections import Counter
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from siklus.cycle.prospecting.coverage.alarms import alarms_of
from siklus.desk.pages.answers import viewer
from siklus.desk.today import queries
from siklus.desk.today.lines import Work
from siklus.desk.today.work import TIERS, work_list
from siklus.platform.accounts.models import Visibility
from siklus.platform.installation.current import current
from siklus.platform.web.jinja import render

SHOWN = 40


@require_GET
def today(request: HttpRequest) -> HttpResponse:
    """Whom to call next and why."""
    user, now = viewer(request), timezone.now()
    leads_people = user.visibility != Visibility.OWN
    team = leads_people and request.GET.get("who", "team") == "team"
    due = queries.due_now(user, team=team, now=now)
    all_due, late = queries.count_due(user, team=team, now=now, due=due)
    lines = work_list(user, team=team, now=now, due=due)
    kind = request.GET.get("kind", "")
    kept = [one for one in lines if one.tier == kind] if kind in TIERS else lines
    shown = len(kept) if request.GET.get("all") else SHOWN
    context = {
        "greeting": queries.greeting(now),
        "first_name": user.name.split()[0],
        "today": queries.long_day(now),
        "tiles": queries.tiles(user, team=team, now=now, due=all_due, late=late),
        "late_words": queries.late_words(late),
        "lines": kept[:shown],
        "more": len(kept) - len(kept[:shown]),
        "kinds": _kinds(lines, kind, "team" if team else "me") if lines else [],
        "alarms": alarms_of(user, team=team),
        "currency": current().currency,
        "team": team,
        "has_team": leads_people,
        "can_change": user.can_work_deals,
    }
    return render(request, "desk/today/today.html", context)


def _kinds(lines: list[Work], kind: str, who: str) -> list[dict[str, Any]]:
    """A tab for each kind of reason that there is, with its count."""
    names = {
        "late": _("Overdue"), "today": _("Due today"), "lead": _("New leads"), "demo": _("Demos"),
        "quote": _("Quotes about to lapse"), "objection": _("Open objections"), "rotting": _("Gone quiet"),
        "none": _("Without a next step"),
    }  # fmt: skip
    counted = Counter(one.tier for one in lines)
    found: list[dict[str, Any]] = [
        {"label": _("All"), "href": f"?who={who}", "count": len(lines), "current": kind not in counted}
    ]
    for tier in TIERS:
        if counted[tier]:
            found.append(
                {"label": names[tier], "href": f"?who={who}&kind={tier}", "count": counted[tier],
                 "current": kind == tier}
            )  # fmt: skip
    return found
