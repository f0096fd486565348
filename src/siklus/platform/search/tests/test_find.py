from tests.world import World, day

from siklus.platform.search.queries import find
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
