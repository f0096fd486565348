from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.world import World, day

from siklus.desk.pages.deal import days_by_stage
from siklus.platform.files.models import Attachment
from siklus.records.activities.actions import log_activity, plan_activity
from siklus.records.companies.actions import add_company
from siklus.records.contacts.actions import add_contact
from siklus.records.deals.actions import edit_deal, lose_deal, move_deal, set_product
from siklus.records.deals.history import intervals
from siklus.records.fields.actions import add_field
from siklus.records.products.actions import add_product


def browser(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def deal(world: World):
    company = add_company(name="Bank Nusa", owner=world.rani, by=world.rani, at=day(0), city="Jakarta")
    contact = add_contact(
        name="Hendra Pratama", company=company, owner=world.rani, by=world.rani, at=day(0), title="CIO",
        phones=["0812 3456 789"], emails=["hendra@banknusa.co.id"],
    )  # fmt: skip
    return world.deal(company=company, contact=contact, amount=Decimal("420000000"))


def test_the_page_shows_the_deal_its_company_and_how_to_reach_the_person(world: World, deal):
    answer = browser(world.rani).get(f"/deals/{deal.pk}/")
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "<h1>Bank Nusa, 120 seats</h1>" in text
    assert "Rp\u00a0420,000,000" in text
    assert 'href="tel:+628123456789"' in text
    assert f'data-dialog href="/whatsapp/new/?deal={deal.pk}"' in text
    assert 'href="mailto:hendra@banknusa.co.id"' in text


def test_the_page_needs_at_most_fifteen_questions(world: World, deal, django_assert_max_num_queries):
    add_field(record_kind="deal", label="Seats", kind="number", by=world.ada, at=day(0))
    for number in range(5):
        world.deal(name=f"Deal {number}", company=deal.company)
        log_activity(kind="call", subject=f"Call {number}", deal=deal, by=world.rani, at=day(2 + number))
        plan_activity(kind="call", subject="Again", deal=deal, by=world.rani, at=day(3), due_at=day(9))
    client = browser(world.rani)
    client.get(f"/deals/{deal.pk}/")
    with django_assert_max_num_queries(15):
        client.get(f"/deals/{deal.pk}/")


def test_the_panels_of_all_rooms_come_in_one_answer_after_the_page(
    world: World, deal, django_assert_max_num_queries
):
    other = world.deal(name="Their other deal", company=deal.company)
    client = browser(world.rani)
    page = client.get(f"/deals/{deal.pk}/").content.decode()
    assert page.count(f'hx-get="/deals/{deal.pk}/beside/" hx-trigger="load"') == 1
    with django_assert_max_num_queries(30):
        panels = client.get(f"/deals/{deal.pk}/beside/").content.decode()
    places = [panels.index(f'id="{one}"') for one in (
        "record-mail", "sequences", "quotes", "plan", "qualification", "objections", "demos", "research", "others",
    )]  # fmt: skip
    assert places == sorted(places)
    assert other.name in panels and other.name not in page
    assert panels.count("<section") == panels.count("</section")


@pytest.mark.parametrize(
    "path", ["/deals/{}/", "/deals/{}/beside/", "/deals/{}/history/", "/stream/deal/{}/", "/files/deal/{}/"]
)
def test_a_stranger_finds_nothing(world: World, deal, path):
    assert browser(world.budi).get(path.format(deal.pk)).status_code == 404
    assert browser(world.rani).get(path.format(deal.pk)).status_code == 200


def test_a_stranger_changes_nothing(world: World, deal):
    client = browser(world.budi)
    product = add_product(name="Seat", by=world.ada, at=day(0))
    sent = [
        (f"/deals/{deal.pk}/people/", {"contact": deal.contact_id, "part": "champion"}),
        (f"/deals/{deal.pk}/products/", {"product": product.pk}),
        ("/activities/new/", {"deal": deal.pk, "body": "Hello"}),
        (f"/activities/plan/?deal={deal.pk}", {"kind": "call", "when": "today"}),
        (f"/files/deal/{deal.pk}/new/", {"file": SimpleUploadedFile("a.txt", b"a")}),
    ]
    assert [client.post(path, values).status_code for path, values in sent] == [404] * 5
    assert (deal.people.count(), deal.lines.count(), deal.activities.count()) == (0, 0, 0)
    assert not Attachment.objects.exists()


def test_people_partners_change_no_record(world: World, deal):
    client = browser(world.putri)
    assert client.post("/activities/new/", {"deal": deal.pk, "body": "Hello"}).status_code == 403
    assert client.post(f"/deals/{deal.pk}/people/", {}).status_code == 403
    assert deal.activities.count() == 0


def test_days_in_a_stage_add_up_over_visits(world: World, deal):
    deal = move_deal(deal=deal, stage=world.stage("research"), by=world.rani, at=day(3))
    deal = move_deal(deal=deal, stage=world.stage("prospecting"), by=world.rani, at=day(7))
    deal = move_deal(deal=deal, stage=world.stage("research"), by=world.rani, at=day(10))
    deal = lose_deal(deal=deal, reason=world.too_expensive, by=world.rani, at=day(11))
    spent = days_by_stage(list(intervals(deal)), day(40))
    assert spent == {world.stage("prospecting").pk: 5, world.stage("research").pk: 5}


def test_a_closed_deal_says_so_and_why(world: World, deal):
    lose_deal(deal=deal, reason=world.too_expensive, note="20% over", by=world.rani, at=day(9))
    text = browser(world.rani).get(f"/deals/{deal.pk}/").content.decode()
    assert "Too expensive" in text
    assert "“20% over”" in text


def test_the_timeline_says_old_and_new_in_words(world: World, deal):
    edit_deal(deal=deal, amount=Decimal("500000000"), by=world.rani, at=day(2))
    text = browser(world.rani).get(f"/deals/{deal.pk}/?tab=changes").content.decode()
    assert "<s>Rp\u00a0420,000,000</s>" in text
    assert "<b>Rp\u00a0500,000,000</b>" in text


def test_a_run_of_changes_by_one_person_is_one_line(world: World, deal):
    for hour, amount in enumerate((430, 440, 450)):
        at = day(2) + timedelta(hours=hour)
        deal = edit_deal(deal=deal, amount=Decimal(amount), by=world.rani, at=at)
    text = browser(world.rani).get(f"/deals/{deal.pk}/").content.decode()
    assert text.count('<details class="run">') == 1
    assert "made 3 changes" in text


def test_the_rest_of_a_long_timeline_comes_by_cursor_without_repeats(world: World, deal):
    for number in range(40):
        log_activity(kind="note", subject=f"Note {number:02}", deal=deal, by=world.rani, at=day(2 + number))
    client = browser(world.rani)
    first = client.get(f"/deals/{deal.pk}/").content.decode()
    start = first.index('hx-get="/stream/') + 8
    address = first[start : first.index('"', start)].replace("&amp;", "&")
    second = client.get(address).content.decode()
    seen = [first.count(f"Note {number:02}<") + second.count(f"Note {number:02}<") for number in range(40)]
    assert seen == [1] * 40


def test_a_tampered_cursor_is_ignored(world: World, deal):
    assert browser(world.rani).get(f"/deals/{deal.pk}/?before=x~y").status_code == 200


def test_text_of_people_is_never_markup(world: World, deal):
    evil = "<script>alert(1)</script>"
    log_activity(kind="note", subject=evil, body=evil, deal=deal, by=world.rani, at=day(2))
    edit_deal(deal=deal, source=evil, by=world.rani, at=day(3))
    assert evil not in browser(world.rani).get(f"/deals/{deal.pk}/").content.decode()


def test_a_person_gets_a_part_and_is_taken_off_again(world: World, deal):
    client, path = browser(world.rani), f"/deals/{deal.pk}/people/"
    client.post(path, {"contact": deal.contact_id, "part": "champion"})
    assert [(row.contact_id, row.part) for row in deal.people.all()] == [(deal.contact_id, "champion")]
    client.post(path, {"contact": deal.contact_id, "remove": "1"})
    assert deal.people.count() == 0


def test_an_unknown_part_is_refused_in_place(world: World, deal):
    answer = browser(world.rani).post(
        f"/deals/{deal.pk}/people/",
        {"contact": deal.contact_id, "part": "king"},
        headers={"HX-Request": "true"},
    )
    assert answer.status_code == 422
    assert "“king” is not a part in a deal." in answer.content.decode()
    assert deal.people.count() == 0


def test_a_colleagues_contact_cannot_be_put_on_the_deal(world: World, deal):
    other = add_contact(name="Secret", owner=world.budi, by=world.budi, at=day(0))
    path = f"/deals/{deal.pk}/people/"
    assert browser(world.rani).post(path, {"contact": other.pk, "part": "user"}).status_code == 404
    assert deal.people.count() == 0


def test_products_are_added_priced_and_taken_off(world: World, deal):
    product = add_product(name="Seat", price=Decimal(1000), by=world.ada, at=day(0))
    client, path = browser(world.rani), f"/deals/{deal.pk}/products/"
    client.post(path, {"product": product.pk, "quantity": "120", "unit_price": "1,250.50"})
    assert [(line.quantity, line.unit_price) for line in deal.lines.all()] == [(120, Decimal("1250.5"))]
    client.post(path, {"product": product.pk, "remove": "1"})
    assert deal.lines.count() == 0


def test_a_wrong_quantity_changes_nothing(world: World, deal):
    product = add_product(name="Seat", by=world.ada, at=day(0))
    set_product(deal=deal, product=product, quantity=3, by=world.rani, at=day(1))
    answer = browser(world.rani).post(
        f"/deals/{deal.pk}/products/",
        {"product": product.pk, "quantity": "many"},
        headers={"HX-Request": "true"},
    )
    assert answer.status_code == 422
    assert "A quantity is a whole number." in answer.content.decode()
    assert deal.lines.get().quantity == 3


def test_a_file_comes_back_as_a_download_that_no_browser_opens(world: World, deal):
    client = browser(world.rani)
    page = SimpleUploadedFile("../../evil.html", b"<script>alert(1)</script>", content_type="text/html")
    assert client.post(f"/files/deal/{deal.pk}/new/", {"file": page}).status_code == 302
    attachment = Attachment.objects.get()
    assert attachment.name == "evil.html"
    answer = client.get(f"/files/{attachment.pk}/")
    assert answer["Content-Disposition"] == 'attachment; filename="evil.html"'
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert b"".join(answer.streaming_content) == b"<script>alert(1)</script>"
    stranger = browser(world.budi)
    assert stranger.get(f"/files/{attachment.pk}/").status_code == 404
    assert stranger.post(f"/files/{attachment.pk}/delete/").status_code == 404
    assert client.post(f"/files/{attachment.pk}/delete/").status_code == 302
    assert client.get(f"/files/{attachment.pk}/").status_code == 404


def test_an_empty_file_is_refused(world: World, deal):
    answer = browser(world.rani).post(
        f"/files/deal/{deal.pk}/new/", {"file": SimpleUploadedFile("a.txt", b"")}
    )
    assert answer.status_code == 422
    assert not Attachment.objects.exists()


def test_arrows_lead_to_the_open_deals_around(world: World, deal):
    newer, newest = world.deal(name="Newer"), world.deal(name="Newest")
    world.deal(name="Of Budi", owner=world.budi)
    text = browser(world.rani).get(f"/deals/{newer.pk}/").content.decode()
    assert f'rel="prev" href="/deals/{newest.pk}/"' in text
    assert f'rel="next" href="/deals/{deal.pk}/"' in text


def test_the_history_shows_every_value(world: World, deal):
    edit_deal(deal=deal, amount=Decimal("500000000"), by=world.rani, at=day(2))
    text = browser(world.rani).get(f"/deals/{deal.pk}/history/").content.decode()
    assert "Rp\u00a0420M" in text
    assert '<b class="fresh">Rp\u00a0500M</b>' in text


def test_reading_changes_nothing(world: World, deal):
    before = deal.version
    browser(world.rani).get(f"/deals/{deal.pk}/")
    for path in (f"/deals/{deal.pk}/people/", f"/deals/{deal.pk}/products/", "/activities/new/"):
        assert browser(world.rani).get(path).status_code == 405
    deal.refresh_from_db()
    assert deal.version == before
