"""What waits for one person or a team, gathered from every room that has something to do."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta

from django.db.models import Case, Q, Value, When
from django.utils import timezone
from django.utils.translation import gettext as _

from siklus.cycle.closing.queries import day_of, lapsing
from siklus.cycle.demos.models import Demo
from siklus.cycle.demos.queries import at_hand, next_working_day
from siklus.cycle.objections.queries import waiting_for
from siklus.cycle.outreach.first_response.queries import Waiting, clock_of, states_of, waits_in_time
from siklus.desk.today import lines, ranking
from siklus.desk.today.lines import Work
from siklus.desk.today.queries import own_deals
from siklus.platform.accounts.models import User
from siklus.platform.i18n import formats
from siklus.records.activities.models import Activity
from siklus.records.deals.models import Deal, Stage, Status
from siklus.records.deals.queries import deals_for, rotting_for

EACH = 25  # the most valuable of each sort are looked at
LAPSES_WITHIN = 7  # days
DEAL_FIELDS = (
    "name", "amount", "currency", "amount_base", "probability", "status", "qualified_at", "created_at", "next_kind",
    "next_at", "stage_id", "stage_entered_at", "last_touch_at", "owner_id", "contact_id", "contact__name",
    "contact__phone", "contact__email", "contact__preferred_channel",
)  # fmt: skip
TIERS = ("late", "today", "lead", "demo", "quote", "objection", "rotting", "none")


def work_list(viewer: User, *, team: bool, now: datetime, due: list[Activity]) -> list[Work]:
    """The lines in the order to work in; each deal stands once, with all its reasons, and each activity once."""
    demos = _demos(viewer, team, now)
    shown = {one.meeting_id for one in demos}  # a demo stands in the place of its meeting
    found = [_of_demo(one, viewer, now, team) for one in demos]
    found += [
        lines.of_activity(one, now, urgency=_pressing(one, now), team=team)
        for one in due
        if one.pk not in shown
    ]
    for source in (_leads, _quotes, _objections, _neglected):
        found += source(viewer, team, now)
    return ranking.rank(_once(found))


def _pressing(one: Activity, now: datetime) -> float:
    return ranking.by_lateness(one.due_at, now) if one.due_at else 1.0


def _once(found: list[Work]) -> list[Work]:
    """A deal's most urgent reason makes its line; the others are told on it."""
    kept: list[Work] = []
    of_deal: dict[int, Work] = {}
    for line in sorted(found, key=lambda one: (one.folds, -one.urgency)):
        first = of_deal.get(line.deal.pk) if line.deal is not None else None
        if line.folds and first is not None:
            first.also.append(line.brief or line.mark)
            first.urgency = max(first.urgency, line.urgency)
            continue
        kept.append(line)
        if line.deal is not None:
            of_deal.setdefault(line.deal.pk, line)
    return kept


def _leads(viewer: User, team: bool, now: datetime) -> list[Work]:
    """Those whose first response is due, and those that nobody has spoken to yet. One question, and two for the clocks."""
    rows = deals_for(viewer) if team else deals_for(viewer).filter(Q(owner=viewer) | Q(owner=None))
    rows = rows.filter(status=Status.OPEN)
    waiting = rows.filter(waits_in_time("first_response")).order_by("first_response__due_at")
    fresh = rows.filter(qualified_at=None, last_touch_at=None, next_kind="").order_by("-id")
    parts = [Deal.objects.filter(pk__in=one.values("pk")[:EACH]).values("pk") for one in (waiting, fresh)]
    joined = ("contact", "stage", "first_response", *(("owner",) if team else ()))
    found = Deal.objects.filter(pk__in=parts[0].union(parts[1])).select_related(*joined)
    leads = sorted(found, key=lambda deal: -deal.pk)
    clocks = states_of([clock for deal in leads if (clock := clock_of(deal)) and clock.is_waiting], now)
    return [_of_lead(deal, clocks.get(deal.pk), now, team) for deal in leads]


def _of_lead(deal: Deal, state: Waiting | None, now: datetime, team: bool) -> Work:
    due_at = state.response.due_at if state is not None else None
    if state is not None and due_at is not None:
        return lines.of_waiting(deal, state, now, urgency=ranking.by_wait(due_at, now), team=team)
    urgency = ranking.by_hours_since(deal.created_at, now)
    return lines.of_deal(deal, "lead", _lead_why(deal, now), urgency=urgency, team=team)


def _demos(viewer: User, team: bool, now: datetime) -> list[Demo]:
    """Today's, those to prepare until the end of the next working day, and those of which nobody said how they went."""
    day = next_working_day(viewer, now)
    until = datetime.combine(day + timedelta(days=1), time(), viewer.zone)
    return [
        one for one in at_hand(viewer, until=until)
        if (team or one.host_id == viewer.pk) and (_days_to(one, viewer, now) <= 0 or lines.to_prepare(one))
    ]  # fmt: skip


def _of_demo(demo: Demo, viewer: User, now: datetime, team: bool) -> Work:
    urgency = ranking.by_days_left(_days_to(demo, viewer, now))
    return lines.of_demo(demo, now, urgency=urgency, team=team)


def _days_to(demo: Demo, viewer: User, now: datetime) -> int:
    return (timezone.localdate(demo.starts_at, viewer.zone) - timezone.localdate(now, viewer.zone)).days


def _quotes(viewer: User, team: bool, now: datetime) -> list[Work]:
    """The buyer has them and they are about to lapse, or did within the week."""
    today = day_of(now)
    within = timedelta(days=LAPSES_WITHIN)
    found = []
    for one in lapsing(viewer, own=not team, first=today - within, last=today + within, limit=EACH):
        days = (one.ends - today).days
        found.append(lines.of_quote(one, days, urgency=ranking.by_days_left(days), team=team))
    return found


def _objections(viewer: User, team: bool, now: datetime) -> list[Work]:
    return [
        lines.of_objection(
            one, now, urgency=ranking.by_days_open((now - one.raised_at).total_seconds() / 86400), team=team
        )
        for one in waiting_for(viewer, own=not team)[:EACH]
    ]


def _neglected(viewer: User, team: bool, now: datetime) -> list[Work]:
    """Longer without contact than their stage allows, or without a next step: the most valuable of both. Two questions.

    The stages are read apart and the condition is one value, so that the database walks the deals by their worth.
    """
    stages = {one.pk: one for one in Stage.objects.only("name", "rotting_days", "retired_at")}
    waits = Case(When(_quiet_q(stages.values(), now) | Q(next_kind=""), then=Value(1)), default=Value(0))
    rows = own_deals(viewer, team).filter(status=Status.OPEN, qualified_at__isnull=False)
    rows = rows.annotate(waits=waits).filter(waits=1).select_related("contact").only(*DEAL_FIELDS)
    if team:
        rows = rows.select_related("contact", "owner").only(*DEAL_FIELDS, "owner__name")
    found = []
    for deal in rows.order_by("-amount_base", "-id")[: EACH * 2]:
        deal.stage = stages[deal.stage_id]
        if days := rotting_for(deal, now):
            urgency = ranking.by_silence(days, deal.stage.rotting_days or 0)
            found.append(lines.of_deal(deal, "rotting", _rotting_why(deal, days), urgency=urgency, team=team))
        if not deal.next_kind:
            found.append(lines.of_deal(deal, "none", _("no next step is planned"), urgency=1.0, team=team))
    return found


def _quiet_q(stages: Iterable[Stage], now: datetime) -> Q:
    """Deals that stood in their stage longer than it allows, by the stage's own limit."""
    quiet = Q(pk__in=[])
    for stage in stages:
        if stage.rotting_days and stage.retired_at is None:
            since = now - timedelta(days=stage.rotting_days)
            untouched = Q(last_touch_at=None) | Q(last_touch_at__lte=since)
            quiet |= Q(stage_id=stage.pk, stage_entered_at__lte=since) & untouched
    return quiet


def _rotting_why(deal: Deal, days: int) -> str:
    return _("no contact for %(days)s, %(stage)s allows %(limit)s") % {
        "days": formats.days(days), "stage": deal.stage.name, "limit": formats.days(deal.stage.rotting_days),
    }  # fmt: skip


def _lead_why(deal: Deal, now: datetime) -> str:
    came = formats.ago(deal.created_at, now)
    if deal.owner_id is None:
        return _("came in %(when)s and belongs to nobody yet") % {"when": came}
    return _("came in %(when)s, nobody has spoken to them yet") % {"when": came}
