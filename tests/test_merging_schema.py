"""No relation is forgotten when records merge: a new one that is neither followed nor excused fails here."""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import models

from siklus.records.companies.models import Company
from siklus.records.contacts.models import Contact
from siklus.records.deals.actions.merge import STAYS
from siklus.records.deals.models import Deal
from siklus.records.fields.merging import BY_KIND, relations_to

RECORDS: dict[str, Any] = {"company": Company, "contact": Contact, "deal": Deal}
# What points to a record and does not follow it, each with the reason.
STAYS_BEHIND = {
    "deals.DealInterval.deal_id": "the history of a deal stays its own; as_of leaves out the one merged away",
    "prospecting.CompanyFit.company_id": "computed: the survivor is graded anew",
    "prospecting.LeadFit.deal_id": "computed: the survivor is graded anew",
    "outreach.FirstResponse.deal_id": "computed: the clock of the survivor is reckoned anew",
    "prospecting.GradeChange.company_id": "the grades of a company stay its own",
    "prospecting.GradeChange.deal_id": "the grades of a deal stay its own",
    "incentives.CreditShare.deal_id": "shares of two deals are no shares of one: those of the survivor hold",
    "companies.Company.merged_into_id": "the lineage itself",
    "contacts.Contact.merged_into_id": "the lineage itself",
    "deals.Deal.merged_into_id": "the lineage itself",
}
# Tables that name any record by kind and id, or by id alone.
PAIRS_STAY_BEHIND = {
    "fields.Merge": "the trail of merges",
    "journal.Entry": "append-only; the timeline of the survivor reads the entries of what went into it",
    "journal.Mention": "append-only; the timeline of the survivor reads the mentions of what went into it",
    "duplicates.Candidate": "what the last scan found; doors leave out what was merged since",
    "duplicates.ToldApart": "that two records are two stays true of them",
    "search.Document": "the other record is found no more; its document comes back with it",
    "automations.Run": "the log of what was done, with the deal it was done for",
    "automations.Holding": "computed: the next look leaves out what was merged",
    "incentives.LedgerLine": "append-only; a line names the deal as it was when it was posted",
    "imports.ImportUpdate": "what an import changed; undoing it leaves what was merged since",
}


def ours() -> Iterator[type[models.Model]]:
    for model in apps.get_models(include_auto_created=True):
        if model.__module__.startswith("siklus.") and not model._meta.proxy:
            yield model


def test_every_foreign_key_to_a_record_follows_it_or_says_why_not():
    assert set(STAYS) <= STAYS_BEHIND.keys()
    for record in RECORDS.values():
        follows = {f"{model._meta.label}.{column}" for model, column in relations_to(record)} - set(STAYS)
        points = set()
        for model in ours():
            for field in model._meta.get_fields(include_hidden=True):
                if field.auto_created or not field.is_relation or field.related_model is not record:
                    continue
                assert not field.many_to_many, f"{field}: name its table in this test"
                points.add(f"{model._meta.label}.{field.attname}")
        assert points - follows == {key for key in STAYS_BEHIND if key in points}
        assert follows <= points


def test_every_table_that_names_records_by_kind_and_id_follows_or_says_why_not():
    followed = {model._meta.label for model in BY_KIND}
    found = set()
    for model in ours():
        for field in model._meta.local_concrete_fields:
            generic = any(
                word in field.name for word in ("object_id", "about_id", "record_id", "kept_id", "low_id")
            )
            by_plain_id = field.name in {"company_id", "contact_id", "deal_id"}
            if not field.is_relation and (generic or by_plain_id):
                found.add(model._meta.label)
    assert found - followed == PAIRS_STAY_BEHIND.keys()
    assert followed <= found
