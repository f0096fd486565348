"""Several people book one host at the same moment: one of them gets the time."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection, connections

from siklus.cycle.demos.actions import HostIsBusy, add_demo_type, book_demo
from siklus.cycle.demos.models import Demo
from siklus.records.activities.models import Activity
from tests.world import build_world, day

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
AT_ONCE = 8


def test_of_eight_bookings_at_once_one_gets_the_time():
    if connection.vendor != "postgresql":
        pytest.skip("SQLite lets one writer in at a time")
    world = build_world()
    kind = add_demo_type(name_en="Demo", minutes=60, by=world.agus, at=day(0))
    deals = [world.deal(f"Deal {number}") for number in range(AT_ONCE)]
    gate = Barrier(AT_ONCE)

    def book(number: int) -> bool:
        try:
            gate.wait(10)
            at = day(3) + timedelta(minutes=5 * number)
            book_demo(deal=deals[number], type=kind, starts_at=at, host=world.budi, by=world.rani, at=day(1))
        except HostIsBusy:
            return False
        finally:
            connections.close_all()
        return True

    with ThreadPoolExecutor(AT_ONCE) as pool:
        got = list(pool.map(book, range(AT_ONCE)))
    assert got.count(True) == Demo.objects.count() == Activity.objects.count() == 1
