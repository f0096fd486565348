"""Leads that wait for their first answer: on their page, on Today, in lists, and the targets behind it."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from tests.world import World

from siklus.cycle.outreach.first_response.actions import reckon, set_target, start_clock
from siklus.cycle.outreach.first_response.models import FirstResponse, ResponseTarget
from siklus.platform.accounts.actions import issue_token
from siklus.platform.accounts.hours import set_work_hours
from siklus.records.activities.actions import log_activity, plan_activity
from siklus.records.deals.models import Deal


def browser(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def always(world: World) -> World:
    """Rani works around the clock, whatever the hour of this test."""
    hours = {str(day): ["00:00-23:59"] for day in range(7)}
    set_work_hours(user=world.rani, hours=hours, by=None, at=timezone.now())
    world.rani.refresh_from_db()
    return world


def a_lead(world: World, name: str, came, **values) -> Deal:
    deal = world.deal(name=name, at=came, **values)
    start_clock(deal=deal, at=came)
    return deal


def due(deal: Deal, when) -> None:
    FirstResponse.objects.filter(deal=deal).update(due_at=when)


def page(user, path: str) -> str:
    return browser(user).get(path).content.decode()


def test_the_page_of_a_lead_says_how_long_it_waits_until_somebody_spoke_to_it(always: World, now):
    deal = a_lead(always, "Toko Maju", now)
    due(deal, now + timedelta(minutes=30))
    shown = page(always.rani, f"/deals/{deal.pk}/")
    assert "Nobody has spoken to them yet:" in shown
    assert "waiting 0\xa0min, target 1\xa0h" in shown
    due(deal, now - timedelta(minutes=1))
    assert 'response-notice" data-tone="bad"' in page(always.rani, f"/deals/{deal.pk}/")
    log_activity(kind="call", subject="Hello", deal=deal, by=always.rani, at=timezone.now())
    reckon(deal=deal, at=timezone.now())
    shown = page(always.rani, f"/deals/{deal.pk}/")
    assert "Nobody has spoken to them yet:" not in shown
    assert "after 0\xa0min, target 1\xa0h" in shown


def test_today_shows_leads_to_answer_the_most_overdue_on_top_even_when_something_is_planned(
    always: World, now
):
    soon, late, later = (a_lead(always, name, now) for name in ("Soon", "Late", "Later"))
    plan_activity(
        kind="call", subject="Call", deal=late, due_at=now + timedelta(days=3), by=always.rani, at=now
    )
    due(soon, now + timedelta(minutes=40))
    due(late, now - timedelta(hours=20))
    due(later, now - timedelta(hours=1))
    shown = page(always.rani, "/?kind=lead")
    places = [shown.index(f'href="/deals/{one.pk}/"') for one in (late, later, soon)]
    assert places == sorted(places)
    assert "overdue " in shown
    log_activity(kind="call", subject="Hello", deal=late, by=always.rani, at=timezone.now())
    reckon(deal=late, at=timezone.now())
    assert f'href="/deals/{late.pk}/"' not in page(always.rani, "/?kind=lead")


def test_the_list_filters_by_the_first_response_and_shows_it(always: World, now):
    waits, late, quick = (a_lead(always, name, now) for name in ("Waits", "Late", "Quick"))
    due(waits, now + timedelta(minutes=3))
    due(late, now - timedelta(minutes=5))
    FirstResponse.objects.filter(deal=quick).update(answered_at=now, waited=35, owner_waited=35)

    def found(value: str) -> set[str]:
        shown = page(always.rani, f"/leads/?layout=list&cols=name,response&response={value}")
        return {name for name in ("Waits", "Late", "Quick") if f">{name}</a>" in shown}

    assert found("waiting") == {"Waits", "Late"}
    assert found("overdue") == {"Late"}
    assert found("within") == {"Quick"}
    assert found("late") == set()
    shown = page(always.rani, "/leads/?layout=list&cols=name,response&sort=response")
    assert "35\xa0min" in shown
    assert "overdue " in shown
    assert "35" in browser(always.rani).get("/leads/export.csv?cols=name,response").getvalue().decode()


def test_operations_set_targets_and_reps_do_not(world: World):
    agus = browser(world.agus)
    assert "1\xa0h" in agus.get("/settings/response/").content.decode()
    sent = {"pipeline": world.pipeline.pk, "source": "Website", "minutes": "30"}
    assert agus.post("/settings/response/new/", sent).status_code == 302
    row = ResponseTarget.objects.get()
    assert (row.pipeline, row.source, row.minutes) == (world.pipeline, "Website", 30)
    again = agus.post("/settings/response/new/", sent | {"source": "website"}, headers={"HX-Request": "true"})
    assert again.status_code == 422
    assert "There is a target for these already." in again.content.decode()
    assert agus.post(f"/settings/response/{row.pk}/", {"minutes": ""}).status_code == 302
    row.refresh_from_db()
    assert row.minutes is None
    assert "no target" in agus.get("/settings/response/").content.decode()
    assert browser(world.rani).post("/settings/response/new/", sent).status_code == 403
    assert agus.post(f"/settings/response/{row.pk}/remove/").status_code == 302
    assert not ResponseTarget.objects.exists()


def test_what_a_target_says_is_told_by_the_api_with_the_clock(always: World, now):
    set_target(pipeline=None, source="", minutes=120, by=always.agus, at=now)
    deal = a_lead(always, "Toko Maju", now)
    client = browser(always.rani)
    assert client.get(f"/api/v1/first-responses/{deal.pk}").status_code == 401

    def asked(user) -> Client:
        key = issue_token(user=user, name="test", by=user, at=now)[1]
        return Client(headers={"Authorization": f"Bearer {key}"})

    told = asked(always.rani).get(f"/api/v1/first-responses/{deal.pk}").json()
    assert (told["target"], told["is_waiting"], told["owner_id"]) == (120, True, always.rani.pk)
    assert asked(always.budi).get(f"/api/v1/first-responses/{deal.pk}").status_code == 404
    rows = asked(always.bram).get("/api/v1/first-responses?is_waiting=true").json()["items"]
    assert [one["deal_id"] for one in rows] == [deal.pk]
    assert (
        asked(always.rani)
        .put("/api/v1/response-targets", {"minutes": 5}, content_type="application/json")
        .status_code
        == 403
    )
