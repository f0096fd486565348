"""Possible duplicates on screen and through the API."""

import pytest
from django.test import Client
from tests.world import World, day

from siklus.desk.tests.helpers import signed_in, statements, text
from siklus.records.companies.actions import add_company
from siklus.records.contacts.actions import add_contact
from siklus.records.deals.models import Deal
from siklus.records.duplicates.actions import scan_duplicates
from siklus.records.duplicates.models import ToldApart
from siklus.records.fields.merging import relations_to


@pytest.fixture
def rani(world: World) -> Client:
    return signed_in(world.rani)


def test_each_pair_says_why_and_leads_to_the_preview(world: World, rani: Client):
    old = add_company(name="PT Bank Nusa", owner=world.rani, by=world.rani, at=day(1))
    new = add_company(name="Bank Nusa", city="Medan", owner=world.rani, by=world.rani, at=day(2))
    world.deal(company=new)
    assert "No duplicates here" in text(rani.get("/duplicates/company/"))
    scan_duplicates(by=world.agus, at=day(3))
    page = rani.get("/duplicates/company/")
    assert "PT Bank Nusa Rani Astuti Bank Nusa Medan · Rani Astuti 1 deal the same name" in text(page)
    assert f'href="/companies/{old.pk}/merge/?other={new.pk}"' in page.content.decode()
    answer = rani.post("/duplicates/company/apart/", {"one": old.pk, "two": new.pk}, follow=True)
    assert "PT Bank Nusa and Bank Nusa are two." in text(answer)
    assert "No duplicates here" in text(answer)
    assert ToldApart.objects.get().by == world.rani


def test_contacts_and_leads_have_their_tabs(world: World, rani: Client):
    for name in ("Hendra", "Pak Hendra"):
        person = add_contact(name=name, emails=["h@nusa.co.id"], owner=world.rani, by=world.rani, at=day(1))
        world.deal(f"Lead of {name}", contact=person)
    scan_duplicates(by=world.agus, at=day(3))
    assert "the same e-mail" in text(rani.get("/duplicates/contact/"))
    assert "Lead of Hendra Hendra · Prospek · Rani Astuti" in text(rani.get("/duplicates/all/"))
    assert rani.get("/duplicates/product/").status_code == 404


def test_the_page_needs_few_questions_however_many_pairs(world: World, rani: Client):
    asked = []
    for pairs in (range(1), range(1, 8)):
        for number in pairs:
            for _twin in range(2):
                world.deal(f"Lead {number}")
        scan_duplicates(by=world.agus, at=day(3))
        asked.append(statements(rani, "/duplicates/deal/"))
    assert text(rani.get("/duplicates/deal/")).count("the same name and company") == 8
    assert asked[1] == asked[0] <= 8 + len(relations_to(Deal))  # one for each table that points to a deal


def test_only_operations_start_the_search_and_only_who_sees_both_tells_apart(world: World, rani: Client):
    mine, foreign = world.deal("Same"), world.deal("Same", owner=world.budi, by=world.budi)
    assert rani.post("/duplicates/deal/scan/").status_code == 403
    assert rani.post("/duplicates/deal/apart/", {"one": mine.pk, "two": foreign.pk}).status_code == 404
    assert rani.post("/duplicates/deal/apart/", {"one": mine.pk, "two": mine.pk}).status_code == 422
    agus = signed_in(world.agus)
    assert "Looking for duplicates." in text(agus.post("/duplicates/deal/scan/", follow=True))
