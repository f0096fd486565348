"""The editor of a quote: lines out of what was posted, and back into what a page shows."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from siklus.cycle.closing.actions import LineDraft, edit_quote
from siklus.cycle.closing.actions.draft import MOST_LINES
from siklus.cycle.closing.models import Quote, QuoteLine, QuoteState, QuoteVersion
from siklus.cycle.closing.queries import day_of, last_version, limit_of, lines_of, quote_for, tax_on
from siklus.cycle.closing.reckoning import Item, line_sum, percent_given, percent_shown, totals
from siklus.desk.pages.answers import REFUSALS, is_fragment, opened, status_of, viewer, works_deals
from siklus.platform.accounts.models import User
from siklus.platform.i18n import formats
from siklus.platform.imports.values import ValueProblem, parse_decimal
from siklus.platform.money.fields import LIMIT
from siklus.platform.web.jinja import render
from siklus.records.fields.record import Refused
from siklus.records.products.models import Product
from siklus.records.products.queries import prices_on

WORDS = ("buyer_company", "buyer_person", "buyer_address", "intro", "terms")


@dataclass
class Row:
    """One line as it stands in the form; values are as typed."""

    product: str = ""
    title: str = ""
    quantity: str = "1"
    price: str = ""
    percent: str = ""
    is_taxed: bool = True
    details: str = ""
    error: str = ""

    @property
    def is_blank(self) -> bool:
        return not (self.product or self.title.strip() or self.price.strip())


@dataclass
class Draft:
    """A quote as it stands in the form."""

    rows: list[Row]
    words: dict[str, str]
    language: str = "en"
    valid_until: str = ""
    version: str = ""
    error: str = ""
    about: str = ""
    products: dict[int, Product] = field(default_factory=dict)


def plain(amount: Decimal | None) -> str:
    """A number as its reader would type it, with its thousands apart."""
    return formats.number(amount)


def number(text: str) -> Decimal:
    """A number as people write it in their language. Raises ValueProblem."""
    return parse_decimal(text.strip(), "," if get_language() == "id" else ".")


def draft_of(quote: Quote, version: QuoteVersion, lines: Sequence[QuoteLine]) -> Draft:
    rows = [
        Row(
            str(line.product_id or ""), line.title, plain(line.quantity), plain(line.unit_price),
            plain(line.percent) if line.percent else "", line.is_taxed, line.details,
        )
        for line in lines
    ]  # fmt: skip
    words = {name: getattr(version, name) for name in WORDS}
    products = {line.product.pk: line.product for line in lines if line.product}
    return Draft(
        rows or [Row()], words, version.language, version.valid_until.isoformat(), str(quote.version),
        products=products,
    )  # fmt: skip


def read(form: Any, quote: Quote) -> Draft:
    """What was posted, with the row that somebody added, took away or chose a product for; nothing is refused here."""
    asked = form.get("rows", "")
    count = min(int(asked), MOST_LINES) if asked.isdecimal() and len(asked) < 6 else 0
    rows = [_row(form, f"l{place}-") for place in range(count)]
    ids = {int(row.product) for row in rows if row.product}
    products = Product.objects.in_bulk(ids)
    for row in rows:
        row.product = row.product if row.product and int(row.product) in products else ""
    chosen = form.get("chosen", "")
    if chosen.isdecimal() and len(chosen) < 6 and int(chosen) < len(rows):
        _fill(rows[int(chosen)], products, quote)
    away = form.get("away", "")
    if away.isdecimal() and len(away) < 6 and int(away) < len(rows):
        del rows[int(away)]
    if "add" in form and len(rows) < MOST_LINES:
        rows.append(Row())
    words = {name: form.get(name, "").replace("\r\n", "\n") for name in WORDS}
    return Draft(
        rows, words, form.get("language", "en"), form.get("valid_until", ""), form.get("version", ""),
        products=products,
    )  # fmt: skip


def _row(form: Any, head: str) -> Row:
    product = form.get(f"{head}product", "")
    return Row(
        product if product.isdecimal() and len(product) < 18 else "", form.get(f"{head}title", "")[:300],
        form.get(f"{head}quantity", "")[:30], form.get(f"{head}price", "")[:40],
        form.get(f"{head}percent", "")[:12], form.get(f"{head}taxed") == "1",
        form.get(f"{head}details", "").replace("\r\n", "\n")[:2_500],
    )  # fmt: skip


def _fill(row: Row, products: dict[int, Product], quote: Quote) -> None:
    """A product was chosen: its name and its price of today."""
    product = products.get(int(row.product)) if row.product else None
    if product is not None:
        listed = prices_on([product], quote.currency, day_of(timezone.now()))[product.pk].amount
        row.title, row.price = product.name, plain(listed)


def lines_from(draft: Draft) -> list[LineDraft]:
    """The lines that the rows say; blank rows say nothing. Raises Refused with the place of the row."""
    found = []
    for place, row in enumerate(draft.rows):
        if row.is_blank:
            continue
        values: dict[str, Any] = {}
        for name, text, empty in (
            ("quantity", row.quantity, Decimal(1)),
            ("unit_price", row.price, None),
            ("percent", row.percent.rstrip(" %"), Decimal(0)),
        ):
            try:
                values[name] = number(text) if text.strip() else empty
            except ValueProblem as problem:
                raise Refused(
                    _("“%(text)s” is not a number.") % {"text": text}, field=f"row{place}"
                ) from problem
        product = draft.products.get(int(row.product)) if row.product else None
        found.append(LineDraft(product, row.title, is_taxed=row.is_taxed, details=row.details, **values))
    return found


def _place_of(draft: Draft, refusal: Refused) -> int | None:
    """The row that a refusal is about: the action counts lines, the form counts rows."""
    about = refusal.field or ""
    if about.startswith("row"):
        return int(about[3:])
    if about.startswith("line") and about[4:].isdecimal():
        filled = [place for place, row in enumerate(draft.rows) if not row.is_blank]
        return filled[int(about[4:])]
    return None


@require_http_methods(["GET", "POST"])
@works_deals
def edit(request: HttpRequest, quote_id: int) -> HttpResponse:
    """GET shows, POST with `save` saves, any other POST only shows the form anew (a row more, other sums)."""
    user = viewer(request)
    quote: Quote = opened(quote_for, user, quote_id)
    version = last_version(quote)
    status = 200
    if request.method == "POST":
        draft = read(request.POST, quote)
        if "save" in request.POST:
            try:
                saved = _save(user, quote, draft)
            except REFUSALS as refusal:
                status = status_of(refusal)
                place = _place_of(draft, refusal) if isinstance(refusal, Refused) else None
                if place is None:
                    draft.error, draft.about = str(refusal), getattr(refusal, "field", "") or ""
                else:
                    draft.rows[place].error = str(refusal)
            else:
                messages.success(request, _("The quote %(number)s is saved.") % {"number": saved.number})
                return redirect("desk:quote", quote.pk)
    else:
        draft = draft_of(quote, version, lines_of(version))
    names = {
        "quote": quote, "draft": draft, "is_new_version": version.state != QuoteState.DRAFT, **_sums(user, quote, draft),
        "action": request.path, "cancel": reverse("desk:quote", args=[quote.pk]),
    }  # fmt: skip
    if is_fragment(request):
        part = "_foot" if request.headers.get("HX-Target") == "quote-foot" else "_editor"
        return render(request, f"desk/closing/{part}.html", {**names, "swapped": True})
    return render(request, "desk/closing/edit.html", {**names, "swapped": False}, status=status)


def _save(user: User, quote: Quote, draft: Draft) -> Quote:
    until = parse_date(draft.valid_until) if len(draft.valid_until) == 10 else None
    if until is None:
        raise Refused(_("Say until which day it is valid."), field="valid_until")
    return edit_quote(
        quote=quote, lines=lines_from(draft), language=draft.language, valid_until=until, by=user,
        at=timezone.now(), expected_version=int(draft.version) if draft.version.isdecimal() else None,
        **draft.words,
    )  # fmt: skip


def _sums(user: User, quote: Quote, draft: Draft) -> dict[str, Any]:
    """What the rows come to, line by line and together; what is no number yet counts nothing."""
    today = day_of(timezone.now())
    held = prices_on(draft.products.values(), quote.currency, today)
    items: list[Item] = []
    nets: list[Decimal | None] = []
    most = Decimal(0)
    for row in draft.rows:
        try:
            price = number(row.price) if row.price.strip() else Decimal(0)
            quantity = number(row.quantity) if row.quantity.strip() else Decimal(1)
            percent = number(row.percent.rstrip(" %")) if row.percent.strip() else Decimal(0)
        except ValueProblem:
            nets.append(None)
            continue
        if price < 0 or quantity <= 0 or not 0 <= percent <= 100 or price * quantity >= LIMIT:
            nets.append(None)
            continue
        item = Item(quantity, price, percent, row.is_taxed)
        items.append(item)
        nets.append(None if row.is_blank else line_sum(item, quote.currency).net)
        listed = held[int(row.product)].amount if row.product else None
        most = max(most, percent_shown(percent_given(price, percent, listed)))
    tax = tax_on(today)
    limit = limit_of(user)
    return {
        "nets": nets, "sums": totals(items, quote.currency, tax), "tax": tax, "most_given": most, "limit": limit,
        "above": limit is not None and most > limit,
    }  # fmt: skip
