"""By what the numbers can be narrowed and split: owner, team and pipeline as they were then, the rest as it is now."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
from django.db.models import CharField, OuterRef, QuerySet, Subquery, TextField
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ibis.expr import types as ir

from siklus.analytics import engine
from siklus.cycle.prospecting.models import CompanyFit, LeadFit
from siklus.insight.columns import columns_of
from siklus.insight.reports.ground import Condition
from siklus.insight.reports.past import Past
from siklus.platform.accounts.models import Team, User
from siklus.platform.accounts.visibility import owner_ids
from siklus.records.deals.models import Deal, DealProduct, Kind, Pipeline
from siklus.records.fields.models import FieldDefinition, FieldKind, FieldOwner
from siklus.records.products.models import Product

NONE = "none"
MOST = 12  # parts of one split: each is worked out by itself
Names = Callable[[User], Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Slice:
    """Something that deals have.

    Attributes
    ----------
    column : of the tables of the past; empty where it is kept beside them
    rows : (deal, value) pairs from the database, for what is kept beside them
    names : value → what people call it; empty where a value is its own name
    """

    key: str
    label: Any
    column: str = ""
    names: Names | None = None
    rows: Callable[[], tuple[QuerySet[Any], str]] | None = None

    def holds(self, past: Past, value: str) -> Condition:
        """The condition that a row has this value."""
        if self.column:
            return _has(self.column, value, self.key)
        pairs = self._pairs(past)
        if value == NONE:
            return lambda table: ~table.deal_id.isin(pairs.deal_id)
        mine = pairs.filter(pairs.value == value)
        return lambda table: table.deal_id.isin(mine.deal_id)

    def values(self, past: Past, deals: ir.Table) -> list[str]:
        """The values that these deals have, the commonest first."""
        if self.column:
            value = deals[self.column].cast("string").fill_null("")
            rows = deals.select(value=value)
        else:
            pairs = self._pairs(past)
            found = deals.left_join(pairs, deals.deal_id == pairs.deal_id)
            rows = found.select(value=found.value.fill_null(""))
        counted = rows.group_by("value").aggregate(n=rows.count()).to_pyarrow().to_pylist()
        return [row["value"] or NONE for row in sorted(counted, key=lambda row: (-row["n"], row["value"]))]

    def name(self, known: Mapping[str, str], value: str) -> str:
        """People whose deals the viewer may not see are not named."""
        return _("none") if value == NONE else known.get(value, _("somebody else") if self.names else value)

    def known(self, viewer: User) -> Mapping[str, str]:
        return self.names(viewer) if self.names else {}

    def _pairs(self, past: Past) -> ir.Table:
        if self.key in past.beside:
            return past.beside[self.key]
        assert self.rows is not None
        rows, path = self.rows()
        ids, values = columns_of(
            rows.exclude(**{path: None}).exclude(**{path: ""}).order_by(),
            [("deal_id" if rows.model is DealProduct else "id", pa.int64()), (path, pa.string())],
        )
        table = pa.table({"deal_id": ids, "value": values})
        past.beside[self.key] = engine.from_arrow(past.mirror.con, f"slice {self.key}", table)
        return past.beside[self.key]


def _has(column: str, value: str, key: str) -> Condition:
    if value == NONE:
        return lambda table: table[column].isnull() | (table[column].cast("string") == "")
    if key == "team":
        beneath = list(Team.objects.filter(path__contains=f"/{value}/").values_list("pk", flat=True))
        return lambda table: table.team_id.isin(beneath or [int(value)])
    if column.endswith("_id"):
        return lambda table: table[column] == int(value)
    return lambda table: table[column] == value


def _people(viewer: User) -> Mapping[str, str]:
    """The people whose deals the viewer may see: others are not named."""
    users, seen = User.objects.order_by("name", "pk"), owner_ids(viewer)
    if seen is not None:
        users = users.filter(pk__in=seen)
    return {str(pk): name for pk, name in users.values_list("pk", "name")}


def _named(model: Any) -> Names:
    return lambda viewer: {str(pk): name for pk, name in model.objects.values_list("pk", "name")}


def _grades() -> tuple[QuerySet[Any], str]:
    lead = LeadFit.objects.filter(deal_id=OuterRef("pk")).values("grade")[:1]
    company = CompanyFit.objects.filter(company_id=OuterRef("company_id")).values("grade")[:1]
    return Deal.objects.annotate(grade=Coalesce(Subquery(lead), Subquery(company))), "grade"


def _products() -> tuple[QuerySet[Any], str]:
    # a deal with two products stands with both
    rows = DealProduct.objects.annotate(product_key=Cast("product_id", CharField())).distinct()
    return rows, "product_key"


def _own(definition: FieldDefinition) -> Slice:
    def rows() -> tuple[QuerySet[Any], str]:
        value = Cast(KT(f"custom__{definition.key}"), TextField())  # else a comparison would be one of JSON
        return Deal.objects.annotate(own_value=value), "own_value"

    return Slice(f"own.{definition.key}", definition.label, rows=rows)


SLICES = (
    Slice("owner", gettext_lazy("Owner"), "owner_id", _people),
    Slice("team", gettext_lazy("Team"), "team_id", _named(Team)),
    Slice("pipeline", gettext_lazy("Pipeline"), "pipeline_id", _named(Pipeline)),
    Slice("source", gettext_lazy("Source"), "source"),
    Slice(
        "kind", gettext_lazy("Kind"), "kind", lambda viewer: {key: str(name) for key, name in Kind.choices}
    ),
    Slice("grade", gettext_lazy("Fit"), rows=_grades),
    Slice("product", gettext_lazy("Product"), names=_named(Product), rows=_products),
)
OWN = (FieldKind.CHOICE, FieldKind.YES_NO, FieldKind.TEXT)


def slices() -> dict[str, Slice]:
    """Every slice by key, with the customer's own fields of deals."""
    own = FieldDefinition.objects.filter(record=FieldOwner.DEAL, retired_at=None, kind__in=OWN)
    return {one.key: one for one in (*SLICES, *(_own(definition) for definition in own))}
