"""Stories in a real browser: what Rani, Bram and Agus do, with the mouse, by keyboard, on a phone, in the dark."""

from decimal import Decimal

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from siklus.platform.accounts.actions import edit_user
from siklus.platform.imports.models import ImportBatch
from siklus.records.companies.actions import add_company
from siklus.records.deals.actions import edit_deal
from siklus.records.deals.models import Deal
from tests.world import World, day

pytestmark = [pytest.mark.chromium, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def deal(world: World) -> Deal:
    company = add_company(name="Bank Nusa", owner=world.rani, by=world.rani, at=day(1))
    return world.deal("Bank Nusa, 120 seats", company=company, amount=Decimal(420_000_000), qualified=True)


def card(page, deal):
    return page.locator(f"[data-card][data-id='{deal.pk}']")


def column(page, world, kind):
    return page.locator(f"[data-column][data-stage='{world.stage(kind).pk}']")


def test_a_wrong_password_is_told_and_the_right_one_opens(world: World, visit):
    rani = visit()
    page = rani.open("/deals/")
    page.fill("[name=email]", "rani@nusa.test")
    page.fill("[name=password]", "wrong")
    page.click("button[type=submit]")
    expect(page.get_by_text("E-mail or password is wrong.")).to_be_visible()
    rani.looks_right()
    page.fill("[name=email]", "rani@nusa.test")
    page.fill("[name=password]", "benar-sekali-kuda")
    page.click("button[type=submit]")
    expect(page).to_have_url(f"{rani.base}/deals/")


def test_a_card_is_dragged_to_the_demo_and_the_move_undone(world: World, deal: Deal, visit):
    rani = visit(width=1600).sign_in(world.rani)
    page = rani.open("/deals/?layout=board")
    box = card(page, deal).bounding_box()
    goal = column(page, world, "demo").bounding_box()
    page.mouse.move(box["x"] + 40, box["y"] + 14)
    page.mouse.down()
    page.mouse.move(goal["x"] + 60, goal["y"] + 120, steps=12)
    page.mouse.up()
    expect(column(page, world, "demo").locator("[data-card]")).to_have_count(1)
    expect(page.get_by_role("button", name="Undo")).to_be_visible()
    assert Deal.objects.get().stage == world.stage("demo")
    expect(column(page, world, "demo")).to_contain_text("Rp")
    page.get_by_role("button", name="Undo").click()
    expect(column(page, world, "prospecting").locator("[data-card]")).to_have_count(1)
    assert Deal.objects.get().stage == world.stage("prospecting")
    rani.looks_right()


def test_a_card_is_moved_by_keyboard(world: World, deal: Deal, visit):
    rani = visit(width=1600).sign_in(world.rani)
    page = rani.open("/deals/?layout=board")
    card(page, deal).locator(".card-link").focus()
    page.keyboard.press("m")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(column(page, world, "research").locator("[data-card]")).to_have_count(1)
    expect(page.get_by_role("button", name="Undo")).to_be_visible()  # the server has answered
    assert Deal.objects.get().stage == world.stage("research")


def test_a_deal_is_lost_only_with_a_reason(world: World, deal: Deal, visit):
    rani = visit().sign_in(world.rani)
    page = rani.open(f"/deals/{deal.pk}/")
    page.get_by_role("link", name="Lost").or_(page.get_by_role("button", name="Lost")).first.click()
    dialog = page.locator("dialog[open]")
    expect(dialog).to_be_visible()
    rani.looks_right()
    dialog.get_by_text("Too expensive").or_(dialog.locator("select[name=reason]")).first.click()
    if dialog.locator("select[name=reason]").count():
        dialog.locator("select[name=reason]").select_option(label="Too expensive")
    dialog.locator("button[type=submit]").last.click()
    expect(page.get_by_text("Too expensive").first).to_be_visible()
    lost = Deal.objects.get()
    assert (lost.status, lost.lost_reason.name) == ("lost", "Too expensive")


def test_an_edit_on_an_old_state_is_told_and_loses_nothing(world: World, deal: Deal, visit):
    rani = visit().sign_in(world.rani)
    page = rani.open(f"/deals/{deal.pk}/")
    page.locator("[data-edit-url*='/edit/amount/']").first.click()
    field = page.locator(".prop input[name=value]").first
    expect(field).to_be_visible()
    edit_deal(deal=deal, amount=Decimal(500_000_000), by=world.bram, at=timezone.now())
    field.fill("300000000")
    field.press("Enter")
    expect(page.locator("dialog[open]")).to_be_visible()
    expect(page.locator("dialog[open]")).to_contain_text("500,000,000")
    assert Deal.objects.get().amount == 500_000_000


def test_a_note_is_written_and_stands_in_the_timeline(world: World, deal: Deal, visit):
    rani = visit().sign_in(world.rani)
    page = rani.open(f"/deals/{deal.pk}/")
    page.locator("textarea").first.fill("They want it in their own data centre.")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("They want it in their own data centre.").first).to_be_visible()
    rani.looks_right()


def test_a_file_is_imported_from_the_first_page_to_the_board(world: World, visit, tmp_path):
    file = tmp_path / "prospek.csv"
    file.write_text(
        "Nama,Perusahaan,Surel,Nilai\nHendra,Bank Nusa,hendra@nusa.co.id,420000000\nX,Y,broken,1\n"
    )
    agus = visit().sign_in(world.agus)
    page = agus.open("/imports/")
    agus.looks_right()
    page.get_by_role("link", name="Import a file").first.click()
    page.set_input_files("input[type=file]", file)
    page.get_by_role("button", name="Upload and read").click()
    expect(page.get_by_role("heading", name="What are the columns?")).to_be_visible()
    agus.looks_right()
    page.get_by_role("button", name="Show what will happen").click()
    expect(page.get_by_text("is not an e-mail address")).to_be_visible()
    agus.looks_right()
    assert Deal.objects.count() == 0
    page.get_by_role("button", name="Import now").click()
    expect(page.get_by_role("button", name="Undo this import")).to_be_visible()
    assert Deal.objects.count() == 1
    agus.looks_right()
    page.get_by_role("button", name="Undo this import").click()
    page.locator("dialog[open] button").last.click()
    expect(page.get_by_text("This import was undone")).to_be_visible()
    assert (Deal.objects.count(), ImportBatch.objects.get().status) == (0, "undone")


PAGES = ["/", "/leads/", "/deals/", "/deals/?layout=board", "/companies/", "/contacts/", "/dashboard/", "/activities/",
         "/search/?q=nusa", "/settings/profile/"]  # fmt: skip


@pytest.mark.parametrize("language", ["en", "id"])
@pytest.mark.parametrize(("width", "dark"), [(1280, False), (1280, True), (360, False), (360, True)])
def test_every_page_looks_right_wide_and_narrow_light_and_dark_in_both_languages(
    world: World, deal: Deal, visit, language: str, width: int, dark: bool
):
    edit_user(user=world.rani, language=language, by=world.rani, at=day(2))
    rani = visit(width=width, dark=dark).sign_in(world.rani)
    for path in [*PAGES, f"/deals/{deal.pk}/", f"/companies/{deal.company_id}/"]:
        page = rani.open(path)
        expect(page.locator("html")).to_have_attribute("lang", language)
        rani.looks_right()


def test_the_palette_finds_and_opens(world: World, deal: Deal, visit):
    rani = visit().sign_in(world.rani)
    page = rani.page
    page.keyboard.press("Control+k")
    page.keyboard.type("120 sea")
    expect(
        page.locator("dialog[open] [role=option]").filter(has_text="Bank Nusa, 120 seats").first
    ).to_be_visible()
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{rani.base}/deals/{deal.pk}/")
