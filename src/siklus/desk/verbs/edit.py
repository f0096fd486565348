"""Editing one property in place: on a record's page, or in a cell of a list."""

from typing import Any

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from siklus.desk.lists.rows import dress, needed
from siklus.desk.request import Request
from siklus.desk.verbs.answers import (
    REFUSALS,
    conflict,
    dialog,
    done,
    for_workers,
    is_htmx,
    origin,
    sentence,
    toast,
    version_of,
    with_events,
)
from siklus.desk.verbs.deals import facts_of, owner_choices
from siklus.desk.verbs.properties import (
    DOORS,
    FOLDERS,
    PROPERTIES,
    Property,
    property_of,
    read,
    save,
    shown,
    value_of,
)
from siklus.platform.installation.current import current
from siklus.platform.web.jinja import render
from siklus.records.deals.models import Stage
from siklus.records.fields.record import StaleEdit


def _open(request: Request, kind: str, record_id: int, field: str) -> tuple[Any, Property]:
    prop = property_of(kind, field)
    if prop is None:
        raise Http404
    return DOORS[kind](request.user, record_id), prop


def _context(request: Request, kind: str, record: Any, prop: Property, **more: Any) -> dict[str, Any]:
    choices: list[tuple[Any, str]] = [(key, str(label)) for key, label in prop.choices]
    if prop.control == "person":
        choices = [("", _("Nobody")), *owner_choices(request.user, record.owner)]
    elif prop.control == "stage":
        rows = Stage.objects.filter(retired_at=None, pipeline__retired_at=None).select_related("pipeline")
        here = [(one.pk, one.name) for one in rows if one.pipeline_id == record.pipeline_id]
        others = [(one.pk, f"{one.pipeline}: {one}") for one in rows if one.pipeline_id != record.pipeline_id]
        choices = here + others
    elif prop.control == "choice" and prop.empty:
        choices = [("", "–"), *choices]
    elif prop.control in {"company", "contact"} and (linked := getattr(record, prop.name)):
        choices = [(linked.pk, linked.name)]
    return {
        "record": record,
        "prop": prop,
        "value": value_of(prop, record),
        "choices": choices,
        "action": f"/{FOLDERS[kind]}/{record.pk}/edit/{prop.name}/",
        "version": record.version,
        "error": "",
        "is_cell": request.GET.get("cell") == "1",
        "currency": getattr(record, "currency", "") or current().currency,
        **more,
    }


def _form(request: Request, context: dict[str, Any], status: int = 200) -> HttpResponse:
    if not is_htmx(request):
        return dialog(request, "desk/verbs/_edit.html", context, title=context["prop"].label, status=status)
    template = "desk/verbs/_cell.html" if context["is_cell"] else "desk/verbs/_edit.html"
    response = render(request, template, context, status=status)
    if status != 200:
        response["HX-Retarget"] = "closest td" if context["is_cell"] else "closest dd"
        response["HX-Reswap"] = "innerHTML"
    return response


@require_safe
@for_workers
def show_property(request: Request, kind: str, record_id: int, field: str) -> HttpResponse:
    """One property as it stands."""
    record, prop = _open(request, kind, record_id, field)
    return _property(request, kind, record, prop)


def _property(request: Request, kind: str, record: Any, prop: Property) -> HttpResponse:
    context = {
        "label": prop.label,
        "value": shown(prop, record),
        "edit_url": f"/{FOLDERS[kind]}/{record.pk}/edit/{prop.name}/",
        "stacked": prop.control == "area",
    }
    return render(request, "desk/verbs/_property.html", context)


@require_http_methods(["GET", "POST"])
@for_workers
def edit(request: Request, kind: str, record_id: int, field: str) -> HttpResponse:
    record, prop = _open(request, kind, record_id, field)
    if request.method == "GET":
        return _form(request, _context(request, kind, record, prop))
    typed = request.POST.getlist("value") if prop.control == "several" else request.POST.get("value", "")
    try:
        value = read(prop, request)
        save(prop, record, value, by=request.user, at=timezone.now(), version=version_of(request))
    except StaleEdit:
        return _stale(request, kind, record_id, prop, typed)
    except REFUSALS as refusal:
        context = _context(request, kind, record, prop, error=sentence(refusal))
        context["value"] = typed
        return _form(request, context, 422)
    if not is_htmx(request) or request.headers.get("HX-Target") == "dialog":
        return done(request, _("Saved"), fallback=f"/{FOLDERS[kind]}/{record_id}/")
    if request.GET.get("cell") == "1":
        return row_answer(request, record_id)
    record = DOORS[kind](request.user, record_id)
    return with_events(_property(request, kind, record, prop), record_changed={"kind": kind, "id": record_id})


def row_answer(request: Request, record_id: int) -> HttpResponse:
    """The row of the list as it is now; gone when it does not belong in this list any more."""
    here = origin(request)
    if here is None:
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    made = here.made
    rows = dress(made, made.base().filter(pk=record_id).values("id", *needed(made))[:1])
    context = {
        "made": made,
        "rows": rows,
        "headings": {},
        "can_work": True,
        "currency": current().currency,
    }
    response = render(request, "desk/lists/_rows.html", context)
    if not rows:
        return toast(response, _("Saved. It does not belong in this list any more."), "info")
    return with_events(response, totals_changed=True)


def _stale(request: Request, kind: str, record_id: int, prop: Property, typed: Any) -> HttpResponse:
    now = DOORS[kind](request.user, record_id)
    facts = facts_of(now) if kind == "deal" else _facts(kind, now)
    context = {
        "message": _("Somebody changed this record while you were editing. Nothing of yours was saved yet."),
        "facts": facts,
        "wanted": f"{prop.label}: {', '.join(typed) if isinstance(typed, list) else typed}",
        "action": request.get_full_path(),
        "fields": {"value": typed, "version": now.version},
        "record_url": f"/{FOLDERS[kind]}/{record_id}/",
        "again": True,
    }
    return conflict(request, context)


def _facts(kind: str, record: Any) -> list[tuple[str, str]]:
    return [
        (str(prop.label), shown(prop, record))
        for prop in list(PROPERTIES[kind].values())[:6]
        if prop.control != "tags"
    ]
