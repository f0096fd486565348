"""The API as a program uses it: tokens, records, verbs, stale writes, repeated posts, who sees what."""

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from siklus.platform.accounts.actions import issue_token, revoke_token
from siklus.platform.accounts.models import ApiToken, User
from siklus.platform.journal.models import Entry
from siklus.records.companies.actions import add_company
from siklus.records.companies.models import Company
from siklus.records.contacts.actions import add_contact
from siklus.records.deals.models import Deal
from siklus.records.duplicates.actions import scan_duplicates
from tests.world import World, day


class Program:
    """A client of the API with a token."""

    def __init__(self, user: User) -> None:
        self.token, self.key = issue_token(user=user, name="test", by=user, at=day(0))
        self.client = Client()

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        return self.client.generic(
            method, f"/api/v1{path}", data=json.dumps(body) if body is not None else "",
            content_type="application/json", headers={"Authorization": f"Bearer {self.key}", **headers},
        )  # fmt: skip


@pytest.fixture
def rani(world: World) -> Program:
    return Program(world.rani)


def test_without_a_valid_token_nothing_is_answered(world: World):
    answer = Client().get("/api/v1/deals")
    assert (answer.status_code, answer["Content-Type"]) == (401, "application/problem+json")
    program = Program(world.rani)
    revoke_token(token=ApiToken.objects.get(), by=world.rani, at=day(1))
    assert program.call("GET", "/deals").status_code == 401


def test_a_token_is_stored_as_its_digest_only(world: World):
    program = Program(world.rani)
    assert program.key not in json.dumps(list(ApiToken.objects.values()), default=str)


def test_a_lead_goes_from_creation_to_won(world: World, rani: Program):
    made = rani.call("POST", "/leads", {"name": "Bank Nusa", "amount": "420000000", "tags": ["hot"]})
    assert made.status_code == 201
    lead = made.json()
    assert (lead["is_lead"], lead["owner_id"], lead["amount"], lead["tags"]) == (
        True, world.rani.pk, "420000000", ["hot"],
    )  # fmt: skip
    moved = rani.call("POST", f"/leads/{lead['id']}/move", {"stage_id": world.stage("demo").pk})
    assert (moved.json()["is_lead"], moved.json()["probability"]) == (False, 40)
    won = rani.call("POST", f"/deals/{lead['id']}/win", {"amount": "400000000"})
    assert (won.json()["status"], won.json()["amount"]) == ("won", "400000000")
    assert [row["status"] for row in rani.call("GET", f"/deals/{lead['id']}/history").json()] == [
        "open", "open", "won",
    ]  # fmt: skip
    assert set(
        Entry.objects.filter(about_id=lead["id"], about_kind="deal").values_list("channel", flat=True)
    ) == {"api"}


def test_a_stale_write_gets_412_and_changes_nothing(world: World, rani: Program):
    deal = world.deal()
    read = rani.call("GET", f"/leads/{deal.pk}")
    assert read["ETag"] == '"1"'
    assert (
        rani.call("PATCH", f"/leads/{deal.pk}", {"name": "First"}, **{"If-Match": '"1"'}).status_code == 200
    )
    stale = rani.call("PATCH", f"/leads/{deal.pk}", {"name": "Second"}, **{"If-Match": '"1"'})
    assert (stale.status_code, stale["ETag"]) == (412, '"2"')
    assert Deal.objects.get().name == "First"


def test_a_repeated_post_with_the_same_key_happens_once(rani: Program):
    first = rani.call("POST", "/companies", {"name": "Kopi Ranah"}, **{"Idempotency-Key": "abc"})
    again = rani.call("POST", "/companies", {"name": "Kopi Ranah"}, **{"Idempotency-Key": "abc"})
    assert (first.status_code, again.status_code, again["Idempotent-Replayed"]) == (201, 201, "true")
    assert first.json() == again.json()
    assert Company.objects.count() == 1
    other = rani.call("POST", "/companies", {"name": "Another"}, **{"Idempotency-Key": "abc"})
    assert other.status_code == 422
    assert Company.objects.count() == 1


def test_strangers_get_the_404_of_a_record_that_does_not_exist(world: World):
    deal = world.deal()
    budi = Program(world.budi)
    missing, hidden = budi.call("GET", "/deals/999999"), budi.call("GET", f"/deals/{deal.pk}")
    assert (missing.status_code, hidden.status_code) == (404, 404)
    assert missing.json() == hidden.json()
    for verb in ("move", "assign", "qualify", "lose"):
        body = {"stage_id": 1, "owner_id": None, "reason_id": 1}
        assert budi.call("POST", f"/leads/{deal.pk}/{verb}", body).status_code == 404
    assert Deal.objects.get().version == 1
    assert budi.call("GET", "/leads").json()["items"] == []


def test_people_partners_read_but_do_not_change(world: World):
    putri = Program(world.putri)
    assert putri.call("POST", "/companies", {"name": "X"}).status_code == 403
    assert Company.objects.count() == 0


def test_a_list_is_walked_by_cursor_without_gap_or_repeat(world: World, rani: Program):
    made = [world.deal(f"Deal {number}").pk for number in range(7)]
    seen, cursor = [], ""
    while cursor is not None:
        page = rani.call("GET", f"/leads?limit=3&cursor={cursor}").json()
        seen += [one["id"] for one in page["items"]]
        cursor = page["next"]
    assert seen == made[::-1]


def test_what_is_wrong_is_told_with_its_field(world: World, rani: Program):
    deal = world.deal()
    answer = rani.call("POST", "/deals", {"name": "X", "company_id": 4711})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "company_id")
    answer = rani.call("POST", f"/leads/{deal.pk}/lose", {"reason_id": 4711})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "reason_id")
    answer = rani.call("POST", "/contacts", {"name": "Hendra", "phones": ["not a number"]})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "phones")
    assert rani.call("GET", "/leads?cursor=%00").status_code == 400


def test_deleting_a_deal_disqualifies_it_and_keeps_its_history(world: World, rani: Program):
    deal = world.deal()
    assert rani.call("DELETE", f"/leads/{deal.pk}").status_code == 204
    assert rani.call("GET", f"/leads/{deal.pk}").json()["status"] == "disqualified"


def test_a_company_that_something_hangs_on_is_not_deleted(world: World, rani: Program):
    company = add_company(name="Bank Nusa", owner=world.rani, by=world.rani, at=day(1))
    world.deal(company=company)
    assert rani.call("DELETE", f"/companies/{company.pk}").status_code == 422
    assert Company.objects.count() == 1


def test_merging_moves_everything_and_unmerging_gives_it_back(world: World, rani: Program):
    kept = add_company(name="Bank Nusa", owner=world.rani, by=world.rani, at=day(1))
    other = add_company(name="PT Bank Nusa", owner=world.rani, city="Surabaya", by=world.rani, at=day(1))
    deal = world.deal(company=other)
    contact = add_contact(name="Hendra", company=other, owner=world.rani, by=world.rani, at=day(1))
    merged = rani.call("POST", f"/companies/{kept.pk}/merge", {"other_id": other.pk})
    assert (merged.status_code, merged.json()["city"]) == (200, "Surabaya")
    deal.refresh_from_db()
    contact.refresh_from_db()
    assert (deal.company_id, contact.company_id) == (kept.pk, kept.pk)
    assert rani.call("GET", f"/companies/{other.pk}").status_code == 404
    back = rani.call("POST", f"/companies/{kept.pk}/unmerge", {"other_id": other.pk})
    assert (back.status_code, back.json()["city"]) == (200, "")
    deal.refresh_from_db()
    contact.refresh_from_db()
    assert (deal.company_id, contact.company_id) == (other.pk, other.pk)
    assert rani.call("POST", f"/companies/{kept.pk}/unmerge", {"other_id": other.pk}).status_code == 422


def test_a_deal_is_merged_and_taken_out_again_by_those_who_see_both(world: World, rani: Program):
    kept, other = world.deal(), world.deal("Twin", source="Fair")
    foreign = world.deal("Foreign", owner=world.budi)
    refused = rani.call("POST", f"/leads/{kept.pk}/merge", {"other_id": foreign.pk})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "other_id")
    assert rani.call("POST", f"/leads/{foreign.pk}/merge", {"other_id": kept.pk}).status_code == 404
    merged = rani.call("POST", f"/leads/{kept.pk}/merge", {"other_id": other.pk, "take": ["name"]})
    assert (merged.status_code, merged.json()["name"], merged.json()["source"]) == (200, "Twin", "")
    assert rani.call("GET", f"/leads/{other.pk}").status_code == 404
    assert [one["id"] for one in rani.call("GET", "/leads").json()["items"]] == [kept.pk]
    again = rani.call("POST", f"/leads/{kept.pk}/merge", {"other_id": other.pk})
    assert again.status_code == 422
    itself = rani.call("POST", f"/leads/{kept.pk}/merge", {"other_id": kept.pk})
    assert (itself.status_code, itself.json()["title"]) == (422, "A record cannot be merged with itself.")
    back = rani.call("POST", f"/leads/{kept.pk}/unmerge", {"other_id": other.pk})
    assert (back.status_code, back.json()["name"]) == (200, "Bank Nusa, 120 seats")
    assert rani.call("GET", f"/leads/{other.pk}").status_code == 200


def test_pairs_that_look_alike_are_listed_and_told_apart(world: World, rani: Program):
    one, two = world.deal("Same"), world.deal("Same")
    assert rani.call("POST", "/duplicates/scan").status_code == 403
    assert Program(world.agus).call("POST", "/duplicates/scan").status_code == 202
    scan_duplicates(by=world.agus, at=day(2))
    pair = {"kind": "deal", "one_id": one.pk, "two_id": two.pk}
    assert rani.call("GET", "/duplicates?kind=deal").json() == [
        {**pair, "score": 40, "reasons": ["name_company"]}
    ]
    foreign = world.deal("Same", owner=world.budi)
    assert rani.call("POST", "/duplicates/apart", {**pair, "two_id": foreign.pk}).status_code == 422
    assert rani.call("POST", "/duplicates/apart", pair).status_code == 204
    assert rani.call("GET", "/duplicates?kind=deal").json() == []


def test_operations_import_a_file_and_take_it_back(world: World):
    agus = Program(world.agus)
    file = SimpleUploadedFile(
        "leads.csv", b"Nama,Surel,Nilai\nBudi,budi@contoh.co.id,1.500.000\nSiti,bad,5\n"
    )
    made = agus.client.post(
        "/api/v1/imports", {"file": file, "kind": "leads"}, headers={"Authorization": f"Bearer {agus.key}"}
    )
    assert made.status_code == 201, made.content
    batch = made.json()
    mapping = {"columns": {"Nama": "contact_name", "Surel": "contact_email", "Nilai": "amount"}}
    assert agus.call("PUT", f"/imports/{batch['id']}/mapping", {"mapping": mapping}).status_code == 200
    checked = agus.call("POST", f"/imports/{batch['id']}/check").json()
    assert checked["checked"]["counts"] == {
        "create": 1,
        "update": 0,
        "unchanged": 0,
        "duplicate": 0,
        "error": 1,
    }
    assert Deal.objects.count() == 0
    rows = agus.call("GET", f"/imports/{batch['id']}/rows").json()
    assert [(row["row"], row["outcome"], row["column"]) for row in rows] == [
        (2, "create", ""),
        (3, "error", "Surel"),
    ]
    assert agus.call("POST", f"/imports/{batch['id']}/run").status_code == 202
    done = agus.call("GET", f"/imports/{batch['id']}").json()
    assert (done["status"], done["created"], done["errors"]) == ("done", 1, 1)
    assert Deal.objects.get().amount == 1_500_000
    assert agus.call("POST", f"/imports/{batch['id']}/undo").status_code == 202
    assert agus.call("GET", f"/imports/{batch['id']}").json()["status"] == "undone"
    assert Deal.objects.count() == 0
    assert Program(world.rani).call("GET", "/imports").status_code == 403


def test_the_journal_is_for_those_who_see_everything(world: World, rani: Program):
    world.deal()
    assert rani.call("GET", "/journal").status_code == 403
    page = Program(world.agus).call("GET", "/journal?name=deal.created").json()
    assert [one["name"] for one in page["items"]] == ["deal.created"]
    assert "deal.won" in rani.call("GET", "/journal/facts").json()
