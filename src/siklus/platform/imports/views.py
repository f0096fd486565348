"""The import wizard: upload, map, look, run, undo. It can be left at any step and taken up again."""

import re
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from siklus.platform.accounts.models import User
from siklus.platform.files.store import FileRefused, path_of
from siklus.platform.imports.actions import (
    ImportRefused,
    map_import,
    queue_check,
    queue_import,
    queue_undo,
    report_rows,
    start_import,
)
from siklus.platform.imports.forms import UploadForm
from siklus.platform.imports.importer import importer_for
from siklus.platform.imports.models import BatchStatus, ImportBatch, Mode, RememberedMapping
from siklus.platform.imports.queries import import_for, imports_for, problem_lines
from siklus.platform.imports.readers import ReadError, open_table
from siklus.platform.imports.remembered import (
    fitting,
    forget_mapping,
    mapping_named,
    remembered_mappings,
)
from siklus.platform.web.errors import permission_denied
from siklus.platform.web.jinja import render

ROWS = 50
NEW_FIELD = "new-field"
OWN_FIELDS = {"leads", "deals", "companies", "contacts"}
WORKING = {BatchStatus.QUEUED, BatchStatus.RUNNING, BatchStatus.UNDOING, BatchStatus.CHECKING}


def _viewer(request: HttpRequest) -> User:
    user = request.user
    assert isinstance(user, User)
    return user


def _batch(request: HttpRequest, batch_id: int) -> ImportBatch:
    try:
        return import_for(_viewer(request), batch_id)
    except ImportBatch.DoesNotExist as error:
        raise Http404 from error


@require_GET
def imports(request: HttpRequest) -> HttpResponse:
    """Every import so far, the newest first."""
    if not _viewer(request).can_import:
        return permission_denied(request)
    rows = list(imports_for(_viewer(request))[:100])
    return render(request, "imports/list.html", {"batches": rows, "working": WORKING})


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Step 1: choose a file."""
    if not _viewer(request).can_import:
        return permission_denied(request)
    form = UploadForm(
        request.POST or None, request.FILES or None, initial={"kind": request.GET.get("kind", "leads")}
    )
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            file = form.cleaned_data["file"]
            try:
                batch = start_import(
                    object_kind=form.cleaned_data["kind"], file_name=file.name, chunks=file.chunks(),
                    by=_viewer(request), at=timezone.now(),
                )  # fmt: skip
                return redirect("imports:map", batch.pk)
            except (ImportRefused, FileRefused) as refusal:
                form.add_error("file", str(refusal))
    return render(request, "imports/new.html", {"form": form}, status=status)


@require_http_methods(["GET", "POST"])
def map_columns(request: HttpRequest, batch_id: int) -> HttpResponse:
    """Step 2: where each column goes, and what happens to records that exist."""
    if not _viewer(request).can_import:
        return permission_denied(request)
    batch = _batch(request, batch_id)
    if batch.status not in {BatchStatus.UPLOADED, BatchStatus.CHECKED}:
        return redirect("imports:import", batch.pk)
    problem, status = "", 200
    if name := request.GET.get("use", ""):
        try:
            batch.mapping = fitting(mapping_named(batch.object_kind, name), batch.headers)
        except ImportRefused as refusal:
            problem, status = str(refusal), 404
    if request.method == "POST":
        document = mapping_from(request, batch)
        try:
            batch = map_import(
                batch=batch, mapping=document, mode=request.POST.get("mode", Mode.CREATE),
                key=request.POST.get("key", ""), is_history="is_history" in request.POST,
                remember_as=request.POST.get("remember_as", ""), at=timezone.now(),
            )  # fmt: skip
            queue_check(batch=batch, at=timezone.now())
            return redirect("imports:import", batch.pk)
        except ImportRefused as refusal:
            problem, status = str(refusal), 422
            batch.mapping = document
    context = {**_mapping_page(batch), "problem": problem, "used": name}
    return render(request, "imports/map.html", context, status=status)


def _mapping_page(batch: ImportBatch) -> dict[str, Any]:
    importer = importer_for(batch.object_kind)
    chosen = {header: column.get("to") for header, column in batch.mapping.get("columns", {}).items()}
    return {
        "batch": batch,
        "importer": importer,
        "targets": [
            (target.key, str(target.label) + (" *" if target.is_required else ""))
            for target in importer.targets()
        ]
        + ([(NEW_FIELD, _("+ Keep as a new field"))] if batch.object_kind in OWN_FIELDS else []),
        "columns": [(header, chosen.get(header, ""), samples) for header, samples in _samples(batch)],
        "modes": [(mode.value, str(mode.label)) for mode in Mode],
        "remembered": (remembered := list(remembered_mappings(batch.object_kind))),
        "names": [(one.name, one.name) for one in remembered],
        "keys": [(key, str(label)) for key, label in importer.keys],
    }


def _samples(batch: ImportBatch) -> list[tuple[str, list[str]]]:
    """Each column with the first values that are not empty."""
    found: list[list[str]] = [[] for _header in batch.headers]
    try:
        for number, (_line, cells) in enumerate(open_table(path_of(batch.digest)).rows()):
            for place, cell in enumerate(cells):
                if cell and len(found[place]) < 3:
                    found[place].append(cell[:60])
            if number > 200:
                break
    except ReadError:
        pass
    return list(zip(batch.headers, found, strict=True))


def mapping_from(request: HttpRequest, batch: ImportBatch) -> dict[str, Any]:
    """The mapping that the form sends; what a mapping file said beyond it stays."""
    known = batch.mapping.get("columns", {})
    columns = {}
    options = dict(batch.mapping.get("options", {}))
    for place, header in enumerate(batch.headers):
        target = request.POST.get(f"column-{place}", "")
        if target == NEW_FIELD:
            options["create_fields"] = True
            key = re.sub(r"[^a-z0-9]+", "_", header.lower()).strip("_")[:60] or f"column_{place + 1}"
            target = f"custom.{key}"
        if target:
            columns[header] = {**known.get(header, {}), "to": target}
    return {**batch.mapping, "columns": columns, "options": options}


@require_POST
def forget(request: HttpRequest, mapping_id: int) -> HttpResponse:
    """Delete a remembered mapping, and go back to the file that was being mapped."""
    if not _viewer(request).can_import:
        return permission_denied(request)
    try:
        forget_mapping(mapping_id)
    except RememberedMapping.DoesNotExist as error:
        raise Http404 from error
    back = request.POST.get("batch", "")
    return redirect("imports:map", int(back)) if back.isdigit() else redirect("imports:imports")


@require_GET
def one(request: HttpRequest, batch_id: int) -> HttpResponse:
    """Steps 3 and 4: what would happen, what happens, what happened."""
    if not _viewer(request).can_import:
        return permission_denied(request)
    batch = _batch(request, batch_id)
    template = "imports/_progress.html" if request.headers.get("HX-Request") else "imports/one.html"
    outcome = request.GET.get("outcome") or None
    offset = int(request.GET["offset"]) if request.GET.get("offset", "").isdigit() else 0
    rows = (
        report_rows(batch, outcome=outcome, offset=offset, limit=ROWS + 1)
        if batch.status == "checked"
        else []
    )
    context = {
        "batch": batch,
        "importer": importer_for(batch.object_kind),
        "is_working": batch.status in WORKING,
        "rows": rows[:ROWS],
        "outcome": outcome or "",
        "offset": offset,
        "has_more": len(rows) > ROWS,
        "step": ROWS,
        "problems": batch.problems.all()[:ROWS] if batch.status in {"done", "failed"} else [],
    }
    response = render(request, template, context)
    if request.headers.get("HX-Request") and batch.status not in WORKING:
        response["HX-Refresh"] = "true"
    return response


@require_POST
def run(request: HttpRequest, batch_id: int) -> HttpResponse:
    return _order(request, batch_id, lambda batch: queue_import(batch=batch, at=timezone.now()))


@require_POST
def undo(request: HttpRequest, batch_id: int) -> HttpResponse:
    user = _viewer(request)
    return _order(request, batch_id, lambda batch: queue_undo(batch=batch, by=user, at=timezone.now()))


def _order(request: HttpRequest, batch_id: int, order: Any) -> HttpResponse:
    if not _viewer(request).can_import:
        return permission_denied(request)
    batch = _batch(request, batch_id)
    try:
        order(batch)
    except ImportRefused as refusal:
        messages.error(request, str(refusal))
    return redirect("imports:import", batch.pk)


@require_GET
def problems(request: HttpRequest, batch_id: int) -> HttpResponse | StreamingHttpResponse:
    """The rows that did not come in, as a file to repair and import again."""
    if not _viewer(request).can_import:
        return permission_denied(request)
    batch = _batch(request, batch_id)
    lines = (
        ["\ufeff", *problem_lines(batch)] if batch.errors + batch.duplicates < 5000 else problem_lines(batch)
    )
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    name = _("rows to repair")
    response["Content-Disposition"] = f'attachment; filename="{batch.pk} {name}.csv"'
    return response
