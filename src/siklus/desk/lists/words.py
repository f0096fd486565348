"""What the templates of lists ask for."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from siklus.desk.filters.columns import Column
from siklus.desk.filters.lookups import Lookups
from siklus.platform.i18n import formats
from siklus.platform.installation.current import current
from siklus.platform.web.jinja import template_global


@template_global
def base_currency() -> str:
    return current().currency


@template_global
def choice_label(column: Column, value: Any, names: Lookups) -> str:
    """The word for a stored choice."""
    known = names.__dict__.setdefault("_words", {})
    if column.key not in known:
        known[column.key] = {
            key: str(label) for key, label in (column.choices(names) if column.choices else ())
        }
    return str(known[column.key].get(value, value if value is not None else ""))


@template_global
def own_text(column: Column, value: Any) -> str:
    """A value of the customer's own field as people read it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, list):
        return ", ".join(value)
    if column.kind == "number":
        return formats.number(Decimal(str(value)))
    return str(value)
