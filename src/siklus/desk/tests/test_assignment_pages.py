import pytest
from django.test import Client
from django.urls import reverse
from tests.world import World, day

from siklus.cycle.prospecting.assignment.queries import rules_in_use, seats_of
from siklus.cycle.prospecting.fit.scoring import Criterion
from siklus.cycle.prospecting.models import AssignmentRule
from siklus.records.companies.actions import add_company
from siklus.records.deals.models import Deal


@pytest.fixture
def agus(world: World) -> Client:
    client = Client()
    client.force_login(world.agus)
    return client


def given(world: World, **values) -> dict[str, object]:
    return {"name": "East", "people": [world.budi.pk, world.rani.pk], "minds_hours": "on", **values}


def test_operations_writes_a_rule_and_gives_the_waiting_leads(world: World, agus):
    here = add_company(name="Toko Timur", city="Surabaya", by=world.rani, at=day(0))
    leads = [world.deal(f"Toko {n}", owner=None, by=None, company=here) for n in range(3)]
    asked = {"when1": "company.city", "how1": "one_of", "what1": "Surabaya; Malang", "capacity": "1"}
    assert agus.post(reverse("desk:assignment_new"), given(world, **asked)).status_code == 302
    rule = rules_in_use()[0]
    assert [Criterion.read(one) for one in rule.criteria] == [
        Criterion("company.city", "one_of", ("Surabaya", "Malang"))
    ]
    assert {seat.user for seat in seats_of(rule)} == {world.rani, world.budi}
    page = agus.get(reverse("desk:settings_assignment")).content.decode()
    assert "3 leads have no owner." in page
    assert "City is Surabaya or Malang" in page
    agus.post(reverse("desk:assignment_waiting"))
    owners = [Deal.objects.get(pk=one.pk).owner for one in leads]
    assert {owners[0], owners[1]} == {world.rani, world.budi}
    assert owners[2] is None
    waiting = agus.get(reverse("desk:leads") + "?owner=nobody").content.decode()
    assert "Toko 2" in waiting
    assert "Toko 1" not in waiting


def test_a_condition_that_cannot_be_is_told_beside_it_and_nothing_is_written(world: World, agus):
    asked = {"when1": "company.employees", "how1": "contains", "what1": "12"}
    answer = agus.post(reverse("desk:assignment_new"), given(world, **asked))
    assert answer.status_code == 422
    assert "Employees cannot be compared so." in answer.content.decode()
    assert "Choose somebody" in agus.post(reverse("desk:assignment_new"), {"name": "Empty"}).content.decode()
    assert not AssignmentRule.objects.exists()


def test_a_rule_is_shown_as_it_was_saved_and_one_seat_has_its_own_limit(world: World, agus):
    agus.post(
        reverse("desk:assignment_new"), given(world, when1="lead.source", how1="one_of", what1="website")
    )
    rule = rules_in_use()[0]
    page = agus.get(reverse("desk:assignment_edit", args=[rule.pk])).content.decode()
    assert 'value="website"' in page
    agus.post(reverse("desk:assignment_edit", args=[rule.pk]), given(world, name="Web"))
    rule.refresh_from_db()
    assert (rule.name, rule.criteria, rule.version) == ("Web", [], 2)
    seat = seats_of(rule)[0]
    agus.post(reverse("desk:assignment_seat", args=[seat.pk]), {"capacity": "0"})
    assert "full" in agus.get(reverse("desk:settings_assignment")).content.decode()
    agus.post(reverse("desk:assignment_retire", args=[rule.pk]))
    assert rules_in_use() == []
