"""Rani finds the same lead twice, looks at both side by side, merges them, and changes her mind."""

from decimal import Decimal

import pytest
from playwright.sync_api import expect

from siklus.records.deals.models import Deal
from tests.world import World

pytestmark = [pytest.mark.chromium, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (360, True)])
def test_two_ticked_leads_are_compared_merged_and_taken_apart(world: World, visit, width: int, dark: bool):
    old = world.deal("Bank Nusa, 120 seats")
    new = world.deal("Sistem kasir Bank Nusa", amount=Decimal(420_000_000))
    rani = visit(width=width, dark=dark).sign_in(world.rani)
    page = rani.open("/leads/")
    ticks = page.locator("[data-select-row]")
    ticks.nth(0).check()
    expect(page.locator("[data-bulk-two]")).to_be_hidden()
    ticks.nth(1).check()
    page.locator("[data-bulk-two]").click()
    expect(page.get_by_role("heading", name="Merge two into one")).to_be_visible()
    rani.looks_right()
    expect(page.locator(f"[name='take.amount'][value='{new.pk}']")).to_be_checked()
    page.locator(f"#keep-{new.pk}").check()
    expect(page.locator(f"[name='take.name'][value='{new.pk}']")).to_be_checked()
    page.locator(f"#keep-{old.pk}").check()
    expect(page.locator(f"[name='take.name'][value='{old.pk}']")).to_be_checked()
    page.get_by_role("button", name="Merge", exact=True).click()
    expect(page).to_have_url(f"{rani.base}/deals/{old.pk}/")
    expect(page.locator("#toasts")).to_contain_text("is merged into Bank Nusa, 120 seats.")
    page.evaluate("Promise.all(document.getAnimations().map((one) => one.finished))")  # half a toast is pale
    rani.looks_right()
    assert Deal.objects.get(pk=old.pk).amount == 420_000_000
    page.locator("#toasts").get_by_role("button", name="Undo").click()
    expect(page.locator("#toasts")).to_contain_text("Sistem kasir Bank Nusa stands on its own again.")
    assert Deal.objects.filter(merged_into=None).count() == 2
    page.get_by_label("More for Bank Nusa, 120 seats").click()
    page.get_by_role("link", name="Merge with…").click()
    expect(page.get_by_role("dialog")).to_contain_text("The other one")
    rani.looks_right()
