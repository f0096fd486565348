"""Drafting a quote and changing it. What was sent stays: a change makes the next version."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from siklus.cycle.closing.actions.shared import CannotChangeQuote, locked, reckon, settle, value_of
from siklus.cycle.closing.facts import QuoteDrafted, QuoteEdited
from siklus.cycle.closing.models import Approval, NumberSeries, Quote, QuoteLine, QuoteState, QuoteVersion
from siklus.cycle.closing.queries import day_of, last_version, lines_of, quote_settings
from siklus.cycle.closing.reckoning import line_sum
from siklus.platform.accounts.models import User
from siklus.platform.installation.current import current
from siklus.platform.money.fields import LIMIT
from siklus.platform.money.rates import check_currency, rate_on
from siklus.records.contacts.models import Contact
from siklus.records.deals.models import Deal
from siklus.records.products.actions import check_price
from siklus.records.products.models import Product
from siklus.records.products.queries import price_on, prices_on

MOST_LINES = 100
LARGEST_QUANTITY = Decimal(10) ** 9
WORDS = {"buyer_company": 250, "buyer_person": 250, "buyer_address": 1_000, "intro": 4_000, "terms": 8_000}
EDITABLE = (*WORDS, "language", "valid_until")
LINE = (
    "product_id",
    "title",
    "details",
    "quantity",
    "unit_price",
    "list_price",
    "percent",
    "is_taxed",
    "net",
)


@dataclass(frozen=True)
class LineDraft:
    """A line to be. Without a price it has that of the price book; without a title, the name of its product."""

    product: Product | None = None
    title: str = ""
    quantity: Decimal = Decimal(1)
    unit_price: Decimal | None = None
    percent: Decimal = Decimal(0)
    is_taxed: bool = True
    details: str = ""


@transaction.atomic
def draft_quote(
    *,
    deal: Deal,
    by: User | None,
    at: datetime,
    currency: str | None = None,
    contact: Contact | None = None,
    language: str = "",
    lines: Sequence[LineDraft] | None = None,
) -> Quote:
    """Begin a quote on an open deal, with the deal's own products unless lines are given."""
    deal = Deal.objects.select_for_update(of=("self",)).select_related("company", "contact").get(pk=deal.pk)
    if deal.merged_into_id:
        raise CannotChangeQuote(_("This was merged into another record meanwhile."))
    if not deal.is_open:
        raise CannotChangeQuote(_("This deal is closed. Reopen it before you make a quote."))
    currency = check_currency(currency or deal.currency)
    today = day_of(at)
    rate_on(currency, today)
    contact = contact or deal.contact
    settings = quote_settings()
    language = language or (contact.language if contact else "") or current().language
    language = "id" if language.startswith("id") else "en"
    quote = Quote.objects.create(
        number=_next_number(settings.prefix, today.year), deal=deal, contact=contact, currency=currency,
        created_at=at, updated_at=at,
    )  # fmt: skip
    company = deal.company
    version = QuoteVersion(
        quote=quote, number=1, language=language, buyer_company=company.name if company else "",
        buyer_person=contact.name if contact else "",
        buyer_address=", ".join(filter(None, (company.city, company.country))) if company else "",
        terms=settings.terms_in(language), valid_until=today + timedelta(days=settings.valid_days),
        made_at=at, made_by=by, edited_at=at, edited_by=by,
    )  # fmt: skip
    asked = _of_deal(deal, currency, today) if lines is None else lines
    _write(version, _lines(asked, currency, today), today)
    settle(
        quote,
        QuoteDrafted(quote=quote.pk, number=quote.number, edition=1, value=value_of(version)),
        by=by,
        at=at,
    )
    return quote


@transaction.atomic
def edit_quote(
    *,
    quote: Quote,
    by: User | None,
    at: datetime,
    lines: Sequence[LineDraft] | None = None,
    expected_version: int | None = None,
    **values: Any,
) -> Quote:
    """Change the draft, or begin the next version where the last one was sent. An approval is void after it."""
    quote = locked(quote, expected_version)
    if quote.state == QuoteState.ACCEPTED:
        raise CannotChangeQuote(_("This quote is accepted. Make a new one."), field="state")
    if not quote.deal.is_open:
        raise CannotChangeQuote(_("This deal is closed. Reopen it before you change its quotes."))
    today = day_of(at)
    last = last_version(quote)
    last.quote = quote
    draft = last if last.state == QuoteState.DRAFT else _next(last, by, at, today)
    kept = lines_of(last)
    before = _content(last, kept)
    for name, value in values.items():
        if name not in EDITABLE:
            raise CannotChangeQuote(_("“%(field)s” cannot be changed here.") % {"field": name}, field=name)
        setattr(draft, name, value)
    _check(draft, today if "valid_until" in values else None)
    rows = (
        [_copy(line) for line in kept] if lines is None else _lines(lines, quote.currency, today, known=kept)
    )
    if draft is last and before == _content(draft, rows):
        return quote
    draft.edited_at, draft.edited_by = at, by
    draft.approval, draft.approval_at, draft.approval_by, draft.approval_note = Approval.NONE, None, None, ""
    _write(draft, rows, today)
    fact = QuoteEdited(quote=quote.pk, number=quote.number, edition=draft.number, value=value_of(draft))
    settle(quote, fact, by=by, at=at)
    return quote


def _next_number(prefix: str, year: int) -> str:
    """The next number of the year's series; whoever draws at the same moment waits."""
    NumberSeries.objects.get_or_create(prefix=prefix, year=year)
    NumberSeries.objects.filter(prefix=prefix, year=year).update(last=F("last") + 1)
    last = NumberSeries.objects.get(prefix=prefix, year=year).last
    return f"{prefix}-{year}-{last:04d}"


def _next(last: QuoteVersion, by: User | None, at: datetime, today: date) -> QuoteVersion:
    """The next version with the words of the last one, valid anew."""
    kept = {name: getattr(last, name) for name in (*WORDS, "language")}
    until = max(last.valid_until, today + timedelta(days=quote_settings().valid_days))
    return QuoteVersion(
        quote=last.quote, number=last.number + 1, valid_until=until, made_at=at, made_by=by, edited_at=at,
        edited_by=by, **kept,
    )  # fmt: skip


def _copy(line: QuoteLine) -> QuoteLine:
    return QuoteLine(**{name: getattr(line, name) for name in LINE})


def _content(version: QuoteVersion, lines: Sequence[QuoteLine]) -> Any:
    words = tuple(getattr(version, name) for name in EDITABLE)
    return words, [tuple(getattr(line, name) for name in LINE) for line in lines]


def _write(version: QuoteVersion, lines: list[QuoteLine], today: date) -> None:
    reckon(version, lines, today)
    if version.gross >= LIMIT or version.total >= LIMIT:
        raise CannotChangeQuote(_("This amount is too large."), field="lines")
    version.save()
    version.lines.all().delete()
    for position, line in enumerate(lines):
        line.version, line.position = version, position
    QuoteLine.objects.bulk_create(lines)


def _check(version: QuoteVersion, today: date | None) -> None:
    """Tidy the words of a draft and refuse what no document could carry."""
    for name, most in WORDS.items():
        text = str(getattr(version, name)).strip()
        if len(text) > most:
            raise CannotChangeQuote(_("Write at most %(count)s letters.") % {"count": most}, field=name)
        if "\0" in text:
            raise CannotChangeQuote(_("This text has a character that nobody can read."), field=name)
        setattr(version, name, text)
    if version.language not in ("en", "id"):
        raise CannotChangeQuote(_("A quote is written in English or Indonesian."), field="language")
    if today is not None and not today <= version.valid_until <= today + timedelta(days=3_660):
        raise CannotChangeQuote(_("A quote is valid until a day that is still to come."), field="valid_until")


def _of_deal(deal: Deal, currency: str, today: date) -> list[LineDraft]:
    """The deal's products as lines. A price agreed on the deal holds where the currency is the same."""
    found = []
    for row in deal.lines.select_related("product").order_by("id"):
        agreed = row.unit_price if currency == deal.currency else None
        price = price_on(row.product, currency, today) if agreed is None else agreed
        found.append(LineDraft(row.product, quantity=Decimal(row.quantity), unit_price=price or Decimal(0)))
    return found


def _lines(
    asked: Sequence[LineDraft], currency: str, today: date, known: Sequence[QuoteLine] = ()
) -> list[QuoteLine]:
    """Lines that count, at the list prices of today. Refuses with the number of the line that is wrong."""
    if len(asked) > MOST_LINES:
        raise CannotChangeQuote(
            _("A quote has at most %(count)s lines.") % {"count": MOST_LINES}, field="lines"
        )
    held = prices_on([one.product for one in asked if one.product], currency, today)
    found = []
    for place, one in enumerate(asked):
        listed = held[one.product.pk].amount if one.product else None
        try:
            found.append(_line(one, listed, currency))
        except CannotChangeQuote as refusal:
            head = _("Line %(number)s: %(what)s") % {"number": place + 1, "what": refusal.message}
            raise CannotChangeQuote(head, field=f"line{place}") from refusal
    return found


def _line(one: LineDraft, listed: Decimal | None, currency: str) -> QuoteLine:
    title = " ".join((one.title or (one.product.name if one.product else "")).split())
    if not title or len(title) > 200 or "\0" in title + one.details or len(one.details) > 2_000:
        raise CannotChangeQuote(_("a product, or words of your own, at most 200 letters."))
    if not one.quantity.is_finite() or not 0 < one.quantity < LARGEST_QUANTITY:
        raise CannotChangeQuote(_("a quantity above zero."))
    if one.quantity != one.quantity.quantize(Decimal("0.001")):
        raise CannotChangeQuote(_("a quantity with at most three decimals."))
    if not one.percent.is_finite() or not 0 <= one.percent <= 100:
        raise CannotChangeQuote(_("a discount from 0 to 100 percent."))
    if one.percent != one.percent.quantize(Decimal("0.01")):
        raise CannotChangeQuote(_("a discount with at most two decimals."))
    price = listed if one.unit_price is None else one.unit_price
    if price is None:
        raise CannotChangeQuote(_("no price is known in %(currency)s, so give one.") % {"currency": currency})
    try:
        check_price(price, currency, field="unit_price")
    except ValueError as refusal:
        raise CannotChangeQuote(str(refusal)) from refusal
    if one.quantity * price >= LIMIT:
        raise CannotChangeQuote(_("this amount is too large."))
    line = QuoteLine(
        product=one.product, title=title, details=one.details.strip(), quantity=one.quantity, unit_price=price,
        list_price=listed, percent=one.percent, is_taxed=one.is_taxed,
    )  # fmt: skip
    line.net = line_sum(line.item, currency).net
    return line
