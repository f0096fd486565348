import pytest
from tests.world import World, day

from siklus.cycle.prospecting.actions import add_profile, current_version, recompute_fit
from siklus.cycle.prospecting.fit.scoring import Criterion
from siklus.cycle.prospecting.models import Profile, ProfileVersion
from siklus.desk.tests.helpers import htmx, names, signed_in, statements, text
from siklus.platform.journal.models import Entry
from siklus.records.companies.actions import add_company
from siklus.records.deals.actions import win_deal

ROWS = {
    "name": "Mid-size", "rows": "2", "c0-attribute": "company.employees", "c0-operator": "between",
    "c0-value": ["50", "1,000"], "c0-weight": "3", "c0-must": "1", "c1-attribute": "company.industry",
    "c1-operator": "one_of", "c1-value": "Retail; Bank", "c1-weight": "2", "from_a": "80", "from_b": "60", "from_c": "40",
}  # fmt: skip


@pytest.fixture
def profile(world: World) -> Profile:
    criteria = [
        Criterion("company.employees", "at_least", ("50",), 3),
        Criterion("lead.source", "one_of", ("referral",), 2),
    ]
    return add_profile(name="Mid-size", criteria=criteria, by=world.agus, at=day(1))


def test_a_profile_is_built_row_by_row_and_nothing_is_stored_before_it_is_saved(world: World):
    add_company(name="Bank Nusa", industry="Bank", employees=120, by=world.rani, at=day(0))
    client, path = signed_in(world.agus), "/settings/icp/new/"
    assert "No ideal customer yet" in text(client.get("/settings/icp/"))
    shown = client.post(path, {"name": "Mid", "rows": "1", "add": "1"}, headers=htmx(path))
    assert shown.content.count(b'class="icp-row"') == 2
    fewer = client.post(path, ROWS | {"away": "0"}, headers=htmx(path))
    assert fewer.content.count(b'class="icp-row"') == 1 and b"Retail; Bank" in fewer.content
    look = client.post(path, ROWS | {"look": "1"}, headers=htmx(path) | {"HX-Target": "icp-preview"})
    assert "Companies all 1 A 1 100%" in text(look)
    assert not Profile.objects.exists() and not Entry.objects.filter(name__startswith="icp").exists()
    assert client.post(path, ROWS | {"save": "1"}).status_code == 302
    version = ProfileVersion.objects.get()
    assert version.criteria == [
        {"attribute": "company.employees", "operator": "between", "values": ["50", "1000"], "weight": 3, "must": True},
        {"attribute": "company.industry", "operator": "one_of", "values": ["Retail", "Bank"], "weight": 2, "must": False},
    ]  # fmt: skip
    said = text(client.get("/settings/icp/"))
    assert "Employees from 50 to 1,000 must have 3" in said and "Industry is Retail or Bank 2" in said


def test_a_wrong_row_is_said_beside_it_and_nothing_typed_is_lost(world: World):
    client = signed_in(world.agus)
    answer = client.post("/settings/icp/new/", ROWS | {"save": "1", "c0-value": ["many", "1,000"]})
    assert answer.status_code == 422
    assert "Employees: give a number." in text(answer)
    assert b'value="many"' in answer.content and b"Retail; Bank" in answer.content
    assert not Profile.objects.exists()
    assert client.post("/settings/icp/new/", ROWS | {"save": "1", "name": " "}).status_code == 422
    assert client.post("/settings/icp/new/", ROWS | {"save": "1", "from_b": "90"}).status_code == 422


def test_a_ready_profile_fills_the_form(world: World):
    shown = signed_in(world.agus).get("/settings/icp/new/?from=software")
    assert b'value="Software for companies"' in shown.content
    assert shown.content.count(b'class="icp-row"') == 6


def test_two_people_who_change_a_profile_do_not_overwrite_each_other(world: World, profile: Profile):
    client, path = signed_in(world.agus), f"/settings/icp/{profile.pk}/"
    assert client.post(path, ROWS | {"save": "1", "version": "1", "name": "First"}).status_code == 302
    late = client.post(path, ROWS | {"save": "1", "version": "1", "name": "Second"})
    assert late.status_code == 409 and b'value="Second"' in late.content
    assert Profile.objects.get().name == "First"


def test_switching_off_and_retiring_take_the_grades_away_from_lists(world: World, profile: Profile):
    deal = world.deal(source="referral")
    recompute_fit(by=None, at=day(2))
    client = signed_in(world.agus)
    assert 'data-grade="C"' in client.get("/leads/").content.decode()
    client.post(f"/settings/icp/{profile.pk}/switch/", {"active": "0"})
    profile.refresh_from_db()
    assert not profile.is_active
    assert "data-grade" not in client.get("/leads/").content.decode()
    client.post(f"/settings/icp/{profile.pk}/switch/", {"active": "1"})
    client.post(f"/settings/icp/{profile.pk}/retire/")
    profile.refresh_from_db()
    assert profile.retired_at is not None
    assert (
        client.post(f"/settings/icp/{profile.pk}/switch/", {"active": "1"}, headers=htmx()).status_code == 422
    )
    assert deal.pk


def test_lists_show_filter_and_sort_by_grade_without_another_statement(world: World):
    large = add_company(name="Large", employees=90, owner=world.rani, by=world.rani, at=day(0))
    world.deal("Alpha", company=large, source="referral")
    world.deal("Beta", source="referral")
    world.deal("Gamma", source="website")
    client = signed_in(world.rani)
    before = statements(client, "/leads/"), statements(client, "/companies/")
    criteria = [
        Criterion("company.employees", "at_least", ("50",), 3),
        Criterion("lead.source", "one_of", ("referral",), 4),
    ]
    add_profile(name="Mid-size", criteria=criteria, by=world.agus, at=day(1))
    recompute_fit(by=None, at=day(2))
    assert (statements(client, "/leads/"), statements(client, "/companies/")) == before
    assert names(client.get("/leads/?fit=A")) == ["Alpha"]
    assert names(client.get("/leads/?fit=C,D&sort=-fit")) == ["Beta", "Gamma"]
    assert names(client.get("/leads/?sort=-fit")) == ["Alpha", "Beta", "Gamma"]
    assert names(client.get("/companies/?fit=A")) == ["Large"]
    assert names(client.get("/companies/?fit=!A")) == []


def test_company_and_deal_say_the_grade_and_why(world: World, profile: Profile):
    company = add_company(name="Bank Nusa", employees=90, owner=world.rani, by=world.rani, at=day(0))
    deal = world.deal(company=company, source="website")
    client = signed_in(world.rani)
    assert 'id="fit"' not in client.get(f"/deals/{deal.pk}/").content.decode()
    recompute_fit(by=None, at=day(2))
    said = text(client.get(f"/deals/{deal.pk}/"))
    assert "B 60% of the points of Mid-size" in said
    assert "Employees at least 50 3 /3" in said and "Source is referral 0 /2" in said
    assert "A 100% of the points of Mid-size" in text(client.get(f"/companies/{company.pk}/"))


def test_a_grade_costs_its_page_one_statement(world: World, profile: Profile):
    company = add_company(name="Bank Nusa", employees=90, owner=world.rani, by=world.rani, at=day(0))
    deal = world.deal(company=company)
    client = signed_in(world.rani)
    pages = f"/deals/{deal.pk}/", f"/companies/{company.pk}/"
    before = [statements(client, page) for page in pages]
    recompute_fit(by=None, at=day(2))
    assert [statements(client, page) for page in pages] == [count + 1 for count in before]


def test_the_profile_learns_from_customers_and_suggestions_are_taken_one_by_one(
    world: World, profile: Profile
):
    client, path = signed_in(world.agus), f"/settings/icp/{profile.pk}/learned/"
    assert "Not enough yet" in text(client.get(path))
    for number in range(12):
        company = add_company(
            name=f"Won {number}", industry="Retail", employees=200, by=world.rani, at=day(0)
        )
        win_deal(deal=world.deal(company=company), by=world.rani, at=day(2))
    for number in range(40):
        add_company(
            name=f"Other {number}",
            industry="Bank" if number % 4 else "Retail",
            employees=20 + number,
            by=world.rani,
            at=day(0),
        )
    said = text(client.get(path))
    assert (
        "12 customers with a won deal; 12 of them count as the best, compared with 40 other companies" in said
    )
    assert "Industry is Retail 100% 12 of 12 25% 10 of 40 4×" in said
    values = {"attribute": "company.industry", "operator": "one_of", "value": "Retail", "version": "1"}
    client.post(f"{path}take/", values)
    profile.refresh_from_db()
    assert current_version(profile).criteria[-1] == {
        "attribute": "company.industry", "operator": "one_of", "values": ["Retail"], "weight": 2, "must": False
    }  # fmt: skip
    client.post(f"{path}take/", values | {"value": "Bank", "version": "2"})
    profile.refresh_from_db()
    assert current_version(profile).criteria[-1]["values"] == ["Retail", "Bank"]
    assert client.post(f"{path}take/", values | {"version": "1"}, headers=htmx()).status_code == 409
    assert (
        client.post(
            f"{path}take/", {"attribute": "x", "operator": "y", "version": "3"}, headers=htmx()
        ).status_code
        == 422
    )
    assert "in the profile" in text(client.get(path))
