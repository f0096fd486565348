"""The past: what every deal was at a moment, and as it was known then, from the values it had with both clocks.

HISTORY keeps when a value was true (`valid_from`, `valid_to`) and when we learned that it began (`recorded_at`), that it
ended (`ended_recorded_at`) and that it was wrong (`superseded_at`).
"""

from datetime import UTC, datetime

import ibis
import ibis.expr.types as ir

from siklus.analytics.schemas import DEALS, INTERVALS


def deals_as_of(
    history: ir.Table,
    stages: ir.Table,
    *,
    at: datetime,
    known_at: datetime | None = None,
    merged: ir.Table | None = None,
    qualified: ir.Table | None = None,
) -> ir.Table:
    """Every deal that existed at a moment, as it was then: the table DEALS.

    Parameters
    ----------
    history, stages : HISTORY and STAGES
    at : the moment; a deal is the interval that holds it
    known_at : leave out what was learned after this moment; by default everything known counts
    merged : deal_id of those known to be one with another deal at `known_at`; by default those that are now.
        They are left out at every moment: there never was a second deal.
    qualified : deal_id and qualified_at of those of which something else was known at `known_at`

    Returns
    -------
    Table
        DEALS with `category`, `lost_reason_id` and, as they are now, `kind` and `owner_now`, one row per deal.
        A qualification or an end after `at` is not known there yet; a deal
        that was closed at `at` and reopened later stands at the end of its last open interval.
    """
    seen = _live(_known(history, known_at), merged)
    moment = _literal(at)
    held = seen.filter((seen.valid_from <= moment) & (seen.valid_to.isnull() | (seen.valid_to > moment)))
    held = _told_qualified(held, qualified)
    unclear = held.closed_at.isnull() | (held.closed_at > moment)
    if known_at is not None:
        later = _learned_after(history, known_at)
        held = held.left_join(later, held.deal_id == later.later_id)
        unclear = held.closed_at.isnull() | (held.closed_at > moment) | held.later_id.notnull()
    reopened = held.filter((held.status != "open") & unclear).select("deal_id")  # few
    ends = seen.filter((seen.status == "open") & (seen.valid_to <= moment)).semi_join(reopened, "deal_id")
    ends = ends.group_by(end_id=ends.deal_id).aggregate(last_end=ends.valid_to.max())
    held = held.left_join(ends, held.deal_id == ends.end_id)
    ended = held.closed_at
    if known_at is not None:
        ended = ibis.ifelse(held.later_id.notnull() & held.last_end.notnull(), held.last_end, ended)
    ended = ibis.ifelse(ended <= moment, ended, held.last_end)
    held = held.mutate(
        qualified_at=ibis.ifelse(held.qualified_at <= moment, held.qualified_at, ibis.null("timestamp")),
        closed_at=ibis.ifelse(held.status == "open", ibis.null("timestamp"), ended),
    )
    return _ranked(held, stages).select(*DEALS.names, "category", "lost_reason_id", "kind", "owner_now")


def intervals_until(
    history: ir.Table,
    stages: ir.Table,
    *,
    at: datetime,
    known_at: datetime | None = None,
    merged: ir.Table | None = None,
    qualified: ir.Table | None = None,
) -> ir.Table:
    """Every value a deal had up to a moment: the table INTERVALS, with what a deal has once.

    `known_at`, `merged` and `qualified` are as of `deals_as_of`.
    """
    seen = _told_qualified(_live(_known(history, known_at), merged), qualified)
    moment = _literal(at)
    seen = seen.filter(seen.valid_from <= moment)
    seen = seen.mutate(valid_to=ibis.ifelse(seen.valid_to > moment, ibis.null("timestamp"), seen.valid_to))
    return _ranked(seen, stages).select(
        *INTERVALS.names, "created_at", "qualified_at", "source", "kind", "owner_now"
    )


def _told_qualified(rows: ir.Table, qualified: ir.Table | None) -> ir.Table:
    """With the qualifications that were known, where they differ from those known now."""
    if qualified is None:
        return rows
    told = qualified.select(told_id="deal_id", told_at="qualified_at")
    rows = rows.left_join(told, rows.deal_id == told.told_id)
    return rows.mutate(qualified_at=ibis.ifelse(rows.told_id.notnull(), rows.told_at, rows.qualified_at))


def _known(history: ir.Table, known_at: datetime | None) -> ir.Table:
    """The rows that held as known at a moment, with the ends that were known."""
    if known_at is None:
        return history.filter(history.superseded_at.isnull())
    known = _literal(known_at)
    then = history.filter(
        (history.recorded_at <= known) & (history.superseded_at.isnull() | (history.superseded_at > known))
    )
    end = ibis.ifelse(then.ended_recorded_at > known, ibis.null("timestamp"), then.valid_to)
    return then.mutate(valid_to=end)


def _live(history: ir.Table, merged: ir.Table | None) -> ir.Table:
    if merged is None:
        return history.filter(history.merged_into_id.isnull())
    return history.anti_join(merged.select("deal_id"), "deal_id")


def _learned_after(history: ir.Table, known_at: datetime) -> ir.Table:
    """The deals of whose life something was learned after a moment."""
    known = _literal(known_at)
    later = history.filter(
        (history.recorded_at > known) | (history.ended_recorded_at > known) | (history.superseded_at > known)
    )
    return later.select(later_id="deal_id").distinct()


def _ranked(table: ir.Table, stages: ir.Table) -> ir.Table:
    named = stages.select(of_stage="stage_id", stage_rank="stage_rank", stage_kind="stage_kind")
    found = table.left_join(named, table.stage_id == named.of_stage)
    return found.mutate(
        stage_rank=found.stage_rank.fill_null(0).cast("int64"), stage_kind=found.stage_kind.fill_null("")
    )


def _literal(moment: datetime) -> ir.TimestampScalar:
    return ibis.literal(moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment)
