"""What a web form may ask: the fields of a contact, a company and a lead, and the customer's own ones."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from siklus.platform.i18n.keys import domain_key, email_key, phone_key
from siklus.platform.imports.values import ValueProblem, parse_decimal
from siklus.records.fields.models import FieldDefinition, FieldKind
from siklus.records.fields.record import Refused
from siklus.records.fields.values import clean_value


@dataclass(frozen=True, slots=True)
class Asked:
    """`key` is side.name or side.own.key; `kind` says how it is typed; `most` is the number of letters."""

    key: str
    label: Any
    kind: str = "text"
    most: int = 200
    own: FieldDefinition | None = None

    @property
    def side(self) -> str:
        return self.key.partition(".")[0]

    @property
    def name(self) -> str:
        return self.key.rpartition(".")[2]

    @property
    def choices(self) -> list[tuple[str, Any]]:
        if self.own is None:
            return []
        if self.own.kind == FieldKind.YES_NO:
            return [("yes", _("Yes")), ("no", _("No"))]
        return [(one, one) for one in self.own.choices]


STANDARD = (
    Asked("contact.name", gettext_lazy("Your name")),
    Asked("contact.email", gettext_lazy("E-mail"), "email", 254),
    Asked("contact.phone", gettext_lazy("Phone or WhatsApp"), "tel", 40),
    Asked("contact.title", gettext_lazy("Your position"), most=160),
    Asked("contact.city", gettext_lazy("City"), most=120),
    Asked("company.name", gettext_lazy("Company"), most=250),
    Asked("company.website", gettext_lazy("Website of the company"), "website", 500),
    Asked("company.industry", gettext_lazy("Industry"), most=120),
    Asked("company.employees", gettext_lazy("How many people work there?"), "whole", 12),
    Asked("company.city", gettext_lazy("City of the company"), most=120),
    Asked("lead.amount", gettext_lazy("Your budget"), "amount", 30),
    Asked("lead.description", gettext_lazy("How can we help?"), "long", 4000),
)
_OWN = {
    FieldKind.NUMBER: "amount", FieldKind.MONEY: "amount", FieldKind.DATE: "date", FieldKind.CHOICE: "choice",
    FieldKind.MULTI_CHOICE: "several", FieldKind.YES_NO: "choice", FieldKind.LINK: "website",
}  # fmt: skip


def askable(*, with_retired: bool = False) -> dict[str, Asked]:
    """Everything that a form may ask, by key. One question."""
    found = {one.key: one for one in STANDARD}
    rows = FieldDefinition.objects.all() if with_retired else FieldDefinition.objects.filter(retired_at=None)
    for field in rows:
        side = "lead" if field.record == "deal" else field.record
        key = f"{side}.own.{field.key}"
        found[key] = Asked(key, field.label, _OWN.get(FieldKind(field.kind), "text"), 2000, field)
    return found


def read_answer(asked: Asked, given: list[str]) -> Any:
    """What somebody typed as it is stored; None when empty. Raises Refused with a sentence for them."""
    texts = [text.replace("\x00", "").strip() for text in given]
    texts = [text for text in texts if text]
    if not texts:
        return None
    text = texts[0]
    if any(len(one) > asked.most for one in texts) or len(texts) > 50:
        raise Refused(_("Write at most %(count)s letters.") % {"count": asked.most})
    if asked.own is not None:
        return _own(asked, texts)
    match asked.kind:
        case "email":
            if email_key(text) is None:
                raise Refused(_("This is not an e-mail address."))
        case "tel":
            if phone_key(text) is None:
                raise Refused(_("This is not a phone number. Write it with its area or country code."))
        case "website":
            if domain_key(text) is None:
                raise Refused(_("This is not a web address of a company."))
        case "whole":
            number = _number(text)
            if number != number.to_integral_value() or not 0 <= number < 2**31:
                raise Refused(_("Write a whole number."))
            return int(number)
        case "amount":
            number = _number(text)
            if not 0 <= number < Decimal(10) ** 15:
                raise Refused(_("This number is out of range."))
            return format(number.quantize(Decimal("0.01")).normalize(), "f")
    return text if asked.kind == "long" else " ".join(text.split())


def _own(asked: Asked, texts: list[str]) -> Any:
    assert asked.own is not None
    value: Any = texts if asked.kind == "several" else texts[0]
    if asked.kind == "amount":
        value = format(_number(texts[0]), "f")
    return clean_value(asked.own, value)


def _number(text: str) -> Decimal:
    try:
        return parse_decimal(text, "," if get_language() == "id" else ".")
    except ValueProblem as problem:
        raise Refused(_("Write a number.")) from problem


def label_of(field: Mapping[str, Any], asked: Asked) -> str:
    """What a form calls a field: its own words, or ours."""
    from siklus.cycle.prospecting.models.web_forms import said

    return said(field.get("label", {})) or str(asked.label)
