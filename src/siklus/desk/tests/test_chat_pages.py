"""Writing by WhatsApp from a page: by a line of ours through the gate, or in one's own app with the text filled in."""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.utils import timezone
from tests.cloud import PHONE_ID, SECRET, TOKEN, Cloud, a_line, call, said, speaking, tell
from tests.world import World, day

from siklus.cycle.outreach.actions import add_template
from siklus.cycle.outreach.models import ChatMessage, Consent, Template
from siklus.platform.accounts.models import User
from siklus.platform.chat.models import Line, Outgoing
from siklus.platform.chat.sending import send_due
from siklus.platform.journal.deliver import deliver_due
from siklus.records.activities.models import Activity
from siklus.records.contacts.actions import add_contact
from siklus.records.contacts.models import Contact


@pytest.fixture(autouse=True)
def _private(settings) -> None:
    settings.CHAT_PRIVATE_HOSTS = True


@pytest.fixture
def cloud() -> Iterator[Cloud]:
    with speaking() as one:
        yield one


@pytest.fixture
def hendra(world: World) -> Contact:
    return add_contact(
        name="Hendra Pratama", phones=["0812-3456-7890"], owner=world.rani, by=world.rani, at=day(0)
    )


@pytest.fixture
def hello(world: World) -> Template:
    words = {"en": {"text": "Hi {{ contact.first_name }}!", "approved": "hello", "code": "en_US",
                    "values": ["{{ contact.first_name }}"]}}  # fmt: skip
    return add_template(name="Hello", kind="whatsapp", words=words, by=world.agus, at=day(0))


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def wrote(line: Line, text: str = "Berapa?", **more) -> None:
    tell(Client(), line, call(said(text, at=timezone.now(), **more)))
    while deliver_due(timezone.now()):
        pass


def test_without_a_line_ones_own_app_opens_with_the_text_and_the_touch_is_confirmed(
    world: World, hendra, hello
):
    rani, deal = signed_in(world.rani), world.deal(contact=hendra)
    about = f"?deal={deal.pk}"
    assert f"/whatsapp/new/{about}" in rani.get(f"/deals/{deal.pk}/").content.decode()
    dialog = rani.get(f"/whatsapp/new/{about}").content.decode()
    assert "I have sent it" in dialog and 'href="https://wa.me/6281234567890"' in dialog
    words = rani.get(f"/whatsapp/words/{about}&template={hello.pk}&language=en").content.decode()
    assert "Hi Hendra!" in words
    look = rani.post(f"/whatsapp/look/{about}", {"way": "own", "text": "Hi Hendra! & more"}).content.decode()
    assert "https://wa.me/6281234567890?text=Hi%20Hendra%21%20%26%20more" in look
    assert not Activity.objects.exists()
    rani.post(f"/whatsapp/new/{about}", {"way": "own", "text": "Hi Hendra!"})
    touch = Activity.objects.get()
    assert (touch.kind, touch.body, touch.contact, touch.deal, touch.owner) == (
        "message", "Hi Hendra!", hendra, deal, world.rani,
    )  # fmt: skip
    assert not ChatMessage.objects.exists()


def test_by_a_line_the_gate_says_why_not_and_a_template_goes(world: World, cloud, hendra, hello):
    line, rani = a_line(world, cloud), signed_in(world.rani)
    path, body = (
        f"/whatsapp/new/?contact={hendra.pk}",
        {"way": str(line.pk), "language": "en", "text": "Halo"},
    )
    look = rani.post(f"/whatsapp/look/?contact={hendra.pk}", body).content.decode()
    assert "Only an approved template may go first." in look
    refused = rani.post(path, body)
    assert refused.status_code == 422 and not Outgoing.objects.exists()
    body |= {"template": str(hello.pk), "at_once": "on"}
    look = rani.post(f"/whatsapp/look/?contact={hendra.pk}", body).content.decode()
    assert "An approved template leaves as WhatsApp knows it" in look
    assert rani.post(path, body).status_code == 302
    send_due(timezone.now())
    assert cloud.got[0]["template"]["name"] == "hello"
    assert "Sent" in rani.get(f"/contacts/{hendra.pk}/").content.decode()


def test_an_answer_within_the_day_is_free_text(world: World, cloud, hendra, hello):
    line, rani = a_line(world, cloud), signed_in(world.rani)
    wrote(line)
    assert "Berapa?" in rani.get("/whatsapp/").content.decode()
    body = {"way": str(line.pk), "template": str(hello.pk), "language": "en", "text": "Dua juta."}
    assert (
        "Free text may go until" in rani.post(f"/whatsapp/look/?contact={hendra.pk}", body).content.decode()
    )
    rani.post(f"/whatsapp/new/?contact={hendra.pk}", body)
    assert Outgoing.objects.get().text == "Dua juta." and Outgoing.objects.get().template == ""


def test_a_strange_number_is_given_to_a_person(world: World, cloud, hendra):
    line, rani = a_line(world, cloud), signed_in(world.rani)
    wrote(line, "Ini nomor baru saya", of="6281399990000")
    page = rani.get("/whatsapp/").content.decode()
    assert "Who is this?" in page and "Ini nomor baru saya" in page
    chat = ChatMessage.objects.get()
    assert "+6281399990000" in rani.get(f"/whatsapp/{chat.pk}/assign/").content.decode()
    assert rani.post(f"/whatsapp/{chat.pk}/assign/", {"contact": ""}).status_code == 422
    assert (
        signed_in(world.budi).post(f"/whatsapp/{chat.pk}/assign/", {"contact": hendra.pk}).status_code == 404
    )
    rani.post(f"/whatsapp/{chat.pk}/assign/", {"contact": hendra.pk})
    chat.refresh_from_db()
    assert chat.contact == hendra and "Who is this?" not in rani.get("/whatsapp/").content.decode()


def test_who_does_not_see_the_person_writes_nothing(world: World, cloud, hendra):
    line = a_line(world, cloud)
    body = {"way": str(line.pk), "text": "Halo"}
    assert signed_in(world.budi).post(f"/whatsapp/new/?contact={hendra.pk}", body).status_code == 404
    assert signed_in(world.putri).post(f"/whatsapp/new/?contact={hendra.pk}", body).status_code == 403
    assert not Outgoing.objects.exists() and not Activity.objects.exists()


def test_operations_connect_change_and_disconnect_a_number(world: World, cloud):
    agus = signed_in(world.agus)
    body = {"name": "Sales", "number": "021 5550 1234", "phone_number_id": PHONE_ID, "token": TOKEN,
            "app_secret": SECRET, "api_url": cloud.url, "api_version": "v23.0", "owner": ""}  # fmt: skip
    assert agus.post("/settings/whatsapp/new/", {**body, "token": ""}).status_code == 422
    assert agus.post("/settings/whatsapp/new/", body).status_code == 302
    line = Line.objects.get()
    page = agus.get("/settings/whatsapp/").content.decode()
    assert f"/hooks/whatsapp/{line.key}/" in page and "Meta has not called yet" in page
    assert TOKEN not in page and SECRET not in page
    dialog = agus.get(f"/settings/whatsapp/{line.pk}/").content.decode()
    assert TOKEN not in dialog and PHONE_ID in dialog
    agus.post(f"/settings/whatsapp/{line.pk}/", {**body, "name": "Desk", "token": "", "app_secret": ""})
    line.refresh_from_db()
    assert line.name == "Desk" and line.sealed_token
    agus.post(f"/settings/whatsapp/{line.pk}/retire/")
    assert "No number yet" in agus.get("/settings/whatsapp/").content.decode()


def test_what_did_not_leave_is_tried_again_by_hand(world: World, cloud, hendra):
    line, agus = a_line(world, cloud), signed_in(world.agus)
    wrote(line)
    cloud.fail(400, 131026, "Undeliverable")
    signed_in(world.rani).post(f"/whatsapp/new/?contact={hendra.pk}", {"way": str(line.pk), "text": "Halo"})
    send_due(timezone.now())
    assert "cannot be reached by WhatsApp" in agus.get("/settings/whatsapp/").content.decode()
    message = Outgoing.objects.get()
    agus.post(f"/settings/whatsapp/{line.pk}/messages/{message.pk}/again/")
    send_due(timezone.now())
    message.refresh_from_db()
    assert message.state == "sent"


def test_the_approved_name_of_a_template_is_kept_by_its_form(world: World, hello):
    agus = signed_in(world.agus)
    dialog = agus.get(f"/settings/templates/{hello.pk}/").content.decode()
    assert "hello/en_US" in dialog and "{{ contact.first_name }}" in dialog
    body = {"name": "Hello", "kind": "whatsapp", "text_en": "Hi {{ contact.first_name }}!", "version": "1",
            "approved_en": "hello_again/en_US", "values_en": "{{ contact.name }}\n"}  # fmt: skip
    assert agus.post(f"/settings/templates/{hello.pk}/", body).status_code == 302
    hello.refresh_from_db()
    assert hello.approved("id") == {"name": "hello_again", "code": "en_US", "values": ["{{ contact.name }}"]}


def test_consent_is_noted_and_shown_per_channel(world: World, hendra):
    rani = signed_in(world.rani)
    rani.post(
        f"/contacts/{hendra.pk}/consent/new/",
        {"answer": "withdrawn", "channel": "whatsapp", "source": "call"},
    )
    assert Consent.objects.get().channel == "whatsapp"
    panel = rani.get(f"/contacts/{hendra.pk}/consent/").content.decode()
    assert panel.count("nothing said") == 1 and "+6281234567890" in panel
