import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.world import World, day

from siklus.cycle.demos.queries import wishes_of
from siklus.cycle.qualification.actions import (
    CannotChangeFramework,
    CannotQualify,
    add_criterion,
    add_framework,
    add_ready_framework,
    answer_criterion,
    edit_criterion,
    edit_framework,
    retire_criterion,
    retire_framework,
    set_qualification_rule,
    withdraw_answer,
)
from siklus.cycle.qualification.models import Answer, Criterion, Framework, QualificationRule, Verdict
from siklus.cycle.qualification.queries import criteria_of, rule_of, state_of
from siklus.cycle.qualification.scoring import Judged, score
from siklus.platform.journal.models import Entry
from siklus.records.activities.actions import log_activity
from siklus.records.deals.actions import create_deal, merge_deals, move_deal, qualify_deal, win_deal
from siklus.records.deals.conditions import condition_named
from siklus.records.deals.gates import GateClosed
from siklus.records.deals.models import Deal, Kind


@pytest.fixture
def bant(world: World) -> Framework:
    framework = add_ready_framework(key="BANT", by=world.agus, at=day(0))
    set_qualification_rule(pipeline=world.pipeline, framework=framework, by=world.agus, at=day(0))
    return framework


@pytest.fixture
def asked(bant: Framework) -> dict[str, Criterion]:
    return {one.label_en: one for one in criteria_of(bant.pk)}


@pytest.fixture
def lead(world: World) -> Deal:
    return world.deal(stage=world.stage("contact"))


def answer(world: World, deal: Deal, criterion: Criterion, verdict: int, at: float = 2, **values) -> Answer:
    return answer_criterion(
        deal=deal, criterion=criterion, verdict=verdict, by=world.rani, at=day(at), **values
    )


def percent(deal: Deal) -> int:
    state = state_of(deal)
    assert state is not None
    return state.score.percent


def test_the_score_is_the_share_of_the_weight_that_is_met(world: World, lead, asked):
    assert [one.weight for one in asked.values()] == [2, 2, 3, 2]
    assert percent(lead) == 0
    answer(world, lead, asked["Need"], Verdict.YES)
    assert percent(lead) == 33  # 3 of 9
    answer(world, lead, asked["Budget"], Verdict.PARTLY)
    assert percent(lead) == 44  # 4 of 9
    answer(world, lead, asked["Timing"], Verdict.NO)
    assert (percent(lead), state_of(lead).score.answered) == (44, 3)
    withdraw_answer(deal=lead, criterion=asked["Need"], by=world.rani, at=day(3))
    withdraw_answer(deal=lead, criterion=asked["Need"], by=world.rani, at=day(3))
    assert (percent(lead), state_of(lead).score.answered) == (11, 2)
    assert Entry.objects.filter(name="deal.criterion_withdrawn").count() == 1


verdicts = st.one_of(st.none(), st.sampled_from([0, 1, 2]))
judgements = st.lists(st.builds(Judged, st.integers(1, 5), verdicts), max_size=12)


@given(judgements)
def test_a_score_is_between_0_and_100_and_a_better_answer_never_lowers_it(rows):
    found = score(rows)
    assert 0 <= found.percent <= 100
    assert (found.answered, found.of) == (sum(row.verdict is not None for row in rows), len(rows))
    for place, row in enumerate(rows):
        better = Judged(row.weight, min(2, (row.verdict or 0) + 1))
        assert score([*rows[:place], better, *rows[place + 1 :]]).percent >= found.percent
    if rows:
        assert score([Judged(row.weight, 2) for row in rows]).percent == 100


def test_a_newer_answer_stands_before_the_older_one_and_both_stay(world: World, lead, asked):
    first = answer(world, lead, asked["Budget"], Verdict.NO, said="Nothing this year.")
    same = answer(world, lead, asked["Budget"], Verdict.NO, at=3, said=" Nothing this year. ")
    second = answer(world, lead, asked["Budget"], Verdict.YES, at=4, said="The board agreed.")
    assert same == first
    row = state_of(lead).rows[0]
    assert (row.answer, row.before) == (second, [first])
    facts = Entry.objects.filter(name="deal.criterion_answered").order_by("pk")
    assert [(one.details["verdict"], one.details["score"]) for one in facts] == [(0, 0), (2, 22)]


def test_a_lead_becomes_a_deal_only_when_the_framework_says_so_where_the_pipeline_asks(
    world: World, lead, bant, asked
):
    set_qualification_rule(
        pipeline=world.pipeline, framework=bant, least_score=60, is_demanded=True, by=world.agus, at=day(1)
    )
    answer(world, lead, asked["Budget"], Verdict.YES)
    answer(world, lead, asked["Authority"], Verdict.YES)
    text = "This lead is not qualified yet by BANT: the score is 44 of at least 60; not met: “Need”."
    entries = Entry.objects.count()
    for refused in (
        lambda: qualify_deal(deal=lead, by=world.rani, at=day(3)),
        lambda: move_deal(deal=lead, stage=world.stage("demo"), by=world.rani, at=day(3)),
        lambda: win_deal(deal=lead, by=world.rani, at=day(3)),
    ):
        with pytest.raises(GateClosed) as refusal:
            refused()
        assert str(refusal.value) == text
    lead.refresh_from_db()
    assert (lead.is_lead, lead.stage, Entry.objects.count()) == (True, world.stage("contact"), entries)
    moved = move_deal(deal=lead, stage=world.stage("research"), by=world.rani, at=day(3))
    assert moved.is_lead
    answer(world, lead, asked["Need"], Verdict.YES, at=4)
    moved = move_deal(deal=lead, stage=world.stage("demo"), by=world.rani, at=day(5))
    assert moved.qualified_at == day(5)
    withdraw_answer(deal=moved, criterion=asked["Need"], by=world.rani, at=day(6))
    assert (
        move_deal(deal=moved, stage=world.stage("closing"), by=world.rani, at=day(7)).stage.kind == "closing"
    )


def test_nobody_enters_a_deal_past_the_gate_except_one_that_is_no_new_business(world: World, bant):
    set_qualification_rule(
        pipeline=world.pipeline, framework=bant, is_demanded=True, by=world.agus, at=day(1)
    )
    with pytest.raises(GateClosed, match="not qualified yet by BANT"):
        create_deal(name="Straight in", qualified=True, by=world.rani, at=day(2))
    assert not Deal.objects.filter(name="Straight in").exists()
    renewed = create_deal(name="Again", kind=Kind.RENEWAL, qualified=True, by=world.rani, at=day(2))
    assert renewed.qualified_at == day(2)


def test_advice_stops_nobody(world: World, lead, bant):
    assert not state_of(lead).is_enough
    assert qualify_deal(deal=lead, by=world.rani, at=day(2)).qualified_at == day(2)


def test_where_evidence_is_asked_for_a_yes_without_an_activity_does_not_count(
    world: World, lead, bant, asked
):
    set_qualification_rule(
        pipeline=world.pipeline, framework=bant, least_score=30, needs_evidence=True, is_demanded=True, by=world.agus,
        at=day(1),
    )  # fmt: skip
    answer(world, lead, asked["Need"], Verdict.YES)
    answer(world, lead, asked["Timing"], Verdict.NO)
    with pytest.raises(GateClosed, match=r"BANT: without evidence: “Need”\.$"):
        qualify_deal(deal=lead, by=world.rani, at=day(3))
    call = log_activity(kind="call", subject="First call", deal=lead, by=world.rani, at=day(3))
    answer(world, lead, asked["Need"], Verdict.YES, at=4, evidence=call)
    assert qualify_deal(deal=lead, by=world.rani, at=day(4)).qualified_at == day(4)


def test_evidence_is_an_activity_of_this_very_deal(world: World, lead, asked):
    other = world.deal("Another")
    call = log_activity(kind="call", subject="Elsewhere", deal=other, by=world.rani, at=day(2))
    with pytest.raises(CannotQualify, match="an activity of this deal"):
        answer(world, lead, asked["Need"], Verdict.YES, evidence=call)
    with pytest.raises(CannotQualify, match="met, partly or not"):
        answer(world, lead, asked["Need"], 3)
    with pytest.raises(CannotQualify, match="At most 2000 characters"):
        answer(world, lead, asked["Need"], 1, said="x" * 2001)
    meddic = add_ready_framework(key="MEDDIC", by=world.agus, at=day(0))
    with pytest.raises(CannotQualify, match="does not ask for this"):
        answer(world, lead, criteria_of(meddic.pk)[0], 1)
    assert not Answer.objects.exists()


def test_what_they_said_to_a_question_of_need_begins_the_agenda_of_the_demo(world: World, lead, asked):
    answer(world, lead, asked["Need"], Verdict.YES, said="Orders get lost\nbetween the branches.")
    answer(world, lead, asked["Budget"], Verdict.YES, said="300 million.")
    assert wishes_of(lead) == ["Orders get lost between the branches."]


def test_a_stage_rule_can_ask_for_the_qualification(world: World, lead, asked):
    ask = condition_named("qualification")
    assert ask is not None
    assert str(ask.check(lead, "")) == (
        "the qualification by BANT: the score is 0 of at least 50; not met: “Need” (under Qualification)"
    )
    for name in ("Need", "Budget"):
        answer(world, lead, asked[name], Verdict.YES)
    assert ask.check(lead, "") is None
    set_qualification_rule(pipeline=world.pipeline, framework=None, by=world.agus, at=day(3))
    assert (rule_of(world.pipeline.pk), state_of(lead), ask.check(lead, "")) == (None, None, None)


def test_frameworks_are_checked_changed_and_retired_with_their_past(world: World, lead, bant, asked):
    by = {"by": world.agus, "at": day(1)}
    with pytest.raises(CannotChangeFramework, match="of this name already"):
        add_framework(name=" bant ", **by)
    with pytest.raises(CannotChangeFramework, match="no ready framework"):
        add_ready_framework(key="SPIN", **by)
    own = add_framework(name="Ours", **by)
    with pytest.raises(CannotChangeFramework, match="in one language at least"):
        add_criterion(framework=own, **by)
    with pytest.raises(CannotChangeFramework, match="from 1 to 5"):
        add_criterion(framework=own, label_id="Dana", weight=6, **by)
    assert criteria_of(own.pk) == []
    with pytest.raises(CannotChangeFramework, match="B2B qualifies by it"):
        retire_framework(framework=bant, **by)
    with pytest.raises(CannotChangeFramework, match="from 0 to 100"):
        set_qualification_rule(pipeline=world.pipeline, framework=bant, least_score=101, **by)
    answer(world, lead, asked["Need"], Verdict.YES)
    edit_criterion(criterion=asked["Need"], weight=5, **by)
    assert percent(lead) == 45  # 5 of 11
    retire_criterion(criterion=asked["Need"], **by)
    assert (percent(lead), Answer.objects.count()) == (0, 1)
    assert edit_framework(framework=own, name="Ours, 2026", **by).version == 2
    set_qualification_rule(pipeline=world.pipeline, framework=own, least_score=40, **by)
    assert QualificationRule.objects.get().framework == own
    retire_framework(framework=bant, **by)
    with pytest.raises(CannotChangeFramework, match="not offered any more"):
        set_qualification_rule(pipeline=world.pipeline, framework=bant, **by)
    assert QualificationRule.objects.get().framework == own


def test_answers_follow_a_merged_deal(world: World, lead, asked):
    answer(world, lead, asked["Need"], Verdict.YES, said="Orders get lost.")
    kept = merge_deals(kept=world.deal("Kept"), other=lead, by=world.ada, at=day(3))
    assert percent(kept) == 33
