"""Importing leads and deals, with their companies and people, and with a past if they have one."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from siklus.platform.accounts.models import User
from siklus.platform.i18n.keys import email_key, name_key, phone_key, tight_key
from siklus.platform.imports.actions import ImportRefused
from siklus.platform.imports.base import BaseImporter, duplicate_of_row, owner_of
from siklus.platform.imports.importer import Context, FieldTarget, Plan, Row, Written, register
from siklus.platform.imports.models import ImportUpdate
from siklus.platform.imports.undo import snapshot
from siklus.platform.money.rates import NoRate, UnknownCurrency
from siklus.platform.search.index import put
from siklus.platform.tables.write import relate
from siklus.records.companies.models import Company
from siklus.records.contacts.actions import Newcomer, add_contacts, new_contact
from siklus.records.contacts.imports import contacts_by_key, ensure_companies
from siklus.records.contacts.models import Contact
from siklus.records.deals.actions import (
    add_lost_reason,
    assign_deal,
    edit_deal,
    lose_deal,
    move_deal,
    qualify_deal,
    reopen_deal,
    win_deal,
)
from siklus.records.deals.actions.bulk import Draft, create_deals
from siklus.records.deals.actions.create import first_stage
from siklus.records.deals.actions.shared import document
from siklus.records.deals.history import intervals
from siklus.records.deals.models import Deal, DealInterval, LostReason, Pipeline, Stage, Status
from siklus.records.fields.importing import add_missing_fields, custom_fields, custom_targets, custom_values
from siklus.records.fields.merging import survivor
from siklus.records.fields.record import Refused
from siklus.records.products.models import Product

STATUSES = {
    **{status.value: status.value for status in Status},
    "menang": "won", "kalah": "lost", "terbuka": "open", "closed won": "won", "closed lost": "lost",
    "no decision": "no_decision", "tidak jadi": "no_decision",
}  # fmt: skip
TROUBLE = (Refused, LookupError, UnknownCurrency, NoRate)


class DealImporter(BaseImporter):
    """`deals` are qualified from their first day on; `leads` are not unless a column says when."""

    keys = (
        ("external_id", gettext_lazy("Own number")),
        ("contact", gettext_lazy("E-mail or phone of the person")),
    )
    models = {"deal": Deal, "contact": Contact, "company": Company, "lost_reason": LostReason}
    own_parts = frozenset(
        {"deals.DealInterval", "deals.DealProduct", "contacts.ContactPoint", "contacts.Position"}
    )

    def __init__(self, kind: str, label: Any, *, qualified: bool) -> None:
        self.kind, self.label, self.qualified = kind, label, qualified

    def targets(self) -> list[FieldTarget]:
        t = gettext_lazy
        return [
            FieldTarget("name", t("Name"), aliases=("title", "deal", "opportunity", "judul")),
            FieldTarget(
                "external_id", t("Own number"), aliases=("id", "opportunity id", "lead number", "mql id")
            ),
            FieldTarget("company", t("Company"), aliases=("account", "perusahaan")),
            FieldTarget("contact_name", t("Person: name"), aliases=("contact", "contact name", "kontak")),
            FieldTarget("contact_email", t("Person: e-mail"), "email", aliases=("email", "surel")),
            FieldTarget(
                "contact_phone", t("Person: phone"), "phone", aliases=("phone", "no hp", "telepon", "wa")
            ),
            FieldTarget("contact_title", t("Person: job title"), aliases=("title", "jabatan")),
            FieldTarget("owner", t("Owner"), aliases=("sales agent", "sales", "pemilik")),
            FieldTarget("pipeline", t("Pipeline")),
            FieldTarget("stage", t("Stage"), aliases=("deal stage", "tahap")),
            FieldTarget("status", t("Status"), aliases=("converted", "result", "hasil")),
            FieldTarget("amount", t("Amount"), "amount", aliases=("close value", "value", "nilai")),
            FieldTarget(
                "final_amount", t("Amount at the end"), "amount", aliases=("won amount", "nilai akhir")
            ),
            FieldTarget("currency", t("Currency"), "currency"),
            FieldTarget("product", t("Product"), aliases=("produk",)),
            FieldTarget("source", t("Source"), aliases=("lead source", "origin", "sumber")),
            FieldTarget("city", t("City of the person")),
            FieldTarget(
                "created_at", t("Created at"), "moment", aliases=("engage date", "first contact date")
            ),
            FieldTarget("qualified_at", t("Qualified at"), "moment"),
            FieldTarget("closed_at", t("Closed at"), "moment", aliases=("close date", "won date")),
            FieldTarget("expected_close_date", t("Expected close"), "date", aliases=("expected close date",)),
            FieldTarget("lost_reason", t("Lost reason"), aliases=("reason", "alasan")),
            FieldTarget("description", t("Description"), aliases=("notes", "catatan")),
            *custom_targets("deal"),
        ]

    def prepare(self, context: Context, targets: Sequence[str]) -> None:
        if not set(targets) & {
            "name",
            "company",
            "contact_name",
            "contact_email",
            "contact_phone",
            "external_id",
        }:
            raise ImportRefused(_("Choose at least one column for the name, the company or the person."))

    # What will happen

    def add_fields(self, wanted: Mapping[str, str], *, by: User, at: datetime) -> None:
        add_missing_fields("deal", wanted, by=by, at=at)

    def plan(self, rows: list[Row], context: Context) -> list[Plan]:
        self.forget_seen(context)
        keys = {row.number: person_keys(row) for row in rows}
        people = contacts_by_key({key for found in keys.values() for key in found})
        open_of = self._open_deals({contact.pk for contact in people.values()})
        numbers = {row.values["external_id"] for row in rows if "external_id" in row.values}
        numbered = by_number(numbers)
        plans = []
        for row in rows:
            number = row.values.get("external_id")
            if earlier := self.seen_before(context, row, [*keys[row.number], number and ("x", number)]):
                plans.append(duplicate_of_row(row, earlier))
                continue
            person = next((people[key] for key in keys[row.number] if key in people), None)
            match = self._match(context.batch.key, numbered.get(number), person, open_of)
            plan = self.decide(row, context, match)
            if plan.outcome == "create":
                try:
                    plan.draft = self._draft(row, context, person)
                except TROUBLE as error:
                    plan = Plan(row, "error", str(error.args[0]), getattr(error, "field", None) or "")
            plans.append(plan)
        return plans

    def _match(
        self, key: str, numbered: Deal | None, person: Contact | None, open_of: dict[int, Deal]
    ) -> Deal | None:
        by_person = open_of.get(person.pk) if person else None
        if key == "external_id":
            return numbered
        if key == "contact":
            return by_person
        return numbered or by_person

    def _open_deals(self, contacts: set[int]) -> dict[int, Deal]:
        deals = Deal.objects.filter(contact_id__in=contacts, status=Status.OPEN, merged_into=None).order_by(
            "-id"
        )
        return {deal.contact_id: deal for deal in deals if deal.contact_id}

    def _draft(self, row: Row, context: Context, person: Contact | None) -> "RowDraft":
        values = row.values
        owner = owner_of(values["owner"], context) if "owner" in values else None
        status = self._status(values)
        created_at = values.get("created_at") or context.at
        closed_at = values.get("closed_at")
        if status != Status.OPEN and closed_at is None:
            closed_at = created_at
        if status == Status.OPEN and closed_at is not None:
            raise Refused(_("A deal with a closing date needs a status: won or lost."), field="status")
        newcomer = None if person else self._newcomer(row, context, owner)
        qualified_at = values.get("qualified_at") or (created_at if self.qualified else None)
        if qualified_at and qualified_at < created_at:
            raise Refused(_("A lead is not qualified before it exists."), field="qualified_at")
        shown = person or (newcomer.contact if newcomer else None)
        draft = Draft(
            values={
                "name": values.get("name") or self._name(values, shown),
                "at": created_at,
                "stage": self._stage(values, context),
                "owner": owner,
                "contact": person,
                "amount": values.get("amount"),
                "currency": values.get("currency"),
                "expected_close_date": values.get("expected_close_date"),
                "source": values.get("source", ""),
                "description": values.get("description", ""),
                "qualified": qualified_at is not None,
                "external_id": values.get("external_id"),
                "custom": custom_values(values),
                "fields": custom_fields("deal", context),
            },
            status=status,
            closed_at=closed_at,
            qualified_at=qualified_at,
            product=self._product(values, context),
            final_amount=values.get("final_amount"),
        ).make()
        return RowDraft(draft, newcomer)

    def _newcomer(self, row: Row, context: Context, owner: Any) -> Newcomer | None:
        values = row.values
        email, phone = values.get("contact_email"), values.get("contact_phone")
        if not (email or phone or values.get("contact_name")):
            return None
        return new_contact(
            name=values.get("contact_name", ""), at=context.at, owner=owner, title=values.get("contact_title", ""),
            city=values.get("city", ""), emails=[email] if email else [], phones=[phone] if phone else [],
        )  # fmt: skip

    def _name(self, values: dict[str, Any], person: Contact | None) -> str:
        parts = [values.get("company") or (person.name if person else ""), values.get("product", "")]
        return ", ".join(part for part in parts if part) or str(values.get("external_id", ""))

    def _status(self, values: dict[str, Any]) -> str:
        text = str(values.get("status", "open")).strip().lower()
        if text not in STATUSES:
            raise Refused(
                _("“%(status)s” is not a status; map it to open, won, lost or no_decision.")
                % {"status": text},
                field="status",
            )
        return STATUSES[text]

    def _stage(self, values: dict[str, Any], context: Context) -> Stage:
        by_name: dict[tuple[str, str], Stage] = context.remember("stages", _stages)
        pipeline = str(values.get("pipeline", "")).strip().lower()
        name = str(values.get("stage", "")).strip().lower()
        if not name:
            if not pipeline:
                return context.remember("first_stage", first_stage)
            firsts: dict[str, Stage] = context.remember("first_stages", _first_stages)
            if pipeline in firsts:
                return firsts[pipeline]
            raise Refused(
                _("There is no pipeline “%(name)s”.") % {"name": values["pipeline"]}, field="pipeline"
            )
        stage = by_name.get((pipeline, name))
        if stage is None:
            raise Refused(
                _("There is no stage “%(name)s”. Add it, or map this value to a stage.")
                % {"name": values["stage"]},
                field="stage",
            )
        return stage

    def _product(self, values: dict[str, Any], context: Context) -> Product | None:
        if not values.get("product"):
            return None
        products = context.remember("products", lambda: {one.name_key: one for one in Product.objects.all()})
        product = products.get(tight_key(values["product"]))
        if product is None:
            raise Refused(
                _("There is no product “%(name)s”. Import the products first.") % {"name": values["product"]},
                field="product",
            )
        return product

    # Doing it

    def write(self, plans: list[Plan], context: Context) -> Written:
        written = Written(created={"deal": [], "contact": [], "company": [], "lost_reason": []})
        creating = [plan for plan in plans if plan.outcome == "create"]
        companies = ensure_companies({plan.row.values.get("company", "") for plan in plans}, context, written)
        for plan in creating:
            company = companies.get(name_key(plan.row.values.get("company", "")) or "")
            relate(plan.draft.deal.made, "company", company)
            if plan.draft.newcomer:
                relate(plan.draft.newcomer.contact, "company", company)
        newcomers = [plan.draft.newcomer for plan in creating if plan.draft.newcomer]
        if newcomers:
            written.created["contact"] = [one.pk for one in add_contacts(newcomers, by=context.by)]
        for plan in creating:
            draft: Draft = plan.draft.deal
            if plan.draft.newcomer:
                relate(draft.made, "contact", plan.draft.newcomer.contact)
            if draft.status in {Status.LOST, Status.NO_DECISION, Status.DISQUALIFIED}:
                reason = self._reason(plan.row.values, draft.status, context, written)
                draft.made.lost_reason = draft.lost_reason = reason
        if creating:
            made = create_deals([plan.draft.deal for plan in creating], by=context.by, recorded_at=context.at)
            written.created["deal"] = [deal.pk for deal in made]
        for plan in plans:
            if plan.outcome == "update":
                reasons = len(written.created["lost_reason"])
                try:
                    with transaction.atomic():  # a refusal half-way leaves nothing of the row
                        self._update(plan, context, companies, written)
                except TROUBLE as error:
                    plan.message = str(error.args[0])
                    written.failed.append(plan)
                    del written.created["lost_reason"][reasons:]
                    context.memory.pop("reasons", None)
        return written

    def _update(self, plan: Plan, context: Context, companies: dict[str, Company], written: Written) -> None:
        values, at, by = plan.row.values, context.at, context.by
        deal = Deal.objects.select_related("stage").get(pk=plan.record_id)
        before = snapshot(deal)
        before["_interval"] = intervals(deal).get(valid_to=None).pk
        plain = ("name", "amount", "currency", "expected_close_date", "source", "description")
        changes: dict[str, Any] = {key: values[key] for key in plain if key in values}
        if custom := custom_values(values):
            changes["custom"] = custom
        if company := companies.get(name_key(values.get("company", "")) or ""):
            changes["company"] = company
        deal = edit_deal(deal=deal, by=by, at=at, **changes)
        if "owner" in values:
            deal = assign_deal(deal=deal, owner=owner_of(values["owner"], context), by=by, at=at)
        if "stage" in values and deal.is_open:
            deal = move_deal(deal=deal, stage=self._stage(values, context), by=by, at=at)
        if self.qualified and deal.is_lead and deal.is_open:
            deal = qualify_deal(deal=deal, by=by, at=at)
        if "status" in values:
            self._end(deal, values, context, written)
        deal = Deal.objects.get(pk=deal.pk)
        if deal.version == int(before["version"]):
            plan.outcome = "unchanged"
            return
        self.keep_update(context, "deal", before, deal)

    def _end(self, deal: Deal, values: dict[str, Any], context: Context, written: Written) -> None:
        status = self._status(values)
        if status == deal.status:
            return
        at = values.get("closed_at") or context.at
        amount = values.get("final_amount")
        if status == Status.OPEN:
            reopen_deal(deal=deal, by=context.by, at=context.at)
            return
        if not deal.is_open:
            deal = reopen_deal(deal=deal, by=context.by, at=context.at)
        if status == Status.WON:
            win_deal(deal=deal, by=context.by, at=at, amount=amount)
        else:
            reason = self._reason(values, status, context, written)
            lose_deal(deal=deal, reason=reason, status=status, by=context.by, at=at)

    def _reason(self, values: dict[str, Any], status: str, context: Context, written: Written) -> LostReason:
        reasons: dict[str, LostReason] = context.remember(
            "reasons", lambda: {one.name.lower(): one for one in LostReason.objects.all()}
        )
        name = str(values.get("lost_reason") or _("Not recorded")).strip()
        if name.lower() not in reasons:
            reasons[name.lower()] = add_lost_reason(name=name, status=status, by=context.by, at=context.at)
            written.created.setdefault("lost_reason", []).append(reasons[name.lower()].pk)
        return reasons[name.lower()]

    def restored(self, record: Any, update: ImportUpdate) -> None:
        """The intervals that the import opened go; the one that was open before is open again."""
        first = update.before["_interval"]
        since = DealInterval.objects.get(pk=first)
        DealInterval.objects.filter(deal=record, pk__gt=first).delete()
        DealInterval.objects.filter(deal=record, superseded_at__gte=since.recorded_at).update(
            superseded_at=None
        )
        DealInterval.objects.filter(pk=first).update(
            valid_to=None, ended_recorded_at=None, superseded_at=None
        )
        put(document(record))


class RowDraft:
    """What a row becomes: a deal, and a person if they are new."""

    __slots__ = ("deal", "newcomer")

    def __init__(self, deal: Draft, newcomer: Newcomer | None) -> None:
        self.deal, self.newcomer = deal, newcomer


def by_number(numbers: set[str]) -> dict[str | None, Deal]:
    """Deals by their own number; one that was merged away is found as the deal it lives on in."""
    alive_last = F("merged_into_id").desc(nulls_last=True)
    deals = Deal.objects.filter(external_id__in=numbers).order_by(alive_last)
    found = {deal.external_id: deal for deal in deals}
    gone = {deal.pk: survivor("deal", deal.pk) for deal in found.values() if deal.merged_into_id}
    alive = Deal.objects.in_bulk([pk for pk in gone.values() if pk])
    return {number: alive[gone[deal.pk] or 0] if deal.pk in gone else deal for number, deal in found.items()}


def person_keys(row: Row) -> list[str]:
    """The keys by which the person of a row is recognised."""
    keys = []
    if (email := row.values.get("contact_email")) and (key := email_key(email)):
        keys.append(key)
    if (phone := row.values.get("contact_phone")) and (key := phone_key(phone)):
        keys.append(key)
    return keys


def _stages() -> dict[tuple[str, str], Stage]:
    found: dict[tuple[str, str], Stage] = {}
    stages = Stage.objects.filter(retired_at=None, pipeline__retired_at=None).select_related("pipeline")
    for stage in stages.order_by("-pipeline__position", "-position"):
        found["", stage.name.lower()] = stage
        found[stage.pipeline.name.lower(), stage.name.lower()] = stage
    return found


def _first_stages() -> dict[str, Stage]:
    firsts: dict[str, Stage] = {}
    for pipeline in Pipeline.objects.filter(retired_at=None):
        stage = pipeline.stages.filter(retired_at=None).order_by("position", "id").first()
        if stage is not None:
            firsts[pipeline.name.lower()] = stage
    return firsts


register(DealImporter("leads", gettext_lazy("Leads"), qualified=False))
register(DealImporter("deals", gettext_lazy("Deals"), qualified=True))
