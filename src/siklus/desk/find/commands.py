"""What the palette can run: pages, new records, settings."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from siklus.desk.pages.answers import link, viewer
from siklus.platform.web.navigation import items_for, new_items_for

KINDS = {"company": "company", "contact": "contact", "deal": "deal"}


@dataclass(frozen=True, slots=True)
class Command:
    """One thing to do: where it leads, and whether it opens in the dialog."""

    label: str
    href: str
    icon: str
    note: str = ""
    in_dialog: bool = False
    keys: str = ""


def commands(request: HttpRequest) -> list[Command]:
    """Everything this visitor may run."""
    found = [
        Command(_("New: %(what)s") % {"what": item.label}, address, item.icon, in_dialog=True)
        for item, address in new_items_for(request)
    ]
    for _heading, entries in items_for(request):
        found += [
            Command(str(one.item.label), one.url, one.item.icon, _("page"), keys=one.item.shortcut)
            for one in entries
        ]
    extra = [("profile", _("My profile, password and keys"), "user")]
    if viewer(request).can_work_deals:
        extra.append(("bulk_changes", _("Changes of many records"), "list"))
    if viewer(request).can_run_operations:
        extra += [
            ("settings_people", _("People and teams"), "users"),
            ("settings_pipelines", _("Pipelines and stages"), "stage"),
            ("settings_reasons", _("Lost reasons"), "lost"),
            ("settings_fields", _("Own fields"), "columns"),
            ("settings_currencies", _("Currencies"), "money"),
            ("settings_objections", _("Objections and responses"), "objection"),
        ]
    known = {one.href for one in found}
    found += [
        Command(label, address, icon, _("settings"))
        for name, label, icon in extra
        if (address := link(f"desk:{name}")) and address not in known
    ]
    return found


def matching(request: HttpRequest, wanted: str) -> list[Command]:
    """Commands with every word of the question, those that begin with it first."""
    words = wanted.lower().split()
    found = [one for one in commands(request) if all(word in one.label.lower() for word in words)]
    found.sort(key=lambda one: not one.label.lower().startswith(wanted.lower()))
    return found


def by_kind(found: list[Any]) -> list[tuple[str, str, list[Any]]]:
    """Search results under their headings: (kind, heading, results)."""
    headings = {
        "company": _("Companies"), "contact": _("Contacts"), "deal": _("Deals and leads"),
    }  # fmt: skip
    return [
        (kind, heading, mine)
        for kind, heading in headings.items()
        if (mine := [one for one in found if one.kind == kind])
    ]
