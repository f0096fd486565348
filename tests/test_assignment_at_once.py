"""Leads that come at the same moment take their turns one after the other."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, connections

from siklus.cycle.prospecting.actions import add_assignment_rule, route_lead
from siklus.platform.journal.models import Entry
from siklus.records.deals.models import Deal
from tests.world import build_world, day

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
AT_ONCE = 9


def test_of_nine_leads_at_once_each_of_three_people_gets_three_and_no_lead_goes_twice():
    if connection.vendor != "postgresql":
        pytest.skip("SQLite lets one writer in at a time")
    world = build_world()
    people = [world.rani, world.budi, world.bram]
    add_assignment_rule(name="All", people=people, capacity=3, by=world.agus, at=day(0))
    leads = [world.deal(f"Lead {number}", owner=None, by=None, at=day(1)) for number in range(AT_ONCE)]
    gate = Barrier(2 * AT_ONCE)

    def give(number: int) -> None:
        try:
            gate.wait(20)
            route_lead(deal=leads[number % AT_ONCE], by=None, at=day(1.1))  # each lead is told twice
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2 * AT_ONCE) as pool:
        list(pool.map(give, range(2 * AT_ONCE)))
    assert Counter(Deal.objects.values_list("owner__name", flat=True)) == {one.name: 3 for one in people}
    assert Entry.objects.filter(name="deal.routed").count() == AT_ONCE
