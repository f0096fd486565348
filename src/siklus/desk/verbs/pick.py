"""What comboboxes offer while one types: companies, contacts and people the viewer may see."""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from siklus.desk.request import Request
from siklus.desk.verbs.answers import for_workers
from siklus.desk.verbs.deals import owner_choices
from siklus.platform.search.queries import find
from siklus.platform.web.jinja import render
from siklus.records.companies.queries import companies_for
from siklus.records.contacts.queries import contacts_for
from siklus.records.deals.queries import deals_for

OFFERED = 12


def _options(request: Request, rows: list[tuple[Any, ...]], new: str = "") -> HttpResponse:
    named = any(str(row[1]).lower() == new.lower() for row in rows)
    context = {"rows": rows, "new": "" if named or request.GET.get("new") != "1" else new}
    return render(request, "desk/verbs/_options.html", context)


def _pick(request: Request, kind: str, door: Any, detail: str) -> HttpResponse:
    wanted = " ".join(request.GET.get("q", "").split())[:80]
    rows = door(request.user)
    if (but := request.GET.get("but", "")).isdecimal() and len(but) < 19:
        rows = rows.exclude(pk=int(but))
    if wanted:
        found = find(wanted, viewer=request.user, limit=OFFERED, kinds=(kind,))
        places = {one.object_id: at for at, one in enumerate(found)}
        rows = rows.filter(pk__in=places)
        options = sorted(rows.values_list("pk", "name", detail), key=lambda row: places[row[0]])
    else:
        options = list(rows.order_by("-id").values_list("pk", "name", detail)[:OFFERED])
    return _options(request, options, wanted)


@require_safe
@for_workers
def companies(request: Request) -> HttpResponse:
    return _pick(request, "company", companies_for, "city")


@require_safe
@for_workers
def contacts(request: Request) -> HttpResponse:
    return _pick(request, "contact", contacts_for, "company__name")


@require_safe
@for_workers
def deals(request: Request) -> HttpResponse:
    return _pick(request, "deal", deals_for, "stage__name")


@require_safe
@for_workers
def users(request: Request) -> HttpResponse:
    wanted = request.GET.get("q", "").lower().split()
    rows = [("", _("Nobody"), "")] if not wanted else []
    rows += [
        (pk, name, "")
        for pk, name in owner_choices(request.user)
        if all(word in name.lower() for word in wanted)
    ]
    return _options(request, rows[:OFFERED])
