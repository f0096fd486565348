"""The API of coverage: where each person, team and the company stand, and whether enough new pipeline comes in."""

from datetime import date
from decimal import Decimal
from typing import Any, Literal

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Schema

from siklus.analytics.quotas import period_of
from siklus.cycle.prospecting.coverage.standing import Standing, standings_for
from siklus.platform.api.door import asker
from siklus.platform.installation.current import current

router = Router()


class StandingOut(Schema):
    """Values are in the currency of the company; `flow` is unknown, enough, thin or dry."""

    user_id: int | None
    team_id: int | None
    name: str
    quota: Decimal
    won: Decimal
    won_count: int
    attainment: float | None
    open: Decimal
    coverage: float | None
    qualified_in_four_weeks: Decimal
    needed_in_four_weeks: Decimal | None
    share_won: float | None
    share_won_n: int
    flow: str


class CoverageOut(Schema):
    first: date
    until: date
    currency: str
    lines: list[StandingOut]


def shown(one: Standing) -> dict[str, Any]:
    needed = one.stream.needed
    return {
        "user_id": one.subject.user_id, "team_id": one.subject.team_id, "name": one.name, "quota": one.quota,
        "won": one.won, "won_count": one.won_count, "attainment": one.attainment, "open": one.open,
        "coverage": one.coverage, "qualified_in_four_weeks": one.stream.came,
        "needed_in_four_weeks": needed.quantize(Decimal("0.01")) if needed is not None else None,
        "share_won": one.stream.share_won, "share_won_n": one.stream.n, "flow": one.stream.flow.value,
    }  # fmt: skip


@router.get("", response=CoverageOut, operation_id="get_coverage")
def get_coverage(
    request: HttpRequest, per: Literal["month", "quarter", "year"] = "quarter", day: date | None = None
) -> Any:
    """Standings of the month, quarter or year around a day (today)."""
    now = timezone.now()
    day = day or now.astimezone(current().time_zone).date()
    if not 1990 <= day.year <= 2100:
        day = now.date()
    first, until = period_of(day, per)
    lines = standings_for(asker(request), now=now, first=first, until=until)
    return {
        "first": first,
        "until": until,
        "currency": current().currency,
        "lines": [shown(one) for one in lines],
    }
