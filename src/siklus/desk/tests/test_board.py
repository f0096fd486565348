import json
import re
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.world import World, day

from siklus.desk.tests.helpers import cards, htmx, signed_in, statements, text
from siklus.records.deals.actions import add_pipeline, add_stage, edit_deal, lose_deal, move_deal
from siklus.records.deals.models import Deal

BOARD = "/deals/?layout=board"


@pytest.fixture
def deals(world: World) -> dict[str, Deal]:
    made = {
        "a": world.deal("Alpha", amount=Decimal(100_000_000), qualified=True),
        "b": world.deal("Beta", amount=Decimal(50_000_000), qualified=True),
        "c": world.deal("Gamma", owner=world.budi, amount=Decimal(7_000_000), qualified=True),
    }
    made["b"] = move_deal(deal=made["b"], stage=world.stage("demo"), by=world.rani, at=day(2))
    return made


def heads(response) -> dict[str, str]:
    """The heads of the columns: by name, what they say."""
    found = re.findall(r"<header class=\"column-head\".*?</header>", response.content.decode(), re.S)
    said = [" ".join(re.sub(r"<[^>]+>", " ", one).replace("\xa0", " ").split()) for one in found]
    return {one.partition(" ")[0]: one.partition(" ")[2] for one in said}


def test_columns_count_and_sum_the_whole_filter(world: World, deals):
    page = signed_in(world.ada).get(BOARD)
    assert heads(page) == {
        "Prospek": "2 Rp 107M ≈ Rp 10.7M",
        "Riset": "0 Rp 0 ≈ Rp 0",
        "Kontak": "0 Rp 0 ≈ Rp 0",
        "Demo": "1 Rp 50M ≈ Rp 20M",
        "Keberatan": "0 Rp 0 ≈ Rp 0",
        "Penutupan": "0 Rp 0 ≈ Rp 0",
    }
    assert cards(page) == ["Gamma", "Alpha", "Beta"]
    assert heads(signed_in(world.ada).get(f"{BOARD}&amount=60000000.."))["Prospek"] == "1 Rp 100M ≈ Rp 10M"


def test_budi_sees_neither_ranis_cards_nor_their_sum(world: World, deals):
    page = signed_in(world.budi).get(BOARD)
    assert cards(page) == ["Gamma"]
    assert heads(page)["Prospek"] == "1 Rp 7M ≈ Rp 700K"
    assert heads(page)["Demo"] == "0 Rp 0 ≈ Rp 0"


def heads_of(client, answer):
    """What the board asks for when an answer tells it to."""
    assert "board_changed" in json.loads(answer["HX-Trigger-After-Settle"])
    page = client.get(BOARD).content.decode()
    address = re.search(r'hx-get="(/deals/heads/[^"]*)"', page)
    assert address
    return client.get(address[1].replace("&amp;", "&"))


def test_a_board_asks_few_questions_however_many_cards(world: World, deals):
    client = signed_in(world.ada)
    few = statements(client, BOARD)
    for number in range(50):
        world.deal(f"Deal {number}", qualified=True)
    assert statements(client, BOARD) == few <= 12
    with CaptureQueriesContext(connection) as asked:
        client.get(BOARD)
    assert len([one for one in asked.captured_queries if "SUM(" in one["sql"]]) == 1


def test_a_long_column_shows_the_first_cards_and_then_the_rest(world: World):
    for number in range(55):
        world.deal(f"Deal {number:02}", qualified=True)
    client = signed_in(world.rani)
    page = client.get(f"{BOARD}&sort=name")
    assert cards(page) == [f"Deal {number:02}" for number in range(20)]
    assert heads(page)["Prospek"].startswith("55 ")
    more = re.search(r'hx-get="(/deals/column/[^"]+)"', page.content.decode())
    assert more
    rest = client.get(more[1].replace("&amp;", "&"))
    assert cards(rest) == [f"Deal {number:02}" for number in range(20, 40)]
    assert "Show more" in text(rest)


def test_a_drop_moves_the_deal_and_answers_with_both_columns(world: World, deals):
    client = signed_in(world.rani)
    drop = {"stage": world.stage("closing").pk, "before": "", "version": deals["a"].version}
    answer = client.post(f"/deals/{deals['a'].pk}/move/", drop, headers=htmx(BOARD))
    assert answer.status_code == 200
    now = heads(heads_of(client, answer))
    assert (now["Prospek"], now["Penutupan"]) == ("0 Rp 0 ≈ Rp 0", "1 Rp 100M ≈ Rp 75M")
    body = answer.content.decode()
    assert f'<article hx-swap-oob="true" class="card" id="card-{deals["a"].pk}"' in body
    assert "Alpha is in Penutupan now" in text(answer)
    assert answer["HX-Reswap"] == "none"
    assert "2 deals Sum Rp 150M Weighted Rp 95M" in text(heads_of(client, answer))
    moved = Deal.objects.get(pk=deals["a"].pk)
    assert moved.stage == world.stage("closing")
    undo = re.search(r'action="([^"]+undo=1)"', body)
    assert undo
    back = client.post(undo[1].replace("&amp;", "&"), headers=htmx(BOARD))
    now = heads(heads_of(client, back))
    assert (now["Penutupan"], now["Prospek"]) == ("0 Rp 0 ≈ Rp 0", "1 Rp 100M ≈ Rp 10M")
    assert f'id="card-{moved.pk}" hx-swap-oob="delete"' in back.content.decode()
    assert f'hx-swap-oob="afterbegin:#column-{world.stage("prospecting").pk}-cards"' in back.content.decode()
    assert Deal.objects.get(pk=moved.pk).stage == world.stage("prospecting")


def test_a_drop_on_an_old_state_is_told_and_changes_nothing(world: World, deals):
    old = deals["a"].version
    move_deal(deal=deals["a"], stage=world.stage("research"), by=world.ada, at=day(3))
    client = signed_in(world.rani)
    drop = {"stage": world.stage("closing").pk, "version": old}
    answer = client.post(f"/deals/{deals['a'].pk}/move/", drop, headers=htmx(BOARD))
    assert answer.status_code == 409
    assert "Somebody was faster" in text(answer)
    assert "Stage Riset" in text(answer)
    assert "Move to Penutupan" in text(answer)
    now = Deal.objects.get(pk=deals["a"].pk)
    assert now.stage == world.stage("research")
    assert f'name="version" value="{now.version}"' in answer.content.decode()


def test_a_closed_deal_is_not_dropped(world: World, deals):
    lose_deal(deal=deals["a"], reason=world.too_expensive, by=world.rani, at=day(3))
    drop = {"stage": world.stage("closing").pk}
    answer = signed_in(world.rani).post(f"/deals/{deals['a'].pk}/move/", drop, headers=htmx(BOARD))
    assert answer.status_code == 422
    assert json.loads(answer["HX-Trigger"])["toast"] == {
        "text": "This deal is closed. Reopen it before you change it.", "tone": "bad", "undo_url": "",
    }  # fmt: skip
    assert Deal.objects.get(pk=deals["a"].pk).stage == world.stage("prospecting")


def test_a_lead_dropped_on_demo_leaves_the_board_of_leads(world: World):
    lead = world.deal("A lead")
    answer = signed_in(world.rani).post(
        f"/deals/{lead.pk}/move/",
        {"stage": world.stage("demo").pk, "before": ""},
        headers=htmx("/leads/?layout=board"),
    )
    assert "A lead is a deal now, in Demo" in text(answer)
    assert f'id="card-{lead.pk}" hx-swap-oob="delete"' in answer.content.decode()
    assert cards(answer) == []


def test_undoing_the_move_that_made_a_lead_a_deal_makes_it_a_lead_again(world: World):
    client, lead = signed_in(world.rani), world.deal("A lead")
    here = htmx("/leads/?layout=board")
    answer = client.post(
        f"/deals/{lead.pk}/move/", {"stage": world.stage("demo").pk, "before": ""}, headers=here
    )
    undo = re.search(r'action="([^"]+undo=1)"', answer.content.decode())
    assert undo
    back = client.post(undo[1].replace("&amp;", "&"), headers=here)
    assert "A lead is a lead again, in Prospek" in text(back)
    assert cards(back) == ["A lead"]
    assert f'id="card-{lead.pk}" hx-swap-oob="delete"' not in back.content.decode()
    now = Deal.objects.get(pk=lead.pk)
    assert (now.is_lead, now.stage) == (True, world.stage("prospecting"))
    assert cards(client.get("/leads/?layout=board")) == ["A lead"]


def test_a_second_undo_or_one_after_another_change_takes_nothing_back(world: World):
    client, lead = signed_in(world.rani), world.deal("A lead")
    here = htmx("/leads/?layout=board")
    answer = client.post(f"/deals/{lead.pk}/move/", {"stage": world.stage("demo").pk}, headers=here)
    undo = re.search(r'action="([^"]+undo=1)"', answer.content.decode())
    assert undo
    edit_deal(deal=lead, by=world.bram, at=timezone.now(), amount=Decimal(5))
    assert client.post(undo[1].replace("&amp;", "&"), headers=here).status_code == 409
    bare = f"/deals/{lead.pk}/move/?stage={world.stage('prospecting').pk}&undo=1"
    assert client.post(bare, headers=here).status_code == 200
    assert Deal.objects.get(pk=lead.pk).is_lead is False


def test_losing_on_the_board_takes_the_card_away_and_undo_brings_it_back(world: World, deals):
    client = signed_in(world.rani)
    given = {"reason": world.too_expensive.pk, "note": "Cheaper elsewhere", "version": deals["a"].version}
    answer = client.post(f"/deals/{deals['a'].pk}/lose/", given, headers=htmx(BOARD))
    assert heads(heads_of(client, answer))["Prospek"] == "0 Rp 0 ≈ Rp 0"
    assert f'id="card-{deals["a"].pk}" hx-swap-oob="delete"' in answer.content.decode()
    assert "Alpha: Lost, Too expensive" in text(answer)
    assert json.loads(answer["HX-Trigger-After-Settle"]) == {"dialog:close": True, "board_changed": True}
    undo = re.search(r'action="([^"]+undo=1)"', answer.content.decode())
    assert undo
    back = client.post(undo[1].replace("&amp;", "&"), headers=htmx(BOARD))
    assert cards(back) == ["Alpha"]
    assert heads(heads_of(client, back))["Prospek"] == "1 Rp 100M ≈ Rp 10M"


def test_a_card_is_made_in_its_column(world: World):
    client = signed_in(world.rani)
    form = client.get(f"/deals/new/?stage={world.stage('contact').pk}&quick=1", headers=htmx(BOARD))
    assert "data-quick" in form.content.decode()
    given = {"quick": "1", "stage": world.stage("contact").pk, "name": "Quick", "amount": "8.000.000"}
    answer = client.post("/deals/new/", given, headers=htmx(BOARD))
    deal = Deal.objects.get()
    assert (deal.name, deal.stage, deal.owner, deal.amount) == (
        "Quick", world.stage("contact"), world.rani, Decimal(8_000_000),
    )  # fmt: skip
    assert heads(heads_of(client, answer))["Kontak"] == "1 Rp 8M ≈ Rp 2M"
    assert cards(answer) == ["Quick"]
    refused = client.post("/deals/new/", {**given, "name": ""}, headers=htmx(BOARD))
    assert refused.status_code == 422
    assert "A lead or deal needs a name." in text(refused)
    assert Deal.objects.count() == 1


def test_a_second_pipeline_has_its_own_board(world: World, deals):
    other = add_pipeline(name="Renewals", by=world.ada, at=day(0))
    stage = add_stage(pipeline=other, name="Talk", kind="contact", by=world.ada, at=day(0))
    world.deal("Renew", stage=stage, qualified=True)
    client = signed_in(world.ada)
    assert "Renew" not in cards(client.get(BOARD))
    page = client.get(f"{BOARD}&pipeline={other.pk}")
    assert (cards(page), list(heads(page))) == (["Renew"], ["Talk"])


def test_people_partners_may_not_drag(world: World, deals):
    answer = signed_in(world.putri).post(f"/deals/{deals['a'].pk}/move/", {"stage": world.stage("demo").pk})
    assert answer.status_code == 403
