"""A conversation by e-mail on screen, with real servers: connect, write, hear back, and the sequence stops."""

import re
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.utils import format_datetime

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from siklus.cycle.outreach.actions import add_template
from siklus.cycle.outreach.first_response.models import FirstResponse
from siklus.cycle.outreach.sequences.editing import add_sequence, add_step
from siklus.cycle.outreach.sequences.enrolling import enrol
from siklus.cycle.outreach.sequences.models import Enrolment
from siklus.platform.accounts.actions import edit_user
from siklus.platform.journal.deliver import deliver_due
from siklus.platform.mail.models import Mailbox
from siklus.platform.mail.tasks import look_into_mailboxes, send_waiting
from siklus.records.contacts.actions import add_contact
from tests.mail import Box, Post, smtp_server
from tests.parts import IMAP_PASSWORD
from tests.world import World

pytestmark = [pytest.mark.chromium, pytest.mark.django_db(transaction=True)]
WORDS = {
    "en": {"subject": "Payroll without overtime", "text": "Hello {{ contact.name }}, may I show you how?"},
    "id": {"subject": "Penggajian tanpa lembur", "text": "Halo {{ contact.name }}, boleh saya tunjukkan?"},
}
HELLO = {"en": "Hello Hendra, may I show you how?", "id": "Halo Hendra, boleh saya tunjukkan?"}
ANSWER = "Boleh, Kamis jam sepuluh. / Yes, Thursday at ten."


def zone_where_it_is_night() -> str:
    """A time zone in which it is between three and four in the morning, whenever the test runs."""
    ahead = (3 - datetime.now(UTC).hour + 11) % 24 - 11  # hours ahead of Greenwich, -11 to 12
    return f"Etc/GMT{-ahead:+d}" if ahead else "Etc/GMT"


def settle() -> None:
    """What the worker does in a turn: mail leaves and comes in, reactions are told."""
    send_waiting()
    look_into_mailboxes()
    while deliver_due(timezone.now()):
        pass  # what a reaction did is told too


def connect(page: Page, address: str, smtp: int, imap: int) -> None:
    """Fill in the dialog of a new mailbox."""
    page.click("a[href='/settings/mailboxes/new/'] >> nth=0")
    values = {
        "address": address, "from_name": "Rani Astuti", "smtp_host": "127.0.0.1", "smtp_port": str(smtp),
        "imap_host": "127.0.0.1", "imap_port": str(imap), "imap_password": IMAP_PASSWORD,
    }  # fmt: skip
    for name, value in values.items():
        page.fill(f"#dialog [name={name}]", value)
    for name in ("smtp_security", "imap_security"):
        page.select_option(f"#dialog [name={name}]", "plain")
    page.click("#dialog button[type=submit]")
    expect(page.get_by_role("heading", name=address)).to_be_visible()


def answer_to(post: Post, address: str) -> EmailMessage:
    """What the buyer's mail program makes of the mail that arrived there."""
    came = message_from_bytes(post.mails[-1])
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = (
        "Hendra <hendra@banknusa.test>",
        address,
        f"Re: {came['Subject']}",
    )
    mail["Date"], mail["Message-ID"] = format_datetime(timezone.now()), "<answer@banknusa.test>"
    mail["In-Reply-To"] = mail["References"] = came["Message-ID"]
    mail.set_content(ANSWER)
    return mail


@pytest.mark.parametrize("language", ["en", "id"])
def test_a_rep_connects_a_mailbox_writes_and_the_answer_stops_the_sequence(
    world: World, visit, imap_port: int, language: str
):
    now, address = timezone.now(), f"rani-{language}@nusa.test"
    edit_user(user=world.rani, language=language, by=world.rani, at=now)
    hendra = add_contact(
        name="Hendra",
        emails=["hendra@banknusa.test"],
        language=language,
        time_zone=zone_where_it_is_night(),
        owner=world.rani,
        by=world.rani,
        at=now,
    )
    template = add_template(name="First mail", words=WORDS, by=world.agus, at=now)
    sequence = add_sequence(name="First contact", language=language, by=world.agus, at=now)
    add_step(sequence=sequence, channel="call", wait=3, by=world.agus, at=now)
    deal = world.deal(contact=hendra, at=now)
    enrol(sequence=sequence, deal=deal, by=world.rani, at=now)
    rani = visit().sign_in(world.rani)
    with smtp_server() as (post, smtp):
        page = rani.open("/settings/mailboxes/")
        connect(page, address, smtp, imap_port)
        rani.looks_right()
        assert (Mailbox.objects.get().owner, Mailbox.objects.get().receives) == (world.rani, True)

        page = rani.open(f"/deals/{deal.pk}/")
        page.click("#record-mail a[href*='/mail/new/']")
        expect(page.locator("#letter-preview")).not_to_be_empty()  # the dialog listens
        page.select_option("#letter-template", str(template.pk))
        expect(page.locator("#letter [name=text]")).to_have_value(HELLO[language])
        page.check("#letter [name=at_once]")
        rani.looks_right()
        expect(
            page.locator("#letter [name=at_once]")
        ).to_be_checked()  # a late answer of the preview unticks nothing
        page.click("#letter button[type=submit]")
        expect(page.locator("#dialog")).to_be_hidden()
        settle()
        assert [message_from_bytes(mail)["To"] for mail in post.mails] == ["Hendra <hendra@banknusa.test>"]
        clock = FirstResponse.objects.get(deal=deal)
        assert clock.activity is not None and clock.activity.kind == "email"

        Box(imap_port, address).put(answer_to(post, address))
        Mailbox.objects.update(due_at=timezone.now())
        settle()
    enrolment = Enrolment.objects.get(deal=deal)
    assert (enrolment.state, enrolment.reason) == ("stopped", "replied")
    page = rani.open(f"/deals/{deal.pk}/")
    expect(page.locator("#stream").get_by_text("Boleh, Kamis jam sepuluh.")).to_be_visible()
    said = {"en": "They answered", "id": "Mereka membalas"}[language]
    expect(page.locator("#sequences")).to_contain_text(re.compile(said))
    rani.looks_right()
