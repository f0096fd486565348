"""Writing the mirror: follow the journal, read what changed, write it beside the rest, and now and then put it in."""

import secrets
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from django.db import connection, transaction
from django.db.models import Max, QuerySet

from siklus.analytics.schemas import ACTIVITIES, HISTORY
from siklus.insight.columns import columns_of, kinds_of
from siklus.insight.mirror.state import TABLES, State, alone, folder, load, replace, store, sweep
from siklus.platform.installation.models import Installation
from siklus.platform.journal.changes import changes_after
from siklus.platform.journal.queries import head
from siklus.records.activities.models import Activity
from siklus.records.deals.models import DealInterval

BUCKET = 65_536  # neighbouring ids in one file
MANY = 20_000  # changed records beside the buckets; beyond, they are put into them
WAIT = 5.0  # seconds for another process that writes
PATIENCE = 900.0  # seconds for which a missing entry may still come
CHUNK = 500  # ids in one question
MERGES = {"deal.merged", "deal.unmerged"}

SCHEMAS = {"history": HISTORY, "activities": ACTIVITIES}
KEYS = {"history": "deal_id", "activities": "activity_id"}
KINDS = {"history": "deal", "activities": "activity"}
OF_THE_DEAL = ("kind", "source", "created_at", "qualified_at", "closed_at", "merged_into_id")
PATHS = {
    "history": {
        "interval_id": "id", "amount": "amount_base", "owner_now": "deal__owner_id",
        **{name: f"deal__{name}" for name in OF_THE_DEAL},
    },
    "activities": {"activity_id": "id"},
}  # fmt: skip
ORDER = {
    "history": [("deal_id", "ascending"), ("valid_from", "ascending"), ("interval_id", "ascending")],
    "activities": [("activity_id", "ascending")],
}


def refresh(*, wait: float | None = None) -> State | None:
    """Bring the mirror to what the database holds now, or give what there is when another process takes longer."""
    mark = _mark()
    with alone(wait=WAIT if wait is None else wait) as ours:
        state = load(mark)
        if state is not None and head() < state.head:  # an older copy of the database was put in place
            state = None
        if not ours:
            return state
        if state is None:
            state = _anew(mark)
            store(state)
            sweep(state)
            return state
        if not is_behind(state):
            return state
        followed = _follow(state)
        if followed is not state:
            store(followed)
            sweep(followed)
        return followed


class Follower:
    """Keeps the mirror up to date, a moment after something was recorded: a round of the worker."""

    def __init__(self, *, pause: float = 2.0) -> None:
        self.pause = pause
        self._looked_at = 0.0

    def __call__(self) -> int:
        if time.monotonic() - self._looked_at >= self.pause and Installation.objects.exists():
            refresh(wait=0)
            self._looked_at = time.monotonic()
        return 0  # nothing that would make the worker look again at once


def is_behind(state: State) -> bool:
    """Is something recorded that the mirror does not hold? One small question."""
    return bool(state.missing) or head() > state.head


def _mark() -> str:
    """What tells this database from another one that was put in its place."""
    founded: datetime = Installation.objects.values_list("created_at", flat=True).get(pk=1)
    return f"{founded.isoformat()} {connection.vendor}"


def _follow(state: State) -> State:
    ranges, now = [(first, last) for first, last, _at in state.missing], time.time()
    with _snapshot():
        new = changes_after(state.head, missing=ranges, kinds=("deal", "activity"))
        if "import.undone" in new.names:  # what it removed is told by no entry of its own
            return _anew(state.mark)
        if new.head == state.head and not state.missing:
            return state
        ids = {"deal": new.ids["deal"], "activity": new.ids["activity"]}
        if new.names & MERGES and ids["deal"]:
            ids["activity"] |= _activities_of(ids["deal"])
        read = {table: _rows(table, ids[KINDS[table]]) for table in TABLES}
    still = [(*gap, _since(gap, state, now)) for gap in new.missing]
    followed = replace(state, head=new.head, missing=[one for one in still if one[2] > now - PATIENCE])
    for table, rows in read.items():
        followed = _beside(followed, table, rows, ids[KINDS[table]])
    return followed


def _since(gap: tuple[int, int], state: State, now: float) -> float:
    """When the range that this gap is a part of was first seen."""
    return min((at for first, last, at in state.missing if first <= gap[0] and gap[1] <= last), default=now)


def _activities_of(deals: set[int]) -> set[int]:
    found: set[int] = set()
    for some in _chunks(deals):
        found |= set(Activity.objects.filter(deal_id__in=some).values_list("id", flat=True))
    return found


def _anew(mark: str) -> State:
    """Every bucket from the database."""
    state = State(mark=mark)
    with _snapshot():
        last_entry = head()
        for table in TABLES:
            last = _model(table)._base_manager.aggregate(last=Max(_key_path(table)))["last"] or 0
            buckets = {}
            for bucket in range(last // BUCKET + 1):
                path, first = _key_path(table), bucket * BUCKET
                span = {f"{path}__gte": first, f"{path}__lt": first + BUCKET}
                rows = _read(table, _wanted(table).filter(**span))
                if rows.num_rows:
                    buckets[bucket] = _write(table, rows)
            state.base[table] = buckets
    return replace(state, head=last_entry)


def _beside(state: State, table: str, rows: pa.Table, ids: set[int]) -> State:
    """The state with these records as they are now: in the file of fresh rows, or, when those are many, in the buckets."""
    if not ids:
        return state
    changed = pa.array(sorted(ids), pa.int64())
    key = KEYS[table]
    if table in state.fresh:
        old = pq.read_table(folder() / state.fresh[table])
        rows = pa.concat_tables([_without(old, key, changed), rows])
        known = pq.read_table(folder() / state.fresh[f"{table} ids"])[key].combine_chunks()
        changed = pa.concat_arrays([known.filter(pc.invert(pc.is_in(known, value_set=changed))), changed])
    if len(changed) > MANY:
        return _put_in(state, table, rows, changed)
    fresh = {
        **state.fresh,
        table: _write(table, rows),
        f"{table} ids": _write(table, pa.table({key: changed}), ordered=False),
    }
    return replace(state, fresh=fresh)


def _put_in(state: State, table: str, rows: pa.Table, changed: pa.Array) -> State:
    """Write the buckets anew that hold changed records."""
    key = KEYS[table]
    buckets = dict(state.base.get(table, {}))
    for bucket in sorted({one // BUCKET for one in changed.to_pylist()}):
        span = pc.and_(
            pc.greater_equal(rows[key], bucket * BUCKET), pc.less(rows[key], (bucket + 1) * BUCKET)
        )
        parts = [rows.filter(span)]
        if bucket in buckets:
            parts.append(_without(pq.read_table(folder() / buckets[bucket]), key, changed))
        whole = pa.concat_tables(parts)
        if whole.num_rows:
            buckets[bucket] = _write(table, whole)
        else:
            buckets.pop(bucket, None)
    fresh = {name: file for name, file in state.fresh.items() if name.removesuffix(" ids") != table}
    return replace(state, base={**state.base, table: buckets}, fresh=fresh)


def put_all_in(state: State) -> State:
    """Everything in its bucket: the same files as a mirror made anew."""
    for table in TABLES:
        if table in state.fresh:
            rows = pq.read_table(folder() / state.fresh[table])
            ids = pq.read_table(folder() / state.fresh[f"{table} ids"])[KEYS[table]].combine_chunks()
            state = _put_in(state, table, rows, ids)
    return state


def _without(rows: pa.Table, key: str, ids: pa.Array) -> pa.Table:
    return rows.filter(pc.invert(pc.is_in(rows[key], value_set=ids)))


def _write(table: str, rows: pa.Table, *, ordered: bool = True) -> str:
    name = f"{table}-{secrets.token_hex(8)}.parquet"
    if ordered:
        rows = rows.sort_by(ORDER[table])
    pq.write_table(rows, folder() / name, compression="zstd", row_group_size=131_072)
    return name


def _model(table: str) -> Any:
    return DealInterval if table == "history" else Activity


def _key_path(table: str) -> str:
    return PATHS[table].get(KEYS[table], KEYS[table])


def _wanted(table: str) -> QuerySet[Any]:
    rows: QuerySet[Any] = _model(table)._base_manager.order_by()
    return rows.filter(done_at__isnull=False) if table == "activities" else rows


def _rows(table: str, ids: set[int]) -> pa.Table:
    """The rows of these records, read from the database."""
    parts = [
        _read(table, _wanted(table).filter(**{f"{_key_path(table)}__in": some})) for some in _chunks(ids)
    ]
    return pa.concat_tables(parts) if parts else _read(table, _wanted(table).none())


def _chunks(ids: Iterable[int]) -> Iterator[list[int]]:
    ordered = sorted(ids)
    for start in range(0, len(ordered), CHUNK):
        yield ordered[start : start + CHUNK]


def _read(table: str, rows: QuerySet[Any]) -> pa.Table:
    kinds, paths = kinds_of(SCHEMAS[table]), PATHS[table]
    wanted = [(paths.get(name, name), kind) for name, kind in kinds.items()]
    if table == "history":
        wanted.append(("amount", kinds["amount"]))
    arrays = columns_of(rows, wanted)
    found = dict(zip(kinds, arrays, strict=False))
    if table == "history":  # in the installation's currency; unknown where no amount was given
        asked = pc.is_null(arrays[-1])
        found["amount"] = pc.if_else(asked, pa.scalar(None, kinds["amount"]), found["amount"])
    return pa.table({name: _plain(column) for name, column in found.items()})


def _plain(column: Any) -> Any:
    """Moments without a zone, in UTC: what the library's tables hold."""
    return column.cast(pa.timestamp("us")) if pa.types.is_timestamp(column.type) else column


@contextmanager
def _snapshot() -> Iterator[None]:
    """Read every table as of one moment, without stopping writers."""
    if connection.in_atomic_block:
        yield
        return
    if connection.vendor == "sqlite":  # Django's own transactions begin as writers here
        with connection.cursor() as cursor:
            cursor.execute("BEGIN DEFERRED")
            try:
                yield
            finally:
                cursor.execute("COMMIT")
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield
