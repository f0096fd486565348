from datetime import datetime
from typing import Any

from django.http import HttpRequest, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import File, Form, Query, Router, Schema
from ninja.files import UploadedFile

from siklus.platform.accounts.models import User
from siklus.platform.api.door import asker, one, paged
from siklus.platform.api.problems import Problem
from siklus.platform.imports.actions import (
    check_import,
    map_import,
    queue_import,
    queue_undo,
    report_rows,
    start_import,
)
from siklus.platform.imports.importer import importers
from siklus.platform.imports.models import ImportBatch, RememberedMapping
from siklus.platform.imports.queries import import_for, imports_for, problem_lines
from siklus.platform.imports.remembered import forget_mapping, mapping_named, remembered_mappings

router = Router()


class ImportOut(Schema):
    id: int
    object_kind: str
    file_name: str
    headers: list[str]
    mapping: dict[str, Any]
    mode: str
    key: str
    is_history: bool
    status: str
    rows_total: int
    rows_done: int
    created: int
    updated: int
    unchanged: int
    duplicates: int
    errors: int
    message: str
    checked: dict[str, Any]
    created_at: datetime
    finished_at: datetime | None


class ImportPage(Schema):
    items: list[ImportOut]
    next: str | None


class MappingIn(Schema):
    mapping: dict[str, Any] = {}
    named: str = ""
    mode: str = "create"
    key: str = ""
    is_history: bool = False
    remember_as: str = ""


class RememberedOut(Schema):
    id: int
    object_kind: str
    name: str
    mapping: dict[str, Any]
    used_at: datetime


class RowOut(Schema):
    row: int
    outcome: str
    message: str
    column: str
    match_id: int | None
    match_title: str
    cells: list[str]


def importer_role(request: HttpRequest) -> User:
    """Imports are for operations, administrators and managers."""
    user = asker(request)
    if not user.can_import:
        raise Problem(403, _("Your role may not import."))
    return user


def shown(batch: ImportBatch) -> dict[str, Any]:
    return {name: getattr(batch, name) for name in ImportOut.model_fields}


@router.get("", response=ImportPage, operation_id="list_imports")
def list_imports(
    request: HttpRequest, cursor: str | None = None, limit: int = Query(50, ge=1, le=200)
) -> Any:
    return paged(imports_for(importer_role(request)), cursor=cursor, limit=limit, show=shown)


@router.get("/fields", response=dict[str, Any], operation_id="list_import_fields")
def list_fields(request: HttpRequest) -> Any:
    """What can be imported, and the fields that columns can go to."""
    return {
        kind: [
            {
                "key": target.key,
                "label": str(target.label),
                "kind": target.kind,
                "is_required": target.is_required,
            }
            for target in importer.targets()
        ]
        for kind, importer in importers().items()
    }


@router.get("/mappings", response=list[RememberedOut], operation_id="list_import_mappings")
def list_mappings(request: HttpRequest, kind: str = "") -> Any:
    """The mappings that people kept under a name."""
    importer_role(request)
    return list(remembered_mappings(kind))


@router.delete("/mappings/{int:mapping_id}", response={204: None}, operation_id="delete_import_mapping")
def delete_mapping(request: HttpRequest, mapping_id: int) -> Any:
    importer_role(request)
    try:
        forget_mapping(mapping_id)
    except RememberedMapping.DoesNotExist as error:
        raise Problem(404, _("There is no such mapping.")) from error
    return 204, None


@router.post("", response={201: ImportOut}, operation_id="create_import")
def create_import(request: HttpRequest, file: File[UploadedFile], kind: Form[str]) -> Any:
    """Upload a CSV or Excel file; the answer proposes a mapping."""
    user = importer_role(request)
    batch = start_import(
        object_kind=kind, file_name=file.name or "file", chunks=file.chunks(), by=user, at=timezone.now()
    )
    return 201, shown(batch)


@router.get("/{int:batch_id}", response=ImportOut, operation_id="get_import")
def get_import(request: HttpRequest, batch_id: int) -> Any:
    return shown(one(import_for, importer_role(request), batch_id))


@router.put("/{int:batch_id}/mapping", response=ImportOut, operation_id="map_import")
def put_mapping(request: HttpRequest, batch_id: int, payload: MappingIn) -> Any:
    """Say where the columns go: a mapping, or with `named` one that was remembered under that name."""
    batch = one(import_for, importer_role(request), batch_id)
    values = payload.dict()
    if name := values.pop("named"):
        values["mapping"] = mapping_named(batch.object_kind, name)
    return shown(map_import(batch=batch, at=timezone.now(), **values))


@router.post("/{int:batch_id}/check", response=ImportOut, operation_id="check_import")
def check(request: HttpRequest, batch_id: int) -> Any:
    """The dry run: what would happen to every row. Writes nothing."""
    batch = one(import_for, importer_role(request), batch_id)
    return shown(check_import(batch=batch, at=timezone.now()))


@router.get("/{int:batch_id}/rows", response=list[RowOut], operation_id="list_import_rows")
def rows(
    request: HttpRequest,
    batch_id: int,
    outcome: str | None = None,
    offset: int = Query(0, ge=0, le=10_000_000),
    limit: int = Query(50, ge=1, le=500),
) -> Any:
    """What the dry run found, row by row."""
    batch = one(import_for, importer_role(request), batch_id)
    found = report_rows(batch, outcome=outcome, offset=offset, limit=limit)
    return [dict(zip(RowOut.model_fields, row, strict=True)) for row in found]


@router.post("/{int:batch_id}/run", response={202: ImportOut}, operation_id="run_import")
def run(request: HttpRequest, batch_id: int) -> Any:
    """Hand the import to a worker; ask again for its progress."""
    batch = one(import_for, importer_role(request), batch_id)
    return 202, shown(queue_import(batch=batch, at=timezone.now()))


@router.post("/{int:batch_id}/undo", response={202: ImportOut}, operation_id="undo_import")
def undo(request: HttpRequest, batch_id: int) -> Any:
    """Take the whole import back: created records go, changed ones become what they were."""
    user = importer_role(request)
    batch = one(import_for, user, batch_id)
    return 202, shown(queue_undo(batch=batch, by=user, at=timezone.now()))


@router.get("/{int:batch_id}/problems.csv", operation_id="download_import_problems", include_in_schema=False)
def problems(request: HttpRequest, batch_id: int) -> StreamingHttpResponse:
    """The rows that did not come in, with the reasons."""
    batch = one(import_for, importer_role(request), batch_id)
    return StreamingHttpResponse(problem_lines(batch), content_type="text/csv; charset=utf-8")
