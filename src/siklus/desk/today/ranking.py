"""In which order to work: expected value × urgency × fit. Value, grade and reasons stand on the line, the formula above.

*Expected value* is amount × chance in the currency of the company; without an amount, the median amount of the list
stands in. *Urgency* says how much sooner than an ordinary deal this one wants attention: 1 is ordinary, 5 is overdue.
*Fit* comes from the grade by the ideal customer: a deal of grade A counts one and a half times.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from statistics import median

from siklus.cycle.prospecting.queries import grades_of
from siklus.desk.today.lines import Work
from siklus.records.deals.models import Deal

ASSUMED_CHANCE = 10  # per cent, of what belongs to no open deal
FITS = {"A": 1.5, "B": 1.2, "C": 1.0, "D": 0.6}  # without a grade: as C
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def by_hours_since(arrived: datetime, now: datetime) -> float:
    """A new lead: who answers within the hour reaches far more of them than who answers tomorrow."""
    since = now - arrived
    return 4.0 if since < HOUR else 3.0 if since < DAY else 2.0 if since < 7 * DAY else 1.0


def by_wait(due: datetime, now: datetime) -> float:
    """A lead with a target for its first answer: 3 before it is due, then 4 and up to 5 within a day."""
    return 3.0 if due > now else 4.0 + min((now - due) / DAY, 1)


def by_lateness(due: datetime, now: datetime) -> float:
    """An activity: 1.5 later today, 2 within two hours, and up to 3 the longer it is overdue."""
    if due > now:
        return 2.0 if due - now <= 2 * HOUR else 1.5
    return 2.0 + min((now - due) / DAY, 10) / 10


def by_days_left(days: int) -> float:
    """Something that lapses or begins in so many days."""
    return 2.5 if days <= 1 else 2.0 if days <= 3 else 1.5


def by_days_open(days: float) -> float:
    """An objection that waits for its answer."""
    return 1.5 + min(max(days, 0), 10) / 10


def by_silence(days: int, limit: int) -> float:
    """A deal without contact: the further beyond what its stage allows, up to twice the limit."""
    return 1.0 + min(days / limit - 1, 1.0) if limit else 1.0


def rank(lines: Sequence[Work]) -> list[Work]:
    """Fill in expected value, grade and score of each line, and put them in order. One question."""
    deals = {one.deal.pk: one.deal for one in lines if one.deal is not None}
    grades = grades_of(deals)
    typical = _typical(one for one in deals.values() if one.is_open)
    for line in lines:
        deal = (
            line.deal if line.deal is not None and line.deal.is_open else None
        )  # what is won is expected no more
        line.is_assumed = deal is None or not deal.amount_base
        chance = max(deal.probability, 1) if deal is not None else ASSUMED_CHANCE
        amount = typical if deal is None or not deal.amount_base else deal.amount_base
        line.worth = amount * chance / 100
        line.grade = grades.get(line.deal.pk, "") if line.deal is not None else ""
        line.score = float(line.worth) * line.urgency * FITS.get(line.grade, 1.0)
    return sorted(lines, key=lambda one: -one.score)  # what is equal stays as it came, by the clock


def _typical(deals: Iterable[Deal]) -> Decimal:
    amounts = [one.amount_base for one in deals if one.amount_base]
    return Decimal(median(amounts)) if amounts else Decimal(1)
