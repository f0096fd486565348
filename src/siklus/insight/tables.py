"""Records and history as the tables of `siklus.analytics`, seen at a moment and known at a moment."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from django.db.models import Max, Q
from ibis.formats.pyarrow import PyArrowSchema

from siklus.analytics.schemas import ACTIVITIES, DEALS, INTERVALS
from siklus.insight.columns import MOMENT, columns_of, looked_up
from siklus.records.activities.models import Activity
from siklus.records.deals.history import as_of, merged_away, qualified_as_known
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


PATHS = {"amount": "amount_base", "source": "deal__source", "created_at": "deal__created_at",
         "qualified_at": "deal__qualified_at", "closed_at": "deal__closed_at"}  # fmt: skip


def deals_at(moment: datetime, *, where: Q | None = None, known_at: datetime | None = None) -> pa.Table:
    """Every deal as it was at a moment: the table DEALS.

    `where` narrows by the values of that time: conditions on the columns of DealInterval, and `deal__…`.
    """
    rows = as_of(moment, known_at=known_at)
    if where is not None:
        rows = rows.filter(where)
    kinds = _kinds(DEALS)
    read = [name for name in DEALS.names if name not in {"stage_rank", "stage_kind"}]
    paths = [(PATHS.get(name, name), kinds[name]) for name in read]
    *arrays, asked = columns_of(rows, [*paths, ("amount", kinds["amount"])])
    found = dict(zip(read, arrays, strict=True))
    now = pa.scalar(moment, MOMENT)
    stages = stages_at(moment)
    ranks = {key: rank for key, (rank, _kind) in stages.items()}
    stage_kinds = {key: kind for key, (_rank, kind) in stages.items()}
    found["stage_rank"] = looked_up(found["stage_id"], ranks, 0, kinds["stage_rank"])
    found["stage_kind"] = looked_up(found["stage_id"], stage_kinds, "", kinds["stage_kind"])
    found["amount"] = _blank(found["amount"], pc.is_null(asked))
    is_open = pc.equal(found["status"], str(Status.OPEN))
    if known_at is not None:
        qualified = qualified_as_known(known_at)
        found["qualified_at"] = _instead(found["qualified_at"], found["deal_id"], qualified)
        ended = _ended_as_known(moment, known_at, found["deal_id"].filter(pc.invert(is_open)).to_pylist())
        found["closed_at"] = _instead(found["closed_at"], found["deal_id"], ended)
    found["qualified_at"] = _blank(found["qualified_at"], pc.greater(found["qualified_at"], now))
    closed = _blank(found["closed_at"], pc.or_(is_open, pc.greater(found["closed_at"], now).fill_null(False)))
    reopened = pc.and_(pc.invert(is_open), pc.is_null(closed))
    found["closed_at"] = closed
    if pc.any(reopened).as_py():
        ended = _ends_before(moment, found["deal_id"].filter(reopened).to_pylist(), known_at=known_at)
        ends = looked_up(found["deal_id"], ended, None, MOMENT)
        found["closed_at"] = pc.if_else(reopened, ends, closed)
    return _table(found, DEALS)


def _blank(values: Any, unwanted: Any) -> Any:
    """The values, unknown where they are unwanted."""
    return pc.if_else(unwanted.fill_null(False), pa.scalar(None, values.type), values)


def _instead(values: Any, keys: Any, known: Mapping[int, Any]) -> Any:
    """The values, and for the keys that stand in `known` what stands there."""
    if not known:
        return values
    told = pc.is_in(keys, value_set=pa.array(list(known), keys.type))
    return pc.if_else(told, looked_up(keys, dict(known), None, values.type), values)


def _ended_as_known(moment: datetime, known_at: datetime, closed: Sequence[int]) -> dict[int, datetime]:
    """When closed deals had ended as we knew it then: those of whose life we learned something since."""
    since = Q(recorded_at__gt=known_at) | Q(ended_recorded_at__gt=known_at) | Q(superseded_at__gt=known_at)
    changed = set(DealInterval.objects.filter(since).values_list("deal_id", flat=True))
    return _ends_before(moment, [one for one in closed if one in changed], known_at=known_at)


def _ends_before(
    moment: datetime, deals: Sequence[int], *, known_at: datetime | None = None
) -> dict[int, datetime]:
    """When deals that were reopened later had ended: the end of their last open interval before the moment."""
    known = Q(superseded_at=None)
    if known_at is not None:
        known = Q(known | Q(superseded_at__gt=known_at), ended_recorded_at__lte=known_at)
    ended: dict[int, datetime] = {}
    for start in range(0, len(deals), 500):
        rows = (
            DealInterval.objects.filter(
                known,
                deal_id__in=deals[start : start + 500],
                status=Status.OPEN,
                valid_to__lte=moment,
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
    kinds = _kinds(INTERVALS)
    read = [name for name in INTERVALS.names if name != "stage_rank"]
    ordered = rows.order_by("deal_id", "valid_from", "id")
    arrays = columns_of(ordered, [(PATHS.get(name, name), kinds[name]) for name in read])
    found = dict(zip(read, arrays, strict=True))
    ranks = {key: rank for key, (rank, _kind) in stages_at(moment).items()}
    found["stage_rank"] = looked_up(found["stage_id"], ranks, 0, kinds["stage_rank"])
    later = pc.greater(found["valid_to"], pa.scalar(moment, MOMENT))
    found["valid_to"] = _blank(found["valid_to"], later)
    return _table(found, INTERVALS)


def activities_between(start: datetime, end: datetime, *, where: Q | None = None) -> pa.Table:
    """What was done in a window: the table ACTIVITIES."""
    rows = Activity.objects.filter(done_at__gte=start, done_at__lt=end)
    if where is not None:
        rows = rows.filter(where)
    paths = ("id", "owner_id", "kind", "done_at", "deal_id")
    kinds = _kinds(ACTIVITIES)
    arrays = columns_of(rows, list(zip(paths, kinds.values(), strict=True)))
    return _table(dict(zip(ACTIVITIES.names, arrays, strict=True)), ACTIVITIES)


def _kinds(schema: Any) -> dict[str, pa.DataType]:
    """The Arrow type of each column; moments stand in UTC."""
    wanted = PyArrowSchema.from_ibis(schema)
    return {field.name: MOMENT if pa.types.is_timestamp(field.type) else field.type for field in wanted}


def _table(columns: dict[str, Any], schema: Any) -> pa.Table:
    return pa.table({name: columns[name] for name in schema.names})
