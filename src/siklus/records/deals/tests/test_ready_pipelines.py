"""A pipeline that begins as a template, through the action and the API."""

import json

import pytest
from django.test import Client
from tests.world import World, day

from siklus.platform.accounts.actions import issue_token
from siklus.records.deals.actions import add_ready_pipeline
from siklus.records.deals.actions.pipeline import CannotChangePipeline
from siklus.records.deals.models import OPEN_KINDS, LostReason, Pipeline, Stage
from siklus.records.deals.ready import READY


@pytest.mark.parametrize("key", READY)
def test_every_template_has_the_six_kinds_in_their_order_and_rising_chances(key: str):
    stages = READY[key].stages
    assert [one.kind for one in stages] == list(OPEN_KINDS)
    chances = [one.chance for one in stages]
    assert chances == sorted(chances)
    assert all(one.en and one.id and one.quiet > 0 for one in stages)


def test_a_template_brings_its_stages_in_the_language_asked_for(world: World):
    pipeline = add_ready_pipeline(template="cars", name="Dealer", language="id", by=world.agus, at=day(1))
    names = list(Stage.objects.filter(pipeline=pipeline).order_by("position").values_list("name", flat=True))
    assert names == [
        "Peminat", "Kebutuhan & tukar tambah diketahui", "Unit ditawarkan", "Uji kendara", "Harga & leasing",
        "Pemesanan (SPK)",
    ]  # fmt: skip


def test_reasons_that_are_there_in_either_language_are_not_added_again(world: World):
    before = set(LostReason.objects.values_list("name", flat=True))
    add_ready_pipeline(template="property", language="id", by=world.agus, at=day(1))
    added = set(LostReason.objects.values_list("name", flat=True)) - before
    assert "Too expensive" in before
    assert "Terlalu mahal" not in added
    assert {"KPR ditolak", "Membeli di tempat lain"} <= added
    names = LostReason.objects.count()
    add_ready_pipeline(template="property", name="Second", language="en", by=world.agus, at=day(2))
    assert LostReason.objects.count() == names


def test_a_name_that_is_taken_adds_nothing_at_all(world: World):
    before = (Pipeline.objects.count(), Stage.objects.count(), LostReason.objects.count())
    for values in ({"template": "cars", "name": "b2b"}, {"template": "boats", "name": "Boats"}):
        with pytest.raises(CannotChangePipeline):
            add_ready_pipeline(by=world.agus, at=day(1), **values)
    assert (Pipeline.objects.count(), Stage.objects.count(), LostReason.objects.count()) == before


def test_the_api_lists_templates_and_begins_with_one(world: World):
    _row, key = issue_token(user=world.agus, name="Test", by=world.agus, at=day(1))
    headers = {"HTTP_AUTHORIZATION": f"Bearer {key}"}
    client = Client()
    listed = client.get("/api/v1/pipelines/templates", **headers).json()
    assert [one["key"] for one in listed] == ["standard", "software", "training", "property", "cars"]
    body = json.dumps({"name": "Courses", "template": "training"})
    made = client.post("/api/v1/pipelines", body, content_type="application/json", **headers)
    assert made.status_code == 201
    assert [one["kind"] for one in made.json()["stages"]] == list(OPEN_KINDS)
    wrong = json.dumps({"name": "Boats", "template": "boats"})
    refused = client.post("/api/v1/pipelines", wrong, content_type="application/json", **headers)
    assert refused.status_code == 422
    assert "standard, software, training, property, cars" in refused.content.decode()
