"""From what people type to what is stored in a custom field."""

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from siklus.records.fields.models import FieldDefinition, FieldKind
from siklus.records.fields.record import Refused

TRUE = {"true", "1", "yes", "ya", "y", "on"}
FALSE = {"false", "0", "no", "tidak", "n", "off"}


def clean_value(field: FieldDefinition, value: Any) -> Any:
    """The stored form of a value; None when empty. Raises Refused naming the field."""
    if value is None or (isinstance(value, str) and not value.strip()) or value == []:
        return None
    text = value.strip() if isinstance(value, str) else value
    match field.kind:
        case FieldKind.TEXT:
            return str(text)[:2000]
        case FieldKind.NUMBER | FieldKind.MONEY:
            return _number(field, text)
        case FieldKind.DATE:
            return _date(field, text)
        case FieldKind.YES_NO:
            return _yes_no(field, text)
        case FieldKind.LINK:
            if urlsplit(str(text)).scheme not in {"http", "https"}:
                raise Refused(
                    _("%(label)s: a link begins with https:// or http://.") % _named(field), field=field.key
                )
            return str(text)[:1000]
        case FieldKind.CHOICE:
            return _choice(field, str(text))
        case FieldKind.MULTI_CHOICE:
            chosen = text if isinstance(text, list) else [part.strip() for part in str(text).split(";")]
            return sorted({_choice(field, str(part)) for part in chosen if str(part).strip()})
    raise AssertionError(field.kind)


def _named(field: FieldDefinition) -> dict[str, str]:
    return {"label": field.label}


def _number(field: FieldDefinition, value: Any) -> str | int:
    if isinstance(value, bool):
        raise Refused(_("%(label)s: write a number.") % _named(field), field=field.key)
    try:
        number = Decimal(str(value).replace(" ", "").replace("_", ""))
    except InvalidOperation as error:
        raise Refused(_("%(label)s: write a number.") % _named(field), field=field.key) from error
    if not number.is_finite() or abs(number) >= Decimal(10) ** 15:
        raise Refused(_("%(label)s: the number is too large.") % _named(field), field=field.key)
    return int(number) if number == number.to_integral_value() else format(number.normalize(), "f")


def _date(field: FieldDefinition, value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()[:10]
    try:
        return date.fromisoformat(str(value)[:10]).isoformat()
    except ValueError as error:
        raise Refused(_("%(label)s: write a date as 2026-12-31.") % _named(field), field=field.key) from error


def _yes_no(field: FieldDefinition, value: Any) -> bool:
    if isinstance(value, bool):
        return value
    word = str(value).lower()
    if word in TRUE:
        return True
    if word in FALSE:
        return False
    raise Refused(_("%(label)s: choose yes or no.") % _named(field), field=field.key)


def _choice(field: FieldDefinition, value: str) -> str:
    for choice in field.choices:
        if choice.lower() == value.strip().lower():
            return str(choice)
    raise Refused(
        _("%(label)s: “%(value)s” is not one of the choices: %(choices)s.")
        % {"label": field.label, "value": value, "choices": ", ".join(field.choices)},
        field=field.key,
    )
