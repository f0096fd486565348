"""Keeping and asking the history of deals (the algebra is in spans.py)."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from operator import itemgetter
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from siklus.platform.journal.queries import known_until, learned_after, replayable
from siklus.platform.tables.write import insert_one, update_row
from siklus.records.deals import spans
from siklus.records.deals.models import TRACKED, Deal, DealInterval
from siklus.records.deals.replay import replay
from siklus.records.deals.spans import Span
from siklus.records.fields.models import Merge
from siklus.records.fields.record import Refused


class BeforeCreation(Refused):
    """A change dated before the deal existed."""


def tracked(deal: Deal | DealInterval) -> dict[str, Any]:
    """The tracked values of a deal, or of an interval."""
    try:
        return dict(zip(TRACKED, _take(deal.__dict__), strict=True))
    except KeyError:  # not every column was read
        return {key: getattr(deal, key) for key in TRACKED}


_take = itemgetter(*TRACKED)
BEGINNING = ("deal_id", "valid_from", "recorded_at", "entry", "by_id")


def open_history(deal: Deal, *, at: datetime, entry: int, by_id: int | None) -> None:
    """The first interval of a deal."""
    _begin(deal, tracked(deal), at=at, now=timezone.now(), entry=entry, by_id=by_id)


def _begin(
    deal: Deal, values: Mapping[str, Any], *, at: datetime, now: datetime, entry: int, by_id: int | None
) -> None:
    """An interval that is open."""
    row = (deal.pk, at, now, entry, by_id, *(values[key] for key in TRACKED))
    insert_one(DealInterval, (*BEGINNING, *TRACKED), row)


def keep(
    deal: Deal, values: Mapping[str, Any], *, at: datetime, entry: int, by_id: int | None
) -> Mapping[str, Any]:
    """Put a change into the history of a deal; returns the values that hold now.

    Dated after the last interval began (the common case) this is one update and one insert.
    """
    now = timezone.now()
    current = intervals(deal).filter(valid_to=None).get()
    if at >= current.valid_from:
        before = tracked(current)
        if all(before[key] == value for key, value in values.items()):
            return before
        update_row(DealInterval, current.pk, {"valid_to": at, "ended_recorded_at": now})
        after = {**before, **values}
        _begin(deal, after, at=at, now=now, entry=entry, by_id=by_id)
        return after
    life = spans_of(deal)
    try:
        changed = spans.change(life, at, values)
    except spans.BeforeTheBeginning as error:
        raise BeforeCreation(
            _("This deal began on %(day)s; nothing can have happened to it before.")
            % {"day": life[0].start.date().isoformat()},
            field="at",
        ) from error
    replace_life(deal, life, changed, entry=entry, by_id=by_id, now=now)
    return changed[-1].values


def replace_life(
    deal: Deal, before: Sequence[Span], after: Sequence[Span], *, entry: int, by_id: int | None, now: datetime
) -> None:
    """Supersede the intervals that are no more and write the new ones."""
    kept = {span.key for span in after if span.key is not None}
    gone = [span.key for span in before if span.key is not None and span.key not in kept]
    DealInterval.objects.filter(pk__in=gone).update(superseded_at=now)
    DealInterval.objects.bulk_create(
        [
            DealInterval(
                deal=deal, valid_from=span.start, valid_to=span.end, recorded_at=now,
                ended_recorded_at=now if span.end else None, entry=entry, by_id=by_id, **span.values,
            )
            for span in after
            if span.key is None
        ]
    )  # fmt: skip


def become(deal: Deal, life_told: Sequence[Span], *, entry: int, by_id: int | None, now: datetime) -> None:
    """Make the stored life this one. When only its last change goes, that interval goes as if it never was."""
    life = spans_of(deal)
    keys = {_mark(one): one.key for one in life}
    after = [replace(one, key=keys.get(_mark(one))) for one in life_told]
    if [one.key for one in after] == [one.key for one in life]:
        return
    shorter = [*life[:-2], replace(life[-2], end=None)] if len(life) > 1 else []
    if list(map(_mark, life_told)) == list(map(_mark, shorter)):
        DealInterval.objects.filter(deal=deal, pk__in=[life[-1].key]).delete()
        DealInterval.objects.filter(deal=deal, pk__in=[life[-2].key]).update(
            valid_to=None, ended_recorded_at=None
        )
        return
    replace_life(deal, life, after, entry=entry, by_id=by_id, now=now)


def _mark(span: Span) -> tuple[Any, ...]:
    """What makes two spans the same; PostgreSQL keeps the values of an entry in an order of its own."""
    return span.start, span.end, *(span.values[key] for key in TRACKED)


def intervals(deal: Deal) -> QuerySet[DealInterval]:
    """The intervals of a deal as we know them now, in order."""
    return DealInterval.objects.filter(deal=deal, superseded_at=None).order_by("valid_from", "id")


def spans_of(deal: Deal) -> list[Span]:
    """The life of a deal as spans."""
    return [Span(row.valid_from, row.valid_to, tracked(row), row.pk) for row in intervals(deal)]


def merged_away(known_at: datetime | None = None) -> QuerySet[Any, Any]:
    """The ids of deals that were one with another deal, as known now or at another moment."""
    if known_at is None:
        return Deal.objects.filter(merged_into__isnull=False).values("pk")
    return Merge.objects.filter(
        Q(unmerge_recorded_at=None) | Q(unmerge_recorded_at__gt=known_at),
        kind="deal",
        recorded_at__lte=known_at,
    ).values("other_id")


def told(deal_id: int) -> list[Span]:
    """The life of a deal as the journal tells it."""

    def standing() -> list[int]:
        return list(DealInterval.objects.filter(deal_id=deal_id).values_list("entry", flat=True))

    return replay(deal_id, replayable("deal", deal_id, standing=standing))


def as_of(moment: datetime, *, known_at: datetime | None = None) -> QuerySet[DealInterval]:
    """The interval of every deal that existed at a moment, as known now or at another moment.

    A deal that was merged into another one never was a second deal: it is left out at every moment, as far as
    we knew of the merge.
    """
    rows = DealInterval.objects.filter(valid_from__lte=moment).exclude(deal_id__in=merged_away(known_at))
    if known_at is None:
        return rows.filter(Q(valid_to=None) | Q(valid_to__gt=moment), superseded_at=None)
    return rows.filter(
        Q(valid_to=None) | Q(valid_to__gt=moment) | Q(ended_recorded_at__gt=known_at),
        Q(superseded_at=None) | Q(superseded_at__gt=known_at),
        recorded_at__lte=known_at,
    )


def qualified_as_known(known_at: datetime) -> dict[int, datetime | None]:
    """When deals were qualified as we knew it at a moment: those of which we learned otherwise since."""
    names = ("deal.qualified", "deal.unqualified")
    changed = sorted(learned_after(known_at, "deal", names))
    known: dict[int, datetime | None] = dict.fromkeys(changed)
    for start in range(0, len(changed), 500):
        some = changed[start : start + 500]
        for deal_id, _name, details in known_until(known_at, "deal", some, ("deal.created", *names)):
            told = details.get("qualified_at")
            known[deal_id] = datetime.fromisoformat(told) if told else None
    return known
