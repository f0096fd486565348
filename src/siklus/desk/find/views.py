from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from siklus.desk.find.commands import by_kind, matching
from siklus.desk.pages.answers import viewer
from siklus.platform.search.queries import find
from siklus.platform.web.jinja import render


@require_GET
def palette(request: HttpRequest) -> HttpResponse:
    """Rows of the palette: commands and records that answer to what is typed."""
    wanted = request.GET.get("q", "").strip()[:100]
    found = find(wanted, viewer=viewer(request), limit=12) if wanted else []
    run = matching(request, wanted)
    context = {"wanted": wanted, "groups": by_kind(found), "commands": run[: 6 if found else 12]}
    return render(request, "desk/find/_palette.html", context)


@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """Everything that answers to a question, on a page of its own."""
    wanted = request.GET.get("q", "").strip()[:100]
    found = find(wanted, viewer=viewer(request), limit=60) if wanted else []
    context = {"wanted": wanted, "groups": by_kind(found), "count": len(found)}
    return render(request, "desk/find/search.html", context)
