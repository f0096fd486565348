"""What the engine is given: deals as events, assignments and quotas as people, and exchange rates that stay as posted."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db.models import Q

from siklus.commission.inputs import Event, PersonRow, Rate, Split, decimal_of
from siklus.commission.periods import months_after
from siklus.commission.plan import Plan
from siklus.platform.installation.current import current
from siklus.platform.money.rates import rate_on
from siklus.records.deals.models import Deal, DealProduct, Status
from siklus.records.quotas.models import Measure, Quota
from siklus.team.incentives.models import (
    Adjustment,
    Assignment,
    CaseState,
    CommissionPlan,
    CreditShare,
    PayEvent,
    PayEventKind,
)


@dataclass(frozen=True)
class Inputs:
    """Everything that a calculation reads, beside the plan and the ledger. `deals` are for links: event id → deal."""

    events: list[Event] = field(default_factory=list)
    people: list[PersonRow] = field(default_factory=list)
    rates: list[Rate] = field(default_factory=list)
    deals: dict[str, int] = field(default_factory=dict)

    def until(self, day: date) -> "Inputs":
        """What of it counts before a day."""
        return Inputs(
            [one for one in self.events if one.day < day],
            [one for one in self.people if one.first is None or one.first < day],
            [one for one in self.rates if one.day < day],
        )


def inputs_of(
    plan: CommissionPlan, document: Plan, *, since: date, until: date, frozen: Sequence[Rate] = (),
    supposed: Iterable[tuple[Deal, date]] = (),
) -> Inputs:  # fmt: skip
    """The inputs of a plan for the days from `since` until before `until`, and of deals that something happened to there.

    frozen: rates by day that postings used; they hold for their days whatever the table says now
    supposed: open deals taken as won on a day, for a what-if
    """
    assigned = list(plan.assignments.select_related("user").filter(from_date__lt=until))
    stints: dict[int, list[Assignment]] = defaultdict(list)
    for one in assigned:
        stints[one.user_id].append(one)
    later = list(PayEvent.objects.select_related("deal").filter(day__lt=until, deal__merged_into=None))
    asked = {deal.pk: (deal, day) for deal, day in supposed}
    deals = _deals(since, until, {one.deal_id for one in later}, stints.keys())
    dated = [(deal, _day(deal.closed_at)) for deal in deals if deal.pk not in asked] + list(asked.values())
    events, of = _events(document, dated, later, stints)
    events += _adjustments(plan, document, until)
    events.sort(key=lambda one: (one.day, one.id))
    rates = _rates(events, document.currency, frozen)
    return Inputs(events, people_of(assigned, document, until), rates, of)


def _day(moment: datetime | None) -> date:
    assert moment is not None
    return moment.astimezone(current().time_zone).date()


def _deals(since: date, until: date, also: set[int], people: Iterable[int]) -> list[Deal]:
    """Won deals of the days, and those that something was noted of; owned by the people or shared with them."""
    zone = current().time_zone
    first = datetime.combine(since, time(), zone)
    last = datetime.combine(until, time(), zone)
    theirs = Q(owner_id__in=list(people)) | Q(credit_shares__replaced_at=None, credit_shares__isnull=False)
    inside = Q(closed_at__gte=first, closed_at__lt=last) | Q(pk__in=also, closed_at__lt=last)
    found = Deal.objects.filter(theirs, inside, merged_into=None, status=Status.WON, amount__isnull=False)
    return list(found.select_related("pipeline").distinct().order_by("closed_at", "pk"))


def _events(
    document: Plan, dated: list[tuple[Deal, date]], later: list[PayEvent], stints: dict[int, list[Assignment]]
) -> tuple[list[Event], dict[str, int]]:
    shares: dict[int, list[CreditShare]] = defaultdict(list)
    named = [deal.pk for deal, _on in dated]
    for one in CreditShare.objects.filter(deal_id__in=named, replaced_at=None):
        shares[one.deal_id].append(one)
    lines: dict[int, list[DealProduct]] = defaultdict(list)
    if {"product", "products"} & set(document.fields):
        for line in DealProduct.objects.select_related("product").filter(deal_id__in=named).order_by("pk"):
            lines[line.deal_id].append(line)
    terms = {one.deal_id: one.term_months for one in later if one.term_months}
    found, of = [], {}
    after: dict[int, list[PayEvent]] = defaultdict(list)
    for event in later:
        after[event.deal_id].append(event)
    for deal, day in dated:
        splits = _splits(deal, day, shares[deal.pk], stints)
        if not splits:
            continue
        values = _values(document, deal, lines[deal.pk])
        made = _event(
            f"deal-{deal.pk}", day, "deal", deal.amount or Decimal(0), deal, splits, values, document
        )
        found.append(_with_term(made, terms.get(deal.pk)))
        of[made.id] = deal.pk
        for event in after[deal.pk]:
            amount = -event.amount if event.kind == PayEventKind.REFUND else event.amount
            own = splits if event.kind == PayEventKind.REFUND else ()
            name = f"{event.kind}-{event.pk}"
            found.append(_event(name, event.day, event.kind, amount, deal, own, values, document, event.note))
            of[name] = deal.pk
    return found, of


def _splits(
    deal: Deal, day: date, shares: list[CreditShare], stints: dict[int, list[Assignment]]
) -> tuple[Split, ...]:
    """Whose the deal is, as far as they are on this plan on its day."""
    if shares:
        rows = [(one.user_id, Fraction(one.percent) / 100, one.role) for one in shares]
    else:
        rows = [(deal.owner_id, Fraction(1), "revenue")] if deal.owner_id else []
    return tuple(
        Split(str(user), share, role) for user, share, role in rows if _is_there(stints.get(user, []), day)
    )


def _is_there(stints: list[Assignment], day: date) -> bool:
    return any(one.from_date <= day and (one.until_date is None or day < one.until_date) for one in stints)


def _event(
    name: str, day: date, kind: str, amount: Decimal, deal: Deal, splits: tuple[Split, ...], values: dict[str, Any],
    document: Plan, note: str = "",
) -> Event:  # fmt: skip
    quantity = Fraction(1)
    known = {
        **values, "amount": decimal_of(Fraction(amount)), "quantity": decimal_of(quantity), "kind": kind,
        "currency": deal.currency, "deal": str(deal.pk),
    }  # fmt: skip
    return Event(
        name, day, kind, Fraction(amount), quantity, deal.currency, str(deal.pk), splits, known, None, note
    )


def _with_term(event: Event, months: int | None) -> Event:
    return replace(event, term_months=months) if months else event


def _values(document: Plan, deal: Deal, lines: list[DealProduct]) -> dict[str, Any]:
    dearest = max(lines, key=lambda one: (one.unit_price or Decimal(0)) * one.quantity, default=None)
    ours = {
        "product": dearest.product.name if dearest else "",
        "products": Decimal(sum(one.quantity for one in lines)),
        "pipeline": deal.pipeline.name,
        "source": deal.source,
        "deal_kind": deal.kind,
    }
    found: dict[str, Any] = {}
    for name, kind in document.fields.items():
        value = ours[name] if name in ours else deal.custom.get(name)
        if kind == "number":
            found[name] = Decimal(str(value)) if value not in (None, "") else Decimal(0)
        elif kind == "yes_no":
            found[name] = value is True
        else:
            found[name] = str(value or "")
    return found


def _adjustments(plan: CommissionPlan, document: Plan, until: date) -> list[Event]:
    rows = Adjustment.objects.filter(plan=plan, state=CaseState.APPROVED, day__lt=until)
    return [
        Event(
            f"adjustment-{one.pk}", one.day, "adjustment", Fraction(one.amount), Fraction(1), document.currency, "",
            (Split(str(one.user_id), Fraction(1)),), {}, None, one.reason,
        )
        for one in rows
    ]  # fmt: skip


def _rates(events: Iterable[Event], currency: str, frozen: Sequence[Rate]) -> list[Rate]:
    """A rate for each day and currency that an event needs: as posted, else of the table. Raises NoRate."""
    kept = {(one.base, one.day): one for one in frozen}
    found: dict[tuple[str, date], Rate] = {}
    for event in events:
        key = (event.currency, event.day)
        if event.currency == currency or key in found:
            continue
        found[key] = kept.get(key) or Rate(
            event.day, event.currency, currency, Fraction(rate_on(event.currency, event.day)), "Siklus"
        )
    return [found[key] for key in sorted(found, key=lambda one: (one[1], one[0]))]


def people_of(assigned: list[Assignment], document: Plan, until: date) -> list[PersonRow]:
    """A row for each time that somebody's place or quota changed, cut at the borders of both."""
    quotas: dict[int, list[Quota]] = defaultdict(list)
    rows = Quota.objects.filter(
        user_id__in={one.user_id for one in assigned},
        measure=Measure.WON,
        replaced_at=None,
        from_date__lt=until,
    )
    for quota in rows.order_by("from_date", "id"):
        quotas[quota.user_id or 0].append(quota)
    began: dict[int, date] = {}
    for one in sorted(assigned, key=lambda each: each.from_date):
        began.setdefault(one.user_id, one.from_date)
    stints: dict[int, list[Assignment]] = defaultdict(list)
    for one in assigned:
        stints[one.user_id].append(one)
    found = []
    for one in assigned:
        for first, last, amount, per in _spans(one, quotas[one.user_id], until):
            above = str(one.reports_to_id) if _is_there(stints.get(one.reports_to_id or 0, []), first) else ""
            found.append(
                PersonRow(
                    str(one.user_id), first, last, above, "", amount, per or document.length, began[one.user_id],
                    _columns(one, document),
                )
            )  # fmt: skip
    return found


def _columns(one: Assignment, document: Plan) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, kind in document.person_fields.items():
        value = one.values.get(name)
        if kind == "number":
            found[name] = Decimal(str(value or 0))
        elif kind == "yes_no":
            found[name] = value is True
        else:
            found[name] = str(value or "")
    return found


def _spans(
    one: Assignment, quotas: list[Quota], until: date
) -> list[tuple[date, date | None, Fraction | None, str]]:
    """(from, until, quota, per) pieces of an assignment; a ramp makes a piece of each of its months."""
    cuts = {one.from_date}
    for quota in quotas:
        cuts |= {quota.from_date, *([quota.until_date] if quota.until_date else [])}
        if quota.ramp and quota.ramp_from:
            cuts |= {months_after(quota.ramp_from, step) for step in range(len(quota.ramp) + 1)}
    inside = sorted(
        day for day in cuts if one.from_date <= day and (one.until_date is None or day < one.until_date) and day < until
    )  # fmt: skip
    found = []
    for place, first in enumerate(inside):
        last = inside[place + 1] if place + 1 < len(inside) else one.until_date
        holds = next(
            (q for q in quotas if q.from_date <= first and (q.until_date is None or first < q.until_date)),
            None,
        )
        amount = None if holds is None else Fraction(holds.amount) * _ramp(holds, first)
        found.append((first, last, amount, holds.per if holds else ""))
    return found


def _ramp(quota: Quota, day: date) -> Fraction:
    if not quota.ramp or quota.ramp_from is None:
        return Fraction(1)
    step = (day.year - quota.ramp_from.year) * 12 + day.month - quota.ramp_from.month
    return Fraction(quota.ramp[step], 100) if 0 <= step < len(quota.ramp) else Fraction(1)
