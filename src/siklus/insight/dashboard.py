"""The numbers of the dashboard, for one viewer and one period, with the period before for comparison."""

import time
from collections import OrderedDict
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from threading import Lock
from typing import Any

import ibis

from siklus.analytics import kpis
from siklus.insight.mirror.read import Mirror, current_mirror
from siklus.insight.reports import Question
from siklus.insight.tables import activities, deals_at, intervals_until
from siklus.platform.installation.current import current
from siklus.platform.journal.queries import head
from siklus.records.deals.models import Pipeline, Stage
from siklus.records.deals.queries import stages_of

FRESH_FOR = 10.0  # seconds for which an answer may be shown although something happened since
KEPT = 64


@dataclass(frozen=True)
class Numbers:
    """What one dashboard shows."""

    figures: dict[str, kpis.Kpi]
    before: dict[str, kpis.Kpi]
    months: list[dict[str, Any]]
    funnel: list[dict[str, Any]]
    activities: dict[int | None, dict[str, int]]


@dataclass
class _Kept:
    numbers: Numbers
    head: int
    at: float


_answers: OrderedDict[tuple[Any, ...], _Kept] = OrderedDict()
_lock = Lock()


def numbers_for(question: Question, *, months: int = 12) -> Numbers:
    """The numbers, from memory while nothing happened since, or when they are a few seconds old."""
    key = (question.begin, question.end, question.pipeline_id, question.owner_id, question.owner_ids,
           question.sees_unassigned, months)  # fmt: skip
    now, last = time.monotonic(), head()
    with _lock:
        kept = _answers.get(key)
    if kept is not None and (kept.head == last or now - kept.at < FRESH_FOR):
        return kept.numbers
    numbers = compute(question, months=months)
    with _lock:
        _answers[key] = _Kept(numbers, last, now)
        _answers.move_to_end(key)
        while len(_answers) > KEPT:
            _answers.popitem(last=False)
    return numbers


def compute(question: Question, *, months: int) -> Numbers:
    """Make every figure from the mirror."""
    window = question.window
    assert window is not None
    mirror = current_mirror()
    deals = deals_at(mirror, question.as_of, where=lambda t: question.where(t) & t.qualified_at.notnull())
    length = window[1] - window[0]
    earlier = (window[0] - length, window[0])
    zone = current().time_zone
    year = (_months_back(question.as_of.astimezone(zone), months - 1), question.as_of + timedelta(seconds=1))
    made = kpis.won_by_month(deals, as_of=question.as_of, window=year, zone=zone)
    acts = activities(mirror, where=lambda t: question.done_by(t.owner_id))
    return Numbers(
        figures=kpis.all_kpis(deals, as_of=question.as_of, window=window),
        before=kpis.all_kpis(deals, as_of=question.as_of, window=earlier),
        months=list(made.parts["months"]),
        funnel=_funnel(mirror, question),
        activities=dict(kpis.activities_by_owner(acts, as_of=question.as_of, window=window).parts["owners"]),
    )


def _funnel(mirror: Mirror, question: Question) -> list[dict[str, Any]]:
    """Stages of the pipeline with how many deals created in the window ever reached each.

    By who owns a deal now: each number opens the list behind it, and a list shows what its viewer sees now.
    """
    pipeline = (
        question.pipeline_id or Pipeline.objects.filter(retired_at=None).values_list("id", flat=True).first()
    )
    if pipeline is None:
        return []
    window = question.window
    assert window is not None
    stages: list[Stage] = stages_of(pipeline)
    begin, end = (ibis.literal(edge.astimezone(UTC).replace(tzinfo=None)) for edge in window)
    table = intervals_until(
        mirror, question.as_of,
        where=lambda t: question.owned(t.owner_now) & (t.pipeline_id == pipeline) & (t.created_at >= begin)
        & (t.created_at < end),
    )  # fmt: skip
    found = kpis.stage_funnel(table, as_of=question.as_of, ranks=[stage.position for stage in stages])
    by_rank = {row["rank"]: row for row in found.parts["ranks"]}
    return [{"stage": stage, **by_rank.get(stage.position, {"reached": 0, "open": 0})} for stage in stages]


def _months_back(moment: datetime, count: int) -> datetime:
    month = moment.year * 12 + moment.month - 1 - count
    return moment.replace(
        year=month // 12, month=month % 12 + 1, day=1, hour=0, minute=0, second=0, microsecond=0
    )


def period_of(word: str, today: date) -> tuple[date, date]:
    """First and last day of a period that people name."""
    first = today.replace(day=1)
    if word == "this_month":
        return first, today
    if word == "last_month":
        last = first - timedelta(days=1)
        return last.replace(day=1), last
    if word == "this_quarter":
        return first.replace(month=(first.month - 1) // 3 * 3 + 1), today
    if word == "this_year":
        return first.replace(month=1), today
    days = {"last_30_days": 30, "last_90_days": 90}.get(word, 365)
    return today - timedelta(days=days - 1), today
