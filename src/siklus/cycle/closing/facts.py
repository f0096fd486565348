from datetime import date
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from siklus.platform.journal.facts import Fact, Money, declare

# `number` is the quote's own number, `edition` counts its versions. `value` is the net amount, without tax.


@declare("quote.drafted", about="quote")
class QuoteDrafted(Fact):
    sentence = _("drafted the quote %(number)s")
    icon = "file"
    quote: int
    number: str
    edition: int
    value: Money


@declare("quote.edited", about="quote")
class QuoteEdited(Fact):
    sentence = _("changed the quote %(number)s")
    icon = "edit"
    quote: int
    number: str
    edition: int
    value: Money


@declare("quote.approval_asked", about="quote")
class ApprovalAsked(Fact):
    sentence = _("asked to approve the discount of %(number)s")
    icon = "lock"
    quote: int
    number: str
    edition: int
    percent: Decimal


@declare("quote.discount_approved", about="quote")
class DiscountApproved(Fact):
    sentence = _("approved the discount of %(number)s")
    icon = "check"
    quote: int
    number: str
    edition: int
    percent: Decimal
    note: str


@declare("quote.discount_refused", about="quote")
class DiscountRefused(Fact):
    sentence = _("did not approve the discount of %(number)s")
    icon = "x"
    quote: int
    number: str
    edition: int
    percent: Decimal
    note: str


@declare("quote.sent", about="quote")
class QuoteSent(Fact):
    sentence = _("sent the quote %(number)s")
    icon = "export"
    quote: int
    number: str
    edition: int
    value: Money
    valid_until: date


@declare("quote.withdrawn", about="quote")
class QuoteWithdrawn(Fact):
    sentence = _("withdrew the quote %(number)s")
    icon = "undo"
    quote: int
    number: str
    edition: int
    why: str


@declare("quote.accepted", about="quote")
class QuoteAccepted(Fact):
    """Who accepted, and from which address on the network, can be forgotten. `won`: it won the deal too."""

    sentence = _("the buyer accepted the quote %(number)s: %(who)s")
    fallback = _("the buyer accepted a quote")
    icon = "won"
    personal = ("who", "address")
    quote: int
    number: str
    edition: int
    value: Money
    who: str
    address: str | None
    note: str
    won: bool


@declare("quote.declined", about="quote")
class QuoteDeclined(Fact):
    sentence = _("the buyer declined the quote %(number)s: %(who)s")
    fallback = _("the buyer declined a quote")
    icon = "lost"
    personal = ("who", "address")
    quote: int
    number: str
    edition: int
    who: str
    address: str | None
    note: str


@declare("tax_rate.set", about="tax_rate")
class TaxRateSet(Fact):
    sentence = _("set the tax %(title)s")
    icon = "money"
    tax_rate: int
    title: str
    rate: Decimal
    base_numerator: int
    base_denominator: int
    from_date: date


@declare("discount_limits.set", about="quote_settings")
class DiscountLimitsSet(Fact):
    """Percent by role, as text; a role that is not named may give any discount."""

    sentence = _("set up to which discount each role may go")
    icon = "lock"
    quote_settings: int
    limits: dict[str, str]


@declare("quote_settings.changed", about="quote_settings")
class QuoteSettingsChanged(Fact):
    sentence = _("changed what stands on quotes")
    icon = "settings"
    quote_settings: int


@declare("quote_rule.set", about="pipeline")
class QuoteRuleSet(Fact):
    sentence = _("decided whether an accepted quote wins the deal")
    icon = "won"
    pipeline: int
    accepted_wins: bool


# `stage` is empty where the rule is about winning. `asked_about` names a field, a part, a kind … of the condition.


@declare("stage_rule.added", about="pipeline")
class StageRuleAdded(Fact):
    sentence = _("asks for something before %(title)s")
    icon = "lock"
    pipeline: int
    stage: int | None
    title: str
    condition: str
    asked_about: str


@declare("stage_rule.removed", about="pipeline")
class StageRuleRemoved(Fact):
    sentence = _("asks for something no more before %(title)s")
    icon = "lock"
    pipeline: int
    stage: int | None
    title: str
    condition: str
    asked_about: str


@declare("deal.lost_to", about="deal")
class DealLostTo(Fact):
    sentence = _("lost the deal to %(title)s")
    icon = "flag"
    deal: int
    competitor: int
    title: str


@declare("deal.reviewed", about="deal")
class DealReviewed(Fact):
    """`status` is how the deal had ended. `factor` is what decided it."""

    sentence = _("reviewed how the deal ended")
    icon = "check"
    deal: int
    status: str
    factor: str
    competitor: int | None
    went_well: str
    went_badly: str
    next_time: str


@declare("plan.begun", about="plan")
class PlanBegun(Fact):
    sentence = _("began a plan with the buyer")
    icon = "flag"
    plan: int
    milestones: int


@declare("plan.shared", about="plan")
class PlanShared(Fact):
    sentence = _("shared the plan with the buyer")
    icon = "link"
    plan: int


@declare("plan.unshared", about="plan")
class PlanUnshared(Fact):
    sentence = _("shares the plan with the buyer no more")
    icon = "link"
    plan: int


@declare("milestone.added", about="plan")
class MilestoneAdded(Fact):
    sentence = _("added to the plan: %(title)s")
    icon = "plus"
    plan: int
    milestone: int
    title: str
    side: str
    due_date: date


@declare("milestone.changed", about="plan")
class MilestoneChanged(Fact):
    sentence = _("changed in the plan: %(title)s")
    icon = "edit"
    plan: int
    milestone: int
    title: str
    due_date: date
    was_due: date


@declare("milestone.removed", about="plan")
class MilestoneRemoved(Fact):
    sentence = _("took out of the plan: %(title)s")
    icon = "trash"
    plan: int
    milestone: int
    title: str


@declare("milestone.done", about="plan")
class MilestoneDone(Fact):
    """`who` is the buyer who ticked it on the shared page; empty when one of us did."""

    sentence = _("done in the plan: %(title)s")
    icon = "check"
    personal = ("who",)
    plan: int
    milestone: int
    title: str
    who: str


@declare("milestone.reopened", about="plan")
class MilestoneReopened(Fact):
    sentence = _("not done after all: %(title)s")
    icon = "reopen"
    plan: int
    milestone: int
    title: str


@declare("plan_template.changed", about="pipeline")
class PlanTemplateChanged(Fact):
    sentence = _("changed what plans begin with")
    icon = "settings"
    pipeline: int
