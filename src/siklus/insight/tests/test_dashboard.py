import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone
from tests.world import World

from siklus.insight import dashboard
from siklus.records.deals.actions import lose_deal, win_deal


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


def test_a_rep_sees_her_own_numbers_only(year: World, client: Client):
    client.force_login(year.rani)
    shown = tiles(client.get("/dashboard/").content.decode())
    assert (shown["Win rate"][0], shown["Value won"][2]) == ("75.0%", 3)


def test_a_company_without_deals_is_told_what_to_do(world: World, client: Client):
    dashboard._answers.clear()
    client.force_login(world.bram)
    assert "No numbers yet" in client.get("/dashboard/").content.decode()
