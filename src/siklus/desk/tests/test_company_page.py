from decimal import Decimal

import pytest
from django.test import Client
from tests.world import World, day

from siklus.records.activities.actions import log_activity
from siklus.records.companies.actions import add_company, edit_company
from siklus.records.contacts.actions import add_contact
from siklus.records.deals.actions import win_deal


def browser(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def bank(world: World):
    return add_company(name="Bank Nusa", owner=world.rani, by=world.rani, at=day(0), industry="Banking")


def test_the_page_shows_deals_contacts_subsidiaries_and_what_was_won(world: World, bank):
    add_company(name="Nusa Finance", parent=bank, owner=world.rani, by=world.rani, at=day(0))
    add_contact(name="Hendra Pratama", company=bank, owner=world.rani, by=world.rani, at=day(0))
    won = world.deal(name="First", company=bank, amount=Decimal("36000000"))
    win_deal(deal=won, by=world.rani, at=day(3))
    world.deal(name="Second", company=bank, amount=Decimal("420000000"))
    text = browser(world.rani).get(f"/companies/{bank.pk}/").content.decode()
    for words in ("Nusa Finance", "Hendra Pratama", "First", "Second", "Rp\u00a036M", "Rp\u00a0420M"):
        assert words in text


def test_the_timeline_tells_what_happened_to_its_deals(world: World, bank):
    deal = world.deal(name="Licence", company=bank)
    log_activity(kind="call", subject="Asked for a price", deal=deal, by=world.rani, at=day(2))
    text = browser(world.rani).get(f"/companies/{bank.pk}/").content.decode()
    assert "Asked for a price" in text
    assert f'<a class="event-about" href="/deals/{deal.pk}/">Licence</a>' in text


def test_deals_of_others_stay_hidden_on_a_shared_company(world: World, bank):
    deal = world.deal(
        name="Secret of Budi", company=bank, owner=world.budi, by=world.budi, amount=Decimal(77)
    )
    log_activity(kind="call", subject="Whispered", deal=deal, by=world.budi, at=day(2))
    answer = browser(world.rani).get(f"/companies/{bank.pk}/")
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "Secret of Budi" not in text
    assert "Rp\u00a077" not in text
    assert "Whispered" not in text
    rest = browser(world.rani).get(f"/stream/company/{bank.pk}/?tab=calls").content.decode()
    changes = browser(world.rani).get(f"/stream/company/{bank.pk}/?tab=changes").content.decode()
    assert "Secret of Budi" not in rest + changes
    assert "Whispered" not in rest + changes


def test_a_stranger_finds_nothing(world: World, bank):
    for path in (f"/companies/{bank.pk}/", f"/stream/company/{bank.pk}/", f"/files/company/{bank.pk}/"):
        assert browser(world.budi).get(path).status_code == 404
    answer = browser(world.budi).post("/activities/new/", {"company": bank.pk, "body": "x"})
    assert answer.status_code == 404
    assert bank.activities.count() == 0


def test_a_link_that_is_a_script_is_never_a_link(world: World, bank):
    edit_company(company=bank, website="javascript:alert(1)", by=world.rani, at=day(1))
    assert 'href="javascript:' not in browser(world.rani).get(f"/companies/{bank.pk}/").content.decode()


def test_the_page_needs_at_most_fifteen_questions(world: World, bank, django_assert_max_num_queries):
    for number in range(4):
        deal = world.deal(name=f"Deal {number}", company=bank)
        log_activity(kind="call", subject="Call", deal=deal, by=world.rani, at=day(2))
    client = browser(world.rani)
    with django_assert_max_num_queries(15):
        client.get(f"/companies/{bank.pk}/")
