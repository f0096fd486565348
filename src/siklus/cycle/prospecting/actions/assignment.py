"""Rules that give leads to people in turn, and what they do."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from siklus.cycle.prospecting.actions.profiles import checked
from siklus.cycle.prospecting.assignment.choosing import in_line
from siklus.cycle.prospecting.assignment.queries import candidates, matches, seats_of, waiting_leads
from siklus.cycle.prospecting.facts import (
    AssignmentRuleAdded,
    AssignmentRuleChanged,
    AssignmentRuleRetired,
    LeadRouted,
)
from siklus.cycle.prospecting.fit.scoring import Criterion
from siklus.cycle.prospecting.models import AssignmentRule, AssignmentSeat
from siklus.platform.accounts.models import User
from siklus.platform.journal.record import record
from siklus.records.deals.actions import assign_deal
from siklus.records.deals.models import Deal
from siklus.records.fields.record import Refused, apply, check_version

MOST_OPEN = 100_000
EDITABLE = ("name", "position", "criteria", "capacity", "minds_hours")


class CannotChangeAssignment(Refused):
    """The rule cannot be as asked."""


@transaction.atomic
def add_assignment_rule(
    *,
    name: str,
    people: Sequence[User],
    by: User | None,
    at: datetime,
    criteria: Sequence[Criterion] = (),
    capacity: int | None = None,
    minds_hours: bool = True,
    position: int | None = None,
) -> AssignmentRule:
    """Give leads to these people in turn; without criteria every lead that no earlier rule took."""
    if position is None:
        last = AssignmentRule.objects.filter(retired_at=None).aggregate(last=Max("position"))["last"]
        position = 0 if last is None else last + 1
    rule = AssignmentRule(
        name=_named(name), position=position, criteria=_stored(criteria), capacity=_room(capacity),
        minds_hours=minds_hours, created_at=at, updated_at=at,
    )  # fmt: skip
    rule.save()
    _seat(rule, people)
    record(AssignmentRuleAdded(assignment=rule.pk, title=rule.name), by=by, at=at)
    return rule


@transaction.atomic
def edit_assignment_rule(
    *,
    rule: AssignmentRule,
    by: User | None,
    at: datetime,
    people: Sequence[User] | None = None,
    criteria: Sequence[Criterion] | None = None,
    expected_version: int | None = None,
    **values: Any,
) -> AssignmentRule:
    """Change a rule. Who stays keeps their turn; who comes in begins behind those who wait."""
    rule = AssignmentRule.objects.select_for_update().get(pk=rule.pk)
    check_version(rule, expected_version)  # type: ignore[arg-type]
    if "name" in values:
        values["name"] = _named(values["name"])
    if "capacity" in values:
        values["capacity"] = _room(values["capacity"])
    if criteria is not None:
        values["criteria"] = _stored(criteria, before=[Criterion.read(one) for one in rule.criteria])
    changes = apply(rule, values, editable=EDITABLE)
    is_other = people is not None and _seat(rule, people)
    if changes or is_other:
        rule.version += 1
        rule.updated_at = at
        rule.save()
        record(
            AssignmentRuleChanged(assignment=rule.pk, title=rule.name, changes=tuple(changes)), by=by, at=at
        )
    return rule


@transaction.atomic
def retire_assignment_rule(*, rule: AssignmentRule, by: User | None, at: datetime) -> AssignmentRule:
    """Ask it no more. What it gave stays with whom it gave it to."""
    rule = AssignmentRule.objects.select_for_update().get(pk=rule.pk)
    if rule.retired_at is None:
        rule.retired_at = at
        rule.save(update_fields=["retired_at"])
        record(AssignmentRuleRetired(assignment=rule.pk, title=rule.name), by=by, at=at)
    return rule


@transaction.atomic
def set_seat_capacity(
    *, seat: AssignmentSeat, capacity: int | None, by: User | None, at: datetime
) -> AssignmentSeat:
    """How many open leads one person of a rule may have; None means as the rule says."""
    capacity = _room(capacity)
    seat = AssignmentSeat.objects.select_for_update().select_related("rule", "user").get(pk=seat.pk)
    if seat.capacity != capacity:
        seat.capacity = capacity
        seat.save(update_fields=["capacity"])
        record(AssignmentRuleChanged(assignment=seat.rule_id, title=seat.rule.name), by=by, at=at)
    return seat


@transaction.atomic
def route_lead(*, deal: Deal, by: User | None, at: datetime) -> Deal:
    """Give a lead that nobody has to whom the rules choose. Told twice, or with nobody free, it changes nothing.

    The rules are held until the end: two leads that come at once take their turns one after the other.
    """
    rules = list(
        AssignmentRule.objects.select_for_update().filter(retired_at=None).order_by("position", "id")
    )
    fresh = Deal.objects.select_for_update(of=("self",)).get(pk=deal.pk)
    if fresh.owner_id is not None or not fresh.is_open or fresh.merged_into_id is not None:
        return fresh
    for rule in rules:
        if not matches(rule, fresh.pk):
            continue
        seats = seats_of(rule)
        line = in_line(candidates(rule, seats, at), minds_hours=rule.minds_hours)
        if not line:
            continue
        seat = next(one for one in seats if one.pk == line[0].key)
        seat.turn = max(one.turn for one in seats) + 1
        seat.save(update_fields=["turn"])
        given = assign_deal(deal=fresh, owner=seat.user, by=by, at=at)
        fact = LeadRouted(
            deal=deal.pk, rule=rule.pk, title=rule.name, owner=seat.user_id, owner_name=seat.user.name
        )
        record(fact, by=by, at=at, mentions={"company": deal.company_id, "contact": deal.contact_id})
        return given
    return fresh


def route_waiting(*, by: User | None, at: datetime, most: int = 10_000) -> int:
    """Ask the rules for every lead that nobody has, the oldest first. Tells how many found somebody."""
    given = 0
    for pk in list(waiting_leads().values_list("pk", flat=True)[:most]):
        deal = Deal.objects.filter(pk=pk).first()
        if deal is not None and route_lead(deal=deal, by=by, at=at).owner_id is not None:
            given += 1
    return given


def _seat(rule: AssignmentRule, people: Sequence[User]) -> bool:
    """Who takes part from now on; tells whether that is different. Who comes in is not served before those who wait."""
    wanted = {one.pk: one for one in people}
    if not wanted:
        raise CannotChangeAssignment(_("Choose somebody who gets the leads."), field="people")
    away = next((one for one in wanted.values() if not one.is_active), None)
    if away is not None:
        raise CannotChangeAssignment(
            _("%(name)s does not work here any more.") % {"name": away.name}, field="people"
        )
    seats = {seat.user_id: seat for seat in rule.seats.all()}
    before = {pk for pk, seat in seats.items() if seat.is_seated}
    turn = max((seat.turn for seat in seats.values() if seat.is_seated), default=0)
    for pk, user in wanted.items():
        if pk not in seats:
            AssignmentSeat.objects.create(rule=rule, user=user, turn=turn)
        elif not seats[pk].is_seated:
            AssignmentSeat.objects.filter(pk=seats[pk].pk).update(is_seated=True, turn=turn)
    AssignmentSeat.objects.filter(rule=rule).exclude(user_id__in=wanted).update(is_seated=False)
    return before != wanted.keys()


def _stored(criteria: Sequence[Criterion], *, before: Sequence[Criterion] = ()) -> list[dict[str, Any]]:
    return [one.stored() for one in checked(criteria, before=before)] if criteria else []


def _named(name: str) -> str:
    name = " ".join(name.split())[:80]
    if not name:
        raise CannotChangeAssignment(_("Give it a name."), field="name")
    return name


def _room(capacity: int | None) -> int | None:
    if capacity is not None and not 0 <= capacity <= MOST_OPEN:
        text = _("The limit is a whole number from 0 to %(most)s.")
        raise CannotChangeAssignment(text % {"most": MOST_OPEN}, field="capacity")
    return capacity
