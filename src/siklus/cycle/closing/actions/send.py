"""Sending a quote, and taking it back."""

import secrets
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from siklus.cycle.closing.actions.shared import CannotChangeQuote, locked, reckon, settle, value_of
from siklus.cycle.closing.facts import QuoteSent, QuoteWithdrawn
from siklus.cycle.closing.models import Approval, Quote, QuoteState
from siklus.cycle.closing.queries import day_of, discount_of, last_version, lines_of
from siklus.platform.accounts.models import User
from siklus.records.deals.models import Deal


@transaction.atomic
def send_quote(*, quote: Quote, by: User | None, at: datetime, expected_version: int | None = None) -> Quote:
    """Give the draft an address that the buyer can open. From now on it does not change, and replaces what was sent."""
    quote = locked(quote, expected_version)
    draft = last_version(quote)
    draft.quote = quote
    lines = lines_of(draft)
    if draft.state != QuoteState.DRAFT:
        raise CannotChangeQuote(_("There is no draft to send."), field="state")
    if quote.state == QuoteState.ACCEPTED:
        raise CannotChangeQuote(_("This quote is accepted. Make a new one."), field="state")
    if not quote.deal.is_open:
        raise CannotChangeQuote(_("This deal is closed. Reopen it before you send a quote."))
    if not lines:
        raise CannotChangeQuote(_("A quote needs at least one line."), field="lines")
    if draft.valid_until < day_of(at):
        raise CannotChangeQuote(
            _("Its last day is over. Set a new one before you send it."), field="valid_until"
        )
    found = discount_of(draft, by, lines)
    if found.is_above and draft.approval != Approval.GIVEN:
        raise CannotChangeQuote(
            _("A discount of %(percent)s%% is above your limit of %(limit)s%%. Ask for approval first.")
            % {"percent": found.shown, "limit": found.limit},
            field="lines",
        )
    quote.versions.filter(state=QuoteState.SENT).update(state=QuoteState.SUPERSEDED, ended_at=at)
    reckon(draft, lines, day_of(at))
    draft.state, draft.sent_at, draft.sent_by = QuoteState.SENT, at, by
    draft.secret = secrets.token_urlsafe(24)
    draft.save()
    untouched = Q(last_touch_at=None) | Q(last_touch_at__lt=at)
    Deal.objects.filter(untouched, pk=quote.deal_id).update(last_touch_at=at)
    fact = QuoteSent(
        quote=quote.pk, number=quote.number, edition=draft.number, value=value_of(draft),
        valid_until=draft.valid_until,
    )  # fmt: skip
    settle(quote, fact, by=by, at=at)
    return quote


@transaction.atomic
def withdraw_quote(
    *, quote: Quote, by: User | None, at: datetime, why: str = "", expected_version: int | None = None
) -> Quote:
    """Take a quote back, sent or not. Its page says so."""
    return withdraw_locked(locked(quote, expected_version), by=by, at=at, why=why)


def withdraw_locked(quote: Quote, *, by: User | None, at: datetime, why: str) -> Quote:
    if quote.state == QuoteState.ACCEPTED:
        raise CannotChangeQuote(_("This quote is accepted. It cannot be withdrawn any more."), field="state")
    open_ones = quote.versions.filter(state__in=[QuoteState.SENT, QuoteState.DRAFT])
    last = open_ones.order_by("-number").first()
    if last is None:
        raise CannotChangeQuote(_("There is nothing to withdraw."), field="state")
    open_ones.update(state=QuoteState.WITHDRAWN, ended_at=at)
    fact = QuoteWithdrawn(quote=quote.pk, number=quote.number, edition=last.number, why=why.strip()[:2_000])
    settle(quote, fact, by=by, at=at)
    return quote
