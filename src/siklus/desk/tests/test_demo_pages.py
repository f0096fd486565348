"""Demos on the screens: offered times, the panel, the page, the outcome, what wins."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone
from tests.world import World, day

from siklus.cycle.demos.actions import add_demo_type, book_demo, hold_demo
from siklus.cycle.demos.models import Demo, DemoType
from siklus.cycle.demos.queries import free_slots, next_working_day
from siklus.cycle.objections.actions import add_type, raise_objection
from siklus.insight.demos import estimates_judged, what_wins
from siklus.platform.accounts.models import User
from siklus.platform.journal.models import Entry
from siklus.records.deals.actions import lose_deal, win_deal
from siklus.records.deals.models import Deal


@pytest.fixture
def kind(world: World) -> DemoType:
    return add_demo_type(
        name_en="Software demo", minutes=60, checklist=[{"en": "Load their data"}], by=world.agus, at=day(0),
        materials=[{"en": "Price list"}],
    )  # fmt: skip


@pytest.fixture
def deal(world: World) -> Deal:
    return world.deal(amount=Decimal(1000), qualified=True)


@pytest.fixture
def rani(world: World, client: Client) -> Client:
    client.force_login(world.rani)
    return client


def first_slot(world: World) -> datetime:
    now = timezone.now()
    found = free_slots(world.rani, minutes=60, day=next_working_day(world.rani, now), now=now, days=30)
    return found[0].start


def test_the_dialog_offers_free_times_and_what_the_buyer_said_and_books_with_two_choices(
    world: World, rani: Client, deal: Deal, kind: DemoType
):
    price = add_type(name_en="Price", by=world.agus, at=day(0))
    raise_objection(deal=deal, type=price, words="Too much", by=world.rani, at=day(1))
    page = rani.get(f"/deals/{deal.pk}/demos/new/", headers={"HX-Request": "true"}).content.decode()
    slot = first_slot(world)
    assert slot.isoformat() in page
    assert "Price: “Too much”" in page
    answer = rani.post(
        f"/deals/{deal.pk}/demos/new/",
        {"type": kind.pk, "slot": slot.isoformat(), "agenda": "Approvals\nExport"},
    )
    assert answer.status_code == 302
    demo = Demo.objects.get()
    assert (demo.starts_at, demo.minutes, demo.host) == (slot, 60, world.rani)
    assert list(demo.items.values_list("text", flat=True)) == ["Load their data", "Approvals", "Export"]
    again = rani.get(f"/demos/slots/?type={kind.pk}&day={slot.date()}").content.decode()
    assert slot.isoformat() not in again


def test_a_time_that_is_taken_meanwhile_is_told_in_the_dialog_and_nothing_is_booked(
    world: World, rani: Client, deal: Deal, kind: DemoType
):
    slot = first_slot(world)
    book_demo(deal=world.deal("Other"), type=kind, starts_at=slot, by=world.rani, at=day(1))
    before = Entry.objects.count()
    answer = rani.post(f"/deals/{deal.pk}/demos/new/", {"type": kind.pk, "slot": slot.isoformat()})
    assert answer.status_code == 422
    assert "Rani Astuti is busy then" in answer.content.decode()
    empty = rani.post(f"/deals/{deal.pk}/demos/new/", {"type": kind.pk})
    assert "Choose a time." in empty.content.decode()
    assert (Demo.objects.count(), Entry.objects.count()) == (1, before)


def test_a_demo_is_prepared_held_and_judged_on_its_page(
    world: World, rani: Client, deal: Deal, kind: DemoType
):
    now = timezone.now()
    demo = book_demo(
        deal=deal, type=kind, starts_at=now - timedelta(hours=2), by=world.rani, at=now - timedelta(days=1)
    )
    item = demo.items.get()
    rani.post(f"/demos/items/{item.pk}/tick/", {"done": "1"})
    item.refresh_from_db()
    assert item.done_by == world.rani
    assert "Price list" in rani.get(f"/demos/{demo.pk}/").content.decode()
    assert "How did it go?" in rani.get(f"/deals/{deal.pk}/demos/").content.decode()
    assert "To be recorded" in rani.get("/demos/").content.decode()
    refused = rani.post(f"/demos/{demo.pk}/hold/", {"version": demo.version})
    assert refused.status_code == 422
    values = {"interest": "4", "estimate": "70", "questions": "Offline?", "version": demo.version}
    assert rani.post(f"/demos/{demo.pk}/hold/", values).status_code == 302
    demo.refresh_from_db()
    assert (demo.state, demo.interest, demo.estimate, demo.questions) == ("held", 4, 70, "Offline?")
    stale = rani.post(f"/demos/{demo.pk}/estimate/", {"estimate": "90", "version": 1})
    assert stale.status_code == 409
    page = rani.get(f"/demos/{demo.pk}/").content.decode()
    assert "Interest 4 of 5" in page
    assert "70%" in page


def test_moving_and_cancelling_say_what_happened(world: World, rani: Client, deal: Deal, kind: DemoType):
    slot = first_slot(world)
    demo = book_demo(deal=deal, type=kind, starts_at=slot, by=world.rani, at=day(1))
    later = slot + timedelta(hours=1)
    assert 'value="1"' in rani.get(f"/demos/{demo.pk}/move/").content.decode()
    rani.post(f"/demos/{demo.pk}/move/", {"slot": later.isoformat(), "minutes": "60", "version": "1"})
    demo.refresh_from_db()
    assert (demo.starts_at, demo.moves) == (later, 1)
    rani.post(f"/demos/{demo.pk}/cancel/", {"note": "Ill", "version": demo.version})
    demo.refresh_from_db()
    assert (demo.state, demo.note) == ("cancelled", "Ill")
    assert "Ill" in rani.get(f"/demos/{demo.pk}/").content.decode()


def test_types_are_written_a_line_each_and_the_rule_is_set(world: World, client: Client):
    client.force_login(world.agus)
    client.post("/settings/demos/new/", {
        "name_en": "Test drive", "format": "drive", "minutes": "45", "place": "ours",
        "checklist": "Check licence | Periksa SIM\n\nFull tank",
        "materials": "Brochure | Brosur https://nusa.example/b.pdf\nKeys",
    })  # fmt: skip
    made = DemoType.objects.get()
    assert made.checklist == [{"en": "Check licence", "id": "Periksa SIM"}, {"en": "Full tank"}]
    assert made.materials == [
        {"en": "Brochure", "id": "Brosur", "url": "https://nusa.example/b.pdf"}, {"en": "Keys"},
    ]  # fmt: skip
    page = client.get(f"/settings/demos/{made.pk}/").content.decode()
    assert "Brochure | Brosur https://nusa.example/b.pdf" in page
    client.post(f"/settings/demos/rules/{world.pipeline.pk}/", {"demanded": "1"})
    assert "Do not ask" in client.get("/settings/demos/").content.decode()
    client.post("/settings/demos/ready/")
    assert DemoType.objects.count() == 6


def test_working_hours_are_set_in_the_profile(world: World, rani: Client):
    rani.post("/settings/profile/hours/", {"day0": "8-12, 13-16", "day5": ""})
    world.rani.refresh_from_db()
    assert world.rani.work_hours == {"0": ["08:00-12:00", "13:00-16:00"]}
    assert "08:00–12:00, 13:00–16:00" in rani.get("/settings/profile/").content.decode()
    wrong = rani.post("/settings/profile/hours/", {"day0": "late"})
    assert wrong.status_code == 422
    assert "Write it like 09:00-12:30" in wrong.content.decode()


def test_what_wins_counts_a_deal_once_and_says_nothing_of_few(world: World, client: Client, kind: DemoType):
    for number in range(6):
        deal = world.deal(f"Deal {number}", qualified=True)
        for hour in (1, 3):
            at = day(2 + number) + timedelta(hours=hour)
            demo = book_demo(deal=deal, type=kind, starts_at=at, by=world.rani, at=day(1))
            percent = 80 if number < 4 else 20
            hold_demo(demo=demo, interest=3, estimate=percent, by=world.rani, at=at + timedelta(hours=1))
        if number < 4:
            win_deal(deal=deal, by=world.rani, at=day(10))
        else:
            lose_deal(deal=deal, reason=world.too_expensive, by=world.rani, at=day(10))
    (_title, (types,)), *_rest = what_wins(world.rani)
    assert (types.name, types.booked, types.came.hits, types.won.hits, types.won.n) == (
        "Software demo",
        12,
        12,
        4,
        6,
    )
    everybody, people = estimates_judged(world.rani)
    assert (everybody.n, everybody.is_enough, [name for name, _one in people]) == (6, False, ["Rani Astuti"])
    assert everybody.brier == pytest.approx(0.04)
    assert estimates_judged(world.budi)[0].n == 0
    client.force_login(world.rani)
    page = client.get("/demos/?show=wins").content.decode()
    assert "not enough yet (n = 6)" in page
    assert "67%" in page
    assert User.objects.count() == 7


def test_the_past_and_an_empty_house_have_their_words(world: World, rani: Client):
    assert "No demos yet" in rani.get("/demos/").content.decode()
    assert "No demo is over yet" in rani.get("/demos/?show=past").content.decode()
    assert "No demos yet" in rani.get("/demos/?show=wins").content.decode()
