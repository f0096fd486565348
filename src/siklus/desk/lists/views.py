"""Leads, deals, companies and contacts as lists: one page of rows, its totals, its export."""

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from siklus.desk.board.views import board_page
from siklus.desk.filters.columns import Column
from siklus.desk.filters.pages import BadCursor, page
from siklus.desk.filters.read import Filter, comes_from_form, read_filter
from siklus.desk.filters.totals import Totals, added, groups, totals
from siklus.desk.lists import cells, words  # noqa: F401  (register what the templates ask for)
from siklus.desk.lists.frame import frame
from siklus.desk.lists.rows import dress, group_filter, group_label, needed
from siklus.desk.request import Request
from siklus.platform.web.jinja import render

CALLED = {
    "leads": gettext_lazy("Leads"),
    "deals": gettext_lazy("Deals"),
    "companies": gettext_lazy("Companies"),
    "contacts": gettext_lazy("Contacts"),
}


@require_safe
def list_page(request: Request, kind: str) -> HttpResponse:
    made = read_filter(kind, request.GET, request.user, timezone.now())
    if request.GET.get("into") == "any" and (one := made.has(request.GET.get("field", ""))):
        made.clauses.remove(one)
        made.any_of = [[*(made.any_of[0] if made.any_of else []), one], *made.any_of[1:]]
        return HttpResponseRedirect(f"{request.path}?{made.query()}")
    if comes_from_form(request.GET) and not made.problems:
        return HttpResponseRedirect(f"{request.path}?{made.query()}")
    context = frame(request, made)
    context["title"] = CALLED[kind]
    if made.layout == "board":
        return board_page(request, made, context)
    return render(request, "desk/lists/list.html", {**context, **rows_context(request, made)})


def rows_context(request: Request, made: Filter) -> dict[str, Any]:
    """The rows of one page with their groups, and the totals of the whole filter."""
    after, before = request.GET.get("after", ""), request.GET.get("before", "")
    paths = needed(made)
    if made.group:
        paths += [*made.group.values, *([] if ":" in made.group.group else [made.group.group])]
    sums = groups(made) if made.group else None
    counts = {key: one.count for key, one in sums.items()} if sums is not None else None
    try:
        found = page(made, paths, after=after, before=before, counts=counts)
    except BadCursor:
        made.problems.append(_("This page of the list is gone. Here is the first one."))
        found = page(made, paths, counts=counts)
    rows = dress(made, found.rows)
    here = made.query()
    join = f"?{here}&" if here else "?"
    return {
        "rows": rows,
        "headings": headings(made, rows, sums) if sums is not None else {},
        "totals": totals(made) if sums is None else added(sums.values()),
        "next_page": f"{request.path}{join}after={found.after}" if found.after else "",
        "previous_page": f"{request.path}{join}before={found.before}" if found.before else "",
    }


def headings(made: Filter, rows: list[dict[str, Any]], sums: dict[Any, Totals]) -> dict[int, dict[str, Any]]:
    """By row id: the heading to put above it, with the totals of its whole group."""
    column = made.group
    assert column is not None
    path = "group_key" if ":" in column.group else column.group
    found: dict[int, dict[str, Any]] = {}
    last: Any = object()
    for row in rows:
        value = row[path]
        if value == last:
            continue
        last = value
        found[row["id"]] = {
            "label": group_label(column, value, made.names, row),
            "totals": sums.get(value),
            "query": _only(made, column, value),
        }
    return found


def _only(made: Filter, column: Column, value: Any) -> str:
    return made.query(**{column.key.replace(".", "__"): group_filter(column, value), "group": None})


@require_safe
def list_totals(request: Request, kind: str) -> HttpResponse:
    """Exact totals, however many rows there are: asked for by the footer when the page would have to wait."""
    made = read_filter(kind, request.GET, request.user, timezone.now())
    return render(request, "desk/lists/_totals.html", {"made": made, "totals": totals(made, bound=None)})
