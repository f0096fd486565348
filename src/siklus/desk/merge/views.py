"""Merge with…: find the other one, look at both side by side, merge, and take it back."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from siklus.desk.merge.alike import alike
from siklus.desk.merge.compare import fixed, hanging, rows
from siklus.desk.merge.kinds import KINDS, Kind, older, refusal, suggested
from siklus.desk.request import Request
from siklus.desk.verbs.answers import REFUSALS, dialog, for_workers, go_to, is_htmx, sentence, toast
from siklus.platform.web.jinja import render
from siklus.records.fields.record import check_version

TAKE = "take."


def id_of(text: str) -> int:
    if not (text.isdecimal() and len(text) < 19):
        raise Http404
    return int(text)


@require_http_methods(["GET", "HEAD", "POST"])
@for_workers
def merge_page(request: Request, kind: str, record_id: int) -> HttpResponse:
    """Without another one the search for it; with it both side by side; by POST the merge."""
    what = KINDS[kind]
    record = what.door(request.user, record_id)
    sent = request.POST if request.method == "POST" else request.GET
    if not sent.get("other"):
        found = alike(kind, record, request.user)
        options = [(pk, name) for pk, name, _beside in found]
        context = {"what": what, "record": record, "alike": found, "options": options}
        title = _("Merge %(name)s with") % {"name": record.name}
        return dialog(request, "desk/merge/_find.html", context, title=title)
    other = what.door(request.user, id_of(sent["other"]))
    pair = (record, other)
    kept = older(what, *pair)
    if sent.get("keep") in {str(one.pk) for one in pair}:
        kept = record if sent["keep"] == str(record.pk) else other
    gone = other if kept is record else record
    if request.method != "POST":
        return _preview(request, what, kept, pair, _touched(request, what, kept, gone))
    asked = _asked(request)
    take = [name for name, chosen in asked.items() if chosen == str(gone.pk)]
    try:
        for one in pair:
            seen = request.POST.get(f"version.{one.pk}", "")
            check_version(one, int(seen) if seen.isdecimal() and len(seen) < 10 else None)
        merged = what.merge(kept=kept, other=gone, by=request.user, at=timezone.now(), take=take)
    except REFUSALS as error:
        if record.pk == other.pk:
            return refused(request, what, record, sentence(error))
        return _preview(request, what, kept, pair, asked, error=sentence(error))
    text = _("%(other)s is merged into %(kept)s.") % {"other": gone.name, "kept": merged.name}
    undo = reverse(f"desk:{kind}_unmerge", args=[kept.pk]) + f"?other={gone.pk}"
    messages.success(request, text, extra_tags=undo)
    return go_to(request, what.page(kept.pk))


@require_POST
@for_workers
def unmerge(request: Request, kind: str, record_id: int) -> HttpResponse:
    """Take a merged record out again."""
    what = KINDS[kind]
    kept = what.door(request.user, record_id)
    other = what.merged_door(request.user, id_of(request.POST.get("other") or request.GET.get("other", "")))
    try:
        what.unmerge(kept=kept, other_id=other.pk, by=request.user, at=timezone.now())
    except REFUSALS as error:
        if is_htmx(request):
            return toast(HttpResponse(status=422, headers={"HX-Reswap": "none"}), sentence(error), "bad")
        return refused(request, what, kept, sentence(error))
    messages.success(request, _("%(name)s stands on its own again.") % {"name": other.name})
    return go_to(request, what.page(kept.pk))


def _asked(request: Request) -> dict[str, str]:
    """What was chosen: the id of a record by field."""
    sent = request.POST if request.method == "POST" else request.GET
    return {key[len(TAKE) :]: str(value) for key, value in sent.items() if key.startswith(TAKE)}


def _touched(request: Request, what: Kind, kept: Any, other: Any) -> dict[str, str]:
    """When the survivor changes, what was chosen by hand stays and what was only proposed is proposed anew."""
    before = suggested(what, other, kept)
    proposed = {name: str(kept.pk if name in before else other.pk) for name in _asked(request)}
    return {name: chosen for name, chosen in _asked(request).items() if chosen != proposed[name]}


def refused(request: Request, what: Kind, record: Any, text: str) -> HttpResponse:
    context = {"message": text, "back": what.page(record.pk)}
    return dialog(request, "desk/verbs/_refused.html", context, title=_("That did not work"), status=422)


def _preview(
    request: Request, what: Kind, kept: Any, pair: tuple[Any, Any], asked: dict[str, str], *, error: str = ""
) -> HttpResponse:
    record, other = pair
    if record.pk == other.pk:
        return refused(request, what, record, _("A record cannot be merged with itself."))
    all_rows = rows(what, kept, pair, asked)
    refusals = {record.pk: refusal(what, record, other), other.pk: refusal(what, other, record)}
    context = {
        "what": what, "record": record, "other": other, "pair": pair, "kept": kept,
        "gone": other if kept is record else record, "error": error,
        "differing": [row for row in all_rows if not row.is_same],
        "same": [row for row in all_rows if row.is_same], "fixed": fixed(what, pair),
        "hanging": hanging(what, [one.pk for one in pair]), "refusals": refusals,
        "is_possible": not refusals[kept.pk], "back": what.page(record.pk),
    }  # fmt: skip
    return render(request, "desk/merge/preview.html", context, status=422 if error else 200)
