from collections import Counter
from datetime import date, timedelta
from statistics import median

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from siklus.config.demo_data import HISTORY_DAYS, ZONE, build
from siklus.config.demo_truth import DEMOS, RESOLVES, wins_of_reached
from siklus.platform.i18n.keys import email_key, name_key, phone_key

TODAY = date(2026, 11, 23)
DAYS = st.dates(date(2023, 1, 1), date(2035, 12, 31))


@pytest.fixture(scope="module")
def world():
    return build(TODAY)


def of(world, *verbs):
    return [event for event in world.events if event.verb in verbs]


def test_the_same_day_gives_the_same_world():
    assert build(TODAY, language="id") == build(TODAY, language="id")
    assert build(TODAY, seed=1).events != build(TODAY, seed=2).events


def test_the_world_has_the_size_of_a_small_company(world):
    counts = Counter(event.verb for event in world.events)
    assert (counts["add_user"], counts["add_team"], counts["add_product"], counts["add_pipeline"]) == (
        12,
        4,
        8,
        1,
    )
    assert (counts["add_company"], counts["add_contact"], counts["create_deal"]) == (140, 260, 228)
    assert 800 <= counts["log_activity"] + counts["plan_activity"] <= 1000
    kinds = Counter(event.kwargs["kind"] for event in of(world, "log_activity", "plan_activity"))
    assert 0.75 < kinds["whatsapp"] / kinds["email"] < 1.35


def test_stage_names_and_texts_follow_the_language():
    english, indonesian = build(TODAY), build(TODAY, language="id")
    assert [stage.kind for stage in english.stages] == [
        "prospecting",
        "research",
        "contact",
        "demo",
        "objections",
        "closing",
    ]
    assert indonesian.stages[-1].name == "Penutupan"
    assert "Harga terlalu tinggi" in {e.kwargs["reason"] for e in of(indonesian, "lose_deal")}
    assert "Price too high" in {e.kwargs["reason"] for e in of(english, "lose_deal")}


def test_names_addresses_and_numbers_are_distinct_and_belong_to_nobody(world):
    assert len({name_key(company.name) for company in world.companies}) == 140
    assert len({company.domain for company in world.companies}) == 140
    assert len({email_key(contact.email) for contact in world.contacts}) == 260
    phones = {phone_key(contact.phone) for contact in world.contacts}
    assert len(phones) == 260
    assert all(phone.startswith("+6286") for phone in phones)
    assert all(contact.email.endswith(".example") for contact in world.contacts)


@settings(max_examples=60, deadline=None)
@given(DAYS, st.integers(0, 10_000))
def test_the_rates_are_believable_on_any_day(today, seed):
    world = build(today, seed=seed)
    qualified = {event.kwargs["deal"]: event.at for event in of(world, "qualify_deal")}
    won = of(world, "win_deal")
    ends = Counter(event.kwargs["status"] for event in of(world, "lose_deal"))
    rate = len(won) / (len(won) + ends["lost"] + ends["no_decision"])
    assert 0.27 <= rate <= 0.32
    cycles = [(event.at - qualified[event.kwargs["deal"]]) / timedelta(days=1) for event in won]
    assert 34 <= median(cycles) <= 45


@settings(max_examples=60, deadline=None)
@given(DAYS, st.integers(0, 10_000), st.sampled_from(["en", "id"]))
def test_every_event_can_be_replayed_in_order_on_any_day(today, seed, language):
    world = build(today, language=language, seed=seed)
    known, closed, qualified, planned, stages = set(), set(), set(), {}, {}
    before = None
    for event in world.events:
        kwargs = event.kwargs
        assert event.at.tzinfo is ZONE
        assert before is None or before <= event.at
        before = event.at
        assert event.at.date() < today
        assert event.at.date() >= today - timedelta(days=HISTORY_DAYS + 12)
        assert event.at.weekday() < 5
        assert 8 <= event.at.hour < 17 or (event.at.hour == 17 and event.at.minute == 0)
        for name in (
            "deal",
            "company",
            "contact",
            "product",
            "pipeline",
            "stage",
            "owner",
            "by",
            "team",
            "parent",
        ):
            if kwargs.get(name) is not None:
                assert kwargs[name] in known, (event.verb, name)
        deal = kwargs.get("deal")
        assert deal not in closed
        if event.verb == "add_pipeline":
            known.update(stage["key"] for stage in kwargs["stages"])
        elif event.verb == "create_deal":
            stages[kwargs["key"]] = kwargs["stage"]
        elif event.verb == "move_deal":
            assert stages[deal] != kwargs["stage"]
            stages[deal] = kwargs["stage"]
        elif event.verb == "qualify_deal":
            assert deal not in qualified
            qualified.add(deal)
        elif event.verb in ("win_deal", "lose_deal"):
            closed.add(deal)
            assert (deal in qualified) == (kwargs.get("status") != "disqualified")
        elif event.verb == "plan_activity":
            assert kwargs["due_at"] > event.at
            planned[kwargs["key"]] = deal
        elif event.verb == "finish_activity":
            assert planned.pop(kwargs["key"]) not in closed
            continue
        if "key" in kwargs:
            assert kwargs["key"] not in known
            known.add(kwargs["key"])
    assert not closed.intersection(planned.values())


def test_open_deals_stand_in_every_stage_some_rotting_some_without_a_next_activity(world):
    closed = {event.kwargs["deal"] for event in of(world, "win_deal", "lose_deal")}
    stages, moved = {}, {}
    for event in of(world, "create_deal", "move_deal"):
        key = event.kwargs.get("deal", event.kwargs.get("key"))
        stages[key], moved[key] = event.kwargs["stage"], event.at.date()
    live = stages.keys() - closed
    assert len(live) == 98
    assert {stages[deal] for deal in live} == {stage.key for stage in world.stages}
    rotting = {stage.key: stage.rotting_days for stage in world.stages}
    assert sum((TODAY - moved[deal]).days > rotting[stages[deal]] for deal in live) >= 10
    finished = {event.kwargs["key"] for event in of(world, "finish_activity")}
    next_of = {
        e.kwargs["deal"]: e.kwargs["due_at"]
        for e in of(world, "plan_activity")
        if e.kwargs["key"] not in finished
    }
    assert 15 <= len(live - next_of.keys()) <= 45
    assert 5 <= sum(due.date() < TODAY for due in next_of.values()) <= 30


def test_deals_change_on_their_way(world):
    edits = of(world, "edit_deal")
    assert sum("amount" in event.kwargs for event in edits) >= 30
    assert sum("expected_close_date" in event.kwargs for event in edits) >= 30
    assert len(of(world, "assign_deal")) >= 8


@pytest.fixture(scope="module")
def many():
    """Forty such companies in one: enough that chance hardly matters."""
    return build(TODAY, times=40)


def near(hits: int, n: int, truth: float) -> bool:
    """Within three standard errors."""
    return abs(hits / n - truth) < 3 * (truth * (1 - truth) / n) ** 0.5


def test_the_true_rates_of_demos_come_to_the_rate_of_all_that_saw_one():
    assert sum(share for share, _wins in DEMOS.values()) == 1
    total = sum(share * wins for share, wins in DEMOS.values())
    assert total == pytest.approx(wins_of_reached("demo"), abs=0.001)


def test_deals_win_by_the_stage_they_came_to_as_the_truth_says(many):
    ended = {e.kwargs["deal"]: e.verb == "win_deal" for e in of(many, "win_deal")}
    ended |= {e.kwargs["deal"]: False for e in of(many, "lose_deal") if e.kwargs["status"] != "disqualified"}
    order = ["demo", "objections", "closing"]
    deepest: dict[str, int] = {}
    for event in of(many, "move_deal"):
        kind = event.kwargs["stage"].removeprefix("stage:")
        if kind in order:
            deal = event.kwargs["deal"]
            deepest[deal] = max(deepest.get(deal, 0), order.index(kind))
    for place, kind in enumerate(order):
        came = [won for deal, won in ended.items() if deepest.get(deal, -1) >= place]
        assert near(sum(came), len(came), wins_of_reached(kind)), kind


def test_demos_win_by_their_type_as_the_truth_says(many):
    won = {e.kwargs["deal"] for e in of(many, "win_deal")}
    ended = won | {e.kwargs["deal"] for e in of(many, "lose_deal")}
    booked = [
        (e.kwargs["kind"], e.kwargs["deal"]) for e in of(many, "book_demo") if e.kwargs["deal"] in ended
    ]
    for kind, (_share, wins) in DEMOS.items():
        deals = [deal for shown, deal in booked if shown == kind]
        assert near(sum(deal in won for deal in deals), len(deals), wins), kind


def test_answers_resolve_as_the_truth_says(many):
    last: dict[str, str] = {}
    used, resolved = Counter(), Counter()
    for event in of(many, "answer_objection", "resolve_objection", "leave_standing"):
        objection = event.kwargs["objection"]
        if event.verb == "answer_objection":
            if objection in last:
                used[last[objection]] += 1  # another answer followed, so this one did not help
            last[objection] = event.kwargs["response"]
        else:
            response = last.pop(objection)
            used[response] += 1
            resolved[response] += event.verb == "resolve_objection"
    for kind, rates in RESOLVES.items():
        for place, rate in enumerate(rates):
            key = f"response:{kind}:{place}"
            assert near(resolved[key], used[key], rate), (key, resolved[key] / used[key], rate)
