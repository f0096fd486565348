from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.world import World, day

from siklus.cycle.prospecting.actions import (
    CannotChangeAssignment,
    WrongCriterion,
    add_assignment_rule,
    edit_assignment_rule,
    retire_assignment_rule,
    route_lead,
    route_waiting,
    set_seat_capacity,
)
from siklus.cycle.prospecting.assignment.choosing import Candidate, in_line
from siklus.cycle.prospecting.assignment.queries import seats_now, waiting_leads
from siklus.cycle.prospecting.fit.scoring import Criterion
from siklus.cycle.prospecting.models import AssignmentRule, AssignmentSeat
from siklus.cycle.prospecting.reactions import give_to_somebody
from siklus.platform.accounts.actions import deactivate_user
from siklus.platform.accounts.hours import set_work_hours
from siklus.platform.journal.models import Entry
from siklus.records.companies.actions import add_company
from siklus.records.deals.actions import qualify_deal
from siklus.records.deals.models import Deal
from siklus.records.fields.record import StaleEdit

MONDAY_TEN = day(0) + timedelta(hours=1)  # in Jakarta
NIGHT = day(0) + timedelta(hours=14)


@pytest.fixture
def rule(world: World) -> AssignmentRule:
    people = [world.rani, world.budi, world.bram]
    return add_assignment_rule(name="Everybody", people=people, by=world.agus, at=day(0))


def lead(world: World, name: str = "Toko", **values) -> Deal:
    return world.deal(name, owner=None, by=None, at=day(0), **values)


def owners(world: World, count: int, at: datetime = MONDAY_TEN, **values) -> list[str]:
    given = [route_lead(deal=lead(world, f"Toko {n}", **values), by=None, at=at) for n in range(count)]
    return [one.owner.name.split()[0] if one.owner else "" for one in given]


def test_leads_go_round_and_the_team_goes_with_them(world: World, rule):
    assert owners(world, 7) == ["Rani", "Budi", "Bram", "Rani", "Budi", "Bram", "Rani"]
    first = Deal.objects.earliest("pk")
    assert first.team == world.jakarta
    fact = Entry.objects.get(name="deal.routed", about_id=first.pk)
    assert (fact.details["owner_name"], fact.details["title"]) == ("Rani Astuti", "Everybody")
    assert Entry.objects.filter(name="deal.assigned", about_id=first.pk).count() == 1


def test_a_lead_that_has_an_owner_or_is_closed_is_left_alone_and_being_told_twice_gives_it_once(
    world: World, rule
):
    mine = world.deal("Mine", at=day(0))
    assert route_lead(deal=mine, by=None, at=MONDAY_TEN).owner == world.rani
    one = lead(world)
    entry = Entry.objects.get(name="deal.created", about_id=one.pk)
    give_to_somebody(entry)
    one.refresh_from_db()
    first = one.owner
    give_to_somebody(entry)
    one.refresh_from_db()
    assert (one.owner, Entry.objects.filter(name="deal.routed").count()) == (first, 1)
    assert sum(seat.turn for seat in AssignmentSeat.objects.all()) == 1


def test_who_is_full_is_passed_over_and_when_all_are_the_lead_waits(world: World, rule):
    edit_assignment_rule(rule=rule, capacity=2, by=world.agus, at=day(0))
    seat = AssignmentSeat.objects.get(user=world.budi)
    set_seat_capacity(seat=seat, capacity=0, by=world.agus, at=day(0))
    assert owners(world, 5) == ["Rani", "Bram", "Rani", "Bram", ""]
    assert waiting_leads().count() == 1
    qualify_deal(deal=Deal.objects.filter(owner=world.bram).earliest("pk"), by=world.bram, at=day(0.1))
    assert route_waiting(by=world.agus, at=MONDAY_TEN) == 1
    assert Deal.objects.latest("pk").owner == world.bram
    assert route_waiting(by=world.agus, at=MONDAY_TEN) == 0


def test_who_works_now_comes_first_and_at_night_who_begins_earliest(world: World, rule):
    set_work_hours(
        user=world.rani, hours={"0": ["13:00-17:00"], "1": ["10:00-17:00"]}, by=world.rani, at=day(0)
    )
    set_work_hours(user=world.budi, hours={"1": ["07:00-12:00"]}, by=world.budi, at=day(0))
    set_work_hours(
        user=world.bram, hours={"0": ["08:00-12:00"], "1": ["09:00-12:00"]}, by=world.bram, at=day(0)
    )
    assert owners(world, 3) == ["Bram", "Bram", "Bram"]
    assert owners(world, 2, at=NIGHT) == ["Budi", "Budi"]
    edit_assignment_rule(rule=rule, minds_hours=False, by=world.agus, at=day(0))
    assert owners(world, 3, at=NIGHT)[0] == "Rani"


def test_the_first_rule_that_finds_somebody_takes_the_lead(world: World, rule):
    edit_assignment_rule(rule=rule, position=9, by=world.agus, at=day(0))
    surabaya = add_assignment_rule(
        name="East", people=[world.budi], criteria=[Criterion("company.city", "one_of", ("Surabaya", "Malang"))],
        capacity=1, by=world.agus, at=day(0), position=1,
    )  # fmt: skip
    here = add_company(name="Toko Timur", city="malang", by=world.rani, at=day(0))
    unknown = add_company(name="Toko Anu", by=world.rani, at=day(0))
    assert owners(world, 2, company=unknown) == ["Rani", "Budi"]
    assert owners(world, 1, company=here) == ["Bram"]  # Budi is full by his own rule: the next rule takes it
    edit_assignment_rule(rule=surabaya, capacity=None, by=world.agus, at=day(0))
    assert owners(world, 2, company=here) == ["Budi", "Budi"]
    retire_assignment_rule(rule=surabaya, by=world.agus, at=day(0))
    assert owners(world, 1, company=here) == ["Rani"]


def test_who_comes_into_a_rule_is_not_served_before_those_who_wait(world: World, rule):
    assert owners(world, 2) == ["Rani", "Budi"]
    people = [world.rani, world.bram, world.dewi]
    edit_assignment_rule(rule=rule, people=people, by=world.agus, at=day(0))
    assert owners(world, 4) == ["Bram", "Rani", "Dewi", "Bram"]


def test_who_left_gets_nothing(world: World, rule):
    deactivate_user(user=world.rani, by=world.ada, at=day(0))
    assert owners(world, 3) == ["Budi", "Bram", "Budi"]
    with pytest.raises(CannotChangeAssignment, match="does not work here any more"):
        add_assignment_rule(
            name="Gone", people=[type(world.rani).objects.get(pk=world.rani.pk)], by=world.agus, at=day(0)
        )


def test_a_rule_is_checked_before_anything_is_written(world: World, rule):
    by = {"by": world.agus, "at": day(1)}
    entries = Entry.objects.count()
    with pytest.raises(CannotChangeAssignment, match="Give it a name"):
        add_assignment_rule(name=" ", people=[world.rani], **by)
    with pytest.raises(CannotChangeAssignment, match="Choose somebody"):
        add_assignment_rule(name="Empty", people=[], **by)
    with pytest.raises(WrongCriterion, match="Choose what to ask about"):
        add_assignment_rule(
            name="x", people=[world.rani], criteria=[Criterion("nothing", "one_of", ("a",))], **by
        )
    with pytest.raises(CannotChangeAssignment, match="a whole number from 0"):
        edit_assignment_rule(rule=rule, capacity=-1, **by)
    with pytest.raises(StaleEdit):
        edit_assignment_rule(rule=rule, name="Other", expected_version=7, **by)
    assert (AssignmentRule.objects.count(), Entry.objects.count()) == (1, entries)
    same = edit_assignment_rule(
        rule=rule, name="Everybody", people=[world.bram, world.budi, world.rani], **by
    )
    assert (same.version, Entry.objects.count()) == (1, entries)


def test_the_rule_tells_whose_turn_is_next(world: World, rule):
    owners(world, 1)
    found = {seat.row.user.name: seat for seat in seats_now(rule, MONDAY_TEN)}
    assert [name for name, seat in found.items() if seat.is_next] == ["Budi Santoso"]
    assert (found["Rani Astuti"].candidate.has, found["Rani Astuti"].is_at_work) == (1, True)


turns = st.lists(st.booleans(), min_size=1, max_size=60)


@given(st.integers(1, 6), turns)
def test_with_room_for_all_nobody_ever_gets_two_more_than_another(people, arrivals):
    now = datetime(2026, 3, 2, tzinfo=UTC)
    state = dict.fromkeys(range(people), 0)
    given_to: Counter[int] = Counter(dict.fromkeys(state, 0))
    for _arrival in arrivals:
        line = in_line([Candidate(key, turn, 0, None, now) for key, turn in state.items()], minds_hours=True)
        chosen = line[0].key
        state[chosen] = max(state.values()) + 1
        given_to[chosen] += 1
        assert max(given_to.values()) - min(given_to.values()) <= 1


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 4), st.one_of(st.none(), st.integers(0, 4)),
                          st.integers(0, 48)), max_size=8))  # fmt: skip
def test_nobody_full_is_in_line_and_who_works_soonest_is_first(rows):
    start = datetime(2026, 3, 2, tzinfo=UTC)
    everybody = [
        Candidate(key, turn, has, room, start + timedelta(hours=hours))
        for key, (turn, has, room, hours) in enumerate(rows)
    ]
    line = in_line(everybody, minds_hours=True)
    assert {one.key for one in line} == {one.key for one in everybody if one.has_room}
    assert [one.works_at for one in line] == sorted(one.works_at for one in line)
    fair = in_line(everybody, minds_hours=False)
    assert [one.turn for one in fair] == sorted(one.turn for one in fair)
