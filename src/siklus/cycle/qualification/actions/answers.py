"""What a deal answers to a criterion, and what shows it."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from siklus.cycle.qualification.facts import CriterionAnswered, CriterionWithdrawn
from siklus.cycle.qualification.models import Answer, Criterion, Verdict
from siklus.cycle.qualification.queries import rule_of, state_of
from siklus.platform.accounts.models import User
from siklus.platform.journal.record import record
from siklus.records.activities.models import Activity
from siklus.records.deals.models import Deal
from siklus.records.fields.record import Refused

LONGEST = 2_000


class CannotQualify(Refused):
    """The answer cannot be taken."""


@transaction.atomic
def answer_criterion(
    *,
    deal: Deal,
    criterion: Criterion,
    verdict: int,
    by: User | None,
    at: datetime,
    said: str = "",
    evidence: Activity | None = None,
) -> Answer:
    """Say how far a criterion is met, in the buyer's words, and which activity shows it. The same again changes nothing."""
    deal = _held(deal)
    rule = rule_of(deal.pipeline_id)
    if criterion.retired_at is not None or rule is None or rule.framework_id != criterion.framework_id:
        raise CannotQualify(_("The deal's pipeline does not ask for this."), field="criterion")
    if verdict not in Verdict.values:
        raise CannotQualify(_("Say whether it is met, partly or not."), field="verdict")
    said = said.strip()
    if len(said) > LONGEST:
        raise CannotQualify(_("At most %(num)s characters.") % {"num": LONGEST}, field="said")
    if evidence is not None and evidence.deal_id != deal.pk:
        raise CannotQualify(_("The evidence must be an activity of this deal."), field="evidence")
    known = _holding(deal, criterion)
    if known is not None:
        if (known.verdict, known.said, known.evidence_id) == (
            verdict,
            said,
            evidence.pk if evidence else None,
        ):
            return known
        known.superseded_at = at
        known.save(update_fields=["superseded_at"])
    made = Answer.objects.create(
        deal=deal, criterion=criterion, verdict=verdict, said=said, evidence=evidence, by=by, at=at
    )
    fact = CriterionAnswered(
        deal=deal.pk, criterion=criterion.pk, title=criterion.label, verdict=verdict,
        said=said or str(Verdict(verdict).label), evidence=made.evidence_id, score=_score(deal),
    )  # fmt: skip
    record(fact, by=by, at=at, mentions={"company": deal.company_id, "contact": deal.contact_id})
    return made


@transaction.atomic
def withdraw_answer(*, deal: Deal, criterion: Criterion, by: User | None, at: datetime) -> None:
    """It is not known after all. The journal and the older answers stay."""
    deal = _held(deal)
    known = _holding(deal, criterion)
    if known is None:
        return
    known.superseded_at = at
    known.save(update_fields=["superseded_at"])
    fact = CriterionWithdrawn(deal=deal.pk, criterion=criterion.pk, title=criterion.label, score=_score(deal))
    record(fact, by=by, at=at, mentions={"company": deal.company_id, "contact": deal.contact_id})


def _holding(deal: Deal, criterion: Criterion) -> Answer | None:
    return Answer.objects.filter(deal=deal, criterion=criterion, superseded_at=None).first()


def _score(deal: Deal) -> int:
    state = state_of(deal)
    return state.score.percent if state else 0


def _held(deal: Deal) -> Deal:
    fresh = Deal.objects.select_for_update(of=("self",)).get(pk=deal.pk)
    if fresh.merged_into_id:
        raise CannotQualify(_("This was merged into another record meanwhile."))
    return fresh
