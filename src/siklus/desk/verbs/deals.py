"""Move, win, lose, reopen, qualify, assign, tag: one view per verb."""

from typing import Any

from django.db import transaction
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from siklus.cycle.closing.actions import lost_to
from siklus.cycle.research.models import Competitor
from siklus.desk.board.answers import board_answer
from siklus.desk.closing.reviews import known_competitors
from siklus.desk.filters.lookups import Lookups
from siklus.desk.request import Request
from siklus.desk.verbs.answers import (
    REFUSALS,
    conflict,
    deal_or_404,
    dialog,
    done,
    for_workers,
    is_htmx,
    origin,
    sentence,
    toast,
    version_of,
)
from siklus.desk.verbs.typed import typed_amount
from siklus.platform.accounts.models import User
from siklus.platform.accounts.visibility import can_see_owner
from siklus.platform.i18n import formats
from siklus.records.deals.actions import (
    assign_deal,
    lose_deal,
    move_deal,
    qualify_deal,
    reopen_deal,
    tag_deal,
    take_back_move,
    win_deal,
)
from siklus.records.deals.models import Deal, LostReason, Status
from siklus.records.deals.queries import lean_deal_for, lost_reasons
from siklus.records.fields.record import Refused, StaleEdit
from siklus.records.tags.actions import tags_of
from siklus.records.tags.models import Tag

ENDS = (Status.LOST, Status.NO_DECISION, Status.DISQUALIFIED)


def page_of(deal: Deal) -> str:
    return f"/deals/{deal.pk}/"


def _changed(
    request: Request,
    deal: Deal,
    text: str,
    *,
    undo_url: str = "",
    was_closed: bool = False,
    was_deal: bool = False,
) -> HttpResponse:
    """Answer on the board with its columns; elsewhere as any change."""
    here = origin(request) if is_htmx(request) else None
    if here is not None and here.is_board:
        stood = not was_closed or here.made.has("status") is not None
        if was_deal and here.made.kind == "leads":
            stood = False  # it had left the board of leads
        return board_answer(request, here.made, deal, text, undo_url=undo_url, stood=stood)
    return done(request, text, fallback=page_of(deal), undo_url=undo_url)


def facts_of(deal: Deal) -> list[tuple[str, str]]:
    """What a deal is now, for somebody whose edit came too late."""
    return [
        (_("Name"), deal.name),
        (_("Stage"), deal.stage.name),
        (_("Status"), str(deal.get_status_display())),
        (_("Amount"), formats.money(deal.amount, deal.currency)),
        (_("Expected close"), formats.day(deal.expected_close_date)),
        (_("Owner"), deal.owner.name if deal.owner else _("Nobody")),
    ]


def _stale(request: Request, refusal: StaleEdit, wanted: str, fields: dict[str, Any]) -> HttpResponse:
    now: Deal = deal_or_404(request, refusal.current.pk)
    context = {
        "message": refusal.message,
        "facts": facts_of(now),
        "wanted": wanted,
        "action": request.path,
        "fields": {**fields, "version": now.version},
        "record_url": page_of(now),
    }
    return conflict(request, context)


def _refused(request: Request, refusal: Exception, deal: Deal) -> HttpResponse:
    """A refusal without a form: the sentence as a toast, or above the page one came from."""
    text = sentence(refusal)
    if is_htmx(request):
        return toast(HttpResponse(status=422, headers={"HX-Reswap": "none"}), text, "bad")
    context = {"message": text, "back": page_of(deal)}
    return dialog(request, "desk/verbs/_refused.html", context, title=_("That did not work"), status=422)


@require_POST
@for_workers
def move(request: Request, deal_id: int) -> HttpResponse:
    deal = lean_deal_for(request.user, deal_id)
    wanted = request.POST.get("stage") or request.GET.get("stage") or ""
    stage = Lookups(request.user, timezone.now()).stages.get(int(wanted)) if wanted.isdigit() else None
    left = deal.stage_id
    is_undo = request.GET.get("undo") == "1"
    act = take_back_move if is_undo else move_deal
    try:
        if stage is None:
            raise Refused(_("Choose a stage."), field="stage")
        moved = act(
            deal=deal, stage=stage, by=request.user, at=timezone.now(), expected_version=version_of(request)
        )
    except StaleEdit as refusal:
        goal = _("Move to %(stage)s") % {"stage": stage.name if stage else ""}
        return _stale(request, refusal, goal, {"stage": wanted})
    except REFUSALS as refusal:
        return _refused(request, refusal, deal)
    text = _("%(name)s is in %(stage)s now") % {"name": deal.name, "stage": moved.stage.name}
    is_lead_again = moved.is_lead and not deal.is_lead
    undo_url = f"/deals/{deal.pk}/move/?stage={left}&version={moved.version}&undo=1"
    if deal.is_lead and not moved.is_lead:
        text = _("%(name)s is a deal now, in %(stage)s") % {"name": deal.name, "stage": moved.stage.name}
    if is_lead_again:
        text = _("%(name)s is a lead again, in %(stage)s") % {"name": deal.name, "stage": moved.stage.name}
    undo_url = "" if is_undo or left == moved.stage_id else undo_url
    return _changed(request, moved, text, undo_url=undo_url, was_deal=is_lead_again)


@require_http_methods(["GET", "POST"])
@for_workers
def win(request: Request, deal_id: int) -> HttpResponse:
    deal = deal_or_404(request, deal_id)
    context: dict[str, Any] = {"deal": deal, "error": "", "amount": None}
    title = _("Won: %(name)s") % {"name": deal.name}
    if request.method == "GET":
        return dialog(request, "desk/verbs/_win.html", context, title=title)
    typed = request.POST.get("amount", "").strip()
    try:
        won = win_deal(
            deal=deal,
            by=request.user,
            at=timezone.now(),
            amount=typed_amount(typed),
            expected_version=version_of(request),
        )
    except StaleEdit as refusal:
        return _stale(request, refusal, _("Mark as won"), {"amount": typed})
    except REFUSALS as refusal:
        context |= {"error": sentence(refusal), "amount": typed}
        return dialog(request, "desk/verbs/_win.html", context, title=title, status=422)
    text = _("%(name)s is won: %(amount)s") % {
        "name": won.name,
        "amount": formats.money(won.amount, won.currency) or _("no amount"),
    }
    return _changed(request, won, text, undo_url=f"/deals/{won.pk}/reopen/?version={won.version}&undo=1")


@require_http_methods(["GET", "POST"])
@for_workers
def lose(request: Request, deal_id: int) -> HttpResponse:
    deal = deal_or_404(request, deal_id)
    asked = request.POST if request.method == "POST" else request.GET
    chosen = asked.get("reason", "")
    status = asked.get("status", "") if asked.get("status") in ENDS else ""
    context: dict[str, Any] = {
        "deal": deal,
        "error": "",
        "reasons": _reasons(status),
        "reason": chosen,
        "status": status,
        "statuses": [(one.value, one.label) for one in ENDS],
        "note": asked.get("note", ""),
        "competitors": known_competitors(deal),
        "competitor": asked.get("competitor", ""),
    }
    title = _("Why did %(name)s end?") % {"name": deal.name}
    if request.method == "GET":
        return dialog(request, "desk/verbs/_lose.html", context, title=title)
    reason = LostReason.objects.filter(pk=chosen, is_active=True).first() if chosen.isdigit() else None
    now = timezone.now()
    try:
        with transaction.atomic():
            lost = lose_deal(
                deal=deal,
                reason=reason,
                status=asked.get("status") or (reason.status if reason else Status.LOST),
                note=asked.get("note", ""),
                by=request.user,
                at=now,
                expected_version=version_of(request),
            )
            winner = _competitor(asked.get("competitor", ""))
            if winner is not None and lost.status == Status.LOST:
                lost_to(deal=lost, competitor=winner, by=request.user, at=now)
    except StaleEdit as refusal:
        fields = {key: asked.get(key, "") for key in ("reason", "status", "note", "competitor")}
        return _stale(request, refusal, _("Mark as lost"), fields)
    except REFUSALS as refusal:
        context["error"] = sentence(refusal)
        return dialog(request, "desk/verbs/_lose.html", context, title=title, status=422)
    text = _("%(name)s: %(status)s, %(reason)s") % {
        "name": lost.name,
        "status": lost.get_status_display(),
        "reason": reason.name if reason else "",
    }
    return _changed(request, lost, text, undo_url=f"/deals/{lost.pk}/reopen/?version={lost.version}&undo=1")


def _competitor(given: str) -> Competitor | None:
    """Who won it, when somebody says so."""
    return Competitor.objects.filter(pk=given).first() if given.isdecimal() and len(given) < 18 else None


def _reasons(status: str) -> list[tuple[str, list[tuple[int, str]]]]:
    """Reasons under the way of ending that they explain; those of the wanted one first."""
    groups: dict[str, list[tuple[int, str]]] = {one.value: [] for one in ENDS}
    for reason in lost_reasons():
        groups.setdefault(reason.status, []).append((reason.pk, reason.name))
    labels = dict(Status.choices)
    found = [(key, rows) for key, rows in groups.items() if rows]
    found.sort(key=lambda one: one[0] != status)
    return [(str(labels.get(key, key)), rows) for key, rows in found]


@require_POST
@for_workers
def reopen(request: Request, deal_id: int) -> HttpResponse:
    deal = deal_or_404(request, deal_id)
    try:
        opened = reopen_deal(
            deal=deal, by=request.user, at=timezone.now(), expected_version=version_of(request)
        )
    except StaleEdit as refusal:
        return _stale(request, refusal, _("Reopen"), {})
    except REFUSALS as refusal:
        return _refused(request, refusal, deal)
    return _changed(request, opened, _("%(name)s is open again") % {"name": opened.name}, was_closed=True)


@require_POST
@for_workers
def qualify(request: Request, deal_id: int) -> HttpResponse:
    deal = deal_or_404(request, deal_id)
    try:
        qualify_deal(deal=deal, by=request.user, at=timezone.now(), expected_version=version_of(request))
    except StaleEdit as refusal:
        return _stale(request, refusal, _("Qualify"), {})
    except REFUSALS as refusal:
        return _refused(request, refusal, deal)
    return _changed(request, deal_or_404(request, deal_id), _("%(name)s is a deal now") % {"name": deal.name})


def owner_choices(viewer: User, current: User | None = None) -> list[tuple[Any, str]]:
    """People whom the viewer may give a record to."""
    rows = User.objects.filter(is_active=True).exclude(role="people").values_list("pk", "name")
    return [(pk, name) for pk, name in rows if can_see_owner(viewer, pk) or (current and current.pk == pk)]


def chosen_owner(viewer: User, text: str) -> User | None:
    """The owner that was chosen; empty is nobody. Raises Refused for one the viewer may not choose."""
    if not text:
        return None
    owner = User.objects.filter(pk=text).first() if text.isdigit() else None
    if owner is None or not can_see_owner(viewer, owner.pk):
        raise Refused(_("Choose an owner from the list."), field="owner")
    return owner


@require_http_methods(["GET", "POST"])
@for_workers
def assign(request: Request, deal_id: int) -> HttpResponse:
    deal = deal_or_404(request, deal_id)
    context: dict[str, Any] = {
        "deal": deal,
        "error": "",
        "owners": owner_choices(request.user, deal.owner),
        "owner": deal.owner_id or "",
    }
    title = _("Who takes care of %(name)s?") % {"name": deal.name}
    if request.method == "GET":
        return dialog(request, "desk/verbs/_assign.html", context, title=title)
    wanted = request.POST.get("owner", "")
    try:
        owner = chosen_owner(request.user, wanted)
        given = assign_deal(
            deal=deal, owner=owner, by=request.user, at=timezone.now(), expected_version=version_of(request)
        )
    except StaleEdit as refusal:
        return _stale(request, refusal, _("Assign"), {"owner": wanted})
    except REFUSALS as refusal:
        context |= {"error": sentence(refusal), "owner": wanted}
        return dialog(request, "desk/verbs/_assign.html", context, title=title, status=422)
    text = _("%(name)s belongs to %(owner)s now") % {
        "name": given.name,
        "owner": owner.name if owner else _("Nobody"),
    }
    return _changed(request, given, text)


@require_http_methods(["GET", "POST"])
@for_workers
def tags(request: Request, deal_id: int) -> HttpResponse:
    deal = deal_or_404(request, deal_id)
    context: dict[str, Any] = {
        "record": deal,
        "error": "",
        "tags": ", ".join(tag.name for tag in tags_of("deal", deal.pk)),
        "known": list(Tag.objects.values_list("name", flat=True)[:60]),
    }
    title = _("Tags of %(name)s") % {"name": deal.name}
    if request.method == "GET":
        return dialog(request, "desk/verbs/_tags.html", context, title=title)
    typed = request.POST.get("tags", "")
    try:
        tag_deal(deal=deal, tags=typed.split(","), by=request.user, at=timezone.now())
    except REFUSALS as refusal:
        context |= {"error": sentence(refusal), "tags": typed}
        return dialog(request, "desk/verbs/_tags.html", context, title=title, status=422)
    return _changed(request, deal_or_404(request, deal_id), _("Tags are saved"))
