"""Merge with…: found, compared, done, and taken back on screen."""

from decimal import Decimal

import pytest
from django.test import Client
from tests.world import World, day

from siklus.desk.tests.helpers import htmx, signed_in, text
from siklus.platform.journal.models import Entry
from siklus.records.activities.actions import log_activity
from siklus.records.companies.actions import add_company
from siklus.records.companies.merging import merge_companies
from siklus.records.contacts.actions import add_contact
from siklus.records.deals.actions import add_person, edit_deal, merge_deals, win_deal
from siklus.records.deals.models import Deal


@pytest.fixture
def rani(world: World) -> Client:
    return signed_in(world.rani)


def compare(client: Client, folder: str, one, other, **more) -> str:
    answer = client.get(f"/{folder}/{one.pk}/merge/", {"other": other.pk, **more})
    assert answer.status_code == 200
    return answer.content.decode()


def chosen(page: str, field: str) -> str:
    """The id of the record whose value is proposed for a field."""
    import re

    found = re.findall(rf'name="{re.escape(field)}" value="(\d+)" checked', page)
    assert len(found) == 1, (field, found)
    return found[0]


def test_the_dialog_offers_what_looks_alike_and_asks_for_the_other_one(world: World, rani: Client):
    one = add_company(name="PT Bank Nusa", owner=world.rani, by=world.rani, at=day(1))
    two = add_company(name="Bank Nusa, PT", city="Jakarta", owner=world.rani, by=world.rani, at=day(1))
    add_company(name="Kopi Ranah", owner=world.rani, by=world.rani, at=day(1))
    answer = rani.get(f"/companies/{one.pk}/merge/", headers=htmx())
    page = answer.content.decode()
    assert f'href="/companies/{one.pk}/merge/?other={two.pk}"' in page
    assert f'data-combobox="/pick/companies/?but={one.pk}"' in page
    assert "Kopi Ranah" not in page
    assert f'href="/companies/{one.pk}/merge/"' in rani.get(f"/companies/{one.pk}/").content.decode()
    offered = rani.get("/pick/companies/", {"q": "nusa", "but": one.pk}).content.decode()
    assert (f'data-value="{two.pk}"' in offered, f'data-value="{one.pk}"' in offered) == (True, False)


def test_the_older_one_survives_and_takes_what_only_the_other_knows(world: World, rani: Client):
    old = add_company(name="Bank Nusa", city="Jakarta", owner=world.rani, by=world.rani, at=day(1))
    new = add_company(
        name="PT Bank Nusa", city="Medan", phone="021 5", owner=world.rani, by=world.rani, at=day(2)
    )
    world.deal(company=new)
    page = compare(rani, "companies", new, old)
    proposed = {field: int(chosen(page, field)) for field in ("keep", "take.name", "take.city", "take.phone")}
    assert proposed == {"keep": old.pk, "take.name": old.pk, "take.city": old.pk, "take.phone": new.pk}
    assert "To Bank Nusa move: 1 deal." in page
    form = {"other": old.pk, "keep": old.pk, "take.name": new.pk, "take.city": old.pk, "take.phone": old.pk}
    answer = rani.post(f"/companies/{new.pk}/merge/", form, follow=True)
    assert answer.redirect_chain == [(f"/companies/{old.pk}/", 302)]
    old.refresh_from_db()
    assert (old.name, old.city, old.phone) == ("PT Bank Nusa", "Jakarta", "")
    said = answer.content.decode()
    assert "PT Bank Nusa is merged into PT Bank Nusa." in said
    assert f'hx-post="/companies/{old.pk}/unmerge/?other={new.pk}"' in said


def test_undo_in_the_toast_and_the_button_on_the_page_take_it_back(world: World, rani: Client):
    kept, other = world.deal(), world.deal("Twin")
    merge_deals(kept=kept, other=other, by=world.bram, at=day(3))
    page = rani.get(f"/deals/{kept.pk}/")
    assert "Merged from Twin 5 Mar 2026 · Bram Wijaya Un-merge" in text(page)
    undone = rani.post(f"/deals/{kept.pk}/unmerge/?other={other.pk}", headers=htmx(f"/deals/{kept.pk}/"))
    assert (undone.status_code, undone.headers["HX-Redirect"]) == (204, f"/deals/{kept.pk}/")
    after = text(rani.get(f"/deals/{kept.pk}/"))
    assert "Twin stands on its own again." in after
    assert "Merged from" not in after
    again = rani.post(f"/deals/{kept.pk}/unmerge/", {"other": other.pk})
    assert again.status_code == 404


def test_changing_the_survivor_keeps_what_was_chosen_by_hand(world: World, rani: Client):
    one, two = world.deal("One", source="Fair"), world.deal("Two", source="Web", amount=Decimal(5))
    sent = {"take.name": one.pk, "take.source": two.pk, "take.amount": two.pk}
    page = compare(rani, "deals", one, two, keep=two.pk, **sent)
    assert [int(chosen(page, f"take.{name}")) for name in ("name", "source", "amount")] == [
        two.pk, two.pk, two.pk,
    ]  # fmt: skip
    page = compare(
        rani, "deals", one, two, keep=one.pk, **{**sent, "take.source": one.pk, "take.name": two.pk}
    )
    assert [int(chosen(page, f"take.{name}")) for name in ("name", "source", "amount")] == [
        one.pk, one.pk, two.pk,
    ]  # fmt: skip


def test_a_survivor_that_cannot_be_is_said_and_not_offered(world: World, rani: Client):
    lead = world.deal("Lead")
    won = win_deal(deal=world.deal("Sold", amount=Decimal(7)), by=world.rani, at=day(2))
    page = compare(rani, "deals", lead, won)
    assert int(chosen(page, "keep")) == won.pk
    assert "Sold is a deal already and does not become a lead. Let it survive." in page
    refused = rani.post(f"/deals/{lead.pk}/merge/", {"other": won.pk, "keep": lead.pk})
    assert refused.status_code == 422
    assert "Sold is a deal already" in refused.content.decode()
    itself = rani.post(f"/deals/{lead.pk}/merge/", {"other": lead.pk})
    assert (itself.status_code, "with itself" in text(itself)) == (422, True)
    assert not Deal.objects.filter(merged_into__isnull=False).exists()


def test_a_record_that_changed_since_the_preview_is_shown_again(world: World, rani: Client):
    one, two = world.deal("One"), world.deal("Two")
    page = compare(rani, "deals", one, two)
    assert f'name="version.{two.pk}" value="1"' in page
    edit_deal(deal=two, amount=Decimal(9), by=world.rani, at=day(2))
    form = {"other": two.pk, "keep": one.pk, f"version.{one.pk}": 1, f"version.{two.pk}": 1}
    stale = rani.post(f"/deals/{one.pk}/merge/", form)
    assert stale.status_code == 422
    assert "Somebody changed this record while you were editing." in text(stale)
    assert f'name="version.{two.pk}" value="2"' in stale.content.decode()
    assert rani.post(f"/deals/{one.pk}/merge/", {**form, f"version.{two.pk}": 2}).status_code == 302


def test_who_sees_only_one_of_the_two_merges_nothing(world: World, rani: Client):
    mine, foreign = world.deal(), world.deal("Secret", owner=world.budi, by=world.budi)
    entries = Entry.objects.count()
    assert rani.get(f"/deals/{mine.pk}/merge/", {"other": foreign.pk}).status_code == 404
    assert rani.post(f"/deals/{mine.pk}/merge/", {"other": foreign.pk}).status_code == 404
    assert rani.post(f"/deals/{foreign.pk}/merge/", {"other": mine.pk}).status_code == 404
    assert rani.get(f"/deals/{mine.pk}/merge/", {"other": "x"}).status_code == 404
    merge_deals(kept=mine, other=foreign, by=world.bram, at=day(3))
    assert rani.post(f"/deals/{mine.pk}/unmerge/", {"other": foreign.pk}).status_code == 404
    assert "Un-merge" not in text(rani.get(f"/deals/{mine.pk}/"))
    assert signed_in(world.putri).post(f"/deals/{mine.pk}/merge/").status_code == 403
    assert Entry.objects.count() == entries + 1


def test_the_survivor_tells_both_histories_and_old_addresses_lead_to_it(world: World, rani: Client):
    company = add_company(name="Bank Nusa", owner=world.rani, by=world.rani, at=day(0))
    kept, other = world.deal("Kept", company=company), world.deal("Twin", company=company)
    log_activity(kind="call", subject="Asked for a price", deal=other, by=world.rani, at=day(2))
    edit_deal(deal=other, source="Fair", by=world.rani, at=day(2))
    merge_deals(kept=kept, other=other, by=world.rani, at=day(3))
    page = text(rani.get(f"/deals/{kept.pk}/"))
    assert "Asked for a price" in page
    assert "created Twin in Prospek" in page
    assert "merged Twin into this one" in page
    assert "created Twin in Prospek" in text(rani.get(f"/companies/{company.pk}/"))
    assert rani.get(f"/deals/{other.pk}/").headers["Location"] == f"/deals/{kept.pk}/"
    assert signed_in(world.budi).get(f"/deals/{other.pk}/").status_code == 404


def test_a_person_merged_away_is_shown_once_on_a_deal(world: World, rani: Client):
    one = add_contact(name="Hendra", owner=world.rani, by=world.rani, at=day(1))
    two = add_contact(name="Hendra P.", owner=world.rani, by=world.rani, at=day(1))
    deal = world.deal()
    for person in (one, two):
        add_person(deal=deal, contact=person, part="champion", by=world.rani, at=day(1))
    rani.post(f"/contacts/{one.pk}/merge/", {"other": two.pk, "keep": one.pk})
    assert "Hendra P. is merged into Hendra." in text(rani.get(f"/contacts/{one.pk}/"))
    assert "Hendra P." not in text(rani.get(f"/deals/{deal.pk}/"))
    assert rani.get(f"/contacts/{two.pk}/").headers["Location"] == f"/contacts/{one.pk}/"


def test_two_rows_of_a_list_are_compared(world: World, rani: Client):
    one, two, three = (world.deal(name) for name in ("A", "B", "C"))
    ids = [one.pk, two.pk]
    answer = rani.post("/leads/bulk/", {"what": "merge", "ids": ids}, headers=htmx("/leads/"))
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (
        204,
        f"/deals/{one.pk}/merge/?other={two.pk}",
    )
    plain = rani.post("/leads/bulk/", {"what": "merge", "ids": ids})
    assert plain.headers["Location"] == f"/deals/{one.pk}/merge/?other={two.pk}"
    many = rani.post("/leads/bulk/", {"what": "merge", "ids": [*ids, three.pk]})
    assert (many.status_code, "Choose two records to merge." in text(many)) == (422, True)
    assert 'data-bulk-two=""' in rani.get("/leads/").content.decode()


def test_a_company_with_a_merged_one_inside_is_not_deleted(world: World):
    from siklus.records.companies.actions import delete_company
    from siklus.records.fields.record import Refused

    kept = add_company(name="A", by=world.rani, at=day(1))
    other = add_company(name="B", by=world.rani, at=day(1))
    merge_companies(kept=kept, other=other, by=world.rani, at=day(2))
    with pytest.raises(Refused, match="Another record was merged into this one"):
        delete_company(company=kept, by=world.rani, at=day(3))
