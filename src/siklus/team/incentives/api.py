"""The API of pay: plans, periods, statements, lines, disputes and adjustments. Amounts are decimal text."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Query, Router, Schema

from siklus.platform.accounts.models import User
from siklus.platform.api.door import LARGEST_ID, a_user, asker, one, operator, paged, referred
from siklus.records.deals.queries import deal_for
from siklus.team.incentives.actions import (
    Share,
    add_plan,
    add_version,
    answer_dispute,
    approve_period,
    ask_adjustment,
    decide_adjustment,
    end_assignment,
    lock_period,
    note_pay_event,
    post_period,
    put_on_plan,
    raise_dispute,
    settle_dispute,
    share_credit,
    start_review,
)
from siklus.team.incentives.models import (
    Adjustment,
    Assignment,
    CommissionPlan,
    Dispute,
    LedgerLine,
    PayPeriod,
)
from siklus.team.incentives.queries import (
    adjustment_for,
    assignment_for,
    dispute_for,
    line_for,
    lines_for,
    payee_for,
    payees_of,
    period_for,
    periods_for,
    plan_for,
    plans_for,
)
from siklus.team.incentives.statements import payroll_rows

plans = Router()
periods = Router()
pay_lines = Router()
pay_disputes = Router()
pay_adjustments = Router()
credits = Router()

STEPS = {"review": start_review, "approve": approve_period, "lock": lock_period}


class PlanIn(Schema):
    title: str = Field("", max_length=120)
    text: str = Field(max_length=60_000, description="the plan, YAML or JSON")
    from_date: date
    note: str = Field("", max_length=250)


class VersionIn(Schema):
    text: str = Field(max_length=60_000)
    from_date: date
    note: str = Field("", max_length=250)


class PlanOut(Schema):
    id: int
    key: str
    title: str
    length: str
    version: int
    text: str
    digest: str
    from_date: date


class PlanPage(Schema):
    items: list[PlanOut]
    next: str | None


class AssignmentIn(Schema):
    user_id: int = Field(ge=1, le=LARGEST_ID)
    from_date: date
    until_date: date | None = None
    reports_to_id: int | None = Field(None, ge=1, le=LARGEST_ID)
    values: dict[str, str | bool | None] = Field(default_factory=dict, max_length=40)


class EndIn(Schema):
    until_date: date


class AssignmentOut(Schema):
    id: int
    plan_id: int
    user_id: int
    from_date: date
    until_date: date | None
    reports_to_id: int | None
    values: dict[str, Any]


class PostIn(Schema):
    plan_id: int = Field(ge=1, le=LARGEST_ID)
    period: str = Field(max_length=7, description="2027-01, 2027-Q1 or 2027")


class PeriodOut(Schema):
    id: int
    plan_id: int
    name: str
    state: str
    review_until: datetime | None
    locked_at: datetime | None
    digest: str


class PeriodPage(Schema):
    items: list[PeriodOut]
    next: str | None


class StatementOut(Schema):
    user_id: int
    earned: Decimal
    payout: Decimal
    held: Decimal
    withheld: Decimal
    owed: Decimal
    carried: Decimal
    digest: str


class LineOut(Schema):
    id: int
    period: str
    for_period: str
    user_id: int
    plan_id: int
    version: int
    component: str
    kind: str
    earned: Decimal
    payable: Decimal
    blocked: Decimal
    formula: str
    inputs: dict[str, Any]
    pieces: list[dict[str, Any]]
    events: list[str]
    deal_id: int | None
    entry_id: int | None
    reason: str


class LinePage(Schema):
    items: list[LineOut]
    next: str | None


class DisputeIn(Schema):
    text: str = Field(max_length=2000)


class AnswerIn(Schema):
    answer: str = Field(max_length=2000)


class DecisionIn(Schema):
    accept: bool


class DisputeOut(Schema):
    id: int
    line_id: int
    user_id: int
    text: str
    state: str
    due_at: datetime
    answer: str


class AdjustmentIn(Schema):
    plan_id: int = Field(ge=1, le=LARGEST_ID)
    user_id: int = Field(ge=1, le=LARGEST_ID)
    kind: str = Field(max_length=10)
    amount: Decimal = Field(max_digits=15, decimal_places=3)
    day: date
    reason: str = Field(max_length=2000)


class AdjustmentOut(Schema):
    id: int
    plan_id: int
    user_id: int
    kind: str
    amount: Decimal
    day: date
    reason: str
    state: str
    asked_by_id: int
    decided_by_id: int | None


class ShareIn(Schema):
    user_id: int = Field(ge=1, le=LARGEST_ID)
    percent: Decimal = Field(gt=0, le=100, max_digits=7, decimal_places=4)
    role: Literal["revenue", "overlay"] = "revenue"


class ShareOut(Schema):
    user_id: int
    percent: Decimal
    role: str


class EventIn(Schema):
    kind: Literal["payment", "refund", "cancellation"]
    day: date
    key: str = Field(max_length=120, description="the sender's own number: the same one counts once")
    amount: Decimal = Field(Decimal(0), ge=0, max_digits=15, decimal_places=3)
    term_months: int | None = Field(None, ge=1, le=1200)
    note: str = Field("", max_length=250)


class EventOut(EventIn):
    id: int
    deal_id: int


def shown_plan(plan: CommissionPlan) -> dict[str, Any]:
    version = plan.versions.first()
    assert version is not None
    return {
        "id": plan.pk, "key": plan.key, "title": plan.title, "length": plan.length, "version": version.number,
        "text": version.text, "digest": version.digest, "from_date": version.from_date,
    }  # fmt: skip


def shown(row: Any, out: type[Schema]) -> dict[str, Any]:
    return {name: row.pk if name == "id" else getattr(row, name) for name in out.model_fields}


def shown_period(period: PayPeriod) -> dict[str, Any]:
    return shown(period, PeriodOut)


def shown_line(line: LedgerLine) -> dict[str, Any]:
    own = {
        "period": line.period.name,
        "plan_id": line.period.plan_id,
        "version": line.version.number,
        "entry_id": line.entry,
    }
    rest = {name: getattr(line, name) for name in LineOut.model_fields if name not in {*own, "id"}}
    return {"id": line.pk, **own, **rest}


@plans.get("", response=PlanPage, operation_id="list_commission_plans")
def list_plans(request: HttpRequest, cursor: str | None = None, limit: int = Query(50, ge=1, le=200)) -> Any:
    """The plans that concern the asker; all for operations. Each with its last version."""
    return paged(plans_for(asker(request)), cursor=cursor, limit=limit, show=shown_plan)


@plans.post("", response={201: PlanOut}, operation_id="add_commission_plan")
def post_plan(request: HttpRequest, payload: PlanIn) -> Any:
    """Add a plan; a refusal names every problem of the text with its place."""
    user = operator(request)
    return 201, shown_plan(add_plan(by=user, at=timezone.now(), **payload.dict()))


@plans.get("/{int:plan_id}", response=PlanOut, operation_id="get_commission_plan")
def get_plan(request: HttpRequest, plan_id: int) -> Any:
    return shown_plan(one(plan_for, asker(request), plan_id))


@plans.post("/{int:plan_id}/versions", response={201: PlanOut}, operation_id="add_plan_version")
def post_version(request: HttpRequest, plan_id: int, payload: VersionIn) -> Any:
    """Write a new version for the periods from a day on; versions are never changed."""
    user = operator(request)
    plan = one(plan_for, user, plan_id)
    add_version(plan=plan, by=user, at=timezone.now(), **payload.dict())
    return 201, shown_plan(plan)


@plans.post("/{int:plan_id}/people", response={201: AssignmentOut}, operation_id="put_on_commission_plan")
def post_person(request: HttpRequest, plan_id: int, payload: AssignmentIn) -> Any:
    """Put somebody on a plan. Refused where they are on one on those days already."""
    user = operator(request)
    plan = one(plan_for, user, plan_id)
    person = referred(a_user, user, payload.user_id, "user_id")
    above = referred(a_user, user, payload.reports_to_id, "reports_to_id")
    assert person is not None
    made = put_on_plan(
        plan=plan, user=person, from_date=payload.from_date, until_date=payload.until_date, reports_to=above,
        values=payload.values, by=user, at=timezone.now(),
    )  # fmt: skip
    return 201, shown(made, AssignmentOut)


@plans.post("/people/{int:assignment_id}/end", response=AssignmentOut, operation_id="end_assignment")
def post_end(request: HttpRequest, assignment_id: int, payload: EndIn) -> Any:
    """Take somebody off a plan from a day on."""
    user = operator(request)
    row: Assignment = one(assignment_for, user, assignment_id)
    return shown(
        end_assignment(assignment=row, until_date=payload.until_date, by=user, at=timezone.now()),
        AssignmentOut,
    )


@periods.get("", response=PeriodPage, operation_id="list_pay_periods")
def list_periods(
    request: HttpRequest, cursor: str | None = None, limit: int = Query(50, ge=1, le=200)
) -> Any:
    """The periods of the plans that concern the asker."""
    return paged(periods_for(asker(request)), cursor=cursor, limit=limit, show=shown_period)


@periods.post("", response={201: PeriodOut}, operation_id="post_pay_period")
def post_pay_period(request: HttpRequest, payload: PostIn) -> Any:
    """Write to the ledger what a period pays by now; asked again it writes only what differs."""
    user = operator(request)
    plan = referred(plan_for, user, payload.plan_id, "plan_id")
    assert plan is not None
    return 201, shown_period(post_period(plan=plan, name=payload.period, by=user, at=timezone.now()))


@periods.post("/{int:period_id}/{step}", response=PeriodOut, operation_id="step_pay_period")
def post_step(request: HttpRequest, period_id: int, step: Literal["review", "approve", "lock"]) -> Any:
    """Open a period for review, approve it, lock it."""
    user = operator(request)
    return shown_period(STEPS[step](period=one(period_for, user, period_id), by=user, at=timezone.now()))


@periods.get("/{int:period_id}/statements", response=list[StatementOut], operation_id="list_statements")
def list_statements(request: HttpRequest, period_id: int) -> Any:
    """The statements of a period, of those whose pay the asker may see."""
    user = asker(request)
    people = payees_of(user)
    return [
        {
            "user_id": person.pk, "earned": told.earned, "payout": told.payout, "held": told.held,
            "withheld": told.withheld, "owed": told.owed, "carried": told.carried, "digest": told.hash,
        }
        for person, told in payroll_rows(one(period_for, user, period_id))
        if people is None or person.pk in people
    ]  # fmt: skip


@pay_lines.get("", response=LinePage, operation_id="list_pay_lines")
def list_lines(
    request: HttpRequest, user_id: int | None = Query(None, ge=1, le=LARGEST_ID), period: str = Query("", max_length=7),
    cursor: str | None = None, limit: int = Query(50, ge=1, le=200),
) -> Any:  # fmt: skip
    """Lines of the ledger with formula, inputs and tier pieces; of those whose pay the asker may see."""
    user = asker(request)
    rows = lines_for(user)
    if user_id is not None:
        person = referred(payee_for, user, user_id, "user_id")
        assert person is not None
        rows = rows.filter(user=person)
    if period:
        rows = rows.filter(period__name=period)
    return paged(rows, cursor=cursor, limit=limit, show=shown_line)


@pay_lines.post("/{int:line_id}/disputes", response={201: DisputeOut}, operation_id="raise_pay_dispute")
def post_dispute(request: HttpRequest, line_id: int, payload: DisputeIn) -> Any:
    """Disagree with a line of one's own, while its period is in review."""
    user = asker(request)
    line: LedgerLine = one(line_for, user, line_id)
    return 201, shown(raise_dispute(line=line, text=payload.text, by=user, at=timezone.now()), DisputeOut)


@pay_disputes.post("/{int:dispute_id}/answer", response=DisputeOut, operation_id="answer_pay_dispute")
def post_answer(request: HttpRequest, dispute_id: int, payload: AnswerIn) -> Any:
    user = operator(request)
    row: Dispute = one(dispute_for, user, dispute_id)
    return shown(answer_dispute(dispute=row, answer=payload.answer, by=user, at=timezone.now()), DisputeOut)


@pay_disputes.post("/{int:dispute_id}/settle", response=DisputeOut, operation_id="settle_pay_dispute")
def post_settle(request: HttpRequest, dispute_id: int, payload: DecisionIn) -> Any:
    user = operator(request)
    row: Dispute = one(dispute_for, user, dispute_id)
    return shown(settle_dispute(dispute=row, accept=payload.accept, by=user, at=timezone.now()), DisputeOut)


@pay_adjustments.post("", response={201: AdjustmentOut}, operation_id="ask_pay_adjustment")
def post_adjustment(request: HttpRequest, payload: AdjustmentIn) -> Any:
    """Ask for an amount by hand; somebody else decides."""
    user = operator(request)
    plan = referred(plan_for, user, payload.plan_id, "plan_id")
    person = referred(a_user, user, payload.user_id, "user_id")
    assert plan is not None and person is not None
    made = ask_adjustment(
        plan=plan, user=person, kind=payload.kind, amount=payload.amount, day=payload.day, reason=payload.reason,
        by=user, at=timezone.now(),
    )  # fmt: skip
    return 201, shown(made, AdjustmentOut)


@pay_adjustments.post(
    "/{int:adjustment_id}/decide", response=AdjustmentOut, operation_id="decide_pay_adjustment"
)
def post_decision(request: HttpRequest, adjustment_id: int, payload: DecisionIn) -> Any:
    """Approve or refuse what somebody else asked for."""
    user = operator(request)
    row: Adjustment = one(adjustment_for, user, adjustment_id)
    return shown(
        decide_adjustment(adjustment=row, approve=payload.accept, by=user, at=timezone.now()), AdjustmentOut
    )


@credits.put("/{int:deal_id}/shares", response=list[ShareOut], operation_id="share_deal_credit")
def put_shares(request: HttpRequest, deal_id: int, payload: list[ShareIn]) -> Any:
    """Whose a deal is, in per cent that come to 100, and others on top; none: its owner's alone."""
    user = asker(request)
    deal = one(deal_for, user, deal_id)
    shares = []
    for each in payload:
        person = referred(a_user, user, each.user_id, "user_id")
        assert isinstance(person, User)
        shares.append(Share(person, each.percent, each.role))
    return [
        shown(row, ShareOut) for row in share_credit(deal=deal, shares=shares, by=user, at=timezone.now())
    ]


@credits.post("/{int:deal_id}/events", response={201: EventOut}, operation_id="note_pay_event")
def post_event(request: HttpRequest, deal_id: int, payload: EventIn) -> Any:
    """A payment, refund or cancellation of a won deal, as finance tells it."""
    user = operator(request)
    deal = one(deal_for, user, deal_id)
    return 201, shown(note_pay_event(deal=deal, by=user, at=timezone.now(), **payload.dict()), EventOut)
