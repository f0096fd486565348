import pytest
from django.test import Client
from django.urls import reverse
from tests.world import World, day

from siklus.cycle.qualification.actions import add_ready_framework, set_qualification_rule
from siklus.cycle.qualification.models import Answer, Framework
from siklus.cycle.qualification.queries import criteria_of, rule_of, state_of
from siklus.records.activities.actions import log_activity
from siklus.records.deals.models import Deal


@pytest.fixture
def bant(world: World) -> Framework:
    framework = add_ready_framework(key="BANT", by=world.agus, at=day(0))
    set_qualification_rule(pipeline=world.pipeline, framework=framework, by=world.agus, at=day(0))
    return framework


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_the_rep_notes_what_was_said_and_which_call_shows_it(world: World, bant):
    deal, client = world.deal(), signed_in(world.rani)
    call = log_activity(kind="call", subject="First call", deal=deal, by=world.rani, at=day(1))
    need = criteria_of(bant.pk)[2]
    address = reverse("desk:qualification_answer", args=[deal.pk, need.pk])
    asked = client.get(address).content.decode()
    assert "What does it cost you to leave it as it is?" in asked
    assert "Call: First call" in asked
    given = {"verdict": "2", "said": "Orders get lost.", "evidence": call.pk}
    answer = client.post(address, given)
    assert (answer.status_code, Answer.objects.get().evidence) == (302, call)
    panel = client.get(reverse("desk:deal_qualification", args=[deal.pk])).content.decode()
    assert "“Orders get lost.”" in panel
    assert "33 · enough from 50" in panel
    client.post(address, {"verdict": ""})
    assert state_of(deal).score.answered == 0


def test_a_verdict_that_is_none_is_refused_and_changes_nothing(world: World, bant):
    deal, client = world.deal(), signed_in(world.rani)
    address = reverse("desk:qualification_answer", args=[deal.pk, criteria_of(bant.pk)[0].pk])
    assert client.post(address, {"verdict": "7"}).status_code == 422
    assert not Answer.objects.exists()


def test_operations_chooses_how_a_pipeline_qualifies(world: World):
    client = signed_in(world.agus)
    page = reverse("desk:settings_qualification")
    assert "No framework yet" in client.get(page).content.decode()
    client.post(reverse("desk:framework_ready"), {"key": "MEDDIC"})
    framework = Framework.objects.get()
    given = {"framework": framework.pk, "least_score": 70, "is_demanded": "on"}
    client.post(reverse("desk:qualification_rule", args=[world.pipeline.pk]), given)
    rule = rule_of(world.pipeline.pk)
    assert (rule.framework, rule.least_score, rule.is_demanded) == (framework, 70, True)
    shown = client.get(page).content.decode()
    assert "MEDDIC · from a score of 70" in " ".join(shown.split())
    again = client.post(reverse("desk:framework_ready"), {"key": "MEDDIC"})
    assert (again.status_code, Framework.objects.count()) == (422, 1)


def test_a_deal_of_another_team_is_not_there(world: World, bant):
    deal: Deal = world.deal()
    address = reverse("desk:qualification_answer", args=[deal.pk, criteria_of(bant.pk)[0].pk])
    assert signed_in(world.budi).post(address, {"verdict": "2"}).status_code == 404
    assert not Answer.objects.exists()
