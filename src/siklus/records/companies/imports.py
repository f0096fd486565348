"""Importing companies."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from siklus.platform.accounts.models import User
from siklus.platform.i18n.keys import domain_key, name_key
from siklus.platform.imports.base import BaseImporter, duplicate_of_row, owner_of
from siklus.platform.imports.importer import Context, FieldTarget, Plan, Row, Written, register
from siklus.platform.imports.models import ImportUpdate
from siklus.platform.imports.undo import snapshot
from siklus.platform.search.index import put
from siklus.records.companies.actions import (
    EDITABLE,
    add_companies,
    assign_company,
    document,
    edit_company,
    new_company,
)
from siklus.records.companies.models import Company
from siklus.records.fields.importing import add_missing_fields, custom_fields, custom_targets, custom_values
from siklus.records.fields.record import Refused


class CompanyImporter(BaseImporter):
    kind = "companies"
    label = _("Companies")
    keys = (("domain", _("Web domain")), ("name", _("Name")), ("external_id", _("Own number")))
    models = {"company": Company}

    def targets(self) -> list[FieldTarget]:
        return [
            FieldTarget(
                "name", _("Name"), aliases=("account", "company name", "perusahaan"), is_required=True
            ),
            FieldTarget("website", _("Website")),
            FieldTarget("industry", _("Industry"), aliases=("sector", "bidang")),
            FieldTarget("employees", _("Employees"), "whole"),
            FieldTarget("annual_revenue", _("Annual revenue"), aliases=("revenue", "omzet")),
            FieldTarget(
                "founded_year", _("Founded in"), "whole", aliases=("year established", "tahun berdiri")
            ),
            FieldTarget("city", _("City")),
            FieldTarget("country", _("Country"), aliases=("office location", "negara")),
            FieldTarget("phone", _("Phone")),
            FieldTarget("linkedin", _("LinkedIn")),
            FieldTarget("description", _("Description")),
            FieldTarget("parent", _("Parent company"), aliases=("subsidiary of", "induk")),
            FieldTarget("owner", _("Owner")),
            FieldTarget("external_id", _("Own number"), aliases=("id", "account id", "nomor")),
            *custom_targets("company"),
        ]

    def add_fields(self, wanted: Mapping[str, str], *, by: User, at: datetime) -> None:
        add_missing_fields("company", wanted, by=by, at=at)

    def plan(self, rows: list[Row], context: Context) -> list[Plan]:
        self.forget_seen(context)
        found = self._existing(rows, context)
        plans = []
        for row in rows:
            name, domain, own = self._keys(row)
            if earlier := self.seen_before(
                context, row, [("n", name), domain and ("d", domain), own and ("x", own)]
            ):
                plans.append(duplicate_of_row(row, earlier))
                continue
            match = self._match(found, context.batch.key, name, domain, own)
            plan = self.decide(row, context, match)
            try:
                if plan.outcome == "create":
                    plan.draft = new_company(
                        at=context.at, fields=custom_fields("company", context), **self._values(row, context)
                    )
            except (Refused, LookupError) as error:
                plan = Plan(row, "error", str(error.args[0]), getattr(error, "field", None) or "")
            plans.append(plan)
        return plans

    def write(self, plans: list[Plan], context: Context) -> Written:
        written = Written()
        drafts = [plan.draft for plan in plans if plan.outcome == "create"]
        made = add_companies(drafts, by=context.by) if drafts else []
        written.created["company"] = [one.pk for one in made]
        for plan in plans:
            if plan.outcome != "update":
                continue
            try:
                with transaction.atomic():  # a refusal half-way leaves nothing of the row
                    self._update(plan, context)
            except (Refused, LookupError) as error:
                plan.message = str(error.args[0])
                written.failed.append(plan)
        self._adopt(plans, context)
        return written

    def restored(self, record: Any, update: ImportUpdate) -> None:
        put(document(record))

    def _update(self, plan: Plan, context: Context) -> None:
        company = Company.objects.get(pk=plan.record_id)
        before = snapshot(company)
        values = self._values(plan.row, context)
        owner = values.pop("owner", None)
        company = edit_company(company=company, by=context.by, at=context.at, **values)
        if owner is not None:
            company = assign_company(company=company, owner=owner, by=context.by, at=context.at)
        if company.version == int(before["version"]):
            plan.outcome = "unchanged"
            return
        self.keep_update(context, "company", before, company)

    def _adopt(self, plans: list[Plan], context: Context) -> None:
        """Parents are set last: they may stand further down in the file."""
        for plan in plans:
            parent_name = plan.row.values.get("parent")
            if plan.outcome != "create" or not parent_name:
                continue
            parent = Company.objects.filter(name_key=name_key(parent_name), merged_into=None).first()
            if parent is not None and parent.pk != plan.draft.pk:
                Company.objects.filter(pk=plan.draft.pk).update(parent=parent)

    def _values(self, row: Row, context: Context) -> dict[str, Any]:
        values = {key: row.values[key] for key in EDITABLE if key in row.values and key != "parent"}
        values.setdefault("name", "")
        if custom := custom_values(row.values):
            values["custom"] = custom
        if owner := row.values.get("owner"):
            values["owner"] = owner_of(owner, context)
        return values

    def _keys(self, row: Row) -> tuple[str | None, str | None, str | None]:
        website = row.values.get("website")
        return (
            name_key(row.values.get("name", "")),
            domain_key(website) if website else None,
            row.values.get("external_id"),
        )

    def _existing(self, rows: list[Row], context: Context) -> dict[tuple[str, str], Company]:
        keys = [self._keys(row) for row in rows]
        alive = Company.objects.filter(merged_into=None)
        found: dict[tuple[str, str], Company] = {}
        for place, column in enumerate(("name_key", "domain", "external_id")):
            wanted = {key[place] for key in keys if key[place]}
            if wanted:
                for company in alive.filter(**{f"{column}__in": wanted}).order_by("-id"):
                    found[column, getattr(company, column)] = company
        return found

    def _match(
        self,
        found: dict[tuple[str, str], Company],
        key: str,
        name: str | None,
        domain: str | None,
        own: str | None,
    ) -> Company | None:
        every = {
            "domain": ("domain", domain),
            "name": ("name_key", name),
            "external_id": ("external_id", own),
        }
        chosen = [every[key]] if key else every.values()
        return next(
            (found[column, value] for column, value in chosen if value and (column, value) in found), None
        )


register(CompanyImporter())
