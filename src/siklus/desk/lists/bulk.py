"""One verb on many records: those that were ticked, or all that match the filter."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from siklus.cycle.outreach.sequences.queries import sequences_for
from siklus.desk.filters.columns import stage_choices
from siklus.desk.filters.read import Filter, read_filter
from siklus.desk.lists.changes import ASKED, Tally, change_each, change_for
from siklus.desk.lists.jobs import change_title, order_bulk_change
from siklus.desk.merge.kinds import KINDS
from siklus.desk.request import Request
from siklus.desk.verbs.answers import (
    REFUSALS,
    dialog,
    for_workers,
    go_to,
    is_htmx,
    sentence,
    toast,
    with_events,
)
from siklus.desk.verbs.deals import owner_choices
from siklus.records.fields.record import Refused
from siklus.records.tags.models import Tag

AT_ONCE = 2000  # more records than these change in the background
MOST = 200_000
VERBS = ("owner", "stage", "tags", "sequence", "merge")


def _chosen(request: Request, made: Filter) -> list[int]:
    """The ids of the records meant, as far as the viewer may see them. Raises Refused."""
    if request.POST.get("everything") == "1":
        rows = made.rows()
    else:
        ids = [int(pk) for pk in request.POST.getlist("ids") if pk.isdigit() and len(pk) < 16]
        rows = made.base().filter(pk__in=ids)
    found = list(rows.order_by("id").values_list("pk", flat=True)[: MOST + 1])
    if len(found) > MOST:
        raise Refused(
            _("At most %(most)s records change at once. Narrow the filter, or import a file.")
            % {"most": MOST}
        )
    if not found:
        raise Refused(_("Nothing is selected."))
    return found


@require_POST
@for_workers
def bulk(request: Request, kind: str) -> HttpResponse:
    """Without `go` the dialog that asks for the value, with it the change of every record."""
    what = request.POST.get("what", "")
    query = request.POST.get("query", "")
    made = read_filter(kind, QueryDict(query), request.user, timezone.now())
    if what not in VERBS or (what in ("stage", "sequence") and not made.is_deals):
        raise Http404
    context: dict[str, Any] = {
        "what": what,
        "kind": kind,
        "query": query,
        "ids": request.POST.getlist("ids"),
        "everything": request.POST.get("everything", ""),
        "owners": owner_choices(request.user),
        "stages": stage_choices(made.names) if made.is_deals else [],
        "sequences": [(one.pk, one.name) for one in sequences_for(request.user)]
        if what == "sequence"
        else [],
        "known": list(Tag.objects.values_list("name", flat=True)[:60]),
        "error": "",
        "is_long": False,
        "asked": request.POST,
    }
    try:
        chosen = _chosen(request, made)
        context["is_long"] = len(chosen) > AT_ONCE
        if what == "merge":
            return _compare(request, made.record, chosen)
        if request.POST.get("go") != "1":
            return dialog(request, "desk/lists/_bulk.html", context, title=change_title(what, len(chosen)))
        change = change_for(request.user, made.record, what, request.POST)
        if context["is_long"]:
            asked = {key: request.POST.get(key, "") for key in ASKED[what]}
            ordered = order_bulk_change(
                kind=kind, what=what, asked=asked, ids=chosen, by=request.user, at=timezone.now()
            )
            return go_to(request, reverse("desk:bulk_change", args=[ordered.pk]))
    except REFUSALS as refusal:
        if request.POST.get("go") != "1" and is_htmx(request):
            return toast(HttpResponse(status=422, headers={"HX-Reswap": "none"}), sentence(refusal), "bad")
        context["error"] = sentence(refusal)
        if what == "merge":
            context |= {"message": context["error"], "back": reverse(f"desk:{kind}")}
            return dialog(
                request, "desk/verbs/_refused.html", context, title=_("That did not work"), status=422
            )
        return dialog(
            request,
            "desk/lists/_bulk.html",
            context,
            title=change_title(what, len(context["ids"])),
            status=422,
        )
    tally = Tally()
    records = made.base().filter(pk__in=chosen).order_by("id")
    change_each(list(records), change.prepare(chosen, timezone.now()), tally)
    text, tone = tally.text(), tally.tone
    if is_htmx(request):
        answer = with_events(HttpResponse(status=204), dialog__close=True, list_refresh=True)
        return toast(answer, text, tone)
    messages.success(request, text)
    return HttpResponseRedirect(f"{reverse(f'desk:{kind}')}?{made.query()}")


def _compare(request: Request, record: str, chosen: list[int]) -> HttpResponse:
    """Two records side by side. Raises Refused unless two are chosen."""
    if len(chosen) != 2:
        raise Refused(_("Choose two records to merge."))
    return go_to(request, KINDS[record].merge_page(chosen[0], chosen[1]))
