"""What the buyer decides. Whoever comes second is told what came first: the deal's row is the gate they pass one by one."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from siklus.cycle.closing.actions.send import withdraw_locked
from siklus.cycle.closing.actions.shared import CannotChangeQuote, locked, settle, value_of
from siklus.cycle.closing.facts import QuoteAccepted, QuoteDeclined
from siklus.cycle.closing.models import Quote, QuoteLine, QuoteState, QuoteVersion
from siklus.cycle.closing.queries import accepted_wins, day_of, lines_of, why_no_answer
from siklus.platform.accounts.models import User
from siklus.records.deals.actions import edit_deal, set_product, win_deal
from siklus.records.deals.models import Deal, DealProduct
from siklus.records.fields.record import Refused
from siklus.records.products.models import Product


@transaction.atomic
def accept_quote(
    *,
    version: QuoteVersion,
    name: str,
    at: datetime,
    by: User | None = None,
    address: str | None = None,
    note: str = "",
) -> QuoteVersion:
    """The buyer says yes: the deal gets the amount and the lines, and is won where its pipeline says so.

    `by` is empty when the buyer did it, and a person of ours who writes down what the buyer said. Other quotes that were
    sent on the deal are withdrawn: the buyer chose.
    """
    quote, version = _answerable(version, at)
    _answered(version, QuoteState.ACCEPTED, name, address, note, at)
    for other in Quote.objects.filter(deal=quote.deal_id, state=QuoteState.SENT).exclude(pk=quote.pk):
        other.deal = quote.deal
        withdraw_locked(other, by=by, at=at, why=_("%(number)s was accepted.") % {"number": quote.number})
    won = _fulfil(quote, version, by, at) if quote.deal.is_open else False
    fact = QuoteAccepted(
        quote=quote.pk, number=quote.number, edition=version.number, value=value_of(version),
        who=version.decided_name, address=address, note=version.decided_note, won=won,
    )  # fmt: skip
    settle(quote, fact, by=by, at=at)
    return version


@transaction.atomic
def decline_quote(
    *,
    version: QuoteVersion,
    name: str,
    at: datetime,
    by: User | None = None,
    address: str | None = None,
    note: str = "",
) -> QuoteVersion:
    """The buyer says no. The deal stays as it is."""
    quote, version = _answerable(version, at)
    _answered(version, QuoteState.DECLINED, name, address, note, at)
    fact = QuoteDeclined(
        quote=quote.pk, number=quote.number, edition=version.number, who=version.decided_name,
        address=address, note=version.decided_note,
    )  # fmt: skip
    settle(quote, fact, by=by, at=at)
    return version


def _answerable(version: QuoteVersion, at: datetime) -> tuple[Quote, QuoteVersion]:
    quote = locked(version.quote)
    fresh = quote.versions.get(pk=version.pk)
    fresh.quote = quote
    if why := why_no_answer(fresh, day_of(at)):
        raise CannotChangeQuote(why, field="state")
    return quote, fresh


def _answered(
    version: QuoteVersion, state: QuoteState, name: str, address: str | None, note: str, at: datetime
) -> None:
    name, note = " ".join(name.replace("\0", "").split()), note.replace("\0", "").strip()
    if len(name) < 2 or len(name) > 120:
        raise CannotChangeQuote(_("Write your name, at most 120 letters."), field="name")
    if len(note) > 2_000:
        raise CannotChangeQuote(_("Write at most %(count)s letters.") % {"count": 2_000}, field="note")
    version.state, version.ended_at = state, at
    version.decided_name, version.decided_address, version.decided_note = name, address, note
    version.save()


def _fulfil(quote: Quote, version: QuoteVersion, by: User | None, at: datetime) -> bool:
    """Give the deal what was agreed. Is it won by that?"""
    deal = edit_deal(deal=quote.deal, by=by, at=at, amount=version.net, currency=quote.currency)
    _put_lines(deal, lines_of(version), by, at)
    if not accepted_wins(deal.pipeline_id):
        return False
    try:
        with transaction.atomic():
            win_deal(deal=deal, by=by, at=at)
    except Refused:  # a gate: the yes stands, and a person sees to the rest
        return False
    return True


def _put_lines(deal: Deal, lines: list[QuoteLine], by: User | None, at: datetime) -> None:
    agreed = agreed_lines(lines)
    for row in DealProduct.objects.filter(deal=deal).select_related("product"):
        if row.product_id not in {product.pk for product, _quantity, _price in agreed}:
            set_product(deal=deal, product=row.product, quantity=0, by=by, at=at)
    for product, quantity, price in agreed:
        set_product(deal=deal, product=product, quantity=quantity, unit_price=price, by=by, at=at)


def agreed_lines(lines: Iterable[QuoteLine]) -> list[tuple[Product, int, Decimal]]:
    """Product, quantity and price each, so that they add up to what was agreed to the coin.

    A deal counts pieces. What does not divide into them without a rest stands as one piece at its whole price.
    """
    sums: dict[int, tuple[Product, Decimal, Decimal]] = {}
    counts: dict[int, Decimal] = defaultdict(Decimal)
    for line in lines:
        if line.product is not None:
            counts[line.product.pk] += line.quantity
            before = sums.get(line.product.pk, (line.product, Decimal(0), Decimal(0)))[2]
            sums[line.product.pk] = (line.product, counts[line.product.pk], before + line.net)
    found = []
    for product, quantity, net in sums.values():
        each = (net / quantity).quantize(Decimal("0.001"))
        if quantity == quantity.to_integral_value() and quantity < 2**31 and each * quantity == net:
            found.append((product, int(quantity), each))
        else:
            found.append((product, 1, net))
    return found
