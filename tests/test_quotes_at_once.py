"""Buyers and sellers at the same moment: a quote has one outcome, and two drafts never share a number."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Barrier

import pytest
from django.db import connection, connections

from siklus.cycle.closing.actions import (
    CannotChangeQuote,
    LineDraft,
    accept_quote,
    decline_quote,
    draft_quote,
    edit_quote,
    send_quote,
    withdraw_quote,
)
from siklus.cycle.closing.models import Quote, QuoteVersion
from siklus.platform.journal.models import Entry
from siklus.records.deals.models import Deal
from tests.world import World, build_world, day

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
DECIDED = ("quote.accepted", "quote.declined", "quote.withdrawn")


@pytest.fixture
def here() -> World:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite lets one writer in at a time")
    return build_world()


def sent(world: World, price: int = 100) -> QuoteVersion:
    deal = world.deal(amount=Decimal(1))
    lines = [LineDraft(title="Work", unit_price=Decimal(price))]
    quote = draft_quote(deal=deal, lines=lines, by=world.rani, at=day(1))
    return send_quote(quote=quote, by=world.rani, at=day(2)).versions.get()


def at_once(*acts: Callable[[], object]) -> list[str]:
    """What each of them came to: `done`, or the words of the refusal."""
    gate = Barrier(len(acts))

    def run(act: Callable[[], object]) -> str:
        try:
            gate.wait(10)
            act()
            return "done"
        except CannotChangeQuote as refusal:
            return str(refusal)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_of_many_who_accept_at_once_one_does(here):
    version = sent(here)
    said = at_once(
        *[lambda n=n: accept_quote(version=version, name=f"Buyer {n}", at=day(3)) for n in range(8)]
    )
    assert (said.count("done"), set(said)) == (1, {"done", "This quote is accepted."})
    assert Entry.objects.filter(name="quote.accepted").count() == 1
    assert Deal.objects.get().amount == 100


def test_a_yes_and_a_no_at_once_are_one_of_them(here):
    for _ in range(6):
        version = sent(here)
        said = at_once(
            lambda v=version: accept_quote(version=v, name="Hendra", at=day(3)),
            lambda v=version: decline_quote(version=v, name="Lina", at=day(3)),
        )
        version.refresh_from_db()
        assert said.count("done") == 1
        assert Entry.objects.filter(about_id=version.quote_id, name__in=DECIDED).count() == 1
        assert version.state == ("accepted" if said[0] == "done" else "declined")


def test_a_yes_while_a_new_version_is_sent_has_one_outcome(here):
    for _ in range(6):
        version = sent(here)
        edit_quote(
            quote=version.quote,
            lines=[LineDraft(title="Work", unit_price=Decimal(90))],
            by=here.rani,
            at=day(3),
        )
        said = at_once(
            lambda v=version: accept_quote(version=v, name="Hendra", at=day(4)),
            lambda v=version: send_quote(quote=v.quote, by=here.rani, at=day(4)),
        )
        states = list(QuoteVersion.objects.filter(quote=version.quote).values_list("state", flat=True))
        amount = Deal.objects.get(pk=version.quote.deal_id).amount
        assert said.count("done") == 1
        assert (states, amount) == (
            (["accepted", "draft"], 100) if said[0] == "done" else (["superseded", "sent"], 1)
        )


def test_a_yes_while_the_quote_is_withdrawn_has_one_outcome(here):
    for _ in range(4):
        version = sent(here)
        said = at_once(
            lambda v=version: accept_quote(version=v, name="Hendra", at=day(4)),
            lambda v=version: withdraw_quote(quote=v.quote, by=here.rani, at=day(4)),
        )
        version.refresh_from_db()
        assert said.count("done") == 1
        assert version.state == ("accepted" if said[0] == "done" else "withdrawn")


def test_two_offers_on_one_deal_accepted_at_once_leave_one(here):
    for _ in range(4):
        first = sent(here, 100)
        deal = first.quote.deal
        lines = [LineDraft(title="More", unit_price=Decimal(200))]
        other = draft_quote(deal=deal, lines=lines, by=here.rani, at=day(1))
        second = send_quote(quote=other, by=here.rani, at=day(2)).versions.get()
        said = at_once(
            *[lambda v=v: accept_quote(version=v, name="Hendra", at=day(3)) for v in (first, second)]
        )
        states = sorted(QuoteVersion.objects.filter(quote__deal=deal).values_list("state", flat=True))
        assert (said.count("done"), states) == (1, ["accepted", "withdrawn"])
        assert Deal.objects.get(pk=deal.pk).amount == (100 if said[0] == "done" else 200)


def test_drafts_begun_at_once_have_numbers_of_their_own(here):
    deals = [here.deal() for _ in range(8)]
    assert (
        at_once(*[lambda d=d: draft_quote(deal=d, lines=[], by=here.rani, at=day(1)) for d in deals])
        == ["done"] * 8
    )
    numbers = sorted(Quote.objects.values_list("number", flat=True))
    assert numbers == [f"Q-2026-{n:04d}" for n in range(1, 9)]
