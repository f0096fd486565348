from datetime import date, timedelta
from decimal import Decimal as D

import pytest
from tests.world import World, day

from siklus.cycle.closing.actions import (
    CannotChangeQuote,
    CannotChangeQuoteSettings,
    LineDraft,
    approve_discount,
    ask_approval,
    change_quote_settings,
    draft_quote,
    edit_quote,
    refuse_discount,
    send_quote,
    set_discount_limits,
    set_tax_rate,
    withdraw_quote,
)
from siklus.cycle.closing.document.render import html_of
from siklus.cycle.closing.models import Quote, QuoteLine, QuoteState, QuoteVersion
from siklus.cycle.closing.queries import (
    discount_of,
    last_version,
    lines_of,
    quote_for,
    quotes_for,
    tax_on,
    version_behind,
    waits_for_approval,
    why_no_answer,
)
from siklus.platform.journal.models import Entry
from siklus.platform.journal.queries import timeline
from siklus.platform.money.rates import NoRate, set_rate
from siklus.records.companies.actions import add_company
from siklus.records.contacts.actions import add_contact
from siklus.records.deals.actions import lose_deal, merge_deals, set_product
from siklus.records.deals.models import Deal
from siklus.records.fields.record import StaleEdit
from siklus.records.products.actions import add_product, set_price
from siklus.records.products.models import Product


@pytest.fixture
def seat(world: World) -> Product:
    return add_product(name="Seat", price=D(3_500_000), by=world.agus, at=day(0))


@pytest.fixture
def deal(world: World, seat) -> Deal:
    bank = add_company(name="Bank Nusa", city="Surabaya", owner=world.rani, by=world.rani, at=day(0))
    hendra = add_contact(name="Hendra", company=bank, owner=world.rani, by=world.rani, at=day(0))
    deal = world.deal(company=bank, contact=hendra)
    set_product(deal=deal, product=seat, quantity=120, by=world.rani, at=day(1))
    return deal


@pytest.fixture
def quote(world: World, deal) -> Quote:
    return draft_quote(deal=deal, by=world.rani, at=day(1))


def edited(world: World, quote: Quote, *lines: LineDraft, number: float = 2, **values) -> Quote:
    return edit_quote(quote=quote, lines=lines, by=world.rani, at=day(number), **values)


def test_a_draft_begins_with_the_products_the_buyer_and_the_tax_of_the_day(world: World, quote, seat):
    version = last_version(quote)
    (line,) = lines_of(version)
    assert (quote.number, quote.state, quote.currency) == ("Q-2026-0001", "draft", "IDR")
    assert (line.product, line.quantity, line.unit_price, line.list_price) == (
        seat, 120, D(3_500_000), D(3_500_000),
    )  # fmt: skip
    assert (version.buyer_company, version.buyer_person, version.buyer_address) == (
        "Bank Nusa", "Hendra", "Surabaya",
    )  # fmt: skip
    assert (version.net, version.tax_base, version.tax, version.total) == (
        D(420_000_000), D(385_000_000), D(46_200_000), D(466_200_000),
    )  # fmt: skip
    assert (version.tax_name, version.tax_rate, version.base_numerator) == ("PPN", D(12), 11)
    assert version.valid_until == date(2026, 4, 2)
    assert timeline("deal", quote.deal_id)[0].sentence == "drafted the quote Q-2026-0001"


def test_numbers_go_on_and_begin_anew_each_year(world: World, deal):
    numbers = [draft_quote(deal=deal, by=world.rani, at=day(n)).number for n in (1, 2, 330)]
    change_quote_settings(prefix="ND/Q", by=world.agus, at=day(331))
    numbers.append(draft_quote(deal=deal, by=world.rani, at=day(332)).number)
    assert numbers == ["Q-2026-0001", "Q-2026-0002", "Q-2027-0001", "ND/Q-2027-0001"]


def test_the_price_book_of_the_day_and_currency_holds(world: World, deal, seat):
    set_rate(currency="USD", from_date=date(2026, 1, 1), rate=D(16_000))
    with pytest.raises(CannotChangeQuote) as refusal:
        draft_quote(deal=deal, currency="USD", lines=[LineDraft(seat)], by=world.rani, at=day(1))
    assert str(refusal.value) == "Line 1: no price is known in USD, so give one."
    set_price(product=seat, currency="USD", amount=D(210), from_date=day(0).date(), by=world.agus, at=day(0))
    set_price(product=seat, currency="USD", amount=D(240), from_date=day(9).date(), by=world.agus, at=day(0))
    prices = [
        lines_of(last_version(draft_quote(deal=deal, currency="USD", by=world.rani, at=day(n))))[0].unit_price
        for n in (1, 8, 9)
    ]
    assert prices == [D(210), D(210), D(240)]


def test_a_currency_without_a_rate_is_refused_when_the_quote_begins(world: World, deal):
    with pytest.raises(NoRate):
        draft_quote(deal=deal, currency="SGD", lines=[], by=world.rani, at=day(1))
    assert Quote.objects.count() == 0


def test_what_was_sent_never_changes_a_change_makes_the_next_version(world: World, quote, seat):
    quote = send_quote(quote=quote, by=world.rani, at=day(2))
    first = QuoteVersion.objects.filter(pk=last_version(quote).pk).values().get()
    lines = list(QuoteLine.objects.filter(version_id=first["id"]).values())
    quote = edited(world, quote, LineDraft(seat, quantity=D(100)), number=3, intro="As agreed.")
    second = last_version(quote)
    assert (second.number, second.state, second.intro, second.net) == (
        2,
        "draft",
        "As agreed.",
        D(350_000_000),
    )
    assert quote.state == "sent"  # until the next one is sent, the first one stands
    assert QuoteVersion.objects.filter(pk=first["id"]).values().get() == first
    assert list(QuoteLine.objects.filter(version_id=first["id"]).values()) == lines
    quote = send_quote(quote=quote, by=world.rani, at=day(4))
    after = QuoteVersion.objects.filter(pk=first["id"]).values().get()
    assert {key for key in after if after[key] != first[key]} == {"state", "ended_at"}
    assert list(quote.versions.values_list("number", "state")) == [(1, "superseded"), (2, "sent")]
    old = version_behind(first["secret"])
    assert old is not None and why_no_answer(old, day(5).date()) == "A newer version of this quote was sent."


def test_what_was_sent_keeps_the_seller_as_it_stood_then(world: World, quote):
    change_quote_settings(seller="Jl. Sudirman 52", seller_tax_number="01.2", by=world.agus, at=day(1))
    sent = last_version(send_quote(quote=quote, by=world.rani, at=day(2)))
    change_quote_settings(seller="Jl. Thamrin 1", by=world.agus, at=day(3))
    sent.refresh_from_db()
    assert (sent.seller_name, sent.seller, sent.seller_tax_number) == (
        "Nusa Digital",
        "Jl. Sudirman 52",
        "01.2",
    )
    assert "Jl. Sudirman 52" in html_of(quote, sent) and "Thamrin" not in html_of(quote, sent)


def test_saving_without_a_change_writes_nothing(world: World, quote, seat):
    entries = Entry.objects.count()
    same = edited(world, quote, LineDraft(seat, quantity=D(120)))
    assert (same.version, Entry.objects.count()) == (quote.version, entries)


def test_an_edit_of_an_older_state_is_told(world: World, quote, seat):
    edited(world, quote, LineDraft(seat, quantity=D(100)), expected_version=quote.version)
    with pytest.raises(StaleEdit):
        edited(world, quote, LineDraft(seat, quantity=D(90)), expected_version=quote.version)
    assert last_version(quote).net == D(350_000_000)


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (LineDraft(title=" ", unit_price=D(1)), "a product, or words of your own, at most 200 letters."),
        (LineDraft(title="Work", quantity=D(0), unit_price=D(1)), "a quantity above zero."),
        (
            LineDraft(title="Work", quantity=D("0.0001"), unit_price=D(1)),
            "a quantity with at most three decimals.",
        ),
        (LineDraft(title="Work", unit_price=D(-1)), "A price is not below zero."),
        (LineDraft(title="Work", unit_price=D("0.5")), "A price in IDR has at most 0 decimals."),
        (LineDraft(title="Work", unit_price=D(1), percent=D(101)), "a discount from 0 to 100 percent."),
        (LineDraft(title="Work", unit_price=D(10**14), quantity=D(10)), "this amount is too large."),
        (LineDraft(title="Work", unit_price=D("NaN")), "A price is not below zero."),
    ],
)
def test_a_line_that_does_not_count_is_named_and_nothing_changes(world: World, quote, line, why):
    before = (Entry.objects.count(), QuoteLine.objects.values_list("pk", flat=True)[0])
    with pytest.raises(CannotChangeQuote) as refusal:
        edited(world, quote, LineDraft(title="Good", unit_price=D(1)), line)
    assert (str(refusal.value), refusal.value.field) == (f"Line 2: {why}", "line1")
    assert (Entry.objects.count(), QuoteLine.objects.values_list("pk", flat=True)[0]) == before


def test_a_quote_needs_lines_days_and_an_open_deal_to_be_sent(world: World, quote, deal):
    empty = edited(world, quote)
    with pytest.raises(CannotChangeQuote, match="at least one line"):
        send_quote(quote=empty, by=world.rani, at=day(2))
    full = edited(world, quote, LineDraft(title="Work", unit_price=D(1)), valid_until=day(3).date())
    with pytest.raises(CannotChangeQuote, match="last day is over"):
        send_quote(quote=full, by=world.rani, at=day(4))
    lose_deal(deal=deal, reason=world.too_expensive, by=world.rani, at=day(2))
    with pytest.raises(CannotChangeQuote, match="closed"):
        send_quote(quote=full, by=world.rani, at=day(3))
    with pytest.raises(CannotChangeQuote, match="closed"):
        draft_quote(deal=deal, by=world.rani, at=day(3))
    assert [one.state for one in Quote.objects.all()] == ["draft"]


def test_a_discount_above_the_limit_waits_for_somebody_else(world: World, quote, seat):
    set_discount_limits(limits={"rep": D(10), "manager": D(25)}, by=world.agus, at=day(1))
    quote = edited(world, quote, LineDraft(seat, quantity=D(120), percent=D("10.01")))
    with pytest.raises(CannotChangeQuote) as refusal:
        send_quote(quote=quote, by=world.rani, at=day(2))
    assert str(refusal.value) == (
        "A discount of 10.01% is above your limit of 10.00%. Ask for approval first."
    )
    with pytest.raises(CannotChangeQuote, match="Nobody asked"):
        approve_discount(quote=quote, by=world.bram, at=day(2))
    quote = ask_approval(quote=quote, by=world.rani, at=day(2))
    assert list(waits_for_approval(world.bram)) == [quote]
    with pytest.raises(CannotChangeQuote, match="Who wrote the quote"):
        approve_discount(quote=quote, by=world.rani, at=day(3))
    with pytest.raises(CannotChangeQuote, match="above your own limit"):
        approve_discount(quote=quote, by=world.budi, at=day(3))
    quote = approve_discount(quote=quote, by=world.bram, note="A large customer.", at=day(3))
    assert send_quote(quote=quote, by=world.rani, at=day(4)).state == "sent"


def test_a_change_after_the_approval_takes_it_back(world: World, quote, seat):
    set_discount_limits(limits={"rep": D(10)}, by=world.agus, at=day(1))
    quote = edited(world, quote, LineDraft(seat, percent=D(20)))
    quote = approve_discount(
        quote=ask_approval(quote=quote, by=world.rani, at=day(2)), by=world.bram, at=day(3)
    )
    quote = edited(world, quote, LineDraft(seat, percent=D(30)), number=4)
    assert last_version(quote).approval == ""
    with pytest.raises(CannotChangeQuote, match="Ask for approval first"):
        send_quote(quote=quote, by=world.rani, at=day(5))


def test_a_price_below_the_list_is_a_discount_too(world: World, quote, seat):
    set_discount_limits(limits={"rep": D(10), "manager": D(15)}, by=world.agus, at=day(1))
    quote = edited(world, quote, LineDraft(seat, unit_price=D(2_800_000)))
    found = discount_of(last_version(quote), world.bram)
    assert (found.shown, found.is_above, found.can_approve) == (D("20.00"), True, False)
    asked = ask_approval(quote=quote, by=world.rani, at=day(2))
    with pytest.raises(CannotChangeQuote, match="above your own limit"):
        approve_discount(quote=asked, by=world.bram, at=day(3))
    refused = refuse_discount(quote=asked, by=world.ada, at=day(3), note="Too low.")
    assert (last_version(refused).approval, last_version(refused).approval_note) == ("refused", "Too low.")
    with pytest.raises(CannotChangeQuote, match="Ask for approval first"):
        send_quote(quote=refused, by=world.rani, at=day(4))


def test_somebody_whose_limit_is_higher_may_send_what_another_wrote(world: World, quote, seat):
    set_discount_limits(limits={"rep": D(10), "manager": D(25)}, by=world.agus, at=day(1))
    quote = edited(world, quote, LineDraft(seat, percent=D(20)))
    assert send_quote(quote=quote, by=world.bram, at=day(3)).state == "sent"


def test_a_withdrawn_quote_can_be_taken_up_again(world: World, quote):
    sent = send_quote(quote=quote, by=world.rani, at=day(2))
    gone = withdraw_quote(quote=sent, why="Wrong price.", by=world.rani, at=day(3))
    assert gone.state == "withdrawn"
    with pytest.raises(CannotChangeQuote, match="nothing to withdraw"):
        withdraw_quote(quote=gone, by=world.rani, at=day(3))
    again = edited(world, gone, LineDraft(title="Work", unit_price=D(1)), number=4)
    assert list(again.versions.values_list("number", "state")) == [(1, "withdrawn"), (2, "draft")]


def test_the_tax_is_that_of_the_day_on_which_the_quote_is_sent(world: World, quote):
    set_tax_rate(
        name="PPN", rate=D(12), base_numerator=11, base_denominator=12, from_date=date(2025, 1, 1),
        by=world.agus, at=day(0),
    )  # fmt: skip
    set_tax_rate(name="PPN", rate=D(13), from_date=day(10).date(), by=world.agus, at=day(0))
    set_tax_rate(name="PPN", rate=D(0), from_date=day(20).date(), by=world.agus, at=day(0))
    effective = [tax.effective if (tax := tax_on(day(n).date())) else None for n in (1, 9, 10, 19, 20)]
    assert effective == [D(11), D(11), D(13), D(13), None]
    assert tax_on(date(2024, 12, 31)) is None
    quote = send_quote(quote=quote, by=world.rani, at=day(11))
    assert (last_version(quote).tax_rate, last_version(quote).tax) == (D(13), D(54_600_000))


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("name", {"name": " "}), ("rate", {"rate": D(101)}), ("rate", {"rate": D("11.001")}),
        ("base_denominator", {"base_numerator": 13, "base_denominator": 12}),
        ("base_denominator", {"base_numerator": 0}),
    ],
)  # fmt: skip
def test_a_tax_that_cannot_be_is_refused(world: World, field, values):
    entries = Entry.objects.count()
    with pytest.raises(CannotChangeQuoteSettings) as refusal:
        set_tax_rate(
            **{"name": "PPN", "rate": D(11), "from_date": date(2026, 1, 1), **values},
            by=world.agus,
            at=day(0),
        )
    assert (refusal.value.field, Entry.objects.count()) == (field, entries)


def test_limits_are_kept_by_role_and_may_be_lifted(world: World):
    set_discount_limits(limits={"rep": D(10), "manager": D(25)}, by=world.agus, at=day(0))
    set_discount_limits(limits={"rep": None}, by=world.agus, at=day(1))
    set_discount_limits(limits={"manager": D(25)}, by=world.agus, at=day(2))
    for wrong in ({"king": D(1)}, {"rep": D(101)}, {"rep": D("1.001")}):
        with pytest.raises(CannotChangeQuoteSettings):
            set_discount_limits(limits=wrong, by=world.agus, at=day(3))
    facts = Entry.objects.filter(name="discount_limits.set").order_by("id")
    told = [{role: D(one) for role, one in fact.details["limits"].items()} for fact in facts]
    assert told == [{"manager": D(25), "rep": D(10)}, {"manager": D(25)}]


def test_the_door_follows_the_deal(world: World, quote):
    assert quote_for(world.bram, quote.pk) == quote
    assert list(quotes_for(world.budi)) == []
    with pytest.raises(Quote.DoesNotExist):
        quote_for(world.budi, quote.pk)


def test_quotes_follow_a_deal_into_another_one(world: World, quote, deal):
    kept = world.deal("Bank Nusa", company=deal.company)
    merge_deals(kept=kept, other=deal, by=world.rani, at=day(3))
    assert quote_for(world.rani, quote.pk).deal == kept
    with pytest.raises(StaleEdit):
        send_quote(quote=quote, by=world.rani, at=day(4))


def test_a_quote_expires_after_its_last_day_where_the_company_is(world: World, quote):
    until = day(5).date()
    quote = edited(world, quote, LineDraft(title="Work", unit_price=D(1)), valid_until=until)
    version = last_version(send_quote(quote=quote, by=world.rani, at=day(3)))
    assert version.state == QuoteState.SENT
    assert why_no_answer(version, until) == ""
    assert why_no_answer(version, until + timedelta(days=1)) == "This quote has expired. Ask for a new one."
