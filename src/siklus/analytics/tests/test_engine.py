import ast
import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pyarrow as pa
import pytest

import siklus.analytics
from siklus.analytics import engine
from siklus.analytics.definitions import DEFINITIONS
from siklus.analytics.schemas import DEALS, SchemaError, check
from siklus.analytics.tests.tables import deal, deals


@pytest.fixture
def con():
    return engine.connect(threads=1)


def test_moments_with_a_zone_become_plain_moments_in_utc(con):
    noon = datetime(2026, 1, 1, 12, tzinfo=timezone(timedelta(hours=7)))
    table = pa.table({"at": pa.array([noon], pa.timestamp("ms", "Asia/Jakarta"))})
    assert engine.from_arrow(con, 'a "name"', table).to_pyarrow().to_pylist() == [
        {"at": noon.astimezone(UTC).replace(tzinfo=None)}
    ]


def test_a_table_is_replaced_by_the_next_of_its_name(con):
    engine.from_arrow(con, "t", pa.table({"a": [1]}))
    assert engine.from_arrow(con, "t", pa.table({"b": [2]})).to_pyarrow().to_pylist() == [{"b": 2}]


def test_a_fitting_table_passes_the_check(con):
    table = engine.from_arrow(con, "deals", deals([deal(1, "open", "2026-01-01")]))
    assert check(table, DEALS) is table


def test_a_missing_and_an_ill_typed_column_are_named(con):
    table = engine.from_arrow(con, "deals", deals([]))
    with pytest.raises(SchemaError, match="column 'amount' is missing, wanted decimal"):
        check(table.drop("amount"), DEALS)
    with pytest.raises(SchemaError) as told:
        check(table.mutate(status=table.deal_id), DEALS)
    assert (told.value.column, told.value.wanted, told.value.found) == ("status", "string", "int64")


def test_the_library_imports_neither_django_nor_the_rest_of_the_house():
    code = (
        "import sys, siklus.analytics.kpis, siklus.analytics.engine, siklus.analytics.schemas;"
        "print([m for m in sys.modules if m.split('.')[0] in ('django', 'scipy', 'sklearn')])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip() == "[]"
    for path in Path(siklus.analytics.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("siklus"):
                assert node.module.startswith("siklus.analytics")


def test_every_figure_is_defined_in_words():
    for name, known in DEFINITIONS.items():
        assert name == known.name
        assert known.version >= 1
        assert known.unit in {"ratio", "money", "days", "deals", "activities"}
        assert known.title and known.formula and known.definition.endswith(".")
