"""Importing contacts."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from siklus.platform.accounts.models import User
from siklus.platform.i18n.keys import email_key, name_key, phone_key
from siklus.platform.imports.base import BaseImporter, duplicate_of_row, owner_of
from siklus.platform.imports.importer import Context, FieldTarget, Plan, Row, Written, register
from siklus.platform.imports.models import ImportUpdate
from siklus.platform.imports.undo import snapshot
from siklus.platform.search.index import put
from siklus.platform.tables.write import make
from siklus.records.companies.actions import add_companies, new_company
from siklus.records.companies.models import Company
from siklus.records.contacts.actions import (
    EDITABLE,
    Newcomer,
    add_contacts,
    assign_contact,
    document,
    edit_contact,
    new_contact,
    take_position,
)
from siklus.records.contacts.models import Contact, ContactPoint
from siklus.records.fields.importing import add_missing_fields, custom_fields, custom_targets, custom_values
from siklus.records.fields.record import Refused


def contacts_by_key(keys: set[str]) -> dict[str, Contact]:
    """Contacts that own these e-mail or phone keys."""
    points = ContactPoint.objects.filter(key__in=keys, contact__merged_into=None).select_related("contact")
    return {point.key: point.contact for point in points.order_by("-contact_id")}


def companies_by_name(names: set[str]) -> dict[str, Company]:
    """Companies by name key, the oldest of each name: to be pointed at, since only id, version and names are filled in."""
    known = Company.objects.filter(name_key__in=names, merged_into=None).order_by("-id")
    columns = ("id", "name", "name_key", "owner_id", "version")
    return {
        row[2]: make(Company, **dict(zip(columns, row, strict=True))) for row in known.values_list(*columns)
    }


class ContactImporter(BaseImporter):
    kind = "contacts"
    label = _("Contacts")
    keys = (("email", _("E-mail")), ("phone", _("Phone")), ("external_id", _("Own number")))
    models = {"contact": Contact, "company": Company}
    own_parts = frozenset({"contacts.ContactPoint", "contacts.Position"})

    def targets(self) -> list[FieldTarget]:
        return [
            FieldTarget("name", _("Name"), aliases=("full name", "nama lengkap", "contact")),
            FieldTarget("email", _("E-mail"), "email"),
            FieldTarget("phone", _("Phone"), "phone"),
            FieldTarget("title", _("Job title"), aliases=("position", "jabatan")),
            FieldTarget("company", _("Company")),
            FieldTarget("city", _("City")),
            FieldTarget("linkedin", _("LinkedIn")),
            FieldTarget("notes", _("Notes")),
            FieldTarget("owner", _("Owner")),
            FieldTarget("external_id", _("Own number"), aliases=("id", "contact id")),
            *custom_targets("contact"),
        ]

    def add_fields(self, wanted: Mapping[str, str], *, by: User, at: datetime) -> None:
        add_missing_fields("contact", wanted, by=by, at=at)

    def plan(self, rows: list[Row], context: Context) -> list[Plan]:
        self.forget_seen(context)
        known = contacts_by_key({key for row in rows for key in self._keys(row)})
        own = {row.values["external_id"] for row in rows if "external_id" in row.values}
        numbered = {
            one.external_id: one for one in Contact.objects.filter(external_id__in=own, merged_into=None)
        }
        plans = []
        for row in rows:
            number = row.values.get("external_id")
            if earlier := self.seen_before(context, row, [*self._keys(row), number and ("x", number)]):
                plans.append(duplicate_of_row(row, earlier))
                continue
            match = self._match(row, context.batch.key, known, numbered)
            plan = self.decide(row, context, match)
            try:
                if plan.outcome == "create":
                    plan.draft = new_contact(
                        at=context.at, fields=custom_fields("contact", context), **self._values(row, context)
                    )
            except (Refused, LookupError) as error:
                plan = Plan(row, "error", str(error.args[0]), getattr(error, "field", None) or "")
            plans.append(plan)
        return plans

    def write(self, plans: list[Plan], context: Context) -> Written:
        written = Written(created={"contact": [], "company": []})
        companies = self._companies(plans, context, written)
        drafts: list[Newcomer] = []
        for plan in plans:
            if plan.outcome == "create":
                plan.draft.contact.company = companies.get(name_key(plan.row.values.get("company", "")) or "")
                drafts.append(plan.draft)
        if drafts:
            written.created["contact"] = [one.pk for one in add_contacts(drafts, by=context.by)]
        for plan in plans:
            if plan.outcome != "update":
                continue
            try:
                with transaction.atomic():  # a refusal half-way leaves nothing of the row
                    self._update(plan, context, companies)
            except (Refused, LookupError) as error:
                plan.message = str(error.args[0])
                written.failed.append(plan)
        return written

    def restored(self, record: Any, update: ImportUpdate) -> None:
        ContactPoint.objects.filter(contact=record).delete()
        ContactPoint.objects.bulk_create(
            [ContactPoint(contact=record, **point) for point in update.before["_points"]]
        )
        put(document(record, record.points.all()))

    def _update(self, plan: Plan, context: Context, companies: dict[str, Company]) -> None:
        contact = Contact.objects.get(pk=plan.record_id)
        before = snapshot(contact)
        before["_points"] = list(contact.points.values("kind", "value", "key", "label", "position"))
        values = self._values(plan.row, context)
        owner = values.pop("owner", None)
        for name in ("emails", "phones"):
            if name in values:
                kept = [point["value"] for point in before["_points"] if f"{point['kind']}s" == name]
                values[name] = [*kept, *values[name]]
        contact = edit_contact(contact=contact, by=context.by, at=context.at, **values)
        if owner is not None:
            contact = assign_contact(contact=contact, owner=owner, by=context.by, at=context.at)
        company = companies.get(name_key(plan.row.values.get("company", "")) or "")
        if company is not None and company.pk != contact.company_id:
            contact = take_position(contact=contact, company=company, by=context.by, at=context.at)
        if contact.version == int(before["version"]):
            plan.outcome = "unchanged"
            return
        self.keep_update(context, "contact", before, contact)

    def _companies(self, plans: list[Plan], context: Context, written: Written) -> dict[str, Company]:
        return ensure_companies({plan.row.values.get("company", "") for plan in plans}, context, written)

    def _values(self, row: Row, context: Context) -> dict[str, Any]:
        values = {key: row.values[key] for key in EDITABLE if key in row.values}
        values.setdefault("name", "")
        if "email" in row.values:
            values["emails"] = [row.values["email"]]
        if "phone" in row.values:
            values["phones"] = [row.values["phone"]]
        if custom := custom_values(row.values):
            values["custom"] = custom
        if owner := row.values.get("owner"):
            values["owner"] = owner_of(owner, context)
        return values

    def _keys(self, row: Row) -> list[str]:
        found = []
        if (email := row.values.get("email")) and (key := email_key(email)):
            found.append(key)
        if (phone := row.values.get("phone")) and (key := phone_key(phone)):
            found.append(key)
        return found

    def _match(
        self, row: Row, key: str, known: dict[str, Contact], numbered: dict[str | None, Contact]
    ) -> Contact | None:
        if key == "external_id":
            return numbered.get(row.values.get("external_id"))
        keys = self._keys(row)
        if key == "email":
            keys = [one for one in keys if "@" in one]
        elif key == "phone":
            keys = [one for one in keys if "@" not in one]
        return next(
            (known[one] for one in keys if one in known),
            numbered.get(row.values.get("external_id")) if not key else None,
        )


def ensure_companies(names: set[str], context: Context, written: Written) -> dict[str, Company]:
    """The companies of these names by name key; missing ones are made."""
    by_key = {key: name for name in names if name and (key := name_key(name))}
    known = companies_by_name(set(by_key))
    missing = [new_company(name=name, at=context.at) for key, name in by_key.items() if key not in known]
    if missing:
        add_companies(missing, by=context.by)
        written.created.setdefault("company", []).extend(one.pk for one in missing)
    return {**known, **{one.name_key: one for one in missing}}


register(ContactImporter())
