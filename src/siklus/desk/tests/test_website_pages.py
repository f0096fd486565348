"""The button that has a company's website read, how far it is, and taking a value over."""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.site import HOST, Reply, Site, bank_site
from tests.world import World

from siklus.cycle.research.models import Finding, WebsiteReading
from siklus.cycle.research.tasks import read_websites
from siklus.platform.accounts.models import User
from siklus.records.companies.actions import add_company
from siklus.records.companies.models import Company


@pytest.fixture
def site(settings, monkeypatch) -> Iterator[Site]:
    with bank_site(monkeypatch, settings) as one:
        yield one


@pytest.fixture
def bank(world: World, site: Site) -> Company:
    return add_company(
        name="Bank Nusa",
        website=site.url(host=HOST),
        city="Bogor",
        owner=world.rani,
        by=world.rani,
        at=timezone.now(),
    )


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_it_is_asked_followed_and_shown(world: World, bank):
    client = signed_in(world.rani)
    page, part = (reverse(f"desk:company_{name}", args=[bank.pk]) for name in ("dossier", "reading"))
    assert "Not read yet." in client.get(page).content.decode()
    asked = client.post(reverse("desk:company_website_read", args=[bank.pk]))
    assert (asked.status_code, asked["Location"]) == (302, page)
    waits = client.get(part).content.decode()
    assert "as soon as its turn comes" in waits and 'hx-trigger="every 2s"' in waits
    assert client.get(part, {"waits": 1}).status_code == 200
    read_websites()
    ended = client.get(part, {"waits": 1})
    assert (ended.status_code, ended["HX-Refresh"]) == (204, "true")
    shown = client.get(page).content.decode()
    for words in (
        "3 pages read, 9 new values.",
        "5 fields of the company filled",
        "+62 21 55512345",
        "/kontak",
    ):
        assert words in shown
    assert 'hx-trigger="every 2s"' not in shown


def test_what_the_company_has_otherwise_is_offered_and_taken_over(world: World, bank):
    client = signed_in(world.rani)
    client.post(reverse("desk:company_website_read", args=[bank.pk]))
    read_websites()
    page = reverse("desk:company_dossier", args=[bank.pk])
    assert client.get(page).content.decode().count("The company has: Bogor") == 1
    city = Finding.objects.get(attribute="City")
    answer = client.post(reverse("desk:finding_take_over", args=[city.pk]))
    assert (answer.status_code, answer["Location"]) == (302, page)
    bank.refresh_from_db()
    assert bank.city == "Jakarta"
    assert "The company has" not in client.get(page).content.decode()


def test_a_refusal_is_said_and_asks_for_nothing(world: World, bank):
    client, address = signed_in(world.rani), reverse("desk:company_website_read", args=[bank.pk])
    client.post(address)
    read_websites()
    again = client.post(address)
    assert again.status_code == 422 and "less than an hour ago" in again.content.decode()
    assert WebsiteReading.objects.count() == 1


def test_why_it_was_not_read_is_said_in_the_readers_language(world: World, bank, site):
    site.pages["/robots.txt"] = Reply("User-agent: *\nDisallow: /", kind="text/plain")
    world.rani.language = "id"
    world.rani.save(update_fields=["language"])
    client = signed_in(world.rani)
    client.post(reverse("desk:company_website_read", args=[bank.pk]))
    read_websites()
    shown = client.get(reverse("desk:company_dossier", args=[bank.pk])).content.decode()
    assert "meminta agar tidak dibaca oleh program (robots.txt)" in shown


def test_strangers_to_the_record_ask_for_nothing(world: World, bank):
    address = reverse("desk:company_website_read", args=[bank.pk])
    assert signed_in(world.budi).post(address).status_code == 404
    assert signed_in(world.putri).post(address).status_code == 403
    assert not WebsiteReading.objects.exists()


def test_without_a_website_the_page_says_where_to_write_it(world: World):
    company = add_company(name="Nusa", owner=world.rani, by=world.rani, at=timezone.now())
    shown = signed_in(world.rani).get(reverse("desk:company_dossier", args=[company.pk])).content.decode()
    assert "Their website is not known." in shown
    assert f"/companies/{company.pk}/edit/website/" in shown
