"""What a criterion can ask about: the fields of a company and of a lead, our own and the customer's."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from siklus.records.deals.models import Kind
from siklus.records.fields.models import FieldDefinition, FieldKind, FieldOwner

_KINDS = {
    FieldKind.TEXT: "text", FieldKind.LINK: "text", FieldKind.NUMBER: "number", FieldKind.MONEY: "number",
    FieldKind.DATE: "date", FieldKind.CHOICE: "choice", FieldKind.MULTI_CHOICE: "several", FieldKind.YES_NO: "yes_no",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Attribute:
    """`side` is company or lead, `path` leads there from the record of that side, `own` is the key of an own field."""

    key: str
    label: Any
    kind: str
    side: str
    path: str
    own: str = ""
    choices: tuple[tuple[str, Any], ...] = ()


STANDARD = (
    Attribute("company.industry", _("Industry"), "text", "company", "industry"),
    Attribute("company.employees", _("Employees"), "number", "company", "employees"),
    Attribute("company.annual_revenue", _("Revenue a year"), "number", "company", "annual_revenue"),
    Attribute("company.country", _("Country"), "text", "company", "country"),
    Attribute("company.city", _("City"), "text", "company", "city"),
    Attribute("company.founded_year", _("Founded"), "number", "company", "founded_year"),
    Attribute("company.website", _("Website"), "text", "company", "website"),
    Attribute("company.phone", _("Phone"), "text", "company", "phone"),
    Attribute("company.linkedin", _("LinkedIn"), "text", "company", "linkedin"),
    Attribute("company.description", _("Description"), "text", "company", "description"),
    Attribute("lead.source", _("Source"), "text", "lead", "source"),
    Attribute("lead.amount", _("Amount"), "number", "lead", "amount_base"),
    Attribute(
        "lead.kind",
        _("Kind"),
        "choice",
        "lead",
        "kind",
        choices=tuple((one.value, one.label) for one in Kind),
    ),
    Attribute("lead.title", _("Position of the contact"), "text", "lead", "contact__title"),
    Attribute("lead.contact_city", _("City of the contact"), "text", "lead", "contact__city"),
)


def attributes(*, with_retired: bool = False) -> dict[str, Attribute]:
    """Every attribute by key, ours first. One question."""
    found = {one.key: one for one in STANDARD}
    fields = FieldDefinition.objects.filter(record__in=[FieldOwner.COMPANY, FieldOwner.DEAL])
    if not with_retired:
        fields = fields.filter(retired_at=None)
    for field in fields:
        one = own_attribute(field)
        found[one.key] = one
    return found


def own_attribute(field: FieldDefinition) -> Attribute:
    side = "company" if field.record == FieldOwner.COMPANY else "lead"
    choices: tuple[tuple[str, Any], ...] = tuple((one, one) for one in field.choices)
    if field.kind == FieldKind.YES_NO:
        choices = (("yes", _("Yes")), ("no", _("No")))
    kind = _KINDS[FieldKind(field.kind)]
    return Attribute(f"{side}.own.{field.key}", field.label, kind, side, "custom", field.key, choices)
