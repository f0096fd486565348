"""The side navigation and the + New menu. Rooms put their own entries here from AppConfig.ready."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpRequest

from siklus.platform.web.jinja import url

SECTIONS = ("work", "records", "customers", "marketing", "insight", "team", "settings")


@dataclass(frozen=True, kw_only=True, slots=True)
class NavItem:
    """One page of the side navigation; `label` and the like are lazy translations."""

    key: str
    label: Any
    url_name: str
    icon: str
    section: str = "work"
    position: int = 50
    count: Callable[[HttpRequest], int | None] | None = None
    roles: Collection[str] | None = None
    shortcut: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class NewItem:
    """One entry of the + New menu; its page opens in the dialog."""

    key: str
    label: Any
    url_name: str
    icon: str
    position: int = 50
    roles: Collection[str] | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """An entry as one visitor sees it."""

    item: NavItem
    url: str
    count: int | None
    is_current: bool


_items: dict[str, NavItem] = {}
_new: dict[str, NewItem] = {}
_section_labels: dict[str, Any] = {}


def register(item: NavItem) -> None:
    if item.section not in SECTIONS:
        raise ValueError(f"{item.section} is none of the sections {SECTIONS}")
    _items[item.key] = item


def register_new(item: NewItem) -> None:
    _new[item.key] = item


def name_section(section: str, label: Any) -> None:
    """Give a section a heading; a section without one has none."""
    _section_labels[section] = label


def _is_allowed(roles: Collection[str] | None, request: HttpRequest) -> bool:
    return roles is None or getattr(getattr(request, "user", None), "role", None) in roles


def items_for(request: HttpRequest) -> list[tuple[Any, list[Shown]]]:
    """Sections with their heading, in order, with what this visitor may open."""
    allowed = [item for item in _items.values() if _is_allowed(item.roles, request)]
    shown = [Shown(i, url(i.url_name), i.count(request) if i.count else None, False) for i in allowed]
    here = [s.url for s in shown if _leads_to(s.url, request.path)]
    current = max(here, key=len, default=None)
    shown = [replace(s, is_current=s.url == current) for s in shown]
    shown.sort(key=lambda s: (SECTIONS.index(s.item.section), s.item.position, str(s.item.label)))
    sections: list[tuple[Any, list[Shown]]] = []
    for section in SECTIONS:
        if mine := [s for s in shown if s.item.section == section]:
            sections.append((_section_labels.get(section, ""), mine))
    return sections


def new_items_for(request: HttpRequest) -> list[tuple[NewItem, str]]:
    allowed = [item for item in _new.values() if _is_allowed(item.roles, request)]
    return [(i, url(i.url_name)) for i in sorted(allowed, key=lambda i: i.position)]


def _leads_to(url: str, path: str) -> bool:
    return path == url if url == "/" else path.startswith(url)
