import pytest
from django.db import connection
from tests.world import World, day

from siklus.platform.search.index import as_document, index_many, put, unindex
from siklus.platform.search.queries import find
from siklus.platform.tables.bulk import forget_word_statistics
from siklus.records.companies.actions import add_company, edit_company
from siklus.records.contacts.actions import add_contact


def test_any_part_of_a_word_finds_and_every_word_must_be_there(world: World):
    company = add_company(name="PT Sinar Laut", city="Makassar", owner=world.rani, by=world.rani, at=day(1))
    world.deal("ERP for branches", company=company)
    titles = [one.title for one in find("inar lau", viewer=world.rani)]
    assert titles == ["ERP for branches", "PT Sinar Laut"]
    assert [one.title for one in find("sinar makas", viewer=world.rani)] == ["PT Sinar Laut"]
    assert find("sinar bandung", viewer=world.rani) == []


def test_what_one_may_not_see_one_does_not_find(world: World):
    add_contact(
        name="Hendra Pratama", emails=["hendra@banknusa.co.id"], owner=world.budi, by=world.budi, at=day(1)
    )
    assert find("hendra", viewer=world.rani) == []
    assert [one.title for one in find("HENDRA", viewer=world.bram)] == ["Hendra Pratama"]
    assert [one.title for one in find("banknusa.co", viewer=world.budi)] == ["Hendra Pratama"]


def test_a_renamed_company_is_found_by_its_new_name_only(world: World):
    company = add_company(name="Toko Lima", owner=world.rani, by=world.rani, at=day(1))
    edit_company(company=company, by=world.rani, at=day(2), name="Toko Enam")
    assert find("toko lima", viewer=world.rani) == []
    assert [one.title for one in find("enam", viewer=world.rani)] == ["Toko Enam"]


def test_quotes_and_operators_are_only_text(world: World):
    world.deal('The "big" one OR none')
    assert len(find('"big"', viewer=world.rani)) == 1
    assert find("big* AND", viewer=world.rani) == []


def test_many_documents_at_once_are_found_and_leave_no_word_behind(world: World):
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:  # tests that commit empty the tables and leave their words
            cursor.execute("INSERT INTO search_fts(search_fts) VALUES ('rebuild')")
    index_many(
        ("deal", number, None, f"Lead {number}", f"lead {number}\nkopi ranah") for number in (901, 902)
    )
    put(as_document(("deal", 903, None, "Lead 903", "lead 903\nkopi ranah")), new=True)
    put(as_document(("deal", 903, None, "Lead 903", "lead 903\nteh ranah")))
    assert [one.object_id for one in find("kopi ranah", viewer=world.ada)] == [902, 901]
    unindex("deal", [901, 903])
    assert [one.object_id for one in find("ranah", viewer=world.ada)] == [902]
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:  # fails when the words are not those of the documents
            cursor.execute("INSERT INTO search_fts(search_fts, rank) VALUES ('integrity-check', 1)")


def test_the_letters_must_stand_in_a_row(world: World):
    add_company(name="Kopi Robusta, opir obis", owner=world.rani, by=world.rani, at=day(1))
    assert find("kopirob", viewer=world.rani) == []
    assert [one.title for one in find("opi rob", viewer=world.rani)] == ["Kopi Robusta, opir obis"]


@pytest.mark.skipif(connection.vendor != "sqlite", reason="FTS5 is SQLite's")
def test_what_was_analysed_while_small_does_not_slow_the_index_of_words(world: World):
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        cursor.execute("SELECT count(*) FROM sqlite_stat1 WHERE tbl LIKE 'search_fts%%'", [])
        assert cursor.fetchone() != (0,)
        forget_word_statistics(cursor)
        cursor.execute("SELECT count(*) FROM sqlite_stat1 WHERE tbl LIKE 'search_fts%%'", [])
        assert cursor.fetchone() == (0,)
        cursor.execute("SELECT count(*) > 0 FROM sqlite_stat1 WHERE tbl = 'accounts_user'")
        assert cursor.fetchone() == (1,)
