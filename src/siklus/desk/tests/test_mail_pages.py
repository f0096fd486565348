"""Writing, reading and tying mail on screen."""

import pytest
from django.test import Client
from tests.mail import a_mail, a_mailbox
from tests.world import World, day

from siklus.cycle.outreach.actions import Letter, add_template, suppress, take_in, write_email
from siklus.cycle.outreach.models import Message, SendRules, Suppression, Template, Thread
from siklus.platform.accounts.actions import issue_token
from siklus.platform.journal.models import Entry
from siklus.platform.mail.fetching import receive
from siklus.platform.mail.models import Mailbox, Outgoing
from siklus.records.activities.models import Activity
from siklus.records.companies.actions import add_company
from siklus.records.contacts.actions import add_contact, assign_contact, edit_contact
from siklus.records.contacts.models import Contact
from siklus.records.deals.models import Deal

WORDS = {
    "en": {
        "subject": "Hello {{ company.name }}",
        "text": "Dear {{ contact.first_name }}, I am {{ me.name }}.",
    },
    "id": {
        "subject": "Halo {{ company.name }}",
        "text": "Yth. {{ contact.first_name }}, saya {{ me.name }}.",
    },
}


@pytest.fixture
def hendra(world: World) -> Contact:
    company = add_company(name="Bank Nusa", owner=world.rani, by=world.rani, at=day(1))
    return add_contact(
        name="Hendra Pratama", company=company, emails=["hendra@banknusa.test"], language="id", time_zone="Asia/Makassar",
        owner=world.rani, by=world.rani, at=day(1),
    )  # fmt: skip


@pytest.fixture
def deal(world: World, hendra: Contact) -> Deal:
    return world.deal(company=hendra.company, contact=hendra)


@pytest.fixture
def mailbox(world: World) -> Mailbox:
    return a_mailbox(world, signature="Rani\nNusa Digital")


@pytest.fixture
def rani(world: World, client: Client) -> Client:
    client.force_login(world.rani)
    return client


def text(answer) -> str:
    return answer.content.decode()


def incoming(mailbox: Mailbox, **values) -> Message:
    received = receive(mailbox=mailbox, raw=a_mail(**values).as_bytes(), at=day(3))
    message = take_in(received=received, at=day(3))
    assert message is not None
    return message


def test_a_mail_is_written_from_the_deal_with_a_template_in_the_persons_language(
    world: World, rani: Client, hendra: Contact, deal: Deal, mailbox: Mailbox
):
    template = add_template(name="First", words=WORDS, by=world.agus, at=day(1))
    dialog = text(rani.get(f"/mail/new/?deal={deal.pk}"))
    assert "E-mail to Hendra Pratama" in dialog and "Rani Astuti &lt;rani@nusa.test&gt;" in dialog
    assert '<option value="id" selected>' in dialog
    filled = text(rani.get(f"/mail/words/?deal={deal.pk}&contact={hendra.pk}&template={template.pk}"))
    assert "Halo Bank Nusa" in filled and "Yth. Hendra, saya Rani Astuti." in filled
    other = text(
        rani.get(f"/mail/words/?deal={deal.pk}&contact={hendra.pk}&template={template.pk}&language=en")
    )
    assert "Dear Hendra, I am Rani Astuti." in other
    given = {"mailbox": mailbox.pk, "subject": "Halo", "text": "Apa <b>kabar</b>?", "at_once": "on"}
    look = text(rani.post(f"/mail/preview/?deal={deal.pk}", given))
    assert "Apa &lt;b&gt;kabar&lt;/b&gt;?" in look and "Nusa Digital" in look and "Leaves at once." in look
    assert Outgoing.objects.count() == 0
    answer = rani.post(f"/mail/new/?deal={deal.pk}", given)
    assert (answer.status_code, answer["Location"]) == (302, f"/deals/{deal.pk}/")
    message = Message.objects.get()
    assert (message.thread.deal, message.outgoing.by, message.outgoing.subject) == (deal, world.rani, "Halo")
    page = text(rani.get(f"/deals/{deal.pk}/"))
    assert f"/mail/{message.thread_id}/#m{message.pk}" in page and "on its way" in page
    assert "Halo" in text(rani.get(f"/mail/of/deal/{deal.pk}/"))


def test_the_dialog_says_why_a_mail_may_not_leave_and_nothing_is_stored(
    world: World, rani: Client, hendra: Contact, mailbox: Mailbox
):
    suppress(address=hendra.email, why="opted_out", note="By phone", by=world.rani, at=day(1))
    given = {"mailbox": mailbox.pk, "subject": "Halo", "text": "Halo"}
    look = text(rani.post(f"/mail/preview/?contact={hendra.pk}", given))
    assert "It may not leave." in look and "asked not to be written to. By phone" in look
    before = Entry.objects.count()
    answer = rani.post(f"/mail/new/?contact={hendra.pk}", given)
    assert answer.status_code == 422 and "asked not to be written to" in text(answer)
    assert (Outgoing.objects.count(), Thread.objects.count(), Entry.objects.count()) == (0, 0, before)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [({"mailbox": ""}, "Choose a mailbox."), ({"subject": ""}, "A mail needs a subject."),
     ({"text": " "}, "Write something first.")],
)  # fmt: skip
def test_what_is_missing_is_said_in_the_dialog(
    rani: Client, hendra: Contact, mailbox: Mailbox, given: dict, sentence: str
):
    answer = rani.post(
        f"/mail/new/?contact={hendra.pk}", {"mailbox": mailbox.pk, "subject": "Halo", "text": "Halo", **given}
    )
    assert answer.status_code == 422 and sentence in text(answer)
    assert Outgoing.objects.count() == 0


def test_without_a_mailbox_the_dialog_leads_to_one(rani: Client, hendra: Contact):
    assert "/settings/mailboxes/" in text(rani.get(f"/mail/new/?contact={hendra.pk}"))


def test_nobody_writes_from_the_mailbox_of_another_or_to_whom_they_do_not_see(
    world: World, client: Client, hendra: Contact, mailbox: Mailbox
):
    client.force_login(world.bram)
    given = {"mailbox": mailbox.pk, "subject": "Halo", "text": "Halo"}
    assert client.post(f"/mail/new/?contact={hendra.pk}", given).status_code == 404
    client.force_login(world.budi)
    for path in ("/mail/new/", "/mail/words/", "/mail/preview/"):
        answer = (
            client.post(f"{path}?contact={hendra.pk}", given)
            if path != "/mail/words/"
            else client.get(f"{path}?contact={hendra.pk}")
        )
        assert answer.status_code == 404
    client.force_login(world.putri)
    assert client.get(f"/mail/new/?contact={hendra.pk}").status_code == 403
    assert Outgoing.objects.count() == 0


def test_who_works_a_deal_writes_to_its_people_although_their_own_page_is_not_for_her(
    world: World, rani: Client, hendra: Contact, deal: Deal, mailbox: Mailbox
):
    assign_contact(contact=hendra, owner=world.budi, by=world.agus, at=day(1))
    assert rani.get(f"/contacts/{hendra.pk}/").status_code == 404
    assert rani.get(f"/mail/new/?contact={hendra.pk}").status_code == 404
    assert f"contact={hendra.pk}&amp;deal={deal.pk}" in text(rani.get(f"/mail/of/deal/{deal.pk}/"))
    path = f"/mail/new/?contact={hendra.pk}&deal={deal.pk}"
    assert rani.get(path).status_code == 200
    given = {"mailbox": mailbox.pk, "subject": "Halo", "text": "Halo", "at_once": "on"}
    assert rani.post(path, given).status_code == 302
    message = Message.objects.get()
    page = text(rani.get(f"/mail/{message.thread_id}/"))
    assert f"/mail/new/?answers={message.pk}" in page and f'href="/deals/{deal.pk}/"' in page
    assert "Hendra Pratama" in page and f'href="/contacts/{hendra.pk}/"' not in page
    assert rani.get(f"/mail/new/?answers={message.pk}").status_code == 200
    stranger = add_contact(name="Else", emails=["e@else.test"], owner=world.budi, by=world.budi, at=day(1))
    assert rani.get(f"/mail/new/?contact={stranger.pk}&deal={deal.pk}").status_code == 404


def test_conversations_stand_under_who_is_waited_for(
    world: World, rani: Client, hendra: Contact, mailbox: Mailbox
):
    message = incoming(mailbox, subject="Tanya harga", text="Berapa?\n\n> dulu")
    assert "Tanya harga" in text(rani.get("/mail/"))
    page = text(rani.get(f"/mail/{message.thread_id}/"))
    assert "Berapa?" in page and f"/mail/new/?answers={message.pk}" in page
    assert 'value="Re: Tanya harga"' in text(rani.get(f"/mail/new/?answers={message.pk}"))
    given = {"mailbox": mailbox.pk, "subject": "Re: Tanya harga", "text": "Seratus.", "at_once": "on"}
    assert rani.post(f"/mail/new/?answers={message.pk}", given)["Location"] == f"/mail/{message.thread_id}/"
    assert "Tanya harga" not in text(rani.get("/mail/"))
    assert "Tanya harga" in text(rani.get("/mail/?show=theirs"))


def test_the_words_of_a_stranger_stay_words_and_their_files_come_as_downloads(
    world: World, rani: Client, hendra: Contact, mailbox: Mailbox
):
    mail = a_mail("<script>1</script>", text="<img src=x onerror=1>")
    mail.add_attachment(b"<html>", maintype="text", subtype="html", filename='a"b.html')
    message = take_in(received=receive(mailbox=mailbox, raw=mail.as_bytes(), at=day(3)), at=day(3))
    page = text(rani.get(f"/mail/{message.thread_id}/"))
    assert "<script>1" not in page and "<img src=x" not in page and "&lt;img src=x" in page
    file = rani.get(f"/mail/messages/{message.pk}/files/1/")
    assert (file.content, file["Content-Type"]) == (b"<html>", "application/octet-stream")
    assert (
        file["Content-Disposition"].startswith("attachment") and "sandbox" in file["Content-Security-Policy"]
    )
    assert rani.get(f"/mail/messages/{message.pk}/files/0/").content == mail.as_bytes()
    assert rani.get(f"/mail/messages/{message.pk}/files/2/").status_code == 404
    rani.force_login(world.budi)
    assert rani.get(f"/mail/messages/{message.pk}/files/0/").status_code == 404
    assert rani.get(f"/mail/{message.thread_id}/").status_code == 404


def test_a_strangers_mail_is_tied_to_a_person_and_their_deal(
    world: World, rani: Client, hendra: Contact, deal: Deal
):
    sales = a_mailbox(world, address="sales@nusa.test", owner=None)
    message = incoming(sales, sender="new@pt.test", to="sales@nusa.test")
    assert "new@pt.test" in text(rani.get("/mail/?show=nobody"))
    assert "It came from new@pt.test." in text(rani.get(f"/mail/{message.thread_id}/tie/"))
    assert rani.post(f"/mail/{message.thread_id}/tie/", {"deal": deal.pk}).status_code == 302
    message.thread.refresh_from_db()
    assert (message.thread.deal, message.thread.contact) == (deal, hendra)
    assert Activity.objects.get(message=message).deal == deal


def test_the_owner_of_a_mailbox_decides_who_reads_a_conversation(
    world: World, client: Client, hendra: Contact, mailbox: Mailbox
):
    thread = incoming(mailbox).thread
    client.force_login(world.bram)
    assert client.post(f"/mail/{thread.pk}/show/", {"reading": "owner"}).status_code == 422
    client.force_login(world.rani)
    assert client.post(f"/mail/{thread.pk}/show/", {"reading": "owner"}).status_code == 302
    assert "only you read this" in text(client.get(f"/mail/{thread.pk}/"))
    client.force_login(world.bram)
    assert client.get(f"/mail/{thread.pk}/").status_code == 404
    assert "Proposal" not in text(client.get("/mail/"))
    assert "Proposal" not in text(client.get(f"/mail/of/contact/{hendra.pk}/"))


def test_operations_word_templates_and_set_the_rules(world: World, client: Client):
    client.force_login(world.agus)
    given = {"name": "First", "kind": "email", "subject_en": "Hi", "text_en": "Hello {{ contact.phone }}"}
    answer = client.post("/settings/templates/new/", given)
    assert answer.status_code == 422 and "names something that is not there" in text(answer)
    assert (
        client.post("/settings/templates/new/", {**given, "text_en": "Hello {{ contact.name }}"}).status_code
        == 302
    )
    template = Template.objects.get()
    assert "Hello Hendra Pratama" in text(client.get("/settings/templates/"))
    client.post(f"/settings/templates/{template.pk}/", {**given, "text_en": "Hi", "version": 1})
    assert (
        client.post(
            f"/settings/templates/{template.pk}/", {**given, "text_en": "Ho", "version": 1}
        ).status_code
        == 409
    )
    assert client.post(f"/settings/templates/{template.pk}/retire/").status_code == 302
    rules = {"quiet_from": "19", "quiet_to": "8", "most_a_week": "3", "needs_consent": "on"}
    assert client.post("/settings/sending/rules/", rules).status_code == 302
    told = SendRules.objects.get()
    assert (told.quiet_from, told.quiet_to, told.most_a_week, told.needs_consent, told.working_days_only) == (
        19,
        8,
        3,
        True,
        False,
    )
    assert client.post("/settings/sending/rules/", {**rules, "quiet_from": "24"}).status_code == 422
    page = text(client.get("/settings/sending/"))
    assert "19:00 – 08:00" in page and "only with consent" in page


def test_an_address_is_put_on_the_list_by_a_rep_and_lifted_by_operations(world: World, rani: Client):
    given = {"address": "x@y.test", "why": "opted_out", "note": "By phone"}
    assert rani.post("/settings/sending/suppressed/new/", given).status_code == 302
    row = Suppression.objects.get()
    assert rani.post(f"/settings/sending/suppressed/{row.pk}/lift/").status_code == 403
    rani.force_login(world.agus)
    assert "x@y.test" in text(rani.get("/settings/sending/?q=y.test"))
    assert "x@y.test" not in text(rani.get("/settings/sending/?q=z.test"))
    assert rani.post(f"/settings/sending/suppressed/{row.pk}/lift/").status_code == 302
    row.refresh_from_db()
    assert row.lifted_at is not None


def test_the_page_of_a_person_knows_their_time_zone_and_best_hours(
    world: World, rani: Client, hendra: Contact
):
    page = text(rani.get(f"/contacts/{hendra.pk}/"))
    assert "Asia/Makassar" in page and "Bahasa Indonesia" in page
    edit_contact(contact=hendra, best_hours="9:00 – 11:00", by=world.rani, at=day(2))
    assert "9–11" in text(rani.get(f"/contacts/{hendra.pk}/"))
    with pytest.raises(ValueError, match="Write the hours as 9-11"):
        edit_contact(contact=hendra, best_hours="11-9", by=world.rani, at=day(2))
    with pytest.raises(ValueError, match="is not a time zone"):
        edit_contact(contact=hendra, time_zone="Mars/Base", by=world.rani, at=day(2))


def test_the_api_writes_reads_and_asks_the_gate(
    world: World, client: Client, hendra: Contact, deal: Deal, mailbox: Mailbox
):
    headers = {
        "Authorization": f"Bearer {issue_token(user=world.rani, name='x', by=world.rani, at=day(1))[1]}"
    }

    def send(method: str, path: str, body=None):
        return getattr(client, method)(f"/api/v1{path}", body, "application/json", headers=headers)

    given = {
        "mailbox_id": mailbox.pk,
        "contact_id": hendra.pk,
        "deal_id": deal.pk,
        "subject": "Halo",
        "text": "Halo",
        "at_once": True,
    }
    made = send("post", "/emails", given)
    assert made.status_code == 201 and made.json()["state"] == "queued"
    found = client.get(f"/api/v1/email-threads?deal_id={deal.pk}&waits_for_us=false", headers=headers).json()[
        "items"
    ]
    assert [one["subject"] for one in found] == ["Halo"]
    thread = client.get(f"/api/v1/email-threads/{found[0]['id']}", headers=headers).json()
    assert thread["messages"][0]["text"] == "Halo\n\n-- \nRani\nNusa Digital"
    assert send("post", "/suppressions", {"address": hendra.email, "why": "decided"}).status_code == 201
    gate = client.get(f"/api/v1/emails/gate?contact_id={hendra.pk}&purpose=sequence", headers=headers).json()
    assert (gate["is_allowed"], gate["code"]) == (False, "suppressed.decided")
    refused = send("post", "/emails", given)
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "address")
    assert (
        send("post", "/consents", {"contact_id": hendra.pk, "is_given": True, "words": "Yes"}).status_code
        == 201
    )
    assert (
        send("post", f"/email-threads/{thread['id']}/tie", {"contact_id": hendra.pk}).json()["deal_id"]
        is None
    )
    assert send("post", "/templates", {"name": "X", "en": WORDS["en"]}).status_code == 403
    assert client.get("/api/v1/suppressions", headers=headers).status_code == 403


def test_the_deal_page_asks_no_more_questions_however_many_mails_it_shows(
    world: World, rani: Client, hendra: Contact, deal: Deal, mailbox: Mailbox, django_assert_max_num_queries
):
    for number in range(4):
        write_email(
            letter=Letter(f"Mail {number}", "Halo", at_once=True), mailbox=mailbox, contact=hendra, deal=deal,
            by=world.rani, at=day(2 + number),
        )  # fmt: skip
    rani.get(f"/deals/{deal.pk}/")
    with django_assert_max_num_queries(16):
        rani.get(f"/deals/{deal.pk}/")
