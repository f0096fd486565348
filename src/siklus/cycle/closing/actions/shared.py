"""What the verbs of a quote share: lock, reckon, settle."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal

from siklus.cycle.closing.models import Quote, QuoteLine, QuoteState, QuoteVersion
from siklus.cycle.closing.queries import quote_settings, tax_on
from siklus.cycle.closing.reckoning import totals
from siklus.platform.accounts.models import User
from siklus.platform.installation.current import current
from siklus.platform.journal.facts import Fact, Money
from siklus.platform.journal.record import record
from siklus.records.deals.models import Deal
from siklus.records.fields.record import Refused, StaleEdit, check_version


class CannotChangeQuote(Refused):
    """The quote cannot be as asked."""


def locked(quote: Quote, expected_version: int | None = None) -> Quote:
    """The quote as it is now, held with its deal for this transaction: the deal first, always. Raises StaleEdit."""
    deal = Deal.objects.select_for_update(of=("self",)).select_related("stage").get(pk=quote.deal_id)
    fresh = Quote.objects.select_for_update(of=("self",)).get(pk=quote.pk)
    check_version(fresh, expected_version)  # type: ignore[arg-type]
    if fresh.deal_id != deal.pk:
        raise StaleEdit(fresh)
    fresh.deal = deal
    return fresh


def reckon(version: QuoteVersion, lines: Iterable[QuoteLine], day: date) -> None:
    """Write head and foot of a draft anew: who sells as it stands in the settings, the tax that holds on a day."""
    settings = quote_settings()
    version.seller_name = current().name
    version.seller, version.seller_tax_number = settings.seller, settings.seller_tax_number
    tax = tax_on(day)
    version.tax_name = tax.name if tax else ""
    version.tax_rate = tax.rate if tax else Decimal(0)
    version.base_numerator = tax.numerator if tax else 1
    version.base_denominator = tax.denominator if tax else 1
    sums = totals([line.item for line in lines], version.quote.currency, tax)
    for name in ("gross", "discount", "net", "tax_base", "tax", "total"):
        setattr(version, name, getattr(sums, name))


def value_of(version: QuoteVersion) -> Money:
    return Money(version.net, version.quote.currency)


def settle(quote: Quote, fact: Fact, *, by: User | None, at: datetime) -> None:
    """Save a changed quote with its state, and record what happened."""
    states = list(quote.versions.order_by("number").values_list("state", flat=True))
    standing = [state for state in states if state in (QuoteState.SENT, QuoteState.ACCEPTED)]
    quote.state = (standing or states)[-1]
    quote.version += 1
    quote.updated_at = max(at, quote.updated_at)
    quote.save(update_fields=["state", "version", "updated_at", "contact"])
    mentions = {
        "deal": quote.deal_id,
        "company": quote.deal.company_id,
        "contact": quote.contact_id or quote.deal.contact_id,
    }
    record(fact, by=by, at=at, mentions=mentions)
