from datetime import datetime, timedelta
from typing import Any, Literal

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Query, Router, Schema

from siklus.desk.automations.actions import (
    add_automation,
    edit_automation,
    retire_automation,
    switch_automation,
)
from siklus.desk.automations.dry import would_do
from siklus.desk.automations.models import Automation, Run
from siklus.desk.automations.queries import automation_for, automations_for, runs_of
from siklus.platform.api.door import Page, a_user, one, operator, paged, referred

router = Router()
WhenName = Literal["fact", "daily", "weekly", "true"]
AboutName = Literal["both", "leads", "deals"]


class StepIn(Schema):
    step: str = Field(max_length=80)
    values: dict[str, str] = {}


class AutomationPatch(Schema):
    name: str | None = Field(None, max_length=120)
    when: WhenName | None = None
    fact: str | None = Field(None, max_length=60)
    hour: int | None = Field(None, ge=0, le=23)
    weekday: int | None = Field(None, ge=0, le=6)
    about: AboutName | None = None
    conditions: str | None = Field(None, max_length=4000)
    steps: list[StepIn] | None = Field(None, max_length=10)
    owner_id: int | None = None
    is_on: bool | None = None


class AutomationIn(AutomationPatch):
    name: str = Field(max_length=120)
    when: WhenName
    steps: list[StepIn] = Field(max_length=10)


class AutomationOut(Schema):
    id: int
    name: str
    is_on: bool
    when: str
    fact: str
    hour: int
    weekday: int
    about: str
    conditions: str
    steps: list[dict[str, Any]]
    owner_id: int | None
    due_at: datetime | None


class RunOut(Schema):
    id: int
    deal_id: int | None
    entry_id: int | None
    state: str
    why: str
    results: list[dict[str, Any]]
    at: datetime


class WouldOut(Schema):
    deal_id: int
    at: datetime
    why_not: str


class DryOut(Schema):
    taken: list[WouldOut]
    left: list[WouldOut]
    steps: list[str]
    problems: list[str]
    is_cut: bool


class RunPage(Page):
    items: list[RunOut]


def shown(automation: Automation) -> dict[str, Any]:
    return {name: getattr(automation, name) for name in AutomationOut.model_fields}


def run_shown(run: Run) -> dict[str, Any]:
    return {name: getattr(run, name) for name in RunOut.model_fields}


@router.get("", response=list[AutomationOut], operation_id="list_automations")
def list_automations(request: HttpRequest) -> Any:
    return [shown(automation) for automation in automations_for(operator(request))]


@router.post("", response={201: AutomationOut}, operation_id="add_automation")
def create(request: HttpRequest, payload: AutomationIn) -> Any:
    """`conditions` are written as the address of a list writes them. It does nothing until `is_on`."""
    user = operator(request)
    values = _values(request, payload)
    is_on = bool(values.pop("is_on", False))
    return 201, shown(add_automation(by=user, at=timezone.now(), is_on=is_on, **values))


@router.get("/{int:automation_id}", response=AutomationOut, operation_id="get_automation")
def get(request: HttpRequest, automation_id: int) -> Any:
    return shown(one(automation_for, operator(request), automation_id))


@router.patch("/{int:automation_id}", response=AutomationOut, operation_id="edit_automation")
def edit(request: HttpRequest, automation_id: int, payload: AutomationPatch) -> Any:
    user, now = operator(request), timezone.now()
    automation = one(automation_for, user, automation_id)
    values = _values(request, payload)
    is_on = values.pop("is_on", None)
    if values:
        automation = edit_automation(automation=automation, by=user, at=now, **values)
    if is_on is not None:
        automation = switch_automation(automation=automation, on=is_on, by=user, at=now)
    return shown(automation)


@router.delete("/{int:automation_id}", response={204: None}, operation_id="retire_automation")
def retire(request: HttpRequest, automation_id: int) -> Any:
    user = operator(request)
    retire_automation(automation=one(automation_for, user, automation_id), by=user, at=timezone.now())
    return 204, None


@router.get("/{int:automation_id}/runs", response=RunPage, operation_id="list_automation_runs")
def runs(
    request: HttpRequest, automation_id: int, cursor: str | None = None, limit: int = Query(50, ge=1, le=200)
) -> Any:
    """The log, newest first."""
    rows = runs_of(one(automation_for, operator(request), automation_id))
    return paged(rows, cursor=cursor, limit=limit, show=run_shown)


@router.get("/{int:automation_id}/dry-run", response=DryOut, operation_id="dry_run_automation")
def dry_run(request: HttpRequest, automation_id: int, days: int = Query(30, ge=1, le=365)) -> Any:
    """Which deals it would have taken in the last days. Changes nothing."""
    user, now = operator(request), timezone.now()
    automation = one(automation_for, user, automation_id)
    found = would_do(automation, now - timedelta(days=days), now, now, user)
    taken, left = (
        [{"deal_id": would.deal.pk, "at": would.at, "why_not": would.why_not} for would in rows]
        for rows in (found.taken, found.left)
    )
    return {
        "taken": taken,
        "left": left,
        "steps": found.steps,
        "problems": found.problems,
        "is_cut": found.is_cut,
    }


def _values(request: HttpRequest, payload: AutomationPatch) -> dict[str, Any]:
    given = payload.dict(exclude_unset=True)
    values = {key: value for key, value in given.items() if value is not None and key != "owner_id"}
    if given.get("owner_id") is not None:
        values["owner"] = referred(a_user, operator(request), given["owner_id"], "owner_id")
    return values
