"""Plans, their versions, and who is on them."""

import ast
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from tests.world import World, day

import siklus.commission
import siklus.team.incentives
from siklus.platform.journal.models import Entry
from siklus.records.fields.actions import add_field
from siklus.team.incentives.actions import (
    Share,
    add_plan,
    add_version,
    clone_plan,
    end_assignment,
    put_on_plan,
    retire_plan,
    share_credit,
)
from siklus.team.incentives.documents import read_text
from siklus.team.incentives.models import Assignment, CommissionPlan, CreditShare, PlanVersion
from siklus.team.incentives.models.kept import WrittenOnce
from siklus.team.incentives.ready import PLANS, ready_text
from siklus.team.incentives.refused import CannotPay
from siklus.team.incentives.tests.world import MARCH, TEXT, a_plan, locked


def refusal(function, **values) -> CannotPay:
    with pytest.raises(CannotPay) as found:
        function(**values)
    return found.value


def test_a_plan_is_kept_exactly_as_it_was_written(world: World):
    text = "# for 2026\n" + TEXT.replace('"0.05"', '"0.050"')
    plan = add_plan(title="", text=text, from_date=MARCH, by=world.agus, at=day(0))
    version = plan.versions.get()
    assert (plan.key, plan.title, plan.length) == ("ae-2026", "ae-2026", "month")
    assert version.text == text
    assert version.digest == version.document.version
    names = list(
        Entry.objects.filter(about_kind="commission_plan").order_by("id").values_list("name", flat=True)
    )
    assert names == ["commission_plan.added", "commission_plan.versioned"]


def test_every_problem_of_a_plan_comes_at_once_with_its_place(world: World):
    wrong = (
        TEXT.replace('["0", "0.05"]', '["10", "0.05"]').replace("IDR", "USD").replace("marginal", "marginall")
    )
    found = refusal(add_plan, title="x", text=wrong, from_date=MARCH, by=world.agus, at=day(0))
    assert found.field == "text"
    assert any("components[0].tiers.mode" in one for one in found.problems)
    assert any("components[0].tiers.rows" in one for one in found.problems)
    assert CommissionPlan.objects.count() == 0


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (TEXT.replace("currency: IDR", "currency: USD"), "currency: “USD”"),
        (TEXT + "fields: {produkt: text}\n", "fields.produkt: no deal has it"),
        (TEXT + "fields: {product: number}\n", "fields.product: is a text"),
        (TEXT.replace("rate\n", "rate\n    when: 'amuont > 5'\n"), "amuont"),
        (TEXT.replace('["1", "0.08"]', '["0", "0.08"]'), "components[0].tiers.rows"),
    ],
)  # fmt: skip
def test_what_cannot_be_paid_is_refused_with_its_place(world: World, text: str, place: str):
    assert place in refusal(add_plan, title="x", text=text, from_date=MARCH, by=world.agus, at=day(0)).message


def test_fields_of_ones_own_may_stand_in_formulas(world: World):
    add_field(record_kind="deal", label="Margin", kind="number", by=world.ada, at=day(0))
    text = TEXT + "fields: {margin: number, product: text}\n"
    assert dict(read_text(text).fields) == {"margin": "number", "product": "text"}


def test_ready_plans_can_be_paid_as_they_are(world: World):
    assert [read_text(ready_text(key)).id for key in PLANS] == [
        "flat-rate", "account-executive", "team-lead", "new-starter",
    ]  # fmt: skip


def test_a_version_is_never_changed_not_even_by_the_database(world: World):
    version = a_plan(world).versions.get()
    version.text = "plan: other\n"
    with pytest.raises(WrittenOnce):
        version.save()
    with pytest.raises(WrittenOnce):
        PlanVersion.objects.update(text="plan: other\n")
    with pytest.raises(DatabaseError), transaction.atomic():
        _raw("UPDATE incentives_planversion SET number = 9")
    assert PlanVersion.objects.get().text == TEXT


def _raw(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_new_version_holds_from_its_day_and_what_is_posted_keeps_its_own(world: World):
    plan = a_plan(world)
    locked(world, plan)
    other = TEXT.replace('"0.05"', '"0.06"')
    found = refusal(
        add_version, plan=plan, text=other, from_date=date(2026, 3, 15), by=world.agus, at=day(40)
    )
    assert (found.field, plan.versions.count()) == ("from_date", 1)
    made = add_version(plan=plan, text=other, from_date=date(2026, 4, 1), by=world.agus, at=day(40))
    assert made.number == 2
    assert PlanVersion.objects.get(number=1).text == TEXT


def test_a_version_keeps_the_name_and_the_period_of_its_plan(world: World):
    plan = a_plan(world)
    values = {"plan": plan, "from_date": date(2026, 5, 1), "by": world.agus, "at": day(1)}
    assert "ae-2026" in refusal(add_version, text=TEXT.replace("ae-2026", "other"), **values).message
    assert "month" in refusal(add_version, text=TEXT.replace("month", "quarter"), **values).message
    assert plan.versions.count() == 1


def test_a_clone_says_the_same_under_another_name(world: World):
    plan = a_plan(world)
    made = clone_plan(plan=plan, key="ae-2027", title="Next year", from_date=MARCH, by=world.agus, at=day(2))
    assert made.versions.get().text == TEXT.replace("ae-2026", "ae-2027")
    found = refusal(
        clone_plan, plan=plan, key="ae-2027", title="x", from_date=MARCH, by=world.agus, at=day(2)
    )
    assert "ae-2027" in found.message
    assert CommissionPlan.objects.count() == 2


def test_nobody_is_on_two_plans_on_one_day(world: World):
    plan = a_plan(world)
    other = clone_plan(plan=plan, key="other", title="Other", from_date=MARCH, by=world.agus, at=day(2))
    found = refusal(
        put_on_plan, plan=other, user=world.rani, from_date=date(2026, 6, 1), by=world.agus, at=day(3)
    )
    assert "Rani Astuti is on Account executives from 1\u00a0Mar\u00a02026 on" in found.message
    assert Assignment.objects.filter(user=world.rani).count() == 1
    end_assignment(
        assignment=Assignment.objects.get(user=world.rani),
        until_date=date(2026, 6, 1),
        by=world.agus,
        at=day(4),
    )
    made = put_on_plan(plan=other, user=world.rani, from_date=date(2026, 6, 1), by=world.agus, at=day(4))
    assert made.reports_to == world.bram


def test_columns_of_people_are_those_of_the_plan(world: World):
    text = TEXT + "person_fields: {trained: yes_no, ote: number}\n"
    plan = a_plan(world, text, people=())
    values = {"plan": plan, "user": world.rani, "from_date": MARCH, "by": world.agus, "at": day(0)}
    assert "traind" in refusal(put_on_plan, values={"traind": True}, **values).message
    assert "ote" in refusal(put_on_plan, values={"ote": "many"}, **values).message
    made = put_on_plan(values={"trained": True, "ote": "1500000.50"}, **values)
    assert made.values == {"trained": True, "ote": "1500000.50"}


def test_a_plan_that_somebody_is_on_is_not_retired(world: World):
    plan = a_plan(world)
    assert "Somebody is still on" in refusal(retire_plan, plan=plan, by=world.agus, at=day(3)).message
    for one in Assignment.objects.all():
        end_assignment(assignment=one, until_date=date(2026, 4, 1), by=world.agus, at=day(3))
    assert retire_plan(plan=plan, by=world.agus, at=day(3)).retired_at == day(3)


def test_only_operations_write_plans(world: World):
    for one in (world.rani, world.bram, world.putri):
        with pytest.raises(PermissionDenied):
            add_plan(title="x", text=TEXT, from_date=MARCH, by=one, at=day(0))
    assert CommissionPlan.objects.count() == 0


def test_shares_of_a_deal_come_to_a_hundred(world: World):
    deal = world.deal()
    half = [Share(world.rani, Decimal(60)), Share(world.budi, Decimal("39.99"))]
    found = refusal(share_credit, deal=deal, shares=half, by=world.agus, at=day(2))
    assert "99.99 %, not to 100 %" in found.message
    assert CreditShare.objects.count() == 0
    shares = [
        Share(world.rani, Decimal(60)), Share(world.budi, Decimal(40)), Share(world.bram, Decimal(20), "overlay"),
    ]  # fmt: skip
    assert len(share_credit(deal=deal, shares=shares, by=world.bram, at=day(2))) == 3
    share_credit(deal=deal, shares=[], by=world.agus, at=day(3))
    assert CreditShare.objects.filter(replaced_at=None).count() == 0
    with pytest.raises(PermissionDenied):
        share_credit(deal=deal, shares=shares, by=world.rani, at=day(3))


def test_money_is_never_a_float_here():
    for package in (siklus.team.incentives, siklus.commission):
        for path in sorted(Path(package.__path__[0]).rglob("*.py")):
            if "tests" in path.parts:
                continue
            for node in ast.walk(ast.parse(path.read_text())):
                where = f"{path.name}:{getattr(node, 'lineno', 0)}"
                assert not (isinstance(node, ast.Constant) and isinstance(node.value, float)), where
                names = {getattr(node, "id", ""), getattr(node, "attr", "")}
                assert not names & {"float", "FloatField"}, where
