"""A report as it was known at a moment: what was corrected since counts as it stood before."""

import json
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone
from tests.world import World, day

from siklus.config.command import main
from siklus.insight.reports import Question, kpi_report
from siklus.records.deals.actions import (
    edit_deal,
    lose_deal,
    move_deal,
    qualify_deal,
    reopen_deal,
    take_back_move,
    win_deal,
)
from siklus.records.deals.models import Deal


def figures(moment: datetime, known_at: datetime | None = None) -> dict[str, Any]:
    return {
        name: (kpi.value, kpi.n)
        for name, kpi in kpi_report(Question(as_of=moment, known_at=known_at)).items()
    }


def printed(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    main(["report", "kpis", "--format", "json", *words])
    return {row["name"]: (row["value"], row["n"]) for row in json.loads(capsys.readouterr().out)}


def test_a_correction_of_the_past_does_not_show_in_what_was_known_before_it(world: World, capsys):
    won = world.deal("Won", amount=Decimal(1000), qualified=True)
    win_deal(deal=won, by=world.rani, at=day(9))
    waits = world.deal("Open", amount=Decimal(500), qualified=True)
    edit_deal(deal=waits, by=world.rani, at=day(10), amount=Decimal(700))
    told, known = figures(day(8)), timezone.now()
    edit_deal(deal=waits, by=world.rani, at=day(5), amount=Decimal(650))
    late = world.deal("Learned late", amount=Decimal(90), qualified=True, at=day(2))
    lose_deal(deal=late, reason=world.too_expensive, by=world.rani, at=day(3))
    assert figures(day(8)) != told
    assert figures(day(8), known) == told
    now, then = (
        printed(capsys, "--as-of", "2026-03-09"),
        printed(capsys, "--as-of", "2026-03-09", "--known-at", known.isoformat()),
    )
    assert (now["open_pipeline"], then["open_pipeline"]) == ((1650, 2), (1500, 2))
    assert (now["win_rate"][1], then["win_rate"][1]) == (1, 0)


def test_what_is_known_now_is_what_a_report_without_the_moment_says(world: World):
    deal = world.deal(amount=Decimal(10), qualified=True)
    win_deal(deal=deal, by=world.rani, at=day(4))
    lead = world.deal("A lead")
    move_deal(deal=lead, stage=world.stage("demo"), by=world.rani, at=day(5))
    for moment in (day(3), day(6)):
        assert figures(moment, timezone.now()) == figures(moment)


def test_a_win_that_was_closed_anew_later_stood_at_its_first_end(world: World):
    deal = world.deal(amount=Decimal(10), qualified=True)
    win_deal(deal=deal, by=world.rani, at=day(4))
    told, known = figures(day(5)), timezone.now()
    reopen_deal(deal=deal, by=world.rani, at=day(4.5))
    win_deal(deal=deal, by=world.rani, at=day(4.8), amount=Decimal(12))
    assert figures(day(5)) != told
    assert figures(day(5), known) == told


def test_a_qualification_learned_or_taken_back_later_was_not_known(world: World):
    lead, other = world.deal("Late", amount=Decimal(7)), world.deal("Taken back")
    moved = move_deal(deal=other, stage=world.stage("demo"), by=world.rani, at=day(2))
    told, known = figures(day(5)), timezone.now()
    qualify_deal(deal=lead, by=world.rani, at=day(3))
    take_back_move(
        deal=moved, stage=world.stage("prospecting"), by=world.rani, at=day(4), expected_version=moved.version
    )
    assert [one.is_lead for one in Deal.objects.order_by("name")] == [False, True]
    assert figures(day(5), known) == told
    assert figures(day(5)) != told


def test_a_moment_is_a_day_or_a_time_where_the_installation_is(world: World, capsys):
    world.deal(amount=Decimal(10), qualified=True, at=day(1))
    assert printed(capsys, "--known-at", "2026-03-05")["open_pipeline"][1] == 0
    assert printed(capsys, "--known-at", "2099-01-01T08:00")["open_pipeline"][1] == 1
    with pytest.raises(SystemExit):
        main(["report", "kpis", "--known-at", "yesterday"])
