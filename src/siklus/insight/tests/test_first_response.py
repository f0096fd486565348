from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.test import Client
from django.utils import timezone
from tests.world import World

from siklus.cycle.outreach.first_response.actions import reckon, start_clock
from siklus.cycle.outreach.first_response.models import FirstResponse
from siklus.insight.first_response import Case, speed_of, speeds
from siklus.records.activities.actions import log_activity
from siklus.records.deals.models import Deal

JAKARTA = ZoneInfo("Asia/Jakarta")
MONDAY = datetime(2026, 3, 2, 9, tzinfo=JAKARTA)


def a_lead(world: World, number: int, answered: int | None, **values) -> Deal:
    """The lead of a day in March that was answered after so many minutes."""
    came = MONDAY + timedelta(days=number // 5 * 7 + number % 5)
    deal = world.deal(name=f"Lead {number}", at=came, **values)
    start_clock(deal=deal, at=came)
    if answered is not None:
        at = came + timedelta(minutes=answered)
        log_activity(kind="call", subject="Hello", deal=deal, by=world.ada, at=at)
        reckon(deal=deal, at=at)
    return deal


def case(minutes: int, is_answered: bool = True, is_within: bool | None = None) -> Case:
    return Case(minutes, is_answered, is_within, "Rani", "Web")


def test_leads_that_wait_still_make_the_median_longer_and_not_shorter():
    answered = [case(minutes) for minutes in (10, 20, 30, 40, 50, 60, 70, 80, 90, 100)]
    assert (speed_of("", answered).median, speed_of("", answered).p90) == (50, 90)
    waiting = [case(200, is_answered=False) for _turn in range(5)]
    assert (speed_of("", answered + waiting).median, speed_of("", answered + waiting).p90) == (80, None)
    assert speed_of("", answered[:9]).median is None
    assert not speed_of("", answered[:9]).is_enough


def test_it_is_told_per_owner_and_source_with_the_share_within_the_target(world: World):
    for number in range(10):
        a_lead(world, number, 15 if number < 8 else 90, source="Website")
    a_lead(world, 2, 30, source="Fair", owner=world.budi)
    now = MONDAY + timedelta(days=14)
    a_lead(world, 10, None, source="Website")  # came in just now: too early to say
    found = speeds(world.bram, begin=MONDAY.date(), end=now.date(), now=now)
    rani, budi = found.by_owner
    assert (rani.name, rani.n, rani.answered, rani.median, rani.p90) == ("Rani Astuti", 11, 10, 15, 90)
    assert (rani.within.hits, rani.within.n) == (8, 10)
    assert (budi.n, budi.median, budi.is_enough) == (1, None, False)
    assert [(one.name, one.n) for one in found.by_source] == [("Website", 11), ("Fair", 1)]
    assert found.everybody.n == 12
    assert speeds(world.budi, begin=MONDAY.date(), end=now.date(), now=now).everybody.n == 1
    late = speeds(world.bram, begin=MONDAY.date(), end=now.date(), now=now + timedelta(hours=2))
    assert (late.by_owner[0].within.hits, late.by_owner[0].within.n) == (8, 11)


def test_the_page_says_when_there_is_not_enough_yet_and_what_the_figures_are(world: World):
    client = Client()
    client.force_login(world.bram)
    assert "No lead came in in this period" in client.get("/first-response/").content.decode()
    now = timezone.now()
    deal = world.deal(at=now)
    start_clock(deal=deal, at=now)
    assert "not enough yet: 1 leads" in client.get("/first-response/").content.decode()
    for number in range(9):
        start_clock(deal=world.deal(name=f"Lead {number}", at=now), at=now)
    FirstResponse.objects.update(answered_at=now, waited=35, owner_waited=35)
    shown = client.get("/first-response/").content.decode()
    assert "35\xa0min" in shown
    assert "median until the first contact" in shown
