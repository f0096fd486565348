import csv
import io
import json
from decimal import Decimal

import pytest
from tests.world import World, day

from siklus.desk.models import SavedView
from siklus.desk.tests.helpers import htmx, names, signed_in, statements, text
from siklus.records.companies.actions import add_company
from siklus.records.contacts.actions import add_contact
from siklus.records.deals.actions import tag_deal, win_deal
from siklus.records.deals.models import Deal
from siklus.records.tags.actions import tags_of


@pytest.fixture
def deals(world: World) -> dict[str, Deal]:
    company = add_company(name="Bank Nusa", owner=world.rani, by=world.ada, at=day(0))
    return {
        "a": world.deal("Alpha", company=company, amount=Decimal(100_000_000), qualified=True),
        "b": world.deal("Beta", amount=Decimal(50_000_000), qualified=True, source="Webinar"),
        "c": world.deal("Gamma", owner=world.budi, amount=Decimal(7_000_000), qualified=True),
    }


def rows_of(response) -> list[list[str]]:
    body = b"".join(response).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(body)))


def test_every_list_opens_and_asks_few_questions(world: World, deals):
    add_contact(name="Hendra", emails=["hendra@contoh.co.id"], owner=world.rani, by=world.ada, at=day(0))
    world.deal("A lead")
    for user in (world.ada, world.bram, world.rani):
        client = signed_in(user)
        for page in (
            "/deals/",
            "/leads/",
            "/companies/",
            "/contacts/",
            "/deals/?group=owner&cols=stage,tag,next",
        ):
            assert statements(client, page) <= 12, page


def test_the_number_of_questions_does_not_grow_with_the_rows(world: World, deals):
    client = signed_in(world.ada)
    few = statements(client, "/deals/")
    for number in range(60):
        world.deal(f"Deal {number}", qualified=True)
    assert statements(client, "/deals/") == few


def test_a_rep_sees_his_own_deals_counted_summed_grouped_and_exported(world: World, deals):
    client = signed_in(world.budi)
    page = client.get("/deals/")
    assert names(page) == ["Gamma"]
    assert "1 deal Sum Rp 7M Weighted Rp 700K" in text(page)
    assert "Alpha" not in client.get("/deals/?group=owner").content.decode()
    assert [row[1] for row in rows_of(client.get("/deals/export.csv"))] == ["Deal", "Gamma"]
    assert "1 deal" in text(client.get("/deals/totals/"))
    assert names(client.get(f"/deals/?owner={world.rani.pk}")) == []
    assert names(client.get("/deals/?q=Alpha")) == []


def test_people_partners_see_no_records(world: World, deals):
    assert names(signed_in(world.putri).get("/deals/")) == []


def test_a_list_sorts_and_groups_with_the_totals_of_each_group(world: World, deals):
    client = signed_in(world.ada)
    assert names(client.get("/deals/?sort=-amount")) == ["Alpha", "Beta", "Gamma"]
    assert names(client.get("/deals/?sort=amount")) == ["Gamma", "Beta", "Alpha"]
    page = client.get("/deals/?group=owner&sort=name")
    assert names(page) == ["Gamma", "Alpha", "Beta"]
    assert "Budi Santoso 1 · Rp 7M · ≈ Rp 700K" in text(page)
    assert "Rani Astuti 2 · Rp 150M · ≈ Rp 15M" in text(page)


def test_a_wrong_filter_is_told_and_not_an_error(world: World, deals):
    page = signed_in(world.ada).get("/deals/?amount=abc&zzz=1&after=xx")
    assert page.status_code == 200
    assert "Amount: “abc” is not understood." in text(page)
    assert "There is no filter “zzz” here." in text(page)
    assert "This page of the list is gone. Here is the first one." in text(page)
    assert names(page) == ["Gamma", "Beta", "Alpha"]


def test_a_form_is_turned_into_a_short_address(world: World, deals):
    answer = signed_in(world.ada).get("/deals/?owner=me&owner=nobody&amount.from=10&amount.to=")
    assert (answer.status_code, answer["Location"]) == (302, "/deals/?owner=me,nobody&amount=10..")


def test_a_filter_can_join_the_group_of_which_one_is_enough(world: World, deals):
    client = signed_in(world.ada)
    answer = client.get("/deals/?any=source:Webinar&owner=nobody&field=owner&into=any")
    assert answer["Location"] == "/deals/?any=source:Webinar;owner:nobody"
    assert names(client.get(answer["Location"])) == ["Beta"]


def test_pages_of_a_long_list_meet_without_gap(world: World):
    for number in range(120):
        world.deal(f"Deal {number:03}", qualified=True)
    client, seen, url = signed_in(world.rani), [], "/deals/?sort=name"
    while url:
        page = client.get(url)
        seen += names(page)
        found = page.content.decode().partition('rel="next" href="')[2].partition('"')[0]
        url = found.replace("&amp;", "&")
    assert seen == [f"Deal {number:03}" for number in range(120)]


def test_names_are_escaped_in_rows_and_chips(world: World):
    world.deal("<script>alert(1)</script>", qualified=True)
    page = signed_in(world.rani).get("/deals/?q=<script>alert(1)</script>").content.decode()
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_an_export_is_plain_csv_that_no_spreadsheet_runs(world: World):
    evil = world.deal(
        '=HYPERLINK("http://evil","x"), "quoted"', amount=Decimal("1250.5"), currency="IDR", qualified=True
    )
    tag_deal(deal=evil, tags=["-1+1", "hot"], by=world.ada, at=day(1))
    world.deal("+62 plain", source="@SUM(A1)", qualified=True)
    answer = signed_in(world.ada).get("/deals/export.csv?cols=amount,source,tag,owner&sort=name")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    body = b"".join(answer)
    assert body.startswith(b"\xef\xbb\xbfID,")
    rows = list(csv.reader(io.StringIO(body.decode("utf-8-sig"))))
    assert rows[0][1:] == ["Deal", "Amount", "Currency", "Amount in base currency", "Source", "Tags", "Owner"]
    assert rows[1][1:] == ["'+62 plain", "", "IDR", "0", "'@SUM(A1)", "", "Rani Astuti"]
    assert rows[2][1] == '\'=HYPERLINK("http://evil","x"), "quoted"'
    assert rows[2][2:] == ["1250.50", "IDR", "1250.50", "", "'-1+1; hot", "Rani Astuti"]


def test_an_export_holds_the_whole_filter_not_one_page(world: World):
    for number in range(130):
        world.deal(f"Deal {number:03}", qualified=True)
    rows = rows_of(signed_in(world.rani).get("/deals/export.csv?sort=name"))
    assert [row[1] for row in rows[1:]] == [f"Deal {number:03}" for number in range(130)]


def test_a_view_is_saved_found_as_a_tab_renamed_shared_and_deleted(world: World, deals):
    client = signed_in(world.rani)
    made = client.post(
        "/views/new/", {"record": "deals", "query": "amount=60000000..&zzz=1&sort=name", "name": " Big "}
    )
    view = SavedView.objects.get()
    assert (view.name, view.query, view.layout, view.is_shared) == (
        "Big",
        "amount=60000000..&sort=name",
        "list",
        False,
    )
    assert made["Location"] == f"/deals/?amount=60000000..&sort=name&view={view.pk}"
    assert names(client.get(made["Location"])) == ["Alpha"]
    assert "Big" not in text(signed_in(world.budi).get("/deals/"))
    client.post(f"/views/{view.pk}/", {"name": "Huge", "is_shared": "1"})
    assert "Huge" in text(signed_in(world.budi).get("/deals/"))
    for request in (signed_in(world.budi).get, signed_in(world.budi).post):
        assert request(f"/views/{view.pk}/").status_code == 404
    assert signed_in(world.budi).post(f"/views/{view.pk}/delete/").status_code == 404
    client.post(f"/views/{view.pk}/", {"query": "amount=1..&layout=board"})
    view.refresh_from_db()
    assert (view.name, view.query, view.layout, view.is_shared) == ("Huge", "amount=1..", "board", True)
    assert client.get(f"/views/{view.pk}/delete/").status_code == 405
    client.post(f"/views/{view.pk}/delete/")
    assert SavedView.objects.count() == 0


def test_a_view_needs_a_name_of_its_own(world: World):
    client = signed_in(world.rani)
    for name, expected in (
        ("", "A view needs a name."),
        ("Big", ""),
        ("Big", "You already have a view named “Big”."),
    ):
        answer = client.post("/views/new/", {"record": "deals", "query": "", "name": name}, headers=htmx())
        assert answer.status_code == (422 if expected else 204)
        assert expected in text(answer)
    assert SavedView.objects.count() == 1


def test_many_deals_are_given_away_at_once_and_the_refused_are_told(world: World, deals):
    win_deal(deal=deals["b"], by=world.rani, at=day(2))
    client = signed_in(world.ada)
    ids = [one.pk for one in deals.values()]
    asked = {"what": "stage", "ids": ids, "query": ""}
    dialog = client.post("/deals/bulk/", asked, headers=htmx("/deals/"))
    assert "Move 3 deals to" in text(dialog)
    assert {one.stage_id for one in Deal.objects.all()} == {world.stage("prospecting").pk}
    answer = client.post(
        "/deals/bulk/", {**asked, "go": "1", "stage": world.stage("demo").pk}, headers=htmx("/deals/")
    )
    said = json.loads(answer["HX-Trigger"])
    assert said["toast"]["text"] == (
        "2 changed, 1 refused: This deal is closed. Reopen it before you change it."
    )
    assert dict(Deal.objects.values_list("name", "stage__name")) == {
        "Alpha": "Demo",
        "Beta": "Prospek",
        "Gamma": "Demo",
    }


def test_everything_that_matches_is_what_the_viewer_sees(world: World, deals):
    client = signed_in(world.rani)
    asked = {"what": "tags", "everything": "1", "query": "amount=1..", "go": "1", "add": "icp, Hot"}
    client.post("/deals/bulk/", asked)
    tagged = {one.name: [tag.name for tag in tags_of("deal", one.pk)] for one in deals.values()}
    assert tagged == {"Alpha": ["Hot", "icp"], "Beta": ["Hot", "icp"], "Gamma": []}
    client.post("/deals/bulk/", {**asked, "add": "", "remove": "HOT"})
    assert [tag.name for tag in tags_of("deal", deals["a"].pk)] == ["icp"]


def test_ids_of_others_are_left_alone(world: World, deals):
    client = signed_in(world.budi)
    asked = {"what": "owner", "ids": [deals["a"].pk], "go": "1", "owner": world.budi.pk}
    answer = client.post("/deals/bulk/", asked, headers=htmx("/deals/"))
    assert answer.status_code == 422
    assert "Nothing is selected." in text(answer)
    deals["a"].refresh_from_db()
    assert deals["a"].owner == world.rani


def test_people_partners_change_nothing(world: World, deals):
    client = signed_in(world.putri)
    assert client.post("/deals/bulk/", {"what": "owner", "everything": "1", "go": "1"}).status_code == 403


def test_dialogs_are_pages_too(world: World, deals):
    client = signed_in(world.rani)
    for url in ("/deals/filter/", "/deals/filter/?field=owner", "/deals/filter/?field=amount&amount=1..",
                "/deals/filter/?field=close", "/deals/filter/?field=source", "/companies/filter/?field=q",
                "/deals/columns/", "/views/new/?record=deals"):  # fmt: skip
        for headers in ({}, htmx("/deals/")):
            assert client.get(url, headers=headers).status_code == 200, url
    assert client.get("/deals/filter/?field=zzz").status_code == 404
    assert client.get("/views/new/?record=zzz").status_code == 404


def test_reading_changes_nothing(world: World, deals):
    client = signed_in(world.rani)
    before = list(Deal.objects.values())
    for url in ("/deals/bulk/", f"/deals/{deals['a'].pk}/move/", f"/deals/{deals['a'].pk}/reopen/"):
        assert client.get(url).status_code == 405
    for url in ("win", "lose", "assign", "tags", "edit/amount"):
        assert client.get(f"/deals/{deals['a'].pk}/{url}/").status_code == 200
    assert list(Deal.objects.values()) == before
