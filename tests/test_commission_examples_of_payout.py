"""Worked examples of what is paid when: draws, clawbacks, releases, corrections, and costs over their months."""

import pytest

from tests.commission import Desk, spreads


@pytest.fixture
def desk(tmp_path):
    return Desk(tmp_path)


GROSS = (2750, 3000, 1500, 2375, 3000, 2750)


def six_months(desk, draw):
    desk.plan([{"id": "new", "type": "tiered_rate", "rate": "1"}], payment={"draw": draw})
    rows = [f"e{month},2027-0{month}-15,ani,{amount}" for month, amount in enumerate(GROSS, 1)]
    desk.events("id,date,person,amount", *rows)
    return [desk.posts(f"2027-0{month}").statement() for month in range(1, 7)]


def test_a_recoverable_draw_is_owed_and_taken_back(desk):  # W11
    found = six_months(desk, {"type": "recoverable", "amount": "2000"})
    assert [one["payout"] for one in found] == [
        "2750.00",
        "3000.00",
        "2000.00",
        "2000.00",
        "2875.00",
        "2750.00",
    ]
    assert [one["owed"] for one in found] == ["0.00", "0.00", "500.00", "125.00", "0.00", "0.00"]


def test_a_non_recoverable_draw_is_a_guarantee(desk):  # W11b
    found = six_months(desk, {"type": "non_recoverable", "amount": "2000"})
    assert [one["payout"] for one in found] == [
        "2750.00",
        "3000.00",
        "2000.00",
        "2375.00",
        "3000.00",
        "2750.00",
    ]
    assert {one["owed"] for one in found} == {"0.00"}


WITH_DEAL = "id,date,person,kind,amount,deal,term_months"


def clawed(method, **more):
    return {"id": "new", "type": "tiered_rate", "rate": "0.1", "measure": {"basis": "transaction"},
            "clawback": {"method": method, **more}}  # fmt: skip


def test_a_clawback_takes_back_what_was_paid_and_cancels_the_rest(desk):  # W12
    plan = clawed("full") | {"release": {"on_event": "0.5", "by_payment": "0.5"}}
    desk.plan([plan], payment={"max_recovery_pct": "100"})
    desk.events(WITH_DEAL, "a,2027-01-10,ani,deal,10000,D1,", "c,2027-02-10,ani,cancellation,,D1,")
    first = desk.posts("2027-01").statement()
    assert (first["payout"], first["held"]) == ("500.00", "500.00")
    second = desk.posts("2027-02")
    [line] = second.of("clawback")
    assert (line["payable"], line["earned"], line["inputs"]["cancelled"]) == ("-500.00", "-1000.00", "500")
    assert (second.statement()["held"], second.statement()["carried"]) == ("0.00", "500.00")


def test_a_clawback_by_a_share(desk):  # W13
    desk.plan([clawed("share", share="0.5")])
    desk.events(WITH_DEAL, "a,2027-01-10,ani,deal,100000,D1,", "c,2027-04-10,ani,cancellation,,D1,")
    assert desk.posts("2027-01").payout() == "10000.00"
    [line] = desk.pays("2027-04").of("clawback")
    assert (line["payable"], line["period"]) == ("-5000.00", "2027-04")


def test_a_clawback_in_proportion_to_the_term_not_served(desk):  # W14
    desk.plan([clawed("proportional")])
    desk.events(WITH_DEAL, "a,2027-01-10,ani,deal,10000,D1,12", "c,2027-07-10,ani,cancellation,,D1,")
    desk.posts("2027-01")
    [line] = desk.pays("2027-07").of("clawback")
    assert (line["payable"], line["inputs"]["served"]) == ("-500.00", "6 of 12 months")


def test_earnings_are_payable_as_invoices_are_paid(desk):  # W29
    desk.plan([clawed("full") | {"release": {"by_payment": "1"}}])
    desk.events(WITH_DEAL, "a,2027-01-10,ani,deal,10000,D1,", "p,2027-01-20,,payment,5000,D1,")
    statement = desk.pays().statement()
    assert (statement["earned"], statement["payout"], statement["held"]) == ("1000.00", "500.00", "500.00")


def test_half_on_order_and_half_on_cash(desk):  # W30
    desk.plan([clawed("full") | {"release": {"on_event": "0.5", "by_payment": "0.5"}}])
    desk.events(
        WITH_DEAL,
        "a,2027-01-10,ani,deal,10000,D1,",
        "p,2027-02-20,,payment,5000,D1,",
        "q,2027-03-20,,payment,5000,D1,",
    )
    assert [desk.posts(f"2027-0{month}").payout() for month in (1, 2, 3)] == ["500.00", "250.00", "250.00"]


def test_a_late_change_comes_as_corrections_of_the_months_it_belongs_to(desk):  # W35
    desk.plan([{"id": "pay", "type": "tiered_rate", "rate": "1"}])

    def monthly(amount):
        return [f"e{month},2027-0{month}-10,ani,{amount}" for month in (1, 2, 3)]

    desk.events("id,date,person,amount", *monthly(3000))
    assert [desk.posts("2027-01").payout(), desk.posts("2027-02").payout()] == ["3000.00", "3000.00"]
    paid = desk.events("id,date,person,amount", *monthly(3500)).posts("2027-03")
    found = [(one["period"], one["for_period"], one["kind"], one["payable"]) for one in paid.lines]
    assert found == [
        ("2027-03", "2027-01", "correction", "500.00"),
        ("2027-03", "2027-02", "correction", "500.00"),
        ("2027-03", "2027-03", "earning", "3500.00"),
    ]
    assert desk.pays("2027-03").lines == []


def test_a_commission_is_spread_over_the_renewals_that_pay_less(tmp_path):  # W33
    found = spreads(tmp_path, "start,2027-01-01,30,yes,24,24,no", "renewal,2029-01-01,10,yes,24,,")
    years = [(one["period"], one["amortised"], one["carrying"]) for one in found["schedule"]]
    assert years == [
        ("2027", "7.50", "22.50"), ("2028", "7.50", "15.00"), ("2029", "12.50", "12.50"), ("2030", "12.50", "0.00"),
    ]  # fmt: skip
    assert found["capitalised"] == "40.00"


def test_only_what_the_contract_caused_becomes_an_asset(tmp_path):  # W34
    rows = [
        "diligence,2027-01-01,12000,no,36,,",
        "travel,2027-01-01,18000,no,36,,",
        "pay,2027-01-01,9000,yes,36,,",
    ]
    found = spreads(tmp_path, *rows)
    assert (found["capitalised"], found["expensed"]) == ("9000.00", "30000.00")
    assert [one["amortised"] for one in found["schedule"]] == ["3000.00"] * 3
