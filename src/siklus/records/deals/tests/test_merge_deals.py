"""Two records of one deal become one, are counted once, and can be taken apart again."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from tests.world import World, day

from siklus.platform.imports.actions import check_import, map_import, queue_import, run_import, start_import
from siklus.platform.imports.models import ImportBatch
from siklus.platform.imports.undo import undo_import
from siklus.platform.journal.models import Entry
from siklus.platform.search.queries import find
from siklus.records.activities.actions import finish_activity, log_activity, plan_activity
from siklus.records.companies.actions import add_company
from siklus.records.deals import history
from siklus.records.deals.actions import (
    edit_deal,
    lose_deal,
    merge_deals,
    move_deal,
    reopen_deal,
    tag_deal,
    unmerge_deals,
    win_deal,
)
from siklus.records.deals.invariants import check_all
from siklus.records.deals.models import Deal, DealInterval
from siklus.records.deals.queries import deals_for, merged_deal_for
from siklus.records.fields.merging import CannotMerge, lineage, survivor
from siklus.records.fields.record import Refused
from siklus.records.tags.actions import tags_of


def sums(world: World, moment, **known) -> tuple[int, Decimal]:
    rows = list(history.as_of(moment, **known))
    return len(rows), sum((row.amount_base for row in rows), Decimal(0))


def wrong() -> list[tuple[str, str]]:
    return [(row.name, row.first) for row in check_all() if row.wrong]


def test_the_survivor_has_what_hung_on_the_other_one(world: World):
    company = add_company(name="Bank Nusa", by=world.rani, at=day(1))
    kept = world.deal(company=company)
    other = world.deal("Bank Nusa 120", amount=Decimal(5000), source="Fair", company=company)
    tag_deal(deal=other, tags=["hot"], by=world.rani, at=day(1))
    call = plan_activity(kind="call", subject="Call", deal=other, by=world.rani, at=day(1), due_at=day(5))
    merged = merge_deals(kept=kept, other=other, by=world.rani, at=day(2))
    assert (merged.amount, merged.source, merged.next_subject) == (Decimal(5000), "Fair", "Call")
    assert [tag.name for tag in tags_of("deal", kept.pk)] == ["hot"]
    call.refresh_from_db()
    assert call.deal_id == kept.pk
    assert list(deals_for(world.rani).values_list("pk", flat=True)) == [kept.pk]
    assert [one.object_id for one in find("Bank Nusa 120", viewer=world.rani, kinds=("deal",))] == [kept.pk]
    assert wrong() == []


def test_a_merged_deal_is_counted_at_no_moment_but_was_counted_before_we_knew(world: World):
    kept, other = world.deal(amount=Decimal(70)), world.deal("Twin", amount=Decimal(70))
    assert sums(world, day(1)) == (2, Decimal(140))
    before = timezone.now()
    merge_deals(kept=kept, other=other, by=world.rani, at=day(3))
    between = timezone.now()
    assert sums(world, day(1)) == sums(world, day(9)) == (1, Decimal(70))
    assert sums(world, day(1), known_at=before) == (2, Decimal(140))
    unmerge_deals(kept=kept, other_id=other.pk, by=world.rani, at=day(4))
    assert sums(world, day(1)) == sums(world, day(9)) == (2, Decimal(140))
    assert sums(world, day(1), known_at=between) == (1, Decimal(70))
    assert sums(world, day(1), known_at=timezone.now()) == (2, Decimal(140))


def test_taken_values_go_back_with_the_un_merge_and_later_changes_stay(world: World):
    kept = world.deal()
    other = world.deal("Twin", amount=Decimal(70), expected_close_date=day(30).date())
    kept = merge_deals(kept=kept, other=other, by=world.rani, at=day(2), take=["amount", "name"])
    assert (kept.name, kept.amount, kept.expected_close_date) == ("Twin", Decimal(70), None)
    kept = move_deal(deal=kept, stage=world.stage("demo"), by=world.rani, at=day(3))
    assert wrong() == []
    kept = unmerge_deals(kept=kept, other_id=other.pk, by=world.rani, at=day(4))
    assert (kept.name, kept.amount, kept.stage.kind) == ("Bank Nusa, 120 seats", None, "demo")
    assert [row.amount for row in history.intervals(kept)] == [None, None]
    assert wrong() == []


def test_a_value_changed_since_the_merge_is_not_taken_back(world: World):
    kept, other = world.deal(), world.deal("Twin", amount=Decimal(70), source="Fair")
    kept = merge_deals(kept=kept, other=other, by=world.rani, at=day(2))
    kept = edit_deal(deal=kept, amount=Decimal(90), source="Web", by=world.rani, at=day(3))
    kept = unmerge_deals(kept=kept, other_id=other.pk, by=world.rani, at=day(4))
    assert (kept.amount, kept.source) == (Decimal(90), "Web")
    assert wrong() == []


def test_two_merges_are_taken_back_in_any_order(world: World):
    kept = world.deal("A")
    b, c = (world.deal(name, amount=Decimal(amount)) for name, amount in (("B", 1), ("C", 2)))
    merge_deals(kept=kept, other=b, by=world.rani, at=day(2), take=["name", "amount"])
    merged = merge_deals(kept=kept, other=c, by=world.rani, at=day(3), take=["name", "amount"])
    assert (merged.name, merged.amount) == ("C", 2)
    merged = unmerge_deals(kept=kept, other_id=b.pk, by=world.rani, at=day(4))
    assert (merged.name, merged.amount) == ("C", 2)
    assert wrong() == []
    merged = unmerge_deals(kept=kept, other_id=c.pk, by=world.rani, at=day(5))
    assert (merged.name, merged.amount) == ("A", None)
    assert wrong() == []


def test_a_chain_is_taken_apart_from_its_end_only(world: World):
    a, b, c = (world.deal(name) for name in "ABC")
    merge_deals(kept=b, other=c, by=world.rani, at=day(2))
    merge_deals(kept=a, other=b, by=world.rani, at=day(3))
    assert ([one.other_id for one in lineage("deal", a)], survivor("deal", c.pk)) == ([b.pk, c.pk], a.pk)
    with pytest.raises(CannotMerge, match="B was itself merged into another record"):
        unmerge_deals(kept=b, other_id=c.pk, by=world.rani, at=day(4))
    unmerge_deals(kept=a, other_id=b.pk, by=world.rani, at=day(4))
    unmerge_deals(kept=b, other_id=c.pk, by=world.rani, at=day(5))
    assert deals_for(world.rani).count() == 3
    assert wrong() == []


def test_what_cannot_be_one_is_refused_and_nothing_changes(world: World):
    lead, twin = world.deal("Lead"), world.deal("Twin")
    deal = world.deal("Deal", qualified=True)
    won = win_deal(deal=world.deal("Won"), by=world.rani, at=day(2))
    lost = lose_deal(deal=world.deal("Lost"), reason=world.too_expensive, by=world.rani, at=day(2))
    gone = world.deal("Gone")
    merge_deals(kept=twin, other=gone, by=world.rani, at=day(2))
    entries, versions = Entry.objects.count(), sorted(Deal.objects.values_list("pk", "version"))
    for kept, other, why in (
        (lead, lead, "with itself"),
        (lead, gone, "Gone was merged into another record already"),
        (gone, lead, "Gone was merged into another record already"),
        (lead, deal, "Deal is a deal already"),
        (deal, won, "Won is won. Let it survive"),
        (won, lost, "Won and Lost ended differently"),
    ):
        with pytest.raises(CannotMerge, match=why):
            merge_deals(kept=kept, other=other, by=world.rani, at=day(3))
    with pytest.raises(CannotMerge, match="“stage” cannot be taken over"):
        merge_deals(kept=lead, other=twin, by=world.rani, at=day(3), take=["stage"])
    with pytest.raises(CannotMerge, match="These two were not merged"):
        unmerge_deals(kept=lead, other_id=gone.pk, by=world.rani, at=day(3))
    assert (entries, versions) == (
        Entry.objects.count(),
        sorted(Deal.objects.values_list("pk", "version")),
    )


def test_nobody_changes_a_deal_that_was_merged_away(world: World):
    kept, other = world.deal(), world.deal("Twin")
    merge_deals(kept=kept, other=other, by=world.rani, at=day(2))
    for act in (
        lambda: edit_deal(deal=other, name="X", by=world.rani, at=day(3)),
        lambda: win_deal(deal=other, by=world.rani, at=day(3)),
        lambda: reopen_deal(deal=other, by=world.rani, at=day(3)),
    ):
        with pytest.raises(Refused, match="This was merged into another record meanwhile"):
            act()
    assert merged_deal_for(world.rani, other.pk) == other
    with pytest.raises(Deal.DoesNotExist):
        merged_deal_for(world.budi, other.pk)


def test_a_won_deal_takes_no_figure_from_an_open_twin_unless_asked(world: World):
    won = win_deal(deal=world.deal("Won"), by=world.rani, at=day(2))
    other = world.deal("Twin", amount=Decimal(70), source="Fair")
    merged = merge_deals(kept=won, other=other, by=world.rani, at=day(3))
    assert (merged.amount, merged.source) == (None, "Fair")


def test_touches_and_plans_follow_the_activities(world: World):
    kept, other = world.deal(), world.deal("Twin")
    log_activity(kind="call", subject="Talked", deal=other, by=world.rani, at=day(2))
    plan = plan_activity(kind="task", subject="Send it", deal=other, by=world.rani, at=day(2), due_at=day(3))
    merged = merge_deals(kept=kept, other=other, by=world.rani, at=day(3))
    assert (merged.last_touch_at, merged.next_subject) == (day(2), "Send it")
    finish_activity(activity=plan, by=world.rani, at=day(4))
    kept = unmerge_deals(kept=kept, other_id=other.pk, by=world.rani, at=day(5))
    other.refresh_from_db()
    assert (kept.last_touch_at, kept.next_subject) == (None, "")
    assert (other.last_touch_at, other.next_subject) == (day(2), "")


FILE = b"""own number,name,amount
1,First,100
2,Second,200
3,Third,300
"""


def imported(world: World, text: bytes = FILE, mode: str = "create") -> ImportBatch:
    batch = start_import(object_kind="leads", file_name="x.csv", chunks=[text], by=world.agus, at=day(1))
    columns = {"own number": {"to": "external_id"}, "name": {"to": "name"}, "amount": {"to": "amount"}}
    batch = map_import(
        batch=batch, mapping={**batch.mapping, "columns": columns}, mode=mode, key="external_id", at=day(1)
    )
    batch = check_import(batch=batch, at=day(1))
    return run_import(batch=queue_import(batch=batch, at=day(1), hand_over=False), at=day(1))


@pytest.mark.parametrize("apart", [False, True])
def test_undoing_an_import_keeps_what_was_merged_and_the_history_agrees(world: World, apart: bool):
    batch = imported(world)
    assert (batch.status, batch.created) == ("done", 3)
    one, two, _three = Deal.objects.order_by("pk")
    own = world.deal("Own")
    merge_deals(kept=own, other=two, by=world.ada, at=day(2))
    merge_deals(kept=one, other=world.deal("Other"), by=world.ada, at=day(2))
    if apart:
        unmerge_deals(kept=own, other_id=two.pk, by=world.ada, at=day(3))
    batch = undo_import(batch=batch, by=world.ada, at=day(4))
    assert batch.message == "2 records were kept because somebody worked on them since."
    assert set(Deal.objects.values_list("name", flat=True)) == {"Own", "Other", "First", "Second"}
    assert wrong() == []
    if not apart:
        unmerge_deals(kept=own, other_id=two.pk, by=world.ada, at=day(5))
    assert Deal.objects.get(name="Own").amount is None
    assert wrong() == []


def test_undoing_an_update_leaves_a_deal_that_was_merged_since(world: World):
    kept, other = world.deal("Kept", external_id="1"), world.deal("Other", external_id="2")
    batch = imported(world, mode="update")
    assert batch.updated == 2
    merge_deals(kept=kept, other=other, by=world.ada, at=day(2))
    undo_import(batch=batch, by=world.ada, at=day(4))
    assert wrong() == []
    kept = unmerge_deals(kept=kept, other_id=other.pk, by=world.ada, at=day(5))
    assert (kept.name, kept.amount) == ("First", 100)
    assert wrong() == []


def test_a_file_that_comes_again_finds_the_survivor(world: World):
    imported(world)
    one, two, _three = Deal.objects.order_by("pk")
    merge_deals(kept=one, other=two, by=world.ada, at=day(2))
    again = imported(world, b"own number,name,amount\n2,Second,999\n", mode="upsert")
    assert (again.created, again.updated) == (0, 1)
    one.refresh_from_db()
    assert one.amount == 999
    assert wrong() == []


def test_a_merge_dated_before_the_last_change_is_kept_at_that_change(world: World):
    kept, other = world.deal(at=day(5)), world.deal("Twin", amount=Decimal(7), at=day(1))
    merged = merge_deals(kept=kept, other=other, by=world.rani, at=day(2))
    assert [row.valid_from for row in history.intervals(merged)] == [day(5), day(5)]
    assert wrong() == []
    unmerge_deals(kept=kept, other_id=other.pk, by=world.rani, at=day(6) + timedelta(hours=1))
    assert DealInterval.objects.filter(deal=kept).count() == 1
    assert wrong() == []
