"""Whatever points to a record follows it into another one, and comes back."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from siklus.platform.files.actions import attach_file
from siklus.records.activities.actions import finish_activity, log_activity, plan_activity
from siklus.records.companies.actions import add_company, tag_company
from siklus.records.companies.merging import merge_companies, unmerge_companies
from siklus.records.companies.models import Company
from siklus.records.contacts.actions import add_contact, tag_contact, take_position
from siklus.records.contacts.merging import merge_contacts, unmerge_contacts
from siklus.records.deals.actions import (
    add_person,
    create_deal,
    lose_deal,
    merge_deals,
    set_product,
    tag_deal,
    unmerge_deals,
    win_deal,
)
from siklus.records.deals.actions.merge import STAYS
from siklus.records.deals.history import as_of
from siklus.records.deals.invariants import check_all
from siklus.records.deals.models import Deal
from siklus.records.fields.actions import add_field
from siklus.records.fields.merging import BY_KIND, relations_to
from siklus.records.fields.record import Refused
from siklus.records.products.actions import add_product
from tests.test_merging_schema import RECORDS, ours
from tests.world import World, day

MERGE: dict[str, Any] = {"company": merge_companies, "contact": merge_contacts, "deal": merge_deals}
UNMERGE: dict[str, Any] = {
    "company": unmerge_companies, "contact": unmerge_contacts, "deal": unmerge_deals,
}  # fmt: skip

# Any small world


index = st.integers(0, 3)
child = st.one_of(
    st.tuples(st.just("activity"), st.sampled_from(sorted(RECORDS)), index, st.booleans()),
    st.tuples(st.just("tag"), st.sampled_from(sorted(RECORDS)), index, st.sampled_from(("hot", "cold"))),
    st.tuples(st.just("file"), st.sampled_from(sorted(RECORDS)), index, st.just(0)),
    st.tuples(st.just("person"), st.just("deal"), index, index),
    st.tuples(st.just("product"), st.just("deal"), index, st.integers(0, 1)),
    st.tuples(st.just("position"), st.just("contact"), index, index),
    st.tuples(st.just("grow"), st.just("deal"), index, index),
    st.tuples(st.just("parent"), st.just("company"), index, index),
    st.tuples(st.just("end"), st.just("deal"), index, st.sampled_from(("won", "lost"))),
)
worlds = st.fixed_dictionaries(
    {
        "companies": st.lists(st.tuples(st.sampled_from(("", "Jakarta", "Medan")), st.sampled_from(("", "a", "b"))),
                              min_size=4, max_size=4),
        "contacts": st.lists(
            st.tuples(st.lists(st.sampled_from(("x@a.id", "y@a.id", "z@a.id")), max_size=2), st.integers(0, 4)),
            min_size=4, max_size=4,
        ),
        "deals": st.lists(
            st.tuples(st.one_of(st.none(), st.integers(0, 9)), st.booleans(), st.integers(0, 4),
                      st.sampled_from(("rani", "budi", ""))), min_size=4, max_size=4,
        ),
        "children": st.lists(child, max_size=12),
    }
)  # fmt: skip


def build(world: World, plan: dict[str, Any]) -> dict[str, list[Any]]:
    by = world.ada
    made: dict[str, list[Any]] = {"company": [], "contact": [], "deal": []}
    for number, (city, own) in enumerate(plan["companies"]):
        custom = {"custom": {"segment": own}} if own else {}
        made["company"].append(add_company(name=f"C{number}", city=city, by=by, at=day(1), **custom))
    companies = [*made["company"], None]
    for number, (emails, place) in enumerate(plan["contacts"]):
        one = add_contact(name=f"P{number}", emails=emails, company=companies[place], by=by, at=day(1))
        made["contact"].append(one)
    for number, (amount, qualified, place, owner) in enumerate(plan["deals"]):
        made["deal"].append(
            create_deal(
                name=f"D{number}", amount=None if amount is None else Decimal(amount), qualified=qualified,
                company=companies[place], contact=[*made["contact"], None][place],
                owner=getattr(world, owner) if owner else None, by=by, at=day(1),
            )
        )  # fmt: skip
    for what, kind, place, value in plan["children"]:
        with_refusals(world, made, what, kind, made[kind][place], value)
    return made


def with_refusals(
    world: World, made: dict[str, list[Any]], what: str, kind: str, one: Any, value: Any
) -> None:
    by, at = world.ada, day(2)
    try:
        if what == "activity":
            act = log_activity if value else plan_activity
            due = {} if value else {"due_at": day(4)}
            activity = act(kind="call", subject="Call", by=by, at=at, **{kind: one}, **due)
            if not value and one.pk % 2:
                finish_activity(activity=activity, by=by, at=at)
        elif what == "tag":
            tag = {"company": tag_company, "contact": tag_contact, "deal": tag_deal}[kind]
            tag(**{kind: one}, tags=[value], by=by, at=at)
        elif what == "file":
            attach_file(
                kind=kind,
                object_id=one.pk,
                name="a.txt",
                chunks=[b"a"],
                content_type="text/plain",
                by=by,
                at=at,
            )
        elif what == "person":
            add_person(deal=one, contact=made["contact"][value], part="user", by=by, at=at)
        elif what == "product":
            set_product(deal=one, product=world.products[value], by=by, at=at)  # type: ignore[attr-defined]
        elif what == "position":
            take_position(contact=one, company=made["company"][value], by=by, at=at)
        elif what == "grow" and one.pk != made["deal"][value].pk:
            Deal.objects.filter(pk=one.pk).update(grew_from=made["deal"][value])
        elif what == "parent" and one.pk != made["company"][value].pk:
            Company.objects.filter(pk=one.pk).update(parent=made["company"][value])
        elif what == "end" and value == "won":
            win_deal(deal=one, by=by, at=at)
        elif what == "end":
            lose_deal(deal=one, reason=world.too_expensive, by=by, at=at)
    except Refused:
        pass


UNLIKE = {"version", "updated_at"}  # an ETag is never used twice


def contents() -> dict[str, Any]:
    """Every row of every table of ours but the journal and the trail; documents without their place in the index."""
    found: dict[str, Any] = {}
    for model in ours():
        if model._meta.app_label == "journal" or model._meta.label == "fields.Merge":
            continue
        columns = [field.attname for field in model._meta.concrete_fields if field.name not in UNLIKE]
        if model._meta.label == "search.Document":
            columns.remove("id")
        found[model._meta.label] = sorted(map(repr, model._base_manager.values_list(*columns)))
    return found


def children(kind: str, *ids: int) -> dict[str, int]:
    """How many rows of each table point to these records."""
    model = RECORDS[kind]
    counts = {
        f"{child._meta.label}.{column}": child._base_manager.filter(**{f"{column}__in": ids}).count()
        for child, column in relations_to(model)
        if child is not model and f"{child._meta.label}.{column}" not in STAYS
    }
    for child in BY_KIND:
        counts[child._meta.label] = child._base_manager.filter(kind=kind, object_id__in=ids).count()
    return counts


def totals() -> tuple[int, Decimal]:
    rows = list(as_of(day(50)))
    return len(rows), sum((row.amount_base for row in rows), Decimal(0))


@pytest.fixture
def furnished(world: World) -> World:
    add_field(record_kind="company", label="Segment", kind="text", by=world.ada, at=day(0))
    world.products = [  # type: ignore[attr-defined]
        add_product(name=name, price=Decimal(5), by=world.ada, at=day(0)) for name in ("Kasir", "Gudang")
    ]
    return world


each = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
pair = st.tuples(st.sampled_from(sorted(RECORDS)), index, index, st.booleans())


@each
@given(plan=worlds, chosen=pair)
def test_un_merging_restores_every_row_of_every_table(furnished: World, plan, chosen):
    kind, a, b, everything = chosen
    with transaction.atomic():
        made = build(furnished, plan)
        kept, other = made[kind][a], made[kind][b]
        before, sums = contents(), totals()
        hangs = children(kind, kept.pk, other.pk)
        names = {
            "company": ["name", "city"],
            "contact": ["name", "email"],
            "deal": ["name", "amount", "owner"],
        }
        take = names[kind] if everything else None
        try:
            with transaction.atomic():
                MERGE[kind](kept=kept, other=other, by=furnished.ada, at=day(5), take=take)
        except Refused:
            assert contents() == before, "a refusal changes nothing"
        else:
            assert children(kind, kept.pk, other.pk) == hangs, "no child is lost"
            assert [row.first for row in check_all() if row.wrong] == []
            count, _sum = totals()
            assert count == sums[0] - (kind == "deal")
            if kind != "deal":
                assert totals() == sums
            UNMERGE[kind](kept=kept, other_id=other.pk, by=furnished.ada, at=day(6))
            assert contents() == before
            assert totals() == sums
            assert [row.first for row in check_all() if row.wrong] == []
        transaction.set_rollback(True)


@each
@given(plan=worlds, kind=st.sampled_from(sorted(RECORDS)), steps=st.lists(st.tuples(index, index), min_size=2, max_size=4),
       order=st.randoms(use_true_random=False))  # fmt: skip
def test_merges_that_follow_one_another_are_taken_back_in_any_order_that_is_let(
    furnished: World, plan, kind, steps, order
):
    with transaction.atomic():
        made = build(furnished, plan)
        before = contents()
        standing: list[tuple[Any, Any]] = []
        for number, (a, b) in enumerate(steps):
            kept, other = made[kind][a], made[kind][b]
            try:
                with transaction.atomic():
                    MERGE[kind](kept=kept, other=other, by=furnished.ada, at=day(5 + number), take=["name"])
                standing.append((kept, other))
            except Refused:
                pass
        while standing:
            kept, other = one = order.choice(standing)
            is_inside = any(kept == gone for _kept, gone in standing)
            try:
                with transaction.atomic():
                    UNMERGE[kind](kept=kept, other_id=other.pk, by=furnished.ada, at=day(20))
                standing.remove(one)
                assert not is_inside
            except Refused:
                assert is_inside, "only what was itself merged away has to wait"
        assert contents() == before
        assert [row.first for row in check_all() if row.wrong] == []
        transaction.set_rollback(True)
