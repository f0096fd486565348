"""Records and history as the tables of `siklus.analytics`, seen at a moment and known at a moment."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pyarrow as pa
from django.db.models import Max, Q
from ibis.formats.pyarrow import PyArrowSchema

from siklus.analytics.schemas import ACTIVITIES, DEALS, INTERVALS
from siklus.records.activities.models import Activity
from siklus.records.deals.history import as_of, merged_away
from siklus.records.deals.models import DealInterval, Stage, StageVersion, Status


def stages_at(moment: datetime) -> dict[int, tuple[int, str]]:
    """Rank and kind of every stage as they were defined at a moment; before a stage's first day, as on it."""
    known = {stage.pk: (stage.position, stage.kind) for stage in Stage.objects.all()}
    first: dict[int, tuple[int, str]] = {}
    then: dict[int, tuple[int, str]] = {}
    for version in StageVersion.objects.order_by("stage_id", "valid_from"):
        first.setdefault(version.stage_id, (version.position, version.kind))
        if version.valid_from <= moment:
            then[version.stage_id] = (version.position, version.kind)
    return {**known, **first, **then}


INTERVAL_COLUMNS = (
    "deal_id", "pipeline_id", "stage_id", "owner_id", "team_id", "status", "expected_close_date", "amount_base",
    "probability", "amount", "deal__source", "deal__created_at", "deal__qualified_at", "deal__closed_at",
)  # fmt: skip


def deals_at(moment: datetime, *, where: Q | None = None, known_at: datetime | None = None) -> pa.Table:
    """Every deal as it was at a moment: the table DEALS.

    `where` narrows by the values of that time: conditions on the columns of DealInterval, and `deal__…`.
    """
    rows = as_of(moment, known_at=known_at)
    if where is not None:
        rows = rows.filter(where)
    stages = stages_at(moment)
    found = list(rows.values_list(*INTERVAL_COLUMNS))
    reopened = [row[0] for row in found if row[5] != Status.OPEN and (row[13] is None or row[13] > moment)]
    ended = _ends_before(moment, reopened)
    columns: dict[str, list[Any]] = {name: [] for name in DEALS.names}
    for row in found:
        deal_id, pipeline, stage, owner, team, status, expected, base, probability, amount = row[:10]
        source, created_at, qualified_at, closed_at = row[10:]
        rank, kind = stages.get(stage, (0, ""))
        if status == Status.OPEN:
            closed_at = None
        elif closed_at is None or closed_at > moment:
            closed_at = ended.get(deal_id)
        values = (
            deal_id, pipeline, stage, rank, kind, owner, team, source, status, created_at,
            qualified_at if qualified_at and qualified_at <= moment else None,
            closed_at, expected, None if amount is None else base, probability,
        )  # fmt: skip
        for name, value in zip(DEALS.names, values, strict=True):
            columns[name].append(value)
    return _arrow(columns, DEALS)


def _ends_before(moment: datetime, deals: Sequence[int]) -> dict[int, datetime]:
    """When deals that were reopened later had ended: the end of their last open interval before the moment."""
    ended: dict[int, datetime] = {}
    for start in range(0, len(deals), 500):
        rows = (
            DealInterval.objects.filter(
                deal_id__in=deals[start : start + 500],
                status=Status.OPEN,
                valid_to__lte=moment,
                superseded_at=None,
            )
            .values("deal_id")
            .annotate(end=Max("valid_to"))
        )
        ended |= {row["deal_id"]: row["end"] for row in rows}
    return ended


def intervals_until(moment: datetime, *, where: Q | None = None) -> pa.Table:
    """The history of every deal up to a moment: the table INTERVALS."""
    rows = DealInterval.objects.filter(valid_from__lte=moment, superseded_at=None)
    rows = rows.exclude(deal_id__in=merged_away())
    if where is not None:
        rows = rows.filter(where)
    stages = stages_at(moment)
    names = [name if name != "amount" else "amount_base" for name in INTERVALS.names if name != "stage_rank"]
    columns: dict[str, list[Any]] = {name: [] for name in INTERVALS.names}
    for row in rows.order_by("deal_id", "valid_from", "id").values_list(*names):
        values = dict(zip(names, row, strict=True))
        values["amount"] = values.pop("amount_base")
        values["stage_rank"] = stages.get(values["stage_id"], (0, ""))[0]
        if values["valid_to"] is not None and values["valid_to"] > moment:
            values["valid_to"] = None
        for name in INTERVALS.names:
            columns[name].append(values[name])
    return _arrow(columns, INTERVALS)


def activities_between(start: datetime, end: datetime, *, where: Q | None = None) -> pa.Table:
    """What was done in a window: the table ACTIVITIES."""
    rows = Activity.objects.filter(done_at__gte=start, done_at__lt=end)
    if where is not None:
        rows = rows.filter(where)
    found = rows.values_list("id", "owner_id", "kind", "done_at", "deal_id")
    columns = dict(zip(ACTIVITIES.names, ([row[place] for row in found] for place in range(5)), strict=True))
    return _arrow(columns, ACTIVITIES)


def _arrow(columns: dict[str, list[Any]], schema: Any) -> pa.Table:
    wanted = PyArrowSchema.from_ibis(schema)
    arrays = []
    for field in wanted:
        kind = pa.timestamp("us", "UTC") if pa.types.is_timestamp(field.type) else field.type
        arrays.append(pa.array(columns[field.name], type=kind))
    return pa.table(arrays, names=wanted.names)
