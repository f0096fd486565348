"""The dialogs of a list: add or change a filter, choose columns. Both only write an address."""

from typing import Any

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from siklus.desk.filters.clauses import join_values
from siklus.desk.filters.columns import Column
from siklus.desk.filters.read import Filter, read_filter
from siklus.desk.filters.spans import WORDS
from siklus.desk.request import Request
from siklus.desk.verbs.answers import dialog

SUGGESTED = 30


@require_safe
def filter_dialog(request: Request, kind: str) -> HttpResponse:
    """First the columns to filter by; with `field`, the values of that column."""
    query = request.GET.copy()
    field = (query.pop("field", [""]) or [""])[-1]
    made = read_filter(kind, query, request.user, timezone.now())
    context: dict[str, Any] = {"made": made, "action": reverse(f"desk:{kind}"), "here": request.path}
    if not field:
        context["columns"] = [one for one in made.columns.values() if one.is_filter and one.key != "q"]
        return dialog(request, "desk/lists/_filter_fields.html", context, title=_("Filter by"))
    column = made.columns.get(field)
    if column is None or not column.is_filter:
        raise Http404
    before = made.has(field)
    context |= {
        "column": column,
        "before": before,
        "values": set(before.values) if before else set(),
        "kept": [pair for pair in made.pairs() if pair[0] != field],
        "choices": choices_of(made, column),
        "words": WORDS if column.kind in {"date", "moment"} else {},
        "span": _span(before.values[0]) if before and ".." in before.values[0] else ("", ""),
    }
    return dialog(request, "desk/lists/_filter_values.html", context, title=column.label)


def _span(text: str) -> tuple[str, str]:
    start, _dots, end = text.partition("..")
    return start, end


def choices_of(made: Filter, column: Column) -> list[tuple[str, str]]:
    """What can be ticked: the choices of the column, or the words that occur most."""
    if column.kind == "person":
        special = [("me", _("Me")), ("team", _("My team")), ("nobody", _("Nobody"))]
        return special + [(str(one.id), one.name) for one in made.names.owners if one.is_active]
    if column.kind == "tags":
        return [(tag.name.replace(",", "\\,"), tag.name) for tag in made.names.tags.values()]
    if column.choices:
        return [(str(key).replace(",", "\\,"), str(label)) for key, label in column.choices(made.names)]
    if column.kind == "words" and not column.own:
        found = (
            made.base().exclude(**{column.path: ""}).order_by(column.path).values_list(column.path, flat=True)
        )
        return [(join_values([word]), word) for word in found.distinct()[:SUGGESTED]]
    return []


@require_safe
def columns_dialog(request: Request, kind: str) -> HttpResponse:
    made = read_filter(kind, request.GET, request.user, timezone.now())
    context = {
        "made": made,
        "action": reverse(f"desk:{kind}"),
        "columns": [one for one in made.columns.values() if one.is_shown and one.key != "name"],
        "chosen": {one.key for one in made.shown},
        "kept": [pair for pair in made.pairs() if pair[0] != "cols"],
    }
    return dialog(request, "desk/lists/_columns.html", context, title=_("Columns"))
