import json
from datetime import date
from decimal import Decimal

import pytest
from django.contrib.messages import get_messages
from tests.world import World, day

from siklus.desk.tests.helpers import htmx, names, signed_in, text
from siklus.records.companies.actions import add_company
from siklus.records.companies.models import Company
from siklus.records.contacts.actions import add_contact
from siklus.records.contacts.models import Contact
from siklus.records.deals.actions import edit_deal, lose_deal, win_deal
from siklus.records.deals.gates import GateClosed, close_for_good, gate
from siklus.records.deals.models import Deal
from siklus.records.fields.actions import add_field
from siklus.records.tags.actions import tags_of


@pytest.fixture
def deal(world: World) -> Deal:
    return world.deal("Alpha", amount=Decimal(100_000_000), qualified=True)


def fresh(deal: Deal) -> Deal:
    return Deal.objects.get(pk=deal.pk)


def said(response) -> list[str]:
    return [str(one) for one in get_messages(response.wsgi_request)]


VERBS = ("move", "win", "lose", "reopen", "qualify", "assign", "tags", "edit/name", "edit/owner")


@pytest.mark.parametrize("verb", VERBS)
def test_a_stranger_finds_no_such_deal(world: World, deal: Deal, verb: str):
    before = Deal.objects.values().get()
    answer = signed_in(world.budi).post(
        f"/deals/{deal.pk}/{verb}/", {"stage": world.stage("demo").pk, "value": "X", "owner": world.budi.pk}
    )
    assert answer.status_code == 404
    assert Deal.objects.values().get() == before


@pytest.mark.parametrize("verb", VERBS)
def test_a_people_partner_may_not(world: World, deal: Deal, verb: str):
    assert signed_in(world.putri).post(f"/deals/{deal.pk}/{verb}/", {"value": "X"}).status_code == 403
    assert fresh(deal).version == deal.version


def test_without_htmx_a_move_goes_back_with_a_message(world: World, deal: Deal):
    answer = signed_in(world.rani).post(
        f"/deals/{deal.pk}/move/", {"stage": world.stage("closing").pk, "next": "/deals/?owner=me"}
    )
    assert (answer.status_code, answer["Location"]) == (302, "/deals/?owner=me")
    assert said(answer) == ["Alpha is in Penutupan now"]
    elsewhere = {"stage": world.stage("demo").pk, "next": "https://evil.test/"}
    assert (
        signed_in(world.rani).post(f"/deals/{deal.pk}/move/", elsewhere)["Location"] == f"/deals/{deal.pk}/"
    )


def test_a_gate_refuses_with_its_sentence(world: World, deal: Deal):
    @gate("closing")
    def ask(deal, target):
        raise GateClosed("No offer was sent yet.")

    try:
        answer = signed_in(world.rani).post(f"/deals/{deal.pk}/move/", {"stage": world.stage("closing").pk})
    finally:
        close_for_good(ask)
    assert answer.status_code == 422
    assert "No offer was sent yet." in text(answer)
    assert fresh(deal).stage == world.stage("prospecting")


def test_a_deal_is_won_at_its_last_amount(world: World, deal: Deal):
    client = signed_in(world.rani)
    assert 'value="100,000,000"' in client.get(f"/deals/{deal.pk}/win/").content.decode()
    bad = client.post(f"/deals/{deal.pk}/win/", {"amount": "lots"}, headers=htmx("/deals/"))
    assert (bad.status_code, fresh(deal).status) == (422, "open")
    assert "“lots” is not an amount." in text(bad)
    client.post(f"/deals/{deal.pk}/win/", {"amount": "90.000.000", "version": deal.version})
    assert (fresh(deal).status, fresh(deal).amount) == ("won", Decimal(90_000_000))


def test_losing_needs_a_reason_and_takes_the_reasons_ending(world: World, deal: Deal):
    client = signed_in(world.rani)
    bad = client.post(f"/deals/{deal.pk}/lose/", {"reason": "", "note": "hm"}, headers=htmx("/deals/"))
    assert (bad.status_code, fresh(deal).status) == (422, "open")
    assert "Say why: choose a reason." in text(bad)
    from siklus.records.deals.models import LostReason

    frozen = LostReason.objects.get(name="Budget frozen")
    client.post(f"/deals/{deal.pk}/lose/", {"reason": frozen.pk, "note": " Next year "})
    lost = fresh(deal)
    assert (lost.status, lost.lost_reason, lost.lost_note) == ("no_decision", frozen, "Next year")
    client.post(f"/deals/{deal.pk}/reopen/")
    assert (fresh(deal).status, fresh(deal).lost_reason) == ("open", None)


def test_a_won_deal_is_not_won_twice(world: World, deal: Deal):
    won = win_deal(deal=deal, by=world.rani, at=day(3))
    answer = signed_in(world.rani).post(f"/deals/{deal.pk}/win/", {"amount": "1"})
    assert (answer.status_code, fresh(deal).amount) == (422, won.amount)


def test_a_lead_is_qualified(world: World):
    lead = world.deal("A lead")
    signed_in(world.rani).post(f"/deals/{lead.pk}/qualify/")
    assert not fresh(lead).is_lead


def test_a_deal_is_given_to_somebody_the_viewer_sees(world: World, deal: Deal):
    client = signed_in(world.bram)
    assert client.post(f"/deals/{deal.pk}/assign/", {"owner": world.dewi.pk}).status_code == 422
    assert fresh(deal).owner == world.rani
    client.post(f"/deals/{deal.pk}/assign/", {"owner": world.budi.pk})
    assert fresh(deal).owner == world.budi
    client.post(f"/deals/{deal.pk}/assign/", {"owner": ""})
    assert fresh(deal).owner is None


def test_tags_are_set_in_one_line(world: World, deal: Deal):
    signed_in(world.rani).post(f"/deals/{deal.pk}/tags/", {"tags": "ICP, hot, icp"})
    assert sorted(tag.name for tag in tags_of("deal", deal.pk)) == ["ICP", "hot"]


@pytest.mark.parametrize(
    ("field", "typed", "attribute", "expected"),
    [
        ("name", "  Beta  ", "name", "Beta"),
        ("amount", "420.000.000", "amount", Decimal(420_000_000)),
        ("amount", "", "amount", None),
        ("probability", "35 %", "probability", 35),
        ("expected_close_date", "2026-05-01", "expected_close_date", date(2026, 5, 1)),
        ("category", "commit", "category", "commit"),
        ("source", "Webinar", "source", "Webinar"),
        ("owner", "", "owner", None),
    ],
)
def test_one_property_is_edited_in_place(world: World, deal: Deal, field, typed, attribute, expected):
    client = signed_in(world.rani)
    form = client.get(f"/deals/{deal.pk}/edit/{field}/", headers=htmx("/deals/1/"))
    assert f'name="version" value="{deal.version}"' in form.content.decode()
    answer = client.post(
        f"/deals/{deal.pk}/edit/{field}/",
        {"value": typed, "version": deal.version},
        headers=htmx("/deals/1/"),
    )
    assert answer.status_code == 200
    assert f'data-edit-url="/deals/{deal.pk}/edit/{field}/"' in answer.content.decode()
    assert getattr(fresh(deal), attribute) == expected


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("name", " ", "A lead or deal needs a name."),
        ("amount", "abc", "“abc” is not an amount."),
        ("amount", "-5", "An amount is a number not below zero."),
        ("probability", "120", "A chance is a percentage from 0 to 100."),
        ("probability", "", "Chance: a value is needed."),
        ("expected_close_date", "soon", "“soon” is not a day."),
        ("stage", "999", "Stage: choose one from the list."),
        ("owner", "999", "Owner: choose one from the list."),
        ("company", "999", "Company: choose one from the list."),
    ],
)
def test_a_refused_edit_stays_in_place_and_changes_nothing(world: World, deal: Deal, field, typed, sentence):
    before = Deal.objects.values().get()
    answer = signed_in(world.rani).post(
        f"/deals/{deal.pk}/edit/{field}/", {"value": typed}, headers=htmx("/deals/1/")
    )
    assert answer.status_code == 422
    assert sentence in text(answer)
    assert "data-inline-form" in answer.content.decode()
    assert Deal.objects.values().get() == before


def test_a_stale_edit_shows_what_holds_now_and_can_be_repeated(world: World, deal: Deal):
    edit_deal(deal=deal, amount=Decimal(5_000_000), by=world.ada, at=day(2))
    client = signed_in(world.rani)
    url = f"/deals/{deal.pk}/edit/amount/"
    answer = client.post(url, {"value": "9.000.000", "version": deal.version}, headers=htmx("/deals/1/"))
    assert answer.status_code == 409
    assert "Amount Rp 5,000,000" in text(answer)
    assert "Amount: 9.000.000" in text(answer)
    assert fresh(deal).amount == Decimal(5_000_000)
    again = {"value": "9.000.000", "version": fresh(deal).version}
    saved = client.post(url, again, headers={**htmx("/deals/"), "HX-Target": "dialog"})
    assert fresh(deal).amount == Decimal(9_000_000)
    assert json.loads(saved["HX-Trigger"])["dialog:close"] is True


def test_a_cell_answers_with_its_row(world: World, deal: Deal):
    client = signed_in(world.rani)
    form = client.get(f"/deals/{deal.pk}/edit/amount/?cell=1", headers=htmx("/deals/"))
    assert "data-cell-form" in form.content.decode()
    url = f"/deals/{deal.pk}/edit/amount/?cell=1"
    answer = client.post(
        url, {"value": "5.000.000", "version": deal.version}, headers=htmx("/deals/?cols=amount")
    )
    assert names(answer) == ["Alpha"]
    assert text(answer) == "Alpha Rp 5,000,000"
    bad = client.post(url, {"value": "x"}, headers=htmx("/deals/"))
    assert (bad.status_code, bad["HX-Retarget"]) == (422, "closest td")


def test_a_row_that_leaves_the_viewers_sight_leaves_the_list(world: World, deal: Deal):
    client = signed_in(world.bram)
    answer = client.post(
        f"/deals/{deal.pk}/edit/owner/?cell=1", {"value": world.budi.pk}, headers=htmx("/leads/")
    )
    assert (answer.status_code, names(answer)) == (200, [])


def test_own_fields_are_edited_in_place(world: World, deal: Deal):
    add_field(record_kind="deal", label="Seats", kind="number", by=world.ada, at=day(0))
    client = signed_in(world.rani)
    client.post(f"/deals/{deal.pk}/edit/own.seats/", {"value": "120"})
    assert fresh(deal).custom == {"seats": 120}
    client.post(f"/deals/{deal.pk}/edit/own.seats/", {"value": ""})
    assert fresh(deal).custom == {}
    assert client.get(f"/deals/{deal.pk}/edit/own.zzz/").status_code == 404
    assert client.get(f"/deals/{deal.pk}/edit/custom/").status_code == 404
    assert client.get(f"/deals/{deal.pk}/edit/qualified_at/").status_code == 404


def test_companies_and_contacts_are_edited_in_place_with_the_same_care(world: World):
    company = add_company(name="Bank Nusa", owner=world.rani, by=world.ada, at=day(0))
    contact = add_contact(name="Hendra", emails=["h@contoh.id"], owner=world.rani, by=world.ada, at=day(0))
    client = signed_in(world.rani)
    client.post(f"/companies/{company.pk}/edit/city/", {"value": "Padang", "version": 1})
    stale = client.post(
        f"/companies/{company.pk}/edit/city/", {"value": "Medan", "version": 1}, headers=htmx("/x/")
    )
    assert stale.status_code == 409
    assert Company.objects.get().city == "Padang"
    client.post(f"/contacts/{contact.pk}/edit/emails/", {"value": "a@contoh.id\nb@contoh.id"})
    assert [point.value for point in Contact.objects.get().points.all()] == ["a@contoh.id", "b@contoh.id"]
    client.post(f"/contacts/{contact.pk}/edit/company/", {"value": company.pk})
    assert Contact.objects.get().company == company
    for url in (f"/companies/{company.pk}/edit/city/", f"/contacts/{contact.pk}/property/name/"):
        assert signed_in(world.budi).get(url).status_code == 404
    assert "Padang" in text(client.get(f"/companies/{company.pk}/property/city/"))


def test_a_deal_is_made_with_a_new_company_in_one_go(world: World):
    client = signed_in(world.rani)
    given = {"name": "", "company": "new:Kopi Ranah", "contact": "new:Mita", "amount": "36 jt", "stage": ""}
    bad = client.post("/deals/new/", {**given, "amount": "much"}, headers=htmx("/deals/"))
    assert bad.status_code == 422
    assert (Company.objects.count(), Deal.objects.count()) == (0, 0)
    answer = client.post("/deals/new/", {**given, "amount": "36.000.000"}, headers=htmx("/deals/"))
    made = Deal.objects.get()
    assert (answer.status_code, answer["HX-Redirect"]) == (204, f"/deals/{made.pk}/")
    assert (made.name, made.company.name, made.contact.company, made.is_lead) == (
        "Kopi Ranah", "Kopi Ranah", made.company, False,
    )  # fmt: skip
    lead = client.post("/leads/new/", {"name": "A lead"})
    assert lead["Location"] == f"/deals/{Deal.objects.latest('id').pk}/"
    assert Deal.objects.latest("id").is_lead


def test_companies_and_contacts_are_made(world: World):
    client = signed_in(world.rani)
    answer = client.post(
        "/companies/new/", {"name": "Bank Nusa", "employees": "1.900", "website": "banknusa.co.id"}
    )
    company = Company.objects.get()
    assert (answer["Location"], company.employees, company.owner) == (
        f"/companies/{company.pk}/",
        1900,
        world.rani,
    )
    bad = client.post("/contacts/new/", {"name": "H", "phone": "12"}, headers=htmx("/contacts/"))
    assert (bad.status_code, Contact.objects.count()) == (422, 0)
    client.post("/contacts/new/", {"name": "Hendra", "phone": "081234567890", "company": company.pk})
    assert (Contact.objects.get().company, Contact.objects.get().phone) == (company, "+6281234567890")
    for url in ("/deals/new/", "/leads/new/", "/companies/new/", "/contacts/new/"):
        assert signed_in(world.putri).get(url).status_code == 403


def test_what_exists_already_is_shown_while_typing_to_those_who_may_see_it(world: World):
    company = add_company(
        name="PT Bank Nusa Tbk", website="banknusa.co.id", owner=world.rani, by=world.ada, at=day(0)
    )
    add_contact(name="Hendra", emails=["Hendra@contoh.co.id"], owner=world.rani, by=world.ada, at=day(0))
    rani, budi = signed_in(world.rani), signed_in(world.budi)
    for query in ("kind=company&name=bank+nusa", "kind=company&website=https://www.banknusa.co.id/x"):
        assert f'href="/companies/{company.pk}/"' in rani.get(f"/duplicates/?{query}").content.decode()
        assert text(budi.get(f"/duplicates/?{query}")) == ""
    assert "Hendra" in text(rani.get("/duplicates/?kind=contact&email=hendra@CONTOH.co.id"))
    assert text(budi.get("/duplicates/?kind=contact&email=hendra@contoh.co.id")) == ""


def test_comboboxes_offer_only_what_the_viewer_may_see(world: World):
    add_company(name="Bank Nusa", owner=world.rani, by=world.ada, at=day(0))
    rani, budi = signed_in(world.rani), signed_in(world.budi)
    assert text(rani.get("/pick/companies/?q=nusa")) == "Bank Nusa"
    assert text(budi.get("/pick/companies/?q=nusa")) == ""
    assert text(budi.get("/pick/companies/?q=nusa&new=1")) == "New: nusa"
    assert text(rani.get("/pick/users/")) == "Nobody Rani Astuti"
    assert text(signed_in(world.bram).get("/pick/users/?q=budi")) == "Budi Santoso"


def test_a_new_lead_is_warned_of_what_is_open_already(world: World):
    company = add_company(name="PT Kopi Senja", city="Bandung", owner=world.rani, by=world.rani, at=day(0))
    contact = add_contact(name="Sinta", owner=world.rani, by=world.rani, at=day(0))
    world.deal("Tills", company=company)
    world.deal("Seats", contact=contact)
    lost = world.deal("Gone", company=company)
    lose_deal(deal=lost, reason=world.too_expensive, by=world.rani, at=day(2))
    rani, budi = signed_in(world.rani), signed_in(world.budi)
    for query in ("name=Kopi Senja", "company=new:kopi senja", f"company={company.pk}"):
        said = text(rani.get(f"/duplicates/?kind=deal&{query}"))
        assert "Tills lead · Prospek · Rani Astuti" in said and "Gone" not in said
        assert text(budi.get(f"/duplicates/?kind=deal&{query}")) == ""
    assert "Seats lead · Prospek · Rani Astuti" in text(
        rani.get(f"/duplicates/?kind=deal&contact={contact.pk}")
    )
    for query in ("name=Unknown", "company=new:Unknown", "company=99999999999999999999", "contact=x", ""):
        assert text(rani.get(f"/duplicates/?kind=deal&{query}")) == ""
    assert "kind=deal" in rani.get("/leads/new/", headers=htmx()).content.decode()
