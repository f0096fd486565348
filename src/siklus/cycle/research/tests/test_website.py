"""A company's website is read on request: politely, with the source of every value, and never over what people wrote."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone, translation
from tests.site import HOST, ORGANISATION, Reply, Site, bank_site, linking
from tests.world import World

from siklus.cycle.research.actions import (
    CannotChangeDossier,
    ask_for_reading,
    begin_reading,
    finish_reading,
    take_over,
    withdraw_finding,
)
from siklus.cycle.research.attributes import title_of
from siklus.cycle.research.models import Finding, WebsiteReading
from siklus.cycle.research.queries import dossier_of, last_reading, proposals_in
from siklus.cycle.research.tasks import read, read_websites, region_of
from siklus.cycle.research.website import visit as visiting
from siklus.cycle.research.website.found import Found, Way
from siklus.cycle.research.website.visit import Visit
from siklus.cycle.research.words import outcome_of
from siklus.platform.installation.current import current
from siklus.platform.journal.models import Entry
from siklus.records.companies.actions import add_company, edit_company
from siklus.records.companies.merging import merge_companies
from siklus.records.companies.models import Company


@pytest.fixture
def site(settings, monkeypatch) -> Iterator[Site]:
    with bank_site(monkeypatch, settings) as one:
        yield one


@pytest.fixture
def bank(world: World, site: Site) -> Company:
    return add_company(
        name="Bank Nusa", website=site.url(host=HOST), owner=world.rani, by=world.rani, at=timezone.now()
    )


def had_read(world: World, bank: Company, *, later: float = 0) -> WebsiteReading:
    ask_for_reading(company=bank, by=world.rani, at=timezone.now() + timedelta(hours=later))
    WebsiteReading.objects.update(finished_at=None)  # the site has rested
    assert read_websites() == 1
    bank.refresh_from_db()
    found = last_reading(bank.pk)
    assert found is not None
    return found


def known(bank: Company) -> dict[str, str]:
    lines = [line.holds for part in dossier_of(company=bank) for line in part.lines]
    return {one.attribute: one.value for one in lines}


def test_each_value_comes_with_its_page_its_day_and_how_sure_it_is(world: World, bank, site):
    reading = had_read(world, bank)
    assert (reading.outcome, reading.values, len(reading.pages)) == ("read", 9, 3)
    assert outcome_of(reading) == "3 pages read, 9 new values."
    assert known(bank) == {
        "Phone": "+62 21 55512345", "Further phones": "+62 21 5551234", "Industry": "Banking", "Founded": "1968",
        "Address": "Jakarta, Indonesia", "City": "Jakarta", "Country": "Indonesia", "E-mail": "info@banknusa.test",
        "What they say of themselves": "Bank untuk warung.",
    }  # fmt: skip
    phone, words = (Finding.objects.get(attribute=name) for name in ("Phone", "What they say of themselves"))
    assert (phone.source_url, phone.confidence, phone.method) == (site.url(host=HOST), 3, "website")
    assert (words.source_url, words.confidence) == (site.url("/tentang", host=HOST), 2)
    assert (phone.by, phone.observed_at) == (
        world.rani, phone.recorded_at.astimezone(current().time_zone).date(),
    )  # fmt: skip


def test_robots_come_first_then_a_few_pages_in_order(world: World, bank, site):
    had_read(world, bank)
    assert site.asked == ["/robots.txt", "/", "/kontak", "/tentang"]


def test_empty_fields_of_the_company_are_filled_and_it_is_told_once(world: World, bank):
    reading = had_read(world, bank)
    assert (bank.phone, bank.industry, bank.founded_year) == ("+62 21 55512345", "Banking", 1968)
    assert (bank.city, bank.country, bank.description) == ("Jakarta", "Indonesia", "Bank untuk warung.")
    assert reading.wrote == ["city", "country", "description", "founded_year", "industry", "phone"]
    edits = Entry.objects.filter(name="company.edited")
    assert [(one.by, one.channel) for one in edits] == [(world.rani, "job")]
    fact = Entry.objects.get(name="company.website_read")
    assert (fact.about_id, fact.details["pages"], fact.details["values"]) == (bank.pk, 3, 9)


def test_what_a_person_wrote_stays_and_the_other_value_is_offered(world: World, bank):
    edit_company(company=bank, phone="021 777 8888", by=world.rani, at=timezone.now())
    had_read(world, bank)
    assert bank.phone == "021 777 8888"
    parts = dossier_of(company=bank)
    ((finding_id, field),) = proposals_in(bank, parts).items()
    assert field == "phone"
    finding = Finding.objects.get(pk=finding_id)
    take_over(finding=finding, by=world.bram, at=timezone.now())
    bank.refresh_from_db()
    assert bank.phone == "+62 21 55512345"
    assert Entry.objects.filter(name="company.edited").order_by("-id")[0].by == world.bram
    assert proposals_in(bank, parts) == {}


def test_a_newer_value_replaces_what_a_reading_wrote(world: World, bank, site):
    had_read(world, bank)
    site.pages["/"] = linking(**{**ORGANISATION, "telephone": "021 555 99999"})
    reading = had_read(world, bank, later=2)
    assert (bank.phone, reading.wrote, reading.values) == ("+62 21 55599999", ["phone"], 1)
    (line,) = [line for part in dossier_of(company=bank) for line in part.lines if line.holds.key == "phone"]
    assert [one.value for one in line.before] == ["+62 21 55512345"]


def test_a_newer_value_does_not_replace_what_a_person_put_back(world: World, bank, site):
    had_read(world, bank)
    for phone in ("021 1", "+62 21 55512345"):  # away, and back to the same words
        edit_company(company=bank, phone=phone, by=world.rani, at=timezone.now())
    site.pages["/"] = linking(**{**ORGANISATION, "telephone": "021 555 99999"})
    had_read(world, bank, later=2)
    assert bank.phone == "+62 21 55512345"


def test_what_did_not_change_is_not_written_again(world: World, bank):
    had_read(world, bank)
    count = Finding.objects.count()
    reading = had_read(world, bank, later=2)
    assert (reading.values, Finding.objects.count()) == (0, count)
    assert outcome_of(reading) == "3 pages read, nothing new."


def test_a_value_that_somebody_withdrew_does_not_come_back(world: World, bank):
    had_read(world, bank)
    finding = Finding.objects.get(attribute="Industry")
    withdraw_finding(finding=finding, by=world.rani, at=timezone.now(), why="They make furniture")
    edit_company(company=bank, industry="", by=world.rani, at=timezone.now())
    had_read(world, bank, later=2)
    assert ("Industry" in known(bank), bank.industry) == (False, "")
    with pytest.raises(CannotChangeDossier):
        take_over(finding=Finding.objects.get(pk=finding.pk), by=world.rani, at=timezone.now())


def test_what_stands_in_the_words_alone_is_offered_and_not_written(world: World, bank, site):
    site.pages["/"] = linking() + "<p>Sejak 1970. Telepon (021) 555 12345</p>"
    site.pages["/kontak"] = "Halo"
    had_read(world, bank)
    assert (bank.phone, bank.founded_year) == ("", None)
    assert set(proposals_in(bank, dossier_of(company=bank)).values()) == {"phone", "founded_year"}


def test_a_site_that_asks_not_to_be_read_is_not_read(world: World, bank, site):
    site.pages["/robots.txt"] = Reply("User-agent: *\nDisallow: /\n", kind="text/plain")
    reading = had_read(world, bank)
    assert site.asked == ["/robots.txt"]
    assert (reading.outcome, Finding.objects.count()) == ("robots", 0)
    assert outcome_of(reading).startswith("banknusa.test asks programs not to read it (robots.txt).")


def test_pages_that_robots_close_are_left_out(world: World, bank, site):
    site.pages["/robots.txt"] = Reply("User-agent: siklus\nDisallow: /kontak\n", kind="text/plain")
    had_read(world, bank)
    assert site.asked == ["/robots.txt", "/", "/tentang"]


@pytest.mark.parametrize("status", [500, 503, 429])
def test_a_server_in_trouble_is_left_alone(world: World, bank, site, status: int):
    site.pages["/robots.txt"] = Reply("", status)
    assert had_read(world, bank).outcome == "closed"
    assert site.asked == ["/robots.txt"]


def test_who_asks_for_long_pauses_gets_one_page_read(world: World, bank, site, monkeypatch):
    site.pages["/robots.txt"] = Reply("User-agent: *\nCrawl-delay: 60\n", kind="text/plain")
    slept: list[float] = []
    monkeypatch.setattr(visiting.time, "sleep", slept.append)
    had_read(world, bank)
    assert site.asked == ["/robots.txt", "/"]
    assert [round(one) for one in slept] == [10]


def test_between_two_pages_there_is_the_pause_that_the_site_asks_for(world: World, bank, site, monkeypatch):
    site.pages["/robots.txt"] = Reply("User-agent: *\nCrawl-delay: 3\n", kind="text/plain")
    slept: list[float] = []
    monkeypatch.setattr(visiting.time, "sleep", slept.append)
    had_read(world, bank)
    assert site.asked[1:] == ["/", "/kontak", "/tentang"]
    assert [round(one) for one in slept] == [3, 3, 3]


def test_a_website_that_leads_elsewhere_tells_nothing_of_the_company(world: World, bank, site):
    site.pages["/"] = Reply(status=301, headers={"Location": site.url("/parked", host="parking.test")})
    site.pages["/parked"] = linking(**ORGANISATION)
    reading = had_read(world, bank)
    assert (reading.outcome, site.asked) == ("moved", ["/robots.txt", "/"])
    assert "sends on to parking.test" in outcome_of(reading)
    assert Finding.objects.count() == 0


def test_with_or_without_www_it_is_the_same_site(world: World, bank, site):
    site.pages["/"] = Reply(status=301, headers={"Location": site.url("/id", host=f"www.{HOST}")})
    site.pages["/id"] = linking(**ORGANISATION)
    assert had_read(world, bank).outcome == "read"
    assert site.asked == ["/robots.txt", "/", "/robots.txt", "/id", "/kontak", "/tentang"]


def test_a_site_map_helps_where_the_home_page_links_nowhere(world: World, bank, site):
    site.pages["/"] = "<p>Only a picture</p>"
    site.pages["/robots.txt"] = Reply(f"Sitemap: {site.url('/map.xml', host=HOST)}\n", kind="text/plain")
    names = f"<url><loc>{site.url('/kontak', host=HOST)}</loc></url>"
    site.pages["/map.xml"] = Reply(f"<?xml version='1.0'?><urlset>{names}</urlset>", kind="application/xml")
    had_read(world, bank)
    assert site.asked == ["/robots.txt", "/", "/map.xml", "/kontak"]
    assert known(bank) == {"E-mail": "info@banknusa.test", "Phone": "+62 21 5551234"}


@pytest.mark.parametrize(
    ("reply", "outcome", "words"),
    [
        (Reply("gone", 404), "status", "The website answered with error 404."),
        (Reply("%PDF", kind="application/pdf"), "no_page", "This is no page but application/pdf."),
        (Reply("<p></p>"), "nothing", "The website tells nothing that we could read."),
    ],
)
def test_why_nothing_came_is_said(world: World, bank, site, reply, outcome, words):
    site.pages = {"/": reply}
    reading = had_read(world, bank)
    assert (reading.outcome, reading.state) == (outcome, "done")
    assert outcome_of(reading).startswith(words)


def test_a_site_that_is_not_there_is_said_so_in_both_languages(world: World, bank):
    edit_company(company=bank, website="http://127.0.0.1:1/", by=world.rani, at=timezone.now())
    reading = had_read(world, bank)
    assert outcome_of(reading).startswith("The connection failed:")
    with translation.override("id"):
        assert outcome_of(reading).startswith("Sambungan gagal:")


def test_an_address_of_our_own_network_is_not_visited(world: World, bank, site, settings):
    settings.WEBSITE_PRIVATE_HOSTS = False
    reading = had_read(world, bank)
    assert site.asked == []
    assert "private network" in outcome_of(reading)


def test_it_is_read_once_an_hour_unless_the_address_changed(world: World, bank, site):
    had_read(world, bank)
    with pytest.raises(CannotChangeDossier, match="less than an hour ago"):
        ask_for_reading(company=bank, by=world.rani, at=timezone.now())
    edit_company(company=bank, website=site.url("/id", host=HOST), by=world.rani, at=timezone.now())
    first = ask_for_reading(company=bank, by=world.rani, at=timezone.now())
    assert ask_for_reading(company=bank, by=world.bram, at=timezone.now()) == first


@pytest.mark.parametrize(
    "website", ["", "https://www.instagram.com/banknusa", "tokopedia.com/banknusa", "ftp://banknusa.test"]
)
def test_without_a_website_of_their_own_nothing_is_asked(world: World, bank, website: str):
    edit_company(company=bank, website=website, by=world.rani, at=timezone.now())
    with pytest.raises(CannotChangeDossier) as refusal:
        ask_for_reading(company=bank, by=world.rani, at=timezone.now())
    assert refusal.value.field == "website"
    assert not WebsiteReading.objects.exists()


def test_two_companies_of_one_site_are_read_one_after_the_other(world: World, bank, site):
    other = add_company(
        name="Nusa Syariah", website=f"http://www.{HOST}:{site.port}/syariah", owner=world.rani, by=world.rani,
        at=timezone.now(),
    )  # fmt: skip
    now = timezone.now()
    first = ask_for_reading(company=bank, by=world.rani, at=now)
    second = ask_for_reading(company=other, by=world.rani, at=now)
    assert begin_reading(at=now) == first
    assert begin_reading(at=now) is None
    first.refresh_from_db()
    finish_reading(reading=first, visit=Visit("nothing"), at=now)
    assert begin_reading(at=now + timedelta(seconds=5)) is None  # the site has a rest
    assert begin_reading(at=now + timedelta(seconds=11)) == second


def test_a_reading_whose_worker_died_is_taken_up_once_more(world: World, bank):
    now = timezone.now()
    asked = ask_for_reading(company=bank, by=world.rani, at=now)
    lost = begin_reading(at=now)
    assert begin_reading(at=now + timedelta(minutes=4)) is None
    again = begin_reading(at=now + timedelta(minutes=6))
    assert again == asked and lost is not None and again is not None
    late = finish_reading(reading=lost, visit=Visit(found=[Found("city", "Bogor", Way.META, "x")]), at=now)
    assert (late.state, Finding.objects.count()) == ("reading", 0)  # who was given up writes nothing
    assert begin_reading(at=now + timedelta(minutes=12)) is None
    asked.refresh_from_db()
    assert (asked.state, outcome_of(asked)) == ("done", "The reading was broken off twice. Ask again.")


def test_what_comes_of_it_goes_to_the_company_that_was_kept(world: World, bank):
    kept = add_company(name="Bank Nusa Tbk", owner=world.rani, by=world.rani, at=timezone.now())
    ask_for_reading(company=bank, by=world.rani, at=timezone.now())
    reading = begin_reading(at=timezone.now())
    assert reading is not None
    merge_companies(kept=kept, other=bank, by=world.rani, at=timezone.now())
    read(reading)
    kept.refresh_from_db()
    assert (kept.phone, Finding.objects.filter(company=kept).count()) == ("+62 21 55512345", 9)


def test_the_country_of_numbers_is_the_companys_then_the_domains_then_ours(world: World, bank):
    assert region_of(bank, "banknusa.co.id") == "ID"
    assert region_of(bank, "bank.sg") == "SG" and region_of(bank, "bank.uk") == "GB"
    assert region_of(bank, "bank.com") == "ID"
    bank.country = "jerman"
    assert region_of(bank, "bank.com") == "DE"


def test_findings_of_a_website_are_named_in_the_readers_language(world: World, bank):
    had_read(world, bank)
    finding = Finding.objects.get(attribute="Founded")
    with translation.override("id"):
        assert title_of(finding) == "Berdiri"
