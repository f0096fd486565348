"""Count, sum and weighted sum over a whole filter, computed by the database."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import BigIntegerField, Count, F, Func, QuerySet, Sum

from siklus.desk.filters.pages import group_expression
from siklus.desk.filters.read import Filter

BOUND = 2_500  # beyond, the footer asks for the exact totals after the page has come


class Weighted(Func):
    """amount_base × probability ÷ 100 in whole thousandths; nothing overflows on the way."""

    output_field = BigIntegerField()

    def __init__(self) -> None:
        super().__init__(F("amount_base"), F("probability"))

    def as_sql(self, compiler: Any, connection: Any, **extra: Any) -> Any:  # type: ignore[override]
        (amount, a), (chance, c) = (compiler.compile(one) for one in self.get_source_expressions())
        text = f"({amount} / 100 * {chance} + {amount} %% 100 * {chance} / 100)"
        return text, [*a, *c, *a, *c]


@dataclass(frozen=True, slots=True)
class Totals:
    """What a footer says. With `is_bounded` there are more than `count`."""

    count: int
    total: Decimal = Decimal(0)
    weighted: Decimal = Decimal(0)
    is_bounded: bool = False


def _amount(thousandths: Any) -> Decimal:
    return Decimal(thousandths or 0).scaleb(-3)


def _sums() -> dict[str, Any]:
    whole = Sum(F("amount_base"), output_field=BigIntegerField())
    return {"count": Count("pk"), "total": whole, "weighted": Sum(Weighted())}


def sums_of(rows: QuerySet[Any], *by: str) -> list[dict[str, Any]]:
    """Count, sum and weighted sum per value of `by`, in one statement."""
    return list(rows.order_by().values(*by).annotate(**_sums()))


def totals_from(row: dict[str, Any]) -> Totals:
    return Totals(row["count"], _amount(row.get("total")), _amount(row.get("weighted")))


def added(parts: Iterable[Totals]) -> Totals:
    """The totals of all groups together."""
    known = list(parts)
    return Totals(
        sum(one.count for one in known),
        sum((one.total for one in known), start=Decimal(0)),
        sum((one.weighted for one in known), start=Decimal(0)),
    )


def totals(made: Filter, *, bound: int | None = BOUND) -> Totals:
    """Totals over the whole filter; with a bound, of so many rows at most, and no sums beyond."""
    rows = made.rows().order_by()
    if not made.is_deals:
        count = rows[: bound + 1].count() if bound is not None else rows.count()
        return Totals(min(count, bound), is_bounded=count > bound) if bound is not None else Totals(count)
    if bound is None:
        return totals_from(rows.aggregate(**_sums()))
    count, total, weighted = _bounded(rows.annotate(weight=Weighted()), bound)
    if count > bound:
        return Totals(bound, is_bounded=True)
    return Totals(count, _amount(total), _amount(weighted))


def _bounded(rows: QuerySet[Any], bound: int) -> tuple[int, int | None, int | None]:
    """Count, sum and weighted sum of at most `bound` + 1 rows; Django's aggregate over a part asks for a third more."""
    try:
        text, params = rows.values("amount_base", "weight")[: bound + 1].query.sql_with_params()
    except EmptyResultSet:
        return 0, None, None
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT COUNT(*), SUM(amount_base), SUM(weight) FROM ({text}) part", params)  # noqa: S608
        found: tuple[int, int | None, int | None] = cursor.fetchone()
    return found


def groups(made: Filter) -> dict[Any, Totals]:
    """Totals of every group, in one statement."""
    assert made.group is not None
    rows = made.rows().order_by()
    expression = group_expression(made)
    if expression is not None:
        rows = rows.annotate(group_key=expression)
    by = "group_key" if expression is not None else made.group.group
    if made.is_deals:
        return {row[by]: totals_from(row) for row in sums_of(rows, by)}
    return {row[by]: Totals(row["count"]) for row in rows.values(by).annotate(count=Count("pk"))}
