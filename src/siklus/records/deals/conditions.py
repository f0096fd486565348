"""What a company may ask for before a deal enters a stage or is won. Rooms add theirs in a file of this name.

A condition is a question with a readable answer; which stage asks which is data (`cycle/closing`, StageRule).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from siklus.records.deals.models import Deal, DealContact
from siklus.records.fields.actions import definitions


@dataclass(frozen=True, slots=True)
class Missing:
    """What is missing, and where people do something about it."""

    what: str
    where: str = ""

    def __str__(self) -> str:
        return f"{self.what} ({self.where})" if self.where else self.what


Check = Callable[[Deal, str], Missing | None]
Choices = Callable[[], list[tuple[str, str]]]


@dataclass(frozen=True, slots=True)
class Condition:
    """`choices` are what the condition can be asked about, such as the fields of a deal; without them it stands alone."""

    key: str
    label: Any
    check: Check
    choices: Choices | None = None

    def said(self, about: str) -> str:
        """The condition as a rule says it."""
        if self.choices is None:
            return str(self.label)
        return f"{self.label}: {dict(self.choices()).get(about, about)}"


_conditions: dict[str, Condition] = {}


def condition(key: str, *, label: Any, choices: Choices | None = None) -> Callable[[Check], Check]:
    """Offer this check under its one name. It gets the deal and what the rule is about; None means fulfilled."""

    def register(function: Check) -> Check:
        if key in _conditions:
            raise ValueError(f"the condition {key} is declared twice")
        _conditions[key] = Condition(key, label, function, choices)
        return function

    return register


def conditions() -> list[Condition]:
    return list(_conditions.values())


def condition_named(key: str) -> Condition | None:
    return _conditions.get(key)


def forget_condition(key: str) -> None:
    """Take a condition out again (tests)."""
    _conditions.pop(key, None)


FIELDS = {
    "amount": gettext_lazy("Amount"), "company": gettext_lazy("Company"), "contact": gettext_lazy("Contact"),
    "expected_close_date": gettext_lazy("Expected close"), "owner": gettext_lazy("Owner"),
    "source": gettext_lazy("Source"), "description": gettext_lazy("Description"),
}  # fmt: skip


def _fields() -> list[tuple[str, str]]:
    own = [(f"custom.{one.key}", one.label) for one in definitions("deal")]
    return [(key, str(label)) for key, label in FIELDS.items()] + own


@condition("field", label=gettext_lazy("A field is filled in"), choices=_fields)
def field_is_filled(deal: Deal, about: str) -> Missing | None:
    if about.startswith("custom."):
        value = deal.custom.get(about[7:])
    else:
        value = getattr(deal, f"{about}_id" if about in ("company", "contact", "owner") else about, "")
    if value in (None, "", []):
        label = dict(_fields()).get(about, about)
        return Missing(_("the field %(name)s") % {"name": label}, _("under Summary"))
    return None


def _parts() -> list[tuple[str, str]]:
    return [(key, str(label)) for key, label in DealContact.Part.choices if key != DealContact.Part.OTHER]


@condition("person", label=gettext_lazy("A person is named"), choices=_parts)
def person_is_named(deal: Deal, about: str) -> Missing | None:
    if deal.pk is not None and deal.people.filter(part=about, contact__merged_into=None).exists():
        return None
    part = dict(_parts()).get(about, about)
    return Missing(_("somebody who is %(part)s") % {"part": part}, _("under People"))


@condition("product", label=gettext_lazy("There is a product on the deal"))
def has_a_product(deal: Deal, _about: str) -> Missing | None:
    if deal.pk is not None and deal.lines.exists():
        return None
    return Missing(_("a product"), _("under Products"))
