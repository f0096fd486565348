"""What the merge pages need to know of each kind of record: its doors, its verbs and how its values read."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from siklus.desk.pages.items import LABELS
from siklus.platform.accounts.models import User
from siklus.platform.i18n import formats
from siklus.records.companies import merging as companies
from siklus.records.companies.models import Company
from siklus.records.companies.queries import company_for, merged_company_for
from siklus.records.contacts import merging as contacts
from siklus.records.contacts.models import Channel, Contact
from siklus.records.contacts.queries import contact_for, merged_contact_for
from siklus.records.deals.actions import merge as deals
from siklus.records.deals.models import Deal
from siklus.records.deals.queries import deal_for, merged_deal_for
from siklus.records.fields.merging import Choices, blanks


@dataclass(frozen=True)
class Kind:
    """One kind of record that can be merged."""

    name: str
    model: Any
    folder: str
    door: Callable[[User, int], Any]
    merged_door: Callable[[User, int], Any]
    merge: Callable[..., Any]
    unmerge: Callable[..., Any]
    choices: Choices
    labels: dict[str, Any]

    def page(self, record_id: int) -> str:
        return reverse(f"desk:{self.name}", args=[record_id])

    def merge_page(self, record_id: int, other_id: int) -> str:
        return reverse(f"desk:{self.name}_merge", args=[record_id]) + f"?other={other_id}"


KINDS = {
    "company": Kind(
        "company", Company, "companies", company_for, merged_company_for, companies.merge_companies,
        companies.unmerge_companies, companies.CHOICES, {},
    ),
    "contact": Kind(
        "contact", Contact, "contacts", contact_for, merged_contact_for, contacts.merge_contacts,
        contacts.unmerge_contacts, contacts.CHOICES,
        {"title": _("Job title"), "email": _("First e-mail"), "phone": _("First phone")},
    ),
    "deal": Kind(
        "deal", Deal, "deals", deal_for, merged_deal_for, deals.merge_deals, deals.unmerge_deals, deals.CHOICES, {},
    ),
}  # fmt: skip


def label_of(kind: Kind, name: str) -> str:
    return str(kind.labels.get(name) or LABELS.get(name, name))


def value_of(record: Any, name: str) -> str:
    """A value as people read it; nothing when it is empty."""
    if name == "amount":
        return formats.money(record.amount, record.currency)
    if name == "preferred_channel":
        return str(Channel(record.preferred_channel).label) if record.preferred_channel else ""
    value = getattr(record, name)
    if value is None or value == "":
        return ""
    if name.endswith("_date"):
        return formats.day(value)
    if name == "employees":
        return formats.number(value)
    return str(value.name) if hasattr(value, "name") else str(value)


def suggested(kind: Kind, kept: Any, other: Any) -> set[str]:
    """The values that the survivor takes over unless somebody says otherwise."""
    names = set(blanks(kept, other, kind.choices))
    return names if kind.name != "deal" or kept.is_open else names - deals.COUNTED


def refusal(kind: Kind, kept: Any, other: Any) -> str:
    """Why this one cannot survive the other; nothing when it can."""
    if kind.name != "deal":
        return ""
    try:
        deals.refuse_pair(kept, other)
    except deals.CannotMerge as error:
        return error.message
    return ""


def older(kind: Kind, one: Any, two: Any) -> Any:
    """Which one survives unless somebody says otherwise: one that can, the older one of two that can."""
    both = sorted((one, two), key=lambda record: (record.created_at, record.pk))
    return both[1] if refusal(kind, *both) and not refusal(kind, both[1], both[0]) else both[0]
