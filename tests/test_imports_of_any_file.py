"""Whatever a file holds: taking it back leaves what was, twice is once, and a killed run ends like any other."""

import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from django.apps import apps
from django.conf import settings
from django.db import transaction
from hypothesis import HealthCheck, assume, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from siklus.platform.imports import actions
from siklus.platform.imports.actions import map_import, queue_import, run_import, start_import
from siklus.platform.imports.models import ImportBatch
from siklus.platform.imports.undo import undo_import
from siklus.records.contacts.models import Contact
from siklus.records.deals.invariants import check_all
from siklus.records.deals.models import Deal
from siklus.records.fields.actions import add_field
from tests.world import World, day

OURS = ("accounts", "search", "companies", "contacts", "products", "deals", "activities", "fields", "tags")
RANI = "Rani Astuti"
COLUMNS = {
    "Number": "external_id", "Name": "name", "Company": "company", "Person": "contact_name", "Mail": "contact_email",
    "Phone": "contact_phone", "Owner": "owner", "Amount": "amount", "Stage": "stage", "Status": "status",
    "Closed": "closed_at", "Segment": "custom.segment",
}  # fmt: skip
# Few values for each cell, so that rows meet each other and what exists; some of them cannot be read.
ROW = st.fixed_dictionaries(
    {
        "Number": st.sampled_from(["", "A1", "A2", "A3", "A4", "A5", "A6"]),
        "Name": st.sampled_from(["", "Bank Nusa", "Kopi Ranah", "Baja, 40 ton", "Zoë \N{GREEK SMALL LETTER OMEGA}"]),
        "Company": st.sampled_from(["", "PT Bank Nusa Tbk", "bank nusa", "Kopi Ranah"]),
        "Person": st.sampled_from(["", "Hendra", "Sandra"]),
        "Mail": st.sampled_from(["", "hendra@nusa.co.id", "HENDRA@nusa.co.id", "s@kopi.co.id", "not an address"]),
        "Phone": st.sampled_from(["", "0812 3456 7890", "+62 812-3456-7890", "0813 1111 2222", "12"]),
        "Owner": st.sampled_from(["", RANI, "Budi Santoso", "Nobody"]),
        "Amount": st.sampled_from(["", "1000", "250.5", "much"]),
        "Stage": st.sampled_from(["", "Demo", "Kontak", "Nowhere"]),
        "Status": st.sampled_from(["", "", "open", "won", "lost", "strange"]),
        "Closed": st.sampled_from(["", "", "2026-04-20", "2025-01-01"]),
        "Segment": st.sampled_from(["", "Retail", "Bank"]),
    }
)  # fmt: skip
FILES = st.lists(ROW, min_size=1, max_size=12)
KINDS = st.sampled_from(["leads", "deals"])
MODES = st.sampled_from(
    [("create", ""), ("update", "external_id"), ("upsert", "external_id"), ("upsert", "contact")]
)


def contents() -> dict[str, list[Any]]:
    """Every row of every table of ours but the journal and the imports."""
    return {
        model._meta.label: list(model._base_manager.order_by("pk").values_list())
        for label in OURS
        for model in apps.get_app_config(label).get_models()
    }


def told() -> list[Any]:
    """What a run leaves behind, without the numbers and clocks that differ between two runs."""
    deals = Deal.objects.order_by("pk").values_list(
        "name", "external_id", "contact__name", "company__name", "owner", "amount", "stage", "status", "closed_at",
        "custom", "version",
    )  # fmt: skip
    people = Contact.objects.order_by("pk").values_list("name", "email", "phone", "company__name", "version")
    return [list(deals), list(people)]


def file_of(rows: list[dict[str, str]]) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(COLUMNS))
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


SETTINGS = hypothesis_settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture
def met(world: World) -> World:
    """A world with two deals that the file may meet."""
    Path(settings.DATA, "imports").mkdir(exist_ok=True)
    add_field(record_kind="deal", label="Segment", kind="text", by=world.ada, at=day(0))
    first = [
        {"Number": "A1", "Name": "Bank Nusa", "Company": "Bank Nusa", "Mail": "hendra@nusa.co.id", "Owner": RANI},
        {"Number": "A2", "Name": "Kopi Ranah", "Person": "Sandra", "Phone": "0813 1111 2222", "Segment": "Retail"},
    ]  # fmt: skip
    assert bring_in(world, first, "deals", "create", "").created == 2
    return world


@contextmanager
def example() -> Iterator[None]:
    """One file, and then the world is as before."""
    start = transaction.savepoint()
    try:
        yield
    finally:
        transaction.savepoint_rollback(start)


def begin(world: World, rows: list[dict[str, str]], kind: str, mode: str, key: str) -> ImportBatch:
    at = day(60)
    batch = start_import(object_kind=kind, file_name="x.csv", chunks=[file_of(rows)], by=world.ada, at=at)
    mapping = {"columns": {header: {"to": target} for header, target in COLUMNS.items()}}
    batch = map_import(batch=batch, mapping=mapping, mode=mode, key=key, at=at)
    return queue_import(batch=batch, at=at, hand_over=False)


def bring_in(world: World, rows: list[dict[str, str]], kind: str, mode: str, key: str) -> ImportBatch:
    batch = run_import(batch=begin(world, rows, kind, mode, key), at=day(60))
    assert batch.status == "done", batch.message
    counts = (batch.created, batch.updated, batch.unchanged, batch.duplicates, batch.errors)
    assert sum(counts) == len([row for row in rows if any(row.values())])
    return batch


def faults() -> list[str]:
    return [one.first for one in check_all() if one.wrong]


@SETTINGS
@given(FILES, KINDS, MODES)
def test_taking_any_import_back_leaves_every_table_as_it_was(
    met: World, rows: Any, kind: str, how: tuple[str, str]
):
    with example():
        before = contents()
        batch = bring_in(met, rows, kind, *how)
        assert faults() == []
        undo_import(batch=batch, by=met.ada, at=day(61))
        assert contents() == before
        assert faults() == []


@SETTINGS
@given(st.lists(ROW, min_size=1, max_size=8, unique_by=lambda row: row["Number"]))
def test_importing_a_file_twice_by_its_own_numbers_changes_nothing_the_second_time(met: World, rows: Any):
    rows = [row for row in rows if row["Number"]]
    assume(rows)
    with example():
        bring_in(met, rows, "deals", "upsert", "external_id")
        before = contents()
        again = bring_in(met, rows, "deals", "upsert", "external_id")
        assert (again.created, again.updated) == (0, 0)
        assert contents() == before


@SETTINGS
@given(FILES, KINDS, MODES, st.integers(1, 4), st.integers(1, 3))
def test_a_run_that_died_and_went_on_ends_as_one_that_did_not(
    met: World, rows: Any, kind: str, how: tuple[str, str], size: int, lived: int
):
    with patch.object(actions, "CHUNK", size), patch.object(actions, "LARGEST_CHUNK", size):
        with example():
            whole = counted(bring_in(met, rows, kind, *how))
            expected = told()
        with example():
            batch = begin(met, rows, kind, *how)
            with patch.object(actions, "_write_chunk", dying_after(lived)), suppress(Killed):
                run_import(batch=batch, at=day(60))
            batch.refresh_from_db()
            if batch.status == "running":
                ImportBatch.objects.filter(pk=batch.pk).update(heartbeat_at=day(1))
                batch = run_import(batch=batch, at=day(60))
            assert counted(batch) == whole
            assert told() == expected
            assert faults() == []


class Killed(BaseException):
    """The process is no more: nobody catches this."""


def dying_after(chunks: int) -> Any:
    """Writes so many chunks, and dies in the middle of the next one."""
    written = 0
    write = actions._write_chunk

    def chunk(*arguments: Any) -> None:
        nonlocal written
        write(*arguments)
        written += 1
        if written > chunks:
            raise Killed

    return chunk


def counted(batch: ImportBatch) -> tuple[Any, ...]:
    batch = ImportBatch.objects.get(pk=batch.pk)
    problems = list(batch.problems.values_list("row", "outcome", "column", "cells"))
    return (
        batch.status, batch.rows_done, batch.created, batch.updated, batch.unchanged, batch.duplicates, batch.errors,
        problems,
    )  # fmt: skip
