from django.test import Client
from tests.world import World, day

from siklus.records.companies.actions import add_company

HTMX = {"HX-Request": "true"}


def browser(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_the_palette_finds_records_by_part_of_a_word_and_marks_it(world: World):
    company = add_company(name="Bank Nusantara", owner=world.rani, by=world.rani, at=day(0))
    text = browser(world.rani).get("/palette/?q=santa", headers=HTMX).content.decode()
    assert f'href="/companies/{company.pk}/"' in text
    assert "Bank Nu<mark>santa</mark>ra" in text
    assert "<html" not in text


def test_the_palette_runs_commands(world: World):
    text = browser(world.ada).get("/palette/?q=pipe", headers=HTMX).content.decode()
    assert 'href="/settings/pipelines/"' in text
    assert 'href="/settings/pipelines/"' not in browser(world.rani).get("/palette/?q=pipe").content.decode()


def test_the_empty_palette_offers_pages(world: World):
    assert 'href="/activities/"' in browser(world.rani).get("/palette/").content.decode()


def test_what_one_may_not_see_is_not_found(world: World):
    world.deal(name="Secret of Budi", owner=world.budi, by=world.budi)
    for path in ("/palette/?q=secret", "/search/?q=secret"):
        assert "Secret of Budi" not in browser(world.rani).get(path).content.decode()
        assert "<mark>Secret</mark> of Budi" in browser(world.budi).get(path).content.decode()


def test_what_is_typed_is_never_markup(world: World):
    for path in ("/palette/", "/search/"):
        text = browser(world.rani).get(path, {"q": '"><script>x</script>'}).content.decode()
        assert "<script>x" not in text


def test_the_search_page_groups_by_kind_and_says_when_nothing_is_there(world: World):
    company = add_company(name="Kopi Ranah", owner=world.rani, by=world.rani, at=day(0))
    world.deal(name="Kopi Ranah, portal", company=company)
    text = browser(world.rani).get("/search/?q=kopi").content.decode()
    assert text.index("Companies") < text.index("Deals and leads")
    assert "Nothing with “zebra”" in browser(world.rani).get("/search/?q=zebra").content.decode()
