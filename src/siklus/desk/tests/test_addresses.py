"""Addresses that people typed become links only when they are safe to follow, wherever they are shown."""

import html
import re
from urllib.parse import urlsplit

import pytest
from tests.world import World, day

from siklus.desk.pages.own import web_address
from siklus.desk.tests.helpers import signed_in
from siklus.records.companies.actions import add_company
from siklus.records.companies.models import Company
from siklus.records.contacts.actions import add_contact
from siklus.records.contacts.models import Contact
from siklus.records.deals.models import Deal
from siklus.records.fields.actions import add_field

HARMLESS = {"", "http", "https", "mailto", "tel"}
EVIL = (
    "javascript:alert(1)//www.nusa.test",
    " JavaScript:alert(1).test",
    "java\tscript:alert(1).test",
    "data:text/html,<script>alert(1)</script>.test",
    "vbscript:msgbox(1).test",
    "\x01javascript:alert(1).test",
)


@pytest.mark.parametrize("text", EVIL)
def test_an_address_of_another_kind_is_no_link(text: str):
    assert web_address(text) == ""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("nusa.test/about", "https://nusa.test/about"),
        ("http://nusa.test", "http://nusa.test"),
        ("HTTPS://Nusa.test", "HTTPS://Nusa.test"),
        ("no address", ""),
    ],
)
def test_an_address_as_people_type_it_is_a_link(text: str, expected: str):
    assert web_address(text) == expected


@pytest.mark.parametrize("text", EVIL)
def test_no_page_links_to_an_address_that_runs_something(world: World, text: str):
    for kind in ("company", "contact", "deal"):
        add_field(record_kind=kind, label="Folder", kind="link", by=world.ada, at=day(0))
    values = {"owner": world.rani, "by": world.rani, "at": day(1)}
    company = add_company(name="Bank Nusa", website="nusa.test", **values)
    contact = add_contact(name="Hendra", company=company, **values)
    deal = world.deal(company=company, contact=contact)
    other = add_company(name="Bank Nusa Dua", **values)
    # past every check, as an older version or somebody at the database could have written it
    Company.objects.update(website=text, linkedin=text, custom={"folder": text})
    Contact.objects.update(linkedin=text, custom={"folder": text})
    Deal.objects.update(custom={"folder": text})
    client = signed_in(world.rani)
    pages = (
        f"/companies/{company.pk}/", f"/contacts/{contact.pk}/", f"/deals/{deal.pk}/",
        "/companies/?cols=website,own.folder", "/contacts/?cols=own.folder", "/leads/?cols=own.folder",
        f"/companies/{company.pk}/merge/?other={other.pk}", "/search/?q=nusa", "/leads/?layout=board",
    )  # fmt: skip
    for page in pages:
        answer = client.get(page)
        assert answer.status_code == 200, page
        body = answer.content.decode()
        found = [
            html.unescape(one) for one in re.findall(r'\s(?:href|src|action|formaction)="([^"]*)"', body)
        ]
        assert len(found) > 10
        wrong = [one for one in found if urlsplit(one.strip("\x00\x01 \t\n")).scheme.lower() not in HARMLESS]
        assert wrong == [], page
