"""A demo is booked into free time, prepared, held, and judged while it is fresh."""

import itertools
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.world import World, day

from siklus.cycle.demos.actions import (
    CannotChangeDemo,
    CannotChangeDemoType,
    HostIsBusy,
    add_demo_type,
    add_item,
    add_ready_types,
    book_demo,
    cancel_demo,
    drop_item,
    edit_demo_type,
    estimate_chance,
    hold_demo,
    miss_demo,
    move_demo,
    retire_demo_type,
    set_demo_rule,
    tick_item,
)
from siklus.cycle.demos.models import Demo, DemoItem, DemoType
from siklus.cycle.demos.queries import (
    busy,
    coming,
    demo_for,
    demos_for,
    free_slots,
    of_deal,
    types_in_use,
    unsettled,
    wishes_of,
)
from siklus.cycle.research.actions import note_finding, set_relevance
from siklus.platform.accounts.hours import set_work_hours
from siklus.platform.journal.deliver import deliver_due
from siklus.platform.journal.models import Entry
from siklus.platform.journal.queries import timeline
from siklus.records.activities.actions import cancel_activity, edit_activity, plan_activity
from siklus.records.activities.models import Activity
from siklus.records.companies.actions import add_company
from siklus.records.deals.actions import add_ready_pipeline, lose_deal, merge_deals, move_deal, win_deal
from siklus.records.deals.conditions import condition_named
from siklus.records.deals.gates import GateClosed
from siklus.records.deals.models import Deal
from siklus.records.fields.record import StaleEdit

HOUR = timedelta(hours=1)


@pytest.fixture
def type(world: World) -> DemoType:
    return add_demo_type(
        name_en="Software demo", name_id="Demo perangkat lunak", format="software", minutes=45, by=world.agus,
        at=day(0), checklist=[{"en": "Load their data", "id": "Siapkan data mereka"}, {"en": "Test sound"}],
        materials=[{"en": "Price list", "url": "https://nusa.example/prices.pdf"}],
    )  # fmt: skip


@pytest.fixture
def deal(world: World) -> Deal:
    return world.deal(amount=Decimal(1_000_000), qualified=True)


def booked(world: World, deal: Deal, type: DemoType, at: float = 3, **values: Any) -> Demo:
    return book_demo(deal=deal, type=type, starts_at=day(at), by=world.rani, at=day(1), **values)


def told(deal: Deal) -> list[str]:
    return [line.entry.name for line in timeline("deal", deal.pk)]


def test_a_booked_demo_stands_in_the_calendar_with_what_to_prepare_and_to_show(world: World, deal, type):
    demo = booked(world, deal, type, agenda=["Two approvers", "  ", "Two approvers", "Export to Excel"])
    assert (demo.host, demo.starts_at, demo.minutes, demo.state) == (world.rani, day(3), 45, "booked")
    assert [(one.part, one.text) for one in demo.items.all()] == [
        ("prepare", "Load their data"), ("prepare", "Test sound"),
        ("show", "Two approvers"), ("show", "Export to Excel"),
    ]  # fmt: skip
    assert demo.materials == [{"title": "Price list", "url": "https://nusa.example/prices.pdf"}]
    meeting = Activity.objects.get()
    assert (meeting.kind, meeting.subject, meeting.due_at, meeting.owner) == (
        "meeting", "Software demo", day(3), world.rani,
    )  # fmt: skip
    deal.refresh_from_db()
    assert (deal.next_at, deal.next_kind) == (day(3), "meeting")
    assert "demo.booked" in told(deal)


def test_what_to_prepare_stands_in_the_language_of_the_host(world: World, deal, type):
    world.rani.language = "id"
    world.rani.save()
    demo = booked(world, deal, type)
    assert demo.items.first().text == "Siapkan data mereka"
    assert demo.meeting.subject == "Demo perangkat lunak"


def test_nobody_holds_two_demos_or_a_demo_and_a_meeting_at_once(world: World, deal, type):
    booked(world, deal, type)
    other = world.deal("Kopi Ranah", qualified=True)
    plan_activity(kind="meeting", subject="Lunch", due_at=day(4), by=world.rani, at=day(1))
    before = Entry.objects.count()
    for at in (3, 3 + 44 / 1440, 3 - 44 / 1440, 4, 4 + 59 / 1440):
        with pytest.raises(HostIsBusy, match="Rani Astuti is busy then"):
            booked(world, other, type, at=at)
    assert (Demo.objects.count(), Activity.objects.count(), Entry.objects.count()) == (1, 2, before)
    booked(world, other, type, at=3 + 45 / 1440)
    booked(world, world.deal("Third"), type, at=3, host=world.budi)
    assert Demo.objects.count() == 3


def test_a_demo_cannot_be_booked_in_the_past_on_a_closed_deal_or_with_a_retired_type(
    world: World, deal, type
):
    with pytest.raises(CannotChangeDemo, match="This time has passed"):
        booked(world, deal, type, at=0.5)
    with pytest.raises(CannotChangeDemo, match="no kind of place"):
        booked(world, deal, type, place="moon")
    with pytest.raises(CannotChangeDemo, match="from five minutes to sixteen hours"):
        booked(world, deal, type, minutes=17 * 60)
    retire_demo_type(type=type, by=world.agus, at=day(1))
    type.refresh_from_db()
    with pytest.raises(CannotChangeDemo, match="not offered any more"):
        booked(world, deal, type)
    lose_deal(deal=deal, reason=world.too_expensive, by=world.rani, at=day(1))
    with pytest.raises(CannotChangeDemo, match="This deal is closed"):
        booked(world, deal, type)
    assert (Demo.objects.count(), Activity.objects.count()) == (0, 0)


def test_a_moved_demo_takes_its_meeting_along_and_counts_its_moves(world: World, deal, type):
    demo = booked(world, deal, type)
    moved = move_demo(
        demo=demo, starts_at=day(5), host=world.budi, by=world.rani, at=day(2), expected_version=1
    )
    assert (moved.starts_at, moved.minutes, moved.host, moved.moves) == (day(5), 45, world.budi, 1)
    moved.meeting.refresh_from_db()
    assert (moved.meeting.due_at, moved.meeting.owner) == (day(5), world.budi)
    elsewhere = move_demo(demo=moved, starts_at=day(5), where="Room 2", by=world.rani, at=day(2))
    assert (elsewhere.moves, elsewhere.where) == (1, "Room 2")
    with pytest.raises(StaleEdit):
        move_demo(demo=demo, starts_at=day(6), by=world.rani, at=day(2), expected_version=1)
    assert told(deal).count("demo.moved") == 2


def test_who_moves_or_drops_the_meeting_moves_or_drops_the_demo(world: World, deal, type):
    demo = booked(world, deal, type)
    edit_activity(activity=demo.meeting, due_at=day(4), by=world.rani, at=day(2))
    deliver_due(day(400))
    demo.refresh_from_db()
    assert (demo.starts_at, demo.ends_at, demo.moves) == (day(4), day(4) + timedelta(minutes=45), 1)
    cancel_activity(activity=demo.meeting, by=world.rani, at=day(2))
    deliver_due(day(400))
    demo.refresh_from_db()
    assert (demo.state, demo.version) == ("cancelled", 3)
    assert told(deal).count("demo.moved") == 1


def test_a_held_demo_keeps_interest_questions_next_step_and_the_first_estimate(world: World, deal, type):
    demo = booked(world, deal, type)
    with pytest.raises(CannotChangeDemo, match="still to come"):
        hold_demo(demo=demo, interest=4, by=world.rani, at=day(2))
    with pytest.raises(CannotChangeDemo, match="from 1 to 5"):
        hold_demo(demo=demo, interest=6, by=world.rani, at=day(3) + HOUR)
    held = hold_demo(
        demo=demo, interest=4, tried=" Approvals ", questions="Does it work offline?\n\n  And on a phone? ",
        next_step="Send the quote", estimate=60, by=world.rani, at=day(3) + HOUR,
    )  # fmt: skip
    assert (held.state, held.interest, held.tried, held.estimate) == ("held", 4, "Approvals", 60)
    assert held.asked == ["Does it work offline?", "And on a phone?"]
    held.meeting.refresh_from_db()
    assert (held.meeting.done_at, held.meeting.outcome) == (day(3) + HOUR, "Send the quote")
    deal.refresh_from_db()
    assert deal.last_touch_at == day(3) + HOUR
    with pytest.raises(CannotChangeDemo, match="stays as it was"):
        estimate_chance(demo=held, percent=90, by=world.rani, at=day(3) + 2 * HOUR)
    assert Demo.objects.get().estimate == 60
    with pytest.raises(CannotChangeDemo, match="held, missed or cancelled already"):
        miss_demo(demo=held, by=world.rani, at=day(4))


def test_an_estimate_counts_only_while_it_is_fresh_and_the_deal_open(world: World, deal, type):
    demo = hold_demo(demo=booked(world, deal, type), interest=2, by=world.rani, at=day(3) + HOUR)
    for percent in (-1, 101):
        with pytest.raises(CannotChangeDemo, match="between 0 and 100"):
            estimate_chance(demo=demo, percent=percent, by=world.rani, at=day(4))
    with pytest.raises(CannotChangeDemo, match="within two days"):
        estimate_chance(demo=demo, percent=10, by=world.rani, at=day(6))
    win_deal(deal=deal, by=world.rani, at=day(4))
    with pytest.raises(CannotChangeDemo, match="nothing to estimate"):
        estimate_chance(demo=demo, percent=10, by=world.rani, at=day(4))
    assert Demo.objects.get().estimate is None


def test_a_missed_or_cancelled_demo_leaves_the_calendar(world: World, deal, type):
    missed = miss_demo(demo=booked(world, deal, type), by=world.rani, at=day(3) + HOUR, note="No answer")
    cancelled = cancel_demo(demo=booked(world, deal, type, at=5), by=world.rani, at=day(2), note="Ill")
    assert (missed.state, cancelled.state) == ("missed", "cancelled")
    assert Activity.objects.filter(cancelled_at=None).count() == 0
    assert cancel_demo(demo=cancelled, by=world.rani, at=day(3)).version == cancelled.version
    assert [one.state for one in of_deal(deal.pk)] == ["cancelled", "missed"]


def test_the_last_thing_prepared_is_told_once(world: World, deal, type):
    demo = booked(world, deal, type)
    first, second = demo.items.all()
    tick_item(item=first, is_done=True, by=world.rani, at=day(2))
    assert "demo.prepared" not in told(deal)
    tick_item(item=second, is_done=True, by=world.rani, at=day(2))
    tick_item(item=second, is_done=True, by=world.rani, at=day(2))
    assert told(deal).count("demo.prepared") == 1
    extra = add_item(demo=demo, part="show", text="  A  report ", by=world.rani, at=day(2))
    assert extra.text == "A report"
    with pytest.raises(CannotChangeDemo, match="Write what it is"):
        add_item(demo=demo, part="show", text=" ", by=world.rani, at=day(2))
    drop_item(item=extra, by=world.rani, at=day(2))
    assert DemoItem.objects.count() == 2


def test_new_business_is_not_closed_before_a_demo_where_the_pipeline_wants_one(world: World, deal, type):
    set_demo_rule(pipeline=world.pipeline, is_demanded=True, by=world.agus, at=day(1))
    with pytest.raises(GateClosed, match="No demo was held yet"):
        move_deal(deal=deal, stage=world.stage("closing"), by=world.rani, at=day(2))
    with pytest.raises(GateClosed):
        win_deal(deal=deal, by=world.rani, at=day(2))
    demo = booked(world, deal, type)
    with pytest.raises(GateClosed):
        win_deal(deal=deal, by=world.rani, at=day(2))
    hold_demo(demo=demo, interest=5, by=world.rani, at=day(3) + HOUR)
    deal = move_deal(deal=deal, stage=world.stage("closing"), by=world.rani, at=day(4))
    assert win_deal(deal=deal, by=world.rani, at=day(5)).status == "won"
    assert Entry.objects.filter(name="demo_rule.set").count() == 1
    set_demo_rule(pipeline=world.pipeline, is_demanded=True, by=world.agus, at=day(6))
    assert Entry.objects.filter(name="demo_rule.set").count() == 1


def test_a_stage_can_ask_for_a_demo_as_one_of_its_rules(world: World, deal, type):
    asked = condition_named("demo")
    assert asked is not None
    assert str(asked.check(deal, "")) == "a demo that was held (under Demos)"
    demo = booked(world, deal, type)
    assert asked.check(deal, "") is not None
    hold_demo(demo=demo, interest=3, by=world.rani, at=day(3) + HOUR)
    assert asked.check(deal, "") is None


def test_a_colleague_sees_the_demo_only_if_the_deal_is_theirs_or_they_hold_it(world: World, deal, type):
    demo = booked(world, deal, type)
    with pytest.raises(Demo.DoesNotExist):
        demo_for(world.budi, demo.pk)
    assert demo_for(world.bram, demo.pk) == demo
    move_demo(demo=demo, starts_at=day(4), host=world.budi, by=world.rani, at=day(2))
    assert demo_for(world.budi, demo.pk) == demo
    assert [one.pk for one in coming(world.budi, since=day(3), until=day(5))] == [demo.pk]
    assert coming(world.budi, since=day(5), until=day(9)) == []
    assert unsettled(world.rani, now=day(5)) == [demo]
    assert list(demos_for(world.dewi)) == list(demos_for(world.ada)) == [demo]


def test_free_time_is_what_working_hours_holidays_and_other_meetings_leave(world: World, deal, type):
    booked(world, deal, type)  # Thursday, 5 March 2026, 9:00 in Jakarta
    thursday = day(3).astimezone(world.rani.zone).date()
    starts = [f"{one.start:%H:%M}" for one in free_slots(world.rani, minutes=45, day=thursday, now=day(1))]
    assert starts == [
        "10:00",
        "10:30",
        "11:00",
        "13:00",
        "13:30",
        "14:00",
        "14:30",
        "15:00",
        "15:30",
        "16:00",
    ]
    assert free_slots(world.rani, minutes=45, day=thursday + timedelta(days=2), now=day(1)) == []
    nyepi = thursday.replace(day=19)
    assert free_slots(world.rani, minutes=45, day=nyepi, now=day(1)) == []
    set_work_hours(user=world.rani, hours={"3": ["08:00-09:30"]}, by=world.rani, at=day(1))
    world.rani.refresh_from_db()
    found = free_slots(world.rani, minutes=30, day=thursday, now=day(1), days=7)
    assert [f"{one.start:%d %H:%M}" for one in found] == ["05 08:00", "05 08:30"]


def test_the_agenda_begins_with_what_the_research_says(world: World, type):
    company = add_company(name="Bank Nusa", by=world.rani, at=day(0))
    deal = world.deal(company=company)
    assert wishes_of(deal) == []
    set_relevance(company=company, text="They open\nforty branches.", by=world.rani, at=day(1))
    for section, name, value in (("products", "Core system", "Oracle"), ("news", "CEO", "new")):
        note_finding(company=company, section=section, attribute=name, value=value, by=world.rani, at=day(1))
    assert wishes_of(deal) == ["They open forty branches.", "Core system: Oracle"]


def test_demos_follow_a_merged_deal(world: World, deal, type):
    demo = booked(world, deal, type)
    kept = merge_deals(kept=world.deal("Kept", qualified=True), other=deal, by=world.ada, at=day(2))
    demo.refresh_from_db()
    assert demo.deal_id == kept.pk
    assert [one.pk for one in demos_for(world.rani)] == [demo.pk]


def test_types_are_checked_changed_and_retired_with_their_past(world: World, type):
    with pytest.raises(CannotChangeDemoType, match="in one language at least"):
        add_demo_type(by=world.agus, at=day(1))
    with pytest.raises(CannotChangeDemoType, match="Begin with https"):
        edit_demo_type(
            type=type, materials=[{"en": "x", "url": "javascript:alert(1)"}], by=world.agus, at=day(1)
        )
    with pytest.raises(CannotChangeDemoType, match="Name every one"):
        edit_demo_type(type=type, materials=[{"url": "https://nusa.example"}], by=world.agus, at=day(1))
    changed = edit_demo_type(type=type, minutes=30, by=world.agus, at=day(1), expected_version=1)
    assert (changed.minutes, changed.version) == (30, 2)
    assert len(add_ready_types(by=world.agus, at=day(2))) == 5  # one of the six is there by its name
    assert add_ready_types(by=world.agus, at=day(2)) == []
    retire_demo_type(type=changed, by=world.agus, at=day(3))
    assert next(one.name for one in types_in_use()) == "Guided trial"


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(asked=st.lists(st.tuples(st.integers(0, 95), st.sampled_from((15, 45, 90))), min_size=2, max_size=9))
def test_whatever_is_asked_for_no_two_demos_of_a_host_overlap(world: World, asked):
    Demo.objects.all().delete()
    DemoType.objects.all().delete()
    Activity.objects.all().delete()
    kind = add_demo_type(name_en="Any", by=world.agus, at=day(0))
    for quarter, minutes in asked:
        try:
            book_demo(
                deal=world.deal("D"), type=kind, starts_at=day(3) + timedelta(minutes=15 * quarter),
                minutes=minutes, by=world.rani, at=day(1),
            )  # fmt: skip
        except HostIsBusy:
            continue
    spans = sorted((one.starts_at, one.ends_at) for one in Demo.objects.all())
    assert all(end <= start for (_begin, end), (start, _end) in itertools.pairwise(spans))
    assert [span for span, _name in busy(world.rani, day(2), day(5))] == spans


def test_a_pipeline_made_for_a_trade_brings_the_demos_of_that_trade_once(world: World):
    for number, name in enumerate(("Showroom", "Second showroom")):
        add_ready_pipeline(template="cars", name=name, by=world.agus, at=day(number))
        deliver_due(day(400))
    assert list(DemoType.objects.values_list("name_en", flat=True)) == ["Test drive"]
    add_ready_pipeline(template="standard", name="Other", by=world.agus, at=day(3))
    deliver_due(day(401))
    assert DemoType.objects.count() == 1
