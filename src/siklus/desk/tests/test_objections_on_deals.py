import pytest
from tests.world import World, day

from siklus.cycle.objections.actions import (
    add_ready_catalogue,
    answer_objection,
    raise_objection,
    resolve_objection,
)
from siklus.cycle.objections.models import Objection, ObjectionType
from siklus.desk.tests.helpers import htmx, signed_in, statements, text
from siklus.insight.objections import responses_ranked, type_that_sounds_like
from siklus.records.activities.actions import log_activity


@pytest.fixture
def types(world: World) -> dict[str, ObjectionType]:
    return {one.kind: one for one in add_ready_catalogue(by=world.ada, at=day(0))}


def test_an_objection_is_raised_from_the_page_of_a_deal_with_type_and_words(world: World, types):
    deal, client = world.deal(), signed_in(world.rani)
    call = log_activity(kind="call", subject="Call", deal=deal, by=world.rani, at=day(2))
    page = client.get(f"/deals/{deal.pk}/").content.decode()
    assert 'data-shortcut="o"' in page
    assert f"/deals/{deal.pk}/objections/new/?activity={call.pk}" in page
    path = f"/deals/{deal.pk}/objections/new/"
    body = {"type": types["price"].pk, "words": "Too much", "activity": call.pk}
    assert client.post(path, body, headers=htmx()).status_code == 204
    objection = Objection.objects.get()
    assert (objection.type, objection.words, objection.activity) == (types["price"], "Too much", call)
    said = text(client.get(f"/deals/{deal.pk}/beside/"))
    assert "Price Open" in said and "“Too much”" in said


def test_without_a_type_it_is_what_the_words_sound_like(world: World, types):
    deal, client = world.deal(), signed_in(world.rani)
    path = f"/deals/{deal.pk}/objections/new/"
    client.post(path, {"words": "Our budget does not allow this price"}, headers=htmx())
    assert Objection.objects.get().type == types["price"]
    answer = client.post(path, {"words": "xyzzy"}, headers=htmx())
    assert answer.status_code == 422
    assert "Choose what the objection is about." in text(answer)


def test_the_words_of_buyers_teach_what_sounds_like_what(world: World, types):
    assert type_that_sounds_like(world.rani, "Sesudah Lebaran") is None
    raise_objection(
        deal=world.deal(), type=types["timing"], words="Nanti sesudah Lebaran", by=world.rani, at=day(2)
    )
    assert type_that_sounds_like(world.rani, "Sesudah Lebaran") == types["timing"].pk
    assert type_that_sounds_like(world.budi, "Sesudah Lebaran") is None


def test_the_answer_dialog_ranks_responses_by_what_worked_and_reads_in_both_languages(world: World, types):
    best = types["price"].responses.order_by("id").last()
    for number in range(5):
        objection = raise_objection(
            deal=world.deal(f"Deal {number}"), type=types["price"], words="x", by=world.rani, at=day(2)
        )
        objection = answer_objection(objection=objection, response=best, by=world.rani, at=day(3))
        resolve_objection(objection=objection, by=world.rani, at=day(4))
    ranked = responses_ranked(world.rani, types["price"].pk)
    assert [(one.response_id == best.pk, one.resolved.n) for one in ranked] == [(True, 5), (False, 0)]
    objection = raise_objection(deal=world.deal(), type=types["price"], words="x", by=world.rani, at=day(5))
    client = signed_in(world.rani)
    path = f"/objections/{objection.pk}/answer/"
    said = text(client.get(path, headers=htmx()))
    assert "Begin smaller Resolved: 100% 57%–100% · n = 5" in said
    assert said.index("Begin smaller") < said.index("What it costs to change nothing Resolved: not used yet")
    world.rani.language = "id"
    world.rani.save()
    assert "Mulai dari yang kecil" in text(client.get(path, headers=htmx()))
    client.post(path, {"response": best.pk, "version": objection.version}, headers=htmx())
    objection.refresh_from_db()
    assert objection.state == "answered"
    assert client.post(path, {"response": best.pk, "version": 1}, headers=htmx()).status_code == 409


def test_buttons_settle_and_open_again(world: World, types):
    objection = raise_objection(
        deal=world.deal(), type=types["use"], words="Too hard", by=world.rani, at=day(2)
    )
    client = signed_in(world.rani)
    states = []
    for verb in ("resolve", "reopen", "stands"):
        client.post(f"/objections/{objection.pk}/{verb}/")
        objection.refresh_from_db()
        states.append(objection.state)
    assert states == ["resolved", "open", "stands"]
    assert signed_in(world.budi).post(f"/objections/{objection.pk}/resolve/").status_code == 404
    assert signed_in(world.putri).post(f"/objections/{objection.pk}/resolve/").status_code == 403


def test_suggestions_follow_what_is_typed(world: World, types):
    client = signed_in(world.rani)
    said = text(client.get("/objections/suggest/", {"words": "our director decides"}))
    assert said.startswith("This sounds like: Authority")
    assert "Help them tell it inside" in said
    assert client.get("/objections/suggest/", {"type": "x", "words": ""}).status_code == 200


def test_the_page_asks_as_many_questions_for_ten_objections_as_for_one(world: World, types):
    deal, client = world.deal(), signed_in(world.rani)

    def more() -> None:
        one = raise_objection(deal=deal, type=types["use"], words="Hard", by=world.rani, at=day(2))
        answer_objection(objection=one, words="Easy", by=world.rani, at=day(3))

    more()
    few = statements(client, f"/deals/{deal.pk}/")
    for _number in range(9):
        more()
    assert statements(client, f"/deals/{deal.pk}/") == few


def test_a_card_is_marked_with_its_open_objections_by_one_more_question(world: World, types):
    client, board = signed_in(world.rani), "/deals/?layout=board"
    deal = world.deal("Alpha", qualified=True)
    few = statements(client, board)
    for words in ("No", "Never"):
        raise_objection(deal=deal, type=types["price"], words=words, by=world.rani, at=day(2))
    for number in range(9):
        world.deal(f"Deal {number}", qualified=True)
    assert statements(client, board) == few <= 13
    page = client.get(board).content.decode()
    assert page.count('class="card-mark"') == 1
    assert 'title="2 open objections"' in page


def test_today_shows_open_objections_with_why_and_the_way_to_answer(world: World, types):
    deal = world.deal("Bank Nusa", qualified=True)
    objection = raise_objection(
        deal=deal, type=types["price"], words="Twice what we pay", by=world.rani, at=day(2)
    )
    page = signed_in(world.rani).get("/")
    assert "Bank Nusa Price · “Twice what we pay” · Prospek · gone quiet · nothing planned" in text(page)
    assert f'href="/objections/{objection.pk}/answer/?next=/"' in page.content.decode()
    assert "Twice what we pay" not in text(signed_in(world.budi).get("/"))
    assert "Twice what we pay" in text(signed_in(world.bram).get("/?who=team"))
    resolve_objection(objection=objection, by=world.rani, at=day(3))
    assert "Twice what we pay" not in text(signed_in(world.rani).get("/"))
