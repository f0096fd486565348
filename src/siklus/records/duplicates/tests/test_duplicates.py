"""Records that share a key are offered as pairs, until somebody merges them or says that they are two."""

import pytest
from tests.world import World, day

from siklus.records.companies.actions import add_company
from siklus.records.contacts.actions import add_contact
from siklus.records.deals.actions import create_deal, lose_deal, merge_deals
from siklus.records.duplicates.actions import scan_duplicates, tell_apart
from siklus.records.duplicates.models import Candidate
from siklus.records.duplicates.queries import candidates_for
from siklus.records.duplicates.scan import MANY
from siklus.records.fields.record import Refused


def scan(world: World) -> dict[str, int]:
    return scan_duplicates(by=world.agus, at=day(9))


def found(world: World, kind: str, viewer=None) -> list[tuple[int, int, list[str]]]:
    rows = candidates_for(viewer or world.ada, kind)
    return [(one.low_id, one.high_id, one.reasons) for one in rows]


def test_companies_are_paired_by_name_and_domain_the_likeliest_first(world: World):
    def add(name: str, website: str = ""):
        return add_company(name=name, website=website, by=world.ada, at=day(1))

    nusa, other = add("PT Bank Nusa", "https://www.nusa.co.id"), add("Kopi Ranah")
    both, by_name = add("Bank Nusa, PT", "nusa.co.id/tentang"), add("Kopi Ranah, CV")
    add("Garuda Baja")
    assert scan(world) == {"company": 2, "contact": 0, "deal": 0}
    assert found(world, "company") == [
        (nusa.pk, both.pk, ["domain", "name"]),
        (other.pk, by_name.pk, ["name"]),
    ]


def test_contacts_are_paired_by_e_mail_phone_or_name_at_a_company(world: World):
    company = add_company(name="Bank Nusa", by=world.ada, at=day(1))

    def add(name: str, **values):
        return add_contact(name=name, by=world.ada, at=day(1), **values)

    one = add("Hendra Pratama", emails=["hendra@nusa.co.id"], phones=["0812 3456 7890"], company=company)
    two = add("H. Pratama", emails=["x@nusa.co.id", "Hendra@Nusa.co.id"], phones=["+62 812-3456-7890"])
    three = add("Pak Hendra Pratama", company=company)
    four = add("Hendra Pratama")
    scan(world)
    pairs = found(world, "contact")
    assert pairs[0] == (one.pk, two.pk, ["email", "phone"])
    assert all(four.pk not in pair[:2] for pair in pairs)
    assert {pair[1] for pair in pairs[1:]} <= {three.pk}


def test_leads_are_paired_by_their_person_and_with_an_open_deal(world: World):
    hendra = add_contact(name="Hendra", emails=["h@nusa.co.id"], by=world.ada, at=day(1))
    again = add_contact(name="Pak Hendra", emails=["h@nusa.co.id"], by=world.ada, at=day(1))
    lead, twin = world.deal("A", contact=hendra), world.deal("B", contact=again)
    ended = lose_deal(
        deal=world.deal("C", contact=hendra), reason=world.too_expensive, by=world.ada, at=day(2)
    )
    deal = world.deal("D", contact=again, qualified=True)
    also = world.deal("E", contact=again, qualified=True)
    scan(world)
    pairs = found(world, "deal")
    assert sorted(pairs) == [(lead.pk, twin.pk, ["email"]), (twin.pk, deal.pk, ["deal"])]
    assert all(one.pk not in {pk for pair in pairs for pk in pair[:2]} for one in (ended, also))


def test_a_key_that_everybody_shares_tells_nothing(world: World):
    for number in range(MANY + 1):
        add_contact(name=f"P{number}", phones=["021 5550 777"], by=world.ada, at=day(1))
    assert scan(world)["contact"] == 0
    add_contact(name="One", phones=["0812 3456 7890"], by=world.ada, at=day(1))
    add_contact(name="Two", phones=["0812 3456 7890"], by=world.ada, at=day(1))
    assert scan(world)["contact"] == 1


def test_what_was_told_apart_or_merged_is_offered_no_more(world: World):
    one, two, three = (create_deal(name="Same", owner=world.rani, by=world.rani, at=day(1)) for _ in range(3))
    scan(world)
    assert [pair[:2] for pair in found(world, "deal")] == [(one.pk, two.pk), (one.pk, three.pk)]
    tell_apart(kind="deal", one_id=two.pk, two_id=one.pk, by=world.rani, at=day(2))
    merge_deals(kept=one, other=three, by=world.rani, at=day(2))
    assert found(world, "deal") == []
    scan(world)
    assert found(world, "deal") == []
    tell_apart(kind="deal", one_id=one.pk, two_id=two.pk, by=world.rani, at=day(3))
    assert Candidate.objects.count() == 0


def test_only_those_who_see_both_see_the_pair(world: World):
    world.deal("Same")
    world.deal("Same", owner=world.budi, by=world.budi)
    scan(world)
    assert [len(found(world, "deal", viewer)) for viewer in (world.ada, world.bram, world.rani)] == [1, 1, 0]


def test_nonsense_is_refused(world: World):
    with pytest.raises(Refused, match="“product” is not a kind of record that has duplicates"):
        scan_duplicates(by=None, at=day(1), kinds=["product"])
    with pytest.raises(Refused, match="Choose two different records of one kind"):
        tell_apart(kind="deal", one_id=3, two_id=3, by=None, at=day(1))
