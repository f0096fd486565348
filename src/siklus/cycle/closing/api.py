from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Field, Query, Router, Schema

from siklus.cycle.closing.actions import (
    LineDraft,
    accept_quote,
    approve_discount,
    ask_approval,
    decline_quote,
    draft_quote,
    edit_quote,
    refuse_discount,
    send_quote,
    withdraw_quote,
)
from siklus.cycle.closing.models import Quote, QuoteLine, QuoteVersion
from siklus.cycle.closing.queries import day_of, quote_for, quotes_for, standing_version, versions_of
from siklus.cycle.closing.reckoning import line_sum
from siklus.platform.accounts.models import User
from siklus.platform.api.door import (
    LARGEST_ID,
    asker,
    expected_version,
    one,
    paged,
    referred,
    with_etag,
    worker,
)
from siklus.records.contacts.queries import contact_for
from siklus.records.deals.queries import deal_for
from siklus.records.products.queries import product_for

router = Router()


class LineIn(Schema):
    """Without a price a product has that of the price book on the day."""

    product_id: int | None = Field(None, ge=1, le=LARGEST_ID)
    title: str = Field("", max_length=200)
    details: str = Field("", max_length=2000)
    quantity: Decimal = Field(Decimal(1), gt=0, max_digits=12, decimal_places=3)
    unit_price: Decimal | None = Field(None, ge=0, max_digits=18, decimal_places=3)
    percent: Decimal = Field(Decimal(0), ge=0, le=100, max_digits=5, decimal_places=2)
    is_taxed: bool = True


class QuoteIn(Schema):
    """Without lines it begins with the products of the deal."""

    deal_id: int
    currency: str | None = Field(None, max_length=3)
    contact_id: int | None = None
    language: Literal["en", "id"] | None = None
    lines: list[LineIn] | None = Field(None, max_length=100)


class QuoteEdit(Schema):
    lines: list[LineIn] | None = Field(None, max_length=100)
    language: Literal["en", "id"] | None = None
    valid_until: date | None = None
    buyer_company: str | None = Field(None, max_length=250)
    buyer_person: str | None = Field(None, max_length=250)
    buyer_address: str | None = Field(None, max_length=1000)
    intro: str | None = Field(None, max_length=4000)
    terms: str | None = Field(None, max_length=8000)


class NoteIn(Schema):
    note: str = Field("", max_length=2000)


class AnswerIn(Schema):
    """What the buyer told us, and who it was."""

    name: str = Field(max_length=120)
    note: str = Field("", max_length=2000)


class LineOut(Schema):
    product_id: int | None
    title: str
    details: str
    quantity: Decimal
    unit_price: Decimal
    list_price: Decimal | None
    percent: Decimal
    is_taxed: bool
    gross: Decimal
    net: Decimal


class VersionOut(Schema):
    number: int
    state: str
    has_expired: bool
    language: str
    buyer_company: str
    buyer_person: str
    buyer_address: str
    intro: str
    terms: str
    valid_until: date
    lines: list[LineOut]
    gross: Decimal
    discount: Decimal
    net: Decimal
    tax_name: str
    tax_rate: Decimal
    base_numerator: int
    base_denominator: int
    tax_base: Decimal
    tax: Decimal
    total: Decimal
    approval: str
    approval_by_id: int | None
    approval_note: str
    made_at: datetime
    made_by_id: int | None
    sent_at: datetime | None
    ended_at: datetime | None
    decided_name: str
    decided_note: str


class QuoteOut(Schema):
    id: int
    version: int
    number: str
    deal_id: int
    contact_id: int | None
    currency: str
    state: str
    created_at: datetime
    updated_at: datetime


class QuoteDetail(QuoteOut):
    versions: list[VersionOut]


class QuotePage(Schema):
    items: list[QuoteOut]
    next: str | None


FIELDS = tuple(QuoteOut.model_fields)
OF_VERSION = tuple(VersionOut.model_fields.keys() - {"lines", "has_expired"})
OF_LINE = tuple(LineOut.model_fields.keys() - {"gross"})


def shown(quote: Quote) -> dict[str, Any]:
    return {name: getattr(quote, name) for name in FIELDS}


def _line(line: QuoteLine, currency: str) -> dict[str, Any]:
    return {name: getattr(line, name) for name in OF_LINE} | {"gross": line_sum(line.item, currency).gross}


def _version(version: QuoteVersion, currency: str, today: date) -> dict[str, Any]:
    values = {name: getattr(version, name) for name in OF_VERSION}
    values["lines"] = [_line(line, currency) for line in version.lines.all()]
    values["has_expired"] = version.has_expired(today)
    return values


def detailed(quote: Quote, response: HttpResponse) -> dict[str, Any]:
    """A quote with every version, the newest first."""
    with_etag(response, quote.version)
    today = day_of(timezone.now())
    versions = [_version(version, quote.currency, today) for version in versions_of(quote)]
    return {**shown(quote), "versions": versions}


def _lines(given: list[LineIn] | None, user: User) -> list[LineDraft] | None:
    if given is None:
        return None
    found = []
    for place, line in enumerate(given):
        values = line.dict()
        product_id = values.pop("product_id")
        product = referred(product_for, user, product_id, f"lines.{place}.product_id")
        found.append(LineDraft(product=product, **values))
    return found


@router.get("", response=QuotePage, operation_id="list_quotes")
def list_quotes(
    request: HttpRequest,
    cursor: str | None = None,
    limit: int = Query(50, ge=1, le=200),
    deal_id: int | None = Query(None, ge=1, le=LARGEST_ID),
    state: Literal["draft", "sent", "accepted", "declined", "withdrawn"] | None = None,
) -> Any:
    """Quotes on deals that you may see, newest first."""
    asked = {"deal_id": deal_id, "state": state}
    rows = quotes_for(asker(request)).filter(**{key: value for key, value in asked.items() if value})
    return paged(rows, cursor=cursor, limit=limit, show=shown)


@router.post("", response={201: QuoteDetail}, operation_id="draft_quote")
def create_quote(request: HttpRequest, response: HttpResponse, payload: QuoteIn) -> Any:
    """Begin a quote on an open deal."""
    user = worker(request)
    deal = referred(deal_for, user, payload.deal_id, "deal_id")
    assert deal is not None
    quote = draft_quote(
        deal=deal, currency=payload.currency, language=payload.language or "",
        contact=referred(contact_for, user, payload.contact_id, "contact_id"),
        lines=_lines(payload.lines, user), by=user, at=timezone.now(),
    )  # fmt: skip
    return 201, detailed(quote, response)


@router.get("/{int:quote_id}", response=QuoteDetail, operation_id="get_quote")
def get_quote(request: HttpRequest, response: HttpResponse, quote_id: int) -> Any:
    return detailed(one(quote_for, asker(request), quote_id), response)


@router.patch("/{int:quote_id}", response=QuoteDetail, operation_id="edit_quote")
def patch_quote(request: HttpRequest, response: HttpResponse, quote_id: int, payload: QuoteEdit) -> Any:
    """Change the draft, or begin the next version where the last one was sent. Lines are replaced as a whole."""
    user = worker(request)
    values = {key: value for key, value in payload.dict(exclude_unset=True).items() if value is not None}
    values.pop("lines", None)
    quote = edit_quote(
        quote=one(quote_for, user, quote_id), lines=_lines(payload.lines, user), by=user, at=timezone.now(),
        expected_version=expected_version(request), **values,
    )  # fmt: skip
    return detailed(quote, response)


def _did(
    request: HttpRequest, response: HttpResponse, quote_id: int, verb: Callable[..., Quote], **values: Any
) -> Any:
    user = worker(request)
    quote = verb(
        quote=one(quote_for, user, quote_id), by=user, at=timezone.now(),
        expected_version=expected_version(request), **values,
    )  # fmt: skip
    return detailed(quote, response)


@router.post("/{int:quote_id}/ask-approval", response=QuoteDetail, operation_id="ask_quote_approval")
def ask(request: HttpRequest, response: HttpResponse, quote_id: int) -> Any:
    """Ask somebody whose limit is higher to approve the discount."""
    return _did(request, response, quote_id, ask_approval)


@router.post("/{int:quote_id}/approve", response=QuoteDetail, operation_id="approve_quote_discount")
def approve(request: HttpRequest, response: HttpResponse, quote_id: int, payload: NoteIn) -> Any:
    """Let the draft be sent with its discount. Not by who wrote it."""
    return _did(request, response, quote_id, approve_discount, note=payload.note)


@router.post("/{int:quote_id}/refuse", response=QuoteDetail, operation_id="refuse_quote_discount")
def refuse(request: HttpRequest, response: HttpResponse, quote_id: int, payload: NoteIn) -> Any:
    return _did(request, response, quote_id, refuse_discount, note=payload.note)


@router.post("/{int:quote_id}/send", response=QuoteDetail, operation_id="send_quote")
def send(request: HttpRequest, response: HttpResponse, quote_id: int) -> Any:
    """Freeze the draft as it is and give it an address for the buyer."""
    return _did(request, response, quote_id, send_quote)


@router.post("/{int:quote_id}/withdraw", response=QuoteDetail, operation_id="withdraw_quote")
def withdraw(request: HttpRequest, response: HttpResponse, quote_id: int, payload: NoteIn) -> Any:
    return _did(request, response, quote_id, withdraw_quote, why=payload.note)


@router.post("/{int:quote_id}/accept", response=QuoteDetail, operation_id="accept_quote")
def accept(request: HttpRequest, response: HttpResponse, quote_id: int, payload: AnswerIn) -> Any:
    """Write down that the buyer said yes. The deal gets the amount, and is won where its pipeline says so."""
    return _answered(request, response, quote_id, payload, accept_quote)


@router.post("/{int:quote_id}/decline", response=QuoteDetail, operation_id="decline_quote")
def decline(request: HttpRequest, response: HttpResponse, quote_id: int, payload: AnswerIn) -> Any:
    """Write down that the buyer said no."""
    return _answered(request, response, quote_id, payload, decline_quote)


def _answered(
    request: HttpRequest, response: HttpResponse, quote_id: int, payload: AnswerIn,
    verb: Callable[..., QuoteVersion],
) -> Any:  # fmt: skip
    user = worker(request)
    quote = one(quote_for, user, quote_id)
    version = standing_version(quote)
    version.quote = quote
    verb(version=version, name=payload.name, note=payload.note, by=user, at=timezone.now())
    return detailed(quote_for(user, quote_id), response)
