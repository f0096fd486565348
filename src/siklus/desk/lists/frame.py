"""What surrounds a list and a board: saved views as tabs, chips, the ways to look at it."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext as _

from siklus.desk.filters.lookups import Lookups
from siklus.desk.filters.read import Filter, read_filter
from siklus.desk.models import SavedView
from siklus.desk.request import Request
from siklus.platform.installation.current import current

DEFAULTS = {
    "deals": (
        ("open", "", ""),
        ("mine", "owner=me", ""),
        ("month", "close=this_month&sort=close", ""),
        ("closed", "status=closed&sort=-closed", ""),
    ),
    "leads": (
        ("open", "", ""),
        ("mine", "owner=me", ""),
        ("pool", "owner=nobody", ""),
        ("closed", "status=closed", ""),
    ),
    "companies": (
        ("all", "", ""),
        ("mine", "owner=me", ""),
        ("new", "created=last_30_days&sort=-created", ""),
    ),
    "contacts": (
        ("all", "", ""),
        ("mine", "owner=me", ""),
        ("new", "created=last_30_days&sort=-created", ""),
    ),
}


@dataclass(frozen=True, slots=True)
class Tab:
    key: str
    label: str
    query: str
    current: bool
    saved: SavedView | None = None

    @property
    def href(self) -> str:
        return f"?{self.query}" if self.query else "?"


def _named(key: str) -> str:
    return {
        "open": _("All open"),
        "all": _("All"),
        "mine": _("Mine"),
        "month": _("Closing this month"),
        "closed": _("Closed"),
        "pool": _("Without owner"),
        "new": _("New in 30 days"),
    }[key]


def saved_views(kind: str, names: Lookups) -> list[SavedView]:
    viewer = names.viewer

    def read() -> list[SavedView]:
        return list(SavedView.objects.filter(Q(owner=viewer) | Q(is_shared=True), record=kind))

    return names.reference.get(("views", kind, viewer.pk), read)


def tabs_of(made: Filter) -> list[Tab]:
    here = _said(made)
    tabs = []
    for key, query, _layout in DEFAULTS[made.kind]:
        shown = _with_layout(query, made.layout)
        tabs.append(Tab(key, _named(key), shown, not made.view and here == _canonical(made, query)))
    for view in saved_views(made.kind, made.names):
        joined = "&".join(part for part in (view.query, f"view={view.pk}") if part)
        tabs.append(
            Tab(str(view.pk), view.name, _with_layout(joined, view.layout), made.view == str(view.pk), view)
        )
    return tabs


def _with_layout(query: str, layout: str) -> str:
    return "&".join(part for part in (query, "layout=board" if layout == "board" else "") if part)


def _said(made: Filter) -> str:
    return made.query(view=None, layout=None)


def _canonical(made: Filter, query: str) -> str:
    again = read_filter(made.kind, QueryDict(query), made.names.viewer, made.names.now, made.names)
    return _said(again)


def frame(request: Request, made: Filter) -> dict[str, Any]:
    """The context that the list and the board share."""
    tabs = tabs_of(made)
    active = next((tab for tab in tabs if tab.current), None)
    return {
        "made": made,
        "tabs": tabs,
        "active": active,
        "is_changed": bool(active and active.saved and _canonical(made, active.saved.query) != _said(made)),
        "can_work": request.user.can_work_deals,
        "currency": current().currency,
        "groups": [one for one in made.columns.values() if one.group],
    }
