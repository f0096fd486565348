"""The settings of automations: a sentence that is built, tried on the past, switched on and watched."""

import pytest
from django.test import Client
from django.utils import timezone
from tests.world import World, day

from siklus.desk.automations.actions import add_automation
from siklus.desk.automations.models import Automation, Run
from siklus.desk.tests.helpers import htmx, signed_in, text
from siklus.platform.accounts.actions import issue_token
from siklus.platform.journal.deliver import deliver_due
from siklus.platform.journal.models import Entry
from siklus.records.deals.actions import win_deal

TASK = {"step": "activity", "values": {"kind": "task", "subject": "Hand over", "who": "owner", "days": "2"}}


@pytest.fixture
def agus(world: World) -> Client:
    return signed_in(world.agus)


@pytest.fixture
def handover(world: World) -> Automation:
    return add_automation(
        name="Handover", fact="deal.won", conditions="amount=20000000..", steps=[TASK], is_on=True, by=world.agus,
        at=timezone.now(),
    )  # fmt: skip


def form(**more: str) -> dict[str, str]:
    return {
        "name": "Handover", "when": "fact", "fact": "deal.won", "hour": "8", "weekday": "0", "about": "deals",
        "conditions": "1", "c0-column": "amount", "c0-was": "amount", "c0-from": "20000000", "c0-to": "", "c0-not": "",
        "steps": "1", "s0-step": "activity", "s0-was": "activity", "s0-kind": "task", "s0-subject": "Hand over",
        "s0-who": "owner", "s0-days": "2", **more,
    }  # fmt: skip


def test_a_sentence_is_built_and_kept_switched_off(agus: Client):
    answer = agus.post("/settings/automations/new/", form(save="1"))
    one = Automation.objects.get()
    assert answer.status_code == 302 and not one.is_on
    assert (one.fact, one.about, one.conditions, one.steps) == (
        "deal.won",
        "deals",
        "amount=20000000..",
        [TASK],
    )
    said = text(agus.get(f"/settings/automations/{one.pk}/"))
    assert (
        "When it is recorded: won the deal" in said
        and "then plan “Hand over” (Task) for its owner, due in 2 days" in said
    )
    again = agus.get(f"/settings/automations/{one.pk}/edit/").content.decode()
    assert 'value="20000000"' in again and 'value="Hand over"' in again


def test_adding_and_taking_away_rows_saves_nothing(agus: Client, world: World):
    more = agus.post("/settings/automations/new/", form(add_condition="1"), headers=htmx())
    assert 'name="c1-column"' in more.content.decode() and "<html" not in more.content.decode()
    fewer = agus.post("/settings/automations/new/", form(drop_step="0"), headers=htmx())
    assert 'name="s0-step"' not in fewer.content.decode()
    stages = agus.post("/settings/automations/new/", form(**{"c0-column": "stage"}), headers=htmx())
    assert "Penutupan" in stages.content.decode() and 'value="20000000"' not in stages.content.decode()
    assert not Automation.objects.exists()


def test_what_is_missing_is_said_above_the_sentence_and_nothing_typed_is_lost(agus: Client):
    answer = agus.post("/settings/automations/new/", form(save="1", **{"s0-subject": ""}))
    assert answer.status_code == 422
    assert (
        "“plan an activity”: what to do is missing." in text(answer) and "Handover" in answer.content.decode()
    )


def test_an_outdated_form_is_refused(agus: Client, handover: Automation):
    answer = agus.post(f"/settings/automations/{handover.pk}/edit/", form(save="1", version="1", name="Mine"))
    assert answer.status_code == 409
    handover.refresh_from_db()
    assert handover.name == "Handover"


def test_the_log_says_what_was_done_and_why_not(world: World, agus: Client, handover: Automation):
    win_deal(deal=world.deal("Toko Senja"), by=world.rani, at=day(2))
    deliver_due(timezone.now())
    said = text(agus.get(f"/settings/automations/{handover.pk}/"))
    assert "Toko Senja" in said and "Not so: Amount" in said
    assert "Toko Senja" not in text(agus.get(f"/settings/automations/{handover.pk}/?state=done"))
    assert "Handover" in text(agus.get("/settings/automations/"))


def test_the_dry_run_shows_who_would_have_been_taken(world: World, agus: Client, handover: Automation):
    win_deal(deal=world.deal("Toko Senja"), by=world.rani, at=day(2))
    before = (Entry.objects.count(), Run.objects.count())
    page = text(agus.get(f"/settings/automations/{handover.pk}/dry/?since=2026-03-01&until=2026-03-31"))
    assert "It happened 1 times in this period." in page and "Would have been left alone 1" in page
    assert "It happened 0 times" in text(
        agus.get(f"/settings/automations/{handover.pk}/dry/?since=2026-04-01&until=x")
    )
    assert (Entry.objects.count(), Run.objects.count()) == before


def test_it_is_switched_and_retired(agus: Client, handover: Automation):
    here = f"/settings/automations/{handover.pk}/"
    agus.post(f"{here}switch/", {"on": "0"})
    assert "Switch on" in text(agus.get(here))
    agus.post(f"{here}retire/")
    assert agus.get(here).status_code == 404


def test_a_seller_is_refused_on_pages_and_in_the_api(world: World, handover: Automation):
    rani = signed_in(world.rani)
    for part in ("edit/", "switch/", "retire/"):
        assert rani.post(f"/settings/automations/{handover.pk}/{part}").status_code == 403
    _token, key = issue_token(user=world.rani, name="x", by=world.rani, at=timezone.now())
    assert Client(headers={"Authorization": f"Bearer {key}"}).get("/api/v1/automations").status_code == 403


def test_the_api_writes_an_automation_tries_it_and_reads_its_log(world: World):
    _token, key = issue_token(user=world.agus, name="x", by=world.agus, at=timezone.now())
    api = Client(headers={"Authorization": f"Bearer {key}"})
    body = {"name": "Handover", "when": "fact", "fact": "deal.won", "steps": [TASK], "is_on": True}
    made = api.post("/api/v1/automations", body, content_type="application/json")
    assert (made.status_code, made.json()["is_on"]) == (201, True)
    here = f"/api/v1/automations/{made.json()['id']}"
    deal = world.deal()
    win_deal(deal=deal, by=world.rani, at=timezone.now())
    assert [one["deal_id"] for one in api.get(f"{here}/dry-run").json()["taken"]] == [deal.pk]
    deliver_due(timezone.now())
    assert [one["state"] for one in api.get(f"{here}/runs").json()["items"]] == ["done"]
    wrong = api.patch(here, {"conditions": "colour=red"}, content_type="application/json")
    assert wrong.status_code == 422 and wrong.json()["errors"][0]["field"] == "conditions"
    assert api.patch(here, {"is_on": False}, content_type="application/json").json()["is_on"] is False
    assert (api.delete(here).status_code, api.get(here).status_code) == (204, 404)
