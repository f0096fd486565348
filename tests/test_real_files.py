"""Real files through our own import: the numbers they must give, and that undoing leaves nothing behind."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.apps import apps

from siklus.insight.reports import Question, end_of_day, kpi_report
from siklus.platform.imports.commands import import_file
from siklus.platform.imports.undo import undo_import
from siklus.platform.journal.models import Entry
from siklus.records.companies.models import Company
from siklus.records.deals.invariants import check_all
from siklus.records.deals.models import Deal
from tests.shared import ROOT, public_file
from tests.world import World, build_world, day

MAVEN = ROOT / "examples" / "maven"
OURS = ("accounts", "search", "companies", "contacts", "products", "deals", "activities", "fields", "tags")


@pytest.fixture
def dollars(db: None) -> World:
    return build_world(currency="USD")


def bring_in(world: World, kind: str, file: str, mapping: str, **options: Any) -> Any:
    batch = import_file(
        public_file(file),
        object_kind=kind,
        by=world.ada,
        mapping=ROOT / "examples" / mapping,
        at=day(30),
        **options,
    )
    assert batch.status == "done", batch.message
    return batch


def contents() -> dict[str, list[Any]]:
    """Every row of every table of ours but the journal and the imports."""
    return {
        model._meta.label: list(model._base_manager.order_by("pk").values_list())
        for label in OURS
        for model in apps.get_app_config(label).get_models()
    }


def test_a_real_pipeline_gives_the_known_numbers_on_two_days_and_undoes_to_nothing(dollars: World):
    bring_in(dollars, "users", "crm_pipeline/sales_teams.csv", "maven/users.toml")
    bring_in(dollars, "companies", "crm_pipeline/accounts.csv", "maven/companies.toml")
    bring_in(dollars, "products", "crm_pipeline/products.csv", "maven/products.toml")
    before = contents()
    pipeline = "crm_pipeline/sales_pipeline_asof_2017-09-30.csv"
    batch = bring_in(dollars, "deals", pipeline, "maven/deals.toml", is_history=True)
    assert (batch.created, batch.errors, batch.duplicates) == (7135, 0, 0)

    report = kpi_report(Question(as_of=end_of_day(date(2017, 9, 30))))
    counts = report["deal_counts"].parts
    assert (report["deal_counts"].value, counts["won"], counts["lost"], counts["open"]) == (
        7135,
        3042,
        1684,
        2409,
    )
    assert round(report["win_rate"].value, 4) == 0.6437
    assert round(report["average_deal_size"].value, 2) == Decimal("2367.86")
    assert report["average_deal_size"].parts["median"] == 1114
    assert report["won_value"].value == 7_203_038
    assert round(report["sales_cycle"].parts["mean"], 2) == 52.66
    assert (report["sales_cycle"].value, report["sales_cycle"].parts["to_close_median"]) == (59, 77)

    june = kpi_report(Question(as_of=end_of_day(date(2017, 6, 30))))["deal_counts"].parts
    assert (june["won"], june["lost"], june["open"]) == (1785, 894, 1686)

    assert [(row.name, row.wrong) for row in check_all() if row.wrong] == []
    entries = Entry.objects.count()
    undo_import(batch=batch, by=dollars.ada, at=day(31))
    assert contents() == before
    assert Entry.objects.count() == entries + 1
    undone = Entry.objects.order_by("-id").first()
    assert (undone.name, undone.details["removed"]) == (
        "import.undone",
        7136,
    )  # with the reason “Not recorded”


def test_leads_with_own_fields_come_in_and_what_select_hides_stays_empty(world: World):
    batch = bring_in(world, "leads", "lead_scoring/x_education_leads.csv", "x_education_leads.toml")
    assert (batch.created, batch.errors) == (9240, 0)
    assert Deal.objects.filter(status="won").count() == 3561
    assert not Deal.objects.filter(custom__lead_profile="Select").exists()
    assert Deal.objects.filter(custom__occupation="Unemployed").count() > 5000


def test_leads_of_another_source_come_in_with_their_days(world: World):
    batch = bring_in(
        world, "leads", "lead_scoring/olist_mql_asof_2018-03-31.csv", "olist_leads.toml", is_history=True
    )
    assert (batch.created, batch.errors) == (5345, 0)
    assert Deal.objects.order_by("created_at").first().created_at.year == 2017


def test_undoing_restores_updated_values_to_the_last_column(world: World, tmp_path):
    deal = world.deal("Bank Nusa", amount=Decimal(5), external_id="A1")
    untouched = world.deal("Kopi Ranah", external_id="A2")
    before = contents()
    file = tmp_path / "deals.csv"
    file.write_text(
        "number,name,amount,stage,company\nA1,Bank Nusa,7,Demo,PT Bank Nusa\nA2,Kopi Ranah,,,\nA3,New,1,,\n"
    )
    mapping = tmp_path / "mapping.json"
    mapping.write_text(
        '{"object": "deals", "columns": {"number": "external_id", "name": "name", "amount": "amount", '
        '"stage": "stage", "company": "company"}}'
    )
    batch = import_file(
        file, object_kind="leads", by=world.ada, mapping=mapping, key="external_id", at=day(9)
    )
    assert (batch.created, batch.updated, batch.unchanged, batch.errors) == (1, 1, 1, 0), list(
        batch.problems.values()
    )
    deal.refresh_from_db()
    assert (deal.amount, deal.stage, deal.company.name) == (7, world.stage("demo"), "PT Bank Nusa")
    undo_import(batch=batch, by=world.ada, at=day(10))
    assert contents() == before
    assert Deal.objects.get(pk=untouched.pk).version == 1
    assert Company.objects.count() == 0
    assert [row.wrong for row in check_all()] == [0, 0, 0, 0, 0, 0]


def test_what_somebody_worked_on_since_is_kept_and_told(world: World, tmp_path):
    from siklus.records.deals.actions import edit_deal

    file = tmp_path / "leads.csv"
    file.write_text("name\nOne\nTwo\n")
    batch = import_file(file, object_kind="leads", by=world.ada, at=day(9))
    edit_deal(deal=Deal.objects.get(name="One"), amount=Decimal(9), by=world.rani, at=day(10))
    batch = undo_import(batch=batch, by=world.ada, at=day(11))
    assert list(Deal.objects.values_list("name", flat=True)) == ["One"]
    assert "1 record was kept" in batch.message
