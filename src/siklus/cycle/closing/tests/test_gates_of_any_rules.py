"""Whatever rules stand before a stage: a deal gets in exactly when all of them are met, and a refusal leaves nothing."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.world import World, day

from siklus.cycle.closing.actions import add_stage_rule
from siklus.cycle.objections.actions import add_type, raise_objection, resolve_objection
from siklus.platform.journal.models import Entry
from siklus.records.activities.actions import log_activity
from siklus.records.contacts.actions import add_contact
from siklus.records.deals.actions import add_person, edit_deal, move_deal, set_product, win_deal
from siklus.records.deals.gates import GateClosed
from siklus.records.deals.models import Deal, DealInterval
from siklus.records.products.actions import add_product

RULES = (
    ("field", "amount"), ("field", "source"), ("person", "champion"), ("product", ""), ("activity", "call"),
    ("objections", ""),
)  # fmt: skip


class _Undo(Exception):
    pass


def _meet(world: World, deal: Deal, condition: str, about: str) -> None:
    """Do what the rule asks for, by the verb that a person would use."""
    if condition == "field":
        values: dict[str, Any] = {"amount": Decimal(9)} if about == "amount" else {"source": "event"}
        edit_deal(deal=deal, by=world.rani, at=day(2), **values)
    elif condition == "person":
        contact = add_contact(name="Hendra", owner=world.rani, by=world.rani, at=day(2))
        add_person(deal=deal, contact=contact, part=about, by=world.rani, at=day(2))
    elif condition == "product":
        product = add_product(name="Kasir", price=Decimal(1), currency="IDR", by=world.agus, at=day(2))
        set_product(deal=deal, product=product, by=world.rani, at=day(2))
    elif condition == "activity":
        log_activity(kind=about, subject="Call", deal=deal, by=world.rani, at=day(2))
    else:
        resolve_objection(objection=deal.objections.get(), by=world.rani, at=day(3))


@pytest.fixture
def deal(world: World) -> Deal:
    """One with nothing on it but an open objection."""
    deal = world.deal(qualified=True)
    type_ = add_type(name_en="Price", by=world.ada, at=day(1))
    raise_objection(deal=deal, type=type_, words="Too dear", by=world.rani, at=day(1))
    return deal


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(asked=st.sets(st.sampled_from(RULES)), met=st.sets(st.sampled_from(RULES)), wins=st.booleans())
def test_a_deal_gets_in_exactly_when_every_rule_is_met(world: World, deal: Deal, asked, met, wins: bool):
    stage = world.stage("demo")
    with pytest.raises(_Undo), transaction.atomic():
        for condition, about in sorted(asked):
            add_stage_rule(
                pipeline=world.pipeline, stage=None if wins else stage, condition=condition, about=about,
                by=world.agus, at=day(1),
            )  # fmt: skip
        for condition, about in sorted(met):
            _meet(world, deal, condition, about)
        now = Deal.objects.get(pk=deal.pk)
        before = (now.version, now.stage_id, now.status, Entry.objects.count(), DealInterval.objects.count())
        refused = ""
        try:
            if wins:
                win_deal(deal=now, by=world.rani, at=day(9))
            else:
                move_deal(deal=now, stage=stage, by=world.rani, at=day(9))
        except GateClosed as closed:
            refused = str(closed)
        after = Deal.objects.get(pk=deal.pk)
        assert bool(refused) == bool(asked - met)
        if refused:
            left = (
                after.version,
                after.stage_id,
                after.status,
                Entry.objects.count(),
                DealInterval.objects.count(),
            )
            assert left == before
            assert refused.count(";") == len(asked - met) - 1  # all of what is missing, at once
        else:
            assert (after.status == "won") if wins else (after.stage_id == stage.pk)
        raise _Undo
