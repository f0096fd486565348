"""The settings of webhooks: made, watched, mended, and closed to everybody else."""

import re

import pytest
from django.test import Client
from django.utils import timezone
from tests.world import World, day

from siklus.desk.tests.helpers import htmx, signed_in, text
from siklus.platform.accounts.actions import issue_token
from siklus.platform.journal.models import Entry
from siklus.platform.web.outgoing import Answer
from siklus.platform.webhooks.actions import add_endpoint, send_test
from siklus.platform.webhooks.models import Endpoint, Message
from siklus.platform.webhooks.sending import Result, note


@pytest.fixture
def agus(world: World) -> Client:
    return signed_in(world.agus)


@pytest.fixture
def hook(world: World) -> Endpoint:
    return add_endpoint(url="https://hooks.nusa.test/in", description="Warehouse", by=world.agus, at=day(1))[
        0
    ]


def test_the_secret_is_shown_once_and_nowhere_later(agus: Client):
    values = {"url": "https://hooks.nusa.test/in", "description": "Warehouse", "facts": ["deal.won"]}
    made = agus.post("/settings/webhooks/new/", values, headers=htmx("/settings/webhooks/"))
    [secret] = re.findall(r'value="(whsec_[^"]+)"', made.content.decode())
    assert made["Cache-Control"] == "no-store"
    endpoint = Endpoint.objects.get()
    assert endpoint.facts == ["deal.won"]
    for path in (
        "/settings/webhooks/",
        f"/settings/webhooks/{endpoint.pk}/",
        f"/settings/webhooks/{endpoint.pk}/edit/",
    ):
        page = agus.get(path)
        assert page.status_code == 200 and secret not in page.content.decode()


def test_a_private_address_is_refused_beside_the_field(agus: Client, settings):
    settings.WEBHOOK_PRIVATE_HOSTS = False
    answer = agus.post("/settings/webhooks/new/", {"url": "http://10.0.0.1/in"})
    assert answer.status_code == 422 and "10.0.0.1 is in a private network" in text(answer)


def test_the_page_shows_messages_with_their_attempts_and_sends_one_again(agus: Client, hook: Endpoint):
    message = send_test(endpoint=hook, at=timezone.now())
    note(message.pk, Result(timezone.now(), 120, Answer(503, "<b>down</b>"), ""))
    said = agus.get(f"/settings/webhooks/{hook.pk}/").content.decode()
    assert "webhook.test" in said and "HTTP 503" in said and message.key in said
    assert "&lt;b&gt;down&lt;/b&gt;" in said
    assert message.key not in agus.get(f"/settings/webhooks/{hook.pk}/?state=delivered").content.decode()
    Message.objects.update(state="failed")
    agus.post(f"/settings/webhooks/messages/{message.pk}/replay/")
    assert Message.objects.get().state == "waiting"


def test_opening_pages_changes_nothing(agus: Client, hook: Endpoint):
    before = (Entry.objects.count(), Message.objects.count(), Endpoint.objects.values().get())
    for part in ("", "edit/", "secret/", "replay/", "test/", "switch/", "remove/"):
        agus.get(f"/settings/webhooks/{hook.pk}/{part}")
    assert (Entry.objects.count(), Message.objects.count(), Endpoint.objects.values().get()) == before


def test_a_test_is_sent_a_secret_changed_a_webhook_switched_and_removed(agus: Client, hook: Endpoint):
    here = f"/settings/webhooks/{hook.pk}/"
    agus.post(f"{here}test/")
    assert Message.objects.get().type == "webhook.test"
    assert "whsec_" in agus.post(f"{here}secret/", {"sure": "1"}).content.decode()
    agus.post(f"{here}switch/", {"on": "0"})
    assert "Switch on" in text(agus.get(here))
    agus.post(f"{here}remove/")
    assert agus.get(here).status_code == 404


def test_the_catalogue_has_every_fact_without_what_is_personal(agus: Client):
    said = text(agus.get("/settings/webhooks/facts/"))
    assert "deal.won" in said and "stage.retired" in said


def test_a_seller_is_refused_on_pages_and_in_the_api(world: World, hook: Endpoint):
    rani = signed_in(world.rani)
    for part in ("test/", "switch/", "remove/", "secret/", "replay/", "edit/"):
        assert rani.post(f"/settings/webhooks/{hook.pk}/{part}").status_code == 403
    _token, key = issue_token(user=world.rani, name="x", by=world.rani, at=timezone.now())
    api = Client(headers={"Authorization": f"Bearer {key}"})
    assert api.get("/api/v1/webhooks").status_code == 403
    assert api.delete(f"/api/v1/webhooks/{hook.pk}").status_code == 403


def test_the_api_makes_a_webhook_tells_its_secret_once_and_shows_its_log(world: World):
    _token, key = issue_token(user=world.agus, name="x", by=world.agus, at=timezone.now())
    api = Client(headers={"Authorization": f"Bearer {key}"})
    body = {"url": "https://hooks.nusa.test/in", "facts": ["deal.won"]}
    made = api.post("/api/v1/webhooks", body, content_type="application/json")
    assert made.status_code == 201 and made.json()["secret"].startswith("whsec_")
    pk = made.json()["id"]
    assert "secret" not in api.get(f"/api/v1/webhooks/{pk}").json()
    assert api.post(f"/api/v1/webhooks/{pk}/test").status_code == 202
    assert [one["type"] for one in api.get(f"/api/v1/webhooks/{pk}/messages").json()["items"]] == [
        "webhook.test"
    ]
    wrong = api.patch(f"/api/v1/webhooks/{pk}", {"facts": ["deal.sung"]}, content_type="application/json")
    assert wrong.status_code == 422 and wrong.json()["errors"][0]["field"] == "facts"
    assert api.post("/api/v1/webhooks/999/test").status_code == 404
    schema = api.get("/api/v1/webhooks/facts").json()["deal.won"]
    assert schema["properties"]["type"] == {"const": "deal.won"}
    assert api.delete(f"/api/v1/webhooks/{pk}").status_code == 204
