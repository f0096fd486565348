from datetime import date

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st
from tests.world import World, day

from siklus.cycle.research.actions import CannotChangeDossier, note_finding, set_relevance, withdraw_finding
from siklus.cycle.research.models import Finding, Relevance
from siklus.cycle.research.queries import dossier_of, finding_for, findings_for, parts_of, relevance_of
from siklus.platform.journal.models import Entry
from siklus.platform.journal.queries import timeline
from siklus.records.companies.actions import add_company
from siklus.records.companies.merging import merge_companies, unmerge_companies
from siklus.records.companies.models import Company
from siklus.records.contacts.actions import add_contact


@pytest.fixture
def bank(world: World) -> Company:
    return add_company(name="Bank Nusa", owner=world.rani, by=world.rani, at=day(0))


def noted(world: World, bank: Company, value: str, number: float = 1, **values) -> Finding:
    return note_finding(
        company=bank, section=values.pop("section", "growth"), attribute=values.pop("attribute", "Headcount"),
        value=value, by=world.rani, at=day(number), **values,
    )  # fmt: skip


def holding(bank: Company) -> dict[str, str]:
    return {
        line.holds.attribute: line.holds.value for part in dossier_of(company=bank) for line in part.lines
    }


def test_a_newer_finding_stands_before_an_older_one_and_both_stay(world: World, bank):
    noted(world, bank, "120", 1)
    noted(world, bank, "140", 5, attribute=" headCOUNT ")
    (part,) = dossier_of(company=bank)
    (line,) = part.lines
    assert (part.section, line.holds.value, [one.value for one in line.before]) == ("growth", "140", ["120"])


def test_what_was_seen_earlier_does_not_replace_what_was_seen_later(world: World, bank):
    noted(world, bank, "140", 5)
    noted(world, bank, "90", 6, observed_at=date(2025, 1, 1))
    assert holding(bank) == {"Headcount": "140"}


def test_of_one_day_the_surer_one_holds_and_of_equals_the_later_one(world: World, bank):
    noted(world, bank, "140", 5, confidence=3)
    noted(world, bank, "200", 5.1, confidence=1)
    assert holding(bank) == {"Headcount": "140"}
    noted(world, bank, "150", 5.2, confidence=3)
    assert holding(bank) == {"Headcount": "150"}


def test_a_withdrawn_finding_gives_way_to_the_one_before(world: World, bank):
    noted(world, bank, "120", 1)
    wrong = noted(world, bank, "1400", 5)
    withdraw_finding(finding=wrong, by=world.rani, at=day(6), why="a typing error")
    withdraw_finding(finding=wrong, by=world.rani, at=day(7), why="again")
    assert holding(bank) == {"Headcount": "120"}
    wrong.refresh_from_db()
    assert (wrong.withdrawn_at, wrong.withdrawn_why) == (day(6), "a typing error")
    assert [line.entry.name for line in timeline("company", bank.pk)] == [
        "finding.withdrawn", "finding.noted", "finding.noted", "company.added",
    ]  # fmt: skip


def test_the_same_words_of_the_same_day_are_written_once(world: World, bank):
    assert noted(world, bank, "120").pk == noted(world, bank, " 120 ").pk
    assert Finding.objects.count() == 1
    assert Entry.objects.filter(name="finding.noted").count() == 1


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("section", {"section": "weather"}),
        ("attribute", {"attribute": "  "}),
        ("value", {"value": " "}),
        ("value", {"value": "x" * 4_001}),
        ("value", {"value": "a\0b"}),
        ("observed_at", {"observed_at": date(2030, 1, 1)}),
        ("confidence", {"confidence": 4}),
        ("method", {"method": "guess"}),
        ("source_url", {"source_url": "javascript:alert(1)"}),
        ("source_url", {"source_url": "https://" + "x" * 500}),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_written(world: World, bank, field, values):
    before = Entry.objects.count()
    with pytest.raises(CannotChangeDossier) as refusal:
        noted(world, bank, values.pop("value", "120"), **values)
    assert refusal.value.field == field
    assert (Finding.objects.count(), Entry.objects.count()) == (0, before)


def test_a_finding_is_about_one_company_or_one_person(world: World, bank):
    person = add_contact(name="Sri", company=bank, owner=world.rani, by=world.rani, at=day(0))
    with pytest.raises(CannotChangeDossier):
        note_finding(section="news", attribute="a", value="b", by=world.rani, at=day(1))
    with pytest.raises(CannotChangeDossier):
        note_finding(
            company=bank, contact=person, section="news", attribute="a", value="b", by=world.rani, at=day(1)
        )
    note_finding(
        contact=person, section="background", attribute="School", value="ITB", by=world.rani, at=day(1)
    )
    assert [part.section for part in dossier_of(contact=person)] == ["background"]
    assert dossier_of(company=bank) == []


def test_the_door_follows_the_company(world: World, bank):
    finding = noted(world, bank, "120")
    assert finding_for(world.bram, finding.pk) == finding
    assert list(findings_for(world.budi)) == []
    with pytest.raises(Finding.DoesNotExist):
        finding_for(world.budi, finding.pk)


def test_why_we_matter_keeps_every_wording(world: World, bank):
    set_relevance(company=bank, text="They open 40 branches.", by=world.rani, at=day(1))
    set_relevance(company=bank, text=" They open 40 branches. ", by=world.rani, at=day(2))
    set_relevance(company=bank, text="They open 60 branches.", by=world.bram, at=day(3))
    found = relevance_of(bank.pk)
    assert found is not None and (found.text, found.by) == ("They open 60 branches.", world.bram)
    assert Relevance.objects.count() == 2
    set_relevance(company=bank, text="", by=world.bram, at=day(4))
    assert relevance_of(bank.pk) is None


def test_a_merged_company_brings_its_dossier_and_takes_it_back(world: World, bank):
    other = add_company(name="PT Bank Nusa", owner=world.rani, by=world.rani, at=day(0))
    noted(world, bank, "120", 1)
    noted(world, other, "140", 2)
    merge_companies(kept=bank, other=other, by=world.rani, at=day(3))
    assert holding(bank) == {"Headcount": "140"}
    with pytest.raises(CannotChangeDossier):
        noted(world, other, "150", 4)
    unmerge_companies(kept=bank, other_id=other.pk, by=world.rani, at=day(5))
    assert (holding(bank), holding(other)) == ({"Headcount": "120"}, {"Headcount": "140"})


rows = st.lists(
    st.tuples(st.sampled_from(["a", "b"]), st.dates(date(2025, 1, 1), date(2025, 1, 5)), st.integers(1, 3)),
    max_size=12,
)


@given(rows)
def test_however_findings_come_the_same_one_holds(told):
    made = [
        Finding(
            pk=number,
            section="news",
            attribute=key,
            key=key,
            value=str(number),
            observed_at=seen,
            confidence=sure,
        )
        for number, (key, seen, sure) in enumerate(told)
    ]
    here, there = parts_of(made), parts_of(reversed(made))
    assert [[line.holds.pk for line in part.lines] for part in here] == [
        [line.holds.pk for line in part.lines] for part in there
    ]
    assert sum(1 + len(line.before) for part in here for line in part.lines) == len(made)


def test_sentences_read_well_in_both_languages(world: World, bank):
    noted(world, bank, "120")
    (line, *_rest) = timeline("company", bank.pk)
    assert line.sentence == "noted Headcount: 120"
    with translation.override("id"):
        assert timeline("company", bank.pk)[0].sentence == "mencatat Headcount: 120"
