"""Two people merge the same record at the same moment: one wins, the other one is told."""

import threading
from typing import Any

import pytest
from django.db import connection, connections, transaction

from siklus.records.companies.actions import add_company
from siklus.records.companies.merging import merge_companies
from siklus.records.contacts.actions import add_contact
from siklus.records.contacts.merging import merge_contacts
from siklus.records.deals.actions import merge_deals, unmerge_deals
from siklus.records.deals.invariants import check_all
from siklus.records.fields.merging import CannotMerge
from siklus.records.fields.models import Merge
from tests.world import World, build_world, day


@pytest.fixture
def both(transactional_db: None) -> World:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time")
    return build_world()


def at_once(*acts: Any) -> list[str]:
    """Run the acts in threads that start together and stay in their transaction for a while; what each was told."""
    gate, told = threading.Barrier(len(acts)), [""] * len(acts)

    def run(place: int, act: Any) -> None:
        try:
            gate.wait(10)
            with transaction.atomic():
                act()
                threading.Event().wait(0.3)
            told[place] = "done"
        except CannotMerge as refusal:
            told[place] = refusal.message
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(place, act)) for place, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return sorted(told)


MAKE: dict[str, Any] = {
    "company": lambda world, name: add_company(name=name, by=world.ada, at=day(1)),
    "contact": lambda world, name: add_contact(name=name, by=world.ada, at=day(1)),
    "deal": lambda world, name: world.deal(name),
}
MERGE: dict[str, Any] = {"company": merge_companies, "contact": merge_contacts, "deal": merge_deals}


@pytest.mark.postgres
@pytest.mark.parametrize("kind", sorted(MERGE))
def test_a_record_goes_into_one_survivor_only(both: World, kind: str):
    a, b, twin = (MAKE[kind](both, name) for name in ("A", "B", "Twin"))
    told = at_once(
        lambda: MERGE[kind](kept=a, other=twin, by=both.ada, at=day(2)),
        lambda: MERGE[kind](kept=b, other=twin, by=both.ada, at=day(2)),
    )
    assert told == ["Twin was merged into another record already.", "done"]
    assert Merge.objects.count() == 1
    assert [row.first for row in check_all() if row.wrong] == []


@pytest.mark.postgres
@pytest.mark.parametrize("kind", sorted(MERGE))
def test_two_records_do_not_swallow_one_another(both: World, kind: str):
    a, b = (MAKE[kind](both, name) for name in "AB")
    told = at_once(
        lambda: MERGE[kind](kept=a, other=b, by=both.ada, at=day(2)),
        lambda: MERGE[kind](kept=b, other=a, by=both.ada, at=day(2)),
    )
    assert told[1] == "done"
    assert told[0] in {f"{name} was merged into another record already." for name in "AB"}
    assert Merge.objects.count() == 1
    assert [row.first for row in check_all() if row.wrong] == []


@pytest.mark.postgres
def test_an_un_merge_happens_once(both: World):
    a, b = both.deal("A"), both.deal("B")
    merge_deals(kept=a, other=b, by=both.ada, at=day(2))
    take_out = {"kept": a, "other_id": b.pk, "by": both.ada, "at": day(3)}
    assert at_once(*[lambda: unmerge_deals(**take_out)] * 2) == ["These two were not merged.", "done"]
    assert [row.first for row in check_all() if row.wrong] == []
