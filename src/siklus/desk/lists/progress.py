"""How far bulk changes in the background are: a list of one's own, and a page for each."""

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from siklus.desk.lists.changes import Tally
from siklus.desk.lists.jobs import WORKING, change_title, changes_of
from siklus.desk.models import BulkChange
from siklus.desk.request import Request
from siklus.desk.verbs.answers import for_workers, is_htmx
from siklus.platform.web.jinja import render

SHOWN = 50


def titled(change: BulkChange) -> str:
    return f"{change_title(change.what, change.total)} {change.label}"


@require_safe
@for_workers
def bulk_changes(request: Request) -> HttpResponse:
    """The last changes of many records that the viewer ordered."""
    rows = [
        (one, titled(one), Tally(one.changed, one.same).text()) for one in changes_of(request.user)[:SHOWN]
    ]
    return render(request, "desk/lists/changes.html", {"rows": rows, "working": WORKING})


@require_safe
@for_workers
def bulk_change(request: Request, change_id: int) -> HttpResponse:
    """One of them; while it runs, its fragment asks for itself anew."""
    one = changes_of(request.user).filter(pk=change_id).first()
    if one is None:
        raise Http404
    context = {
        "change": one,
        "title": titled(one),
        "is_working": one.status in WORKING,
        "reasons": sorted(one.refused.items(), key=lambda pair: -pair[1]),
        "refused": sum(one.refused.values()),
    }
    return render(request, f"desk/lists/{'_change' if is_htmx(request) else 'change'}.html", context)
