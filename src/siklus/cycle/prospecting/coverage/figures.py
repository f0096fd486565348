"""What each person won, lost, qualified and has open: by the owner at the time, in few questions over all people."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from statistics import median

from django.db.models import Count, F, Q, QuerySet, Sum

from siklus.analytics.coverage import Closed
from siklus.records.deals.models import Deal, DealInterval, Status

FOUR_WEEKS = timedelta(days=28)
YEAR = timedelta(days=365)
ENDED = (Status.WON, Status.LOST, Status.NO_DECISION)
USUAL_CYCLE = 45  # days, until deals were won that say better
NOBODY = 0


@dataclass
class Figures:
    """Per owner (0: nobody): value won in the window, closed in the last year, qualified in four weeks, open now."""

    won: Mapping[int, Decimal] = field(default_factory=dict)
    won_count: Mapping[int, int] = field(default_factory=dict)
    closed: Mapping[int, Closed] = field(default_factory=dict)
    qualified: Mapping[int, Decimal] = field(default_factory=dict)
    open: Mapping[int, Decimal] = field(default_factory=dict)
    cycle_days: int = USUAL_CYCLE

    @property
    def company(self) -> Closed:
        return sum(self.closed.values(), Closed())


def figures(*, now: datetime, begin: datetime, end: datetime) -> Figures:
    """All of it for a window of what was won. Five questions."""
    won, won_count = won_between(begin, end)
    return Figures(
        won, won_count, closed_since(now - YEAR, now), qualified_between(now - FOUR_WEEKS, now), open_now(),
        cycle_days(now - YEAR, now),
    )  # fmt: skip


def at_the_time(moment: str) -> QuerySet[DealInterval]:
    """Each deal as it stood at a moment of its own, such as its end: what it was worth and whose it was."""
    over = F(f"deal__{moment}")
    rows = DealInterval.objects.filter(superseded_at=None, deal__merged_into=None, valid_from__lte=over)
    return rows.filter(Q(valid_to=None) | Q(valid_to__gt=over))


def won_between(begin: datetime, end: datetime) -> tuple[dict[int, Decimal], dict[int, int]]:
    """Value and number of deals won, by who had them when they were won."""
    rows = at_the_time("closed_at").filter(
        deal__status=Status.WON, deal__closed_at__gte=begin, deal__closed_at__lt=end
    )
    found = list(rows.values_list("owner_id").annotate(value=Sum("amount_base"), n=Count("pk")).order_by())
    return (
        {owner or NOBODY: value or Decimal(0) for owner, value, _n in found},
        {owner or NOBODY: n for owner, _value, n in found},
    )


def closed_since(begin: datetime, end: datetime) -> dict[int, Closed]:
    """Qualified deals that ended, by who had them at their end."""
    rows = at_the_time("closed_at").filter(
        deal__status__in=ENDED, deal__closed_at__gte=begin, deal__closed_at__lt=end,
        deal__qualified_at__isnull=False,
    )  # fmt: skip
    grouped = rows.values_list("owner_id", "deal__status").annotate(value=Sum("amount_base"), n=Count("pk"))
    found: dict[int, Closed] = defaultdict(Closed)
    for owner, status, value, n in grouped.order_by():
        value = value or Decimal(0)
        found[owner or NOBODY] += Closed(n, value, value if status == Status.WON else Decimal(0))
    return dict(found)


def qualified_between(begin: datetime, end: datetime) -> dict[int, Decimal]:
    """The value of what became a deal, as it was then, by who had it then."""
    rows = at_the_time("qualified_at").filter(deal__qualified_at__gte=begin, deal__qualified_at__lt=end)
    grouped = rows.values_list("owner_id").annotate(value=Sum("amount_base")).order_by()
    return {owner or NOBODY: value or Decimal(0) for owner, value in grouped}


def open_now() -> dict[int, Decimal]:
    """The value of open deals by owner; leads do not count."""
    rows = Deal.objects.filter(status=Status.OPEN, qualified_at__isnull=False, merged_into=None)
    grouped = rows.values_list("owner_id").annotate(value=Sum("amount_base")).order_by()
    return {owner or NOBODY: value or Decimal(0) for owner, value in grouped}


def cycle_days(begin: datetime, end: datetime) -> int:
    """The median days from qualified to won; a usual one when nothing was won yet."""
    won = Deal.objects.filter(
        status=Status.WON,
        closed_at__gte=begin,
        closed_at__lt=end,
        qualified_at__isnull=False,
        merged_into=None,
    )
    pairs = won.values_list("qualified_at", "closed_at")[:20_000]
    took = [(end - begin) / timedelta(days=1) for begin, end in pairs if begin and end]
    return max(round(median(took)), 1) if took else USUAL_CYCLE
