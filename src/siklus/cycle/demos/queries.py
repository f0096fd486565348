"""The one door to demos, which follows the deal; the types, which everybody may read; and free time of a host."""

from datetime import date, datetime, timedelta

from django.db.models import Q, QuerySet

from siklus.cycle.demos.models import Demo, DemoItem, DemoRule, DemoType, Invitation, State
from siklus.cycle.qualification.queries import wishes_in
from siklus.cycle.research.models import Section
from siklus.cycle.research.queries import dossier_of, relevance_of
from siklus.platform.accounts.hours import Span, next_work, spans_on
from siklus.platform.accounts.models import User
from siklus.platform.accounts.visibility import visible_q
from siklus.records.activities.models import Activity, ActivityKind
from siklus.records.deals.models import Deal

STEP = timedelta(minutes=30)
LONGEST = timedelta(hours=16)  # of a demo; how far back one that still runs can have begun


def demos_for(viewer: User) -> QuerySet[Demo]:
    """Demos on the deals that the viewer may see, and those the viewer holds."""
    rows = Demo.objects.filter(deal__merged_into=None)
    seen = visible_q(viewer, owner="deal__owner")
    return rows if seen is None else rows.filter(seen | Q(host_id=viewer.pk))


def demo_for(viewer: User, demo_id: int) -> Demo:
    """One demo. Raises Demo.DoesNotExist for strangers too."""
    return (
        demos_for(viewer).select_related("deal", "type", "host", "meeting", "deal__contact").get(pk=demo_id)
    )


def item_for(viewer: User, item_id: int) -> DemoItem:
    return DemoItem.objects.select_related("demo").get(pk=item_id, demo__in=demos_for(viewer))


def types_in_use() -> list[DemoType]:
    return list(DemoType.objects.filter(retired_at=None))


def type_for(_viewer: User, type_id: int) -> DemoType:
    """The types are known to everybody."""
    return DemoType.objects.get(pk=type_id)


def of_deal(deal_id: int) -> list[Demo]:
    """The demos of a deal at hand, the booked ones first, then the latest; each with its items."""
    rows = Demo.objects.filter(deal_id=deal_id).select_related("type", "host").prefetch_related("items")
    return sorted(rows.order_by("-starts_at", "-id"), key=lambda one: not one.is_booked)


def was_shown(deal_id: int) -> bool:
    """Was a demo held on this deal?"""
    return Demo.objects.filter(deal_id=deal_id, state=State.HELD).exists()


def demands_demo(pipeline_id: int) -> bool:
    return DemoRule.objects.filter(pipeline_id=pipeline_id, is_demanded=True).exists()


def coming(viewer: User, *, since: datetime, until: datetime) -> list[Demo]:
    """Booked demos between two moments, in their order, with deal, type, host and items."""
    rows = demos_for(viewer).filter(state=State.BOOKED, starts_at__gte=since, starts_at__lt=until)
    rows = rows.select_related("deal", "deal__company", "deal__contact", "type", "host")
    return list(rows.prefetch_related("items").order_by("starts_at", "id"))


def unsettled(viewer: User, *, now: datetime) -> list[Demo]:
    """Demos whose time has passed and of which nobody said how they went, the oldest first."""
    rows = demos_for(viewer).filter(state=State.BOOKED, ends_at__lte=now)
    return list(
        rows.select_related("deal", "deal__company", "type", "host").order_by("starts_at", "id")[:100]
    )


def at_hand(viewer: User, *, until: datetime) -> list[Demo]:
    """Booked demos that begin before a moment, those that are over too, the latest first; with their items."""
    rows = demos_for(viewer).filter(state=State.BOOKED, starts_at__lt=until)
    joined = ("deal", "deal__stage", "deal__contact", "deal__owner", "type", "host")
    return list(rows.select_related(*joined).prefetch_related("items").order_by("-starts_at", "-id")[:100])


def settled(viewer: User) -> QuerySet[Demo]:
    """Demos that were held, missed or cancelled, the latest first."""
    rows = demos_for(viewer).exclude(state=State.BOOKED)
    return rows.select_related("deal", "deal__company", "type", "host").order_by("-starts_at", "-id")


def busy(host: User, start: datetime, end: datetime, *, but: Demo | None = None) -> list[tuple[Span, str]]:
    """What stands in the host's calendar between two moments: demos and planned meetings, with their names."""
    demos = Demo.objects.filter(
        host=host, state=State.BOOKED, starts_at__lt=end, ends_at__gt=start, starts_at__gt=start - LONGEST
    )
    meetings = Activity.objects.filter(
        owner=host, kind=ActivityKind.MEETING, done_at=None, cancelled_at=None, demo=None,
        due_at__lt=end, due_at__gt=start - LONGEST,
    )  # fmt: skip
    if but is not None:
        demos = demos.exclude(pk=but.pk)
    found = [(Span(one.starts_at, one.ends_at), one.deal.name) for one in demos.select_related("deal")]
    spans = [(Span(one.due_at, one.due_at + one.length), one.subject) for one in meetings if one.due_at]
    found += [(span, name) for span, name in spans if span.end > start]
    return sorted(found)


def free_slots(
    host: User, *, minutes: int, day: date, now: datetime, days: int = 1, but: Demo | None = None
) -> list[Span]:
    """Where a demo of so many minutes fits into the host's working hours from a day on, every half hour."""
    length, zone = timedelta(minutes=minutes), host.zone
    begin = datetime(day.year, day.month, day.day, tzinfo=zone)
    taken = [span for span, _name in busy(host, begin, begin + timedelta(days=days + 1), but=but)]
    found = []
    for count in range(days):
        for hours in spans_on(host, day + timedelta(days=count)):
            at = hours.start
            while at + length <= hours.end:
                if at > now and not any(span.start < at + length and at < span.end for span in taken):
                    found.append(Span(at, at + length))
                at += STEP
    return found


def next_working_day(host: User, now: datetime) -> date:
    """The first day on which the host works after now: tomorrow, or later."""
    tomorrow = now.astimezone(host.zone).date() + timedelta(days=1)
    midnight = datetime(tomorrow.year, tomorrow.month, tomorrow.day, tzinfo=host.zone)
    return next_work(host, midnight).astimezone(host.zone).date()


def invitation_of(demo: Demo) -> Invitation | None:
    """What the guest has in hand, if anybody was invited by mail."""
    return Invitation.objects.filter(demo=demo).first()


def wishes_of(deal: Deal) -> list[str]:
    """What the buyer wants to see: what they said when they were qualified, why we matter, what they make and use."""
    found = [_short(said) for said in wishes_in(deal)]
    relevance = relevance_of(deal.company_id)
    if relevance is not None:
        found.append(_short(relevance.text))
    if deal.company is not None:
        for part in dossier_of(company=deal.company):
            if part.section in {Section.PRODUCTS, Section.GROWTH}:
                found += [_short(f"{line.holds.attribute}: {line.holds.value}") for line in part.lines]
    return list(dict.fromkeys(found))[:6]


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 160 else text[:159].rstrip() + "…"
