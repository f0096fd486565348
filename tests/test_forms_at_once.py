"""Strangers who send at the same moment: one company comes of one name, and a page that is sent twice makes one lead."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, connections

from siklus.cycle.prospecting.actions import Visit, add_form, submit_form
from siklus.records.companies.models import Company
from siklus.records.contacts.models import Contact
from siklus.records.deals.models import Deal
from tests.world import build_world, day

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
AT_ONCE = 8


@pytest.fixture
def form():
    if connection.vendor != "postgresql":
        pytest.skip("SQLite lets one writer in at a time")
    world = build_world()
    keys = ("contact.name", "contact.email", "company.name")
    fields = [{"key": key, "required": True} for key in keys]
    return add_form(name="Demo", fields=fields, by=world.agus, at=day(0))


def send_at_once(form, marks: list[str]) -> None:
    gate = Barrier(len(marks))

    def send(mark: str) -> None:
        try:
            gate.wait(10)
            given = {
                "contact.name": ["Sinta"],
                "contact.email": ["sinta@kopi.example"],
                "company.name": ["PT Kopi Senja"],
            }
            submit_form(form=form, given=given, consented=False, mark=mark, visit=Visit(), at=day(1))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(marks)) as pool:
        list(pool.map(send, marks))


def test_one_company_and_one_contact_come_of_many_who_send_at_once(form):
    send_at_once(form, [f"m{number}" for number in range(AT_ONCE)])
    assert (Company.objects.count(), Contact.objects.count(), Deal.objects.count()) == (1, 1, AT_ONCE)


def test_a_page_sent_many_times_at_once_makes_one_lead(form):
    send_at_once(form, ["same"] * AT_ONCE)
    assert Deal.objects.count() == 1
