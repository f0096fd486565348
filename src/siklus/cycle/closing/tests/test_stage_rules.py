from decimal import Decimal as D

import pytest
from tests.test_api import Program
from tests.world import World, day

from siklus.cycle.closing.actions import (
    CannotChangeRules,
    LineDraft,
    accept_quote,
    add_stage_rule,
    ask_approval,
    draft_quote,
    remove_stage_rule,
    send_quote,
    set_discount_limits,
    set_quote_rule,
)
from siklus.cycle.closing.models import StageRule
from siklus.cycle.closing.queries import ahead, last_version
from siklus.cycle.objections.actions import add_type, answer_objection, raise_objection, set_closing_rule
from siklus.cycle.research.actions import add_item, tick
from siklus.platform.journal.models import Entry
from siklus.records.activities.actions import log_activity
from siklus.records.contacts.actions import add_contact
from siklus.records.deals.actions import add_person, edit_deal, move_deal, set_product, win_deal
from siklus.records.deals.conditions import Missing, condition, conditions, forget_condition
from siklus.records.deals.gates import GateClosed
from siklus.records.deals.models import Deal
from siklus.records.fields.actions import add_field
from siklus.records.products.actions import add_product


@pytest.fixture
def deal(world: World) -> Deal:
    return world.deal()


def ask(world: World, kind: str | None, condition: str, about: str = "") -> StageRule:
    stage = world.stage(kind) if kind else None
    return add_stage_rule(
        pipeline=world.pipeline, stage=stage, condition=condition, about=about, by=world.agus, at=day(0)
    )


def refusal(world: World, deal: Deal, kind: str) -> str:
    """The words of the gate; nothing when it lets the deal in. Nothing is left of the try."""
    before = (deal.stage_id, Entry.objects.count())
    try:
        move_deal(deal=deal, stage=world.stage(kind), by=world.rani, at=day(9))
    except GateClosed as closed:
        deal.refresh_from_db()
        assert (deal.stage_id, Entry.objects.count()) == before
        return str(closed)
    return ""


def test_one_refusal_names_everything_that_is_missing_and_where_it_belongs(world: World, deal):
    ask(world, "closing", "field", "amount")
    ask(world, "closing", "product")
    ask(world, "closing", "quote_sent")
    ask(world, "closing", "person", "economic_buyer")
    assert refusal(world, deal, "closing") == (
        "“Penutupan” asks for more. Still missing: the field Amount (under Summary); a product (under Products); "
        "a quote that was sent (under Quotes); somebody who is Economic buyer (under People)."
    )
    assert refusal(world, deal, "demo") == ""


def test_each_condition_is_fulfilled_by_what_it_asks_for(world: World, deal):
    add_field(record_kind="deal", label="Segment", kind="text", by=world.ada, at=day(0))
    objection_type = add_type(name_en="Price", by=world.ada, at=day(0))
    item = add_item(pipeline=world.pipeline, label_en="Who decides?", by=world.agus, at=day(0))
    objection = raise_objection(deal=deal, type=objection_type, words="Too much.", by=world.rani, at=day(1))
    person = add_contact(name="Hendra", owner=world.rani, by=world.rani, at=day(1))
    product = add_product(name="Seat", price=D(100), by=world.agus, at=day(0))
    set_discount_limits(limits={"rep": D(10)}, by=world.agus, at=day(0))
    made = draft_quote(deal=deal, lines=[LineDraft(product, percent=D(20))], by=world.rani, at=day(1))
    ask_approval(quote=made, by=world.rani, at=day(1))
    for key, about in (
        ("field", "amount"), ("field", "custom.segment"), ("person", "champion"), ("product", ""), ("activity", "call"),
        ("research", ""), ("objections", ""), ("quote_sent", ""), ("discount", ""),
    ):  # fmt: skip
        ask(world, "demo", key, about)

    def missing() -> list[str]:
        return [one.text for one in ahead(Deal.objects.get(pk=deal.pk))[1] if one.missing]

    assert len(missing()) == 9
    edit_deal(deal=deal, amount=D(5), custom={"segment": "Bank"}, by=world.rani, at=day(2))
    add_person(deal=deal, contact=person, part="champion", by=world.rani, at=day(2))
    set_product(deal=deal, product=product, by=world.rani, at=day(2))
    log_activity(kind="call", subject="Call", deal=deal, by=world.rani, at=day(2))
    tick(deal=deal, item=item, by=world.rani, at=day(2))
    assert missing() == ["No objection is open", "A quote was sent", "No discount waits for approval"]
    answer_objection(objection=objection, words="Count.", by=world.rani, at=day(3))
    send_quote(quote=made, by=world.bram, at=day(3))
    assert missing() == []
    assert move_deal(deal=deal, stage=world.stage("demo"), by=world.rani, at=day(4)).stage.kind == "demo"


def test_winning_has_rules_of_its_own(world: World, deal):
    ask(world, None, "quote_accepted")
    with pytest.raises(GateClosed) as closed:
        win_deal(deal=deal, by=world.rani, at=day(2))
    assert str(closed.value) == (
        "“Won” asks for more. Still missing: a quote that the buyer accepted (under Quotes)."
    )
    set_quote_rule(pipeline=world.pipeline, accepted_wins=True, by=world.agus, at=day(0))
    lines = [LineDraft(title="Work", unit_price=D(7))]
    sent = send_quote(
        quote=draft_quote(deal=deal, lines=lines, by=world.rani, at=day(3)), by=world.rani, at=day(3)
    )
    accept_quote(version=last_version(sent), name="Hendra", at=day(4))
    deal.refresh_from_db()
    assert (deal.status, deal.amount) == ("won", D(7))


def test_who_goes_back_is_not_asked_and_who_stands_there_stays(world: World, deal):
    deal = move_deal(deal=deal, stage=world.stage("closing"), by=world.rani, at=day(2))
    ask(world, "demo", "field", "amount")
    ask(world, "closing", "field", "amount")
    assert move_deal(deal=deal, stage=world.stage("demo"), by=world.rani, at=day(3)).stage.kind == "demo"
    assert "asks for more" in refusal(world, Deal.objects.get(pk=deal.pk), "closing")


def test_a_deal_that_begins_in_the_middle_is_asked_too(world: World):
    ask(world, "closing", "field", "amount")
    ask(world, "closing", "product")
    with pytest.raises(GateClosed, match="the field Amount"):
        world.deal("Late", stage=world.stage("closing"))
    assert Deal.objects.count() == 0
    assert world.deal("Early").stage.kind == "prospecting"


def test_rules_and_the_switches_of_other_rooms_refuse_with_one_voice(world: World, deal):
    kind = add_type(name_en="Price", by=world.ada, at=day(0))
    raise_objection(deal=deal, type=kind, words="Too much.", by=world.rani, at=day(1))
    set_closing_rule(pipeline=world.pipeline, refuses_open=True, by=world.agus, at=day(0))
    ask(world, "closing", "field", "amount")
    assert refusal(world, deal, "closing") == (
        "An objection is still open (Price: “Too much.”). Answer it before you close this deal. "
        "“Penutupan” asks for more. Still missing: the field Amount (under Summary)."
    )


def test_another_room_adds_a_condition_and_a_lost_one_asks_for_nothing(world: World, deal):
    @condition("moon", label="The moon is full")
    def moon(_deal, _about):
        return Missing("a full moon", "in the sky")

    try:
        assert "moon" in [one.key for one in conditions()]
        ask(world, "demo", "moon")
        assert refusal(world, deal, "demo").endswith("Still missing: a full moon (in the sky).")
        with pytest.raises(ValueError, match="declared twice"):
            condition("moon", label="Again")(moon)
    finally:
        forget_condition("moon")
    assert refusal(world, deal, "demo") == ""


@pytest.mark.parametrize(
    ("field", "condition", "about"),
    [
        ("condition", "weather", ""),
        ("about", "field", "colour"),
        ("about", "quote_sent", "x"),
        ("about", "field", ""),
    ],
)
def test_a_rule_that_nobody_understands_is_refused(world: World, field, condition, about):
    entries = Entry.objects.count()
    with pytest.raises(CannotChangeRules) as refused:
        ask(world, "demo", condition, about)
    assert (refused.value.field, StageRule.objects.count(), Entry.objects.count()) == (field, 0, entries)


def test_a_rule_is_kept_once_and_may_go(world: World):
    rule = ask(world, "demo", "product")
    assert ask(world, "demo", "product") == rule
    assert ask(world, None, "product") == ask(world, None, "product") != rule
    for _ in range(2):
        remove_stage_rule(rule=rule, by=world.agus, at=day(1))
    told = Entry.objects.filter(name__startswith="stage_rule").order_by("id").values_list("name", flat=True)
    assert list(told) == ["stage_rule.added", "stage_rule.added", "stage_rule.removed"]


def test_rules_are_made_by_operations_over_the_api(world: World):
    agus, rani = Program(world.agus), Program(world.rani)
    body = {"pipeline_id": world.pipeline.pk, "stage_id": world.stage("closing").pk, "condition": "field",
            "about": "amount"}  # fmt: skip
    assert rani.call("POST", "/stage-rules", body).status_code == 403
    made = agus.call("POST", "/stage-rules", body)
    assert (made.status_code, made.json()["text"]) == (201, "A field is filled in: Amount")
    assert [one["id"] for one in rani.call("GET", "/stage-rules").json()] == [made.json()["id"]]
    moved = rani.call("POST", f"/deals/{world.deal().pk}/move", {"stage_id": body["stage_id"]})
    assert moved.status_code == 422 and "the field Amount (under Summary)" in moved.json()["title"]
    assert agus.call("POST", "/stage-rules", {**body, "about": "colour"}).status_code == 422
    assert agus.call("DELETE", f"/stage-rules/{made.json()['id']}").status_code == 204
    assert rani.call("GET", "/stage-rules").json() == []
    offered = {one["condition"] for one in rani.call("GET", "/stage-rules/conditions").json()}
    assert {"field", "research", "objections", "quote_sent", "activity"} <= offered
