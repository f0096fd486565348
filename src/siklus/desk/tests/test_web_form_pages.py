import html
import re
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone
from tests.world import World, day

from siklus.cycle.prospecting.actions import add_form, edit_form
from siklus.cycle.prospecting.models import Submission, WebForm
from siklus.cycle.prospecting.web.guard import TRAP, new_token
from siklus.desk.tests.helpers import signed_in, text
from siklus.platform.journal.models import Entry
from siklus.records.deals.models import Deal

FIELDS = [
    {"key": "contact.name", "required": True, "label": {"en": "Who are you?", "id": "Siapa Anda?"}},
    {"key": "contact.email", "required": True}, {"key": "lead.description", "required": False},
]  # fmt: skip
SITE = "https://www.kopi.example"


@pytest.fixture
def form(world: World) -> WebForm:
    return add_form(
        name="Demo",
        fields=FIELDS,
        texts={"heading": {"en": "Ask us", "id": "Tanya kami"}},
        by=world.agus,
        at=day(0),
    )


def body(form: WebForm, *, waited: float = 60, **values: str) -> dict[str, str]:
    token = new_token(form.pk, timezone.now() - timedelta(seconds=waited))
    return {"token": token, "contact.name": "Sinta", "contact.email": "sinta@kopi.example", **values}


def strict() -> Client:
    return Client(enforce_csrf_checks=True, REMOTE_ADDR="203.0.113.7")


def test_a_stranger_reads_the_form_in_either_language_and_sends_it(world: World, form):
    client = strict()
    shown = client.get("/f/demo/?lang=id&utm_source=iklan", headers={"Referer": f"{SITE}/page"})
    assert "Tanya kami" in text(shown) and "Siapa Anda?" in text(shown) and shown["Content-Language"] == "id"
    assert (
        b'name="utm_source" value="iklan"' in shown.content
        and f'value="{SITE}/page"'.encode() in shown.content
    )
    assert "Who are you?" in text(client.get("/f/demo/?lang=en"))
    values = body(form, lang="en", utm_source="iklan", referrer=f"{SITE}/page")
    sent = client.post("/f/demo/", values)
    assert (sent.status_code, sent["Location"]) == (302, "/f/demo/thanks/?lang=en")
    assert "Thank you" in text(client.get(sent["Location"]))
    row = Submission.objects.get()
    assert (row.address, row.referrer, row.utm, row.language) == (
        "203.0.113.7",
        f"{SITE}/page",
        {"utm_source": "iklan"},
        "en",
    )
    assert row.deal.source == "iklan"
    assert Entry.objects.get(name="deal.created").channel == "form"
    client.post("/f/demo/", values)
    assert Deal.objects.count() == 1


def test_what_is_wrong_is_said_in_the_visitors_language_and_nothing_typed_is_lost(world: World, form):
    values = body(form, lang="id", **{"contact.email": "salah", "lead.description": "Dua <kasir>"})
    answer = strict().post("/f/demo/", values)
    assert answer.status_code == 422
    assert "Ini bukan alamat surel." in text(answer)
    assert b'value="salah"' in answer.content and b"Dua &lt;kasir&gt;" in answer.content
    token = re.search(r'name="token" value="([^"]+)"', answer.content.decode())
    assert token is not None and html.unescape(token[1]) == values["token"]
    assert not Submission.objects.exists()


def test_machines_are_kept_out_without_being_told(world: World, form):
    client = strict()
    caught = client.post("/f/demo/", body(form, **{TRAP: "https://spam.example"}))
    assert (caught.status_code, Submission.objects.get().state, Deal.objects.count()) == (302, "spam", 0)
    fast = client.post("/f/demo/", body(form, waited=1))
    assert fast.status_code == 422 and b'value="Sinta"' in fast.content
    assert client.post("/f/demo/", body(form, waited=13 * 3600)).status_code == 200
    stolen = body(form) | {"token": new_token(form.pk + 1, timezone.now() - timedelta(minutes=1))}
    assert client.post("/f/demo/", stolen).status_code == 200
    assert Deal.objects.count() == 0


def test_too_many_from_one_address_are_asked_to_wait(world: World, form):
    client = strict()
    for _number in range(10):
        assert client.post("/f/demo/", body(form)).status_code == 302
    late = client.post("/f/demo/", body(form))
    assert late.status_code == 429 and b'value="Sinta"' in late.content
    assert Submission.objects.count() == 10


def test_a_form_on_another_site_is_looked_over_here_and_then_sent(world: World, form):
    client = strict()
    given = {"contact.name": "Sinta", "contact.email": "sinta@kopi.example"}
    shown = client.post("/f/demo/", given, headers={"Origin": SITE})
    assert shown.status_code == 200 and "Please look over it and send it." in text(shown)
    assert b'value="Sinta"' in shown.content and not Submission.objects.exists()


def test_only_the_sites_that_the_form_names_may_frame_it(world: World, form):
    shown = strict().get("/f/demo/")
    assert "frame-ancestors 'none'" in shown["Content-Security-Policy"]
    edit_form(
        form=form,
        origins=[SITE, "https://kopi.example:8443/page"],
        redirect_url="https://kopi.example/thanks?x=1",
        by=world.agus,
        at=day(1),
    )
    shown = strict().get("/f/demo/?embed=1")
    policy = shown["Content-Security-Policy"]
    assert f"frame-ancestors {SITE} https://kopi.example:8443" in policy
    assert "form-action 'self' https://kopi.example" in policy and "script-src 'self'" in policy
    assert "X-Frame-Options" not in shown and b'target="_top"' in shown.content
    assert strict().post("/f/demo/", body(form))["Location"] == "https://kopi.example/thanks?x=1"


def test_confirming_by_mail_needs_the_link_and_a_press(world: World, form):
    edit_form(form=form, confirms_by_mail=True, by=world.agus, at=day(1))
    client = strict()
    sent = client.post("/f/demo/", body(form, lang="id"))
    assert "Satu langkah lagi" in text(client.get(sent["Location"]))
    (letter,) = mail.outbox
    assert letter.to == ["sinta@kopi.example"] and "Tanya kami" in letter.body
    found = re.search(r"http://testserver(/f/demo/confirm/\S+)", letter.body)
    assert found is not None
    assert client.get(found[1]).status_code == 200
    assert Submission.objects.get().state == "waiting" and not Deal.objects.exists()
    assert "Terima kasih" in text(client.post(found[1], {"lang": "id"}))
    row = Submission.objects.get()
    assert (row.state, row.confirmed_address, Deal.objects.count()) == ("accepted", "203.0.113.7", 1)
    client.post(found[1])
    assert Deal.objects.count() == 1
    assert client.get("/f/demo/confirm/wrong/").status_code == 404


def test_a_closed_form_says_so(world: World, form):
    edit_form(form=form, is_open=False, by=world.agus, at=day(1))
    for path in ("/f/demo/", "/f/demo/thanks/", "/f/nothing/"):
        assert strict().get(path).status_code == 404
    answer = strict().post("/f/demo/", body(form))
    assert answer.status_code == 404 and "This form is closed." in text(answer)


def test_operations_build_a_form_and_see_what_was_sent(world: World):
    client = signed_in(world.agus)
    assert "No web form yet" in text(client.get("/settings/forms/"))
    values = {
        "name": "Ask", "slug": "ask", "is_open": "1", "use:contact.email": "1", "need:contact.email": "1",
        "place:contact.email": "2", "use:contact.name": "1", "place:contact.name": "1", "label_en:contact.name": "You",
        "consent_en": "Write to me.", "owner": world.rani.pk, "origins": f"{SITE}\n", "source": "Web",
    }  # fmt: skip
    wrong = client.post("/settings/forms/new/", values | {"redirect_url": "ftp://x"})
    assert wrong.status_code == 422 and b'value="You"' in wrong.content and not WebForm.objects.exists()
    made = client.post("/settings/forms/new/", values)
    form = WebForm.objects.get()
    assert made["Location"] == f"/settings/forms/{form.pk}/"
    assert [one["key"] for one in form.fields] == ["contact.name", "contact.email"]
    assert (form.owner, form.origins, form.texts["consent"]["en"]) == (world.rani, [SITE], "Write to me.")
    page = html.unescape(client.get(made["Location"]).content.decode())
    assert '<iframe src="http://testserver/f/ask/?embed=1"' in html.unescape(page)
    assert 'name="contact.email" type="email" required' in html.unescape(page)
    stale = client.post(made["Location"], values | {"version": "0", "name": "Late"})
    assert stale.status_code == 409
    strict().post("/f/ask/", body(form, consent="1"))
    said = text(client.get(f"/settings/forms/{form.pk}/submissions/"))
    assert "Sinta Lead created" in said and "consent to version 1" in said
    assert "Sent 1" in said and "Leads 1" in said
    client.post(f"/settings/forms/{form.pk}/retire/")
    assert strict().get("/f/ask/").status_code == 404
    assert "No web form yet" in text(client.get("/settings/forms/"))
