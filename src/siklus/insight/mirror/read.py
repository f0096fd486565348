"""The mirror as tables for `siklus.analytics`, in a DuckDB of its own for each question."""

from datetime import datetime

import ibis.expr.types as ir
import pyarrow as pa
from ibis.backends.duckdb import Backend

from siklus.analytics import engine
from siklus.analytics.schemas import STAGES
from siklus.insight.columns import kinds_of
from siklus.insight.mirror.keep import KEYS, SCHEMAS, refresh
from siklus.insight.mirror.state import TABLES, State, folder
from siklus.records.deals.models import Stage, StageVersion


class MirrorBusy(RuntimeError):
    """The mirror is being made for the first time by another process; the question can be asked again soon."""


class Mirror:
    """History and activities at one state of the files.

    Attributes
    ----------
    head : the last entry of the journal that is in it
    con : an in-memory database of this object alone
    history, activities : HISTORY and ACTIVITIES
    """

    def __init__(self, state: State) -> None:
        self.state, self.head = state, state.head
        self.con: Backend = engine.connect()
        for table in TABLES:
            self.con.con.execute(f"CREATE VIEW {table} AS {_statement(state, table)}")
        self.history, self.activities = (self.con.table(table) for table in TABLES)

    def stages(self, moment: datetime) -> ir.Table:
        """STAGES as they were defined at a moment."""
        known = stages_at(moment)
        rows = [(key, rank, kind) for key, (rank, kind) in known.items()]
        columns = list(zip(*rows, strict=True)) or [(), (), ()]
        kinds = kinds_of(STAGES)
        table = pa.table(
            {
                name: pa.array(values, kind)
                for (name, kind), values in zip(kinds.items(), columns, strict=True)
            }
        )
        return engine.from_arrow(self.con, "stages", table)

    def made(self, name: str, table: ir.Table) -> ir.Table:
        """A table worked out once, for the questions that follow."""
        return engine.keep(self.con, name, table)


def current_mirror() -> Mirror:
    """The mirror with everything recorded until now. Raises MirrorBusy."""
    state = refresh()
    if state is None:
        raise MirrorBusy
    return Mirror(state)


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


def _statement(state: State, table: str) -> str:
    """The rows of the buckets, but of changed records those that stand beside them."""
    names = ", ".join(f'"{name}"' for name in SCHEMAS[table].names)
    base = [state.base.get(table, {})[bucket] for bucket in sorted(state.base.get(table, {}))]
    parts = []
    if base:
        rows = f"SELECT {names} FROM read_parquet({_listed(base)})"  # noqa: S608
        if table in state.fresh:
            changed = _listed([state.fresh[f"{table} ids"]])
            rows += f" WHERE {KEYS[table]} NOT IN (SELECT {KEYS[table]} FROM read_parquet({changed}))"  # noqa: S608
        parts.append(rows)
    if table in state.fresh:
        parts.append(f"SELECT {names} FROM read_parquet({_listed([state.fresh[table]])})")  # noqa: S608
    if not parts:
        empty = ", ".join(
            f'CAST(NULL AS {_duckdb(kind)}) AS "{name}"' for name, kind in kinds_of(SCHEMAS[table]).items()
        )
        parts.append(f"SELECT {empty} WHERE FALSE")
    return " UNION ALL ".join(parts)


def _listed(names: list[str]) -> str:
    return "[" + ", ".join("'" + str(folder() / name).replace("'", "''") + "'" for name in names) + "]"


def _duckdb(kind: pa.DataType) -> str:
    if pa.types.is_decimal(kind):
        return f"DECIMAL({kind.precision}, {kind.scale})"
    if pa.types.is_timestamp(kind):
        return "TIMESTAMP"
    if pa.types.is_date(kind):
        return "DATE"
    return "BIGINT" if pa.types.is_integer(kind) else "VARCHAR"
