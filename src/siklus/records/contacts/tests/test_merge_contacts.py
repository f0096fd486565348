"""Two records of one person become one: which e-mail and phone come first, and that nothing stands twice."""

import pytest
from tests.world import World, day

from siklus.records.contacts.actions import add_contact, edit_contact
from siklus.records.contacts.merging import merge_contacts, unmerge_contacts
from siklus.records.contacts.models import Contact


def person(world: World, *emails: str, phone: str = "") -> Contact:
    phones = [phone] if phone else []
    return add_contact(name="Hendra", emails=emails, phones=phones, by=world.rani, at=day(1))


def emails(contact: Contact) -> list[str]:
    return [point.value for point in contact.points.filter(kind="email")]


@pytest.mark.parametrize(
    ("own", "others", "take", "together"),
    [
        (["a@x.id"], ["b@x.id"], [], ["a@x.id", "b@x.id"]),
        (["a@x.id"], ["b@x.id"], ["email"], ["b@x.id", "a@x.id"]),
        (["a@x.id", "b@x.id"], ["b@x.id", "c@x.id"], ["email"], ["b@x.id", "c@x.id", "a@x.id"]),
        (["a@x.id", "b@x.id"], ["b@x.id", "c@x.id"], [], ["a@x.id", "b@x.id", "c@x.id"]),
        ([], ["b@x.id"], None, ["b@x.id"]),
    ],
)
def test_the_e_mail_that_was_chosen_comes_first_and_none_stands_twice(
    world: World, own, others, take, together
):
    kept, other = person(world, *own), person(world, *others, phone="0812 3456 7890")
    merged = merge_contacts(kept=kept, other=other, by=world.rani, at=day(2), take=take)
    assert sorted(emails(merged)) == sorted(together)
    assert (emails(merged)[0], merged.email) == (together[0], together[0])
    edited = edit_contact(contact=merged, city="Jakarta", by=world.rani, at=day(3))
    assert edited.email == together[0]
    kept = unmerge_contacts(kept=kept, other_id=other.pk, by=world.rani, at=day(4))
    other.refresh_from_db()
    assert (emails(kept), emails(other)) == (own, others)
    assert (kept.email, other.email) == ((own or [""])[0], others[0])
