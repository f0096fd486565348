"""One verb on many records: those that were ticked, or all that match the filter."""

from collections import Counter
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from siklus.desk.filters.columns import stage_choices
from siklus.desk.filters.read import Filter, read_filter
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
from siklus.desk.verbs.deals import chosen_owner, owner_choices
from siklus.records.companies.actions import assign_company, tag_company
from siklus.records.contacts.actions import assign_contact, tag_contact
from siklus.records.deals.actions import assign_deal, move_deal, tag_deal
from siklus.records.deals.models import Stage
from siklus.records.fields.record import Refused
from siklus.records.tags.actions import tags_by_record
from siklus.records.tags.models import Tag

MOST = 2000
VERBS = ("owner", "stage", "tags", "merge")
ASSIGN: dict[str, Callable[..., Any]] = {
    "deal": assign_deal,
    "company": assign_company,
    "contact": assign_contact,
}
TAG: dict[str, Callable[..., Any]] = {"deal": tag_deal, "company": tag_company, "contact": tag_contact}


def _chosen(request: Request, made: Filter) -> Any:
    """The records meant, as far as the viewer may see them. Raises Refused."""
    if request.POST.get("everything") == "1":
        rows = made.rows()
    else:
        ids = [int(pk) for pk in request.POST.getlist("ids") if pk.isdigit() and len(pk) < 16][: MOST + 1]
        rows = made.base().filter(pk__in=ids)
    found = list(rows.order_by("id")[: MOST + 1])
    if len(found) > MOST:
        raise Refused(
            _("At most %(most)s records change at once. Narrow the filter, or import a file.")
            % {"most": MOST}
        )
    if not found:
        raise Refused(_("Nothing is selected."))
    return found


def _title(what: str, count: int) -> str:
    if what == "owner":
        return ngettext("Give %(count)s record to", "Give %(count)s records to", count) % {"count": count}
    if what == "stage":
        return ngettext("Move %(count)s deal to", "Move %(count)s deals to", count) % {"count": count}
    return ngettext("Tags of %(count)s record", "Tags of %(count)s records", count) % {"count": count}


@require_POST
@for_workers
def bulk(request: Request, kind: str) -> HttpResponse:
    """Without `go` the dialog that asks for the value, with it the change of every record."""
    what = request.POST.get("what", "")
    query = request.POST.get("query", "")
    made = read_filter(kind, QueryDict(query), request.user, timezone.now())
    if what not in VERBS or (what == "stage" and not made.is_deals):
        raise Http404
    context: dict[str, Any] = {
        "what": what,
        "kind": kind,
        "query": query,
        "ids": request.POST.getlist("ids"),
        "everything": request.POST.get("everything", ""),
        "owners": owner_choices(request.user),
        "stages": stage_choices(made.names) if made.is_deals else [],
        "known": list(Tag.objects.values_list("name", flat=True)[:60]),
        "error": "",
        "asked": request.POST,
    }
    try:
        records = _chosen(request, made)
        if what == "merge":
            return _compare(request, made.record, records)
        title = _title(what, len(records))
        if request.POST.get("go") != "1":
            return dialog(request, "desk/lists/_bulk.html", context, title=title)
        change = _verb(request, made, what, [one.pk for one in records])
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
            request, "desk/lists/_bulk.html", context, title=_title(what, len(context["ids"])), status=422
        )
    text, tone = _all(records, change)
    if is_htmx(request):
        answer = with_events(HttpResponse(status=204), dialog__close=True, list_refresh=True)
        return toast(answer, text, tone)
    messages.success(request, text)
    return HttpResponseRedirect(f"{reverse(f'desk:{kind}')}?{made.query()}")


def _compare(request: Request, record: str, records: list[Any]) -> HttpResponse:
    """Two records side by side. Raises Refused unless two are chosen."""
    if len(records) != 2:
        raise Refused(_("Choose two records to merge."))
    return go_to(request, KINDS[record].merge_page(records[0].pk, records[1].pk))


def _all(records: list[Any], change: Callable[[Any], bool]) -> tuple[str, str]:
    """Change one record after another; each is its own transaction, a refusal stops only itself."""
    changed, same, refused = 0, 0, Counter[str]()
    for one in records:
        try:
            if change(one):
                changed += 1
            else:
                same += 1
        except REFUSALS as refusal:
            refused[sentence(refusal)] += 1
    parts = [ngettext("%(count)s changed", "%(count)s changed", changed) % {"count": changed}]
    if same:
        parts.append(_("%(count)s were so already") % {"count": same})
    if refused:
        reasons = " ".join(
            f"{text} ({count})" if len(refused) > 1 else text for text, count in refused.items()
        )
        parts.append(
            _("%(count)s refused: %(reasons)s") % {"count": sum(refused.values()), "reasons": reasons}
        )
    return ", ".join(parts), "bad" if refused and not changed else "good"


def _verb(request: Request, made: Filter, what: str, ids: list[int]) -> Callable[[Any], bool]:
    """What is done with each record; tells whether anything changed. Raises Refused."""
    by, at, record = request.user, timezone.now(), made.record
    if what == "owner":
        owner = chosen_owner(request, request.POST.get("owner", ""))

        def give(one: Any) -> bool:
            if one.owner_id == (owner.pk if owner else None):
                return False
            ASSIGN[record](**{record: one}, owner=owner, by=by, at=at)
            return True

        return give
    if what == "stage":
        wanted = request.POST.get("stage", "")
        stage = Stage.objects.filter(pk=wanted, retired_at=None).first() if wanted.isdigit() else None
        if stage is None:
            raise Refused(_("Choose a stage."), field="stage")

        def move(one: Any) -> bool:
            if one.stage_id == stage.pk and one.is_open:
                return False
            move_deal(deal=one, stage=stage, by=by, at=at)
            return True

        return move
    return _tagging(request, record, ids, by, at)


def _tagging(request: Request, record: str, ids: list[int], by: Any, at: Any) -> Callable[[Any], bool]:
    plus = [name.strip() for name in request.POST.get("add", "").split(",") if name.strip()]
    minus = {name.strip().lower() for name in request.POST.get("remove", "").split(",") if name.strip()}
    if not plus and not minus:
        raise Refused(_("Write a tag to add or to take off."), field="add")
    before = {pk: [tag.name for tag in tags] for pk, tags in tags_by_record(record, ids).items()}

    def tag(one: Any) -> bool:
        old = before.get(one.pk, [])
        new = [name for name in old if name.lower() not in minus]
        new += [name for name in plus if name.lower() not in {kept.lower() for kept in new}]
        if [name.lower() for name in new] == [name.lower() for name in old]:
            return False
        TAG[record](**{record: one}, tags=new, by=by, at=at)
        return True

    return tag
