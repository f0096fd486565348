"""Whatever is done to a deal, its history agrees with it and with the journal."""

from datetime import timedelta
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.world import World, day

from siklus.platform.journal.queries import replayable
from siklus.records.deals import history, spans
from siklus.records.deals.actions import (
    assign_deal,
    edit_deal,
    lose_deal,
    move_deal,
    reopen_deal,
    win_deal,
)
from siklus.records.deals.models import TRACKED, Deal, DealInterval
from siklus.records.deals.replay import replay
from siklus.records.fields.record import Refused

KINDS = ("prospecting", "contact", "demo", "closing")
step = st.one_of(
    st.tuples(st.just("move"), st.sampled_from(KINDS)),
    st.tuples(st.just("amount"), st.integers(0, 5)),
    st.tuples(st.just("assign"), st.sampled_from(("rani", "budi", ""))),
    st.tuples(st.sampled_from(("win", "lose", "reopen")), st.none()),
    st.tuples(st.just("past amount"), st.integers(0, 5)),
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(step, max_size=9))
def test_intervals_deal_and_journal_tell_the_same(world: World, steps):
    deal = world.deal(amount=Decimal(7), at=day(1))
    for number, (verb, value) in enumerate(steps):
        at = day(2 + number)
        try:
            deal = act(world, deal, verb, value, at)
        except Refused:
            continue
    deal = Deal.objects.get(pk=deal.pk)
    life = history.spans_of(deal)
    assert spans.problems(life) == []
    assert history.tracked(deal) == dict(life[-1].values)
    told = replay(deal.pk, replayable("deal", deal.pk))
    assert [(one.start, one.end, dict(one.values)) for one in told] == [
        (one.start, one.end, dict(one.values)) for one in life
    ]
    now = history.as_of(day(60)).get(deal=deal)
    assert {key: getattr(now, key) for key in TRACKED} == history.tracked(deal)
    assert DealInterval.objects.filter(deal=deal, valid_to=None, superseded_at=None).count() == 1


def act(world, deal, verb, value, at):
    by = world.rani
    if verb == "move":
        return move_deal(deal=deal, stage=world.stage(value), by=by, at=at)
    if verb == "amount":
        return edit_deal(deal=deal, amount=Decimal(value), by=by, at=at)
    if verb == "past amount":
        return edit_deal(deal=deal, amount=Decimal(value), by=by, at=at - timedelta(days=2))
    if verb == "assign":
        return assign_deal(deal=deal, owner=getattr(world, value) if value else None, by=by, at=at)
    if verb == "win":
        return win_deal(deal=deal, by=by, at=at)
    if verb == "lose":
        return lose_deal(deal=deal, reason=world.too_expensive, by=by, at=at)
    return reopen_deal(deal=deal, by=by, at=at)
