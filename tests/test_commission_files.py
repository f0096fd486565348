"""Files that do not fit, gates that hold, corrections and limits: the command tells where it is and pays nothing twice."""

import pytest

from tests.commission import Desk, tiers
from tests.shared import ROOT

EXAMPLE = {"plan": "plan.yaml", "events": "events.csv", "people": "people.csv"}
HEAD = "id,date,person,amount"


@pytest.fixture
def desk(tmp_path):
    return Desk(tmp_path).plan([{"id": "new", "type": "tiered_rate", "rate": "0.1"}])


def refused(desk, capsys, period="2027-01"):
    with pytest.raises(SystemExit) as stopped:
        desk.pays(period)
    assert stopped.value.code == 1
    return capsys.readouterr().err.replace(f"{desk.folder}/", "")


@pytest.mark.parametrize(("head", "row", "told"), [
    (HEAD, "a,2027-01-01,ani,1.000,5",
     "events.csv, row 2: has 5 cells under 4 heads; put texts with a separator in quotes."),
    (HEAD, "a,01/02/2027,ani,5",
     "events.csv, row 2, column date: “01/02/2027” is no day; write it as 2027-01-31."),
    (HEAD, "a,2027-01-01,ani,Rp5",
     "events.csv, row 2, column amount: “Rp5” is no number; write it with a point and without"
     " separators, as 2500000 or 99.90."),
    (HEAD, "a,2027-01-01,,5",
     "events.csv, row 2, column person: either a person or splits must say whose it is, and not both."),
    ("id,date,amount", "a,2027-01-01,5",
     "events.csv, row 2, column person: either a person or splits must say whose it is,"
     " and not both."),
    ("id,day,person", "a,2027-01-01,5",
     "events.csv, row 1: the column date is missing; add it to the head of the file."),
    ("id,date,amount,splits", "a,2027-01-01,5,ani 60; budi 30",
     "events.csv, row 2, column splits: the revenue shares sum to"
     " 90, not to 100; change one of them."),
    ("id,date,amount,kind", "a,2027-01-01,5,payment",
     "events.csv, row 2, column deal: is empty; a payment belongs to a deal."),
    ("id,date,person,amount,currency", "a,2027-01-01,ani,5,EUR",
     "rates: there is none from EUR to USD on or before 2027-01-01,"
     " which event “a” needs; add a row."),
    ("id,date,person,amount,kind", "a,2027-01-01,ani,5,adjustment",
     "event “a”: an adjustment needs its reason; fill in note."),
])  # fmt: skip
def test_a_row_that_does_not_fit_is_told_with_its_place(desk, capsys, head, row, told):
    assert refused(desk.events(head, row), capsys) == f"siklus: {told}\n"


def test_all_rows_that_do_not_fit_are_told_at_once(desk, capsys):
    told = refused(desk.events(HEAD, "a,2027-01-01,ani,x", "a,2027-01-02,ani,1"), capsys).splitlines()
    assert told[0] == "siklus: 2 problems:"
    assert (
        told[2]
        == "  events.csv, row 3, column id: “a” is there twice; each event counts once and needs its own."
    )


@pytest.mark.parametrize(("rows", "told"), [
    (["ani,2027-01-01,,", "ani,2027-02-01,,"],
     "people.csv, row 3, column from: “ani” has another row over the same days;"
     " end one before the other begins."),
    (["ani,,,maya"], "people.csv, row 2, column manager: “maya” has no row; add one."),
    (["ani,2027-02-01,,"], "people: “ani” has no row for 2027-01-01; add one, or credit somebody else."),
])  # fmt: skip
def test_people_that_do_not_fit_are_told(desk, capsys, rows, told):
    desk.sales(5).people("person,from,until,manager", *rows)
    assert refused(desk, capsys) == f"siklus: {told}\n"


def test_a_circle_of_managers_is_told(desk, capsys):
    desk.plan([{"id": "over", "type": "override", "rate": "0.1", "depth": "all"}]).sales(5)
    desk.people("person,manager", "ani,budi", "budi,ani")
    assert refused(desk, capsys) == (
        "siklus: people: on 2027-01-01 “ani” reports to themselves, by others; break the circle.\n"
    )


@pytest.mark.parametrize(("period", "told"), [
    ("2027-13", "“2027-13” is no period: write a month as 2027-01, a quarter as 2027-Q1 or a year as 2027."),
    ("2027", "The plan pays by month, and 2027 is a year; name a month."),
])  # fmt: skip
def test_a_period_that_is_none_is_told(desk, capsys, period, told):
    assert refused(desk.sales(5), capsys, period) == f"siklus: {told}\n"


def test_periods_are_calculated_in_order(desk, capsys):
    desk.sales(5).posts("2027-02")
    desk.events(HEAD, "a,2027-02-01,ani,5").posts("2027-02")
    assert "periods are calculated in order, so 2027-01 is closed" in refused(desk, capsys)


def test_a_file_that_is_not_there_is_told(desk, capsys):
    desk.files["events"] = "nowhere.csv"
    assert refused(desk, capsys) == "siklus: nowhere.csv: No such file or directory.\n"


def test_semicolons_and_a_mark_of_unicode_are_read(desk):
    desk.write("events", "\ufeffid;date;person;amount\na;2027-01-01;ani;99.90\n")
    assert desk.pays().payout() == "9.99"


def test_what_a_gate_holds_is_paid_once_it_opens(desk):
    gate = {"id": "training", "rule": "training_done", "effect": "hold"}
    desk.plan(
        [{"id": "new", "type": "tiered_rate", "rate": "0.1", "gates": [gate]}],
        person_fields={"training_done": "yes_no"},
    )
    desk.sales(1000).people("person,training_done", "ani,no")
    first = desk.posts().statement()
    assert (first["earned"], first["payout"], first["held"]) == ("100.00", "0.00", "100.00")
    second = desk.people("person,training_done", "ani,yes").posts("2027-02")
    assert (second.payout(), second.statement()["held"]) == ("100.00", "0.00")
    assert second.lines[0]["reason"] == "correction for 2027-01"


def test_a_deal_that_vanished_is_taken_back_within_the_limit_and_the_rest_carried(desk):
    desk.sales(1000).posts()
    paid = desk.events(HEAD, "b,2027-02-01,ani,600").posts("2027-02")
    assert (paid.payout(), paid.statement()["carried"]) == ("30.00", "70.00")
    paid = desk.events(HEAD, "b,2027-02-01,ani,600", "c,2027-03-01,ani,1000").posts("2027-03")
    assert (paid.payout(), paid.statement()["carried"]) == ("50.00", "20.00")


def test_what_a_cap_withholds_and_carries_is_paid_in_a_weaker_month(desk):
    desk.plan(
        [{"id": "new", "type": "tiered_rate", "rate": "0.1", "cap": {"amount": "100", "withheld": "carry"}}]
    )
    desk.events(HEAD, "a,2027-01-01,ani,1300", "b,2027-02-01,ani,800", "c,2027-03-01,ani,100")
    found = [desk.posts(f"2027-0{month}").statement() for month in (1, 2, 3)]
    assert [one["payout"] for one in found] == ["100.00", "100.00", "20.00"]
    assert [one["withheld"] for one in found] == ["30.00", "10.00", "0.00"]


def test_a_clawback_ends_with_its_window(desk):
    clawback = {"method": "full", "window_days": 30}
    desk.plan([{"id": "new", "type": "spiff", "amount": "50", "clawback": clawback}])
    head = "id,date,person,kind,amount,deal"
    deals = ["a,2027-01-01,ani,deal,1,D1", "b,2027-01-02,ani,deal,1,D2"]
    desk.events(head, *deals, "c,2027-01-31,,cancellation,,D1", "d,2027-02-02,,cancellation,,D2")
    assert desk.posts("2027-01").payable("clawback") == ["-50.00"]
    assert desk.posts("2027-02").lines == []


def test_the_manager_on_the_day_of_the_deal_gets_the_override(desk):
    desk.plan([{"id": "over", "type": "override", "rate": "0.03"}])
    desk.people(
        "person,manager,from,until", "maya,,,", "putu,,,", "ani,maya,2027-01-01,2027-01-15", "ani,putu,2027-01-15,"
    )  # fmt: skip
    desk.events(HEAD, "a,2027-01-14,ani,1000", "b,2027-01-15,ani,2000")
    assert desk.pays().payouts() == {"ani": "0.00", "maya": "30.00", "putu": "60.00"}


def test_a_collective_override_goes_by_the_teams_attainment(desk):
    table = tiers("retroactive", ("0", "0"), ("1", "0.01"), unit="attainment")
    desk.plan([{"id": "over", "type": "override", "pattern": "collective", "tiers": table}])
    desk.people("person,manager,quota", "maya,,", "ani,maya,600", "budi,maya,400")
    desk.events(HEAD, "a,2027-01-14,ani,300", "b,2027-01-15,budi,700")
    paid = desk.pays()
    assert (paid.standing("maya")["attainment"], paid.payout("maya")) == ("1", "10.00")


@pytest.mark.parametrize(("boundary", "payout"), [("upper", "10.00"), ("lower", "5.00")])
def test_a_value_on_a_bound_is_where_the_plan_says(desk, boundary, payout):
    table = tiers("retroactive", ("0", "0.05"), ("100", "0.10"))
    desk.plan([{"id": "new", "type": "tiered_rate", "tiers": table}], boundary=boundary).sales(100)
    assert desk.pays().payout() == payout


def test_without_a_quota_there_is_no_attainment_and_the_line_says_so(desk):
    desk.plan([{"id": "ti", "type": "target_incentive", "target": "100", "bands": [["0", "1"]]}]).sales(100)
    paid = desk.people("person,quota", "ani,0").pays()
    assert paid.standing()["attainment"] is None
    assert (paid.lines[0]["earned"], paid.lines[0]["reason"]) == (
        "0", "no quota, so no attainment: set one in people",
    )  # fmt: skip


def test_the_text_says_what_each_person_is_paid_and_why(desk, capsys):
    desk.sales(1000)
    from siklus.config.command import main

    files = [part for what, path in desk.files.items() for part in (f"--{what}", path)]
    main(["commission", "calculate", "--period", "2027-01", *files])
    assert capsys.readouterr().out.splitlines()[:2] == ["ae, 2027-01, USD", "ani: 100.00"]


def test_the_example_in_the_examples_pays_what_it_says(tmp_path):
    desk = Desk(tmp_path)
    desk.files = {what: str(ROOT / "examples" / "commission" / name) for what, name in EXAMPLE.items()}
    assert desk.pays().payouts() == {"ani": "14400000", "budi": "5000000", "maya": "5000000"}


def test_an_adjustment_from_before_the_ledger_began_is_not_paid_again_and_a_late_one_is(desk):
    head = "id,date,person,amount,kind,note"
    desk.events(head, "old,2027-01-05,ani,70,adjustment,paid by hand", "a,2027-02-01,ani,100,deal,").posts(
        "2027-02"
    )
    late = desk.events(
        head, "old,2027-01-05,ani,70,adjustment,paid by hand", "a,2027-02-01,ani,100,deal,",
        "late,2027-02-20,ani,40,adjustment,forgotten",
    ).posts("2027-03")  # fmt: skip
    assert [(one["events"], one["payable"]) for one in late.of("adjustment")] == [(["late"], "40.00")]


def test_a_result_given_twice_is_refused(desk, capsys):
    desk.sales(1000).posts()
    desk.ledger *= 2
    assert "The ledger holds 2027-01 twice (“earning|new|ani|2027-01-e1||revenue”)" in refused(
        desk, capsys, "2027-02"
    )


def test_pay_in_another_currency_is_refused(desk, capsys):
    desk.sales(5).people("person,currency", "ani,EUR")
    assert refused(desk, capsys) == (
        "siklus: people.csv, row 2, column currency: pay in another currency than the plan's is not there yet; write USD.\n"
    )


def test_tiers_by_quantity_count_each_event_alone_where_the_plan_says(desk):
    table = tiers("retroactive", ("0", "0.01"), ("10", "0.05"), unit="quantity")
    desk.plan([{"id": "new", "type": "tiered_rate", "measure": {"basis": "transaction"}, "tiers": table}])
    desk.events("id,date,person,amount,quantity", "a,2027-01-01,ani,1000,9", "b,2027-01-02,ani,1000,10")
    assert desk.pays().earned() == ["10.00", "50.00"]


def test_a_weight_counts_a_part_of_a_credit(desk):
    weight = 'kind == "renewal" ? 0.5 : 1'
    measure = {"kinds": ["deal", "renewal"]}
    desk.plan(
        [{"id": "new", "type": "tiered_rate", "rate": "0.1", "credit_weight": weight, "measure": measure}]
    )
    desk.events("id,date,person,amount,kind", "a,2027-01-01,ani,1000,renewal", "b,2027-01-02,ani,1000,deal")
    assert desk.pays().earned() == ["50.00", "100.00"]


def test_a_derived_amount_is_measured(desk):
    plan = [{"id": "new", "type": "tiered_rate", "rate": "0.1", "measure": {"field": "amount - cost"}}]
    desk.plan(plan, fields={"cost": "number"})
    desk.events("id,date,person,amount,cost", "a,2027-01-01,ani,1000,400.50")
    assert desk.pays().earned() == ["59.95"]


def test_a_formula_without_an_answer_names_its_event(desk, capsys):
    desk.plan([{"id": "new", "type": "spiff", "amount": "1", "when": "amount / quantity > 1"}])
    desk.events("id,date,person,amount,quantity", "a,2027-01-01,ani,1000,0")
    told = refused(desk, capsys)
    assert told.startswith("siklus: event “a”: the formula “amount / quantity > 1” gives nothing")


def test_a_cap_of_the_plan_and_a_floor_of_a_component(desk):
    parts = [
        {"id": "base", "type": "tiered_rate", "rate": "0.1", "floor": "80"},
        {"id": "s", "type": "spiff", "amount": "50"},
    ]
    desk.plan(parts, payment={"cap": "120"}).sales(100)
    paid = desk.pays()
    assert [(one["kind"], one["payable"]) for one in paid.lines] == [
        ("earning", "10.00"), ("floor", "70.00"), ("earning", "50.00"), ("plan_cap", "-10.00"),
    ]  # fmt: skip
    assert (paid.payout(), paid.statement()["withheld"]) == ("120.00", "10.00")


def test_whole_rupiah_are_shared_so_that_nothing_is_lost(desk):
    desk.plan([{"id": "pool", "type": "pool", "amount": "1000000"}], currency="IDR").sales(1)
    desk.people("person", "ani", "budi", "citra")
    assert desk.pays().payouts() == {"ani": "333334", "budi": "333333", "citra": "333333"}


def test_target_and_draw_count_by_the_days_somebody_is_there(desk):
    part = {
        "id": "ti",
        "type": "target_incentive",
        "target": "3000",
        "bands": [["0", "1"]],
        "prorate_target": True,
    }
    draw = {"type": "non_recoverable", "amount": "900", "prorate": True}
    desk.plan([part | {"quota": {"proration": "days"}}], payment={"draw": draw})
    desk.people("person,quota,from,until", "ani,3000,2027-04-16,", "budi,3000,,2027-04-11")
    desk.events(HEAD, "a,2027-04-20,ani,750")  # half of her quota of 1,500
    assert desk.pays("2027-04").payouts() == {"ani": "750.00", "budi": "300.00"}
    part["prorate_target"] = False
    desk.plan([part | {"quota": {"proration": "days"}}])
    assert desk.pays("2027-04").payouts() == {"ani": "1500.00", "budi": "0.00"}
