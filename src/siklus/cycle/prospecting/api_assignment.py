from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Router, Schema

from siklus.cycle.prospecting.actions import (
    add_assignment_rule,
    edit_assignment_rule,
    retire_assignment_rule,
    route_lead,
    route_waiting,
)
from siklus.cycle.prospecting.assignment.queries import rule_for, rules_in_use, seats_now
from siklus.cycle.prospecting.fit.scoring import Criterion
from siklus.cycle.prospecting.models import AssignmentRule
from siklus.platform.accounts.models import User
from siklus.platform.api.door import a_user, expected_version, one, operator, referred, worker
from siklus.records.deals.queries import deal_for

router = Router()


class AskedIn(Schema):
    attribute: str = Field(
        max_length=80, description="as the ideal customer asks: company.city, lead.source, …"
    )
    operator: str = Field(max_length=12)
    values: list[str] = Field(default_factory=list, max_length=50)


class RuleIn(Schema):
    name: str = Field(max_length=80)
    user_ids: list[int] = Field(min_length=1, max_length=200)
    criteria: list[AskedIn] = Field(default_factory=list, max_length=10)
    capacity: int | None = Field(None, ge=0, le=100_000, description="open leads a person at most")
    minds_hours: bool = Field(True, description="who works soonest comes first")
    position: int | None = Field(None, ge=0, le=10_000)


class RuleEdit(Schema):
    name: str | None = Field(None, max_length=80)
    user_ids: list[int] | None = Field(None, min_length=1, max_length=200)
    criteria: list[AskedIn] | None = Field(None, max_length=10)
    capacity: int | None = Field(None, ge=0, le=100_000)
    minds_hours: bool | None = None
    position: int | None = Field(None, ge=0, le=10_000)


class SeatOut(Schema):
    user_id: int
    has: int
    capacity: int | None
    works_at: datetime
    is_next: bool


class RuleOut(Schema):
    id: int
    version: int
    name: str
    position: int
    criteria: list[AskedIn]
    capacity: int | None
    minds_hours: bool
    seats: list[SeatOut]


class RoutedOut(Schema):
    deal_id: int
    owner_id: int | None


class CountOut(Schema):
    assigned: int


def shown(rule: AssignmentRule) -> dict[str, Any]:
    seats = [
        {
            "user_id": seat.row.user_id, "has": seat.candidate.has, "capacity": seat.candidate.capacity,
            "works_at": seat.candidate.works_at, "is_next": seat.is_next,
        }
        for seat in seats_now(rule, timezone.now())
    ]  # fmt: skip
    return {
        "id": rule.pk, "version": rule.version, "name": rule.name, "position": rule.position,
        "criteria": rule.criteria, "capacity": rule.capacity, "minds_hours": rule.minds_hours, "seats": seats,
    }  # fmt: skip


def _people(user: User, ids: list[int]) -> list[User]:
    found = [referred(a_user, user, one_id, "user_ids") for one_id in ids]
    return [one for one in found if one is not None]


def _criteria(rows: list[dict[str, Any]]) -> list[Criterion]:
    return [Criterion(row["attribute"], row["operator"], tuple(row["values"])) for row in rows]


@router.get("", response=list[RuleOut], operation_id="list_assignment_rules")
def list_rules(request: HttpRequest) -> Any:
    """In the order in which they are asked, with whose turn is next."""
    operator(request)
    return [shown(rule) for rule in rules_in_use()]


@router.post("", response={201: RuleOut}, operation_id="add_assignment_rule")
def post_rule(request: HttpRequest, payload: RuleIn) -> Any:
    user = operator(request)
    values = payload.dict()
    people, criteria = _people(user, values.pop("user_ids")), _criteria(values.pop("criteria"))
    made = add_assignment_rule(people=people, criteria=criteria, by=user, at=timezone.now(), **values)
    return 201, shown(made)


@router.patch("/{int:rule_id}", response=RuleOut, operation_id="edit_assignment_rule")
def patch_rule(request: HttpRequest, rule_id: int, payload: RuleEdit) -> Any:
    """What is not named stays. A capacity of null means without a limit."""
    user = operator(request)
    rule = one(rule_for, user, rule_id)
    values = payload.dict(exclude_unset=True)
    ids, rows = values.pop("user_ids", None), values.pop("criteria", None)
    values = {key: value for key, value in values.items() if value is not None or key == "capacity"}
    changed = edit_assignment_rule(
        rule=rule, people=_people(user, ids) if ids is not None else None,
        criteria=_criteria(rows) if rows is not None else None, by=user, at=timezone.now(),
        expected_version=expected_version(request), **values,
    )  # fmt: skip
    return shown(changed)


@router.delete("/{int:rule_id}", response={204: None}, operation_id="retire_assignment_rule")
def delete_rule(request: HttpRequest, rule_id: int) -> Any:
    user = operator(request)
    retire_assignment_rule(rule=one(rule_for, user, rule_id), by=user, at=timezone.now())
    return 204, None


@router.post("/leads/{int:deal_id}", response=RoutedOut, operation_id="assign_lead_by_rules")
def post_lead(request: HttpRequest, deal_id: int) -> Any:
    """Ask the rules for one lead that nobody has."""
    user = worker(request)
    deal = route_lead(deal=one(deal_for, user, deal_id), by=user, at=timezone.now())
    return {"deal_id": deal.pk, "owner_id": deal.owner_id}


@router.post("/waiting", response=CountOut, operation_id="assign_waiting_leads")
def post_waiting(request: HttpRequest, most: int = 1_000) -> Any:
    """Ask the rules for the leads that nobody has, the oldest first."""
    user = operator(request)
    return {"assigned": route_waiting(by=user, at=timezone.now(), most=max(0, min(most, 10_000)))}
