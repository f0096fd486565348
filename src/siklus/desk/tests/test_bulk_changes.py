"""Bulk changes that are too long for a request: a worker does them chunk by chunk."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from tests.world import World, day

from siklus.desk.lists import bulk as at_hand
from siklus.desk.lists import jobs, tasks
from siklus.desk.models import BulkChange
from siklus.desk.tests.helpers import htmx, signed_in, text
from siklus.platform.accounts.actions import deactivate_user, edit_user
from siklus.platform.journal.models import Entry
from siklus.records.deals.actions import assign_deal, win_deal
from siklus.records.deals.models import Deal

ALL = {"everything": "1", "query": "", "go": "1"}
HERE = htmx("/deals/")


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """More than three are many, and two make a chunk."""
    monkeypatch.setattr(at_hand, "AT_ONCE", 3)
    monkeypatch.setattr(jobs, "CHUNK", 2)


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """What is ordered waits here."""
    waiting: list[int] = []

    class Waits:
        enqueue = staticmethod(waiting.append)

    monkeypatch.setattr(tasks, "run_bulk", Waits)
    return waiting


def five(world: World) -> list[Deal]:
    return [world.deal(f"Deal {number}", qualified=True) for number in range(5)]


def order(world: World, **asked: Any) -> BulkChange:
    by = asked.pop("by", world.rani)
    answer = signed_in(by).post("/deals/bulk/", {**ALL, **asked}, headers=HERE)
    change = BulkChange.objects.get()
    assert (answer.status_code, answer["HX-Redirect"]) == (204, f"/changes/{change.pk}/")
    return change


def test_many_records_change_in_the_background_each_through_its_action(
    world: World, few, django_capture_on_commit_callbacks
):
    deals = five(world)
    win_deal(deal=deals[0], by=world.rani, at=day(2))
    query = {"what": "stage", "stage": world.stage("demo").pk, "query": "status=any"}
    dialog = signed_in(world.rani).post("/deals/bulk/", {**ALL, **query, "go": ""}, headers=HERE)
    assert "Move 5 deals to" in text(dialog)
    assert "change in the background" in text(dialog)
    with django_capture_on_commit_callbacks(execute=True):
        order(world, **query)
    change = BulkChange.objects.get()
    assert (change.status, change.done, change.changed, change.same) == ("done", 5, 4, 0)
    assert change.refused == {"This deal is closed. Reopen it before you change it.": 1}
    assert Deal.objects.filter(stage=world.stage("demo")).count() == 4
    moved = Entry.objects.filter(name="deal.moved")
    assert {(one.by, one.channel) for one in moved} == {(world.rani, "job")}
    page = text(signed_in(world.rani).get(f"/changes/{change.pk}/"))
    assert "Move 5 deals to Demo" in page
    assert "Changed 4 So already 0 Refused 1" in page
    assert "This deal is closed. Reopen it before you change it. 1 record" in page
    assert "Move 5 deals to Demo" in text(signed_in(world.rani).get("/changes/"))


def test_up_to_the_limit_it_happens_at_once(world: World, few):
    for number in range(3):
        world.deal(f"Deal {number}", qualified=True)
    answer = signed_in(world.rani).post("/deals/bulk/", {**ALL, "what": "tags", "add": "hot"}, headers=HERE)
    assert "3 changed" in answer["HX-Trigger"]
    assert not BulkChange.objects.exists()


def test_running_it_twice_or_again_after_a_crash_does_everything_once(world: World, few, later):
    five(world)
    change = order(world, what="owner", owner=world.rani.pk, by=world.bram)
    assert later == [change.pk]
    Deal.objects.exclude(name="Deal 4").update(owner=None)
    assert jobs._chunk(change.pk, change.ids) is True  # and then its worker is killed
    page = signed_in(world.bram).get(f"/changes/{change.pk}/", headers=htmx())
    assert "2 of 5 records" in text(page)
    assert 'hx-trigger="every 1s"' in page.content.decode()
    jobs.run_bulk_change(change.pk)
    entries = Entry.objects.count()
    jobs.run_bulk_change(change.pk)
    change.refresh_from_db()
    assert (change.status, change.done, change.changed, change.same) == ("done", 5, 4, 1)
    assert Entry.objects.count() == entries
    assert Entry.objects.filter(name="deal.assigned").count() == 4


def test_the_records_are_those_that_matched_when_it_was_ordered(world: World, few, later):
    deals = five(world)
    change = order(world, what="tags", add="hot")
    world.deal("Came later", qualified=True)
    assign_deal(deal=deals[0], owner=world.budi, by=world.bram, at=day(2))
    jobs.run_bulk_change(change.pk)
    change.refresh_from_db()
    assert (change.changed, change.refused) == (4, {"It is gone, or not yours to see any more.": 1})
    assert Entry.objects.filter(name="deal.tagged").count() == 4


def test_who_may_not_change_records_any_more_changes_none(world: World, few, later):
    five(world)
    change = order(world, what="tags", add="hot")
    deactivate_user(user=world.rani, by=world.ada, at=day(2))
    jobs.run_bulk_change(change.pk)
    change.refresh_from_db()
    assert (change.status, change.done, bool(change.message)) == ("stopped", 0, True)
    assert not Entry.objects.filter(name="deal.tagged").exists()


def test_reasons_are_told_in_the_language_of_who_ordered_it(world: World, few, later):
    deals = five(world)
    edit_user(user=world.rani, by=world.rani, at=day(1), language="id")
    change = order(world, what="stage", stage=world.stage("demo").pk)
    win_deal(deal=deals[0], by=world.rani, at=day(2))
    jobs.run_bulk_change(change.pk)
    change.refresh_from_db()
    assert list(change.refused) == ["Deal ini sudah ditutup. Buka kembali sebelum mengubahnya."]


def test_what_a_dead_worker_held_is_taken_up_again(world: World, few, later):
    five(world)
    change = order(world, what="tags", add="hot")
    assert tasks.resume_bulk_changes() == 0
    BulkChange.objects.update(heartbeat_at=timezone.now() - timedelta(minutes=3))
    assert tasks.resume_bulk_changes() == 1
    assert later == [change.pk, change.pk]


def test_a_change_is_for_the_eyes_of_who_ordered_it(world: World, few, later):
    five(world)
    change = order(world, what="tags", add="hot")
    assert signed_in(world.budi).get(f"/changes/{change.pk}/").status_code == 404
    assert signed_in(world.putri).get(f"/changes/{change.pk}/").status_code == 403
    assert "hot" not in text(signed_in(world.ada).get("/changes/"))


def test_a_wrong_value_is_refused_before_anything_is_ordered(world: World, few):
    five(world)
    asked = {**ALL, "what": "owner", "owner": world.budi.pk}
    assert signed_in(world.rani).post("/deals/bulk/", asked, headers=HERE).status_code == 422
    assert not BulkChange.objects.exists()
