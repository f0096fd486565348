"""Calculators: they work without data, tell wrong figures by name, and fill themselves with our own where there are any."""

from decimal import Decimal
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.utils import timezone, translation
from tests.world import World

from siklus.insight.calculator_views import own_address
from siklus.insight.calculators import CALCULATORS, WrongFigures, figures, typed_of
from siklus.records.deals.actions import lose_deal, win_deal


def said(key: str, **typed: str) -> tuple[str, str]:
    one = CALCULATORS[key]
    with translation.override("en"):
        answer = one.answer(figures(one, {**typed_of(one, {}), **typed}))
    return answer.value, answer.says


def wrong(key: str, **typed: str) -> dict[str, str]:
    one = CALCULATORS[key]
    with translation.override("en"), pytest.raises(WrongFigures) as refusal:
        figures(one, {**typed_of(one, {}), **typed})
    return refusal.value.errors


@pytest.mark.parametrize("language", ["en", "id"])
@pytest.mark.parametrize("key", CALCULATORS)
def test_each_calculator_answers_with_its_example_in_both_languages(world: World, key: str, language: str):
    world.rani.language = language
    world.rani.save()
    client = Client()
    client.force_login(world.rani)
    page = client.get(f"/calculators/{key}/").content.decode()
    assert page.count('class="reckoned-value"') == 1
    assert "–</p>" not in page
    assert client.get("/calculators/nothing/").status_code == 404


def test_the_figures_are_those_of_the_definitions(world: World):
    assert said("retention")[0] == "90.0%"
    assert said("velocity")[0] == "Rp\u00a010,000,000 a day"
    assert said("cac") == ("Rp\u00a015,000,000", "A new customer has brought it back after 10.0 months.")
    assert said("roi")[0] == "50%"
    assert said("sample-size")[0] == "1,094"
    assert said("coverage", quota="1000 jt", won="400 jt", open_value="1500 jt") == (
        "2.5×", "At this win rate 4.0× is needed: Rp\u00a0900,000,000 of pipeline is missing.",
    )  # fmt: skip


def test_a_change_that_may_be_chance_is_called_so(world: World):
    assert said("noise") == ("+7.0 points", "It may be chance: no difference at all fits these numbers too.")
    value, says = said("noise", hits_before="200", n_before="1000", hits_after="270", n_after="1000")
    assert (value, says) == (
        "+7.0 points",
        "Chance alone makes such a difference less than once in twenty times.",
    )


def test_what_cannot_be_reckoned_is_a_dash_with_the_reason(world: World):
    assert said("cac", customers="0") == ("–", "No new customer: the cost of one cannot be told.")
    assert said("win-rate", hits="0", n="0") == ("–", "No deal was closed: there is no win rate yet.")
    assert said("retention", churned="90 jt", contracted="20 jt")[0] == "–"


def test_wrong_figures_are_told_by_their_field(world: World):
    assert wrong("win-rate", hits="many", n="2.5") == {"hits": "Write a number here.", "n": "A whole number."}
    assert wrong("win-rate", hits="61") == {"hits": "The part cannot be more than the whole."}
    assert wrong("velocity", win_rate="120", deals="-1", amount="") == {
        "win_rate": "A percentage from 0 to 100.", "deals": "Not below zero.", "amount": "Write a number here.",
    }  # fmt: skip
    assert wrong("roi", cost="9" * 30) == {"cost": "This number is too large."}


def test_a_fragment_is_only_what_comes_out(world: World):
    client = Client()
    client.force_login(world.rani)
    answer = client.get("/calculators/win-rate/", {"hits": "x", "n": "60"}, headers={"HX-Request": "true"})
    text = answer.content.decode()
    assert text.startswith('<div class="reckoned"') and "Write a number here." in text and "<form" not in text


def test_our_own_figures_are_those_that_the_viewer_sees(world: World):
    now = timezone.now()
    for number in range(3):
        deal = world.deal(name=f"Deal {number}", at=now, qualified=True, amount=Decimal(1000))
        if number < 2:
            win_deal(deal=deal, by=world.rani, at=now)
        else:
            lose_deal(deal=deal, reason=world.too_expensive, by=world.rani, at=now)
    asked = parse_qs(urlsplit(own_address("win-rate", world.rani)).query)
    assert asked == {"hits": ["2"], "n": ["3"]}
    assert own_address("win-rate", world.budi) == ""
    assert own_address("cac", world.rani) == ""
