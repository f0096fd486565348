"""Ready profiles to begin with, for four ways of business. They are starting points: every company knows its own better.

Industries stand in both languages, because lists from elsewhere come in either.
"""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from siklus.cycle.prospecting.fit.scoring import Criterion


@dataclass(frozen=True, slots=True)
class Ready:
    key: str
    name: Any
    about: Any
    criteria: tuple[Criterion, ...]


def _c(attribute: str, operator: str, *values: str, weight: int = 1, must: bool = False) -> Criterion:
    return Criterion(attribute, operator, values, weight, must)


READY = (
    Ready(
        "software", _("Software for companies"),
        _("Mid-sized companies with a web presence and somebody who decides on systems."),
        (
            _c("company.employees", "between", "50", "1000", weight=4),
            _c("company.industry", "contains", "finan", "bank", "retail", "logisti", "manufa", "jasa", "tekno",
               "software", weight=3),
            _c("company.country", "one_of", "Indonesia", weight=2),
            _c("company.website", "filled", weight=1),
            _c("lead.title", "contains", "direktur", "director", "CTO", "CIO", "head", "kepala", "manajer",
               "manager", weight=3),
            _c("lead.source", "one_of", "referral", "website", "event", weight=1),
        ),
    ),
    Ready(
        "training", _("Training and EdTech"),
        _("Schools, campuses and companies that train many people."),
        (
            _c("company.industry", "contains", "educat", "pendidikan", "school", "sekolah", "univers", "training",
               "pelatihan", "bank", "manufa", weight=4),
            _c("company.employees", "at_least", "100", weight=3),
            _c("lead.title", "contains", "HR", "SDM", "people", "learning", "dekan", "rektor", "kepala sekolah",
               "principal", weight=3),
            _c("company.city", "filled", weight=1),
        ),
    ),
    Ready(
        "property", _("Property"),
        _("Buyers whose budget and city are known, who came by themselves or by a friend."),
        (
            _c("lead.amount", "at_least", "500000000", weight=4),
            _c("lead.contact_city", "one_of", "Jakarta", "Tangerang", "Bekasi", "Depok", "Bogor", "Bandung",
               "Surabaya", weight=3),
            _c("lead.source", "one_of", "referral", "walk-in", "website", "event", weight=2),
            _c("lead.title", "filled", weight=1),
        ),
    ),
    Ready(
        "cars", _("Car dealer"),
        _("Private buyers and small fleets near the showroom."),
        (
            _c("lead.amount", "between", "150000000", "900000000", weight=4),
            _c("lead.source", "one_of", "walk-in", "referral", "test drive", "whatsapp", "website", weight=3),
            _c("lead.contact_city", "filled", weight=2),
            _c("company.employees", "at_most", "200", weight=1),
        ),
    ),
)  # fmt: skip
BY_KEY = {one.key: one for one in READY}
