"""The pages of sequences, the way out of a mail, consent and leave, as people use them."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from tests.mail import a_mailbox
from tests.world import World, day

from siklus.cycle.outreach.actions import add_template, give_consent
from siklus.cycle.outreach.models import Consent, Suppression
from siklus.cycle.outreach.sequences.editing import add_sequence, add_step
from siklus.cycle.outreach.sequences.enrolling import enrol
from siklus.cycle.outreach.sequences.models import Enrolment, Sequence, StepRun
from siklus.cycle.outreach.sequences.running import run_due
from siklus.platform.journal.deliver import deliver_due
from siklus.platform.journal.models import Entry
from siklus.platform.mail.models import Outgoing
from siklus.records.contacts.actions import add_contact
from siklus.records.contacts.models import Contact
from siklus.records.deals.models import Deal

NINE = day(2)
WORDS = {
    "en": {"subject": "For you", "text": "Dear {{ contact.first_name }}."},
    "id": {"subject": "Untuk Anda", "text": "Yth. {{ contact.first_name }}."},
}


@pytest.fixture
def hendra(world: World) -> Contact:
    a_mailbox(world)
    return add_contact(
        name="Hendra Pratama", emails=["hendra@banknusa.test"], owner=world.rani, by=world.rani, at=day(1)
    )


@pytest.fixture
def deal(world: World, hendra: Contact) -> Deal:
    return world.deal(contact=hendra)


@pytest.fixture
def sequence(world: World) -> Sequence:
    template = add_template(name="Hello", words=WORDS, by=world.agus, at=day(1))
    made = add_sequence(name="First contact", language="en", by=world.agus, at=day(1))
    add_step(sequence=made, channel="email", template=template, by=world.agus, at=day(1))
    add_step(sequence=made, channel="call", wait=2, title="Call them", by=world.agus, at=day(1))
    return made


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def way_out(language: str = "en") -> str:
    """The path in the mail that was written."""
    mail = Outgoing.objects.get()
    link = mail.headers["List-Unsubscribe"].strip("<>")
    assert link in mail.text
    return "/u/" + link.partition("/u/")[2]


@pytest.fixture
def written(world: World, sequence: Sequence, deal: Deal) -> Enrolment:
    one = enrol(sequence=sequence, deal=deal, by=world.rani, at=NINE)
    run_due(NINE)
    return one


def test_opening_the_way_out_changes_nothing_and_the_button_ends_it(written: Enrolment):
    path = way_out()
    before = Entry.objects.count()
    page = Client().get(path)
    assert (page.status_code, page.headers["Content-Language"]) == (200, "en")
    text = page.content.decode()
    assert "No more mails from Nusa Digital?" in text
    assert "h•••@banknusa.test" in text
    for hidden in ("Hendra", "hendra@", "Bank Nusa, 120 seats", "Rani", "First contact"):
        assert hidden not in text
    Client().head(path)
    assert (Suppression.objects.count(), Entry.objects.count()) == (0, before)
    done = Client(enforce_csrf_checks=True).post(path)
    assert done.status_code == 200
    assert "We write to you no more" in done.content.decode()
    row = Suppression.objects.get()
    assert (row.address, row.why, row.by) == ("hendra@banknusa.test", "opted_out", None)
    assert Entry.objects.get(name="suppression.added").channel == "form"
    deliver_due(day(400))
    written.refresh_from_db()
    assert (written.state, written.reason) == ("stopped", "opted_out")
    assert "We write to you no more" in Client().get(path).content.decode()


def test_one_click_of_the_mail_program_ends_it_and_a_second_one_changes_nothing(written: Enrolment):
    click = {"List-Unsubscribe": "One-Click"}
    for _time in range(2):
        answer = Client(enforce_csrf_checks=True).post(way_out(), click)
        assert answer.status_code == 200
    assert Suppression.objects.count() == 1
    assert Entry.objects.filter(name="suppression.added").count() == 1


def test_the_way_out_speaks_the_language_of_the_mail(world: World, sequence: Sequence, deal: Deal):
    Sequence.objects.update(language="id")
    enrol(sequence=sequence, deal=deal, by=world.rani, at=NINE)
    run_due(NINE)
    page = Client(headers={"Accept-Language": "en"}).get(way_out())
    assert page.headers["Content-Language"] == "id"
    assert '<html lang="id">' in page.content.decode()
    assert "Jangan kirimi saya surel lagi" in page.content.decode()


@pytest.mark.parametrize(
    "change", [lambda t: t[:-2] + "xx", lambda t: "aaaaaaaaaaaaaaaa.en~x", lambda t: t.upper()]
)
def test_a_forged_way_out_is_not_found_and_does_nothing(written: Enrolment, change):
    token = way_out().split("/")[2]
    path = f"/u/{change(token)}/"
    for answer in (Client().get(path), Client().post(path)):
        assert answer.status_code == 404
        assert "This link is not valid" in answer.content.decode()
    assert Suppression.objects.count() == 0


def test_a_sequence_is_made_step_by_step_on_its_page(world: World):
    template = add_template(name="Hello", words=WORDS, by=world.agus, at=day(1))
    rani = signed_in(world.rani)
    answer = rani.post("/sequences/new/", {"name": "Mine", "language": "id"})
    made = Sequence.objects.get()
    assert (answer.url, made.owner, made.language) == (f"/sequences/{made.pk}/", world.rani, "id")
    assert (
        rani.post("/sequences/new/", {"name": "Ours", "language": "id", "is_shared": "on"}).status_code == 422
    )
    new = f"/sequences/{made.pk}/steps/new/"
    assert rani.post(new, {"channel": "email", "wait": "0"}).status_code == 422  # which mail?
    rani.post(new, {"channel": "email", "wait": "0", "template": template.pk})
    rani.post(new, {"channel": "call", "wait": "2", "title": "Call them"})
    page = rani.get(f"/sequences/{made.pk}/").content.decode()
    assert page.index("Hello") < page.index("2 working days later") < page.index("Call them")
    first, second = made.steps.all()
    rani.post(f"/sequences/steps/{second.pk}/place/", {"to": "up"})
    assert [one.pk for one in made.steps.all()] == [second.pk, first.pk]
    rani.post(f"/sequences/steps/{second.pk}/", {"channel": "whatsapp", "wait": "1", "title": "Write"})
    rani.post(f"/sequences/steps/{first.pk}/remove/")
    assert [(one.channel, one.wait, str(one)) for one in made.steps.filter(removed_at=None)] == [
        ("whatsapp", 1, "Write")
    ]
    assert signed_in(world.budi).get(f"/sequences/{made.pk}/").status_code == 404  # somebody else's own
    rani.post(f"/sequences/{made.pk}/archive/")
    made.refresh_from_db()
    assert made.archived_at is not None


def test_a_rep_uses_a_shared_sequence_but_does_not_change_it(world: World, sequence: Sequence):
    rani = signed_in(world.rani)
    step = sequence.steps.first()
    before = Entry.objects.count()
    assert "Add a step" not in rani.get(f"/sequences/{sequence.pk}/").content.decode()
    for path in ("archive/", "steps/new/"):
        sent = rani.post(f"/sequences/{sequence.pk}/{path}", {"channel": "call", "wait": "1"})
        assert sent.status_code == 422
    assert rani.post(f"/sequences/steps/{step.pk}/remove/").status_code == 422
    assert Entry.objects.count() == before


def test_from_the_deal_somebody_is_put_in_paused_and_stopped(world: World, sequence, deal, hendra):
    rani = signed_in(world.rani)
    page = rani.get(f"/deals/{deal.pk}/sequences/new/").content.decode()
    assert "First contact" in page and "Hendra Pratama" in page
    rani.post(f"/deals/{deal.pk}/sequences/new/", {"sequence": sequence.pk, "contact": hendra.pk})
    one = Enrolment.objects.get()
    assert (one.contact, one.rep, one.mailbox.address) == (hendra, world.rani, "rani@nusa.test")
    panel = rani.get(f"/deals/{deal.pk}/sequences/").content.decode()
    assert "First contact" in panel and "Running" in panel and "Hello" in panel
    again = rani.post(f"/deals/{deal.pk}/sequences/new/", {"sequence": sequence.pk, "contact": hendra.pk})
    assert again.status_code == 422
    assert "Hendra Pratama is in the sequence “First contact” already." in again.content.decode()
    for verb, state in (("pause", "paused"), ("resume", "active"), ("stop", "stopped")):
        assert signed_in(world.budi).post(f"/sequences/enrolments/{one.pk}/{verb}/").status_code == 404
        rani.post(f"/sequences/enrolments/{one.pk}/{verb}/")
        one.refresh_from_db()
        assert one.state == state
    assert rani.post(f"/sequences/enrolments/{one.pk}/resume/").status_code == 422


def test_many_leads_are_put_in_from_the_list_and_the_others_are_told_why(world: World, sequence, deal):
    alone = world.deal("Nobody's lead")
    rani = signed_in(world.rani)
    body = {"what": "sequence", "ids": [deal.pk, alone.pk], "query": ""}
    assert "First contact" in rani.post("/leads/bulk/", body).content.decode()
    answer = rani.post("/leads/bulk/", {**body, "go": "1", "sequence": sequence.pk}, follow=True)
    assert Enrolment.objects.get().deal == deal
    text = answer.content.decode()
    assert "1 changed" in text and "has no contact yet." in text


def test_the_list_shows_no_share_of_a_few_and_one_of_many(world: World, sequence, deal, written):
    rani = signed_in(world.rani)
    page = rani.get("/sequences/").content.decode()
    assert "not enough yet (n = 1)" in page
    step = sequence.steps.first()
    for number in range(20):
        contact = add_contact(name=f"P{number}", owner=world.rani, by=world.rani, at=day(1))
        one = Enrolment.objects.create(
            sequence=sequence, deal=deal, contact=contact, rep=world.rani, state="finished", step=step, last_at=NINE,
            enrolled_at=NINE, ended_at=NINE,
        )  # fmt: skip
        StepRun.objects.create(
            enrolment=one, step=step, state="queued", at=NINE, replied_at=NINE if number < 7 else None
        )
    page = re.sub(r"\s+", " ", rani.get("/sequences/").content.decode())
    assert "<b>33%</b>" in page and "n = 21" in page
    page = rani.get(f"/sequences/{sequence.pk}/").content.decode()
    assert "21 sent" in page
    budi = signed_in(world.budi).get("/sequences/").content.decode()
    assert "33%" not in budi  # what he may not see is not counted for him


def test_consent_is_noted_with_its_source_and_shown_with_who_and_when(world: World, hendra: Contact):
    rani = signed_in(world.rani)
    path = f"/contacts/{hendra.pk}/consent/"
    assert "nothing said" in rani.get(path).content.decode()
    rani.post(f"{path}new/", {"answer": "given", "source": "event", "words": "Send me the news"})
    one = Consent.objects.get()
    assert (one.is_given, one.words, one.by) == (True, "At an event: Send me the news", world.rani)
    panel = rani.get(path).content.decode()
    assert "consented" in panel and "At an event: Send me the news" in panel and "Rani Astuti" in panel
    rani.post(f"{path}new/", {"answer": "withdrawn", "source": "call"})
    assert "withdrawn" in rani.get(path).content.decode()
    assert [row.is_given for row in Consent.objects.all()] == [False, True]
    assert signed_in(world.budi).get(path).status_code == 404


def test_the_consent_panel_names_the_address_on_the_list_and_why(world: World, hendra: Contact):
    from siklus.cycle.outreach.actions import suppress

    give_consent(contact=hendra, words="Yes", by=world.rani, at=day(1))
    suppress(address=hendra.email, why="bounced", note="no such user", by=None, at=day(2))
    panel = signed_in(world.rani).get(f"/contacts/{hendra.pk}/consent/").content.decode()
    assert "Cannot be delivered" in panel and "no such user" in panel


def test_leave_is_written_as_lines_and_shown_on_the_panel(world: World, sequence, deal, written):
    rani = signed_in(world.rani)
    today = timezone.now().date()
    wrong = rani.post("/settings/profile/leave/", {"leaves": "next week"})
    assert wrong.status_code == 422 and "is no leave." in wrong.content.decode()
    rani.post(
        "/settings/profile/leave/", {"leaves": f"{today - timedelta(days=1)} – {today + timedelta(days=3)}"}
    )
    world.rani.refresh_from_db()
    assert world.rani.leaves == [[str(today - timedelta(days=1)), str(today + timedelta(days=3))]]
    panel = rani.get(f"/deals/{deal.pk}/sequences/").content.decode()
    assert "Rani Astuti is on leave; the next step waits." in panel
