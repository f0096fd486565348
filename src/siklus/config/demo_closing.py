"""What the demo company sets for its quotes, and two that are being worked on."""

from datetime import datetime, timedelta
from decimal import Decimal

from django.utils.translation import gettext as _

from siklus.cycle.closing.actions import (
    LineDraft,
    add_plan_step,
    add_stage_rule,
    ask_approval,
    begin_plan,
    change_quote_settings,
    draft_quote,
    edit_milestone,
    edit_quote,
    send_quote,
    set_discount_limits,
    share_plan,
    tick_milestone,
)
from siklus.cycle.closing.models import Quote
from siklus.cycle.closing.ready import READY_PLAN
from siklus.platform.accounts.models import User
from siklus.platform.money.rates import set_rate
from siklus.records.deals.models import Deal, Stage, Status
from siklus.records.products.actions import set_price
from siklus.records.products.models import Product

SELLER = "Jl. Jenderal Sudirman Kav. 52, Jakarta 12190\n+62 21 5550 0142 · halo@nusadigital.example\nBank Nusa 014-200-7781"
TERMS = {
    "en": "Payment within 14 days of the invoice. The first year of support is included. "
    "Setting up begins within ten working days of your yes.",
    "id": "Pembayaran dalam 14 hari setelah faktur. Dukungan tahun pertama sudah termasuk. "
    "Pemasangan dimulai dalam sepuluh hari kerja setelah persetujuan.",
}


def settle_quotes(by: User | None, at: datetime) -> None:
    """Address, terms, a price book in dollars."""
    change_quote_settings(
        prefix="ND", seller=SELLER, seller_tax_number="01.234.567.8-011.000", terms_en=TERMS["en"],
        terms_id=TERMS["id"], by=by, at=at,
    )  # fmt: skip
    set_rate(currency="USD", from_date=at.date(), rate=Decimal(16_200))
    for product in Product.objects.exclude(price=None):
        assert product.price is not None
        price = (product.price / 16_000).quantize(Decimal("1e1")).quantize(Decimal(1))
        set_price(product=product, currency="USD", amount=price, from_date=at.date(), by=by, at=at)


def lines_of_deal(deal: Deal) -> list[LineDraft]:
    """Lines that come to the amount of the deal: whole pieces of its product, and the work beside them."""
    product = deal.lines.select_related("product")[0].product
    assert deal.amount is not None and product.price is not None
    if deal.amount < product.price:
        return [LineDraft(product, unit_price=deal.amount)]
    pieces = deal.amount // product.price
    lines = [LineDraft(product, quantity=pieces)]
    if rest := deal.amount - pieces * product.price:
        lines.append(LineDraft(title=_("Setting up and training"), unit_price=rest))
    return lines


def quotes_at_work(at: datetime) -> None:
    """From now on discounts have limits and stages ask for something; two quotes are being worked on."""
    by = User.objects.filter(role="operations").first()
    set_discount_limits(limits={"rep": Decimal(10), "manager": Decimal(30)}, by=by, at=at)
    closing = Stage.objects.filter(kind="closing").first()
    assert closing is not None
    for stage, condition, about in (
        (closing, "field", "amount"), (closing, "product", ""), (closing, "objections", ""),
        (None, "quote_accepted", ""), (None, "person", "decision_maker"),
    ):  # fmt: skip
        add_stage_rule(pipeline=closing.pipeline, stage=stage, condition=condition, about=about, by=by, at=at)
    rows = Deal.objects.filter(status=Status.OPEN, stage__kind="closing", owner__role="rep").select_related(
        "owner"
    )
    for place, deal in enumerate(rows.order_by("-amount_base")[:2]):
        quote = Quote.objects.filter(deal=deal).order_by("-id").first() or draft_quote(
            deal=deal, lines=lines_of_deal(deal), by=deal.owner, at=at - timedelta(hours=9)
        )
        lines = lines_of_deal(deal)
        if place == 0:
            lines[0] = LineDraft(lines[0].product, quantity=lines[0].quantity, percent=Decimal(15))
            quote = edit_quote(
                quote=quote, lines=lines, by=deal.owner, at=at - timedelta(hours=8),
                intro=_("As we agreed on the phone: a first year at a lower price."),
            )  # fmt: skip
            ask_approval(quote=quote, by=deal.owner, at=at - timedelta(hours=7))  # type: ignore[arg-type]
        else:
            if quote.state == "draft":
                quote = send_quote(quote=quote, by=deal.owner, at=at - timedelta(hours=8))
            lines.append(LineDraft(title=_("A second training day"), unit_price=Decimal(6_000_000)))
            edit_quote(quote=quote, lines=lines, by=deal.owner, at=at - timedelta(hours=6))


def plans_at_work(at: datetime) -> None:
    """The template of plans, and the plans of the largest deals in closing: one goes well, one slips."""
    by = User.objects.filter(role="operations").first()
    closing = Stage.objects.filter(kind="closing").first()
    assert closing is not None
    for days_before, side, title_en, title_id in READY_PLAN:
        add_plan_step(
            pipeline=closing.pipeline, side=side, days_before=days_before, title_en=title_en, title_id=title_id,
            by=by, at=at,
        )  # fmt: skip
    rows = Deal.objects.filter(status=Status.OPEN, stage__kind="closing").select_related("owner", "contact")
    for place, deal in enumerate(rows.order_by("-amount_base")[:6]):
        plan = begin_plan(deal=deal, by=deal.owner, at=at - timedelta(days=20))
        person = deal.contact.name if deal.contact else ""
        for number, one in enumerate(plan.milestones.order_by("due_date", "id")):
            done_at = at - timedelta(days=max(1, 16 - number * 2))
            if number < 3 + place % 3:
                told = {"by": deal.owner} if one.side == "ours" else {"name": person or "–"}
                tick_milestone(milestone=one, is_done=True, at=done_at, **told)
            elif place % 2 == 0:
                later = one.due_date + timedelta(days=12)
                edit_milestone(milestone=one, due_date=later, by=deal.owner, at=at - timedelta(days=2))
        share_plan(plan=plan, by=deal.owner, at=at - timedelta(days=19))
