from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from siklus.desk.pages.answers import viewer
from siklus.desk.today import queries
from siklus.platform.accounts.models import Visibility
from siklus.platform.installation.current import current
from siklus.platform.web.jinja import render


@require_GET
def today(request: HttpRequest) -> HttpResponse:
    """Whom to call next and why."""
    user, now = viewer(request), timezone.now()
    leads_people = user.visibility != Visibility.OWN
    team = leads_people and request.GET.get("who", "team") == "team"
    due = queries.due_now(user, team=team, now=now)
    late = sum(1 for one in due if one.due_at and one.due_at < now)
    context = {
        "greeting": queries.greeting(now),
        "first_name": user.name.split()[0],
        "today": queries.long_day(now),
        "tiles": queries.tiles(user, team=team, now=now, due=len(due), late=late),
        "late_words": queries.late_words(late),
        "lines": queries.work_list(user, team=team, now=now, due=due),
        "currency": current().currency,
        "team": team,
        "has_team": leads_people,
        "can_change": user.can_work_deals,
    }
    return render(request, "desk/today/today.html", context)
