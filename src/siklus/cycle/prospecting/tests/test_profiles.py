import pytest
from tests.world import World, day

from siklus.cycle.prospecting.actions import (
    CannotChangeProfile,
    WrongCriterion,
    activate_profile,
    add_profile,
    deactivate_profile,
    edit_profile,
    recompute_fit,
    retire_profile,
)
from siklus.cycle.prospecting.fit.scoring import Criterion, Cutoffs
from siklus.cycle.prospecting.models import CompanyFit, GradeChange, LeadFit, Profile, ProfileVersion
from siklus.cycle.prospecting.queries import fit_of
from siklus.cycle.prospecting.ready import READY
from siklus.platform.journal.deliver import deliver_due
from siklus.platform.journal.models import Entry
from siklus.records.companies.actions import add_company, delete_company, edit_company
from siklus.records.companies.merging import merge_companies
from siklus.records.contacts.actions import add_contact, edit_contact
from siklus.records.deals.actions import edit_deal, lose_deal
from siklus.records.fields.actions import add_field, retire_field
from siklus.records.fields.record import StaleEdit

EMPLOYEES = Criterion("company.employees", "between", ("50", "500"), weight=3)
INDUSTRY = Criterion("company.industry", "one_of", ("Retail", "Bank"), weight=2)
SOURCE = Criterion("lead.source", "one_of", ("referral",), weight=5)


@pytest.fixture
def nusa(world: World):
    return add_company(name="Bank Nusa", industry="bank", employees=120, by=world.rani, at=day(0))


def deliver() -> None:
    from django.utils import timezone

    while deliver_due(timezone.now()):
        pass


def profile(world: World, *criteria: Criterion, **values) -> Profile:
    return add_profile(
        name="Mid-size",
        criteria=criteria or (EMPLOYEES, INDUSTRY, SOURCE),
        by=world.agus,
        at=day(1),
        **values,
    )


def grades(model=LeadFit) -> dict[int, tuple[str, int, str]]:
    column = "deal_id" if model is LeadFit else "company_id"
    return {row[0]: row[1:] for row in model.objects.values_list(column, "grade", "share", "marks")}


def test_companies_and_leads_are_graded_once_a_profile_is_there(world: World, nusa):
    deal = world.deal(company=nusa, source="Referral")
    other = world.deal("No company", source="website")
    deliver()
    assert not CompanyFit.objects.exists()
    profile(world)
    deliver()
    assert grades(CompanyFit) == {nusa.pk: ("A", 100, "++.")}
    assert grades() == {deal.pk: ("A", 100, "+++"), other.pk: ("D", 0, "??-")}
    told = Entry.objects.get(name="fit.recomputed")
    assert (told.details["companies"], told.details["deals"], told.details["deals_written"]) == (1, 2, 2)


def test_grading_again_writes_nothing(world: World, nusa):
    world.deal(company=nusa)
    profile(world)
    recompute_fit(by=None, at=day(2))
    before = list(LeadFit.objects.values())
    counts = recompute_fit(by=None, at=day(3))
    assert (counts["company"].written, counts["deal"].written) == (0, 0)
    assert list(LeadFit.objects.values()) == before


def test_a_changed_profile_is_a_new_version_and_old_grades_keep_their_reasons(world: World, nusa):
    made = profile(world, EMPLOYEES, INDUSTRY)
    recompute_fit(by=None, at=day(2))
    made = edit_profile(
        profile=made, criteria=[Criterion("company.employees", "at_least", ("1000",), 3), INDUSTRY],
        by=world.agus, at=day(3), expected_version=1,
    )  # fmt: skip
    recompute_fit(by=None, at=day(4))
    assert grades(CompanyFit) == {nusa.pk: ("C", 40, "-+")}
    change = GradeChange.objects.get()
    assert (change.grade, change.became, change.share, change.marks) == ("A", "C", 100, "++")
    assert (change.since, change.at, change.because) == (day(2), day(4), "profile")
    assert change.version.criteria[0]["operator"] == "between"
    assert list(ProfileVersion.objects.values_list("number", flat=True)) == [1, 2]
    shown = fit_of("company", nusa.pk)
    assert shown is not None
    assert [(one.text, one.mark, one.points, one.weight) for one in shown.reasons] == [
        ("Employees at least 1,000", "-", 0, 3), ("Industry is Retail or Bank", "+", 2, 2),
    ]  # fmt: skip
    entry = Entry.objects.get(name="icp.changed")
    assert [one["field"] for one in entry.details["changes"]] == ["criteria"]


def test_an_edit_that_changes_nothing_makes_no_version(world: World):
    made = profile(world)
    again = edit_profile(
        profile=made, name="Mid-size", criteria=[EMPLOYEES, INDUSTRY, SOURCE], by=world.agus, at=day(2)
    )
    assert again.version == 1
    assert not Entry.objects.filter(name="icp.changed").exists()


def test_a_stale_edit_is_refused(world: World):
    made = profile(world)
    edit_profile(profile=made, name="Other", by=world.agus, at=day(2), expected_version=1)
    with pytest.raises(StaleEdit):
        edit_profile(profile=made, name="Third", by=world.agus, at=day(3), expected_version=1)
    assert Profile.objects.get().name == "Other"


def test_a_record_follows_its_own_changes_and_tells_on_the_timeline(world: World, nusa):
    deal = world.deal(company=nusa, source="website")
    profile(world)
    deliver()
    assert grades()[deal.pk] == ("C", 50, "++-")
    edit_deal(deal=deal, source="referral", by=world.rani, at=day(2))
    deliver()
    assert grades()[deal.pk] == ("A", 100, "+++")
    entry = Entry.objects.get(name="fit.lead_changed")
    assert (entry.about_id, entry.details) == (deal.pk, {"before": "C", "now": "A", "profile": "Mid-size"})
    edit_company(company=nusa, employees=7, by=world.rani, at=day(3))
    deliver()
    assert grades(CompanyFit)[nusa.pk] == ("C", 40, "-+.")
    assert grades()[deal.pk] == ("B", 70, "-++")
    assert [one.because for one in GradeChange.objects.order_by("id")] == ["record"] * 3


def test_a_new_lead_is_graded_and_a_closed_one_keeps_its_grade(world: World, nusa):
    profile(world)
    deliver()
    deal = world.deal(company=nusa, source="referral")
    deliver()
    assert grades()[deal.pk][0] == "A"
    lose_deal(deal=deal, reason=world.too_expensive, by=world.rani, at=day(3))
    edit_company(company=nusa, employees=7, by=world.rani, at=day(4))
    deliver()
    assert grades()[deal.pk][0] == "A"


def test_the_position_of_the_contact_counts_and_is_followed(world: World):
    contact = add_contact(name="Hendra", title="Staff", by=world.rani, at=day(0))
    deal = world.deal(contact=contact)
    profile(world, Criterion("lead.title", "contains", ("director", "direktur")))
    deliver()
    assert grades()[deal.pk][0] == "D"
    edit_contact(contact=contact, title="Direktur Utama", by=world.rani, at=day(2))
    deliver()
    assert grades()[deal.pk][0] == "A"


def test_the_profile_that_fits_best_gives_the_grade(world: World, nusa):
    add_profile(
        name="Large",
        criteria=[Criterion("company.employees", "at_least", ("1000",))],
        by=world.agus,
        at=day(1),
    )
    small = add_profile(
        name="Small", criteria=[Criterion("company.employees", "at_most", ("200",))], by=world.agus, at=day(1)
    )
    recompute_fit(by=None, at=day(2))
    shown = fit_of("company", nusa.pk)
    assert shown is not None and (shown.grade, shown.profile) == ("A", "Small")
    deactivate_profile(profile=small, by=world.agus, at=day(3))
    recompute_fit(by=None, at=day(3))
    shown = fit_of("company", nusa.pk)
    assert shown is not None and (shown.grade, shown.profile) == ("D", "Large")


def test_without_an_active_profile_nobody_has_a_grade_and_the_past_stays(world: World, nusa):
    made = profile(world)
    recompute_fit(by=None, at=day(2))
    retire_profile(profile=made, by=world.agus, at=day(3))
    recompute_fit(by=None, at=day(3))
    assert not CompanyFit.objects.exists()
    assert [(one.grade, one.became) for one in GradeChange.objects.all()] == [("A", "")]
    with pytest.raises(CannotChangeProfile):
        activate_profile(profile=made, by=world.agus, at=day(4))
    with pytest.raises(CannotChangeProfile):
        edit_profile(profile=made, name="New", by=world.agus, at=day(4))


def test_own_fields_of_company_and_lead_are_asked_and_a_retired_one_stays_readable(world: World):
    field = add_field(
        record_kind="company",
        label="Segment",
        kind="choice",
        choices=["Gold", "Tin"],
        by=world.ada,
        at=day(0),
    )
    add_field(record_kind="deal", label="Seats", kind="number", by=world.ada, at=day(0))
    company = add_company(name="Toko", custom={"segment": "Gold"}, by=world.rani, at=day(0))
    deal = world.deal(company=company, custom={"seats": 30})
    asked = [
        Criterion("company.own.segment", "one_of", ("Gold",)),
        Criterion("lead.own.seats", "at_least", ("20",)),
    ]
    made = profile(world, *asked)
    recompute_fit(by=None, at=day(2))
    assert grades()[deal.pk] == ("A", 100, "++")
    retire_field(field=field, by=world.ada, at=day(3))
    edit_profile(profile=made, name="Renamed", criteria=asked, by=world.agus, at=day(3))
    recompute_fit(by=None, at=day(3))
    assert grades()[deal.pk] == ("A", 100, "++")


@pytest.mark.parametrize(
    "wrong",
    [
        [],
        [Criterion("company.nothing", "filled")],
        [Criterion("company.industry", "between", ("1", "2"))],
        [Criterion("company.industry", "one_of", ())],
        [Criterion("company.industry", "one_of", ("x",), weight=0)],
        [Criterion("company.industry", "one_of", ("x",), weight=11)],
        [Criterion("company.employees", "between", ("5",))],
        [Criterion("company.employees", "between", ("9", "5"))],
        [Criterion("company.employees", "at_least", ("many",))],
        [Criterion("company.employees", "at_least", ("NaN",))],
        [Criterion("lead.kind", "one_of", ("friendship",))],
        [Criterion("company.industry", "filled")] * 41,
    ],
)  # fmt: skip
def test_what_means_nothing_is_refused_and_leaves_nothing(world: World, wrong):
    with pytest.raises(CannotChangeProfile):
        add_profile(name="Wrong", criteria=wrong, by=world.agus, at=day(1))
    assert not Profile.objects.exists()
    assert not ProfileVersion.objects.exists()
    assert not Entry.objects.filter(name__startswith="icp.").exists()


def test_a_wrong_row_is_named(world: World):
    with pytest.raises(WrongCriterion) as refusal:
        profile(world, EMPLOYEES, Criterion("company.city", "one_of", ("",)))
    assert (refusal.value.place, refusal.value.field) == (1, "criteria.1")


@pytest.mark.parametrize("cutoffs", [Cutoffs(50, 60, 40), Cutoffs(101, 60, 40), Cutoffs(80, 60, 60)])
def test_grades_that_do_not_descend_are_refused(world: World, cutoffs):
    with pytest.raises(CannotChangeProfile):
        profile(world, cutoffs=cutoffs)
    assert not Profile.objects.exists()


def test_a_grade_keeps_no_record_from_being_deleted_or_merged(world: World, nusa):
    alone = add_company(name="Alone", by=world.rani, at=day(0))
    other = add_company(name="Bank Nusa Tbk", employees=9, by=world.rani, at=day(0))
    deal = world.deal(company=other)
    profile(world)
    deliver()
    delete_company(company=alone, by=world.rani, at=day(2))
    merge_companies(kept=nusa, other=other, by=world.rani, at=day(3))
    deliver()
    assert grades()[deal.pk][2] == "++?"  # the deal went along and is graded by the survivor's values
    assert set(grades(CompanyFit)) == {nusa.pk, other.pk}


def test_every_ready_profile_can_be_started_from(world: World):
    for ready in READY:
        add_profile(name=str(ready.name), criteria=ready.criteria, by=world.agus, at=day(1))
    recompute_fit(by=None, at=day(2))
    assert Profile.objects.count() == len(READY)


def test_the_import_tells_once_and_not_row_by_row(world: World):
    from siklus.platform.journal.models import Delivery
    from siklus.platform.journal.record import through

    profile(world)
    deliver()
    with through("import"):
        world.deal("Imported")
    assert not Delivery.objects.filter(reaction="prospecting.deal").exists()
    world.deal("By hand")
    assert Delivery.objects.filter(reaction="prospecting.deal").count() == 1
