import pytest
from tests.test_api import Program
from tests.world import World, day

from siklus.cycle.objections.actions import add_response, add_type, raise_objection
from siklus.cycle.objections.models import ObjectionType


@pytest.fixture
def price(world: World) -> ObjectionType:
    return add_type(kind="price", name_en="Price", name_id="Harga", by=world.agus, at=day(0))


def test_an_objection_goes_from_raised_to_resolved(world: World, price):
    response = add_response(
        type=price, wording={"en": {"title": "Sum", "answer": "Count."}}, by=world.agus, at=day(0)
    )
    rani, deal = Program(world.rani), world.deal()
    body = {"deal_id": deal.pk, "type_id": price.pk, "words": "Too much"}
    made = rani.call("POST", "/objections", body, **{"Idempotency-Key": "one"})
    assert made.status_code == 201
    assert rani.call("POST", "/objections", body, **{"Idempotency-Key": "one"}).json() == made.json()
    objection = made.json()
    path = f"/objections/{objection['id']}"
    answered = rani.call("POST", f"{path}/answer", {"response_id": response.pk}, **{"If-Match": made["ETag"]})
    assert (answered["ETag"], answered.json()["state"]) == ('"2"', "answered")
    assert [(one["response_id"], one["response_version"]) for one in answered.json()["answers"]] == [
        (response.pk, 1)
    ]
    stale = rani.call("POST", f"{path}/resolve", {"note": "Yes"}, **{"If-Match": '"1"'})
    assert stale.status_code == 412
    assert rani.call("POST", f"{path}/resolve", {"note": "Yes"}).json()["state"] == "resolved"
    assert rani.call("POST", f"{path}/reopen", {}).json()["state"] == "open"
    assert rani.call("POST", f"{path}/stands", {}).json()["state"] == "stands"
    assert [one["id"] for one in rani.call("GET", "/objections?state=stands").json()["items"]] == [
        objection["id"]
    ]
    assert rani.call("GET", "/objections?state=open").json()["items"] == []


def test_objections_of_others_do_not_exist(world: World, price):
    objection = raise_objection(deal=world.deal(), type=price, words="No", by=world.rani, at=day(1))
    budi, putri = Program(world.budi), Program(world.putri)
    assert budi.call("GET", "/objections").json()["items"] == []
    assert budi.call("GET", f"/objections/{objection.pk}").status_code == 404
    assert budi.call("POST", f"/objections/{objection.pk}/resolve", {}).status_code == 404
    refused = budi.call(
        "POST", "/objections", {"deal_id": objection.deal_id, "type_id": price.pk, "words": "x"}
    )
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "deal_id")
    assert putri.call("POST", f"/objections/{objection.pk}/resolve", {}).status_code == 403


def test_operations_keep_types_and_responses(world: World):
    agus, rani = Program(world.agus), Program(world.rani)
    assert rani.call("POST", "/objection-types", {"name_en": "Legal"}).status_code == 403
    type_ = agus.call("POST", "/objection-types", {"name_en": "Legal"}).json()
    assert (type_["kind"], type_["version"]) == ("own", 1)
    named = agus.call("PATCH", f"/objection-types/{type_['id']}", {"name_id": "Hukum"})
    assert (named.json()["name_id"], named["ETag"]) == ("Hukum", '"2"')
    made = agus.call(
        "POST", "/objection-responses",
        {"type_id": type_["id"], "wording": {"en": {"title": "Clause", "answer": "Nine."}}},
    )  # fmt: skip
    assert made.status_code == 201
    path = f"/objection-responses/{made.json()['id']}"
    assert agus.call("PATCH", path, {"proof": "The contract"}, **{"If-Match": made["ETag"]})["ETag"] == '"2"'
    assert agus.call("PATCH", path, {"proof": "Late"}, **{"If-Match": made["ETag"]}).status_code == 412
    assert rani.call("GET", path).json()["proof"] == "The contract"
    assert agus.call("DELETE", path).status_code == 204
    assert agus.call("DELETE", f"/objection-types/{type_['id']}").status_code == 204
    assert rani.call("GET", "/objection-types").json()["items"][0]["retired_at"] is not None
