"""Objections, demos and quotas by the command line: the same verbs, and a refusal that changes nothing."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone
from tests.world import World, day

from siklus.config.command import main
from siklus.cycle.demos.actions import add_ready_types
from siklus.cycle.demos.models import Demo
from siklus.cycle.demos.queries import free_slots
from siklus.cycle.objections.actions import add_ready_catalogue
from siklus.cycle.objections.models import Objection
from siklus.records.quotas.models import Quota


def told(capsys, *words: str) -> str:
    main(list(words))
    return capsys.readouterr().out


def refused(capsys, *words: str) -> str:
    with pytest.raises(SystemExit):
        main(list(words))
    return capsys.readouterr().err


def test_an_objection_is_raised_answered_and_settled(world: World, capsys):
    add_ready_catalogue(by=world.agus, at=day(1))
    deal = world.deal(qualified=True)
    told(capsys, "objections", "raise", str(deal.pk), "price", "Too dear", "--by", "rani@nusa.test")
    objection = Objection.objects.get()
    assert (objection.type.kind, objection.words) == ("price", "Too dear")
    told(
        capsys,
        "objections",
        "answer",
        str(objection.pk),
        "--words",
        "Count the hours",
        "--by",
        "rani@nusa.test",
    )
    assert "resolved" in told(capsys, "objections", "settle", str(objection.pk), "resolved")
    rows = json.loads(told(capsys, "objections", "list", "--format", "json"))
    assert [(one["state"], one["words"]) for one in rows] == [("resolved", "Too dear")]
    again = refused(capsys, "objections", "answer", str(objection.pk), "--words", "Once more")
    assert "settled" in again
    assert "no type of objection" in refused(capsys, "objections", "raise", str(deal.pk), "weather", "Rain")
    assert Objection.objects.count() == 1


def test_a_demo_is_booked_at_a_free_time_and_not_at_a_taken_one(world: World, capsys):
    add_ready_types(by=world.agus, at=day(1), formats=["software"])
    deal = world.deal(qualified=True)
    now = timezone.now()
    slot = free_slots(
        world.rani, minutes=45, day=timezone.localdate(now) + timedelta(days=1), now=now, days=5
    )[0]
    words = (
        "demos",
        "book",
        str(deal.pk),
        "Software demo",
        slot.start.isoformat(),
        "--show",
        "Stock per branch",
    )
    assert "is booked" in told(capsys, *words)
    assert "siklus:" in refused(capsys, *words)
    demo = Demo.objects.get()
    assert (demo.host, demo.items.filter(part="show").get().text) == (world.rani, "Stock per branch")
    rows = json.loads(told(capsys, "demos", "slots", "rani@nusa.test", "--days", "9", "--format", "json"))
    assert slot.start.astimezone(world.rani.zone).isoformat() not in [one["starts"] for one in rows]
    told(capsys, "demos", "cancel", str(demo.pk))
    assert json.loads(told(capsys, "demos", "list", "--format", "json"))[0]["state"] == "cancelled"


def test_a_quota_is_set_listed_and_stood_against(world: World, capsys):
    words = (
        "quota",
        "set",
        "--user",
        "rani@nusa.test",
        "60000000",
        "--from",
        "2026-01-01",
        "--ramp",
        "50,75",
    )
    told(capsys, *words, "--by", "agus@nusa.test")
    quota = Quota.objects.get()
    assert (quota.user, quota.amount, quota.ramp, quota.set_by) == (
        world.rani,
        60_000_000,
        [50, 75],
        world.agus,
    )
    listed = json.loads(told(capsys, "quota", "list", "--format", "json"))
    assert listed[0]["whose"] == "rani@nusa.test"
    lines = json.loads(told(capsys, "quota", "standing", "--format", "json"))
    assert {one["name"] for one in lines} >= {"Nusa Digital", "Sales", "Rani Astuti"}
    assert "nobody has the address" in refused(
        capsys, "quota", "set", "--user", "x@y.test", "1", "--from", "2026-01-01"
    )
    assert Quota.objects.count() == 1
