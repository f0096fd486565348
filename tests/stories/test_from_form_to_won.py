"""One sale through all the rooms, on screen, in both languages: from a web form to a quote that the buyer accepts.

Mails go over a real SMTP server and come back from a real IMAP server; the worker does the rest.
"""

import argparse
import itertools
import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from email import message_from_bytes, policy

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from siklus.config.commands import worker_
from siklus.cycle.closing.actions import set_quote_rule
from siklus.cycle.closing.models import Quote
from siklus.cycle.demos.actions import add_ready_types
from siklus.cycle.demos.models import Demo
from siklus.cycle.objections.actions import add_ready_catalogue
from siklus.cycle.objections.models import Objection
from siklus.cycle.outreach.actions import add_template
from siklus.cycle.outreach.models import Enrolment
from siklus.cycle.outreach.sequences.editing import add_sequence, add_step
from siklus.cycle.prospecting.actions import add_assignment_rule, add_form
from siklus.cycle.qualification.actions import add_ready_framework, set_qualification_rule
from siklus.cycle.research.actions import add_item
from siklus.platform.accounts.actions import edit_user
from siklus.records.companies.actions import add_company
from siklus.records.companies.models import Company
from siklus.records.contacts.models import Contact
from siklus.records.deals.models import Deal
from siklus.records.products.actions import add_product
from tests.mail import Box, a_mail, a_mailbox, smtp_server
from tests.world import World, day

pytestmark = [pytest.mark.chromium, pytest.mark.django_db(transaction=True)]
COUNT = itertools.count()
FIELDS = [
    {"key": "contact.name", "required": True}, {"key": "contact.email", "required": True},
    {"key": "company.name", "required": True}, {"key": "lead.description", "required": False},
]  # fmt: skip
TEXTS = {
    "heading": {"en": "Ask for a demonstration", "id": "Minta demonstrasi"},
    "button": {"en": "Send", "id": "Kirim"},
    "consent": {"en": "You may write to me.", "id": "Silakan menulis kepada saya."},
}
WORDS = {
    "en": {
        "subject": "A demo for {{ company.name }}?",
        "text": "Dear {{ contact.first_name }}, may we show you?",
    },
    "id": {
        "subject": "Demo untuk {{ company.name }}?",
        "text": "Yth. {{ contact.first_name }}, boleh kami tunjukkan?",
    },
}
SAID = {
    "en": {"first": "A demo for Bank Nusa?", "reply": "Yes, show us on Thursday.", "stopped": "They answered",
           "dear": "That is twice what we pay.", "won": "Won", "qualify": "Qualify", "send": "Send"},
    "id": {"first": "Demo untuk Bank Nusa?", "reply": "Ya, tunjukkan hari Kamis.", "stopped": "Mereka membalas",
           "dear": "Itu dua kali lipat dari sekarang.", "won": "Menang", "qualify": "Jadikan deal", "send": "Kirim"},
}  # fmt: skip


class Clock:
    """The time of the server, which the story moves on; it begins on a working morning."""

    def __init__(self) -> None:
        self.at = datetime(2026, 11, 24, 3, tzinfo=UTC)  # ten in Jakarta, a Tuesday

    def __call__(self) -> datetime:
        self.at += timedelta(milliseconds=20)
        return self.at

    def on(self, **span: float) -> None:
        self.at += timedelta(**span)


@pytest.fixture
def clock(monkeypatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(timezone, "now", clock)
    return clock


def work() -> None:
    worker_.run(argparse.Namespace(once=True))


def follow(page: Page, href: str, **fields: str) -> None:
    """Open a dialog by its link, fill it in and send it."""
    page.locator(f"a[href^='{href}']").first.click()
    form = page.locator("#dialog form").first
    expect(form).to_be_visible()
    for name, value in fields.items():
        control = form.locator(f"[name='{name}']")
        kind = control.first.get_attribute("type")
        if kind == "radio":
            form.locator(f"[name='{name}'][value='{value}']").check(force=True)
        elif control.first.evaluate("one => one.tagName") == "SELECT":
            control.first.select_option(value)
        else:
            control.first.fill(value)
    form.locator("button[type=submit]").last.click()
    expect(page.locator("#dialog form")).to_have_count(0)


@pytest.mark.parametrize("language", ["en", "id"])
def test_a_stranger_fills_in_a_form_and_becomes_a_customer(
    world: World, visit, clock: Clock, imap_port: int, language: str
):
    said = SAID[language]
    edit_user(user=world.rani, language=language, by=world.ada, at=day(0))
    address = f"sale{next(COUNT)}-{language}@nusa.test"
    bank = add_company(name="Bank Nusa", owner=world.rani, by=world.rani, at=day(1))
    add_product(name="Kasir", price=Decimal(350_000), currency="IDR", by=world.agus, at=day(1))
    set_up(world, language)
    with smtp_server() as (post, smtp):
        a_mailbox(world, address=address, smtp=smtp, port=imap_port)

        # Prospecting: the form makes a lead, of the company that is known already, and gives it to Rani.
        page = visit().open("/f/demo/" + ("?lang=id" if language == "id" else ""))
        clock.on(seconds=20)
        page.fill("[name='contact.name']", "Hendra Gunawan")
        page.fill("[name='contact.email']", "hendra@banknusa.test")
        page.fill("[name='company.name']", "PT Bank Nusa")
        page.check("[name=consent]")
        page.click("button[type=submit]")
        expect(page.locator("form [name='contact.email']")).to_have_count(0)
        work()
        lead = Deal.objects.get()
        assert (lead.owner, lead.company, Company.objects.count(), Contact.objects.count()) == (
            world.rani,
            bank,
            1,
            1,
        )
        assert lead.is_lead

        # Research: Today brings her to it; what she finds out stands in the dossier and ticks the checklist.
        rani = visit(width=1440).sign_in(world.rani)
        page = rani.page
        page.locator(f"a.work-title[href='/deals/{lead.pk}/']").click()
        page.locator("#research .tick-btn").first.click()
        expect(page.locator("#research .is-done")).to_have_count(1)
        rani.open(f"/companies/{bank.pk}/dossier/")
        follow(page, f"/companies/{bank.pk}/findings/new/", attribute="Cabang", value="42", source="hendra")
        expect(page.locator("main")).to_contain_text("42")

        # First contact: a sequence writes, the buyer answers, the sequence stops.
        rani.open(f"/deals/{lead.pk}/")
        follow(page, f"/deals/{lead.pk}/sequences/new/")
        clock.on(minutes=30)
        work()
        sent = message_from_bytes(post.mails[-1], policy=policy.default)
        assert (sent["Subject"], sent["To"]) == (said["first"], "Hendra Gunawan <hendra@banknusa.test>")
        answer = a_mail(
            f"Re: {said['first']}", text=said["reply"], to=address, message_id=f"<{language}@banknusa.test>",
            In_Reply_To=sent["Message-ID"],
        )  # fmt: skip
        answer.replace_header(
            "Date", (clock.at + timedelta(minutes=1)).strftime("%a, %d %b %Y %H:%M:%S +0000")
        )
        Box(imap_port, address).put(answer)
        clock.on(minutes=30)
        work()
        work()  # what came in is told after it is kept
        assert (Enrolment.objects.get().state, Enrolment.objects.get().reason) == ("stopped", "replied")
        rani.open(f"/deals/{lead.pk}/")
        expect(page.locator("#stream")).to_contain_text(said["reply"])
        expect(page.locator("#sequences")).to_contain_text(said["stopped"])

        # Qualification: two answers in the buyer's words, then the lead is a deal.
        for _number in range(4):
            open_one = page.locator("#qualification .criterion[data-verdict='unknown'] a").first
            expect(open_one).to_be_visible()
            follow(page, open_one.get_attribute("href"), verdict="2", said="Tahun ini")
        expect(page.locator("#qualification .criterion[data-verdict='2']")).to_have_count(4)
        page.get_by_role("button", name=said["qualify"], exact=True).click()
        expect(page.get_by_role("button", name=said["qualify"], exact=True)).to_have_count(0)
        lead.refresh_from_db()
        assert not lead.is_lead

        # Demonstration: booked at a free time, held two days later.
        page.locator(f"#demos a[href^='/deals/{lead.pk}/demos/new/']").click()
        page.locator("#dialog .slot").first.click()
        page.locator("#dialog form button[type=submit]").last.click()
        expect(page.locator("#demos .demo")).to_have_count(1)
        clock.on(days=3)
        rani.open(f"/demos/{Demo.objects.get().pk}/")
        follow(
            page, f"/demos/{Demo.objects.get().pk}/hold/", interest="5", estimate="70", next_step="Penawaran"
        )
        assert Demo.objects.get().state == "held"

        # Objection: raised by one key, answered from the catalogue, resolved.
        rani.open(f"/deals/{lead.pk}/")
        page.keyboard.press("o")
        form = page.locator("#dialog form").first
        expect(form).to_be_visible()
        form.locator("[name=words]").fill(said["dear"])
        form.locator("button[type=submit]").last.click()
        expect(page.locator("#objections .objection")).to_have_count(1)
        page.locator("#objections .objection-do a[data-dialog]").click()
        page.locator("#dialog [name=response]").first.check(force=True)
        page.locator("#dialog form button[type=submit]").last.click()
        expect(page.locator("#objections .objection[data-state='answered']")).to_have_count(1)
        page.locator("#objections form[action$='/resolve/'] button").click()
        expect(page.locator("#objections .objection[data-state='resolved']")).to_have_count(1)
        assert Objection.objects.get().state == "resolved"

        # Closing: a quote, sent, and accepted by the buyer on their own page.
        follow(page, f"/deals/{lead.pk}/quotes/new/")
        quote = Quote.objects.get()
        rani.open(f"/quotes/{quote.pk}/edit/")
        page.locator(".quote-row .combobox input").first.fill("Kas")
        page.locator(".combobox [role=option]").first.click()
        expect(page.locator("#l0-price")).not_to_have_value("")  # from the price book
        page.locator("#l0-quantity").fill("120")
        page.locator("button[name=save]").last.click()
        expect(page).to_have_url(f"{rani.base}/quotes/{quote.pk}/")
        rani.open(f"/quotes/{quote.pk}/")
        page.get_by_role("button", name=said["send"], exact=True).click()
        page.get_by_role("dialog").locator("button").last.click()  # yes, go on
        expect(page.locator(".quote-side input[readonly]")).to_be_visible()
        buyers = page.locator(".quote-side input[readonly]").input_value()
        buyer = visit(width=390)
        buyer.open(re.sub(r"^https?://[^/]+", "", buyers))
        buyer.looks_right()
        buyer.page.fill("[name=name]", "Hendra Gunawan")
        buyer.page.check("[name=agreed]")
        buyer.page.locator("button[name=answer][value=accept]").click()
        expect(buyer.page.locator("button[name=answer]")).to_have_count(0)
        buyer.looks_right()
        lead.refresh_from_db()
        assert (lead.status, lead.amount) == ("won", Decimal(42_000_000))
        rani.open(f"/deals/{lead.pk}/")
        expect(page.locator("main .notice[data-tone=good]")).to_contain_text(said["won"])
        rani.looks_right()


def set_up(world: World, language: str) -> None:
    """What operations prepared: form, assignment, checklist, sequence, framework, demos, answers, and that a yes wins."""
    by, at = world.agus, day(1)
    add_form(
        name="Demo",
        slug="demo",
        fields=FIELDS,
        texts=TEXTS,
        pipeline=world.pipeline,
        source="website",
        by=by,
        at=at,
    )
    add_assignment_rule(name="All", people=[world.rani], by=by, at=at)
    add_item(
        pipeline=world.pipeline, label_en="Who decides?", label_id="Siapa yang memutuskan?", by=by, at=at
    )
    template = add_template(name="First mail", words=WORDS, by=by, at=at)
    sequence = add_sequence(name="Inbound", language=language, by=by, at=at)
    add_step(sequence=sequence, channel="email", template=template, by=by, at=at)
    add_step(sequence=sequence, channel="call", wait=2, title="Call", by=by, at=at)
    framework = add_ready_framework(key="BANT", by=by, at=at)
    set_qualification_rule(pipeline=world.pipeline, framework=framework, is_demanded=True, by=by, at=at)
    add_ready_types(formats=["software"], by=by, at=at)
    add_ready_catalogue(by=by, at=at)
    set_quote_rule(pipeline=world.pipeline, accepted_wins=True, by=by, at=at)
