"""The pages of pay: who sees whose, what a rep reads, and the way of a period on screen."""

import csv
import io
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.world import World, day

from siklus.platform.accounts.models import User
from siklus.platform.i18n.formats import money
from siklus.records.deals.actions import create_deal, qualify_deal
from siklus.records.deals.models import Deal
from siklus.team.incentives.actions import set_pay_rule
from siklus.team.incentives.models import CommissionPlan, Dispute, LedgerLine, PayPeriod, PlanVersion
from siklus.team.incentives.tests.world import MARCH, TEXT, a_plan, locked, noon, won


def signed(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def text_of(client: Client, name: str, *args: Any, query: str = "", **kwargs: Any) -> str:
    answer = client.get(reverse(f"desk:{name}", args=args) + query, **kwargs)
    assert answer.status_code == 200, answer.content[:400]
    return answer.content.decode()


@pytest.fixture
def march(world: World) -> PayPeriod:
    plan = a_plan(world)
    won(world, 130_000_000, noon(3, 10), name="Bank Nusa")
    return locked(world, plan)


def test_a_rep_reads_every_line_with_its_parts(world: World, march: PayPeriod):
    page = text_of(signed(world.rani), "my_pay", query=f"?plan={march.plan_id}&period=2026-03")
    assert money(Decimal(7_400_000), "IDR") in page
    for part in (100_000_000, 5_000_000, 30_000_000, 2_400_000):
        assert money(Decimal(part), "IDR") in page
    assert "Bank Nusa" in page
    assert "Locked" in page


def test_nobody_sees_the_pay_of_another_without_the_right(world: World, march: PayPeriod):
    def status(user: User, of: User) -> int:
        return signed(user).get(reverse("desk:pay_of", args=[of.pk])).status_code

    for user in (world.budi, world.bram, world.dewi, world.putri):
        assert status(user, world.rani) == 404
        for name in ("pay_csv", "pay_pdf"):
            assert signed(user).get(reverse(f"desk:{name}", args=[world.rani.pk])).status_code == 404
        assert signed(user).get(reverse("desk:incentive_period", args=[march.pk])).status_code == 404
    for user in (world.rani, world.agus, world.ada):
        assert status(user, world.rani) == 200


def test_a_manager_sees_his_people_only_where_operations_allowed_it(world: World, march: PayPeriod):
    set_pay_rule(managers_see_pay=True, review_days=5, answer_days=3, by=world.agus, at=day(1))
    bram = signed(world.bram)
    assert money(Decimal(7_400_000), "IDR") in text_of(bram, "incentive_period", march.pk)
    assert bram.get(reverse("desk:pay_of", args=[world.rani.pk])).status_code == 200
    assert bram.get(reverse("desk:pay_of", args=[world.dewi.pk])).status_code == 404
    assert bram.get(reverse("desk:incentive_payroll", args=[march.pk])).status_code == 403
    assert signed(world.budi).get(reverse("desk:pay_of", args=[world.rani.pk])).status_code == 404


def test_a_deal_tells_its_seller_what_it_pays_and_no_colleague(world: World):
    a_plan(world)
    now = timezone.now()
    deal = create_deal(name="Open", owner=world.rani, amount=Decimal(40_000_000), by=world.rani, at=now)
    qualify_deal(deal=deal, by=world.rani, at=now)
    words = f"This deal pays you <b>{money(Decimal(2_000_000), 'IDR')}</b>"
    assert words in text_of(signed(world.rani), "deal_pay", deal.pk)
    assert money(Decimal(2_000_000), "IDR") in text_of(signed(world.agus), "deal_pay", deal.pk)
    assert money(Decimal(2_000_000), "IDR") not in text_of(signed(world.bram), "deal_pay", deal.pk)
    assert money(Decimal(2_000_000), "IDR") in text_of(signed(world.rani), "my_pay")


def test_what_if_reckons_deals_together_and_keeps_nothing(world: World):
    a_plan(world)
    now = timezone.now()
    deals = []
    for name, amount in (("A", 80_000_000), ("B", 50_000_000)):
        deal = create_deal(name=name, owner=world.rani, amount=Decimal(amount), by=world.rani, at=now)
        deals.append(qualify_deal(deal=deal, by=world.rani, at=now))
    answer = signed(world.rani).post(reverse("desk:what_if"), {"deals": [one.pk for one in deals]})
    assert money(Decimal(7_400_000), "IDR") in answer.content.decode()  # 100 at 5 %, 30 at 8 %
    assert LedgerLine.objects.count() == 0
    assert Deal.objects.filter(status="won").count() == 0


def test_the_statement_comes_as_csv_and_as_pdf(world: World, march: PayPeriod):
    client, query = signed(world.rani), f"?plan={march.plan_id}&period=2026-03"
    rows = list(csv.DictReader(io.StringIO(text_of(client, "pay_csv", world.rani.pk, query=query))))
    assert [(row["deal_name"], row["payable"], row["version"]) for row in rows] == [
        ("Bank Nusa", "7400000", "1")
    ]
    for address in (
        reverse("desk:pay_pdf", args=[world.rani.pk]) + query,
        reverse("desk:incentive_letter", args=[march.plan_id]) + "?language=id",
        reverse("desk:incentive_letter", args=[march.plan_id]) + "?language=en",
    ):
        answer = client.get(address)
        assert (answer["Content-Type"], answer.content[:5]) == ("application/pdf", b"%PDF-")


def test_payroll_gets_one_row_a_person_of_an_approved_period(world: World, march: PayPeriod):
    rows = list(csv.DictReader(io.StringIO(text_of(signed(world.agus), "incentive_payroll", march.pk))))
    assert [(row["email"], row["gross"], row["period"]) for row in rows] == [
        ("rani@nusa.test", "7400000", "2026-03")
    ]


def test_a_period_goes_its_way_on_screen(world: World):
    plan = a_plan(world)
    won(world, 130_000_000, noon(3, 10))
    agus = signed(world.agus)
    agus.post(reverse("desk:incentive_post", args=[plan.pk]), {"period": "2026-03"})
    period = PayPeriod.objects.get()
    assert agus.post(reverse("desk:incentive_step", args=[period.pk, "lock"])).status_code == 422
    agus.post(reverse("desk:incentive_step", args=[period.pk, "review"]))
    line = LedgerLine.objects.get()
    assert signed(world.budi).get(reverse("desk:pay_dispute", args=[line.pk])).status_code == 404
    signed(world.rani).post(reverse("desk:pay_dispute", args=[line.pk]), {"text": "It was 140"})
    dispute = Dispute.objects.get()
    assert agus.post(reverse("desk:incentive_step", args=[period.pk, "approve"])).status_code == 422
    answer = {"answer": "The contract says 130", "decision": "reject"}
    agus.post(reverse("desk:dispute_answer", args=[dispute.pk]), answer)
    dispute.refresh_from_db()
    assert (dispute.state, PayPeriod.objects.get().state) == ("rejected", "review")


def test_the_editor_shows_what_a_text_pays_and_refuses_with_every_place(world: World):
    agus = signed(world.agus)
    tried = agus.post(
        reverse("desk:incentive_try"),
        {"text": TEXT, "amounts": "80.000.000; 50.000.000", "quota": "100000000"},
    )
    assert money(Decimal(7_400_000), "IDR") in tried.content.decode()
    wrong = TEXT.replace("marginal", "marginall")
    assert (
        "components[0].tiers.mode"
        in agus.post(reverse("desk:incentive_try"), {"text": wrong}).content.decode()
    )
    refused = agus.post(reverse("desk:incentive_plan_new"), {"text": wrong, "from_date": "2026-03-01"})
    assert refused.status_code == 422
    assert "components[0].tiers.mode" in refused.content.decode()
    assert CommissionPlan.objects.count() == 0
    agus.post(reverse("desk:incentive_plan_new"), {"text": TEXT, "from_date": "2026-03-01", "title": "AE"})
    version = PlanVersion.objects.get()
    assert (version.text.replace("\r\n", "\n"), version.from_date, version.plan.title) == (TEXT, MARCH, "AE")
    assert (
        agus.get(reverse("desk:incentive_text", args=[version.plan_id, 1])).content.decode() == version.text
    )
    assert signed(world.rani).get(reverse("desk:incentive_plan_new")).status_code == 403


def test_a_dry_run_shows_who_gains_and_loses(world: World):
    plan = a_plan(world)
    won(world, 130_000_000, noon(3, 10))
    values = {"text": TEXT.replace('"0.05"', '"0.06"'), "dry": "yes"}
    page = (
        signed(world.agus).post(reverse("desk:incentive_try") + f"?plan={plan.pk}", values).content.decode()
    )
    assert f"+{money(Decimal(1_000_000), 'IDR')}" in page
    assert PlanVersion.objects.count() == 1
