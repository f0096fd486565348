"""Rules of assignment as screens read them, whom they would choose, and which leads wait."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, QuerySet

from siklus.cycle.prospecting.assignment.choosing import Candidate, in_line
from siklus.cycle.prospecting.fit.attributes import attributes
from siklus.cycle.prospecting.fit.grading import Judge
from siklus.cycle.prospecting.fit.scoring import MET
from siklus.cycle.prospecting.models import AssignmentRule, AssignmentSeat, ProfileVersion
from siklus.platform.accounts.hours import is_at_work, next_work
from siklus.platform.accounts.models import User
from siklus.records.deals.models import Deal, Status


@dataclass(frozen=True, slots=True)
class Seat:
    """A seat now: how many open leads the person has, of how many, and whether they work at this moment."""

    row: AssignmentSeat
    candidate: Candidate
    is_at_work: bool
    is_next: bool


def rules_in_use() -> list[AssignmentRule]:
    return list(AssignmentRule.objects.filter(retired_at=None))


def rule_for(_viewer: User, rule_id: int) -> AssignmentRule:
    """Rules are known to everybody who may set them; the verbs ask for that."""
    return AssignmentRule.objects.get(pk=rule_id, retired_at=None)


def seats_of(rule: AssignmentRule) -> list[AssignmentSeat]:
    """Who takes part, without those who do not work here any more."""
    return list(rule.seats.filter(is_seated=True, user__is_active=True).select_related("user"))


def open_leads(user_ids: Iterable[int]) -> dict[int, int]:
    """How many open leads each has."""
    rows = Deal.objects.filter(
        owner_id__in=list(user_ids), status=Status.OPEN, qualified_at=None, merged_into=None
    )
    return dict(rows.order_by().values_list("owner_id").annotate(n=Count("pk")))


def candidates(rule: AssignmentRule, seats: list[AssignmentSeat], now: datetime) -> list[Candidate]:
    has = open_leads(seat.user_id for seat in seats)
    return [
        Candidate(
            seat.pk, seat.turn, has.get(seat.user_id, 0),
            seat.capacity if seat.capacity is not None else rule.capacity, next_work(seat.user, now),
        )
        for seat in seats
    ]  # fmt: skip


def seats_now(rule: AssignmentRule, now: datetime) -> list[Seat]:
    """The seats of a rule as they are at this moment, with the one whose turn is next."""
    rows = seats_of(rule)
    found = {one.key: one for one in candidates(rule, rows, now)}
    line = in_line(found.values(), minds_hours=rule.minds_hours)
    first = line[0].key if line else None
    return [Seat(row, found[row.pk], is_at_work(row.user, now), row.pk == first) for row in rows]


def matches(rule: AssignmentRule, deal_id: int) -> bool:
    """Does the lead meet all that the rule asks? A rule that asks nothing is for every lead; unknown is not met."""
    if not rule.criteria:
        return True
    version = ProfileVersion(criteria=rule.criteria, from_a=80, from_b=60, from_c=40)
    judge = Judge("deal", [version], attributes(with_retired=True))
    row = Deal.objects.filter(pk=deal_id).values_list("pk", *judge.paths).first()
    found = judge.judge(row[1:]) if row else None
    return found is not None and set(found[3]) == {MET}


def waiting_leads() -> QuerySet[Deal]:
    """Open leads that nobody has, the oldest first."""
    rows = Deal.objects.filter(status=Status.OPEN, qualified_at=None, owner=None, merged_into=None)
    return rows.order_by("pk")
