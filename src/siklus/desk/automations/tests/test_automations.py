"""When something happens, if it is so, then do this: once, by the same verbs as people, and never round in circles."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.apps import apps
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from tests.world import World, day

from siklus.desk.automations.actions import (
    CannotChangeAutomation,
    add_automation,
    edit_automation,
    retire_automation,
    switch_automation,
)
from siklus.desk.automations.clock import next_due
from siklus.desk.automations.dry import would_do
from siklus.desk.automations.models import Automation, Run
from siklus.desk.automations.running import MOST_AN_HOUR, run_for
from siklus.desk.automations.tasks import look
from siklus.platform.jobs.worker import Worker
from siklus.platform.journal.deliver import deliver_due
from siklus.platform.journal.models import Delivery, Entry
from siklus.platform.webhooks.actions import add_endpoint
from siklus.platform.webhooks.models import Message
from siklus.records.activities.actions import log_activity
from siklus.records.activities.models import Activity
from siklus.records.deals.actions import assign_deal, edit_deal, move_deal, win_deal
from siklus.records.deals.gates import GateClosed, close_for_good, gate
from siklus.records.deals.models import Deal
from siklus.records.deals.steps import forget_step, step


def task(subject: str = "Hand over to customer success", **values: str) -> dict[str, Any]:
    return {
        "step": "activity",
        "values": {"kind": "task", "subject": subject, "who": "owner", "days": "2", **values},
    }


def set_source(value: str) -> dict[str, Any]:
    return {"step": "set_field", "values": {"field": "source", "value": value}}


def automation(world: World, *steps: dict[str, Any], on: bool = True, **values: Any) -> Automation:
    values = {"name": "Hand over", "when": "fact", "fact": "deal.won", **values}
    return add_automation(steps=list(steps) or [task()], is_on=on, by=world.agus, at=timezone.now(), **values)


def work_off() -> None:
    """What the worker does with the journal, until nothing follows any more."""
    while deliver_due(timezone.now()):
        pass


def the_run(**where: Any) -> Run:
    return Run.objects.get(**where)


def test_a_won_deal_gives_its_owner_a_task_that_nobody_planned_by_hand(world: World):
    automation(world)
    deal = world.deal()
    win_deal(deal=deal, by=world.rani, at=day(2))
    work_off()
    activity = Activity.objects.get(deal=deal)
    assert (activity.subject, activity.owner, activity.kind) == (
        "Hand over to customer success",
        world.rani,
        "task",
    )
    planned = Entry.objects.get(name="activity.planned")
    assert (planned.channel, planned.by_id) == ("auto", None)
    run = the_run()
    assert (run.state, run.deal_id, run.entry_id) == ("done", deal.pk, Entry.objects.get(name="deal.won").pk)
    assert [(one["ok"], one["said"]) for one in run.results] == [
        (True, "plan “Hand over to customer success” (Task) for its owner, due in 2 days")
    ]


def test_its_condition_is_not_so_and_the_log_says_why(world: World):
    automation(world, conditions="amount=20000000..&source=Webinar")
    win_deal(deal=world.deal(amount=Decimal(30_000_000), source="Fair"), by=world.rani, at=day(2))
    work_off()
    run = the_run()
    assert (run.state, run.why) == ("not_so", "Not so: Source: Webinar")
    assert not Activity.objects.exists()


def test_a_condition_that_is_so_lets_it_through(world: World):
    automation(world, conditions="amount=20000000..&any=source:Webinar;source:Fair")
    win_deal(deal=world.deal(amount=Decimal(30_000_000), source="Fair"), by=world.rani, at=day(2))
    work_off()
    assert the_run().state == "done"


def test_told_twice_it_does_once(world: World):
    automation(world)
    win_deal(deal=world.deal(), by=world.rani, at=day(2))
    work_off()
    Delivery.objects.filter(reaction="automations.hear").update(state="pending", due_at=timezone.now())
    work_off()
    assert (Run.objects.count(), Activity.objects.count()) == (1, 1)


def test_a_step_that_is_refused_leaves_nothing_half_done(world: World):
    @gate("demo")
    def closed(deal: Deal, stage: Any) -> None:
        raise GateClosed("A demo needs an agenda.")

    try:
        move = {"step": "move", "values": {"stage": str(world.stage("demo").pk)}}
        automation(world, task(), move, fact="deal.assigned")
        deal = world.deal()
        assign_deal(deal=deal, owner=world.budi, by=world.rani, at=day(2))
        before = Entry.objects.count()
        work_off()
    finally:
        close_for_good(closed)
    run = the_run()
    assert (run.state, run.why) == ("failed", "A demo needs an agenda.")
    assert [(one["ok"], one["error"]) for one in run.results] == [
        (False, ""),
        (False, "A demo needs an agenda."),
    ]
    assert not Activity.objects.exists()
    assert Entry.objects.count() == before


def test_an_automation_that_would_start_itself_is_stopped_and_its_owner_told(world: World, mailoutbox):
    automation(world, {"step": "assign", "values": {"who": str(world.budi.pk)}}, set_source("Round"), name="Round",
               fact="deal.edited")  # fmt: skip
    edit_deal(deal=world.deal(), source="Fair", by=world.rani, at=day(2))
    work_off()
    assert list(Run.objects.order_by("id").values_list("state", flat=True)) == ["done", "stopped"]
    assert "would start it again" in the_run(state="stopped").why
    Worker().drain()
    assert [(mail.to, "Round" in mail.subject) for mail in mailoutbox] == [(["agus@nusa.test"], True)]


def test_two_automations_that_call_each_other_are_stopped(world: World):
    automation(world, set_source("Tick"), name="Tick", fact="deal.assigned")
    automation(
        world, {"step": "assign", "values": {"who": str(world.budi.pk)}}, name="Tock", fact="deal.edited"
    )
    assign_deal(deal=world.deal(), owner=world.bram, by=world.rani, at=day(2))
    work_off()
    assert [(run.automation.name, run.state, len(run.chain)) for run in Run.objects.order_by("id")] == [
        ("Tick", "done", 0), ("Tock", "done", 1), ("Tick", "stopped", 2),
    ]  # fmt: skip


def test_the_fourth_of_a_row_is_stopped(world: World):
    kinds = ["research", "contact", "demo", "objections"]
    for number, kind in enumerate(kinds):
        before = (
            f"stage={world.stage(kinds[number - 1]).pk}"
            if number
            else f"stage={world.stage('prospecting').pk}"
        )
        move = {"step": "move", "values": {"stage": str(world.stage(kind).pk)}}
        fact = "deal.moved" if number else "deal.edited"
        automation(world, move, name=f"{9 - number} to {kind}", fact=fact, conditions=before)
    deal = world.deal()
    edit_deal(deal=deal, source="Fair", by=world.rani, at=day(2))
    work_off()
    deal.refresh_from_db()
    assert deal.stage == world.stage("demo")
    assert the_run(state="stopped").why == "Stopped: 3 automations followed from one another already."


def test_more_than_ten_runs_an_hour_for_one_deal_are_stopped(world: World):
    one = automation(world, set_source("Fair"), fact="deal.edited")
    deal, at = world.deal(), timezone.now()
    for number in range(MOST_AN_HOUR + 1):
        run_for(one, deal.pk, key=f"try {number}", at=at)
    assert Run.objects.filter(state="done").count() == MOST_AN_HOUR
    assert "10 times for this deal within an hour" in the_run(state="stopped").why


def everything() -> dict[str, list[Any]]:
    return {str(model): list(model.objects.order_by("pk").values_list()) for model in apps.get_models()}


def test_a_dry_run_tells_what_would_have_been_done_and_changes_nothing(world: World):
    one = automation(world, on=False, conditions="amount=20000000..")
    big, small = world.deal(amount=Decimal(30_000_000)), world.deal("Toko Senja", amount=Decimal(1_000_000))
    early = world.deal("Kopi Tua", amount=Decimal(50_000_000))
    for deal, at in ((early, day(2)), (big, day(20)), (small, day(21))):
        win_deal(deal=deal, by=world.rani, at=at)
    before = everything()
    found = would_do(one, day(10), day(30), day(30), world.agus)
    assert [(would.deal.name, would.at) for would in found.taken] == [(big.name, day(20))]
    assert [(would.deal.name, would.why_not[:6]) for would in found.left] == [("Toko Senja", "Amount")]
    assert found.steps == ["plan “Hand over to customer success” (Task) for its owner, due in 2 days"]
    assert everything() == before


def test_a_deal_that_falls_silent_is_taken_once_and_again_when_it_fell_silent_again(world: World):
    now = datetime(2026, 6, 1, 3, 0, tzinfo=UTC)
    quiet, old = world.deal("Bank Nusa"), world.deal("Toko Senja")
    for deal, at in ((quiet, now - timedelta(days=10)), (old, now - timedelta(days=40))):
        log_activity(kind="call", subject="Called", deal=deal, by=world.rani, at=at)
    one = automation(
        world, task("Call them"), name="Silent", when="true", fact="", conditions="touched=!last_14_days"
    )

    def look_at(moment: datetime) -> None:
        Automation.objects.update(due_at=moment)
        look(moment)
        Worker().drain()

    look_at(now)  # Toko Senja is silent already: that is no news
    look_at(now + timedelta(days=1))
    assert not Run.objects.exists()
    look_at(now + timedelta(days=6))
    look_at(now + timedelta(days=7))
    assert [run.deal_id for run in Run.objects.all()] == [quiet.pk]
    log_activity(kind="call", subject="Called", deal=quiet, by=world.rani, at=now + timedelta(days=8))
    look_at(now + timedelta(days=9))
    look_at(now + timedelta(days=30))
    assert [run.deal_id for run in Run.objects.all()] == [quiet.pk, quiet.pk]
    assert Activity.objects.filter(subject="Call them", deal=quiet).count() == 2
    assert one.due_at is not None


def test_at_its_hour_it_takes_every_open_deal_that_matches_once(world: World):
    one = automation(
        world, set_source("Swept"), when="weekly", fact="", weekday=0, hour=8, conditions="amount=10000000.."
    )
    big, small, won = (
        world.deal(amount=Decimal(20_000_000)),
        world.deal(amount=Decimal(5)),
        world.deal(amount=Decimal(20_000_000)),
    )
    win_deal(deal=won, by=world.rani, at=day(2))
    monday = datetime(2030, 6, 3, 1, 0, tzinfo=UTC)  # eight in the morning in Jakarta
    Automation.objects.update(due_at=monday)
    assert (look(monday - timedelta(minutes=1)), look(monday), look(monday)) == (0, 1, 0)
    Worker().drain()
    one.refresh_from_db()
    assert one.due_at == monday + timedelta(days=7)
    assert list(Deal.objects.filter(source="Swept").values_list("pk", flat=True)) == [big.pk]
    assert Run.objects.count() == 1 and small.source == ""


@given(
    st.datetimes(datetime(2024, 1, 1), datetime(2032, 1, 1), timezones=st.just(UTC)),
    st.integers(0, 23),
    st.integers(0, 6),
    st.sampled_from(["Asia/Jakarta", "Europe/Berlin", "America/New_York", "UTC"]),
)
def test_the_next_hour_is_ahead_and_within_its_week(after: datetime, hour: int, weekday: int, zone: str):
    here = ZoneInfo(zone)
    daily, weekly = (
        next_due(Automation(when=when, hour=hour, weekday=weekday), after, here)
        for when in ("daily", "weekly")
    )
    assert after < daily <= after + timedelta(days=1, hours=1)
    assert after < weekly <= after + timedelta(days=7, hours=1)
    assert weekly.astimezone(here).weekday() == weekday


def test_it_sees_no_more_than_its_owner_and_nothing_when_they_left(world: World):
    one = automation(world)
    world.agus.is_active = False
    world.agus.save()
    win_deal(deal=world.deal(), by=world.rani, at=day(2))
    work_off()
    assert (the_run().state, the_run().automation) == ("failed", one)
    assert "does not work here any more" in the_run().why


def test_switched_off_or_retired_it_hears_nothing(world: World):
    first, second = automation(world), automation(world, name="Second")
    switch_automation(automation=first, on=False, by=world.agus, at=timezone.now())
    retire_automation(automation=second, by=world.agus, at=timezone.now())
    win_deal(deal=world.deal(), by=world.rani, at=day(2))
    assert not Delivery.objects.filter(reaction="automations.hear").exists()


def test_an_import_starts_nothing(world: World):
    from siklus.platform.journal.record import through

    automation(world, fact="deal.created")
    with through("import"):
        world.deal()
    work_off()
    assert not Run.objects.exists()


def test_it_writes_to_a_person_and_tells_a_webhook(world: World, mailoutbox):
    endpoint, _secret = add_endpoint(
        url="https://hooks.nusa.test/", facts=["deal.lost"], by=world.agus, at=day(1)
    )
    automation(
        world,
        {"step": "notify", "values": {"who": str(world.dewi.pk), "text": "A new customer"}},
        {"step": "webhook", "values": {"endpoint": str(endpoint.pk)}},
    )
    win_deal(deal=world.deal(), by=world.rani, at=day(2))
    work_off()
    message = Message.objects.get()
    assert (message.type, message.endpoint) == ("deal.signalled", endpoint)
    Worker().drain()
    assert [(mail.to, "A new customer" in mail.body) for mail in mailoutbox] == [(["dewi@nusa.test"], True)]


def test_another_room_can_offer_a_step(world: World):
    enrolled = []

    @step("tests.enrol", label="enrol", settings=(), said=lambda said: "enrol in a sequence")
    def enrol(deal: Deal, values: Any, occasion: Any) -> None:
        enrolled.append((deal.pk, occasion.automation))

    try:
        automation(world, {"step": "tests.enrol", "values": {}}, fact="deal.moved")
        deal = world.deal()
        move_deal(deal=deal, stage=world.stage("contact"), by=world.rani, at=day(2))
        work_off()
    finally:
        forget_step("tests.enrol")
    assert enrolled == [(deal.pk, "Hand over")]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": " "}, "name"), ({"fact": "deal.sung"}, "fact"), ({"when": "never"}, "when"), ({"hour": 24}, "hour"),
        ({"conditions": "colour=red"}, "conditions"), ({"conditions": "amount=much"}, "conditions"),
        ({"when": "true", "conditions": ""}, "conditions"), ({"steps": []}, "steps"),
        ({"steps": [{"step": "sing", "values": {}}]}, "steps"), ({"steps": [task(subject="")]}, "steps"),
        ({"steps": [task(days="soon")]}, "steps"), ({"steps": [task(who="99999")]}, "steps"),
        ({"steps": [task()] * 11}, "steps"),
    ],
)  # fmt: skip
def test_what_means_nothing_is_refused_beside_its_field(world: World, values: dict[str, Any], field: str):
    with pytest.raises(CannotChangeAutomation) as refusal:
        add_automation(
            **{"name": "x", "when": "fact", "fact": "deal.won", "steps": [task()], **values},
            by=world.agus,
            at=day(1),
        )
    assert refusal.value.field == field
    assert not Automation.objects.exists()


def test_a_seller_cannot_own_an_automation(world: World):
    one = automation(world)
    with pytest.raises(CannotChangeAutomation, match="operations"):
        edit_automation(automation=one, owner=world.rani, by=world.agus, at=day(2))
