from collections import defaultdict
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.db.utils import Error
from tests.world import World, day

from siklus.platform.journal import reactions
from siklus.platform.journal.deliver import ATTEMPTS, LEASE, claim, deliver_due
from siklus.platform.journal.facts import all_facts, json_schema
from siklus.platform.journal.models import AppendOnly, Delivery, Entry
from siklus.platform.journal.queries import timeline
from siklus.platform.journal.record import OutsideTransaction, record, through
from siklus.records.companies.actions import add_company
from siklus.records.companies.facts import CompanyAdded
from siklus.records.deals.actions import move_deal


@pytest.fixture
def told(monkeypatch):
    """The only reaction there is; it keeps what it was told and fails while `told.broken`."""
    monkeypatch.setattr(reactions, "_keys", defaultdict(list))

    class Told(list):
        broken = False

    heard = Told()

    @reactions.react("company.added", key="test.listener")
    def listen(entry):
        if heard.broken:
            raise ConnectionError("nobody answers")
        heard.append(entry.about_id)

    yield heard
    reactions.unregister("test.listener")


@pytest.mark.django_db(transaction=True)
def test_a_fact_outside_a_transaction_is_refused():
    with pytest.raises(OutsideTransaction):
        record(CompanyAdded(company=1, title="X"), by=None, at=day(0))
    assert Entry.objects.count() == 0


def test_entries_are_never_changed_or_deleted(world: World):
    entry = Entry.objects.first()
    entry.name = "other"
    with pytest.raises(AppendOnly):
        entry.save()
    with pytest.raises(AppendOnly):
        entry.delete()
    with pytest.raises(AppendOnly):
        Entry.objects.all().delete()
    with pytest.raises(AppendOnly):
        Entry.objects.update(name="other")


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="the trigger is PostgreSQL's")
def test_the_database_itself_refuses_too(world: World):
    for statement in ("UPDATE journal_entry SET name = 'x'", "DELETE FROM journal_entry"):
        with pytest.raises(Error, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_a_companys_timeline_shows_its_deals(world: World):
    company = add_company(name="Bank Nusa", by=world.rani, at=day(1))
    deal = world.deal(company=company, at=day(2))
    move_deal(deal=deal, stage=world.stage("research"), by=world.rani, at=day(3))
    lines = timeline("company", company.pk)
    assert [line.entry.name for line in lines] == ["deal.moved", "deal.created", "company.added"]
    assert lines[0].sentence == "moved the deal from Prospek to Riset"
    older = timeline("company", company.pk, before=(lines[0].entry.happened_at, lines[0].entry.pk), limit=1)
    assert [line.entry.name for line in older] == ["deal.created"]


def test_a_reaction_is_told_once_and_only_after_its_own_success(world: World, told):
    told.broken = True
    company = add_company(name="Bank Nusa", by=world.rani, at=day(1))
    now = Delivery.objects.get().due_at
    assert deliver_due(now) == 1
    waiting = Delivery.objects.get()
    assert (waiting.state, waiting.attempts, waiting.error) == (
        "pending",
        1,
        "ConnectionError: nobody answers",
    )
    told.broken = False
    assert deliver_due(now) == 0
    assert deliver_due(waiting.due_at) == 1
    assert deliver_due(waiting.due_at + timedelta(days=1)) == 0
    assert told == [company.pk]


def test_a_delivery_whose_worker_died_is_taken_up_again(world: World, told):
    add_company(name="Bank Nusa", by=world.rani, at=day(1))
    now = Delivery.objects.get().due_at
    assert claim(now) is not None
    assert claim(now) is None
    assert deliver_due(now + LEASE) == 1
    assert len(told) == 1


def test_a_reaction_that_always_fails_is_given_up_with_its_error(world: World, told):
    told.broken = True
    add_company(name="Bank Nusa", by=world.rani, at=day(1))
    for _ in range(ATTEMPTS + 3):
        deliver_due(Delivery.objects.get().due_at)
    failed = Delivery.objects.get()
    assert (failed.state, failed.attempts) == ("failed", ATTEMPTS)


def test_imported_history_tells_nobody(world: World, told):
    with through("import", batch=7, quiet=True):
        add_company(name="Bank Nusa", by=world.rani, at=day(1))
    entry = Entry.objects.get(name="company.added")
    assert (entry.channel, entry.batch, Delivery.objects.count()) == ("import", 7, 0)


def test_every_fact_says_itself_and_its_shape():
    for name, fact in all_facts().items():
        assert fact.name == name
        assert str(fact.sentence)
        schema = json_schema(fact)
        assert fact.about in schema["properties"]
        missing = set(fact.personal) - schema["properties"].keys()
        assert not missing, f"{name}: {missing} are no fields"
