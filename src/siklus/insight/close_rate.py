"""The close rate beside the band and the own trend: per rep, source, grade of fit and stage reached."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
from django.db.models import Case, IntegerField, Max, Value, When
from django.utils.translation import gettext as _

from siklus.analytics import engine
from siklus.analytics.close_rates import (
    Month,
    close_rate,
    close_rate_by_month,
    close_rates,
    rates_of_reached,
)
from siklus.analytics.rates import Rate
from siklus.cycle.prospecting.models import CompanyFit, LeadFit
from siklus.insight.mirror.read import current_mirror
from siklus.insight.reports import Question
from siklus.insight.tables import deals_at
from siklus.platform.accounts.models import User
from siklus.platform.installation.current import current
from siklus.records.deals.models import OPEN_KINDS, Deal, DealInterval, Stage, StageKind, Status

RANKS = {kind: number for number, kind in enumerate(OPEN_KINDS, 1)}
CLOSED = (Status.WON, Status.LOST, Status.NO_DECISION)


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a table: what, its rate, and the value that a list is narrowed by."""

    label: str
    rate: Rate
    key: Any = None


@dataclass(frozen=True, slots=True)
class CloseRates:
    """What the page shows. `before` is the period of equal length before this one."""

    now: Rate
    before: Rate
    months: list[Month]
    by_owner: list[Line]
    by_source: list[Line]
    by_grade: list[Line]
    by_stage: list[Line]


def close_rates_for(question: Question) -> CloseRates:
    """Everything of the page out of one table of deals as they stood."""
    window = question.window
    assert window is not None
    begin, end = window
    earlier = (begin - (end - begin), begin)
    mirror = current_mirror()
    table = deals_at(
        mirror, question.as_of,
        where=lambda t: question.where(t) & t.qualified_at.notnull() & t.status.isin([*map(str, CLOSED)]),
    ).to_pyarrow()  # fmt: skip
    ids = table.column("deal_id").to_pylist()
    grades, reached = _grades(ids), _reached(ids)
    table = table.append_column("grade", pa.array([grades.get(pk, "") for pk in ids], pa.string()))
    table = table.append_column("reached", pa.array([reached.get(pk, 0) for pk in ids], pa.int64()))
    deals = engine.from_arrow(mirror.con, "decided", table)
    names = dict(User.objects.values_list("pk", "name"))

    def lines(by: str, labels: Mapping[Any, str], empty: str) -> list[Line]:
        found = close_rates(deals, by=by, as_of=question.as_of, window=window)
        return [Line(labels.get(key, str(key)) if key else empty, rate, key) for key, rate in found]

    kinds = dict(StageKind.choices)
    stages = rates_of_reached(deals, ranks=list(RANKS.values()), as_of=question.as_of, window=window)
    return CloseRates(
        now=close_rate(deals, as_of=question.as_of, window=window),
        before=close_rate(deals, as_of=question.as_of, window=earlier),
        months=close_rate_by_month(deals, as_of=question.as_of, window=window, zone=current().time_zone),
        by_owner=lines("owner_id", names, _("nobody")),
        by_source=lines("source", {}, _("not known")),
        by_grade=lines("grade", {}, _("no grade")),
        by_stage=[
            Line(str(kinds[kind]), rate)
            for kind, (_rank, rate) in zip(RANKS, stages, strict=True)
        ],
    )  # fmt: skip


def _grades(closed: list[int]) -> dict[int, str]:
    """The grade of each deal, or else that of its company, as it is now."""
    found: dict[int, str] = {}
    for start in range(0, len(closed), 500):
        some = closed[start : start + 500]
        companies = dict(
            Deal.objects.filter(pk__in=some, company__isnull=False).values_list("pk", "company_id")
        )
        of_company = dict(
            CompanyFit.objects.filter(company_id__in=set(companies.values())).values_list(
                "company_id", "grade"
            )
        )
        found |= {pk: of_company[company] for pk, company in companies.items() if company in of_company}
        found |= dict(LeadFit.objects.filter(deal_id__in=some).values_list("deal_id", "grade"))
    return found


def _reached(closed: list[int]) -> dict[int, int]:
    """How far each deal came while it was open or won, by kind of stage."""
    of_kind: dict[str, list[int]] = defaultdict(list)
    for pk, kind in Stage.objects.values_list("pk", "kind"):
        of_kind[kind].append(pk)
    how_far = Case(
        *[When(stage_id__in=of_kind[kind], then=Value(rank)) for kind, rank in RANKS.items() if of_kind[kind]],
        default=Value(0),
        output_field=IntegerField(),
    )  # fmt: skip
    found: dict[int, int] = {}
    for start in range(0, len(closed), 500):
        rows = DealInterval.objects.filter(
            deal_id__in=closed[start : start + 500], superseded_at=None, status__in=(Status.OPEN, Status.WON)
        )
        found |= dict(rows.order_by().values_list("deal_id").annotate(furthest=Max(how_far)))
    return found
