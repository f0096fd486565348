"""The API of the reports: what there is, one answer, and the deals behind one of its numbers."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema

from siklus.insight.mirror.read import MirrorBusy
from siklus.insight.reports.answering import answered, cell_at, compute
from siklus.insight.reports.asking import Asked, Asking, BadQuestion, said_in
from siklus.insight.reports.declare import Report, ids_of, reports
from siklus.insight.reports.export import as_json, parts_of
from siklus.insight.reports.slices import slices
from siklus.platform.accounts.models import User
from siklus.platform.api.door import asker
from siklus.platform.api.problems import Problem
from siklus.records.deals.queries import deals_for

router = Router()
MOST = 1000


class OptionOut(Schema):
    key: str
    label: str
    choices: list[str]


class ColumnOut(Schema):
    """`kind` is text, count, money, ratio (0 to 1), days, minutes or times."""

    key: str
    label: str
    kind: str
    definition: str
    formula: str


class ReportOut(Schema):
    name: str
    title: str
    question: str
    section: str
    has_window: bool
    has_moment: bool
    is_sliced: bool
    figures: list[ColumnOut]
    options: list[OptionOut]


class ReportsOut(Schema):
    reports: list[ReportOut]
    slices: list[str]


class CellOut(Schema):
    """`why` says why there is no value. The last three are there when two windows are compared."""

    value: Any
    low: float | None
    high: float | None
    n: int | None
    why: str
    before: Any = None
    difference: Any = None
    is_within_noise: bool | None = None


class FigureOut(ColumnOut, CellOut):
    pass


class RowOut(Schema):
    key: str
    label: str
    cells: dict[str, CellOut]


class TableOut(Schema):
    name: str
    title: str
    columns: list[ColumnOut]
    rows: list[RowOut]
    note: str


class AnswerOut(Schema):
    """`entry` is the last entry of the journal that is counted; `is_whole` is false where only your deals are."""

    report: str
    title: str
    asked: dict[str, str]
    window: dict[str, str] | None
    as_of: datetime
    known_at: datetime | None
    currency: str
    entry: int
    made_at: datetime
    is_whole: bool
    notes: list[str]
    figures: list[FigureOut]
    tables: list[TableOut]


class BehindOut(Schema):
    """`hidden` counts those that you may not open now."""

    what: str
    total: int
    hidden: int
    deal_ids: list[int]


@router.get("", response=ReportsOut, operation_id="list_reports")
def list_reports(request: HttpRequest) -> Any:
    """Every report, and by what they can be narrowed and split."""
    return {"reports": [parts_of(one) for one in reports().values()], "slices": list(slices())}


@router.get("/{name}", response=AnswerOut, operation_id="get_report")
def get_report(
    request: HttpRequest,
    name: str,
    days: str | None = Query(None, description="a window by name, such as last_90_days"),
    from_: str | None = Query(None, alias="from", description="first day of the window"),
    to: str | None = Query(None, description="last day of the window"),
    against: str | None = Query(None, description="previous, year, or the first day of another window"),
    as_of: str | None = Query(None, description="as it was at the end of this day"),
    known_at: str | None = Query(None, description="as it was known at this moment"),
    by: str | None = Query(None, description="split by a slice; any slice is also a parameter that narrows"),
) -> Any:
    """One report; its own options and every slice are parameters too."""
    declared, viewer = _declared(name), asker(request)
    asked = _asked(declared, said_in(request.GET), viewer)
    try:
        return as_json(answered(asked, viewer, now=timezone.now()))
    except BadQuestion as bad:
        raise _problem(bad) from bad
    except MirrorBusy as busy:
        raise Problem(503, _("The numbers are being prepared")) from busy


@router.get("/{name}/deals", response=BehindOut, operation_id="list_deals_behind")
def list_deals_behind(
    request: HttpRequest,
    name: str,
    row: str,
    table: str = Query("figures", description="figures, or a table of the report"),
    column: str = "value",
) -> Any:
    """The deals behind one number, the newest first, at most a thousand; other parameters as of the report."""
    declared, viewer = _declared(name), asker(request)
    given = {
        key: value for key, value in said_in(request.GET).items() if key not in ("row", "table", "column")
    }
    asked = _asked(declared, given, viewer)
    try:
        found = compute(asked, viewer, now=timezone.now())
    except BadQuestion as bad:
        raise _problem(bad) from bad
    except MirrorBusy as busy:
        raise Problem(503, _("The numbers are being prepared")) from busy
    at = cell_at(found, table, row, column)
    if at is None or at[1].deals is None:
        raise Problem(404, _("There is nothing here"))
    ids = ids_of(at[1].deals)
    seen = deals_for(viewer).filter(pk__in=ids).order_by("-pk").values_list("pk", flat=True)
    return {
        "what": at[0], "total": len(ids), "hidden": len(ids) - seen.count(), "deal_ids": list(seen[:MOST]),
    }  # fmt: skip


def _declared(name: str) -> Report:
    found = reports().get(name)
    if found is None:
        raise Problem(404, _("There is nothing here"))
    return found


def _asked(declared: Report, given: dict[str, str], viewer: User) -> Asked:
    try:
        return Asking(declared, given, viewer, timezone.now()).read()
    except BadQuestion as bad:
        raise _problem(bad) from bad


def _problem(bad: BadQuestion) -> Problem:
    return Problem(422, bad.message, errors=[{"field": bad.field, "message": bad.message}])
