from datetime import date, datetime
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from siklus.platform.journal.facts import Fact, declare

# Facts of this room carry no amount of anybody's pay: the journal is read by more people than a statement.


@declare("commission_plan.added", about="commission_plan")
class CommissionPlanAdded(Fact):
    sentence = _("added the commission plan %(title)s")
    icon = "money"
    commission_plan: int
    title: str


@declare("commission_plan.versioned", about="commission_plan")
class CommissionPlanVersioned(Fact):
    sentence = _("wrote version %(number)s of the commission plan %(title)s")
    icon = "money"
    commission_plan: int
    title: str
    number: int
    digest: str
    from_date: date


@declare("commission_plan.retired", about="commission_plan")
class CommissionPlanRetired(Fact):
    sentence = _("retired the commission plan %(title)s")
    icon = "money"
    commission_plan: int
    title: str


@declare("commission_plan.joined", about="commission_plan")
class CommissionPlanJoined(Fact):
    sentence = _("put %(who)s on the commission plan %(title)s")
    icon = "user"
    commission_plan: int
    title: str
    who: str
    user: int
    from_date: date
    until_date: date | None = None


@declare("commission_plan.left", about="commission_plan")
class CommissionPlanLeft(Fact):
    sentence = _("took %(who)s off the commission plan %(title)s")
    icon = "user"
    commission_plan: int
    title: str
    who: str
    user: int
    until_date: date


@declare("pay_rule.set", about="pay_rule")
class PayRuleSet(Fact):
    sentence = _("set who sees pay, and how long a review lasts")
    icon = "settings"
    pay_rule: int
    managers_see_pay: bool
    review_days: int
    answer_days: int


@declare("deal.credit_shared", about="deal")
class CreditShared(Fact):
    """`users` and `percents` in the same order; none: the deal is its owner's alone again."""

    sentence = _("shared the credit of the deal: %(said)s")
    icon = "users"
    deal: int
    said: str
    users: tuple[int, ...]
    percents: tuple[Decimal, ...]


@declare("deal.pay_event_noted", about="deal")
class PayEventNoted(Fact):
    sentence = _("noted for commissions: %(said)s")
    icon = "money"
    deal: int
    said: str
    kind: str
    day: date
    key: str


@declare("pay_period.posted", about="pay_period")
class PayPeriodPosted(Fact):
    sentence = _("posted %(lines)s lines to %(title)s")
    icon = "money"
    pay_period: int
    title: str
    lines: int
    inputs_digest: str


@declare("pay_period.review_started", about="pay_period")
class PayReviewStarted(Fact):
    sentence = _("opened %(title)s for review")
    icon = "clock"
    pay_period: int
    title: str
    review_until: datetime


@declare("pay_period.approved", about="pay_period")
class PayPeriodApproved(Fact):
    sentence = _("approved %(title)s")
    icon = "check"
    pay_period: int
    title: str


@declare("pay_period.locked", about="pay_period")
class PayPeriodLocked(Fact):
    sentence = _("locked %(title)s")
    icon = "lock"
    pay_period: int
    title: str
    digest: str


@declare("pay_adjustment.asked", about="pay_adjustment")
class PayAdjustmentAsked(Fact):
    sentence = _("asked for an adjustment of pay")
    icon = "edit"
    pay_adjustment: int
    kind: str


@declare("pay_adjustment.decided", about="pay_adjustment")
class PayAdjustmentDecided(Fact):
    sentence = _("decided on an adjustment of pay: %(decision)s")
    icon = "check"
    pay_adjustment: int
    decision: str


@declare("pay_dispute.raised", about="pay_dispute")
class PayDisputeRaised(Fact):
    sentence = _("disagreed with a line of a statement")
    icon = "message"
    pay_dispute: int
    line: int


@declare("pay_dispute.answered", about="pay_dispute")
class PayDisputeAnswered(Fact):
    sentence = _("answered a dispute of a statement")
    icon = "message"
    pay_dispute: int


@declare("pay_dispute.settled", about="pay_dispute")
class PayDisputeSettled(Fact):
    sentence = _("settled a dispute of a statement: %(decision)s")
    icon = "check"
    pay_dispute: int
    decision: str
