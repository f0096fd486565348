from tests.test_api import Program
from tests.world import World, day

from siklus.cycle.prospecting.actions import Visit, recompute_fit, submit_form
from siklus.cycle.prospecting.models import Profile, WebForm
from siklus.records.companies.actions import add_company

BODY = {
    "name": "Mid",
    "criteria": [{"attribute": "company.employees", "operator": "at_least", "values": ["50"], "weight": 3}],
}


def test_operations_keep_profiles_by_program(world: World):
    agus, rani = Program(world.agus), Program(world.rani)
    assert rani.call("POST", "/icp-profiles", BODY).status_code == 403
    made = agus.call("POST", "/icp-profiles", BODY)
    assert (made.status_code, made["ETag"], made.json()["criteria"][0]["weight"]) == (201, '"1"', 3)
    path = f"/icp-profiles/{made.json()['id']}"
    changed = agus.call("PATCH", path, {"grades": {"a": 90, "b": 50, "c": 10}}, **{"If-Match": made["ETag"]})
    assert (changed["ETag"], changed.json()["grades"]["a"]) == ('"2"', 90)
    assert agus.call("PATCH", path, {"name": "Late"}, **{"If-Match": made["ETag"]}).status_code == 412
    assert agus.call("PATCH", path, {"is_active": False}).json()["is_active"] is False
    refused = agus.call("PATCH", path, {"criteria": []})
    assert refused.status_code == 422
    assert rani.call("GET", path).json()["name"] == "Mid"
    assert agus.call("DELETE", path).status_code == 204
    assert rani.call("GET", "/icp-profiles").json()["items"][0]["retired_at"] is not None
    assert Profile.objects.get().version == 2


def test_the_fit_of_a_record_is_known_to_who_sees_the_record(world: World):
    company = add_company(name="Nusa", employees=80, owner=world.rani, by=world.rani, at=day(0))
    deal = world.deal(company=company)
    rani, budi = Program(world.rani), Program(world.budi)
    assert rani.call("GET", f"/fit/companies/{company.pk}").json()["grade"] is None
    Program(world.agus).call("POST", "/icp-profiles", BODY)
    recompute_fit(by=None, at=day(1))
    found = rani.call("GET", f"/fit/companies/{company.pk}").json()
    assert (found["grade"], found["share"], found["profile_version"]) == ("A", 100, 1)
    assert found["reasons"] == [
        {"text": "Employees at least 50", "came_out": "met", "points": 3, "weight": 3, "must": False}
    ]
    assert rani.call("GET", f"/fit/deals/{deal.pk}").json()["grade"] == "A"
    assert budi.call("GET", f"/fit/companies/{company.pk}").status_code == 404
    assert budi.call("GET", f"/fit/deals/{deal.pk}").status_code == 404


def test_operations_keep_forms_and_read_what_was_sent(world: World):
    agus, rani = Program(world.agus), Program(world.rani)
    body = {"name": "Ask", "fields": [{"key": "contact.email", "required": True}], "owner_id": world.rani.pk}
    assert rani.call("POST", "/forms", body).status_code == 403
    made = agus.call("POST", "/forms", body)
    assert (made.status_code, made.json()["slug"], made.json()["owner_id"]) == (201, "ask", world.rani.pk)
    path = f"/forms/{made.json()['id']}"
    changed = agus.call("PATCH", path, {"texts": {"consent": {"en": "Yes."}}}, **{"If-Match": made["ETag"]})
    assert (changed.json()["consent_version"], changed["ETag"], changed.json()["owner_id"]) == (
        2,
        '"2"',
        world.rani.pk,
    )
    assert agus.call("PATCH", path, {"name": "Late"}, **{"If-Match": made["ETag"]}).status_code == 412
    refused = agus.call("PATCH", path, {"redirect_url": "javascript:alert(1)"})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "redirect_url")
    form = WebForm.objects.get()
    sent = submit_form(
        form=form,
        given={"contact.email": ["a@b.example"]},
        consented=True,
        mark="m",
        visit=Visit(),
        at=day(1),
    )
    (item,) = agus.call("GET", f"/submissions?form_id={form.pk}").json()["items"]
    assert (item["id"], item["deal_id"], item["answers"]) == (
        sent.pk,
        sent.deal_id,
        {"contact.email": "a@b.example"},
    )
    assert agus.call("GET", "/submissions?state=spam").json()["items"] == []
    assert agus.call("GET", f"/submissions/{sent.pk}").json()["consent_text"] == "Yes."
    assert rani.call("GET", f"/submissions/{sent.pk}").status_code == 403
    assert agus.call("DELETE", path).status_code == 204
