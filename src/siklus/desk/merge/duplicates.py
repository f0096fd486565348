"""Possible duplicates: pairs that the last scan found, to merge or to tell apart."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from siklus.desk.merge.compare import hanging
from siklus.desk.merge.kinds import KINDS, Kind, older
from siklus.desk.merge.views import id_of, refused
from siklus.desk.request import Request
from siklus.desk.verbs.answers import REFUSALS, for_workers, go_to, sentence
from siklus.platform.i18n import formats
from siklus.platform.web.jinja import render
from siklus.records.duplicates.actions import tell_apart
from siklus.records.duplicates.queries import candidates_for
from siklus.records.duplicates.scan import REASONS
from siklus.records.duplicates.tasks import scan

PAGE = 25
TABS = {
    "company": gettext_lazy("Companies"),
    "contact": gettext_lazy("Contacts"),
    "deal": gettext_lazy("Leads"),
}


@require_safe
@for_workers
def duplicates_page(request: Request, kind: str) -> HttpResponse:
    what = KINDS[kind]
    found = list(candidates_for(request.user, kind)[: PAGE + 1])
    pairs = found[:PAGE]
    wanted = {pk for one in pairs for pk in (one.low_id, one.high_id)}
    rows = what.model._base_manager.select_related(*JOINED[kind]).in_bulk(wanted)
    hangs = hanging(what, wanted)
    context = {
        "what": what, "title": _("Possible duplicates"),
        "pairs": [_shown(what, rows[one.low_id], rows[one.high_id], one.reasons, hangs) for one in pairs],
        "more": len(found) > PAGE, "can_scan": request.user.can_run_operations,
        "tabs": [
            {"label": label, "href": reverse("desk:duplicate_pairs", args=[key]), "current": key == kind}
            for key, label in TABS.items()
        ],
    }  # fmt: skip
    return render(request, "desk/merge/duplicates.html", context)


JOINED = {
    "company": ("owner",),
    "contact": ("owner", "company"),
    "deal": ("owner", "company", "contact", "stage"),
}


def _shown(what: Kind, one: Any, two: Any, reasons: list[str], hangs: dict[int, list[str]]) -> dict[str, Any]:
    first = older(what, one, two)
    pair = (first, two if first is one else one)
    return {
        "reasons": [str(REASONS[reason]) for reason in reasons if reason in REASONS],
        "url": what.merge_page(pair[0].pk, pair[1].pk),
        "sides": [
            {
                "id": side.pk, "name": side.name, "href": what.page(side.pk),
                "beside": " · ".join(filter(None, _beside(what.name, side))),
                "hangs": " · ".join(hangs[side.pk]),
            }
            for side in pair
        ],
    }  # fmt: skip


def _beside(kind: str, record: Any) -> list[str]:
    owner = record.owner.name if record.owner else ""
    if kind == "company":
        return [record.domain, record.city, owner]
    if kind == "contact":
        return [record.company.name if record.company else "", record.email, record.phone, owner]
    person = record.contact.name if record.contact else ""
    worth = formats.money(record.amount, record.currency, compact=True)
    return [record.company.name if record.company else "", person, record.stage.name, worth, owner]


@require_POST
@for_workers
def duplicates_apart(request: Request, kind: str) -> HttpResponse:
    """These two are two. Both must be seen by who says so."""
    what = KINDS[kind]
    one, two = (what.door(request.user, id_of(request.POST.get(name, ""))) for name in ("one", "two"))
    try:
        tell_apart(kind=kind, one_id=one.pk, two_id=two.pk, by=request.user, at=timezone.now())
    except REFUSALS as error:
        return refused(request, what, one, sentence(error))
    messages.success(request, _("%(one)s and %(two)s are two.") % {"one": one.name, "two": two.name})
    return go_to(request, reverse("desk:duplicate_pairs", args=[kind]))


@require_POST
@for_workers
def duplicates_scan(request: Request, kind: str) -> HttpResponse:
    """Look through all records anew; a worker does it."""
    if not request.user.can_run_operations:
        raise PermissionDenied
    scan.enqueue(request.user.pk)
    messages.info(request, _("Looking for duplicates. Load this page again in a minute."))
    return go_to(request, reverse("desk:duplicate_pairs", args=[kind]))
