import pytest
from tests.world import World, day

from siklus.cycle.objections.actions import (
    add_ready_catalogue,
    answer_objection,
    raise_objection,
    resolve_objection,
)
from siklus.cycle.objections.models import ClosingRule, ObjectionType, ResponseVersion
from siklus.desk.tests.helpers import htmx, signed_in, text
from siklus.records.deals.actions import win_deal


@pytest.fixture
def types(world: World) -> dict[str, ObjectionType]:
    return {one.kind: one for one in add_ready_catalogue(by=world.ada, at=day(0))}


def test_open_objections_are_listed_by_type_and_owner(world: World, types):
    for name, kind, owner in (("Alpha", "price", world.rani), ("Beta", "use", world.budi)):
        deal = world.deal(name, owner=owner)
        raise_objection(deal=deal, type=types[kind], words=f"Not {name}", by=owner, at=day(2))
    client = signed_in(world.bram)
    for query, shown in (
        ("", (True, True)), (f"?type={types['use'].pk}", (False, True)), (f"?owner={world.rani.pk}", (True, False)),
    ):  # fmt: skip
        said = text(client.get(f"/objections/{query}"))
        assert ("“Not Alpha”" in said, "“Not Beta”" in said) == shown
    assert "“Not Beta”" not in text(signed_in(world.rani).get("/objections/"))


def test_what_works_shows_rates_with_intervals_and_says_that_it_is_an_association(world: World, types):
    response = types["use"].responses.get()
    for number in range(5):
        deal = world.deal(f"Deal {number}")
        one = raise_objection(deal=deal, type=types["use"], words="Hard", by=world.rani, at=day(2))
        one = answer_objection(objection=one, response=response, by=world.rani, at=day(3))
        if number:
            resolve_objection(objection=one, by=world.rani, at=day(4))
        if number < 2:
            win_deal(deal=deal, by=world.rani, at=day(5))
    said = text(signed_in(world.rani).get("/objections/?show=works"))
    assert "Their own people try it 5 not enough yet (n = 4) not enough yet (n = 2)" in said
    one = raise_objection(deal=deal, type=types["use"], words="Hard", by=world.rani, at=day(6))
    one = answer_objection(objection=one, response=response, by=world.rani, at=day(6))
    resolve_objection(objection=one, by=world.rani, at=day(7))
    said = text(signed_in(world.rani).get("/objections/?show=works"))
    assert "Their own people try it 6 100% 57%–100% · n = 5 not enough yet (n = 2)" in said
    assert "What went along with an answer is not what it caused" in said
    assert "Their own people try it · not used yet" in text(
        signed_in(world.budi).get("/objections/?show=works")
    )


def test_operations_keep_the_catalogue(world: World):
    client = signed_in(world.agus)
    assert "No types yet" in text(client.get("/settings/objections/"))
    client.post("/settings/objections/types/new/", {"name_en": "Legal", "name_id": "Hukum", "kind": "own"})
    type_ = ObjectionType.objects.get()
    path = f"/settings/objections/types/{type_.pk}/responses/new/"
    assert client.post(path, {"title_en": "Show the clause"}, headers=htmx()).status_code == 422
    client.post(path, {"title_en": "Show the clause", "answer_en": "Clause nine says so."}, headers=htmx())
    version = ResponseVersion.objects.get()
    edit = f"/settings/objections/responses/{version.response_id}/"
    client.post(
        edit, {"title_en": "Show it", "answer_en": "Clause nine says so.", "version": 1}, headers=htmx()
    )
    assert list(ResponseVersion.objects.values_list("number", flat=True)) == [1, 2]
    assert "Show it EN · version 2" in text(client.get("/settings/objections/"))
    client.post(f"{edit}retire/")
    client.post(f"/settings/objections/types/{type_.pk}/retire/")
    assert "No types yet" in text(client.get("/settings/objections/"))
    client.post("/settings/objections/ready/")
    assert "What it costs to change nothing EN · ID · version 1" in text(client.get("/settings/objections/"))


def test_a_pipeline_is_told_to_refuse_and_the_win_dialog_says_why(world: World, types):
    client = signed_in(world.agus)
    client.post(f"/settings/objections/rules/{world.pipeline.pk}/", {"refuses": "1"})
    assert ClosingRule.objects.get().refuses_open
    deal = world.deal(qualified=True)
    raise_objection(deal=deal, type=types["price"], words="Too much", by=world.rani, at=day(2))
    answer = signed_in(world.rani).post(f"/deals/{deal.pk}/win/", {"version": deal.version}, headers=htmx())
    assert answer.status_code == 422
    assert "An objection is still open (Price: “Too much”)." in text(answer)
    client.post(f"/settings/objections/rules/{world.pipeline.pk}/", {"refuses": "0"})
    assert not ClosingRule.objects.get().refuses_open


def test_a_retired_type_keeps_its_place_when_the_ready_ones_come(world: World, types):
    client = signed_in(world.agus)
    client.post(f"/settings/objections/types/{types['price'].pk}/retire/")
    client.post("/settings/objections/ready/")
    assert ObjectionType.objects.filter(kind="price").count() == 1
