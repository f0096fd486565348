from django.test import Client
from django.urls import reverse
from tests.world import World, day

from siklus.cycle.closing.actions import add_stage_rule
from siklus.cycle.closing.models import StageRule
from siklus.desk.tests.helpers import htmx


def test_operations_make_rules_and_take_them_away(world: World, client: Client):
    client.force_login(world.agus)
    page = reverse("desk:settings_rules")
    assert (
        client.get(page).content.decode().count("open to every deal") == 6
    )  # five stages after the first, and Won
    path = reverse("desk:rule_new", args=[world.pipeline.pk]) + f"?stage={world.stage('closing').pk}"
    assert "The research checklist is done" in client.get(path, headers=htmx()).content.decode()
    client.post(path, {"condition": "field:amount"})
    client.post(reverse("desk:rule_new", args=[world.pipeline.pk]), {"condition": "quote_accepted:"})
    text = client.get(page).content.decode()
    assert "A field is filled in: Amount" in text and "A quote was accepted" in text
    wrong = client.post(path, {"condition": "weather:"}, headers=htmx())
    assert wrong.status_code == 422
    client.post(reverse("desk:rule_remove", args=[StageRule.objects.get(condition="field").pk]))
    assert [rule.condition for rule in StageRule.objects.all()] == ["quote_accepted"]


def test_the_deal_shows_what_lies_ahead_and_a_refused_move_says_it(world: World, client: Client):
    client.force_login(world.rani)
    deal = world.deal()
    path = reverse("desk:deal_ahead", args=[deal.pk])
    assert "hidden" in client.get(path).content.decode()
    for about in ("amount", "owner"):
        add_stage_rule(
            pipeline=world.pipeline, stage=world.stage("demo"), condition="field", about=about, by=world.agus,
            at=day(1),
        )  # fmt: skip
    text = client.get(path).content.decode()
    assert "Before “Demo”" in text and "1 of 2" in text and "under Summary" in text
    move = reverse("desk:deal_move", args=[deal.pk])
    refused = client.post(move, {"stage": world.stage("demo").pk, "version": deal.version}, headers=htmx())
    assert refused.status_code == 422 and "the field Amount (under Summary)" in refused["HX-Trigger"]
