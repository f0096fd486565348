import pytest
from django.test import Client
from tests.world import World, day

from siklus.records.companies.actions import add_company
from siklus.records.contacts.actions import add_contact
from siklus.records.deals.actions import add_person

HTMX = {"HX-Request": "true"}


def browser(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def hendra(world: World):
    bank = add_company(name="Bank Nusa", owner=world.rani, by=world.rani, at=day(0))
    return add_contact(
        name="Hendra Pratama", company=bank, owner=world.rani, by=world.rani, at=day(0), title="CIO",
        emails=["hendra@nusa.co.id"], phones=["0812 3456 789"],
    )  # fmt: skip


def test_the_page_shows_parts_positions_and_points(world: World, hendra):
    deal = world.deal(name="Licence")
    add_person(deal=deal, contact=hendra, part="champion", by=world.rani, at=day(1))
    text = browser(world.rani).get(f"/contacts/{hendra.pk}/").content.decode()
    for words in ("Hendra Pratama", "Licence", "Champion", "hendra@nusa.co.id", "+628123456789", "since"):
        assert words in text


def test_several_points_are_kept_in_the_order_given(world: World, hendra):
    browser(world.rani).post(
        f"/contacts/{hendra.pk}/points/",
        {
            "emails": "new@nusa.co.id\nhendra@nusa.co.id",
            "phones": "+62 811 111 111",
            "version": hendra.version,
        },
    )
    hendra.refresh_from_db()
    assert (hendra.email, hendra.phone) == ("new@nusa.co.id", "+62811111111")
    assert [point.value for point in hendra.points.all()] == [
        "new@nusa.co.id", "hendra@nusa.co.id", "+62811111111",
    ]  # fmt: skip


def test_a_wrong_address_is_refused_beside_its_field_and_nothing_changes(world: World, hendra):
    answer = browser(world.rani).post(
        f"/contacts/{hendra.pk}/points/", {"emails": "no address", "phones": "0811 111 111"}, headers=HTMX
    )
    assert answer.status_code == 422
    assert "is not an e-mail address" in answer.content.decode()
    hendra.refresh_from_db()
    assert (hendra.email, hendra.points.count()) == ("hendra@nusa.co.id", 2)


def test_a_stale_edit_is_told(world: World, hendra):
    answer = browser(world.rani).post(
        f"/contacts/{hendra.pk}/points/", {"emails": "", "phones": "", "version": 9}, headers=HTMX
    )
    assert answer.status_code == 409
    assert hendra.points.count() == 2


def test_a_new_position_keeps_the_old_one(world: World, hendra):
    kopi = add_company(name="Kopi Ranah", owner=world.rani, by=world.rani, at=day(0))
    browser(world.rani).post(f"/contacts/{hendra.pk}/position/", {"company": kopi.pk, "title": "CEO"})
    rows = [(row.company.name, row.title, row.valid_to is None) for row in hendra.positions.all()]
    assert rows == [("Kopi Ranah", "CEO", True), ("Bank Nusa", "CIO", False)]


def test_a_position_needs_a_company_that_one_may_see(world: World, hendra):
    secret = add_company(name="Secret", owner=world.budi, by=world.budi, at=day(0))
    client = browser(world.rani)
    assert client.post(f"/contacts/{hendra.pk}/position/", {}, headers=HTMX).status_code == 422
    assert client.post(f"/contacts/{hendra.pk}/position/", {"company": secret.pk}).status_code == 404
    assert hendra.positions.count() == 1


@pytest.mark.parametrize("path", ["", "points/", "position/"])
def test_a_stranger_finds_nothing(world: World, hendra, path):
    assert browser(world.budi).get(f"/contacts/{hendra.pk}/{path}").status_code == 404


def test_people_partners_change_no_contact(world: World, hendra):
    assert browser(world.putri).post(f"/contacts/{hendra.pk}/points/", {}).status_code == 403
    assert hendra.points.count() == 2
