"""The mirror holds what the database holds, however it came there, and whatever happened to its files."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from threading import Event, Thread
from typing import Any
from unittest.mock import patch

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.world import World, build_world, day

from siklus.analytics.schemas import ACTIVITIES, HISTORY
from siklus.insight.mirror import keep, state
from siklus.insight.mirror.read import Mirror, current_mirror
from siklus.insight.tables import deals_at
from siklus.platform.imports.actions import check_import, map_import, queue_import, run_import, start_import
from siklus.platform.imports.undo import undo_import
from siklus.platform.journal.changes import changes_after
from siklus.records.activities.actions import finish_activity, log_activity, plan_activity
from siklus.records.activities.models import Activity
from siklus.records.deals import history
from siklus.records.deals.actions import (
    assign_deal,
    edit_deal,
    lose_deal,
    merge_deals,
    move_deal,
    reopen_deal,
    unmerge_deals,
    win_deal,
)
from siklus.records.deals.models import Deal, DealInterval
from siklus.records.fields.record import Refused


def plain(value: Any) -> Any:
    return value.astimezone(UTC).replace(tzinfo=None) if isinstance(value, datetime) else value


def stored() -> list[tuple[Any, ...]]:
    """The history as the database holds it, in the columns of the mirror."""
    rows = []
    for one in DealInterval.objects.select_related("deal").order_by("id"):
        deal = one.deal
        known = {
            **{name: getattr(deal, name) for name in keep.OF_THE_DEAL},
            "owner_now": deal.owner_id,
            "interval_id": one.pk,
            "amount": one.amount_base if one.amount is not None else None,
        }
        rows.append(tuple(plain(known.get(name, getattr(one, name, None))) for name in HISTORY.names))
    return rows


def mirrored(mirror: Mirror) -> list[tuple[Any, ...]]:
    return mirror.con.con.execute("SELECT * FROM history ORDER BY interval_id").fetchall()


def work_done(mirror: Mirror) -> list[tuple[Any, ...]]:
    return mirror.con.con.execute("SELECT * FROM activities ORDER BY activity_id").fetchall()


def done_in_database() -> list[tuple[Any, ...]]:
    rows = Activity.objects.filter(done_at__isnull=False).order_by("id")
    paths = ["id" if name == "activity_id" else name for name in ACTIVITIES.names]
    return [tuple(map(plain, row)) for row in rows.values_list(*paths)]


def at_moment(mirror: Mirror, moment: datetime) -> list[tuple[Any, ...]]:
    deals_at(mirror, moment)
    return mirror.con.con.execute(
        "SELECT deal_id, stage_id, status, owner_id, amount, probability FROM deals ORDER BY deal_id"
    ).fetchall()


def in_history(moment: datetime) -> list[tuple[Any, ...]]:
    return [
        (one.deal_id, one.stage_id, one.status, one.owner_id, one.amount_base if one.amount is not None else None,
         one.probability)
        for one in history.as_of(moment).order_by("deal_id")
    ]  # fmt: skip


step = st.one_of(
    st.tuples(st.just("move"), st.sampled_from(("prospecting", "contact", "demo", "closing"))),
    st.tuples(st.just("amount"), st.integers(0, 5)),
    st.tuples(st.just("past amount"), st.integers(0, 5)),
    st.tuples(st.just("assign"), st.sampled_from(("rani", "budi", ""))),
    st.tuples(st.sampled_from(("win", "lose", "reopen", "look", "look")), st.none()),
)


def act(world: World, deal: Deal, verb: str, value: Any, at: datetime) -> None:
    by = world.rani
    match verb:
        case "move":
            move_deal(deal=deal, stage=world.stage(value), by=by, at=at)
        case "amount":
            edit_deal(deal=deal, amount=Decimal(value), by=by, at=at)
        case "past amount":
            edit_deal(deal=deal, amount=Decimal(value), by=by, at=at - timedelta(days=2))
        case "assign":
            assign_deal(deal=deal, owner=getattr(world, value) if value else None, by=by, at=at)
        case "win":
            win_deal(deal=deal, by=by, at=at)
        case "lose":
            lose_deal(deal=deal, reason=world.too_expensive, by=by, at=at)
        case "reopen":
            reopen_deal(deal=deal, by=by, at=at)
        case "look":
            keep.refresh()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    steps=st.lists(st.tuples(st.integers(0, 2), step), max_size=14),
    many=st.sampled_from((1, 2, 100)),
    moments=st.lists(st.integers(0, 40), min_size=2, max_size=4),
)
def test_any_life_stands_in_the_mirror_as_in_the_database_at_any_moment(world: World, steps, many, moments):
    with transaction.atomic():
        state.forget()
        with patch.object(keep, "MANY", many), patch.object(keep, "BUCKET", 2):
            deals = [world.deal(f"Deal {n}", amount=Decimal(7) if n else None, at=day(1)) for n in range(3)]
            for number, (which, (verb, value)) in enumerate(steps):
                try:
                    act(world, Deal.objects.get(pk=deals[which].pk), verb, value, day(2 + number))
                except Refused:
                    continue
            mirror = current_mirror()
            assert mirrored(mirror) == stored()
            for moment in moments:
                assert at_moment(mirror, day(moment / 2)) == in_history(day(moment / 2))
            followed = keep.refresh()
            assert followed is not None
            assert contents(keep.put_all_in(followed)) == contents(keep._anew(followed.mark))
        transaction.set_rollback(True)


def contents(one: state.State) -> dict[str, dict[int, bytes]]:
    """The bytes of every bucket."""
    assert not one.fresh
    return {
        table: {bucket: (state.folder() / name).read_bytes() for bucket, name in buckets.items()}
        for table, buckets in one.base.items()
    }


def test_work_that_is_done_moved_with_a_merge_or_planned_is_followed(world: World):
    kept, other = world.deal(), world.deal("The same")
    planned = plan_activity(kind="call", subject="Call", deal=other, by=world.rani, at=day(1), due_at=day(2))
    assert work_done(current_mirror()) == []
    finish_activity(activity=planned, by=world.rani, at=day(2))
    log_activity(kind="note", subject="A note", deal=kept, by=world.budi, at=day(3))
    assert work_done(current_mirror()) == done_in_database() != []
    kept = merge_deals(kept=kept, other=other, by=world.agus, at=day(4))
    mirror = current_mirror()
    assert (work_done(mirror), mirrored(mirror)) == (done_in_database(), stored())
    assert [row[0] for row in at_moment(mirror, day(3))] == [kept.pk]
    unmerge_deals(kept=kept, other_id=other.pk, by=world.agus, at=day(5))
    mirror = current_mirror()
    assert (work_done(mirror), mirrored(mirror)) == (done_in_database(), stored())
    assert [row[0] for row in at_moment(mirror, day(3))] == [kept.pk, other.pk]


def test_an_import_and_its_undo_are_followed(world: World):
    before = world.deal(amount=Decimal(5))
    current_mirror()
    text = b"name,amount\nKopi Ranah,100\nBank Nusa,200\n"
    batch = start_import(object_kind="deals", file_name="d.csv", chunks=[text], by=world.agus, at=day(2))
    columns = {"name": {"to": "name"}, "amount": {"to": "amount"}}
    batch = map_import(batch=batch, mapping={**batch.mapping, "columns": columns}, mode="create", at=day(2))
    batch = check_import(batch=batch, at=day(2))
    batch = run_import(batch=queue_import(batch=batch, at=day(2), hand_over=False), at=day(2))
    mirror = current_mirror()
    assert mirrored(mirror) == stored()
    assert len({row[1] for row in mirrored(mirror)}) == 3
    undo_import(batch=batch, by=world.agus, at=day(3))
    mirror = current_mirror()
    assert mirrored(mirror) == stored()
    assert {row[1] for row in mirrored(mirror)} == {before.pk}


def test_nothing_is_written_while_nothing_happens(world: World):
    world.deal()
    first = keep.refresh()
    files = sorted(path.name for path in state.folder().glob("*.parquet"))
    assert keep.refresh() == first
    assert sorted(path.name for path in state.folder().glob("*.parquet")) == files


def test_broken_half_written_and_lost_files_are_made_anew(world: World):
    world.deal(amount=Decimal(10))
    held = mirrored(current_mirror())
    place = state.folder() / "state.json"
    (state.folder() / "state.draft").write_text('{"mark": "half')
    assert mirrored(current_mirror()) == held
    place.write_text(place.read_text()[:-20])
    assert mirrored(current_mirror()) == held
    found = keep.refresh()
    assert found is not None
    for name in found.files():
        (state.folder() / name).unlink()
    assert mirrored(current_mirror()) == held == stored()


def test_who_reads_keeps_the_files_of_its_state_while_another_one_switches(world: World):
    deal = world.deal(amount=Decimal(10))
    before = current_mirror()
    held = mirrored(before)
    edit_deal(deal=deal, amount=Decimal(20), by=world.rani, at=day(3))
    after = current_mirror()
    assert mirrored(before) == held
    assert mirrored(after) == stored() != held
    now = keep.refresh()
    assert now is not None
    state.sweep(now, older_than=-1)
    assert {path.name for path in state.folder().glob("*.parquet")} == now.files()
    assert mirrored(current_mirror()) == stored()


def test_another_writer_is_waited_for_and_the_state_before_it_serves(world: World):
    deal = world.deal()
    first = keep.refresh()
    edit_deal(deal=deal, amount=Decimal(20), by=world.rani, at=day(3))
    with state.alone(wait=0) as ours:
        assert ours
        assert keep.refresh(wait=0) == first
    second = keep.refresh(wait=0)
    assert second is not None
    assert first is not None
    assert second.head > first.head


def test_an_older_copy_of_the_database_is_noticed(world: World):
    deal = world.deal()
    with transaction.atomic():
        edit_deal(deal=deal, amount=Decimal(20), by=world.rani, at=day(3))
        later = keep.refresh()
        transaction.set_rollback(True)
    found = keep.refresh()
    assert found is not None
    assert later is not None
    assert found.head < later.head
    assert mirrored(Mirror(found)) == stored()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_an_entry_that_is_committed_late_is_not_missed():
    if connection.vendor != "postgresql":
        pytest.skip("SQLite lets one writer in at a time")
    world = build_world()
    slow, quick = world.deal("Slow"), world.deal("Quick")
    first = keep.refresh()
    assert first is not None
    recorded, go_on = Event(), Event()

    def slowly() -> None:
        try:
            with transaction.atomic():
                edit_deal(deal=slow, amount=Decimal(1), by=world.rani, at=day(3))
                recorded.set()
                go_on.wait(20)
        finally:
            connection.close()

    thread = Thread(target=slowly)
    thread.start()
    assert recorded.wait(20)
    edit_deal(deal=quick, amount=Decimal(2), by=world.rani, at=day(3))
    between = keep.refresh()
    assert between is not None
    assert between.missing != []
    assert mirrored(Mirror(between)) == stored()
    go_on.set()
    thread.join(20)
    after = keep.refresh()
    assert after is not None
    assert (after.head, after.missing) == (between.head, [])
    assert mirrored(Mirror(after)) == stored()


def test_gaps_between_entries_are_told_and_close_one_by_one():
    from siklus.platform.journal.changes import _gaps

    assert _gaps(5, 9, [5, 7, 8]) == [(6, 6), (9, 9)]
    assert _gaps(5, 9, []) == [(5, 9)]
    assert _gaps(5, 9, [5, 6, 7, 8, 9]) == []
    assert _gaps(10, 9, []) == []


def test_what_changed_is_told_by_kind(world: World):
    start = changes_after(0, kinds=("deal",)).head
    deal = world.deal()
    log_activity(kind="note", subject="A note", deal=deal, by=world.rani, at=day(3))
    new = changes_after(start, kinds=("deal", "activity"))
    assert new.ids == {"deal": {deal.pk}, "activity": set(Activity.objects.values_list("id", flat=True))}
    assert "deal.created" in new.names
    assert new.missing == []
