"""Why deals are won and lost: what decided them, by reason, and against whom. Counted where the viewer may see it."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count

from siklus.analytics.rates import Rate
from siklus.cycle.closing.models import Factor
from siklus.cycle.closing.queries import reviews_for
from siklus.cycle.research.models import Rival
from siklus.platform.accounts.models import User
from siklus.records.deals.models import Status
from siklus.records.deals.queries import deals_for

ENDS = (Status.WON, Status.LOST, Status.NO_DECISION)


@dataclass(frozen=True, slots=True)
class Decided:
    """How often something decided deals, by how they ended."""

    label: str
    won: int
    lost: int
    no_decision: int

    @property
    def n(self) -> int:
        return self.won + self.lost + self.no_decision


@dataclass(frozen=True, slots=True)
class Against:
    """Deals that ended with a competitor in them, and how many of them we won."""

    competitor_id: int
    name: str
    rate: Rate
    lost_to: int


def factors(viewer: User, since: datetime) -> list[Decided]:
    """What decided the reviewed deals, the commonest first."""
    rows = reviews_for(viewer).filter(reviewed_at__isnull=False, closed_at__gte=since).order_by()
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for factor, status, n in rows.values_list("factor", "status").annotate(n=Count("pk")):
        counts[factor][status] += n
    found = [
        Decided(str(Factor(key).label), one[Status.WON], one[Status.LOST], one[Status.NO_DECISION])
        for key, one in counts.items()
    ]
    return sorted(found, key=lambda one: (-one.n, one.label))


def reasons(viewer: User, since: datetime) -> list[tuple[str, str, int]]:
    """(reason, how the deal ended, how many), the commonest first."""
    rows = (
        deals_for(viewer)
        .filter(status__in=[Status.LOST, Status.NO_DECISION], closed_at__gte=since)
        .order_by()
        .values_list("lost_reason__name", "status")
        .annotate(n=Count("pk"))
    )
    labels = dict(Status.choices)
    found = [(name or "–", str(labels[status]), n) for name, status, n in rows]
    return sorted(found, key=lambda row: (-row[2], row[0]))


def competitors(viewer: User, since: datetime) -> list[Against]:
    """Every competitor that was named on a deal that ended, the most often met first."""
    ended = deals_for(viewer).filter(status__in=ENDS, closed_at__gte=since)
    rows = Rival.objects.filter(deal__in=ended).order_by()
    met: dict[tuple[int, str], Counter[str]] = defaultdict(Counter)
    for pk, name, status, n in rows.values_list("competitor_id", "competitor__name", "deal__status").annotate(
        n=Count("pk")
    ):
        met[pk, name][status] += n
    lost = Counter(
        reviews_for(viewer)
        .filter(closed_at__gte=since, status=Status.LOST, competitor__isnull=False)
        .values_list("competitor_id", flat=True)
    )
    found = [
        Against(pk, name, Rate(one[Status.WON], one.total()), lost[pk]) for (pk, name), one in met.items()
    ]
    return sorted(found, key=lambda one: (-one.rate.n, one.name))
