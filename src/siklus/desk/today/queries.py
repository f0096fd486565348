"""What to do now, and why: the work list of one person or a team, in few questions."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal

from django.db.models import Count, F, Q, QuerySet, Sum
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from siklus.cycle.objections.models import Objection
from siklus.cycle.objections.queries import waiting_for
from siklus.desk.pages.stream import overdue
from siklus.platform.accounts.models import User
from siklus.platform.i18n import formats
from siklus.platform.installation.current import current
from siklus.platform.money.fields import AmountField
from siklus.records.activities.models import Activity
from siklus.records.activities.queries import activities_for, waiting
from siklus.records.deals.models import Deal, Stage, Status
from siklus.records.deals.queries import deals_for, rotting_for

EACH = 15
TIERS = ("late", "today", "objection", "rotting", "none", "lead")


@dataclass
class Work:
    """One line: what, why, when, and the one thing to do about it."""

    tier: str
    title: str
    href: str
    why: str
    mark: str
    state: str
    worth: Decimal = Decimal(0)
    activity_id: int | None = None
    objection_id: int | None = None
    deal_id: int | None = None
    kind: str = ""
    whom: str = ""
    phone: str = ""
    email: str = ""
    button: str = "plan"
    owner: str = ""


@dataclass(frozen=True)
class Tiles:
    """The few numbers on top."""

    won: Decimal
    won_count: int
    won_before: Decimal
    open_sum: Decimal
    open_count: int
    weighted: Decimal
    due: int
    late: int

    @property
    def delta(self) -> float | None:
        """Against the same days of last month, as a share."""
        return float(self.won / self.won_before - 1) if self.won_before else None


def _deals(viewer: User, team: bool) -> QuerySet[Deal]:
    return deals_for(viewer) if team else Deal.objects.filter(owner=viewer, merged_into=None)


def tiles(viewer: User, *, team: bool, now: datetime, due: int, late: int) -> Tiles:
    """Won this month against the same days of last month; the open pipeline, plain and weighted."""
    zone = current().time_zone
    here = now.astimezone(zone)
    first = datetime.combine(here.date().replace(day=1), time(), zone)
    before = datetime.combine((first - timedelta(days=1)).date().replace(day=1), time(), zone)
    until = min(before + (now - first), first)
    mine = _deals(viewer, team)
    won = mine.filter(status=Status.WON, closed_at__gte=before, closed_at__lte=now).aggregate(
        now=Sum("amount_base", filter=Q(closed_at__gte=first)),
        count=Count("pk", filter=Q(closed_at__gte=first)),
        before=Sum("amount_base", filter=Q(closed_at__lt=until)),
    )
    pipeline = mine.filter(status=Status.OPEN, qualified_at__isnull=False).aggregate(
        count=Count("pk"),
        sum=Sum("amount_base"),
        weighted=Sum(F("amount_base") * F("probability"), output_field=AmountField()),
    )
    return Tiles(
        won=won["now"] or Decimal(0), won_count=won["count"], won_before=won["before"] or Decimal(0),
        open_sum=pipeline["sum"] or Decimal(0), open_count=pipeline["count"],
        weighted=(pipeline["weighted"] or Decimal(0)) / 100, due=due, late=late,
    )  # fmt: skip


def due_now(viewer: User, *, team: bool, now: datetime) -> list[Activity]:
    """What is overdue or due before the day is over."""
    night = timezone.make_aware(datetime.combine(timezone.localdate(now) + timedelta(days=1), time()))
    if not team:
        return list(waiting(viewer, until=night)[:200])
    rows = activities_for(viewer).filter(done_at=None, cancelled_at=None, due_at__lt=night)
    return list(
        rows.select_related("deal", "deal__stage", "company", "contact", "owner").order_by("due_at")[:200]
    )


def work_list(viewer: User, *, team: bool, now: datetime, due: list[Activity]) -> list[Work]:
    """The lines in order: the most urgent first, within that the most valuable."""
    mine = _deals(viewer, team).filter(status=Status.OPEN)
    joined = ("company", "contact", "stage", "owner") if team else ("company", "contact", "stage")
    lines = [_of_activity(one, now, team) for one in due]
    told = {one.deal_id for one in due if one.deal_id}

    for objection in waiting_for(viewer, own=not team)[:40]:
        if objection.deal_id not in told:
            told.add(objection.deal_id)
            lines.append(_of_objection(objection, now, team))
    for deal in _rotting(mine, now).select_related(*joined)[:40]:
        if deal.pk not in told and (days := rotting_for(deal, now)):
            told.add(deal.pk)
            lines.append(_of_deal(deal, "rotting", _rotting_why(deal, days), team))
    unplanned = mine.filter(qualified_at__isnull=False, next_kind="").select_related(*joined)
    for deal in unplanned.order_by("-amount_base", "-id")[: EACH * 2]:
        if deal.pk not in told:
            told.add(deal.pk)
            lines.append(_of_deal(deal, "none", _("no next step is planned"), team))
    leads = deals_for(viewer) if team else deals_for(viewer).filter(Q(owner=viewer) | Q(owner=None))
    fresh = leads.filter(status=Status.OPEN, qualified_at=None, last_touch_at=None, next_kind="")
    for deal in fresh.select_related(*joined).order_by("-id")[:EACH]:
        if deal.pk not in told:
            lines.append(_of_deal(deal, "lead", _lead_why(deal, now), team))
    return _ordered(lines)


def _ordered(lines: list[Work]) -> list[Work]:
    """By tier, then by worth; what is due today stays in the order of the clock."""
    kept: list[Work] = []
    for tier in TIERS:
        mine = [one for one in lines if one.tier == tier]
        if tier != "today":
            mine.sort(key=lambda one: -one.worth)
        kept += mine[: EACH if tier not in ("late", "today") else 100]
    return kept


def _rotting(deals: QuerySet[Deal], now: datetime) -> QuerySet[Deal]:
    """Deals that stood in their stage longer than it allows, by the stage's own limit."""
    stages = Stage.objects.filter(rotting_days__isnull=False, retired_at=None).values_list(
        "pk", "rotting_days"
    )
    quiet = Q(pk__in=[])
    for pk, days in stages:
        since = now - timedelta(days=days or 0)
        untouched = Q(last_touch_at=None) | Q(last_touch_at__lte=since)
        quiet |= Q(stage_id=pk, stage_entered_at__lte=since) & untouched
    return deals.filter(quiet).order_by("-amount_base", "-id")


def _worth(deal: Deal | None) -> Decimal:
    return Decimal(deal.amount_base * deal.probability) / 100 if deal else Decimal(0)


def _amount(deal: Deal) -> str:
    return formats.money(deal.amount, deal.currency, compact=True) if deal.amount else ""


def _of_activity(one: Activity, now: datetime, team: bool) -> Work:
    deal, contact = one.deal, one.contact
    late = one.due_at is not None and one.due_at < now
    href = (
        f"/deals/{deal.pk}/" if deal
        else f"/contacts/{one.contact_id}/" if one.contact_id
        else f"/companies/{one.company_id}/" if one.company_id
        else f"/activities/?owner={one.owner_id}"
    )  # fmt: skip
    firm = one.company.name if one.company else ""
    why = [deal.name, _amount(deal), deal.stage.name] if deal else [firm]
    if late:
        mark = overdue(one.due_at, now)
    else:
        mark = formats.time_of_day(one.due_at)
    phone = contact.phone if contact else one.company.phone if one.company else ""
    email = contact.email if contact else ""
    button = "finish"
    if one.kind in {"call", "message"} and phone:
        button = "call" if one.kind == "call" else "whatsapp"
    elif one.kind == "email" and email:
        button = "email"
    return Work(
        tier="late" if late else "today", title=one.subject, href=href, why=_joined(why), mark=mark,
        state="late" if late else "today", worth=_worth(deal), activity_id=one.pk,
        deal_id=deal.pk if deal else None, kind=one.kind, whom=contact.name if contact else firm,
        phone=phone, email=email, button=button,
        owner=one.owner.name if team and one.owner else "",
    )  # fmt: skip


def _of_deal(deal: Deal, tier: str, why: str, team: bool) -> Work:
    reason = [why, _amount(deal), deal.stage.name]
    marks = {"rotting": _("gone quiet"), "none": _("nothing planned"), "lead": _("new lead")}
    phone = deal.contact.phone if deal.contact else ""
    prefers = deal.contact.preferred_channel if deal.contact else ""
    button = "plan"
    if tier != "none" and phone:
        button = "whatsapp" if prefers == "whatsapp" else "call"
    return Work(
        tier=tier, title=deal.name, href=f"/deals/{deal.pk}/", why=_joined(reason), mark=marks[tier],
        state={"rotting": "late", "none": "none", "lead": "planned"}[tier], worth=_worth(deal),
        deal_id=deal.pk, kind="lead" if tier == "lead" else "deal", phone=phone, button=button,
        whom=deal.contact.name if deal.contact else "",
        owner=(deal.owner.name if deal.owner else _("Nobody")) if team else "",
    )  # fmt: skip


def _of_objection(one: Objection, now: datetime, team: bool) -> Work:
    deal = one.deal
    words = one.words if len(one.words) <= 90 else one.words[:89].rstrip() + "…"
    return Work(
        tier="objection", title=deal.name, href=f"/deals/{deal.pk}/#objections",
        why=_joined([one.type.name, f"“{words}”", _amount(deal), deal.stage.name]),
        mark=_("raised %(when)s") % {"when": formats.ago(one.raised_at, now)}, state="none",
        worth=_worth(deal), objection_id=one.pk, deal_id=deal.pk, kind="objection", button="answer",
        whom=deal.contact.name if deal.contact else "",
        owner=(deal.owner.name if deal.owner else _("Nobody")) if team else "",
    )  # fmt: skip


def _rotting_why(deal: Deal, days: int) -> str:
    return _("no contact for %(days)s, %(stage)s allows %(limit)s") % {
        "days": formats.days(days), "stage": deal.stage.name, "limit": formats.days(deal.stage.rotting_days),
    }  # fmt: skip


def _lead_why(deal: Deal, now: datetime) -> str:
    came = formats.ago(deal.created_at, now)
    if deal.owner_id is None:
        return _("came in %(when)s and belongs to nobody yet") % {"when": came}
    return _("came in %(when)s, nobody has spoken to them yet") % {"when": came}


def _joined(parts: list[str]) -> str:
    return " · ".join(part for part in parts if part)


def greeting(now: datetime) -> str:
    """By the hour where the reader is."""
    hour = timezone.localtime(now).hour
    if 4 <= hour < 11:
        return _("Good morning")
    if 11 <= hour < 15:
        return _("Good day")
    if 15 <= hour < 19:
        return _("Good afternoon")
    return _("Good evening")


def long_day(now: datetime) -> str:
    """`Monday, 23 Nov 2026`"""
    return f"{date_format(timezone.localtime(now), 'l')}, {formats.day(now)}"


def late_words(late: int) -> str:
    return ngettext("%(n)s overdue", "%(n)s overdue", late) % {"n": late}
