"""Saved views: keep the list as it is now under a name, rename it, share it, throw it away."""

from typing import Any

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import Http404, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from siklus.desk.filters.columns import LISTS
from siklus.desk.filters.read import read_filter
from siklus.desk.models import SavedView
from siklus.desk.request import Request
from siklus.desk.verbs.answers import dialog, go_to
from siklus.records.fields.record import Refused


def _clean(request: Request, kind: str, query: str) -> tuple[str, str]:
    """The query as we would write it, and the layout it asks for."""
    made = read_filter(kind, QueryDict(query), request.user, timezone.now())
    return made.query(view=None, layout=None), made.layout


def _address(view: SavedView) -> str:
    parts = [view.query, "layout=board" if view.layout == "board" else "", f"view={view.pk}"]
    return f"{reverse(f'desk:{view.record}')}?{'&'.join(part for part in parts if part)}"


def _save(view: SavedView, name: str) -> SavedView:
    """Raises Refused."""
    view.name = " ".join(name.split())[:80]
    if not view.name:
        raise Refused(_("A view needs a name."), field="name")
    try:
        with transaction.atomic():
            view.save()
    except IntegrityError as error:
        raise Refused(
            _("You already have a view named “%(name)s”.") % {"name": view.name}, field="name"
        ) from error
    return view


def _form(request: Request, view: SavedView, error: str = "", status: int = 200) -> HttpResponse:
    title = _("Rename or share") if view.pk else _("Save this list as a view")
    return dialog(
        request, "desk/lists/_view.html", {"view": view, "error": error}, title=title, status=status
    )


@require_http_methods(["GET", "POST"])
def view_new(request: Request) -> HttpResponse:
    asked: Any = request.POST if request.method == "POST" else request.GET
    kind = asked.get("record", "")
    if kind not in LISTS:
        raise Http404
    query, layout = _clean(request, kind, asked.get("query", ""))
    view = SavedView(record=kind, owner=request.user, query=query, layout=layout)
    if request.method == "GET":
        return _form(request, view)
    view.is_shared = bool(request.POST.get("is_shared"))
    view.position = SavedView.objects.filter(owner=request.user, record=kind).count()
    try:
        _save(view, request.POST.get("name", ""))
    except Refused as refusal:
        return _form(request, view, refusal.message, 422)
    messages.success(request, _("The view “%(name)s” is saved.") % {"name": view.name})
    return go_to(request, _address(view))


def _own(request: Request, view_id: int) -> SavedView:
    view = SavedView.objects.filter(pk=view_id, owner=request.user).first()
    if view is None:
        raise Http404
    return view


@require_http_methods(["GET", "POST"])
def view_edit(request: Request, view_id: int) -> HttpResponse:
    """Rename, share, or with `query` take over the list as it is now."""
    view = _own(request, view_id)
    if request.method == "GET":
        return _form(request, view)
    if "query" in request.POST:
        view.query, view.layout = _clean(request, view.record, request.POST["query"])
    if "name" in request.POST:
        view.is_shared = bool(request.POST.get("is_shared"))
    try:
        _save(view, request.POST.get("name", view.name))
    except Refused as refusal:
        return _form(request, view, refusal.message, 422)
    messages.success(request, _("The view “%(name)s” is saved.") % {"name": view.name})
    return go_to(request, _address(view))


@require_POST
def view_delete(request: Request, view_id: int) -> HttpResponse:
    view = _own(request, view_id)
    view.delete()
    messages.success(request, _("The view “%(name)s” is deleted.") % {"name": view.name})
    return HttpResponseRedirect(reverse(f"desk:{view.record}"))
