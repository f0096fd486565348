"""Quotes on our screens, and the page of the buyer."""

from decimal import Decimal as D

import pytest
from django.test import Client
from django.urls import reverse
from tests.mail import a_mailbox
from tests.world import World, day

from siklus.cycle.closing.actions import LineDraft, draft_quote, edit_quote, send_quote, set_discount_limits
from siklus.cycle.closing.models import Quote, QuoteVersion
from siklus.cycle.closing.queries import last_version, lines_of
from siklus.desk.tests.helpers import htmx
from siklus.platform.journal.models import Entry
from siklus.platform.mail.models import Outgoing
from siklus.records.contacts.actions import add_contact
from siklus.records.deals.models import Deal
from siklus.records.products.actions import add_product, set_price
from siklus.records.products.models import Product


@pytest.fixture
def seat(world: World) -> Product:
    return add_product(name="Seat", price=D(3_500_000), by=world.agus, at=day(0))


@pytest.fixture
def deal(world: World) -> Deal:
    return world.deal()


@pytest.fixture
def quote(world: World, deal, seat) -> Quote:
    made = draft_quote(deal=deal, lines=[LineDraft(seat, quantity=D(10))], by=world.rani, at=day(1))
    far = day(1).date().replace(year=2035)
    return edit_quote(quote=made, valid_until=far, by=world.rani, at=day(3285))


@pytest.fixture
def version(world: World, quote) -> QuoteVersion:
    return last_version(send_quote(quote=quote, by=world.rani, at=day(3286)))


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def address(version: QuoteVersion) -> str:
    return reverse("desk:quote_public", args=[version.secret])


ROW = {
    "l0-product": "",
    "l0-title": "Work",
    "l0-quantity": "2",
    "l0-price": "1.500",
    "l0-percent": "",
    "l0-taxed": "1",
}


def posted(quote: Quote, **values) -> dict[str, str]:
    words = dict.fromkeys(("buyer_company", "buyer_person", "buyer_address", "intro", "terms"), "")
    return {
        "rows": "1", "version": str(quote.version), "language": "en", "valid_until": "2030-01-01", **words, **ROW,
        **values,
    }  # fmt: skip


def test_a_quote_begins_on_the_deal_and_opens_in_the_editor(world: World, deal):
    client = signed_in(world.rani)
    form = client.get(reverse("desk:quote_new", args=[deal.pk]), headers=htmx())
    assert "New quote" in form.content.decode() and Quote.objects.count() == 0
    answer = client.post(
        reverse("desk:quote_new", args=[deal.pk]), {"currency": "IDR", "language": "id"}, headers=htmx()
    )
    quote = Quote.objects.get()
    assert answer["HX-Redirect"] == reverse("desk:quote_edit", args=[quote.pk])
    assert last_version(quote).language == "id"
    panel = client.get(reverse("desk:deal_quotes", args=[deal.pk])).content.decode()
    assert quote.number in panel and "Draft" in panel


def test_numbers_are_read_as_people_of_the_language_write_them(world: World, quote):
    world.rani.language = "id"
    world.rani.save()
    client = signed_in(world.rani)
    path = reverse("desk:quote_edit", args=[quote.pk])
    answer = client.post(path, posted(quote, save="1", **{"l0-quantity": "2,5", "l0-price": "1.500.000"}))
    assert answer.status_code == 302
    (line,) = lines_of(last_version(quote))
    assert (line.title, line.quantity, line.unit_price, line.net) == (
        "Work",
        D("2.5"),
        D(1_500_000),
        D(3_750_000),
    )
    assert 'value="1.500.000"' in client.get(path).content.decode()


def test_a_row_more_a_row_less_and_other_sums_change_nothing(world: World, quote, seat):
    client, path = signed_in(world.rani), reverse("desk:quote_edit", args=[quote.pk])
    entries = Entry.objects.count()
    more = client.post(path, posted(quote, add="1"), headers=htmx()).content.decode()
    assert 'name="l1-title"' in more and 'name="rows" value="2"' in more
    less = client.post(path, posted(quote, away="0"), headers=htmx()).content.decode()
    assert 'name="l0-title"' not in less
    chosen = client.post(path, posted(quote, chosen="0", **{"l0-product": str(seat.pk)}), headers=htmx())
    assert 'value="3,500,000"' in chosen.content.decode() and 'value="Seat"' in chosen.content.decode()
    body = posted(quote, **{"l0-price": "1,000,000", "l0-percent": "10"})
    foot = client.post(path, body, headers={**htmx(), "HX-Target": "quote-foot"}).content.decode()
    assert foot.lstrip().startswith("<section") and "Rp\N{NO-BREAK SPACE}1,998,000" in foot
    assert 'id="l0-net" class="quote-net" hx-swap-oob="true">Rp\N{NO-BREAK SPACE}1,800,000<' in foot
    assert Entry.objects.count() == entries


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"l0-quantity": "many"}, "“many” is not a number."),
        ({"l0-quantity": "-1"}, "Line 1: a quantity above zero."),
        ({"valid_until": "soon"}, "Say until which day it is valid."),
        ({"valid_until": "2001-01-01"}, "A quote is valid until a day that is still to come."),
        ({"l0-price": "99999999999999999999"}, "This amount is too large."),
    ],
)
def test_what_is_wrong_stands_where_it_is_and_nothing_is_saved(world: World, quote, values, said):
    entries = Entry.objects.count()
    path = reverse("desk:quote_edit", args=[quote.pk])
    answer = signed_in(world.rani).post(path, posted(quote, save="1", **values))
    assert (answer.status_code, Entry.objects.count()) == (422, entries)
    assert said in answer.content.decode()


def test_an_editor_that_somebody_overtook_is_told(world: World, quote):
    path = reverse("desk:quote_edit", args=[quote.pk])
    answer = signed_in(world.rani).post(path, posted(quote, save="1", version="1"))
    assert answer.status_code == 409 and "Somebody changed this record" in answer.content.decode()


def test_a_manager_approves_what_a_rep_may_not_give(world: World, quote, seat):
    set_discount_limits(limits={"rep": D(10), "manager": D(30)}, by=world.agus, at=day(1))
    quote = edit_quote(quote=quote, lines=[LineDraft(seat, percent=D(20))], by=world.rani, at=day(2))
    rani, bram = signed_in(world.rani), signed_in(world.bram)
    page = reverse("desk:quote", args=[quote.pk])
    assert "Ask for approval" in rani.get(page).content.decode()
    assert rani.post(reverse("desk:quote_send", args=[quote.pk])).status_code == 422
    rani.post(reverse("desk:quote_ask", args=[quote.pk]))
    assert "Approve<" not in rani.get(page).content.decode()
    assert quote.number in bram.get(reverse("desk:quotes") + "?show=approval").content.decode()
    assert "Approve<" in bram.get(page).content.decode()
    bram.post(reverse("desk:quote_approve", args=[quote.pk]))
    assert last_version(quote).approval == "given"


def test_the_buyer_reads_without_changing_anything(version):
    entries = Entry.objects.count()
    stranger = Client()
    for _ in range(2):
        answer = stranger.get(address(version))
        text = answer.content.decode()
        assert answer.status_code == 200 and "Seat" in text and "Accept for Rp" in text
        assert "no-store" in answer["Cache-Control"] and answer["Referrer-Policy"] == "same-origin"
    pdf = stranger.get(address(version) + "pdf/")
    assert (pdf.status_code, pdf["Content-Type"], pdf.content[:5]) == (200, "application/pdf", b"%PDF-")
    assert (Entry.objects.count(), last_version(version.quote).state) == (entries, "sent")


def test_the_buyer_accepts_with_name_time_and_address(deal, version):
    answer = Client(REMOTE_ADDR="203.0.113.7").post(
        address(version), {"answer": "accept", "name": "Hendra", "note": "Good.", "agreed": "1"}
    )
    assert (answer.status_code, answer["Location"]) == (302, address(version))
    version.refresh_from_db()
    deal.refresh_from_db()
    assert (version.state, version.decided_name, version.decided_address) == (
        "accepted",
        "Hendra",
        "203.0.113.7",
    )
    assert deal.amount == D(35_000_000)
    assert Entry.objects.get(name="quote.accepted").channel == "form"
    page = Client().get(address(version)).content.decode()
    assert "Accepted, thank you." in page and "Accept for" not in page
    again = Client().post(address(version), {"answer": "decline", "name": "Budi"})
    assert again.status_code == 409 and "This quote is accepted." in again.content.decode()


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"answer": "accept", "name": "Hendra"}, "Tick that you may accept for your company."),
        ({"answer": "accept", "name": " ", "agreed": "1"}, "Write your name"),
        ({"name": "Hendra"}, "Say whether you accept or decline."),
    ],
)
def test_an_incomplete_answer_is_asked_again(version, body, said):
    answer = Client().post(address(version), body)
    version.refresh_from_db()
    assert (answer.status_code, version.state) == (422, "sent")
    assert said in answer.content.decode()


def test_a_forged_answer_from_another_site_is_refused(version):
    client = Client(enforce_csrf_checks=True)
    client.get(address(version))
    answer = client.post(address(version), {"answer": "decline", "name": "Mallory"})
    version.refresh_from_db()
    assert (answer.status_code, version.state) == (403, "sent")


def test_superseded_expired_and_withdrawn_quotes_say_so(world: World, quote, version, seat):
    edit_quote(quote=quote, lines=[LineDraft(seat, quantity=D(9))], by=world.rani, at=day(3287))
    send_quote(quote=quote, by=world.rani, at=day(3287))
    newer = last_version(quote)
    old = Client().get(address(version)).content.decode()
    assert (
        "A newer version of this quote was sent." in old and address(newer) in old and "Accept for" not in old
    )
    QuoteVersion.objects.filter(pk=newer.pk).update(valid_until=day(1).date())
    expired = Client().get(address(newer)).content.decode()
    assert "This quote has expired." in expired and "Accept for" not in expired
    QuoteVersion.objects.filter(pk=newer.pk).update(state="withdrawn", ended_at=day(9))
    gone = Client().get(address(newer)).content.decode()
    assert "This quote was withdrawn." in gone and "Seat" not in gone
    assert Client().get(address(newer) + "pdf/").status_code == 404


@pytest.mark.parametrize("secret", ["x", "None", "a" * 32])
def test_an_address_that_nobody_was_given_leads_nowhere(version, secret):
    for path in (f"/q/{secret}/", f"/q/{secret}/pdf/"):
        assert Client().get(path).status_code == 404
    assert Client().post(f"/q/{secret}/", {"answer": "accept", "name": "X", "agreed": "1"}).status_code == 404


def test_the_buyer_reads_in_their_own_language(world: World, deal, seat):
    made = draft_quote(deal=deal, language="id", lines=[LineDraft(seat)], by=world.rani, at=day(1))
    version = last_version(send_quote(quote=made, by=world.rani, at=day(2)))
    text = Client(headers={"Accept-Language": "en"}).get(address(version)).content.decode()
    assert '<html lang="id">' in text and "Penawaran" in text and "Rp\N{NO-BREAK SPACE}3.500.000" in text


def test_a_person_of_ours_writes_down_what_the_buyer_said(world: World, version):
    path = reverse("desk:quote_answer", args=[version.quote_id])
    signed_in(world.rani).post(path, {"answer": "declined", "name": "Hendra", "note": "By phone."})
    version.refresh_from_db()
    assert (version.state, version.decided_note, version.decided_address) == ("declined", "By phone.", None)
    assert Entry.objects.get(name="quote.declined").by_id == world.rani.pk


def test_the_price_book_shows_what_holds_and_what_comes(world: World, seat):
    set_price(product=seat, currency="USD", amount=D(210), from_date=day(0).date(), by=world.agus, at=day(0))
    agus = signed_in(world.agus)
    path = reverse("desk:price_new", args=[seat.pk]) + "?currency=USD"
    agus.post(path, {"currency": "USD", "amount": "240.50", "from_date": "2040-01-01"})
    page = agus.get(reverse("desk:price_book")).content.decode()
    assert "$210.00" in page and "$240.50" in page
    refused = agus.post(path, {"currency": "USD", "amount": "-1", "from_date": "2040-01-01"}, headers=htmx())
    assert refused.status_code == 422


def test_the_settings_say_what_holds_and_keep_what_is_set(world: World):
    agus, page = signed_in(world.agus), reverse("desk:settings_quotes")
    assert "PPN, 12% of 11/12" in agus.get(page).content.decode()
    agus.post(
        reverse("desk:quote_tax"),
        {
            "name": "VAT",
            "rate": "11",
            "base_numerator": "1",
            "base_denominator": "1",
            "from_date": "2026-01-01",
        },
    )
    agus.post(reverse("desk:quote_limits"), {"rep": "7.5", "manager": ""})
    agus.post(reverse("desk:quote_rule", args=[world.pipeline.pk]), {"wins": "1"})
    agus.post(reverse("desk:quote_words"), {"series": "ND", "valid_days": "14", "seller": "Jl. Sudirman"})
    text = agus.get(page).content.decode()
    for part in (
        "VAT, 11% of 1/1",
        "up to 7.5%",
        "The deal is won",
        "ND-2026-0001",
        "14 days",
        "Jl. Sudirman",
    ):
        assert part in text, part
    wrong = agus.post(reverse("desk:quote_words"), {"series": "!", "valid_days": "14"}, headers=htmx())
    assert wrong.status_code == 422 and "A prefix is made of letters" in wrong.content.decode()


def test_a_sent_quote_is_mailed_from_our_own_mailbox_with_the_buyers_page_in_their_language(
    world: World, seat
):
    contact = add_contact(
        name="Hendra", emails=["hendra@nusa.test"], language="id", owner=world.rani, by=world.rani, at=day(0)
    )
    made = draft_quote(
        deal=world.deal(contact=contact), lines=[LineDraft(seat, quantity=D(10))], by=world.rani, at=day(1)
    )
    client = signed_in(world.rani)
    box = a_mailbox(world)
    new = f"{reverse('desk:mail_new')}?contact={contact.pk}&deal={made.deal_id}&quote={made.pk}"
    assert client.get(new).status_code == 404  # a draft has no page yet
    version = last_version(send_quote(quote=made, by=world.rani, at=day(1)))
    page = client.get(reverse("desk:quote", args=[made.pk])).content.decode()
    assert new.replace("&", "&amp;") in page
    shown = client.get(new).content.decode()
    assert f"Penawaran {made.number} dari Nusa Digital" in shown
    assert f"http://testserver{address(version)}" in shown
    given = {
        "mailbox": box.pk,
        "address": "hendra@nusa.test",
        "subject": "Penawaran",
        "text": "Halo.",
        "language": "id",
    }
    answer = client.post(new, given)
    assert (answer.status_code, answer["location"]) == (302, reverse("desk:quote", args=[made.pk]))
    mail = Outgoing.objects.get()
    assert (mail.subject, mail.to) == ("Penawaran", [["Hendra", "hendra@nusa.test"]])


def test_a_quote_of_another_team_is_mailed_by_nobody_else(world: World, version, quote):
    contact = add_contact(name="Hendra", emails=["h@nusa.test"], owner=world.budi, by=world.budi, at=day(0))
    new = f"{reverse('desk:mail_new')}?contact={contact.pk}&quote={quote.pk}"
    assert signed_in(world.budi).get(new).status_code == 404
