"""From won deals to a locked period: posted once, corrected by labelled lines, and never changed."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.world import World, day

from siklus.commission.ledger import total
from siklus.platform.journal.models import Entry
from siklus.platform.money.rates import NoRate, set_rate
from siklus.records.deals.actions import reopen_deal
from siklus.records.deals.actions.edit import edit_deal
from siklus.team.incentives.actions import (
    Share,
    add_version,
    answer_dispute,
    approve_period,
    ask_adjustment,
    decide_adjustment,
    digest_now,
    lock_period,
    note_pay_event,
    post_period,
    raise_dispute,
    settle_dispute,
    share_credit,
    start_review,
)
from siklus.team.incentives.calculating import calculated, ledger_of, replayed
from siklus.team.incentives.models import Adjustment, Dispute, LedgerLine, PayEvent, PayPeriod, Run
from siklus.team.incentives.models.kept import WrittenOnce
from siklus.team.incentives.refused import CannotPay
from siklus.team.incentives.snapshot import digest_of
from siklus.team.incentives.tests.world import TEXT, a_plan, locked, noon, posted, won


def paid(user) -> Decimal:
    return sum((one.payable for one in LedgerLine.objects.filter(user=user)), Decimal(0))


def refused(function, **values) -> str:
    with pytest.raises(CannotPay) as found:
        function(**values)
    return found.value.message


def test_a_won_deal_pays_by_its_tiers_and_the_line_tells_how(world: World):
    plan = a_plan(world)
    won(world, 80_000_000, noon(3, 10))
    deal = won(world, 50_000_000, noon(3, 20))
    period = posted(world, plan)
    line = LedgerLine.objects.get(deal_id=deal.pk)
    assert (line.earned, line.payable, line.kind) == (Decimal(3_400_000), Decimal(3_400_000), "earning")
    assert [(one["amount"], one["rate"], one["pay"]) for one in line.pieces] == [
        ("20000000", "0.05", "1000000"), ("30000000", "0.08", "2400000"),
    ]  # fmt: skip
    assert line.version.number == 1
    assert Entry.objects.get(pk=line.entry).name == "deal.won"
    assert period.state == "open"
    assert Entry.objects.get(name="pay_period.posted").details["lines"] == 2


def test_asked_again_a_posting_writes_nothing(world: World):
    plan = a_plan(world)
    won(world, 80_000_000, noon(3, 10))
    posted(world, plan)
    before = (LedgerLine.objects.count(), Run.objects.count(), Entry.objects.count())
    posted(world, plan)
    assert (LedgerLine.objects.count(), Run.objects.count(), Entry.objects.count()) == before


def test_a_shared_deal_pays_everybody_their_part(world: World):
    plan = a_plan(world)
    deal = won(world, 100_000_000, noon(3, 10))
    shares = [Share(world.rani, Decimal(70)), Share(world.budi, Decimal(30))]
    share_credit(deal=deal, shares=shares, by=world.agus, at=noon(3, 11))
    posted(world, plan)
    assert (paid(world.rani), paid(world.budi)) == (Decimal(3_500_000), Decimal(1_500_000))


def test_a_change_after_the_lock_comes_as_a_labelled_delta_in_the_next_period(world: World):
    plan = a_plan(world)
    deal = won(world, 80_000_000, noon(3, 10))
    march = locked(world, plan)
    before = list(LedgerLine.objects.values())
    edit_deal(deal=deal, amount=Decimal(60_000_000), by=world.rani, at=noon(4, 20))
    found = calculated(plan, "2026-04")
    assert found.since == "2026-03"
    assert LedgerLine.objects.count() == len(before)  # side by side: nothing is written yet
    posted(world, plan, "2026-04", noon(5, 2))
    line = LedgerLine.objects.get(kind="correction")
    assert (line.period.name, line.for_period, line.earned) == ("2026-04", "2026-03", Decimal(-1_000_000))
    assert line.reason == "correction for 2026-03"
    assert list(LedgerLine.objects.filter(period=march).values()) == before
    assert digest_now(march) == march.digest


def test_a_deal_that_was_not_won_after_all_is_taken_back(world: World):
    plan = a_plan(world)
    deal = won(world, 80_000_000, noon(3, 10))
    locked(world, plan)
    reopen_deal(deal=deal, by=world.rani, at=noon(4, 3))
    won(world, 200_000_000, noon(4, 10))
    posted(world, plan, "2026-04", noon(5, 2))
    assert LedgerLine.objects.get(kind="correction").earned == Decimal(-4_000_000)


def test_a_cancellation_claws_back_within_the_limit_and_the_rest_is_carried(world: World):
    plan = a_plan(world)
    deal = won(world, 100_000_000, noon(3, 10))
    locked(world, plan)
    note_pay_event(
        deal=deal, kind="cancellation", day=date(2026, 4, 5), key="C-1", by=world.agus, at=noon(4, 5)
    )
    won(world, 60_000_000, noon(4, 10))
    posted(world, plan, "2026-04", noon(5, 2))
    april = LedgerLine.objects.filter(period__name="2026-04")
    assert {one.kind: one.payable for one in april} == {
        "earning": Decimal(3_000_000), "clawback": Decimal(-5_000_000), "carried": Decimal(3_500_000),
    }  # fmt: skip


def test_the_same_event_counts_once(world: World):
    a_plan(world)
    deal = won(world, 100_000_000, noon(3, 10))
    values = {
        "deal": deal,
        "kind": "payment",
        "day": date(2026, 4, 5),
        "amount": Decimal(5),
        "by": world.agus,
    }
    note_pay_event(key="INV-7", at=noon(4, 5), **values)
    assert "“INV-7” was noted before" in refused(note_pay_event, key="INV-7", at=noon(4, 6), **values)
    assert PayEvent.objects.count() == 1


def test_exchange_rates_stay_as_they_were_posted(world: World):
    plan = a_plan(world)
    set_rate(currency="USD", from_date=date(2026, 3, 1), rate=Decimal(16_000))
    won(world, 1_000, noon(3, 10), currency="USD")
    locked(world, plan)
    set_rate(currency="USD", from_date=date(2026, 3, 1), rate=Decimal(17_000))
    won(world, 1_000, noon(4, 10), currency="USD")
    posted(world, plan, "2026-04", noon(5, 2))
    amounts = list(LedgerLine.objects.order_by("id").values_list("kind", "period__name", "earned"))
    assert amounts == [
        ("earning", "2026-03", Decimal(800_000)), ("earning", "2026-04", Decimal(850_000)),
    ]  # fmt: skip
    assert LedgerLine.objects.first().inputs["exchange_rate"] == "16000"


def test_a_currency_without_a_rate_is_refused_and_nothing_is_posted(world: World):
    plan = a_plan(world)
    set_rate(currency="USD", from_date=date(2026, 3, 1), rate=Decimal(16_000))
    won(world, 1_000, noon(3, 10), currency="USD")
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM money_rate")
    with pytest.raises(NoRate, match="USD"):
        posted(world, plan)
    assert PayPeriod.objects.count() == LedgerLine.objects.count() == 0


def test_periods_come_in_order_and_close_in_order(world: World):
    plan = a_plan(world)
    won(world, 80_000_000, noon(3, 10))
    march = posted(world, plan)
    values = {"plan": plan, "by": world.agus, "at": noon(6, 2)}
    assert refused(post_period, name="2026-05", **values) == "Periods come in order: next is 2026-04."
    assert "Lock 2026-03 first" in refused(post_period, name="2026-04", **values)
    assert "is past" in refused(post_period, name="2026-02", **values)
    assert "write a period such as" in refused(post_period, name="2026-Q2", **values)
    assert "Approve 2026-03 first" in refused(lock_period, period=march, by=world.agus, at=noon(6, 2))
    assert "not begun" in refused(post_period, plan=plan, name="2026-03", by=world.agus, at=day(-3))


def test_nothing_is_reviewed_before_it_is_over_nor_approved_within_its_window(world: World):
    plan = a_plan(world)
    won(world, 80_000_000, noon(3, 10))
    march = posted(world, plan, at=noon(3, 20))
    assert "not over yet" in refused(start_review, period=march, by=world.agus, at=noon(3, 31))
    march = start_review(period=march, by=world.agus, at=noon(4, 1))
    assert "until 6" in refused(approve_period, period=march, by=world.agus, at=noon(4, 5))
    won(world, 5_000_000, noon(3, 30))
    assert "changed since it was posted" in refused(
        approve_period, period=march, by=world.agus, at=noon(4, 7)
    )
    posted(world, plan, at=noon(4, 7))
    assert approve_period(period=march, by=world.agus, at=noon(4, 7)).state == "approved"
    assert "changes no more" in refused(post_period, plan=plan, name="2026-03", by=world.agus, at=noon(4, 8))


def test_an_adjustment_takes_two_people_and_none_decides_on_their_own(world: World):
    plan = a_plan(world, people=(world.rani, world.agus))
    won(world, 80_000_000, noon(3, 10))
    values = {"plan": plan, "kind": "goodwill", "day": date(2026, 3, 30), "at": noon(3, 30)}
    asked = ask_adjustment(
        user=world.rani, amount=Decimal(250_000), reason="Helped Budi", by=world.agus, **values
    )
    assert "Who asked for it" in refused(
        decide_adjustment, adjustment=asked, approve=True, by=world.agus, at=noon(4, 1)
    )
    own = ask_adjustment(user=world.agus, amount=Decimal(1), reason="x", by=world.ada, **values)
    assert "their own pay" in refused(
        decide_adjustment, adjustment=own, approve=True, by=world.agus, at=noon(4, 1)
    )
    posted(world, plan, at=noon(4, 1))
    assert not LedgerLine.objects.filter(kind="adjustment").exists()
    decide_adjustment(adjustment=asked, approve=True, by=world.ada, at=noon(4, 1))
    posted(world, plan, at=noon(4, 1))
    line = LedgerLine.objects.get(kind="adjustment")
    assert (line.user, line.payable, line.reason) == (world.rani, Decimal(250_000), "Helped Budi")
    assert "never on" in refused(
        ask_adjustment, user=world.dewi, amount=Decimal(1), reason="x", by=world.agus, **values
    )
    assert Adjustment.objects.count() == 2


def test_a_dispute_is_raised_in_the_window_answered_and_settled_before_the_approval(world: World):
    plan = a_plan(world)
    won(world, 80_000_000, noon(3, 10))
    march = posted(world, plan)
    line = LedgerLine.objects.get()
    assert "not in review" in refused(raise_dispute, line=line, text="Wrong", by=world.rani, at=noon(4, 2))
    march = start_review(period=march, by=world.agus, at=noon(4, 2))
    one = raise_dispute(line=line, text="It was 90 million", by=world.rani, at=noon(4, 3))
    assert (one.state, one.due_at) == ("open", noon(4, 6))
    assert "already" in refused(raise_dispute, line=line, text="Again", by=world.rani, at=noon(4, 3))
    assert "Settle its disputes" in refused(approve_period, period=march, by=world.agus, at=noon(4, 20))
    assert "Answer it first" in refused(
        settle_dispute, dispute=one, accept=False, by=world.agus, at=noon(4, 4)
    )
    answer_dispute(dispute=one, answer="The contract says 80", by=world.agus, at=noon(4, 4))
    assert settle_dispute(dispute=one, accept=False, by=world.agus, at=noon(4, 5)).state == "rejected"
    assert "settled" in refused(settle_dispute, dispute=one, accept=True, by=world.agus, at=noon(4, 6))
    assert approve_period(period=march, by=world.agus, at=noon(4, 20)).state == "approved"
    assert Dispute.objects.count() == 1


def test_another_version_goes_on_where_the_first_ended(world: World):
    plan = a_plan(world)
    won(world, 80_000_000, noon(3, 10))
    locked(world, plan)
    text = TEXT.replace('"0.05"', '"0.06"')
    add_version(plan=plan, text=text, from_date=date(2026, 4, 1), by=world.agus, at=noon(4, 10))
    won(world, 50_000_000, noon(4, 10))
    posted(world, plan, "2026-04", noon(5, 2))
    rows = LedgerLine.objects.order_by("id").values_list("period__name", "version__number", "earned")
    assert list(rows) == [("2026-03", 1, Decimal(4_000_000)), ("2026-04", 2, Decimal(3_000_000))]


def test_a_line_of_the_ledger_is_never_changed_not_even_by_the_database(world: World):
    plan = a_plan(world)
    won(world, 80_000_000, noon(3, 10))
    posted(world, plan)
    line = LedgerLine.objects.get()
    with pytest.raises(WrittenOnce):
        line.delete()
    with pytest.raises(WrittenOnce):
        LedgerLine.objects.filter(pk=line.pk).update(payable=Decimal(1))
    for statement in ("UPDATE incentives_ledgerline SET payable = 1", "DELETE FROM incentives_ledgerline"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert LedgerLine.objects.get().payable == line.payable


AMOUNTS = st.lists(
    st.tuples(st.integers(1, 400_000_000), st.integers(3, 4), st.integers(3, 28), st.booleans()), min_size=1, max_size=6
)  # fmt: skip


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(deals=AMOUNTS, later=st.integers(1, 400_000_000))
def test_the_ledger_sums_to_the_engine_replays_to_the_byte_and_locked_stays(
    world: World, deals: list[tuple[int, int, int, bool]], later: int
):
    with transaction.atomic():
        plan = a_plan(world)
        made = [
            won(world, amount, noon(month, number), world.rani if first else world.budi)
            for amount, month, number, first in deals
        ]
        march = locked(world, plan)
        kept = list(LedgerLine.objects.filter(period=march).order_by("id").values())
        edit_deal(deal=made[0], amount=Decimal(later), by=world.rani, at=noon(4, 27))
        posted(world, plan, "2026-04", noon(5, 2))
        assert list(LedgerLine.objects.filter(period=march).order_by("id").values()) == kept
        assert digest_now(march) == march.digest
        for run in Run.objects.select_related("period", "period__plan", "version"):
            assert digest_of(replayed(run)) == run.result_digest
        again = calculated(plan, "2026-04")
        assert again.result.lines == []
        for user in (world.rani, world.budi):
            mine = [one for one in ledger_of(plan) if one.person == str(user.pk)]
            by_hand = sum((_pay(world, made, user, month) for month in (3, 4)), Decimal(0))
            assert total(mine, "earned") == by_hand
        transaction.set_rollback(True)


def _pay(world: World, made: list, user, month: int) -> Decimal:
    """5 % up to 100 million and 8 % above, to the rupiah, halves up."""
    whole = sum(
        Fraction(deal_now(one).amount) for one in made
        if one.owner_id == user.pk and deal_now(one).closed_at.month == month
    )  # fmt: skip
    exact = min(whole, Fraction(100_000_000)) * Fraction(1, 20)
    exact += max(whole - 100_000_000, Fraction(0)) * Fraction(2, 25)
    return Decimal((2 * exact + 1) // 2)


def deal_now(deal):
    return type(deal).objects.get(pk=deal.pk)
