"""What the end of a deal taught us, and to whom it was lost."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from siklus.cycle.closing.facts import DealLostTo, DealReviewed
from siklus.cycle.closing.models import CloseReview, Factor
from siklus.cycle.research.actions import name_rival
from siklus.cycle.research.models import Competitor, Rival
from siklus.platform.accounts.models import User
from siklus.platform.journal.record import record
from siklus.records.deals.actions.shared import mentions
from siklus.records.deals.models import Deal, Status
from siklus.records.fields.record import Refused, check_version

LONGEST = 4_000
TAUGHT = (Status.WON, Status.LOST, Status.NO_DECISION)


class CannotReview(Refused):
    """The end of this deal cannot be reviewed as asked."""


@transaction.atomic
def lost_to(*, deal: Deal, competitor: Competitor, by: User | None, at: datetime) -> CloseReview:
    """Say which competitor won a lost deal."""
    deal = _ended(deal)
    if deal.status != Status.LOST:
        raise CannotReview(_("Only a lost deal was won by a competitor."), field="competitor")
    review = _review(deal, at)
    if review.competitor_id == competitor.pk:
        return review
    _named(deal, competitor, by, at)
    review.competitor = competitor
    _save(review, at)
    fact = DealLostTo(deal=deal.pk, competitor=competitor.pk, title=competitor.name)
    record(fact, by=by, at=at, mentions=mentions(deal))
    return review


@transaction.atomic
def review_close(
    *,
    deal: Deal,
    factor: str,
    by: User | None,
    at: datetime,
    competitor: Competitor | None = None,
    went_well: str = "",
    went_badly: str = "",
    next_time: str = "",
    expected_version: int | None = None,
) -> CloseReview:
    """Write down what decided the deal, what went well and badly, and what to do next time. May be written anew."""
    deal = _ended(deal)
    if factor not in Factor.values:
        raise CannotReview(_("Choose what decided it."), field="factor")
    words = {"went_well": went_well, "went_badly": went_badly, "next_time": next_time}
    for name, text in words.items():
        words[name] = text.strip()
        if len(words[name]) > LONGEST or "\0" in text:
            raise CannotReview(_("Write at most %(count)s letters.") % {"count": LONGEST}, field=name)
    review = _review(deal, at)
    if expected_version is not None:
        check_version(review, expected_version)  # type: ignore[arg-type]
    after = {"factor": factor, "competitor": competitor, **words}
    if review.reviewed_at is not None and all(getattr(review, key) == value for key, value in after.items()):
        return review
    if competitor is not None:
        _named(deal, competitor, by, at)
    for key, value in after.items():
        setattr(review, key, value)
    review.reviewed_at, review.reviewed_by = at, by
    _save(review, at)
    fact = DealReviewed(
        deal=deal.pk, factor=factor, competitor=competitor.pk if competitor else None, status=deal.status, **words
    )  # fmt: skip
    record(fact, by=by, at=at, mentions=mentions(deal))
    return review


def _ended(deal: Deal) -> Deal:
    deal = Deal.objects.select_for_update(of=("self",)).get(pk=deal.pk)
    if deal.merged_into_id:
        raise CannotReview(_("This was merged into another record meanwhile."))
    if deal.status not in TAUGHT:
        raise CannotReview(_("Only a deal that was won, lost or not decided is reviewed."))
    return deal


def _review(deal: Deal, at: datetime) -> CloseReview:
    assert deal.closed_at is not None
    known = CloseReview.objects.filter(deal=deal, closed_at=deal.closed_at).first()
    if known is not None:
        return known
    return CloseReview(
        deal=deal, closed_at=deal.closed_at, status=deal.status, created_at=at, updated_at=at, version=0
    )


def _named(deal: Deal, competitor: Competitor, by: User | None, at: datetime) -> None:
    """Who won, or nearly, was after the deal: it stands among its rivals."""
    if not Rival.objects.filter(deal=deal, competitor=competitor).exists():
        name_rival(deal=deal, competitor=competitor, by=by, at=at)


def _save(review: CloseReview, at: datetime) -> None:
    review.version += 1
    review.updated_at = at
    review.save()
