from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone
from tests.world import World

from siklus.desk.today import queries
from siklus.records.activities.actions import log_activity, plan_activity
from siklus.records.contacts.actions import add_contact
from siklus.records.deals.actions import move_deal, win_deal


def browser(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def now():
    return timezone.now()


def lines(user, now, team=False):
    due = queries.due_now(user, team=team, now=now)
    return [(one.tier, one.title) for one in queries.work_list(user, team=team, now=now, due=due)]


def test_the_most_urgent_stands_first_and_within_it_the_most_valuable(world: World, now):
    old = now - timedelta(days=60)
    small = world.deal(name="Small", at=old, amount=Decimal(1000))
    large = world.deal(name="Large", at=old, amount=Decimal(900000))
    for deal in (small, large):
        plan_activity(
            kind="call", subject=f"Call {deal.name}", deal=deal, by=world.rani, at=old,
            due_at=now - timedelta(days=2),
        )  # fmt: skip
    fresh = world.deal(name="Fresh deal", at=now, qualified=True, amount=Decimal(5))
    world.deal(name="Quiet", at=old, qualified=True, amount=Decimal(7))
    lead = world.deal(name="New lead", at=now)
    assert lines(world.rani, now) == [
        ("late", "Call Large"), ("late", "Call Small"), ("rotting", "Quiet"), ("none", fresh.name),
        ("lead", lead.name),
    ]  # fmt: skip


def test_a_lead_that_somebody_spoke_to_is_not_new(world: World, now):
    lead = world.deal(name="New lead", at=now)
    log_activity(kind="call", subject="Hello", deal=lead, by=world.rani, at=now)
    assert lines(world.rani, now) == []


def test_each_line_says_why_and_offers_one_thing_to_do(world: World, now):
    person = add_contact(name="Lina", owner=world.rani, by=world.rani, at=now, phones=["0812 3456 789"])
    world.deal(name="Portal", contact=person, at=now)
    text = browser(world.rani).get("/").content.decode()
    assert "nobody has spoken to them yet" in text
    assert 'href="tel:+628123456789"' in text


def test_won_is_compared_with_the_same_days_of_last_month(world: World, now):
    first = timezone.localtime(now, world.rani.zone).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    before = (first - timedelta(days=1)).replace(day=1)
    late_before = first - timedelta(minutes=1)
    for name, amount, at in (("A", 200, now), ("B", 100, before), ("C", 999, late_before)):
        deal = world.deal(name=name, amount=Decimal(amount), at=before - timedelta(days=9))
        win_deal(deal=deal, by=world.rani, at=at)
    tiles = queries.tiles(world.rani, team=False, now=now, due=0, late=0)
    assert (tiles.won, tiles.won_count) == (Decimal(200), 1)
    assert tiles.won_before in {Decimal(100), Decimal(1099)}
    assert tiles.won_before == Decimal(100) or (now - first) >= (first - before)


def test_the_weighted_sum_is_amount_times_chance(world: World, now):
    deal = world.deal(amount=Decimal(1000), at=now)
    move_deal(deal=deal, stage=world.stage("demo"), by=world.rani, at=now)
    tiles = queries.tiles(world.rani, team=False, now=now, due=0, late=0)
    assert (tiles.open_sum, tiles.weighted, tiles.open_count) == (Decimal(1000), Decimal(400), 1)


def test_a_manager_switches_to_the_team_and_a_rep_does_not(world: World, now):
    world.deal(name="Of Rani", at=now, qualified=True)
    world.deal(name="Of Budi", owner=world.budi, at=now, qualified=True)
    assert lines(world.bram, now) == []
    assert {title for _tier, title in lines(world.bram, now, team=True)} == {"Of Rani", "Of Budi"}
    assert "Of Budi" not in browser(world.rani).get("/?who=team").content.decode()


def test_nothing_to_do_is_said_with_a_next_step(world: World):
    text = browser(world.rani).get("/").content.decode()
    assert "Nothing waits for you" in text


def test_the_page_needs_at_most_twelve_questions(world: World, now, django_assert_max_num_queries):
    for number in range(6):
        deal = world.deal(name=f"Deal {number}", at=now - timedelta(days=40), qualified=number % 2 == 0)
        plan_activity(kind="call", subject="Call", deal=deal, by=world.rani, at=now, due_at=now)
        world.deal(name=f"Lead {number}", at=now)
    for user, path in ((world.rani, "/"), (world.bram, "/?who=team")):
        client = browser(user)
        with django_assert_max_num_queries(12):
            client.get(path)


def test_strangers_are_asked_to_sign_in(world: World):
    assert Client().get("/")["Location"] == "/sign-in/?next=/"
