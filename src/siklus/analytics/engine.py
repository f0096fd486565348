"""An in-memory DuckDB that Ibis speaks to."""

import ibis
import ibis.expr.types as ir
import pyarrow as pa
from ibis.backends.duckdb import Backend


def connect(*, threads: int = 2, memory_limit: str = "512MB") -> Backend:
    """Open an empty in-memory database that neither loads extensions nor reaches for the network."""
    return ibis.duckdb.connect(
        threads=threads,
        memory_limit=memory_limit,
        autoinstall_known_extensions=False,
        autoload_known_extensions=False,
    )


def from_arrow(con: Backend, name: str, table: pa.Table) -> ir.Table:
    """Put an Arrow table into the database; moments with a zone become plain moments in UTC."""
    columns = []
    for column in table.columns:
        if pa.types.is_timestamp(column.type):
            column = column.cast(pa.timestamp("us", column.type.tz)).cast(pa.timestamp("us"))
        columns.append(column)
    quoted = '"' + name.replace('"', '""') + '"'
    con.con.register("arrow_in", pa.table(columns, names=table.column_names))
    try:  # straight through DuckDB: Ibis ends its own way with a statement that DuckDB 2 refuses
        con.con.execute(f"CREATE OR REPLACE TABLE {quoted} AS SELECT * FROM arrow_in")  # noqa: S608
    finally:
        con.con.unregister("arrow_in")
    return con.table(name)


def keep(con: Backend, name: str, table: ir.Table) -> ir.Table:
    """Work a table out once and keep its rows in the database."""
    quoted = '"' + name.replace('"', '""') + '"'
    con.con.execute(f"CREATE OR REPLACE TABLE {quoted} AS {ibis.to_sql(table, dialect='duckdb')}")
    return con.table(name)
