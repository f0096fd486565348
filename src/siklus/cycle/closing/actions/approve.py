"""The approval of a discount above the limit: by somebody else than who wrote it."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from siklus.cycle.closing.actions.shared import CannotChangeQuote, locked, settle
from siklus.cycle.closing.facts import ApprovalAsked, DiscountApproved, DiscountRefused
from siklus.cycle.closing.models import Approval, Quote, QuoteState, QuoteVersion
from siklus.cycle.closing.queries import discount_of, last_version
from siklus.platform.accounts.models import User


@transaction.atomic
def ask_approval(*, quote: Quote, by: User, at: datetime, expected_version: int | None = None) -> Quote:
    """Ask somebody whose limit is higher to look at the discount."""
    quote, draft = _draft(quote, expected_version)
    found = discount_of(draft, by)
    if not found.is_above:
        raise CannotChangeQuote(_("This discount is within your limit. You may send the quote."))
    if draft.approval == Approval.ASKED:
        return quote
    draft.approval, draft.approval_at, draft.approval_by, draft.approval_note = Approval.ASKED, at, None, ""
    draft.save()
    fact = ApprovalAsked(quote=quote.pk, number=quote.number, edition=draft.number, percent=found.shown)
    settle(quote, fact, by=by, at=at)
    return quote


@transaction.atomic
def approve_discount(
    *, quote: Quote, by: User, at: datetime, note: str = "", expected_version: int | None = None
) -> Quote:
    """Let the draft be sent with its discount. A later change of the draft takes this back."""
    return _answer(quote, Approval.GIVEN, DiscountApproved, by, at, note, expected_version)


@transaction.atomic
def refuse_discount(
    *, quote: Quote, by: User, at: datetime, note: str = "", expected_version: int | None = None
) -> Quote:
    """Say that the discount is too high."""
    return _answer(quote, Approval.REFUSED, DiscountRefused, by, at, note, expected_version)


def _answer(
    quote: Quote, answer: Approval, fact: type[DiscountApproved] | type[DiscountRefused], by: User, at: datetime,
    note: str, expected_version: int | None,
) -> Quote:  # fmt: skip
    quote, draft = _draft(quote, expected_version)
    found = discount_of(draft, by)
    if found.is_author:
        raise CannotChangeQuote(_("Who wrote the quote does not approve its discount."))
    if found.is_above or not by.can_work_deals:
        raise CannotChangeQuote(_("This discount is above your own limit too."))
    if draft.approval != Approval.ASKED:
        raise CannotChangeQuote(_("Nobody asked to approve this discount."))
    draft.approval, draft.approval_at, draft.approval_by = answer, at, by
    draft.approval_note = note.strip()[:2_000]
    draft.save()
    told = fact(
        quote=quote.pk, number=quote.number, edition=draft.number, percent=found.shown, note=draft.approval_note
    )  # fmt: skip
    settle(quote, told, by=by, at=at)
    return quote


def _draft(quote: Quote, expected_version: int | None) -> tuple[Quote, QuoteVersion]:
    quote = locked(quote, expected_version)
    draft = last_version(quote)
    if draft.state != QuoteState.DRAFT:
        raise CannotChangeQuote(_("There is no draft to approve."), field="state")
    return quote, draft
