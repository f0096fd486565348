"""The mutual action plan: what both sides do until the deal is closed."""

import secrets
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from siklus.cycle.closing.facts import (
    MilestoneAdded,
    MilestoneChanged,
    MilestoneDone,
    MilestoneRemoved,
    MilestoneReopened,
    PlanBegun,
    PlanShared,
    PlanTemplateChanged,
    PlanUnshared,
)
from siklus.cycle.closing.models import ActionPlan, Milestone, PlanStep, Side
from siklus.cycle.closing.queries import day_of, steps_of_plan
from siklus.platform.accounts.models import User
from siklus.platform.installation.current import current
from siklus.platform.journal.facts import Fact
from siklus.platform.journal.record import record
from siklus.records.deals.models import Deal, Pipeline
from siklus.records.fields.record import Refused, check_version

MOST = 60
FARTHEST = timedelta(days=3_660)


class CannotChangePlan(Refused):
    """The plan cannot be as asked."""


@transaction.atomic
def begin_plan(*, deal: Deal, by: User | None, at: datetime, language: str = "") -> ActionPlan:
    """Begin the plan of an open deal with the template of its pipeline, counted back from the expected close."""
    deal = Deal.objects.select_for_update(of=("self",)).select_related("contact").get(pk=deal.pk)
    if deal.merged_into_id or not deal.is_open:
        raise CannotChangePlan(_("Only an open deal gets a plan."))
    if ActionPlan.objects.filter(deal=deal).exists():
        raise CannotChangePlan(_("This deal has a plan already."))
    spoken = language or (deal.contact.language if deal.contact else "") or current().language
    spoken = "id" if spoken.startswith("id") else "en"
    plan = ActionPlan.objects.create(deal=deal, language=spoken, created_at=at, updated_at=at)
    today = day_of(at)
    steps = steps_of_plan(deal.pipeline_id)
    close = deal.expected_close_date or today + timedelta(
        days=max([one.days_before for one in steps], default=0)
    )
    for step in steps:
        due = max(today, close - timedelta(days=step.days_before))
        Milestone.objects.create(
            plan=plan, title=step.title_in(spoken), side=step.side, due_date=due, first_due=due
        )
    _tell(plan, PlanBegun(plan=plan.pk, milestones=len(steps)), by, at)
    return plan


@transaction.atomic
def add_milestone(
    *, plan: ActionPlan, title: str, side: str, due_date: date, by: User | None, at: datetime, who: str = ""
) -> Milestone:
    """Agree on one thing more."""
    plan = _locked(plan)
    if plan.milestones.count() >= MOST:
        raise CannotChangePlan(_("A plan has at most %(count)s milestones.") % {"count": MOST})
    made = Milestone(plan=plan, title=title, side=side, who=who, due_date=due_date, first_due=due_date)
    _check(made, day_of(at))
    made.save()
    _changed(plan, at)
    _tell(
        plan,
        MilestoneAdded(plan=plan.pk, milestone=made.pk, title=made.title, side=side, due_date=due_date),
        by,
        at,
    )
    return made


@transaction.atomic
def edit_milestone(
    *, milestone: Milestone, by: User | None, at: datetime, expected_version: int | None = None, **values: Any
) -> Milestone:
    """Word it anew, or put it off: the day that was said first stays known."""
    plan, one = _held(milestone, expected_version)
    before = (one.title, one.side, one.who, one.due_date)
    for name, value in values.items():
        if name not in ("title", "side", "who", "due_date"):
            raise CannotChangePlan(_("“%(field)s” cannot be changed here.") % {"field": name}, field=name)
        setattr(one, name, value)
    _check(one, day_of(at))
    if before == (one.title, one.side, one.who, one.due_date):
        return one
    one.save()
    _changed(plan, at)
    fact = MilestoneChanged(
        plan=plan.pk, milestone=one.pk, title=one.title, due_date=one.due_date, was_due=before[3]
    )
    _tell(plan, fact, by, at)
    return one


@transaction.atomic
def remove_milestone(*, milestone: Milestone, by: User | None, at: datetime) -> None:
    """Take something out of the plan."""
    plan, one = _held(milestone)
    fact = MilestoneRemoved(plan=plan.pk, milestone=one.pk, title=one.title)
    one.delete()
    _changed(plan, at)
    _tell(plan, fact, by, at)


@transaction.atomic
def tick_milestone(
    *, milestone: Milestone, is_done: bool, at: datetime, by: User | None = None, name: str = ""
) -> Milestone:
    """Done, or not done after all. `name` is the buyer who says so on the shared page; they tick only what is theirs."""
    plan, one = _held(milestone)
    name = " ".join(name.replace("\0", "").split())
    if by is None:
        if one.side != Side.BUYER:
            raise CannotChangePlan(_("This is ours to do. We tick it when it is done."))
        if not 2 <= len(name) <= 120:
            raise CannotChangePlan(_("Write your name, at most 120 letters."), field="name")
    if one.is_done == is_done:
        return one
    one.done_at = at if is_done else None
    one.done_by, one.done_name = (by, name) if is_done else (None, "")
    one.save()
    _changed(plan, at)
    fact: Fact
    if is_done:
        fact = MilestoneDone(plan=plan.pk, milestone=one.pk, title=one.title, who=name)
    else:
        fact = MilestoneReopened(plan=plan.pk, milestone=one.pk, title=one.title)
    _tell(plan, fact, by, at)
    return one


@transaction.atomic
def share_plan(*, plan: ActionPlan, by: User | None, at: datetime) -> ActionPlan:
    """Give the plan an address that the buyer can open."""
    plan = _locked(plan)
    if plan.secret is None:
        plan.secret = secrets.token_urlsafe(24)
        _changed(plan, at)
        _tell(plan, PlanShared(plan=plan.pk), by, at)
    return plan


@transaction.atomic
def unshare_plan(*, plan: ActionPlan, by: User | None, at: datetime) -> ActionPlan:
    """Take the address back; shared again, it has another one."""
    plan = _locked(plan)
    if plan.secret is not None:
        plan.secret = None
        _changed(plan, at)
        _tell(plan, PlanUnshared(plan=plan.pk), by, at)
    return plan


@transaction.atomic
def add_plan_step(
    *, pipeline: Pipeline, side: str, days_before: int, by: User | None, at: datetime, title_en: str = "",
    title_id: str = "",
) -> PlanStep:  # fmt: skip
    """Add a row to the template of a pipeline. Plans that began stay as they are."""
    step = PlanStep(
        pipeline=pipeline, title_en=" ".join(title_en.split()), title_id=" ".join(title_id.split()), side=side,
        days_before=days_before,
    )  # fmt: skip
    if not (step.title_en or step.title_id) or max(len(step.title_en), len(step.title_id)) > 160:
        raise CannotChangePlan(_("A milestone needs a title of at most 160 letters."), field="title_en")
    if side not in Side.values:
        raise CannotChangePlan(_("Say which side does it."), field="side")
    if not 0 <= days_before <= 365:
        raise CannotChangePlan(_("A step lies 0 to 365 days before the close."), field="days_before")
    if len(steps_of_plan(pipeline.pk)) >= MOST:
        raise CannotChangePlan(_("A plan has at most %(count)s milestones.") % {"count": MOST})
    step.save()
    record(PlanTemplateChanged(pipeline=pipeline.pk), by=by, at=at)
    return step


@transaction.atomic
def remove_plan_step(*, step: PlanStep, by: User | None, at: datetime) -> None:
    """Take a row out of the template."""
    if PlanStep.objects.filter(pk=step.pk).delete()[0]:
        record(PlanTemplateChanged(pipeline=step.pipeline_id), by=by, at=at)


def _locked(plan: ActionPlan, expected_version: int | None = None) -> ActionPlan:
    fresh = ActionPlan.objects.select_for_update(of=("self",)).select_related("deal").get(pk=plan.pk)
    check_version(fresh, expected_version)  # type: ignore[arg-type]
    return fresh


def _held(milestone: Milestone, expected_version: int | None = None) -> tuple[ActionPlan, Milestone]:
    plan = _locked(milestone.plan, expected_version)
    one = plan.milestones.filter(pk=milestone.pk).first()
    if one is None:
        raise CannotChangePlan(_("Somebody took this out of the plan meanwhile."))
    return plan, one


def _check(one: Milestone, today: date) -> None:
    one.title = " ".join(one.title.replace("\0", "").split())
    one.who = " ".join(one.who.replace("\0", "").split())
    if not one.title or len(one.title) > 160:
        raise CannotChangePlan(_("A milestone needs a title of at most 160 letters."), field="title")
    if len(one.who) > 120:
        raise CannotChangePlan(_("Write at most %(count)s letters.") % {"count": 120}, field="who")
    if one.side not in Side.values:
        raise CannotChangePlan(_("Say which side does it."), field="side")
    if not today - FARTHEST <= one.due_date <= today + FARTHEST:
        raise CannotChangePlan(_("This day is too far away."), field="due_date")


def _changed(plan: ActionPlan, at: datetime) -> None:
    plan.version += 1
    plan.updated_at = max(at, plan.updated_at)
    plan.save(update_fields=["version", "updated_at", "secret"])


def _tell(plan: ActionPlan, fact: Fact, by: User | None, at: datetime) -> None:
    deal = plan.deal
    mentions = {"deal": deal.pk, "company": deal.company_id, "contact": deal.contact_id}
    record(fact, by=by, at=at, mentions=mentions)
