"""What a company's website can tell, where it stands in the dossier, and which field of the company it may fill.

A finding keeps the English name, so that the same thing is found again whatever language its reader has.
"""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from siklus.cycle.research.models import Finding, Method, Section
from siklus.records.companies.models import Company


@dataclass(frozen=True, slots=True)
class Attribute:
    name: str  # as findings keep it
    section: Section
    field: str = ""  # of the company

    @property
    def label(self) -> str:
        return _(self.name)


ATTRIBUTES: dict[str, Attribute] = {
    "legal_name": Attribute(gettext_noop("Legal name"), Section.BACKGROUND),
    "description": Attribute(gettext_noop("What they say of themselves"), Section.BACKGROUND, "description"),
    "industry": Attribute(gettext_noop("Industry"), Section.BACKGROUND, "industry"),
    "founded": Attribute(gettext_noop("Founded"), Section.BACKGROUND, "founded_year"),
    "address": Attribute(gettext_noop("Address"), Section.BACKGROUND),
    "city": Attribute(gettext_noop("City"), Section.BACKGROUND, "city"),
    "country": Attribute(gettext_noop("Country"), Section.BACKGROUND, "country"),
    "phone": Attribute(gettext_noop("Phone"), Section.BACKGROUND, "phone"),
    "other_phones": Attribute(gettext_noop("Further phones"), Section.BACKGROUND),
    "whatsapp": Attribute(gettext_noop("WhatsApp"), Section.BACKGROUND),
    "email": Attribute(gettext_noop("E-mail"), Section.BACKGROUND),
    "keywords": Attribute(gettext_noop("Keywords"), Section.BACKGROUND),
    "languages": Attribute(gettext_noop("Languages of the website"), Section.BACKGROUND),
    "employees": Attribute(gettext_noop("Employees"), Section.GROWTH, "employees"),
    "products": Attribute(gettext_noop("Products"), Section.PRODUCTS),
    "linkedin": Attribute(gettext_noop("LinkedIn"), Section.LINKS, "linkedin"),
    "instagram": Attribute(gettext_noop("Instagram"), Section.LINKS),
    "facebook": Attribute(gettext_noop("Facebook"), Section.LINKS),
    "youtube": Attribute(gettext_noop("YouTube"), Section.LINKS),
    "tiktok": Attribute(gettext_noop("TikTok"), Section.LINKS),
    "x": Attribute(gettext_noop("X"), Section.LINKS),
}
_BY_KEY = {one.name.casefold(): one for one in ATTRIBUTES.values()}
NUMBERS = frozenset({"employees", "founded_year"})


def title_of(finding: Finding) -> str:
    """What a finding is about, in the reader's language where it is ours to say."""
    known = _BY_KEY.get(finding.key) if finding.method == Method.WEBSITE else None
    return known.label if known else finding.attribute


def field_of(finding: Finding) -> str:
    """The field of the company that a finding can fill; "" for none."""
    known = _BY_KEY.get(finding.key) if finding.company_id and finding.method == Method.WEBSITE else None
    return known.field if known else ""


def field_value(field: str, value: str) -> str | int:
    """A finding's words as the company's field keeps them."""
    if field in NUMBERS:
        return int(value)
    longest: int | None = getattr(Company._meta.get_field(field), "max_length", None)
    return value[:longest] if longest else value
