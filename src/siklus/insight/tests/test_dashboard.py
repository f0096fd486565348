import re
from datetime import datetime, timedelta
from decimal import Decimal
from unittest.mock import patch

import pytest
from django.test import Client
from django.utils import timezone
from tests.world import World

from siklus.insight import dashboard
from siklus.insight.mirror import keep, state
from siklus.records.deals.actions import (
    add_pipeline,
    add_stage,
    assign_deal,
    lose_deal,
    merge_deals,
    move_deal,
    take_back_move,
    win_deal,
)


@pytest.fixture
def year(world: World) -> World:
    """Three wins, one loss, one open deal and one lead of Rani's, and a win of Budi's, in the last days."""
    dashboard._answers.clear()
    now = timezone.now()
    for number in range(3):
        deal = world.deal(f"Won {number}", amount=Decimal(100), qualified=True, at=now - timedelta(days=20))
        win_deal(deal=deal, by=world.rani, at=now - timedelta(days=10 - number))
    deal = world.deal("Lost", amount=Decimal(70), qualified=True, at=now - timedelta(days=20))
    lose_deal(deal=deal, reason=world.too_expensive, by=world.rani, at=now - timedelta(days=3))
    world.deal("Open", amount=Decimal(50), qualified=True, at=now - timedelta(days=5))
    world.deal("Lead", at=now - timedelta(days=5))
    other = world.deal(
        "Budi's", amount=Decimal(900), qualified=True, owner=world.budi, at=now - timedelta(days=9)
    )
    win_deal(deal=other, by=world.budi, at=now - timedelta(days=8))
    return world


def tiles(page: str) -> dict[str, tuple[str, str, int]]:
    """Label → (value, address of the list, n)."""
    found = {}
    for tile in re.findall(r'<article class="tile">.*?</article>', page, re.S):
        label = re.search(r'class="tile-label">([^<]+)', tile)[1].strip()
        href, value = re.search(r'class="tile-value"><a href="([^"]+)">([^<]+)', tile).groups()
        found[label] = (value, href.replace("&amp;", "&"), int(re.search(r"n = (\d+)", tile)[1]))
    return found


def test_each_tile_opens_the_list_whose_count_is_its_n(year: World, client: Client):
    client.force_login(year.bram)
    shown = tiles(client.get("/dashboard/").content.decode())
    assert {label: (value, n) for label, (value, _href, n) in shown.items()} == {
        "Win rate": ("80.0%", 5),
        "Value won": ("Rp\u00a01.2K", 4),
        "Average deal size": ("Rp\u00a0300", 4),
        "Sales cycle": ("10 days", 4),
        "Open pipeline": ("Rp\u00a050", 1),
        "Weighted pipeline": ("Rp\u00a05", 1),
    }
    for label, (_value, href, n) in shown.items():
        footer = re.sub(r"<[^>]+>", "", client.get(href).content.decode())
        assert re.search(rf"(?<!\d){n}\s+deals?", footer), (label, href, re.findall(r"\d+\s+deals?", footer))


def funnel(page: str) -> dict[str, tuple[int, str]]:
    """Stage → (value, address of the list)."""
    chart = page[page.index("How far new deals came") :]
    found = re.findall(
        r'<a href="([^"]+)"><text[^>]*>([^<]+)</text>.*?<title>[^<]*?(\d+)</title>', chart, re.S
    )
    return {name: (int(value), href.replace("&amp;", "&")) for href, name, value in found}


@pytest.fixture
def ways(year: World) -> World:
    """Beside the year: a lead that went on, one whose move was taken back, a lost one, one given away, a merged one."""
    world, now = year, timezone.now()

    def at(days: float) -> datetime:
        return now - timedelta(days=days)

    far = move_deal(deal=world.deal("Far", at=at(6)), stage=world.stage("closing"), by=world.rani, at=at(5))
    move_deal(deal=far, stage=world.stage("research"), by=world.rani, at=at(4))
    moved = move_deal(deal=world.deal("Back", at=at(6)), stage=world.stage("demo"), by=world.rani, at=at(5))
    take_back_move(
        deal=moved, stage=world.stage("prospecting"), by=world.rani, at=at(4), expected_version=moved.version
    )
    lost = move_deal(
        deal=world.deal("Lost far", at=at(6)), stage=world.stage("objections"), by=world.rani, at=at(5)
    )
    lose_deal(deal=lost, reason=world.too_expensive, by=world.rani, at=at(4))
    given = move_deal(
        deal=world.deal("Given", at=at(6)), stage=world.stage("contact"), by=world.rani, at=at(5)
    )
    assign_deal(deal=given, owner=world.budi, by=world.bram, at=at(4))
    merge_deals(kept=given, other=world.deal("Twice", owner=world.budi, at=at(6)), by=world.bram, at=at(3))
    other = add_pipeline(name="Renewals", by=world.ada, at=at(30))
    talk = add_stage(pipeline=other, name="Talk", kind="contact", by=world.ada, at=at(30))
    move_deal(deal=world.deal("Elsewhere", at=at(6)), stage=talk, by=world.rani, at=at(5))
    world.deal("Old", at=at(500))
    return world


def test_each_stage_of_the_funnel_opens_the_list_whose_count_it_says(ways: World, client: Client):
    expected = {
        "bram": {"Prospek": 12, "Riset": 4, "Kontak": 4, "Demo": 3, "Keberatan": 2, "Penutupan": 1},
        "rani": {"Prospek": 10, "Riset": 3, "Kontak": 3, "Demo": 3, "Keberatan": 2, "Penutupan": 1},
        "budi": {"Prospek": 2, "Riset": 1, "Kontak": 1, "Demo": 0, "Keberatan": 0, "Penutupan": 0},
    }
    for who, numbers in expected.items():
        dashboard._answers.clear()
        client.force_login(getattr(ways, who))
        shown = funnel(client.get("/dashboard/").content.decode())
        assert {name: value for name, (value, _href) in shown.items()} == numbers
        for name, (value, href) in shown.items():
            footer = re.sub(r"<[^>]+>", "", client.get(href).content.decode())
            if value:
                assert re.search(rf"(?<!\d){value}\s+deals?", footer), (who, name, href)
            else:
                assert "Nothing matches these filters" in footer
    dashboard._answers.clear()
    client.force_login(ways.bram)
    one = funnel(client.get(f"/dashboard/?owner={ways.budi.pk}").content.decode())["Prospek"]
    assert (one[0], f"owner={ways.budi.pk}" in one[1]) == (2, True)


def test_a_rep_sees_her_own_numbers_only(year: World, client: Client):
    client.force_login(year.rani)
    shown = tiles(client.get("/dashboard/").content.decode())
    assert (shown["Win rate"][0], shown["Value won"][2]) == ("75.0%", 3)


def test_a_company_without_deals_is_told_what_to_do(world: World, client: Client):
    dashboard._answers.clear()
    client.force_login(world.bram)
    assert "No numbers yet" in client.get("/dashboard/").content.decode()


def test_who_comes_while_the_numbers_are_prepared_for_the_first_time_is_told_so(world: World, client: Client):
    client.force_login(world.ada)
    dashboard._answers.clear()
    with state.alone(wait=0), patch.object(keep, "WAIT", 0):
        answer = client.get("/dashboard/")
    assert answer.status_code == 503
    assert "The numbers are being prepared" in answer.content.decode()
    assert client.get("/dashboard/").status_code == 200
