from decimal import Decimal

import pytest
from tests.world import World, day

from siklus.platform.journal.models import Entry
from siklus.platform.journal.queries import timeline
from siklus.records.deals import history, spans
from siklus.records.deals.actions import (
    DealIsClosed,
    assign_deal,
    edit_deal,
    lose_deal,
    move_deal,
    reopen_deal,
    take_back_move,
    win_deal,
)
from siklus.records.deals.actions.shared import CannotChangeDeal
from siklus.records.deals.gates import GateClosed, close_for_good, gate
from siklus.records.deals.invariants import check_all
from siklus.records.deals.models import Deal, DealInterval
from siklus.records.fields.record import Refused, StaleEdit


def test_a_new_deal_starts_as_a_lead_in_the_first_stage(world: World):
    deal = world.deal(amount=Decimal("420000000"))
    assert (deal.stage, deal.is_lead, deal.status, deal.team) == (
        world.stage("prospecting"),
        True,
        "open",
        world.jakarta,
    )
    assert deal.amount_base == Decimal("420000000")
    assert [(span.start, span.end) for span in history.spans_of(deal)] == [(day(1), None)]


def test_moving_to_a_demo_qualifies_the_lead_and_keeps_the_old_interval(world: World):
    deal = world.deal(amount=Decimal(1000))
    deal = move_deal(deal=deal, stage=world.stage("demo"), by=world.rani, at=day(3))
    assert (deal.stage, deal.probability, deal.qualified_at) == (world.stage("demo"), 40, day(3))
    first, second = history.spans_of(deal)
    assert (first.values["stage_id"], first.end) == (world.stage("prospecting").pk, day(3))
    assert (second.values["stage_id"], second.end) == (world.stage("demo").pk, None)
    assert [line.entry.name for line in timeline("deal", deal.pk)] == [
        "deal.moved",
        "deal.qualified",
        "deal.created",
    ]


def test_taking_back_the_move_that_qualified_makes_it_a_lead_and_keeps_both_moves(world: World):
    deal = world.deal(amount=Decimal(1000))
    moved = move_deal(deal=deal, stage=world.stage("demo"), by=world.rani, at=day(3))
    back = take_back_move(
        deal=moved, stage=world.stage("prospecting"), by=world.rani, at=day(4), expected_version=moved.version
    )
    stored = Deal.objects.get()
    assert (stored.is_lead, stored.stage, stored.version) == (True, world.stage("prospecting"), back.version)
    assert [line.entry.name for line in timeline("deal", deal.pk)][:3] == [
        "deal.unqualified", "deal.moved", "deal.moved",
    ]  # fmt: skip
    assert [span.start for span in history.spans_of(deal)] == [day(1), day(3), day(4)]
    assert [(one.name, one.first) for one in check_all() if one.wrong] == []


def test_taking_a_move_back_leaves_what_was_a_deal_before_a_deal(world: World):
    deal = world.deal(qualified=True)
    moved = move_deal(deal=deal, stage=world.stage("demo"), by=world.rani, at=day(3))
    take_back_move(
        deal=moved, stage=world.stage("prospecting"), by=world.rani, at=day(4), expected_version=moved.version
    )
    assert Deal.objects.get().qualified_at == day(1)
    made = world.deal("Made at the demo", stage=world.stage("demo"))
    take_back_move(
        deal=made, stage=world.stage("research"), by=world.rani, at=day(4), expected_version=made.version
    )
    assert Deal.objects.get(pk=made.pk).qualified_at == day(1)


def test_winning_freezes_the_deal_until_it_is_reopened(world: World):
    deal = world.deal(amount=Decimal(1000))
    deal = win_deal(deal=deal, by=world.rani, at=day(9), amount=Decimal(900))
    assert (deal.status, deal.amount, deal.closed_at, deal.probability) == ("won", Decimal(900), day(9), 100)
    with pytest.raises(DealIsClosed):
        move_deal(deal=deal, stage=world.stage("demo"), by=world.rani, at=day(10))
    deal = reopen_deal(deal=deal, by=world.rani, at=day(11), stage=world.stage("closing"))
    assert (deal.status, deal.closed_at, deal.stage) == ("open", None, world.stage("closing"))
    assert [span.values["status"] for span in history.spans_of(deal)] == ["open", "won", "open"]


def test_losing_needs_a_reason_and_a_refusal_changes_nothing(world: World):
    deal = world.deal()
    entries = Entry.objects.count()
    with pytest.raises(CannotChangeDeal):
        lose_deal(deal=deal, reason=None, by=world.rani, at=day(2))
    assert (Deal.objects.get().status, Entry.objects.count()) == ("open", entries)
    deal = lose_deal(deal=deal, reason=world.too_expensive, by=world.rani, at=day(2), note=" 20 % over ")
    assert (deal.status, deal.lost_reason, deal.lost_note) == ("lost", world.too_expensive, "20 % over")
    assert timeline("deal", deal.pk)[0].sentence == "lost the deal: Too expensive"


def test_a_stale_edit_is_refused_and_changes_nothing(world: World):
    deal = world.deal(amount=Decimal(5))
    edit_deal(deal=deal, by=world.bram, at=day(2), expected_version=1, amount=Decimal(7))
    with pytest.raises(StaleEdit) as refusal:
        edit_deal(deal=deal, by=world.rani, at=day(2), expected_version=1, amount=Decimal(9))
    assert refusal.value.current.amount == Decimal(7)
    assert Deal.objects.get().amount == Decimal(7)


def test_a_gate_keeps_a_deal_out_with_its_reason(world: World):
    @gate("closing")
    def needs_amount(deal: Deal, target: object) -> None:
        if deal.amount is None:
            raise GateClosed("No amount yet.", field="amount")

    deal = world.deal()
    try:
        with pytest.raises(GateClosed, match="No amount yet"):
            move_deal(deal=deal, stage=world.stage("closing"), by=world.rani, at=day(2))
    finally:
        close_for_good(needs_amount)
    assert DealInterval.objects.filter(deal=deal).count() == 1


def test_the_past_can_be_corrected_and_both_beliefs_stay_known(world: World):
    deal = world.deal(amount=Decimal(100))
    edit_deal(deal=deal, by=world.rani, at=day(10), amount=Decimal(200))
    before = DealInterval.objects.order_by("-recorded_at").first().recorded_at
    edit_deal(deal=deal, by=world.rani, at=day(5), expected_close_date=day(40).date())
    life = history.spans_of(deal)
    assert spans.problems(life) == []
    assert [span.start for span in life] == [day(1), day(5), day(10)]
    assert history.as_of(day(7)).get(deal=deal).expected_close_date == day(40).date()
    assert history.as_of(day(7), known_at=before).get(deal=deal).expected_close_date is None
    assert Deal.objects.get().expected_close_date == day(40).date()
    with pytest.raises(Refused):
        edit_deal(deal=deal, by=world.rani, at=day(0.5), amount=Decimal(1))


def test_team_follows_the_owner_and_history_remembers_the_team_then(world: World):
    deal = world.deal()
    assign_deal(deal=deal, owner=world.budi, by=world.bram, at=day(4))
    assert history.as_of(day(2)).get(deal=deal).team_id == world.jakarta.pk
    assert history.as_of(day(4)).get(deal=deal).team_id == world.surabaya.pk
