"""What can be edited in place: for every field of a record its control, how it is read, and its verb."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import available_timezones

from django.db import transaction
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from siklus.desk.request import Request
from siklus.desk.verbs.typed import typed_amount, typed_date, typed_int
from siklus.platform.accounts.models import User
from siklus.platform.accounts.visibility import can_see_owner
from siklus.platform.i18n import formats
from siklus.platform.money.rates import places
from siklus.records.companies.actions import assign_company, edit_company, tag_company
from siklus.records.companies.models import Company
from siklus.records.companies.queries import companies_for, company_for
from siklus.records.contacts.actions import assign_contact, edit_contact, tag_contact, take_position
from siklus.records.contacts.models import Channel, Contact
from siklus.records.contacts.queries import contact_for, contacts_for
from siklus.records.deals.actions import assign_deal, edit_deal, move_deal, tag_deal
from siklus.records.deals.models import Category, Deal, Kind, Stage
from siklus.records.deals.queries import deal_for
from siklus.records.fields.actions import definitions
from siklus.records.fields.models import FieldDefinition, FieldKind
from siklus.records.fields.record import Refused, check_version
from siklus.records.tags.actions import tags_of

DOORS: Mapping[str, Callable[[User, int], Any]] = {
    "deal": deal_for,
    "company": company_for,
    "contact": contact_for,
}
FOLDERS = {"deal": "deals", "company": "companies", "contact": "contacts"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Property:
    name: str
    label: Any
    control: str = "text"
    choices: tuple[tuple[str, Any], ...] = ()
    empty: bool = True
    own: FieldDefinition | None = None


def _choices(choices: Any) -> tuple[tuple[str, Any], ...]:
    return tuple(choices)


LANGUAGES = (("en", "English"), ("id", "Bahasa Indonesia"))
NEAR = ("Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura", "Asia/Singapore", "Asia/Kuala_Lumpur")
ZONES = tuple(
    (zone, zone.replace("_", " "))
    for zone in (*NEAR, *sorted(one for one in available_timezones() if "/" in one and one not in NEAR))
)
_OWNER = Property(name="owner", label=_("Owner"), control="person")
_TAGS = Property(name="tags", label=_("Tags"), control="tags")
PROPERTIES: dict[str, dict[str, Property]] = {
    "deal": {
        one.name: one
        for one in (
            Property(name="name", label=_("Name"), empty=False),
            Property(name="amount", label=_("Amount"), control="money"),
            Property(name="probability", label=_("Chance"), control="percent", empty=False),
            Property(name="expected_close_date", label=_("Expected close"), control="date"),
            Property(
                name="category",
                label=_("Forecast category"),
                control="choice",
                choices=_choices(Category.choices),
            ),
            Property(name="company", label=_("Company"), control="company"),
            Property(name="contact", label=_("Contact"), control="contact"),
            Property(name="source", label=_("Source")),
            Property(name="description", label=_("Description"), control="area"),
            Property(
                name="kind", label=_("Kind"), control="choice", choices=_choices(Kind.choices), empty=False
            ),
            Property(name="stage", label=_("Stage"), control="stage", empty=False),
            _OWNER,
            _TAGS,
        )
    },
    "company": {
        one.name: one
        for one in (
            Property(name="name", label=_("Name"), empty=False),
            Property(name="website", label=_("Website")),
            Property(name="industry", label=_("Industry")),
            Property(name="employees", label=_("Employees"), control="number"),
            Property(name="annual_revenue", label=_("Annual revenue")),
            Property(name="founded_year", label=_("Founded"), control="number"),
            Property(name="city", label=_("City")),
            Property(name="country", label=_("Country")),
            Property(name="phone", label=_("Phone")),
            Property(name="linkedin", label=_("LinkedIn")),
            Property(name="description", label=_("Description"), control="area"),
            Property(name="parent", label=_("Parent company"), control="company"),
            _OWNER,
            _TAGS,
        )
    },
    "contact": {
        one.name: one
        for one in (
            Property(name="name", label=_("Name"), empty=False),
            Property(name="title", label=_("Position")),
            Property(name="company", label=_("Company"), control="company", empty=False),
            Property(name="emails", label=_("E-mail"), control="lines"),
            Property(name="phones", label=_("Phone"), control="lines"),
            Property(name="city", label=_("City")),
            Property(name="linkedin", label=_("LinkedIn")),
            Property(
                name="preferred_channel",
                label=_("Preferred channel"),
                control="choice",
                choices=_choices(Channel.choices),
            ),
            Property(name="language", label=_("Language"), control="choice", choices=LANGUAGES),
            Property(name="time_zone", label=_("Time zone"), control="choice", choices=ZONES),
            Property(name="best_hours", label=_("Best hours")),
            Property(name="notes", label=_("Notes"), control="area"),
            _OWNER,
            _TAGS,
        )
    },
}
_OWN_CONTROLS = {
    FieldKind.TEXT: "text",
    FieldKind.NUMBER: "number",
    FieldKind.MONEY: "number",
    FieldKind.DATE: "date",
    FieldKind.CHOICE: "choice",
    FieldKind.MULTI_CHOICE: "several",
    FieldKind.YES_NO: "choice",
    FieldKind.LINK: "text",
}


def property_of(kind: str, name: str) -> Property | None:
    """The property of this name; `own.key` is one of the customer's own fields."""
    if not name.startswith("own."):
        return PROPERTIES[kind].get(name)
    own = next((one for one in definitions(kind) if one.key == name[4:]), None)
    if own is None:
        return None
    choices: list[tuple[str, Any]] = [(one, one) for one in own.choices]
    if own.kind == FieldKind.YES_NO:
        choices = [("yes", gettext("Yes")), ("no", gettext("No"))]
    return Property(
        name=name,
        label=own.label,
        control=_OWN_CONTROLS[FieldKind(own.kind)],
        choices=tuple(choices),
        own=own,
    )


def value_of(prop: Property, record: Any) -> Any:
    """What the control shows first."""
    if prop.own:
        value = record.custom.get(prop.own.key)
        return ("yes" if value else "no") if isinstance(value, bool) else value
    match prop.control:
        case "money":
            digits = places(record.currency)
            return "" if record.amount is None else formats.number(record.amount, digits)
        case "person":
            return record.owner_id or ""
        case "company" | "contact" | "stage":
            return getattr(record, f"{prop.name}_id") or ""
        case "tags":
            return ", ".join(tag.name for tag in tags_of(_kind(record), record.pk))
        case "lines":
            kind = {"emails": "email", "phones": "phone"}[prop.name]
            return "\n".join(point.value for point in record.points.all() if point.kind == kind)
    value = getattr(record, prop.name)
    return "" if value is None else value


def shown(prop: Property, record: Any) -> str:
    """The value as people read it."""
    value = value_of(prop, record)
    if value in ("", None, []):
        return ""
    match prop.control:
        case "money":
            return formats.money(record.amount, record.currency)
        case "percent":
            return formats.percent(value / 100)
        case "date":
            return formats.day(date.fromisoformat(value) if isinstance(value, str) else value)
        case "choice":
            return str(dict(prop.choices).get(value, value))
        case "several":
            return ", ".join(value)
        case "person" | "company" | "contact" | "stage":
            name = "owner" if prop.control == "person" else prop.name
            return str(getattr(record, name).name)
        case "number" if prop.name != "founded_year":
            return formats.number(Decimal(str(value)))
        case "lines":
            return ", ".join(value.split("\n"))
    return str(value)


def _kind(record: Any) -> str:
    return {Deal: "deal", Company: "company", Contact: "contact"}[type(record)]


def read(prop: Property, request: Request) -> Any:
    """What was typed, as a value. Raises Refused."""
    form: QueryDict = request.POST
    viewer = request.user
    text = form.get("value", "")
    match prop.control:
        case "several":
            return form.getlist("value")
        case _ if prop.own:
            return typed_amount(text, prop.name) if prop.control == "number" else text
        case "money":
            return typed_amount(text)
        case "percent":
            return typed_int(text, prop.name)
        case "number":
            return typed_int(text, prop.name)
        case "date":
            return typed_date(text, prop.name)
        case "person":
            return chosen(User.objects.filter(is_active=True), text, prop, seen_by=viewer)
        case "company":
            return chosen(companies_for(viewer), text, prop)
        case "contact":
            return chosen(contacts_for(viewer), text, prop)
        case "stage":
            return chosen(Stage.objects.filter(retired_at=None), text, prop)
        case "tags":
            return text.split(",")
        case "lines":
            return text.replace(",", "\n").splitlines()
    return text.strip()


def chosen(rows: Any, text: str, prop: Property, seen_by: User | None = None) -> Any:
    """The record that was chosen; empty is none. Raises Refused for one that is not offered."""
    if not text:
        if prop.empty:
            return None
        raise Refused(gettext("%(label)s: choose one.") % {"label": prop.label}, field=prop.name)
    found = rows.filter(pk=text).first() if text.isdigit() and len(text) < 16 else None
    if found is None or (seen_by is not None and not can_see_owner(seen_by, found.pk)):
        raise Refused(
            gettext("%(label)s: choose one from the list.") % {"label": prop.label}, field=prop.name
        )
    return found


@transaction.atomic
def save(prop: Property, record: Any, value: Any, *, by: User, at: datetime, version: int | None) -> Any:
    """Do the verb that this property belongs to. Raises Refused and StaleEdit."""
    kind = _kind(record)
    if value is None and not prop.empty:
        raise Refused(gettext("%(label)s: a value is needed.") % {"label": prop.label}, field=prop.name)
    if kind == "deal":
        return _save_deal(prop, record, value, by=by, at=at, version=version)
    fresh = type(record).objects.select_for_update().get(pk=record.pk)
    check_version(fresh, version)
    if prop.name == "owner":
        if kind == "company":
            return assign_company(company=record, owner=value, by=by, at=at)
        return assign_contact(contact=record, owner=value, by=by, at=at)
    if prop.name == "tags":
        if kind == "company":
            return tag_company(company=record, tags=value, by=by, at=at)
        return tag_contact(contact=record, tags=value, by=by, at=at)
    if kind == "contact" and prop.name == "company":
        return take_position(contact=record, company=value, by=by, at=at)
    values = {"custom": {prop.own.key: value}} if prop.own else {prop.name: value}
    if kind == "company":
        return edit_company(company=record, by=by, at=at, expected_version=version, **values)
    return edit_contact(contact=record, by=by, at=at, expected_version=version, **values)


def _save_deal(
    prop: Property, deal: Deal, value: Any, *, by: User, at: datetime, version: int | None
) -> Deal:
    if prop.name == "stage":
        return move_deal(deal=deal, stage=value, by=by, at=at, expected_version=version)
    if prop.name == "owner":
        return assign_deal(deal=deal, owner=value, by=by, at=at, expected_version=version)
    if prop.name == "tags":
        return tag_deal(deal=deal, tags=value, by=by, at=at)
    values = {"custom": {prop.own.key: value}} if prop.own else {prop.name: value}
    return edit_deal(deal=deal, by=by, at=at, expected_version=version, **values)
