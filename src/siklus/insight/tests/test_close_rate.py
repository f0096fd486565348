"""The close rate page counts what the viewer may see, and stays silent where there is not enough."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.world import World

from siklus.analytics.rates import Rate
from siklus.insight.close_rate import close_rates_for
from siklus.insight.reports import Question
from siklus.platform.accounts.visibility import owner_ids
from siklus.records.deals.actions import lose_deal, move_deal, win_deal


@pytest.fixture
def ended(world: World) -> World:
    """Rani: two of six won, one of them only ever prospected; Budi: one of one. Two more ended long before."""
    now = timezone.now()
    for number in range(6):
        owner = world.rani
        deal = world.deal(
            f"D{number}", qualified=True, source="event", owner=owner, at=now - timedelta(days=40)
        )
        if number:
            deal = move_deal(deal=deal, stage=world.stage("demo"), by=owner, at=now - timedelta(days=30))
        if number in (1, 2):
            win_deal(deal=deal, by=owner, at=now - timedelta(days=10))
        else:
            lose_deal(deal=deal, reason=world.too_expensive, by=owner, at=now - timedelta(days=10))
    budis = world.deal("B", qualified=True, owner=world.budi, at=now - timedelta(days=40))
    win_deal(deal=budis, by=world.budi, at=now - timedelta(days=9))
    old = world.deal("Old", qualified=True, at=now - timedelta(days=150))
    win_deal(deal=old, by=world.rani, at=now - timedelta(days=120))
    return world


def asked(world: World, user) -> Question:
    today = timezone.now().date()
    return Question(
        as_of=timezone.now(), begin=today - timedelta(days=89), end=today, owner_ids=owner_ids(user),
        sees_unassigned=user.sees_unassigned,
    )  # fmt: skip


def test_the_rate_and_its_parts_are_those_of_the_viewer(ended: World):
    found = close_rates_for(asked(ended, ended.bram))
    assert (found.now, found.before) == (Rate(3, 7), Rate(1, 1))
    assert {one.label: one.rate for one in found.by_owner} == {
        "Rani Astuti": Rate(2, 6), "Budi Santoso": Rate(1, 1),
    }  # fmt: skip
    assert {one.label: one.rate for one in found.by_source} == {"event": Rate(2, 6), "not known": Rate(1, 1)}
    assert {one.label: one.rate for one in found.by_grade} == {"no grade": Rate(3, 7)}
    stages = {one.label: one.rate for one in found.by_stage}
    assert (stages["Prospecting"], stages["Demo"], stages["Closing"]) == (Rate(3, 7), Rate(2, 5), Rate(0, 0))
    assert sum(one.rate.n for one in found.months) == 7
    assert close_rates_for(asked(ended, ended.budi)).now == Rate(1, 1)


def test_the_page_says_the_rate_the_band_and_what_is_not_enough(ended: World, client: Client):
    client.force_login(ended.bram)
    text = client.get(reverse("insight:close_rate") + "?days=90").content.decode()
    assert "<b>43%</b>" in text and "3 won of 7 that ended" in text and "perhaps above" in text
    assert "not enough yet, 1 of 1" in text
    assert f"owner={ended.rani.pk}" in text
    client.force_login(ended.putri)
    assert "Nothing ended in this period" in client.get(reverse("insight:close_rate")).content.decode()
