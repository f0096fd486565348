"""Worked examples of pay plans, calculated by `siklus commission calculate` and compared to the cent."""

import pytest

from tests.commission import Desk, tiers


@pytest.fixture
def desk(tmp_path):
    return Desk(tmp_path)


def rated(mode, *rows, basis="period", **more):
    return {
        "id": "new",
        "type": "tiered_rate",
        "measure": {"basis": basis},
        "tiers": tiers(mode, *rows),
        **more,
    }


STEPS = [("0", "0.01"), ("1000", "0.02"), ("3000", "0.03"), ("8000", "0.05")]
DEALS = (200, 300, 1500, 1200, 2000, 4500)


def test_marginal_tiers_pay_each_part_at_its_own_rate(desk):  # W01
    desk.plan([rated("marginal", ("0", "0.03"), ("300000", "0.05"), ("500000", "0.07"))]).sales(600000)
    paid = desk.pays()
    assert paid.pieces() == ["9000", "10000", "7000"]
    assert paid.payout() == "26000.00"


@pytest.mark.parametrize(("mode", "pieces", "payout"), [
    ("marginal", ["250", "500", "150"], "900.00"), ("retroactive", ["1650"], "1650.00"),
])  # fmt: skip
def test_the_same_tiers_pay_by_their_mode(desk, mode, pieces, payout):  # W02
    desk.plan([rated(mode, ("0", "0.05"), ("5000", "0.10"), ("10000", "0.15"))]).sales(11000)
    paid = desk.pays()
    assert (paid.pieces(), paid.payout()) == (pieces, payout)


def test_a_deal_stands_on_what_was_credited_before(desk):  # W03
    plan = rated(
        "marginal", ("0", "0.04"), ("150000", "0.06"), ("250000", "0.08"), basis="cumulative_quarter"
    )
    desk.plan([plan]).events("id,date,person,amount", "a,2027-01-10,ani,145000", "b,2027-02-10,ani,20000")
    paid = desk.pays("2027-02")
    assert paid.pieces() == ["200", "900"]
    assert paid.earned() == ["1100.00"]
    assert paid.lines[0]["inputs"]["earned_before"] == "5800"


def test_each_deal_alone(desk):  # W04
    paid = desk.plan([rated("marginal", *STEPS, basis="transaction")]).sales(*DEALS).pays()
    assert paid.earned() == ["2.00", "3.00", "20.00", "14.00", "30.00", "95.00"]
    assert paid.payout() == "164.00"


def test_the_same_deals_on_top_of_each_other(desk):  # W04b
    paid = desk.plan([rated("marginal", *STEPS)]).sales(*DEALS).pays()
    assert paid.earned() == ["2.00", "3.00", "25.00", "26.00", "60.00", "169.00"]
    assert paid.payout() == "285.00"


def test_interpolated_amounts(desk):  # W05
    table = tiers(
        "interpolated", ("0", "10"), ("1000", "40"), ("3000", "100"), ("8000", "2000"), top="100000"
    )
    desk.plan(
        [{"id": "new", "type": "tiered_rate", "measure": {"basis": "transaction"}, "tiers": table}]
    ).sales(*DEALS)
    paid = desk.pays()
    assert paid.earned() == ["2.00", "3.00", "20.00", "14.00", "30.00", "80.00"]
    assert paid.payout() == "149.00"


QUARTER = [("0", "0.05"), ("100000", "0.06"), ("125000", "0.07")]


def test_an_accelerator_on_the_quarters_quota(desk):  # W06
    paid = desk.plan([rated("marginal", *QUARTER)], period="quarter").sales(150000).pays("2027-Q1")
    assert paid.pieces() == ["5000", "1500", "1750"]
    assert paid.payout() == "8250.00"


def test_an_accelerator_waits_behind_its_gate(desk):  # W06
    base = {"id": "base", "type": "tiered_rate", "rate": "0.05"}
    more = rated("marginal", ("0", "0"), ("100000", "0.01"), ("125000", "0.02"))
    more |= {"id": "more", "gates": [{"id": "year-to-date", "rule": "attainment >= 1"}]}
    desk.plan([base, more], period="quarter").sales(150000)
    desk.people("person,quota", "ani,200000")
    paid = desk.pays("2027-Q1")
    assert paid.payout() == "7500.00"
    [blocked] = [one for one in paid.of("earning") if one["component"] == "more"]
    assert (blocked["blocked"], blocked["reason"]) == ("750.00", "gate year-to-date: attainment >= 1")
    desk.people("person,quota", "ani,150000")
    assert desk.pays("2027-Q1").payout() == "8250.00"


def incentive(*bands, target="100000"):
    return {"id": "ti", "type": "target_incentive", "target": target, "bands": [list(band) for band in bands]}


@pytest.mark.parametrize(("bands", "payout"), [
    ([("0", "1"), ("1", "1.5"), ("1.3", "2")], "145000.00"), ([("0", "1")], "130000.00"),
])  # fmt: skip
def test_target_incentive_with_an_accelerator(desk, bands, payout):  # W07
    desk.plan([incentive(*bands)], period="year").sales(650000).people("person,quota", "ani,500000")
    assert desk.pays("2027").payout() == payout


@pytest.mark.parametrize(
    ("bands", "payout"), [([("0", "0.5"), ("0.5", "1")], "20000.00"), ([("0", "1")], "40000.00")]
)
def test_target_incentive_with_a_decelerator(desk, bands, payout):  # W08
    desk.plan([incentive(*bands)], period="year").sales(200000).people("person,quota", "ani,500000")
    assert desk.pays("2027").payout() == payout


@pytest.mark.parametrize(("sold", "payout"), [
    (16000, "800.00"), (16500, "1650.00"), (33000, "3300.00"), (40000, "4700.00"),
])  # fmt: skip
def test_a_retroactive_decelerator_beside_a_marginal_accelerator(desk, sold, payout):  # W09
    slow = rated("retroactive", ("0", "0.05"), ("0.5", "0.10"))
    fast = rated("marginal", ("0", "0"), ("1", "0.10"))
    for one, name in ((slow, "slow"), (fast, "fast")):
        one["id"], one["tiers"]["unit"] = name, "attainment"
    desk.plan([slow, fast]).sales(sold).people("person,quota", "ani,33000")
    assert desk.pays().payout() == payout


def test_a_cap_withholds_what_is_above_it(desk):  # W10
    desk.plan([{"id": "new", "type": "tiered_rate", "rate": "0.03", "cap": {"amount": "10000"}}]).sales(
        400000
    )
    paid = desk.pays()
    statement = paid.statement()
    assert (statement["earned"], statement["payout"], statement["withheld"]) == (
        "12000.00",
        "10000.00",
        "2000.00",
    )


def test_a_split_sums_to_the_whole(desk):  # W15
    desk.plan([{"id": "new", "type": "tiered_rate", "rate": "0.15", "measure": {"basis": "transaction"}}])
    desk.events("id,date,splits,amount", "a,2027-01-10,ani 60; budi 40,100000")
    assert desk.pays().payouts() == {"ani": "9000.00", "budi": "6000.00"}


def test_revenue_and_overlay_shares(desk):  # W16
    desk.plan([{"id": "new", "type": "tiered_rate", "rate": "0.1"}])
    desk.events("id,date,splits,amount", "a,2027-01-10,ani 50; budi 50; ani 20 overlay,1000")
    credits = [
        (one["person"], one["role"], one["share"], one["credit"]) for one in desk.pays().found["credits"]
    ]
    assert credits == [
        ("ani", "revenue", "0.5", "500"), ("budi", "revenue", "0.5", "500"), ("ani", "overlay", "0.2", "200"),
    ]  # fmt: skip


REPS = (("ani", 75000), ("budi", 60000), ("citra", 67500), ("dewi", 52500), ("eka", 45000))


def team(desk):
    desk.events("id,date,person,amount", *[f"{who},2027-01-10,{who},{sold}" for who, sold in REPS])
    return desk.people("person,manager", "maya,", *[f"{who},maya" for who, _ in REPS])


def test_an_override_on_each_rep(desk):  # W17
    team(desk).plan([{"id": "over", "type": "override", "rate": "0.03"}])
    paid = desk.pays()
    assert paid.earned() == ["2250.00", "1800.00", "2025.00", "1575.00", "1350.00"]
    assert paid.payout("maya") == "9000.00"


def test_an_override_above_a_threshold_of_the_team(desk):  # W18
    table = tiers("marginal", ("0", "0"), ("225000", "0.03"))
    team(desk).plan([{"id": "over", "type": "override", "pattern": "collective", "tiers": table}])
    assert desk.pays().payout("maya") == "2250.00"


def test_a_bonus_at_quota_each_quarter(desk):  # W19
    thresholds = [["1", "2250"], ["1.1", "3750"]]
    desk.plan(
        [{"id": "b", "type": "bonus", "thresholds": thresholds, "stacking": "highest"}], period="quarter"
    )
    desk.people("person,quota", "ani,100")
    rows = ["a,2027-01-10,ani,95", "b,2027-04-10,ani,105", "c,2027-07-10,ani,112", "d,2027-10-10,ani,98"]
    desk.events("id,date,person,amount", *rows)
    payouts = [desk.posts(f"2027-Q{quarter}").payout() for quarter in (1, 2, 3, 4)]
    assert payouts == ["0.00", "2250.00", "3750.00", "0.00"]


def test_a_years_bonus_in_four_quarters(desk):  # W20
    one = {
        "id": "b",
        "type": "bonus",
        "thresholds": [["1", "36000"]],
        "stacking": "highest",
        "amount_per": "year",
    }
    desk.plan([one], period="quarter").sales(100).people("person,quota", "ani,100")
    assert desk.pays("2027-Q1").payout() == "9000.00"


def test_a_team_pool_by_share(desk):  # W21
    one = {"id": "pool", "type": "pool", "rate": "0.10", "allocation": {"by": "points"}}
    desk.plan([one], person_fields={"points": "number"}).sales(1200000)
    desk.people("person,points", "ani,25", "budi,75")
    paid = desk.pays()
    assert paid.payouts() == {"ani": "30000.00", "budi": "90000.00"}
    assert paid.lines[0]["inputs"]["pool"] == "120000"


def test_a_pool_in_equal_shares(desk):  # W22
    desk.plan([{"id": "pool", "type": "pool", "rate": "0.01"}]).sales(1000000, person="p01")
    desk.people("person", *[f"p{place:02}" for place in range(1, 51)])
    assert set(desk.pays().payouts().values()) == {"200.00"}


def test_a_pool_by_units(desk):  # W22
    one = {"id": "pool", "type": "pool", "rate": "0.01", "allocation": {"by": "units"}}
    desk.plan([one], person_fields={"units": "number"}).sales(1000000)
    paid = desk.people("person,units", "ani,5", "budi,4995").pays()
    assert paid.payouts() == {"ani": "10.00", "budi": "9990.00"}


def test_a_pool_for_those_who_reached_half_their_quota(desk):  # W23
    desk.plan(
        [{"id": "pool", "type": "pool", "amount": "10000", "allocation": {"qualify": "attainment >= 0.5"}}]
    )
    names = [f"p{place:02}" for place in range(1, 13)]
    desk.people("person,quota", *[f"{name},100" for name in names])
    desk.events("id,date,person,amount", *[f"{n},2027-01-10,{n},{50 if n <= 'p10' else 49}" for n in names])
    payouts = desk.pays().payouts()
    assert [payouts[name] for name in names] == ["1000.00"] * 10 + ["0.00"] * 2


@pytest.mark.parametrize("paying", [{"amount": "250"}, {"rate": "0.02"}])
def test_a_spiff(desk, paying):  # W24
    desk.plan([{"id": "s", "type": "spiff", **paying}]).sales(20000, 10000, 10000, 10000)
    assert desk.pays().payout() == "1000.00"


def test_a_scorecard_is_not_rounded_on_the_way(desk):  # W25
    goals = [{"id": "one", "weight": "50", "goal": "32787", "when": 'product == "one"'},
             {"id": "two", "weight": "50", "goal": "13000", "when": 'product == "two"'}]  # fmt: skip
    one = {
        "id": "card",
        "type": "scorecard",
        "target": "3263",
        "bands": [["0", "1"], ["1", "2"]],
        "goals": goals,
    }
    desk.plan([one], fields={"product": "text"})
    desk.events("id,date,person,amount,product", "a,2027-01-10,ani,51730,one", "b,2027-01-11,ani,33872,two")
    paid = desk.pays()
    inputs = paid.lines[0]["inputs"]
    assert (inputs["one.score"], inputs["two.score"], inputs["score"]) == (
        "1.57775948",
        "2.60553846",
        "2.09164897",
    )
    assert paid.payout() == "10387.10"


def test_a_ramped_quota(desk):  # W26
    one = {
        "id": "new",
        "type": "tiered_rate",
        "rate": "0.1",
        "quota": {"ramp": ["0", "0.25", "0.5", "0.75", "1"]},
    }
    desk.plan([one]).people("person,quota,started_on", "ani,50000,2027-01-01")
    sold = (0, 10000, 27500, 35000, 47500)
    desk.events(
        "id,date,person,amount", *[f"e{m},2027-0{m}-10,ani,{amount}" for m, amount in enumerate(sold, 1)]
    )
    found = [desk.pays(f"2027-0{month}").standing() for month in range(1, 6)]
    assert [one["quota"] for one in found] == ["0", "12500", "25000", "37500", "50000"]
    assert [one["attainment"] for one in found] == [None, "0.8", "1.1", "0.93333333", "0.95"]


def test_the_quota_of_the_calculated_period_counts(desk):  # W27
    desk.plan([{"id": "new", "type": "tiered_rate", "rate": "0.1"}]).sales(100)
    desk.people(
        "person,quota,from,until", "ani,10000,2027-01-01,2027-02-01", "ani,20000,2027-02-01,2027-03-01",
        "ani,30000,2027-03-01,2027-04-01", "ani,45000,2027-04-01,",
    )  # fmt: skip
    found = [desk.pays(f"2027-0{month}").standing()["quota"] for month in range(1, 6)]
    assert found == ["10000", "20000", "30000", "45000", "45000"]


@pytest.mark.parametrize(("length", "periods", "quotas"), [
    ("quarter", ["2027-Q1", "2027-Q2", "2027-Q3", "2027-Q4"], ["6666.6667", "20000", "20000", "40000"]),
    ("year", ["2027"], ["86666.6667"]),
])  # fmt: skip
def test_a_seasonal_quota_from_march_on(desk, length, periods, quotas):  # W28
    quota = {"proration": "months", "season": ["20", "20", "20", "40"]}
    desk.plan([{"id": "new", "type": "tiered_rate", "rate": "0.1", "quota": quota}], period=length)
    desk.sales(100, month="2027-05").people("person,quota,quota_per,from", "ani,100000,year,2027-03-01")
    assert [desk.pays(period).standing()["quota"] for period in periods] == quotas


def test_an_amount_is_exchanged_at_the_rate_of_its_day(desk):  # W31
    desk.plan([{"id": "new", "type": "tiered_rate", "rate": "0.00009"}])
    desk.events("id,date,person,amount,currency", "a,2027-01-10,ani,100000,GBP")
    desk.rates(
        "2027-01-01,GBP,USD,1.3,bank", "2027-01-09,GBP,USD,1.21556,bank", "2027-01-11,GBP,USD,1.4,bank"
    )
    paid = desk.pays()
    inputs = paid.lines[0]["inputs"]
    assert (inputs["credit"], inputs["exchange_rate"], inputs["rate_source"]) == (
        "121556",
        "1.21556",
        "bank, 2027-01-09",
    )
    assert paid.payout() == "10.94"


@pytest.mark.parametrize(
    ("contracts", "payout"), [(9, "0.00"), (10, "2000.00"), (19, "3800.00"), (20, "10000.00")]
)
def test_a_threshold_on_the_number_of_contracts_pays_back_to_the_first(desk, contracts, payout):  # W32
    table = tiers("retroactive", ("0", "0"), ("10", "0.02"), ("20", "0.05"), unit="quantity")
    desk.plan([{"id": "new", "type": "tiered_rate", "tiers": table}]).sales(*[10000] * contracts)
    found = desk.pays().statement()
    assert (found["payout"], len(desk.pays().found["credits"])) == (payout, contracts)
