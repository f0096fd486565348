from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone
from tests.world import World
from tests.world import day as world_day

from siklus.cycle.closing.actions import LineDraft, draft_quote, edit_quote, send_quote
from siklus.cycle.closing.queries import day_of
from siklus.cycle.demos.actions import add_ready_types, book_demo
from siklus.cycle.demos.queries import free_slots
from siklus.cycle.objections.actions import add_ready_catalogue, raise_objection
from siklus.cycle.prospecting.actions import add_profile, recompute_fit
from siklus.cycle.prospecting.fit.scoring import Criterion
from siklus.desk.today import queries
from siklus.desk.today.work import work_list
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


def work(user, now, team=False):
    return work_list(user, team=team, now=now, due=queries.due_now(user, team=team, now=now))


def lines(user, now, team=False):
    return [(one.tier, one.title) for one in work(user, now, team)]


def test_a_rich_deal_goes_before_a_poor_one_that_is_a_little_more_urgent(world: World, now):
    old = now - timedelta(days=60)
    small = world.deal(name="Small", at=old, amount=Decimal(1000), qualified=True)
    large = world.deal(name="Large", at=old, amount=Decimal(900000), qualified=True)
    for deal, days in ((small, 9), (large, 2)):
        plan_activity(
            kind="call", subject=f"Call {deal.name}", deal=deal, by=world.rani, at=old,
            due_at=now - timedelta(days=days),
        )  # fmt: skip
    world.deal(name="Fresh deal", at=now, qualified=True, amount=Decimal(50000))
    world.deal(name="Quiet", at=old, qualified=True, amount=Decimal(30000))
    assert lines(world.rani, now) == [
        ("late", "Call Large"), ("rotting", "Quiet"), ("none", "Fresh deal"), ("late", "Call Small"),
    ]  # fmt: skip


def test_the_order_is_expected_value_times_urgency_times_fit(world: World, now):
    deal = world.deal(name="Bank", at=now, qualified=True, amount=Decimal(1000))
    move_deal(deal=deal, stage=world.stage("demo"), by=world.rani, at=now)
    world.deal(name="Without an amount", at=now, qualified=True)
    due = now - timedelta(days=3)
    plan_activity(kind="call", subject="Call", deal=deal, by=world.rani, at=now, due_at=due)
    criteria = [Criterion("lead.amount", "at_least", ("1000",), 1)]
    add_profile(name="Rich", criteria=criteria, by=world.agus, at=now)
    recompute_fit(by=None, at=now)
    call, other = work(world.rani, now)
    assert (call.worth, call.urgency, call.grade) == (Decimal(400), 2.3, "A")
    assert call.score == pytest.approx(400 * 2.3 * 1.5)
    assert (other.title, other.worth, other.is_assumed, other.urgency) == (
        "Without an amount",
        100,
        True,
        1.0,
    )
    assert other.score == pytest.approx(100 * {"A": 1.5, "B": 1.2, "": 1.0, "C": 1.0, "D": 0.6}[other.grade])


@pytest.mark.parametrize(
    ("hours", "urgency"),
    [(0.5, 4.0), (5, 3.0), (30, 2.0), (24 * 8, 1.0)],
    ids=["hour", "day", "week", "older"],
)
def test_a_lead_is_the_more_urgent_the_newer_it_is(world: World, now, hours: float, urgency: float):
    world.deal(name="Lead", at=now - timedelta(hours=hours))
    quiet = next(one for one in work(world.rani, now) if one.tier == "lead")
    assert quiet.urgency == urgency


def test_what_is_won_is_expected_no_more(world: World, now):
    won = world.deal(name="Won", at=now, amount=Decimal(900000))
    win_deal(deal=won, by=world.rani, at=now)
    plan_activity(kind="call", subject="Welcome", deal=won, by=world.rani, at=now, due_at=now)
    world.deal(name="Open", at=now, amount=Decimal(1000), qualified=True)
    lines_now = [
        (one.title, one.worth, one.is_assumed) for one in work(world.rani, now + timedelta(minutes=1))
    ]
    assert lines_now == [("Welcome", Decimal(100), True), ("Open", Decimal(100), False)]


def test_a_deal_stands_once_with_all_its_reasons(world: World, now):
    deal = world.deal(name="Bank", at=now - timedelta(days=60), qualified=True, amount=Decimal(500))
    catalogue = add_ready_catalogue(by=world.agus, at=now)
    raise_objection(
        deal=deal, type=catalogue[0], words="Too dear", by=world.rani, at=now - timedelta(days=59)
    )
    only = work(world.rani, now)
    assert [(one.tier, one.title, one.urgency) for one in only] == [("objection", "Bank", 2.5)]
    assert only[0].also == ["gone quiet", "nothing planned"]


def test_a_quote_about_to_lapse_is_work_until_the_deal_is_closed(world: World, now):
    deal = world.deal(name="Bank", at=now, qualified=True, amount=Decimal(500))
    quote = draft_quote(
        deal=deal, lines=[LineDraft(title="Seats", unit_price=Decimal(500))], by=world.rani, at=now
    )
    edit_quote(quote=quote, valid_until=day_of(now) + timedelta(days=3), by=world.rani, at=now)
    send_quote(quote=quote, by=world.rani, at=now)
    assert [(one.tier, one.mark) for one in work(world.rani, now)] == [("quote", "quote lapses in 3 days")]
    assert work(world.budi, now) == []
    assert "quote lapses in 3 days" in browser(world.rani).get("/").content.decode()
    win_deal(deal=deal, by=world.rani, at=now)
    assert work(world.rani, now) == []


def test_a_demo_is_prepared_before_it_and_told_of_after_it(world: World):
    monday = world_day(7)  # nine in the morning
    deal = world.deal(name="Bank", at=monday, qualified=True, amount=Decimal(500))
    kind = add_ready_types(by=world.agus, at=monday, formats=("software",))[0]
    starts = monday + timedelta(days=1, hours=1)
    demo = book_demo(deal=deal, type=kind, host=world.rani, starts_at=starts, by=world.rani, at=monday)
    before = [(one.tier, one.demo_id, one.button) for one in work(world.rani, monday)]
    assert before == [("demo", demo.pk, "prepare")]
    after = work(world.rani, starts + timedelta(hours=3))
    assert [(one.tier, one.button, one.state) for one in after] == [("demo", "held", "late")]
    assert "say how it went" in after[0].reasons


def test_a_tab_keeps_one_kind_and_counts_all(world: World, now):
    world.deal(name="Lead one", at=now)
    world.deal(name="Deal one", at=now, qualified=True)
    text = browser(world.rani).get("/?kind=lead").content.decode()
    assert "Lead one" in text
    assert "Deal one" not in text
    assert 'href="?who=me&amp;kind=none"' in text


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


def test_the_page_needs_at_most_fifteen_questions(world: World, now, django_assert_max_num_queries):
    for number in range(6):
        deal = world.deal(name=f"Deal {number}", at=now - timedelta(days=40), qualified=number % 2 == 0)
        plan_activity(kind="call", subject="Call", deal=deal, by=world.rani, at=now, due_at=now)
        world.deal(name=f"Lead {number}", at=now)
    kind = add_ready_types(by=world.agus, at=now, formats=("software",))[0]
    for _number in range(2):
        slot = free_slots(world.rani, minutes=60, day=timezone.localdate(now), now=now, days=5)[0]
        book_demo(deal=deal, type=kind, host=world.rani, starts_at=slot.start, by=world.rani, at=now)
    for user, path in ((world.rani, "/"), (world.bram, "/?who=team")):
        client = browser(user)
        with django_assert_max_num_queries(15):
            client.get(path)


def test_strangers_are_asked_to_sign_in(world: World):
    assert Client().get("/")["Location"] == "/sign-in/?next=/"


def test_a_long_list_begins_with_forty_and_shows_all_on_request(world: World, now):
    for number in range(25):
        world.deal(name=f"Lead {number}", at=now)
        world.deal(name=f"Deal {number}", at=now, qualified=True)
    first = browser(world.rani).get("/?who=me").content.decode()
    assert first.count('class="work"') == 40
    assert 'href="?who=me&amp;all=1"' in first
    assert browser(world.rani).get("/?who=me&all=1").content.decode().count('class="work"') == 50


def test_whoever_prefers_whatsapp_or_is_to_get_a_mail_is_written_to_in_a_dialog_of_the_house(
    world: World, now
):
    hendra = add_contact(
        name="Hendra", phones=["0812-3456-7890"], emails=["hendra@banknusa.test"], owner=world.rani, by=world.rani,
        at=now,
    )  # fmt: skip
    deal = world.deal(contact=hendra, at=now)
    for kind in ("message", "email"):
        plan_activity(kind=kind, subject=kind, deal=deal, contact=hendra, owner=world.rani, due_at=now, by=world.rani,
                      at=now)  # fmt: skip
    shown = browser(world.rani).get("/").content.decode()
    for dialog in ("/whatsapp/new/", "/mail/new/"):
        assert f'data-dialog href="{dialog}?contact={hendra.pk}&amp;deal={deal.pk}&amp;next=/"' in shown
    assert "wa.me" not in shown
