"""Lines of the left column, and the customer's own fields among them."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _

from siklus.desk.pages.answers import link
from siklus.platform.i18n import formats
from siklus.platform.i18n.keys import phone_key
from siklus.platform.installation.current import current
from siklus.platform.web.jinja import template_filter
from siklus.records.fields.models import FieldDefinition, FieldKind


@dataclass(frozen=True, slots=True)
class Property:
    """One property, ready to show."""

    label: str
    value: str
    edit_url: str = ""
    note: str = ""
    title: str = ""
    href: str = ""
    empty: str = ""
    strong: bool = False
    face: bool = False
    stacked: bool = False


def own_value(field: FieldDefinition, value: Any) -> str:
    """A stored own value as people read it."""
    if value is None or value == "":
        return ""
    try:
        match field.kind:
            case FieldKind.DATE:
                return formats.day(date.fromisoformat(value))
            case FieldKind.MONEY:
                return formats.money(Decimal(str(value)), current().currency)
            case FieldKind.NUMBER:
                return formats.number(Decimal(str(value)))
            case FieldKind.YES_NO:
                return _("Yes") if value else _("No")
            case FieldKind.MULTI_CHOICE:
                return ", ".join(value)
    except (ValueError, TypeError, InvalidOperation):
        return str(value)
    return str(value)


def own_properties(record: Any, fields: list[FieldDefinition], edit_name: str) -> list[Property]:
    """The own fields of a record; `edit_name` is the page that edits one."""
    return [
        Property(
            field.label,
            own_value(field, record.custom.get(field.key)),
            link(edit_name, record.pk, f"own.{field.key}") if edit_name else "",
            href=web_address(str(record.custom.get(field.key) or "")) if field.kind == FieldKind.LINK else "",
        )
        for field in fields
    ]


@template_filter
@lru_cache(maxsize=2048)
def whatsapp(phone: str) -> str:
    """The address that opens a chat with a number."""
    digits = "".join(sign for sign in (phone_key(phone) or phone) if sign.isdigit())
    return f"https://wa.me/{digits}"


@template_filter
@lru_cache(maxsize=2048)
def dial(phone: str) -> str:
    """The address that calls a number."""
    return "tel:" + "".join(sign for sign in (phone_key(phone) or phone) if sign.isdigit() or sign == "+")


@template_filter
def web_address(text: str) -> str:
    """A link that people typed, safe to follow: http and https only.

    What is stored is not trusted either: imports, programs and older versions wrote it too. Whatever names another
    scheme (javascript:, data:) is no link; its text is shown as text.
    """
    text = text.strip()
    if text.lower().startswith(("http://", "https://")):
        return text
    return f"https://{text}" if "." in text and ":" not in text.split("/")[0] else ""
