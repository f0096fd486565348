from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from tests.test_api import Program
from tests.world import World, day

from siklus.cycle.closing.actions import (
    CannotChangePlan,
    add_milestone,
    add_plan_step,
    begin_plan,
    edit_milestone,
    remove_milestone,
    remove_plan_step,
    share_plan,
    tick_milestone,
    unshare_plan,
)
from siklus.cycle.closing.models import ActionPlan, Milestone, PlanStep
from siklus.cycle.closing.queries import course_of, milestone_for, plan_behind, plan_for
from siklus.desk.tests.helpers import htmx
from siklus.platform.journal.models import Entry
from siklus.platform.journal.queries import timeline
from siklus.records.deals.actions import win_deal
from siklus.records.deals.models import Deal
from siklus.records.fields.record import StaleEdit

CLOSE = date(2026, 5, 1)


@pytest.fixture
def deal(world: World) -> Deal:
    for days_before, side, title in ((21, "ours", "Send the quote"), (0, "buyer", "Sign")):
        add_plan_step(
            pipeline=world.pipeline,
            side=side,
            days_before=days_before,
            title_en=title,
            by=world.agus,
            at=day(0),
        )
    return world.deal(expected_close_date=CLOSE)


@pytest.fixture
def plan(world: World, deal) -> ActionPlan:
    return begin_plan(deal=deal, by=world.rani, at=day(1))


def named(plan: ActionPlan, title: str) -> Milestone:
    return plan.milestones.get(title=title)


def test_a_plan_begins_with_the_steps_of_its_pipeline_before_the_expected_close(world: World, plan, deal):
    assert [(one.title, one.side, one.due_date) for one in plan.milestones.all()] == [
        ("Send the quote", "ours", date(2026, 4, 10)), ("Sign", "buyer", CLOSE),
    ]  # fmt: skip
    with pytest.raises(CannotChangePlan, match="has a plan already"):
        begin_plan(deal=deal, by=world.rani, at=day(2))
    assert timeline("deal", deal.pk)[0].sentence == "began a plan with the buyer"
    won = win_deal(deal=world.deal("Other"), by=world.rani, at=day(2))
    with pytest.raises(CannotChangePlan, match="Only an open deal"):
        begin_plan(deal=won, by=world.rani, at=day(3))
    assert ActionPlan.objects.count() == 1


def test_what_is_in_the_past_already_is_due_today(world: World, deal):
    plan = begin_plan(deal=deal, by=world.rani, at=day(55))
    assert named(plan, "Send the quote").due_date == day(55).date()
    without = begin_plan(deal=world.deal("No date"), by=world.rani, at=day(1))
    assert [one.due_date for one in without.milestones.all()] == [day(1).date(), day(22).date()]


def test_putting_off_is_seen_and_the_first_day_stays_known(world: World, plan):
    edit_milestone(
        milestone=named(plan, "Sign"), due_date=CLOSE + timedelta(days=9), by=world.rani, at=day(2)
    )
    course = course_of(plan, date(2026, 4, 13))
    assert (course.slipped, course.beyond, course.ends) == (9, 9, CLOSE + timedelta(days=9))
    assert [(one.title, one.late(date(2026, 4, 13))) for one in course.late] == [("Send the quote", 3)]
    tick_milestone(milestone=named(plan, "Send the quote"), is_done=True, by=world.rani, at=day(3))
    assert course_of(plan, date(2026, 4, 13)).late == []
    changed = Entry.objects.get(name="milestone.changed")
    assert (changed.details["was_due"], changed.details["due_date"]) == ("2026-05-01", "2026-05-10")


def test_the_buyer_ticks_with_a_name_and_only_what_is_theirs(world: World, plan):
    with pytest.raises(CannotChangePlan, match="ours to do"):
        tick_milestone(milestone=named(plan, "Send the quote"), is_done=True, name="Hendra", at=day(2))
    with pytest.raises(CannotChangePlan, match="Write your name"):
        tick_milestone(milestone=named(plan, "Sign"), is_done=True, name=" ", at=day(2))
    assert Entry.objects.filter(name="milestone.done").count() == 0
    for _ in range(2):
        one = tick_milestone(milestone=named(plan, "Sign"), is_done=True, name=" Hendra ", at=day(2))
    assert (one.done_at, one.done_name, one.done_by) == (day(2), "Hendra", None)
    entry = Entry.objects.get(name="milestone.done")
    assert (entry.personal, entry.by_id) == ({"who": "Hendra"}, None)
    one = tick_milestone(milestone=one, is_done=False, name="Hendra", at=day(3))
    assert (one.done_at, one.done_name) == (None, "")


def test_milestones_come_and_go_and_a_stale_edit_is_told(world: World, plan):
    added = add_milestone(
        plan=plan,
        title=" Meet  the board ",
        side="buyer",
        who="Lina",
        due_date=CLOSE,
        by=world.rani,
        at=day(2),
    )
    assert (added.title, plan_for(world.rani, plan.pk).version) == ("Meet the board", 2)
    with pytest.raises(StaleEdit):
        edit_milestone(milestone=added, title="x", by=world.rani, at=day(3), expected_version=1)
    remove_milestone(milestone=added, by=world.rani, at=day(3))
    with pytest.raises(CannotChangePlan, match="meanwhile"):
        tick_milestone(milestone=added, is_done=True, by=world.rani, at=day(4))


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("title", {"title": " "}), ("side", {"side": "moon"}), ("due_date", {"due_date": date(1990, 1, 1)}),
        ("who", {"who": "x" * 121}),
    ],
)  # fmt: skip
def test_a_milestone_that_cannot_be_is_refused(world: World, plan, field, values):
    entries = Entry.objects.count()
    with pytest.raises(CannotChangePlan) as refusal:
        add_milestone(
            **{"plan": plan, "title": "Sign", "side": "ours", "due_date": CLOSE, **values},
            by=world.rani,
            at=day(2),
        )
    assert (refusal.value.field, Entry.objects.count()) == (field, entries)


def test_an_address_is_given_taken_back_and_another_one_given(world: World, plan):
    first = share_plan(plan=plan, by=world.rani, at=day(2)).secret
    assert share_plan(plan=plan, by=world.rani, at=day(2)).secret == first and plan_behind(first) == plan
    unshare_plan(plan=plan, by=world.rani, at=day(3))
    assert plan_behind(first) is None and plan_behind("") is None
    assert share_plan(plan=plan, by=world.rani, at=day(4)).secret not in (None, first)


def test_the_doors_follow_the_deal(world: World, plan):
    assert plan_for(world.bram, plan.pk) == plan
    for door, pk in ((plan_for, plan.pk), (milestone_for, named(plan, "Sign").pk)):
        with pytest.raises((ActionPlan.DoesNotExist, Milestone.DoesNotExist)):
            door(world.budi, pk)


def test_the_template_is_kept_by_operations(world: World, client: Client, deal):
    client.force_login(world.agus)
    page = reverse("desk:settings_plans")
    assert "Send the quote" in client.get(page).content.decode()
    remove_plan_step(step=PlanStep.objects.get(title_en="Sign"), by=world.agus, at=day(1))
    remove_plan_step(step=PlanStep.objects.get(title_en="Send the quote"), by=world.agus, at=day(1))
    client.post(reverse("desk:plan_ready", args=[world.pipeline.pk]))
    assert PlanStep.objects.count() == 7
    path = reverse("desk:plan_step_new", args=[world.pipeline.pk])
    assert client.post(path, {"side": "ours", "days_before": "3"}, headers=htmx()).status_code == 422


def test_the_panel_of_the_deal_shows_ticks_and_shares(world: World, client: Client, deal):
    client.force_login(world.rani)
    panel = reverse("desk:deal_plan", args=[deal.pk])
    assert "Begin a plan" in client.get(panel).content.decode()
    text = client.post(reverse("desk:plan_begin", args=[deal.pk]), headers=htmx()).content.decode()
    assert "0 of 2" in text and "Send the quote" in text
    plan = ActionPlan.objects.get()
    one = named(plan, "Send the quote")
    ticked = client.post(reverse("desk:milestone_tick", args=[one.pk]), {"done": "1"}, headers=htmx())
    assert "1 of 2" in ticked.content.decode()
    shared = client.post(reverse("desk:plan_share", args=[plan.pk]), {"shared": "1"}, headers=htmx())
    plan.refresh_from_db()
    assert f"/p/{plan.secret}/" in shared.content.decode()
    edit = reverse("desk:milestone_edit", args=[named(plan, "Sign").pk])
    body = {"title": "Sign", "side": "buyer", "due_date": "2026-05-20", "version": str(plan.version)}
    client.post(edit, body)
    assert "ends 19 days after the expected close" in client.get(panel).content.decode()
    assert client.post(edit, body, headers=htmx()).status_code == 409
    client.post(edit, {**body, "version": "", "remove": "on"})
    assert plan.milestones.count() == 1


def test_the_buyer_reads_and_ticks_on_their_page(world: World, plan):
    secret = share_plan(plan=plan, by=world.rani, at=day(2)).secret
    path, entries = reverse("desk:plan_public", args=[secret]), Entry.objects.count()
    text = Client().get(path).content.decode()
    assert "Send the quote" in text and text.count('name="tick"') == 1
    assert Entry.objects.count() == entries
    sign = named(plan, "Sign")
    assert Client().post(path, {"tick": sign.pk, "name": ""}).status_code == 422
    answer = Client().post(path, {"tick": sign.pk, "name": "Hendra"})
    assert (answer.status_code, answer["Location"]) == (302, path)
    assert "Hendra" in Client().get(path).content.decode()
    assert (
        Client().post(path, {"tick": named(plan, "Send the quote").pk, "name": "Hendra"}).status_code == 422
    )
    assert Client().post(path, {"tick": 999_999, "name": "Hendra"}).status_code == 404
    assert Client(enforce_csrf_checks=True).post(path, {"untick": sign.pk, "name": "M"}).status_code == 403
    Client().post(path, {"untick": sign.pk, "name": "Hendra"})
    assert not named(plan, "Sign").is_done
    unshare_plan(plan=plan, by=world.rani, at=day(5))
    assert Client().get(path).status_code == 404


def test_a_plan_lives_over_the_api(world: World, deal, plan):
    rani = Program(world.rani)
    made = rani.call("POST", "/action-plans", {"deal_id": world.deal("Other").pk})
    assert (made.status_code, len(made.json()["milestones"])) == (201, 2)
    path = f"/action-plans/{plan.pk}"
    assert Program(world.budi).call("GET", path).status_code == 404
    body = {"title": "Meet", "side": "ours", "due_date": "2026-05-05"}
    added = rani.call("POST", f"{path}/milestones", body).json()
    assert (added["beyond"], added["milestones"][2]["title"]) == (4, "Meet")
    meet = f"/milestones/{added['milestones'][2]['id']}"
    assert rani.call("PATCH", meet, {"due_date": "2026-05-01"}, **{"If-Match": '"1"'}).status_code == 412
    assert rani.call("PATCH", meet, {"due_date": "2026-05-01"}).json()["beyond"] == 0
    assert rani.call("POST", f"{meet}/done", {"is_done": True}).json()["milestones"][2]["done_at"]
    assert rani.call("POST", f"{path}/share").json()["is_shared"] is True
    assert rani.call("POST", f"{path}/unshare").json()["is_shared"] is False
    assert rani.call("DELETE", meet).status_code == 204
    found = rani.call("GET", f"/action-plans?deal_id={deal.pk}").json()["items"]
    assert [one["id"] for one in found] == [plan.pk]
