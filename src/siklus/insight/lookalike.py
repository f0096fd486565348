"""What the best customers have in common: read from the company's own wins, suggested for its ideal customer."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, Sum

from siklus.analytics.lookalike import Contrast, contrasts
from siklus.cycle.prospecting.fit.attributes import Attribute, attributes
from siklus.cycle.prospecting.fit.scoring import number_in
from siklus.platform.accounts.models import User
from siklus.records.companies.models import Company
from siklus.records.companies.queries import companies_for
from siklus.records.deals.models import Status
from siklus.records.deals.queries import deals_for

BASES = ("value", "wins")
HALF_FROM = 20  # with so many customers, the better half of them counts as the best
REST = 20_000  # companies that the best are compared with, the newest ones
BITE = 5000
ASKED = (
    "company.industry", "company.country", "company.city", "company.employees", "company.annual_revenue",
    "company.founded_year", "lead.source",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Learned:
    """How many customers there are, how many of them count as the best, and what sets them apart."""

    customers: int
    best: int
    rest: int
    found: list[Contrast]


def learn(viewer: User, *, basis: str = "value") -> Learned:
    """Compare the best customers, by won value or by number of wins, with all other companies that the viewer may see."""
    won = Q(deals__status=Status.WON, deals__merged_into=None)
    order = "-won_sum" if basis == "value" else "-won_count"
    customers = list(
        companies_for(viewer)
        .annotate(won_count=Count("deals", filter=won), won_sum=Sum("deals__amount_base", filter=won))
        .filter(won_count__gt=0)
        .order_by(order, "id")
        .values_list("pk", flat=True)
    )
    best = customers[: (len(customers) + 1) // 2] if len(customers) >= HALF_FROM else customers
    chosen = set(best)
    newest = companies_for(viewer).order_by("-pk").values_list("pk", flat=True)[: REST + len(best)]
    rest = [pk for pk in newest if pk not in chosen][:REST]
    known = attributes()
    asked = [one for one in known.values() if one.key in ASKED or (one.own and one.side == "company")]
    asked = [
        one for one in asked if one.kind in {"number", "choice", "several", "yes_no"} or one.key in ASKED
    ]
    kinds = {one.key: "number" if _is_number(one) else "category" for one in asked}
    values = {pk: row for ids in (best, rest) for pk, row in _values(viewer, ids, asked)}
    empty: Mapping[str, Any] = {}
    found = contrasts([values.get(pk, empty) for pk in best], [values.get(pk, empty) for pk in rest], kinds)
    return Learned(len(customers), len(best), len(rest), found)


def _is_number(attribute: Attribute) -> bool:
    return attribute.kind == "number"


def _values(viewer: User, ids: list[int], asked: list[Attribute]) -> Iterator[tuple[int, dict[str, Any]]]:
    mine = [one for one in asked if one.side == "company"]
    paths = list(dict.fromkeys(one.path for one in mine))
    for start in range(0, len(ids), BITE):
        some = ids[start : start + BITE]
        sources: dict[int, str] = {}
        rows = deals_for(viewer).filter(company_id__in=some).exclude(source="").order_by("-pk")
        sources.update(rows.values_list("company_id", "source"))  # the oldest one wins: how they came
        for row in Company.objects.filter(pk__in=some).values("pk", *paths):
            found = {one.key: (row["custom"].get(one.own) if one.own else row[one.path]) for one in mine}
            for one in mine:
                if _is_number(one):
                    found[one.key] = number_in(found[one.key])
            yield row["pk"], {**found, "lead.source": sources.get(row["pk"], "")}
