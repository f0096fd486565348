"""The doors to quotes, which follow the deal, and the questions that screens ask."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.utils.translation import gettext as _

from siklus.cycle.closing.models import (
    ActionPlan,
    Approval,
    CloseReview,
    DiscountLimit,
    Milestone,
    PlanStep,
    Quote,
    QuoteLine,
    QuoteRule,
    QuoteSettings,
    QuoteState,
    QuoteVersion,
    StageRule,
    TaxRate,
)
from siklus.cycle.closing.models.quotes import STANDING
from siklus.cycle.closing.reckoning import Taxed, percent_shown
from siklus.platform.accounts.models import User
from siklus.platform.accounts.visibility import visible
from siklus.platform.installation.current import current
from siklus.records.deals.conditions import Missing, condition_named
from siklus.records.deals.models import Deal, Stage, Status
from siklus.records.deals.queries import deals_for

ENDS = (Status.WON, Status.LOST, Status.NO_DECISION)  # a disqualified deal teaches nothing about closing
PPN = Taxed(
    "PPN", Decimal(12), 11, 12
)  # ordinary goods and services since 2025: 12 % of 11/12, eleven in effect


def day_of(moment: datetime) -> date:
    """The day of a moment where the company is."""
    return moment.astimezone(current().time_zone).date()


def quotes_for(viewer: User) -> QuerySet[Quote]:
    """Quotes on the deals that the viewer may see."""
    return visible(Quote.objects.filter(deal__merged_into=None), viewer, owner="deal__owner")


def quote_for(viewer: User, quote_id: int) -> Quote:
    """One quote. Raises Quote.DoesNotExist for strangers too."""
    return (
        quotes_for(viewer)
        .select_related("deal", "deal__company", "deal__owner", "deal__stage", "contact")
        .get(pk=quote_id)
    )


def versions_of(quote: Quote) -> list[QuoteVersion]:
    """Every wording, the newest first, with its lines."""
    rows = quote.versions.select_related("made_by", "edited_by", "approval_by", "sent_by")
    return list(rows.prefetch_related(_lines()).order_by("-number"))


def last_version(quote: Quote) -> QuoteVersion:
    return quote.versions.order_by("-number")[0]


def standing_version(quote: Quote) -> QuoteVersion:
    """The version that the buyer has, or else the newest one, which then says why it cannot be answered."""
    return quote.versions.filter(state=QuoteState.SENT).first() or last_version(quote)


def lines_of(version: QuoteVersion) -> list[QuoteLine]:
    return list(version.lines.select_related("product").order_by("position"))


def quotes_of(deal_id: int) -> list[Quote]:
    """The quotes of a deal at hand, the newest first, each with its newest version as `last`."""
    return with_last(list(Quote.objects.filter(deal_id=deal_id).order_by("-id")))


def with_last(quotes: list[Quote]) -> list[Quote]:
    """Put on each its newest version as `last`, and the one that the buyer has as `shown`. One question."""
    last: dict[int, QuoteVersion] = {}
    standing: dict[int, QuoteVersion] = {}
    for row in QuoteVersion.objects.filter(quote__in=quotes).order_by("number"):
        last[row.quote_id] = row
        if row.state in STANDING:
            standing[row.quote_id] = row
    for quote in quotes:
        quote.last = last[quote.pk]
        quote.shown = standing.get(quote.pk, last[quote.pk])
    return quotes


def waits_for_approval(viewer: User) -> QuerySet[Quote]:
    """Quotes whose discount somebody asked to approve."""
    asked = QuoteVersion.objects.filter(state=QuoteState.DRAFT, approval=Approval.ASKED)
    return quotes_for(viewer).filter(pk__in=asked.values("quote_id"))


class Lapsing(NamedTuple):
    """A quote that the buyer has, its last day, and what it comes to in its currency."""

    quote: Quote
    ends: date
    total: Decimal


def lapsing(viewer: User, *, own: bool, first: date, last: date, limit: int) -> list[Lapsing]:
    """Quotes on open deals that the buyer has and whose last day is within these days; the next one first."""
    sent = QuoteVersion.objects.filter(
        state=QuoteState.SENT, valid_until__gte=first, valid_until__lte=last, quote__deal__status=Status.OPEN,
        quote__in=quotes_for(viewer).filter(state=QuoteState.SENT),
    )  # fmt: skip
    if own:
        sent = sent.filter(quote__deal__owner=viewer)
    joined = ("quote__deal__stage", "quote__deal__contact", "quote__deal__owner")
    rows = sent.select_related(*joined).order_by("valid_until", "quote_id")[:limit]
    return [Lapsing(one.quote, one.valid_until, one.total) for one in rows]


def version_behind(secret: str) -> QuoteVersion | None:
    """The version that a buyer's address leads to."""
    rows = QuoteVersion.objects.select_related(
        "quote", "quote__deal", "quote__deal__owner", "quote__deal__company"
    )
    return rows.filter(secret=secret, quote__deal__merged_into=None).first() if secret else None


def why_no_answer(version: QuoteVersion, today: date) -> str:
    """Why a buyer cannot answer this version; nothing when they can."""
    if version.state == QuoteState.SENT:
        if version.has_expired(today):
            return _("This quote has expired. Ask for a new one.")
        return ""
    return {
        QuoteState.ACCEPTED: _("This quote is accepted."),
        QuoteState.DECLINED: _("This quote was declined."),
        QuoteState.SUPERSEDED: _("A newer version of this quote was sent."),
        QuoteState.WITHDRAWN: _("This quote was withdrawn."),
        QuoteState.DRAFT: _("This quote was not sent yet."),
    }[QuoteState(version.state)]


def quote_settings() -> QuoteSettings:
    """What stands on every quote; the defaults where nobody said anything."""
    return QuoteSettings.objects.filter(pk=1).first() or QuoteSettings()


def tax_on(day: date) -> Taxed | None:
    """The tax that holds on a day. Where nobody set any, a company that reckons in rupiah has PPN."""
    row = TaxRate.objects.filter(from_date__lte=day).order_by("-from_date").first()
    if row is not None:
        if not row.rate:
            return None
        return Taxed(row.name, row.rate, row.base_numerator, row.base_denominator)
    return PPN if current().currency == "IDR" and not TaxRate.objects.exists() else None


def limits() -> dict[str, Decimal]:
    """Percent by role; a role that is not in it may give any discount."""
    return dict(DiscountLimit.objects.values_list("role", "percent"))


def limit_of(user: User | None) -> Decimal | None:
    """Up to which discount somebody may send a quote; None: any."""
    return None if user is None else limits().get(user.role)


def accepted_wins(pipeline_id: int) -> bool:
    """Does an accepted quote win the deal in this pipeline?"""
    return QuoteRule.objects.filter(pipeline_id=pipeline_id, accepted_wins=True).exists()


@dataclass(frozen=True, slots=True)
class Discount:
    """How a version stands with the limits, for somebody who looks at it."""

    given: Fraction
    limit: Decimal | None
    is_author: bool

    @property
    def shown(self) -> Decimal:
        return percent_shown(self.given)

    @property
    def is_above(self) -> bool:
        return self.limit is not None and self.given > Fraction(self.limit)

    @property
    def can_approve(self) -> bool:
        """Somebody else than who wrote it, whose own limit covers it."""
        return not self.is_author and not self.is_above


def discount_of(version: QuoteVersion, viewer: User | None, lines: list[QuoteLine] | None = None) -> Discount:
    """The largest discount of a line, and what the viewer may do about it."""
    given = max((line.given for line in lines or lines_of(version)), default=Fraction(0))
    is_author = viewer is not None and viewer.pk in (version.made_by_id, version.edited_by_id)
    return Discount(given, limit_of(viewer), is_author)


def _lines() -> Prefetch[str]:
    return Prefetch("lines", QuoteLine.objects.select_related("product").order_by("position"))


def rules_of(pipeline_id: int, stage_id: int | None) -> list[StageRule]:
    """What is asked for before a stage; without a stage, before a deal is won."""
    rows = StageRule.objects.filter(pipeline_id=pipeline_id).order_by("id")
    return list(rows.filter(stage=None) if stage_id is None else rows.filter(stage_id=stage_id))


def missing_for(deal: Deal, rules: list[StageRule]) -> list[Missing]:
    """What the deal lacks of these rules. A rule whose condition nobody offers any more asks for nothing."""
    return [one.missing for one in asked_of(deal, rules) if one.missing]


@dataclass(frozen=True, slots=True)
class Asked:
    """One rule as it stands for a deal."""

    text: str
    missing: Missing | None


def asked_of(deal: Deal, rules: list[StageRule]) -> list[Asked]:
    found = []
    for rule in rules:
        known = condition_named(rule.condition)
        if known is not None:
            found.append(Asked(known.said(rule.about), known.check(deal, rule.about)))
    return found


def ahead(deal: Deal) -> tuple[Stage | None, list[Asked]]:
    """The nearest stage ahead that asks for something, or winning, with how the deal stands with it."""
    rules = list(
        StageRule.objects.filter(pipeline_id=deal.pipeline_id).select_related("stage").order_by("id")
    )
    here = deal.stage.position
    coming = {
        rule.stage.position: rule.stage
        for rule in rules
        if rule.stage and rule.stage.position > here and rule.stage.retired_at is None
    }
    stage = coming[min(coming)] if coming else None
    return stage, asked_of(deal, [rule for rule in rules if rule.stage_id == (stage.pk if stage else None)])


def rule_for(_viewer: User, rule_id: int) -> StageRule:
    return StageRule.objects.select_related("stage", "pipeline").get(pk=rule_id)


def reviews_for(viewer: User) -> QuerySet[CloseReview]:
    """Reviews of deals that the viewer may see."""
    return visible(CloseReview.objects.filter(deal__merged_into=None), viewer, owner="deal__owner")


def review_of(deal: Deal) -> CloseReview | None:
    """What was written about the end that the deal has now."""
    if deal.closed_at is None:
        return None
    rows = CloseReview.objects.select_related("competitor", "reviewed_by")
    return rows.filter(deal=deal, closed_at=deal.closed_at).first()


def waiting_for_review(viewer: User, since: datetime) -> QuerySet[Deal]:
    """Deals won, lost or not decided since a moment that nobody has reviewed, the largest first."""
    written = CloseReview.objects.filter(
        deal=OuterRef("pk"), closed_at=OuterRef("closed_at"), reviewed_at__isnull=False
    )
    ended = deals_for(viewer).filter(status__in=ENDS, closed_at__gte=since).exclude(Exists(written))
    return ended.order_by("-amount_base", "-id")


def plans_for(viewer: User) -> QuerySet[ActionPlan]:
    """Plans of the deals that the viewer may see."""
    return visible(ActionPlan.objects.filter(deal__merged_into=None), viewer, owner="deal__owner")


def plan_for(viewer: User, plan_id: int) -> ActionPlan:
    """One plan. Raises ActionPlan.DoesNotExist for strangers too."""
    return plans_for(viewer).select_related("deal").get(pk=plan_id)


def milestone_for(viewer: User, milestone_id: int) -> Milestone:
    """One milestone, whose door is that of its plan."""
    rows = Milestone.objects.filter(plan__in=plans_for(viewer))
    return rows.select_related("plan", "plan__deal").get(pk=milestone_id)


def plan_behind(secret: str) -> ActionPlan | None:
    """The plan that a buyer's address leads to."""
    rows = ActionPlan.objects.select_related("deal", "deal__owner", "deal__company")
    return rows.filter(secret=secret, deal__merged_into=None).first() if secret else None


def steps_of_plan(pipeline_id: int) -> list[PlanStep]:
    """The template of a pipeline, what comes first first."""
    return list(PlanStep.objects.filter(pipeline_id=pipeline_id).order_by("-days_before", "id"))


def step_for(_viewer: User, step_id: int) -> PlanStep:
    return PlanStep.objects.get(pk=step_id)


@dataclass(frozen=True, slots=True)
class Course:
    """Where a plan stands on a day."""

    milestones: list[Milestone]
    done: int
    late: list[Milestone]
    ends: date | None
    beyond: int  # days that it ends after the expected close

    @property
    def slipped(self) -> int:
        """The longest that anything was put off, in days."""
        return max((one.slipped for one in self.milestones), default=0)


def course_of(plan: ActionPlan, today: date) -> Course:
    """The milestones in their order, which are late, and whether the plan still ends before the expected close."""
    rows = list(plan.milestones.select_related("done_by").order_by("due_date", "id"))
    ends = max((one.due_date for one in rows if not one.is_done), default=None)
    close = plan.deal.expected_close_date
    beyond = max(0, (ends - close).days) if ends and close else 0
    late = [one for one in rows if one.late(today)]
    return Course(rows, sum(one.is_done for one in rows), late, ends, beyond)
