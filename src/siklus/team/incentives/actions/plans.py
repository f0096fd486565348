"""Plans and their versions, and who is on them."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max, Q
from django.utils.translation import gettext as _

from siklus.commission.plan import Plan
from siklus.platform.accounts.leading import leaders_of
from siklus.platform.accounts.models import User
from siklus.platform.i18n.formats import day as shown_day
from siklus.platform.journal.record import record
from siklus.team.incentives.actions.shared import locked_plan, only_operations
from siklus.team.incentives.documents import read_text
from siklus.team.incentives.facts import (
    CommissionPlanAdded,
    CommissionPlanJoined,
    CommissionPlanLeft,
    CommissionPlanRetired,
    CommissionPlanVersioned,
    PayRuleSet,
)
from siklus.team.incentives.models import Assignment, CommissionPlan, PayRule, PlanVersion
from siklus.team.incentives.refused import CannotPay


@transaction.atomic
def add_plan(
    *, title: str, text: str, from_date: date, by: User | None, at: datetime, note: str = ""
) -> CommissionPlan:
    """Add a plan with its first version. Refused with every problem of the text, each with its place."""
    only_operations(by)
    document = read_text(text)
    title = " ".join(title.split()) or document.id
    try:
        with transaction.atomic():
            plan = CommissionPlan.objects.create(
                key=document.id, title=title[:120], length=document.length, created_at=at
            )
    except IntegrityError:
        raise CannotPay(
            _("plan: there is a plan “%(key)s” already. Write a new version of it, or another name.")
            % {"key": document.id},
            field="text",
        ) from None
    record(CommissionPlanAdded(commission_plan=plan.pk, title=plan.title), by=by, at=at)
    _write(plan, document, text, from_date, note, by, at)
    return plan


@transaction.atomic
def add_version(
    *, plan: CommissionPlan, text: str, from_date: date, by: User | None, at: datetime, note: str = ""
) -> PlanVersion:
    """Write a new version of a plan, for the periods from a day on. Those that are posted keep theirs."""
    only_operations(by)
    plan = locked_plan(plan)
    if plan.retired_at is not None:
        raise CannotPay(_("%(title)s is retired. Clone it to go on with it.") % {"title": plan.title})
    document = read_text(text)
    if document.id != plan.key:
        raise CannotPay(
            _("plan: this is “%(key)s”; keep that name, or add another plan.") % {"key": plan.key},
            field="text",
        )
    if document.length != plan.length:
        text_ = _("period: this plan pays by %(length)s. Add another plan to pay by something else.")
        raise CannotPay(text_ % {"length": plan.length}, field="text")
    last = plan.versions.first()
    if last is not None and last.text == text and last.from_date == from_date:
        raise CannotPay(_("This is what version %(number)s says.") % {"number": last.number}, field="text")
    posted = plan.periods.aggregate(until=Max("until"))["until"]
    if posted is not None and from_date < posted:
        text_ = _("What is posted keeps its version: choose a day from %(day)s on.")
        raise CannotPay(text_ % {"day": shown_day(posted)}, field="from_date")
    _fits_people(plan, document)
    return _write(plan, document, text, from_date, note, by, at)


@transaction.atomic
def clone_plan(
    *, plan: CommissionPlan, key: str, title: str, from_date: date, by: User | None, at: datetime
) -> CommissionPlan:
    """Add a plan that says what the last version of another one says, under a name of its own."""
    only_operations(by)
    last = plan.versions.first()
    assert last is not None
    lines = [
        f"plan: {key}" if line.startswith("plan:") else line for line in last.text.splitlines(keepends=False)
    ]
    return add_plan(title=title, text="\n".join(lines) + "\n", from_date=from_date, by=by, at=at)


@transaction.atomic
def retire_plan(*, plan: CommissionPlan, by: User | None, at: datetime) -> CommissionPlan:
    """Offer a plan no more. Refused while somebody is on it for good."""
    only_operations(by)
    plan = locked_plan(plan)
    if plan.assignments.filter(until_date=None).exists():
        raise CannotPay(_("Somebody is still on %(title)s. End that first.") % {"title": plan.title})
    if plan.retired_at is None:
        plan.retired_at = at
        plan.save(update_fields=["retired_at"])
        record(CommissionPlanRetired(commission_plan=plan.pk, title=plan.title), by=by, at=at)
    return plan


@transaction.atomic
def put_on_plan(
    *, plan: CommissionPlan, user: User, from_date: date, by: User | None, at: datetime,
    until_date: date | None = None, reports_to: User | None = None, values: Mapping[str, Any] | None = None,
) -> Assignment:  # fmt: skip
    """Put somebody on a plan from a day on. Whom they report to there is who leads their team, unless said.

    Refused where they are on a plan on one of those days already, and where a column of the plan does not fit.
    """
    only_operations(by)
    plan = locked_plan(plan)
    user = User.objects.select_for_update(of=("self",)).select_related("team").get(pk=user.pk)
    if not user.is_active:
        raise CannotPay(_("%(name)s does not work here any more.") % {"name": user.name}, field="user")
    if plan.retired_at is not None:
        raise CannotPay(_("%(title)s is retired.") % {"title": plan.title})
    if until_date is not None and until_date <= from_date:
        raise CannotPay(_("It ends after it begins."), field="until_date")
    for one in Assignment.objects.filter(user=user).select_related("plan"):
        if from_date < (one.until_date or date.max) and one.from_date < (until_date or date.max):
            text = _(
                "%(name)s is on %(title)s from %(day)s on. End that first: nobody is on two plans on one day."
            )
            raise CannotPay(
                text % {"name": user.name, "title": one.plan.title, "day": shown_day(one.from_date)},
                field="user",
            )
    if reports_to is None:
        reports_to = next(iter(leaders_of(user.team, but=user)), None)
    if reports_to == user:
        raise CannotPay(_("Nobody reports to oneself."), field="reports_to")
    last = plan.versions.first()
    assert last is not None
    made = Assignment.objects.create(
        plan=plan, user=user, from_date=from_date, until_date=until_date, reports_to=reports_to,
        values=fitting_values(last.document, values or {}), at=at,
    )  # fmt: skip
    fact = CommissionPlanJoined(
        commission_plan=plan.pk, title=plan.title, who=user.name, user=user.pk, from_date=from_date,
        until_date=until_date,
    )  # fmt: skip
    record(fact, by=by, at=at)
    return made


@transaction.atomic
def end_assignment(*, assignment: Assignment, until_date: date, by: User | None, at: datetime) -> Assignment:
    """Take somebody off a plan from a day on. What they closed before stays on it."""
    only_operations(by)
    one = (
        Assignment.objects.select_for_update(of=("self",))
        .select_related("plan", "user")
        .get(pk=assignment.pk)
    )
    if until_date <= one.from_date:
        raise CannotPay(_("It ends after it begins."), field="until_date")
    if one.until_date is not None and until_date >= one.until_date:
        raise CannotPay(_("It ends before that day already."), field="until_date")
    one.until_date = until_date
    one.save(update_fields=["until_date"])
    fact = CommissionPlanLeft(
        commission_plan=one.plan_id, title=one.plan.title, who=one.user.name, user=one.user_id, until_date=until_date
    )  # fmt: skip
    record(fact, by=by, at=at)
    return one


@transaction.atomic
def set_pay_rule(
    *, managers_see_pay: bool, review_days: int, answer_days: int, by: User | None, at: datetime
) -> PayRule:
    """Decide whether managers see the pay of those beneath them, and how many days reviews and answers have."""
    only_operations(by)
    for name, days in (("review_days", review_days), ("answer_days", answer_days)):
        if not 1 <= days <= 60:
            raise CannotPay(_("Between 1 and 60 days."), field=name)
    rule, _made = PayRule.objects.update_or_create(
        pk=1,
        defaults={
            "managers_see_pay": managers_see_pay,
            "review_days": review_days,
            "answer_days": answer_days,
        },
    )
    fact = PayRuleSet(
        pay_rule=1, managers_see_pay=managers_see_pay, review_days=review_days, answer_days=answer_days
    )
    record(fact, by=by, at=at)
    return rule


def fitting_values(document: Plan, values: Mapping[str, Any]) -> dict[str, Any]:
    """The plan's columns of a person, as JSON keeps them: numbers as text. Raises CannotPay naming the column."""
    found: dict[str, Any] = {}
    for name in values:
        if name not in document.person_fields:
            known = ", ".join(sorted(document.person_fields)) or _("none")
            text = _("%(name)s: the plan has no such column of people; there is %(known)s.")
            raise CannotPay(text % {"name": name, "known": known}, field="values")
    for name, kind in document.person_fields.items():
        value = values.get(name)
        if kind == "yes_no":
            if value not in (None, True, False):
                raise CannotPay(_("%(name)s: write true or false.") % {"name": name}, field="values")
            found[name] = value is True
        elif kind == "number":
            try:
                number = Decimal(str(value if value not in (None, "") else 0))
            except InvalidOperation:
                number = Decimal("NaN")
            if not number.is_finite():
                raise CannotPay(_("%(name)s: is no number.") % {"name": name}, field="values")
            found[name] = f"{number:f}"
        else:
            found[name] = str(value or "")[:120]
    return found


def _fits_people(plan: CommissionPlan, document: Plan) -> None:
    """A new version may add columns of people, which are empty then, but not turn a number into a text."""
    for one in plan.assignments.filter(Q(until_date=None)).select_related("user"):
        kept = {name: value for name, value in one.values.items() if name in document.person_fields}
        try:
            fitting_values(document, kept)
        except CannotPay as wrong:
            raise CannotPay(f"{one.user.name}: {wrong.message}", field="text") from None


def _write(
    plan: CommissionPlan, document: Plan, text: str, from_date: date, note: str, by: User | None, at: datetime
) -> PlanVersion:  # fmt: skip
    number = (plan.versions.aggregate(last=Max("number"))["last"] or 0) + 1
    made = PlanVersion.objects.create(
        plan=plan, number=number, text=text, digest=document.version, from_date=from_date, note=note.strip()[:250],
        by=by, at=at,
    )  # fmt: skip
    fact = CommissionPlanVersioned(
        commission_plan=plan.pk, title=plan.title, number=number, digest=document.version, from_date=from_date
    )
    record(fact, by=by, at=at)
    return made
