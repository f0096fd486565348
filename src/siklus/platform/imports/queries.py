"""Questions about imports."""

import csv
import io
from collections.abc import Iterator

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from siklus.platform.accounts.models import User
from siklus.platform.imports.importer import importers
from siklus.platform.imports.models import ImportBatch
from siklus.platform.web.jinja import template_filter


def imports_for(viewer: User) -> QuerySet[ImportBatch]:
    """All imports for operations and administrators, otherwise one's own."""
    batches = ImportBatch.objects.select_related("by")
    return batches if viewer.can_run_operations else batches.filter(by=viewer)


def import_for(viewer: User, batch_id: int) -> ImportBatch:
    """One import. Raises ImportBatch.DoesNotExist for strangers too."""
    return imports_for(viewer).get(pk=batch_id)


def problem_lines(batch: ImportBatch) -> Iterator[str]:
    """The rows that did not come in, as CSV: the file's own columns, then what happened and why."""
    yield _line([*batch.headers, _("Row"), _("Result"), _("Column"), _("Reason")])
    for problem in batch.problems.order_by("row", "id").iterator(chunk_size=2000):
        yield _line([*problem.cells, problem.row, problem.outcome, problem.column, problem.message])


def _line(cells: list[object]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow([safe_cell(cell) for cell in cells])
    return out.getvalue()


def safe_cell(value: object) -> object:
    """A cell that no spreadsheet takes for a formula."""
    if isinstance(value, str) and value[:1] in {"=", "+", "-", "@", "\t", "\r"}:
        try:
            float(value.replace(",", "."))
        except ValueError:
            return "'" + value
    return value


@template_filter
def import_label(kind: str) -> str:
    """What a kind of import is called."""
    importer = importers().get(kind)
    return str(importer.label) if importer else kind
