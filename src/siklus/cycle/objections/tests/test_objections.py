import pytest
from django.utils import translation
from tests.world import World, day

from siklus.cycle.objections import queries
from siklus.cycle.objections.actions import (
    CannotChangeObjection,
    add_ready_catalogue,
    add_type,
    answer_objection,
    edit_response,
    leave_standing,
    raise_objection,
    reopen_objection,
    resolve_objection,
    retire_response,
    set_closing_rule,
)
from siklus.cycle.objections.actions.catalogue import CannotChangeCatalogue, add_response
from siklus.cycle.objections.models import Objection, ObjectionType, Response, State
from siklus.platform.imports.actions import (
    check_import,
    map_import,
    queue_import,
    run_import,
    start_import,
)
from siklus.platform.imports.undo import undo_import
from siklus.platform.journal.models import Entry
from siklus.records.activities.actions import log_activity
from siklus.records.deals.actions import lose_deal, merge_deals, move_deal, unmerge_deals, win_deal
from siklus.records.deals.gates import GateClosed
from siklus.records.deals.models import Deal
from siklus.records.fields.record import StaleEdit

WORDING = {"en": {"title": "Count the cost", "answer": "What does today cost you?"}}


@pytest.fixture
def price(world: World) -> ObjectionType:
    return add_type(kind="price", name_en="Price", name_id="Harga", by=world.agus, at=day(0))


@pytest.fixture
def count_the_cost(world: World, price: ObjectionType) -> Response:
    return add_response(type=price, wording=WORDING, by=world.agus, at=day(0))


def raised(world: World, type_: ObjectionType, deal: Deal | None = None, number: float = 2) -> Objection:
    return raise_objection(
        deal=deal or world.deal(), type=type_, words=" Too much. ", by=world.rani, at=day(number)
    )


def facts(objection: Objection) -> list[str]:
    rows = Entry.objects.filter(about_kind="objection", about_id=objection.pk).order_by("id")
    return list(rows.values_list("name", flat=True))


def test_an_objection_is_raised_answered_and_resolved(world: World, price, count_the_cost):
    objection = raised(world, price)
    assert (objection.words, objection.state) == ("Too much.", "open")
    objection = answer_objection(
        objection=objection, response=count_the_cost, words="Per seat!", by=world.rani, at=day(3)
    )
    assert objection.state == State.ANSWERED
    objection = resolve_objection(objection=objection, note="They did the sum.", by=world.rani, at=day(4))
    assert (objection.state, objection.settled_at, objection.note) == (
        "resolved",
        day(4),
        "They did the sum.",
    )
    assert facts(objection) == ["objection.raised", "objection.answered", "objection.resolved"]
    answer = objection.answers.get()
    assert (answer.used.title, answer.words) == ("Count the cost", "Per seat!")


def test_what_stands_or_is_resolved_can_be_opened_again(world: World, price):
    objection = leave_standing(objection=raised(world, price), by=world.rani, at=day(3))
    assert objection.state == State.STANDS
    with pytest.raises(CannotChangeObjection, match="Open it again first"):
        answer_objection(objection=objection, words="But …", by=world.rani, at=day(4))
    objection = reopen_objection(objection=objection, by=world.rani, at=day(4))
    assert (objection.state, objection.settled_at) == ("open", None)
    assert facts(objection) == ["objection.raised", "objection.stands", "objection.reopened"]


def test_an_objection_counts_as_a_touch_since_it_is_a_sign_of_interest(world: World, price):
    deal = world.deal()
    raised(world, price, deal, number=5)
    deal.refresh_from_db()
    assert deal.last_touch_at == day(5)
    raised(world, price, deal, number=3)
    deal.refresh_from_db()
    assert deal.last_touch_at == day(5)


def test_an_objection_needs_a_type_words_and_an_activity_of_its_own_deal(world: World, price):
    deal, other = world.deal(), world.deal("Another")
    call = log_activity(kind="call", subject="Call", deal=other, by=world.rani, at=day(2))
    for values, sentence in (
        ({"type": None, "words": "No"}, "Choose what the objection is about."),
        ({"type": price, "words": "  "}, "Write what the buyer said."),
        ({"type": price, "words": "No", "activity": call}, "This activity belongs to another deal."),
    ):
        with pytest.raises(CannotChangeObjection) as refusal:
            raise_objection(deal=deal, by=world.rani, at=day(2), **values)
        assert refusal.value.message == sentence
    mine = raise_objection(deal=other, type=price, words="No", activity=call, by=world.rani, at=day(2))
    assert mine.activity == call


def test_an_edited_response_is_a_new_version_and_old_uses_keep_their_words(
    world: World, price, count_the_cost
):
    objection = raised(world, price)
    answer_objection(objection=objection, response=count_the_cost, by=world.rani, at=day(3))
    wording = {"en": {"title": "Count again", "answer": "Look at the sum."}}
    changed = edit_response(response=count_the_cost, wording=wording, by=world.agus, at=day(4))
    assert changed.version == 2
    answer_objection(objection=objection, response=changed, by=world.rani, at=day(5))
    assert [(one.used.number, one.used.title) for one in objection.answers.all()] == [
        (1, "Count the cost"), (2, "Count again"),
    ]  # fmt: skip
    assert edit_response(response=changed, wording=wording, by=world.agus, at=day(6)).version == 2
    with pytest.raises(StaleEdit):
        edit_response(response=changed, proof="x", expected_version=1, by=world.agus, at=day(6))


def test_a_retired_response_answers_nothing_more(world: World, price, count_the_cost):
    gone = retire_response(response=count_the_cost, by=world.agus, at=day(1))
    with pytest.raises(CannotChangeObjection, match="not offered any more"):
        answer_objection(objection=raised(world, price), response=gone, by=world.rani, at=day(3))
    assert queries.current_versions() == []


def test_a_response_needs_a_title_an_answer_and_a_link_that_is_one(world: World, price):
    for wording, url, field in (
        ({}, "", "title_en"), ({"id": {"answer": "Ya"}}, "", "title_id"), ({"en": {"title": "A"}}, "", "answer_en"),
        (WORDING, "javascript:alert(1)", "proof_url"),
    ):  # fmt: skip
        with pytest.raises(CannotChangeCatalogue) as refusal:
            add_response(type=price, wording=wording, proof_url=url, by=world.agus, at=day(1))
        assert refusal.value.field == field


def test_the_ready_catalogue_speaks_both_languages_and_is_added_once(world: World):
    kinds = ["price", "use", "result", "timing", "authority", "trust", "competitor"]
    assert [one.kind for one in add_ready_catalogue(by=world.ada, at=day(0))] == kinds
    assert add_ready_catalogue(by=world.ada, at=day(1)) == []
    for version in queries.current_versions():
        for language in ("en", "id"):
            assert all(version.wording[language].values()), version.title
    first = queries.current_versions()[0]
    with translation.override("id"):
        assert (first.title, first.response.type.name) == ("Berapa biaya kalau tidak berubah", "Harga")


def test_who_sees_the_deal_sees_its_objections(world: World, price):
    objection = raised(world, price)
    for person in (world.rani, world.bram, world.dewi, world.agus):
        assert queries.objection_for(person, objection.pk) == objection
    for stranger in (world.budi, world.putri):
        with pytest.raises(Objection.DoesNotExist):
            queries.objection_for(stranger, objection.pk)


def test_a_pipeline_may_refuse_to_close_or_win_with_an_open_objection(world: World, price):
    deal = world.deal(qualified=True)
    objection = raised(world, price, deal)
    closing = world.stage("closing")
    deal = move_deal(deal=deal, stage=closing, by=world.rani, at=day(3))
    deal = move_deal(deal=deal, stage=world.stage("demo"), by=world.rani, at=day(4))
    set_closing_rule(pipeline=world.pipeline, refuses_open=True, by=world.agus, at=day(4))
    for verb in (
        lambda: move_deal(deal=deal, stage=closing, by=world.rani, at=day(5)),
        lambda: win_deal(deal=deal, by=world.rani, at=day(5)),
    ):
        with pytest.raises(GateClosed) as refusal:
            verb()
        assert refusal.value.message == (
            "An objection is still open (Price: “Too much.”). Answer it before you close this deal."
        )
    move_deal(deal=deal, stage=world.stage("objections"), by=world.rani, at=day(5))
    answer_objection(objection=objection, words="Per seat.", by=world.rani, at=day(6))
    assert win_deal(deal=deal, by=world.rani, at=day(7)).status == "won"


def test_a_deal_with_an_open_objection_can_always_be_lost(world: World, price):
    deal = world.deal()
    raised(world, price, deal)
    set_closing_rule(pipeline=world.pipeline, refuses_open=True, by=world.agus, at=day(2))
    lost = lose_deal(deal=deal, reason=world.too_expensive, by=world.rani, at=day(3))
    assert lost.status == "lost"


def test_objections_move_with_a_merged_deal_and_back(world: World, price):
    kept, other = world.deal("Kept"), world.deal("Other")
    objection = raised(world, price, other)
    merge_deals(kept=kept, other=other, by=world.rani, at=day(3))
    assert [one.pk for one in queries.of_deal(kept.pk)] == [objection.pk]
    assert queries.open_counts([kept.pk, other.pk]) == {kept.pk: 1}
    unmerge_deals(kept=kept, other_id=other.pk, by=world.rani, at=day(4))
    assert queries.open_counts([kept.pk, other.pk]) == {other.pk: 1}


def test_uses_count_each_answer_and_each_deal_once(world: World, price, count_the_cost):
    second = add_response(
        type=price, wording={"en": {"title": "Smaller", "answer": "Begin smaller."}}, by=world.agus, at=day(0)
    )
    won, lost, still_open = (world.deal(name) for name in ("Won", "Lost", "Open"))

    def objects(deal: Deal, *responses: Response) -> Objection:
        objection = raised(world, price, deal)
        for response in responses:
            answer_objection(objection=objection, response=response, by=world.rani, at=day(3))
        return objection

    resolve_objection(objection=objects(won, count_the_cost, second), by=world.rani, at=day(4))
    resolve_objection(objection=objects(won, second), by=world.rani, at=day(4))
    leave_standing(objection=objects(lost, second), by=world.rani, at=day(4))
    objects(still_open, second)
    win_deal(deal=won, by=world.rani, at=day(5))
    lose_deal(deal=lost, reason=world.too_expensive, by=world.rani, at=day(5))
    found = {one.response_id: one for one in queries.uses(world.rani)}
    first, other = found[count_the_cost.pk], found[second.pk]
    assert (first.used, first.decided, first.resolved, first.ended, first.won) == (1, 1, 0, 1, 1)
    assert (other.used, other.decided, other.resolved, other.ended, other.won) == (4, 3, 2, 2, 1)
    assert queries.uses(world.budi) == []


def test_undoing_an_import_leaves_a_lead_with_an_objection(world: World, price):
    batch = start_import(
        object_kind="leads", file_name="x.csv", chunks=[b"name\nBank Nusa\nToko Maju\n"], by=world.agus,
        at=day(1),
    )  # fmt: skip
    batch = map_import(batch=batch, mapping=batch.mapping, mode="create", key="", at=day(1))
    batch = check_import(batch=batch, at=day(1))
    batch = run_import(batch=queue_import(batch=batch, at=day(1), hand_over=False), at=day(1))
    lead = Deal.objects.get(name="Bank Nusa")
    raised(world, price, lead)
    undo_import(batch=batch, by=world.agus, at=day(3))
    assert [one.name for one in Deal.objects.all()] == ["Bank Nusa"]
    assert queries.open_counts([lead.pk]) == {lead.pk: 1}
