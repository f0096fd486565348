"""What the buyer says, and what it does to the deal."""

from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.world import World, day

from siklus.cycle.closing.actions import (
    CannotChangeQuote,
    LineDraft,
    accept_quote,
    agreed_lines,
    decline_quote,
    draft_quote,
    edit_quote,
    send_quote,
    set_quote_rule,
    withdraw_quote,
)
from siklus.cycle.closing.models import Quote, QuoteLine, QuoteVersion
from siklus.cycle.closing.queries import last_version
from siklus.platform.journal.models import Entry
from siklus.platform.journal.queries import timeline
from siklus.records.deals.actions import set_product, win_deal
from siklus.records.deals.gates import GateClosed, close_for_good, gate
from siklus.records.deals.models import Deal
from siklus.records.products.actions import add_product
from siklus.records.products.models import Product


@pytest.fixture
def seat(world: World) -> Product:
    return add_product(name="Seat", price=D(3_500_000), by=world.agus, at=day(0))


@pytest.fixture
def deal(world: World) -> Deal:
    return world.deal(amount=D(400_000_000))


def sent(world: World, deal: Deal, *lines: LineDraft) -> QuoteVersion:
    quote = draft_quote(deal=deal, lines=lines, by=world.rani, at=day(2))
    return last_version(send_quote(quote=quote, by=world.rani, at=day(3)))


def test_a_yes_gives_the_deal_the_amount_before_tax_and_the_lines(world: World, deal, seat):
    old = add_product(name="Old", price=D(1), by=world.agus, at=day(0))
    set_product(deal=deal, product=old, by=world.rani, at=day(1))
    version = sent(
        world, deal, LineDraft(seat, quantity=D(120), percent=D(10)), LineDraft(title="Training", unit_price=D(5))
    )  # fmt: skip
    accepted = accept_quote(
        version=version, name="  Hendra  Prasetyo ", address="203.0.113.7", note="Good.", at=day(5)
    )
    assert (accepted.state, accepted.decided_name, accepted.decided_address, accepted.ended_at) == (
        "accepted", "Hendra Prasetyo", "203.0.113.7", day(5),
    )  # fmt: skip
    deal.refresh_from_db()
    assert (deal.amount, deal.status) == (D(378_000_005), "open")
    assert [(row.product, row.quantity, row.unit_price) for row in deal.lines.all()] == [
        (seat, 120, D(3_150_000))
    ]
    entry = Entry.objects.get(name="quote.accepted")
    assert (entry.by_id, entry.personal) == (None, {"who": "Hendra Prasetyo", "address": "203.0.113.7"})
    assert entry.details["value"] == {"amount": "378000005", "currency": "IDR"}
    sentences = [line.sentence for line in timeline("deal", deal.pk)]
    assert sentences[0] == "the buyer accepted the quote Q-2026-0001: Hendra Prasetyo"


def test_a_yes_wins_the_deal_where_the_pipeline_says_so(world: World, deal, seat):
    set_quote_rule(pipeline=world.pipeline, accepted_wins=True, by=world.agus, at=day(0))
    accept_quote(version=sent(world, deal, LineDraft(seat)), name="Hendra", at=day(5))
    deal.refresh_from_db()
    assert (deal.status, deal.amount, deal.closed_at) == ("won", D(3_500_000), day(5))
    assert Entry.objects.get(name="quote.accepted").details["won"] is True


def test_a_gate_keeps_the_deal_open_and_the_yes_stands(world: World, deal, seat):
    set_quote_rule(pipeline=world.pipeline, accepted_wins=True, by=world.agus, at=day(0))

    @gate("won")
    def never(_deal, _stage):
        raise GateClosed("Not today.")

    try:
        accept_quote(version=sent(world, deal, LineDraft(seat)), name="Hendra", at=day(5))
    finally:
        close_for_good(never)
    deal.refresh_from_db()
    assert (deal.status, deal.amount) == ("open", D(3_500_000))
    assert Entry.objects.get(name="quote.accepted").details["won"] is False


def test_a_no_leaves_the_deal_as_it_is(world: World, deal, seat):
    version = decline_quote(
        version=sent(world, deal, LineDraft(seat)), name="Hendra", note="Too much.", at=day(5)
    )
    deal.refresh_from_db()
    assert (version.state, version.decided_note, deal.amount) == ("declined", "Too much.", D(400_000_000))
    again = edit_quote(quote=version.quote, lines=[LineDraft(seat, percent=D(5))], by=world.rani, at=day(6))
    assert list(again.versions.values_list("number", "state")) == [(1, "declined"), (2, "draft")]


def test_only_a_standing_version_can_be_answered_and_only_once(world: World, deal, seat):
    first = sent(world, deal, LineDraft(seat))
    edit_quote(quote=first.quote, lines=[LineDraft(seat, quantity=D(2))], by=world.rani, at=day(4))
    second = last_version(send_quote(quote=first.quote, by=world.rani, at=day(4)))
    with pytest.raises(CannotChangeQuote, match="A newer version"):
        accept_quote(version=first, name="Hendra", at=day(5))
    with pytest.raises(CannotChangeQuote, match="expired"):
        accept_quote(version=second, name="Hendra", at=day(60))
    with pytest.raises(CannotChangeQuote, match="Write your name"):
        accept_quote(version=second, name=" ", at=day(5))
    deal.refresh_from_db()
    assert (deal.amount, Entry.objects.filter(name="quote.accepted").count()) == (D(400_000_000), 0)
    accept_quote(version=second, name="Hendra", at=day(5))
    entries = Entry.objects.count()
    for verb in (accept_quote, decline_quote):
        with pytest.raises(CannotChangeQuote, match="This quote is accepted"):
            verb(version=second, name="Budi", at=day(6))
    for verb in (send_quote, withdraw_quote, edit_quote):
        with pytest.raises(CannotChangeQuote):
            verb(quote=Quote.objects.get(), by=world.rani, at=day(6))
    assert Entry.objects.count() == entries


def test_the_other_offers_are_withdrawn_when_one_is_accepted(world: World, deal, seat):
    small, large = sent(world, deal, LineDraft(seat)), sent(world, deal, LineDraft(seat, quantity=D(9)))
    accept_quote(version=large, name="Hendra", at=day(5))
    small.refresh_from_db()
    assert small.state == "withdrawn"
    assert Entry.objects.get(name="quote.withdrawn").details["why"] == "Q-2026-0002 was accepted."
    with pytest.raises(CannotChangeQuote, match="withdrawn"):
        accept_quote(version=small, name="Hendra", at=day(6))


def test_a_yes_that_comes_after_the_deal_was_won_is_kept_and_changes_no_amount(world: World, deal, seat):
    version = sent(world, deal, LineDraft(seat))
    win_deal(deal=deal, by=world.rani, at=day(4))
    accepted = accept_quote(version=version, name="Hendra", at=day(5))
    deal.refresh_from_db()
    assert (accepted.state, deal.amount) == ("accepted", D(400_000_000))


LINES = st.lists(
    st.tuples(st.sampled_from([1, 2]), st.decimals("0.001", "1000", places=3), st.integers(0, 10**9)),
    max_size=6,
)


@given(LINES)
def test_the_lines_of_the_deal_add_up_to_the_quote_to_the_coin(rows):
    products = {pk: Product(pk=pk, name=str(pk)) for pk in (1, 2)}
    lines = [QuoteLine(product=products[pk], quantity=count, net=D(net)) for pk, count, net in rows]
    found = agreed_lines(lines)
    assert len({product.pk for product, _count, _each in found}) == len(found)
    assert sum((count * each for _product, count, each in found), D(0)) == sum(
        (D(net) for *_, net in rows), D(0)
    )
