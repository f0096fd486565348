"""Bringing a file in: start, check, run. Undo stands in undo.py."""

import json
import logging
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from siklus.platform.accounts.models import User
from siklus.platform.files.store import keep, path_of
from siklus.platform.imports.facts import ImportFinished, ImportStarted
from siklus.platform.imports.importer import Context, Importer, Plan, Row, importer_for
from siklus.platform.imports.mapping import (
    MappingError,
    MappingFile,
    Target,
    check_mapping,
    guess_mapping,
    read_mapping,
    signature,
)
from siklus.platform.imports.messages import explain
from siklus.platform.imports.models import (
    BatchStatus,
    ImportBatch,
    ImportChunk,
    ImportProblem,
    Mode,
    RememberedMapping,
)
from siklus.platform.imports.parse import column_readers, rows_of
from siklus.platform.imports.readers import ReadError, TableFile, open_table
from siklus.platform.installation.current import current
from siklus.platform.journal.record import record, through
from siklus.platform.search.index import settle_words
from siklus.platform.tables.bulk import Collector, heavy_writing, refresh_statistics

logger = logging.getLogger(__name__)
CHUNK, LARGEST_CHUNK = 2000, 10_000
LARGEST = 1024 * 1024 * 1024
STALE = timedelta(minutes=2)


class ImportRefused(ValueError):
    """The file or mapping cannot be imported; the text says why and where."""


def start_import(
    *, object_kind: str, file_name: str, chunks: Iterable[bytes], by: User, at: datetime
) -> ImportBatch:
    """Keep an uploaded file, read its columns, and propose where they go."""
    try:
        importer = importer_for(object_kind)
    except KeyError as error:
        raise ImportRefused(_("“%(kind)s” cannot be imported.") % {"kind": object_kind}) from error
    digest, _size = keep(chunks, largest=LARGEST)
    try:
        table = open_table(path_of(digest))
    except ReadError as error:
        raise ImportRefused(explain(error)) from error
    batch = ImportBatch.objects.create(
        object_kind=object_kind,
        file_name=Path(file_name).name[:250],
        digest=digest,
        suffix=Path(file_name).suffix[:8],
        headers=table.headers,
        mapping=proposed_mapping(importer, table.headers),
        by=by,
        created_at=at,
    )
    return batch


def proposed_mapping(importer: Importer, headers: list[str]) -> dict[str, Any]:
    """The mapping used last for a file of this shape, or else a guess from the names of the columns."""
    remembered = (
        RememberedMapping.objects.filter(object_kind=importer.kind, signature=signature(headers))
        .order_by("-used_at")
        .first()
    )
    if remembered is not None:
        return remembered.mapping
    targets = [Target(one.key, str(one.label), one.aliases) for one in importer.targets()]
    guesses = guess_mapping(headers, targets)
    return {
        "object": importer.kind,
        "columns": {guess.header: {"to": guess.target} for guess in guesses if guess.target},
    }


@transaction.atomic
def map_import(
    *,
    batch: ImportBatch,
    mapping: dict[str, Any],
    mode: str = Mode.CREATE,
    key: str = "",
    is_history: bool = False,
    at: datetime,
    remember_as: str = "",
) -> ImportBatch:
    """Say where the columns go and what happens to records that exist. Refuses a mapping that does not fit."""
    batch = ImportBatch.objects.select_for_update().get(pk=batch.pk)
    if batch.status not in {BatchStatus.UPLOADED, BatchStatus.CHECKED}:
        raise ImportRefused(_("This import has begun; its mapping cannot be changed any more."))
    importer = importer_for(batch.object_kind)
    if mapping.get("options", {}).get("create_fields") and batch.by is not None:
        wanted = {
            column["to"].removeprefix("custom."): header
            for header, column in mapping.get("columns", {}).items()
            if isinstance(column, dict) and str(column.get("to", "")).startswith("custom.")
        }
        importer.add_fields(wanted, by=batch.by, at=at)
    checked = _checked_mapping({**mapping, "object": batch.object_kind}, batch.headers, importer)
    if mode not in Mode.values:
        raise ImportRefused(_("Choose whether to create, to update or both."))
    if key and key not in dict(importer.keys):
        raise ImportRefused(_("Records cannot be matched by “%(key)s”.") % {"key": key})
    if mode != Mode.CREATE and not key:
        key = importer.keys[0][0]
    mapped = {column.to for column in checked.columns.values()} | set(checked.constants)
    for target in importer.targets():
        if target.is_required and target.key not in mapped and mode != Mode.UPDATE:
            raise ImportRefused(_("Choose the column for “%(field)s”.") % {"field": target.label})
    batch.mapping = {**mapping, "object": batch.object_kind}
    batch.mode, batch.key, batch.is_history = mode, key, is_history
    batch.status = BatchStatus.UPLOADED
    batch.save()
    if remember_as.strip():
        RememberedMapping.objects.update_or_create(
            object_kind=batch.object_kind,
            name=remember_as.strip()[:120],
            defaults={"signature": signature(batch.headers), "mapping": batch.mapping, "used_at": at},
        )
    return batch


def _checked_mapping(document: dict[str, Any], headers: list[str], importer: Importer) -> MappingFile:
    try:
        mapping = read_mapping(document)
    except MappingError as error:
        raise ImportRefused(explain(error)) from error
    targets = [Target(one.key, str(one.label), one.aliases) for one in importer.targets()]
    problems = check_mapping(mapping, headers, targets)
    if problems:
        raise ImportRefused(" ".join(explain(problem) for problem in problems))
    return mapping


# Reading


class Reading:
    """A batch opened for reading: its rows in chunks, planned."""

    def __init__(self, batch: ImportBatch, *, at: datetime, is_dry: bool) -> None:
        self.batch = batch
        self.importer = importer_for(batch.object_kind)
        mapping = _checked_mapping(batch.mapping, batch.headers, self.importer)
        try:
            self.table: TableFile = open_table(path_of(batch.digest))
        except ReadError as error:
            raise ImportRefused(explain(error)) from error
        targets = {target.key: target for target in self.importer.targets()}
        self.readers = column_readers(self.table, mapping, targets, current().time_zone)
        self.constants = dict(mapping.constants)
        assert batch.by is not None
        self.context = Context(batch, batch.by, at, dict(mapping.options), is_dry=is_dry)
        self.importer.prepare(self.context, [*(column.target for column in self.readers), *self.constants])

    def chunks(self, *, skip: int = 0) -> Iterator[list[tuple[Row, list[str]]]]:
        """Chunks of rows with their cells, after the first `skip` rows; larger ones the longer the file."""
        rows = islice(rows_of(self.table, self.readers, self.constants), skip, None)
        done = skip
        while chunk := list(islice(rows, min(CHUNK + done // 4, LARGEST_CHUNK))):
            done += len(chunk)
            yield chunk

    def plan(self, chunk: list[tuple[Row, list[str]]]) -> list[Plan]:
        """What will happen to each row of a chunk, in the order of the file."""
        broken = {
            row.number: Plan(row, "error", row.problem, row.column) for row, _cells in chunk if row.problem
        }
        good = self.importer.plan([row for row, _cells in chunk if not row.problem], self.context)
        planned = {plan.row.number: plan for plan in good}
        return [broken.get(row.number) or planned[row.number] for row, _cells in chunk]


def report_path(batch: ImportBatch) -> Path:
    """Where the dry run wrote what will happen to every row, one JSON line each."""
    folder = Path(settings.DATA) / "imports"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"{batch.pk}.check.jsonl"


def check_import(*, batch: ImportBatch, at: datetime) -> ImportBatch:
    """The dry run: decide for every row what would happen, and write nothing but that."""
    counts = dict.fromkeys(("create", "update", "unchanged", "duplicate", "error"), 0)
    total = 0
    with override(batch.by.language if batch.by else "en"):
        reading = Reading(batch, at=at, is_dry=True)
        try:
            with report_path(batch).open("w", encoding="utf-8") as report:
                for chunk in reading.chunks():
                    plans = reading.plan(chunk)
                    for plan, (_row, cells) in zip(plans, chunk, strict=True):
                        counts[plan.outcome] += 1
                        line = [plan.row.number, plan.outcome, plan.message, plan.column, plan.match_id,
                                plan.match_title, cells]  # fmt: skip
                        report.write(json.dumps(line, ensure_ascii=False) + "\n")
                    total += len(chunk)
                    ImportBatch.objects.filter(pk=batch.pk).update(
                        rows_done=total, heartbeat_at=timezone.now()
                    )
        except ReadError as error:
            raise ImportRefused(explain(error)) from error
    ragged = [[one.line, one.found, one.expected] for one in reading.table.ragged[:50]]
    batch.checked = {"counts": counts, "ragged": ragged, "ragged_count": reading.table.ragged_count}
    batch.rows_total, batch.rows_done = total, 0
    batch.status = BatchStatus.CHECKED
    batch.save(update_fields=["checked", "rows_total", "rows_done", "status"])
    return batch


def report_rows(
    batch: ImportBatch, *, outcome: str | None = None, offset: int = 0, limit: int = 50
) -> list[list[Any]]:
    """Lines of the dry run: [row, outcome, message, column, match id, match title, cells]."""
    path = report_path(batch)
    if not path.exists():
        return []
    with path.open(encoding="utf-8") as report:
        if outcome is None:
            return [json.loads(line) for line in islice(report, offset, offset + limit)]
        mark = f', "{outcome}", '
        matching = (line for line in report if mark in line[:40])
        return [json.loads(line) for line in islice(matching, offset, offset + limit)]


# Writing


def queue_import(*, batch: ImportBatch, at: datetime, hand_over: bool = True) -> ImportBatch:
    """Hand the import to a worker, or keep it for this process to run."""
    from siklus.platform.imports.tasks import run_batch

    with transaction.atomic():
        changed = ImportBatch.objects.filter(
            pk=batch.pk, status__in=[BatchStatus.UPLOADED, BatchStatus.CHECKED, BatchStatus.FAILED]
        ).update(status=BatchStatus.QUEUED, heartbeat_at=at, message="")
        if not changed:
            raise ImportRefused(_("This import runs already or is finished."))
    if hand_over:
        run_batch.enqueue(batch.pk)
    batch.refresh_from_db()
    return batch


def queue_check(*, batch: ImportBatch, at: datetime) -> None:
    """Hand the dry run to a worker."""
    from siklus.platform.imports.tasks import check_batch

    ImportBatch.objects.filter(pk=batch.pk, status=BatchStatus.UPLOADED).update(
        status=BatchStatus.CHECKING, heartbeat_at=at, message="", rows_done=0
    )
    check_batch.enqueue(batch.pk)


def queue_undo(*, batch: ImportBatch, by: User, at: datetime) -> ImportBatch:
    """Hand the undoing of an import to a worker."""
    from siklus.platform.imports.tasks import undo_batch
    from siklus.platform.imports.undo import refuse_undo

    refuse_undo(batch)
    ImportBatch.objects.filter(pk=batch.pk).update(status=BatchStatus.UNDOING, heartbeat_at=at)
    undo_batch.enqueue(batch.pk, by.pk)
    batch.refresh_from_db()
    return batch


def claim_batch(batch_id: int, at: datetime) -> ImportBatch | None:
    """Take a waiting import, or one whose worker died; None when another worker has it."""
    with transaction.atomic():
        batch = ImportBatch.objects.select_for_update().filter(pk=batch_id).first()
        if batch is None:
            return None
        dead = batch.status == BatchStatus.RUNNING and (
            batch.heartbeat_at is None or batch.heartbeat_at < at - STALE
        )
        if batch.status != BatchStatus.QUEUED and not dead:
            return None
        first = batch.started_at is None
        batch.status, batch.heartbeat_at = BatchStatus.RUNNING, at
        batch.started_at = batch.started_at or at
        batch.save(update_fields=["status", "heartbeat_at", "started_at"])
        if first:
            fact = ImportStarted(batch=batch.pk, file_name=batch.file_name, object_kind=batch.object_kind)
            record(fact, by=batch.by, at=at)
    return batch


def run_import(*, batch: ImportBatch, at: datetime) -> ImportBatch:
    """Write the file, chunk by chunk; each chunk is one transaction, so a killed run goes on where it stopped."""
    claimed = claim_batch(batch.pk, at)
    if claimed is None:
        raise ImportRefused(_("This import runs already or is finished."))
    batch = claimed
    try:
        with override(batch.by.language if batch.by else "en"):
            _run(batch, at)
    except (ImportRefused, ReadError) as error:
        batch.message = explain(error) if isinstance(error, ReadError) else str(error)
        _stop(batch)
    except Exception:
        logger.exception("import %s stopped", batch.pk)
        batch.message = _("Something went wrong on our side. What was written so far can be undone.")
        _stop(batch)
        raise
    return batch


def _stop(batch: ImportBatch) -> None:
    batch.status = BatchStatus.FAILED
    batch.save(update_fields=["status", "message"])


def _run(batch: ImportBatch, at: datetime) -> None:
    reading = Reading(batch, at=at, is_dry=False)
    if not batch.rows_total:
        batch.rows_total = reading.table.count()
    with heavy_writing(), Collector() as collector:
        for chunk in reading.chunks(skip=batch.rows_done):
            with transaction.atomic(), through("import", batch=batch.pk, quiet=batch.is_history):
                _write_chunk(batch, reading, chunk)
            collector.breathe()
        settle_words()
    with transaction.atomic():
        batch.status, batch.finished_at = BatchStatus.DONE, timezone.now()
        batch.rows_total = batch.rows_done
        batch.save()
        fact = ImportFinished(
            batch=batch.pk, file_name=batch.file_name, created=batch.created, updated=batch.updated,
            duplicates=batch.duplicates, errors=batch.errors,
        )  # fmt: skip
        record(fact, by=batch.by, at=at)
    refresh_statistics()
    report_path(batch).unlink(missing_ok=True)


def _write_chunk(batch: ImportBatch, reading: Reading, chunk: list[tuple[Row, list[str]]]) -> None:
    """Write a chunk, and in the same transaction how far the file is done."""
    plans = reading.plan(chunk)
    written = reading.importer.write(
        [plan for plan in plans if plan.outcome in {"create", "update"}], reading.context
    )
    _count(batch, plans, written.failed)
    ImportProblem.objects.bulk_create(
        [
            ImportProblem(
                batch=batch, row=plan.row.number, column=plan.column[:120], outcome=plan.outcome,
                message=plan.message or plan.match_title, cells=cells,
            )
            for plan, (_row, cells) in zip(plans, chunk, strict=True)
            if plan.outcome in {"error", "duplicate"}
        ]
    )  # fmt: skip
    done = batch.rows_done
    ImportChunk.objects.create(
        batch=batch, first_row=done + 1, last_row=done + len(chunk), at=timezone.now(),
        created={kind: ranges(ids) for kind, ids in written.created.items() if ids},
    )  # fmt: skip
    batch.rows_done, batch.heartbeat_at = done + len(chunk), timezone.now()
    batch.save()


def _count(batch: ImportBatch, plans: list[Plan], failed: list[Plan]) -> None:
    for plan in failed:
        plan.outcome = "error"
    for plan in plans:
        match plan.outcome:
            case "create":
                batch.created += 1
            case "update":
                batch.updated += 1
            case "unchanged":
                batch.unchanged += 1
            case "duplicate":
                batch.duplicates += 1
            case "error":
                batch.errors += 1


def ranges(ids: Iterable[int]) -> list[list[int]]:
    """Ids as [first, last] pairs of neighbours."""
    pairs: list[list[int]] = []
    for one in sorted(ids):
        if pairs and one == pairs[-1][1] + 1:
            pairs[-1][1] = one
        else:
            pairs.append([one, one])
    return pairs
