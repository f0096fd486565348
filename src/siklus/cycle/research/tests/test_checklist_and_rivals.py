import pytest
from tests.world import World, day

from siklus.cycle.research.actions import (
    CannotChangeChecklist,
    CannotChangeCompetitor,
    add_competitor,
    add_item,
    drop_rival,
    edit_competitor,
    edit_item,
    name_rival,
    note_finding,
    retire_competitor,
    retire_item,
    set_relevance,
    set_research_rule,
    tick,
    untick,
)
from siklus.cycle.research.models import ChecklistItem, Competitor, Tick
from siklus.cycle.research.queries import competitors_in_use, rivals_of, steps_of
from siklus.platform.journal.models import Entry
from siklus.records.companies.actions import add_company
from siklus.records.deals.actions import move_deal
from siklus.records.deals.gates import GateClosed
from siklus.records.deals.models import Deal
from siklus.records.fields.record import StaleEdit


@pytest.fixture
def deal(world: World) -> Deal:
    company = add_company(name="Bank Nusa", owner=world.rani, by=world.rani, at=day(0))
    return world.deal(company=company)


@pytest.fixture
def items(world: World) -> list[ChecklistItem]:
    by = {"pipeline": world.pipeline, "by": world.agus, "at": day(0)}
    return [
        add_item(label_en="Who decides?", label_id="Siapa yang memutuskan?", section="people", **by),
        add_item(label_en="What do they use today?", **by),
    ]


def done(deal: Deal) -> list[bool]:
    return [step.is_done for step in steps_of(deal)]


def test_the_dossier_answers_an_item_and_the_rest_is_ticked_by_hand(world: World, deal, items):
    assert done(deal) == [False, False]
    note_finding(
        company=deal.company, section="people", attribute="Head of IT", value="Sri", by=world.rani, at=day(1)
    )
    assert done(deal) == [True, False]
    tick(deal=deal, item=items[1], by=world.rani, at=day(2))
    tick(deal=deal, item=items[1], by=world.bram, at=day(3))
    assert (done(deal), Tick.objects.get().by) == ([True, True], world.rani)
    untick(deal=deal, item=items[1], by=world.rani, at=day(4))
    untick(deal=deal, item=items[1], by=world.rani, at=day(5))
    assert done(deal) == [True, False]
    names = Entry.objects.filter(about_kind="deal", name__startswith="deal.research").order_by("id")
    assert list(names.values_list("name", flat=True)) == ["deal.research_ticked", "deal.research_unticked"]


def test_saying_why_we_matter_answers_the_item_that_asks_for_it(world: World, deal):
    add_item(pipeline=world.pipeline, label_en="Why us?", section="why", by=world.agus, at=day(0))
    assert done(deal) == [False]
    set_relevance(company=deal.company, text="They open branches.", by=world.rani, at=day(1))
    assert done(deal) == [True]
    set_relevance(company=deal.company, text="", by=world.rani, at=day(2))
    assert done(deal) == [False]


def test_nobody_is_called_before_the_research_where_the_pipeline_asks_for_it(world: World, deal, items):
    moved = move_deal(deal=deal, stage=world.stage("contact"), by=world.rani, at=day(1))
    deal = move_deal(deal=moved, stage=world.stage("research"), by=world.rani, at=day(2))
    set_research_rule(pipeline=world.pipeline, is_demanded=True, by=world.agus, at=day(3))
    for kind in ("contact", "demo"):
        with pytest.raises(GateClosed) as refusal:
            move_deal(deal=deal, stage=world.stage(kind), by=world.rani, at=day(4))
        assert str(refusal.value) == (
            "The research is not done yet. Still open before the first contact: "
            "“Who decides?”, “What do they use today?”."
        )
    deal.refresh_from_db()
    assert deal.stage == world.stage("research")
    for item in items:
        tick(deal=deal, item=item, by=world.rani, at=day(5))
    assert (
        move_deal(deal=deal, stage=world.stage("contact"), by=world.rani, at=day(6)).stage.kind == "contact"
    )


def test_who_is_past_the_first_contact_is_not_asked_again(world: World, deal, items):
    deal = move_deal(deal=deal, stage=world.stage("demo"), by=world.rani, at=day(1))
    set_research_rule(pipeline=world.pipeline, is_demanded=True, by=world.agus, at=day(2))
    assert (
        move_deal(deal=deal, stage=world.stage("closing"), by=world.rani, at=day(3)).stage.kind == "closing"
    )


def test_a_retired_item_is_asked_no_more(world: World, deal, items):
    set_research_rule(pipeline=world.pipeline, is_demanded=True, by=world.agus, at=day(1))
    for item in items:
        retire_item(item=item, by=world.agus, at=day(2))
    assert steps_of(deal) == []
    assert (
        move_deal(deal=deal, stage=world.stage("contact"), by=world.rani, at=day(3)).stage.kind == "contact"
    )
    with pytest.raises(CannotChangeChecklist):
        tick(deal=deal, item=ChecklistItem.objects.get(pk=items[0].pk), by=world.rani, at=day(4))
    assert Tick.objects.count() == 0


def test_an_item_needs_a_label_and_a_known_section(world: World, items):
    with pytest.raises(CannotChangeChecklist):
        add_item(pipeline=world.pipeline, label_en=" ", by=world.agus, at=day(1))
    with pytest.raises(CannotChangeChecklist):
        edit_item(item=items[0], section="weather", by=world.agus, at=day(1))
    edit_item(item=items[0], label_en="Who signs?", by=world.agus, at=day(1))
    assert [item.label_en for item in ChecklistItem.objects.all()] == [
        "Who signs?",
        "What do they use today?",
    ]


def test_a_competitor_is_known_once_and_keeps_a_version(world: World):
    rival = add_competitor(name="  Mitra  Sistem ", website="mitra.example", by=world.agus, at=day(0))
    assert (rival.name, rival.website) == ("Mitra Sistem", "https://mitra.example")
    with pytest.raises(CannotChangeCompetitor):
        add_competitor(name="mitra sistem", by=world.agus, at=day(1))
    edited = edit_competitor(
        competitor=rival, say_en="Ask for the price of a year.", by=world.agus, at=day(1), expected_version=1
    )
    assert edited.version == 2
    with pytest.raises(StaleEdit):
        edit_competitor(competitor=rival, strengths="Price", by=world.agus, at=day(2), expected_version=1)
    retire_competitor(competitor=rival, by=world.agus, at=day(3))
    assert competitors_in_use() == []
    assert add_competitor(name="Mitra Sistem", by=world.agus, at=day(4)).pk != rival.pk
    assert Competitor.objects.count() == 2


def test_a_rival_is_named_moves_and_is_dropped(world: World, deal):
    rival = add_competitor(name="Mitra Sistem", by=world.agus, at=day(0))
    name_rival(deal=deal, competitor=rival, by=world.rani, at=day(1))
    name_rival(deal=deal, competitor=rival, standing="ahead", by=world.rani, at=day(2))
    name_rival(deal=deal, competitor=rival, standing="ahead", by=world.rani, at=day(3))
    assert [(one.competitor, one.standing) for one in rivals_of(deal.pk)] == [(rival, "ahead")]
    with pytest.raises(CannotChangeCompetitor):
        name_rival(deal=deal, competitor=rival, standing="winning", by=world.rani, at=day(3))
    drop_rival(deal=deal, competitor=rival, by=world.rani, at=day(4))
    assert rivals_of(deal.pk) == []
    names = Entry.objects.filter(name__startswith="deal.rival").order_by("id").values_list("name", flat=True)
    assert list(names) == ["deal.rival_named", "deal.rival_named", "deal.rival_dropped"]


def test_a_retired_competitor_is_named_no_more_but_stays_where_it_was_named(world: World, deal):
    rival = add_competitor(name="Mitra Sistem", by=world.agus, at=day(0))
    name_rival(deal=deal, competitor=rival, by=world.rani, at=day(1))
    rival = retire_competitor(competitor=rival, by=world.agus, at=day(2))
    name_rival(deal=deal, competitor=rival, standing="out", by=world.rani, at=day(3))
    assert rivals_of(deal.pk)[0].standing == "out"
    with pytest.raises(CannotChangeCompetitor):
        name_rival(deal=world.deal("Other"), competitor=rival, by=world.rani, at=day(4))
