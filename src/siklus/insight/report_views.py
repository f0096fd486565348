"""The pages of the reports: the gallery of questions, one frame for every report, and the deals behind a number."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from siklus.insight.mirror.read import MirrorBusy
from siklus.insight.reports.answering import FIGURES, Answered, answered, cell_at, compute, currency
from siklus.insight.reports.asking import Asked, Asking, BadQuestion, said_in
from siklus.insight.reports.declare import Cell, Column, Kind, Report, Section, Table, ids_of, reports
from siklus.insight.reports.export import as_csv, as_xlsx, said
from siklus.insight.reports.slices import NONE, slices
from siklus.insight.reports.windows import AGAINST, WINDOWS
from siklus.platform.accounts.models import User
from siklus.platform.i18n.formats import day, days, duration, money, number, percent
from siklus.platform.web.jinja import render
from siklus.records.deals.queries import deals_for

PAGE = 50
NARROW = ("owner", "team", "pipeline", "kind", "grade", "product")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def sections() -> dict[str, str]:
    return {
        Section.WINNING: _("Winning and losing"), Section.PIPELINE: _("The way through the stages"),
        Section.AHEAD: _("What comes"), Section.PEOPLE: _("People and their work"),
    }  # fmt: skip


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Every report by the question that it answers."""
    pages = {
        Section.WINNING: [
            ("insight:close_rate", _("Close rate"), _("How many of the deals that end do we win?"), "chart"),
            ("insight:win_loss", _("Win and loss"), _("What decided it, and against whom?"), "won"),
        ],
        Section.PEOPLE: [
            ("insight:first_response", _("First response"), _("How soon does somebody speak to a new lead?"), "clock"),
            ("desk:targets", _("Targets"), _("Who is where beside the quota?"), "flag"),
        ],
    }  # fmt: skip
    known = reports().values()
    groups = []
    for section, title in sections().items():
        cards = [
            (reverse("insight:report", args=[one.name]), said(one.title), said(one.question), one.icon)
            for one in known
            if one.section == section
        ]
        cards += [
            (reverse(name), label, asks, icon) for name, label, asks, icon in pages.get(Section(section), [])
        ]
        if cards:
            groups.append((title, cards))
    return render(request, "insight/reports/index.html", {"groups": groups})


@require_GET
def report(request: HttpRequest, name: str) -> HttpResponse:
    """One report: what is asked above, the headline, a picture, the tables."""
    declared, viewer = _declared(name), _viewer(request)
    given = {key: value for key, value in said_in(request.GET).items() if value.strip()}
    context: dict[str, Any] = {
        "report": declared, "title": said(declared.title), "question": said(declared.question), "error": "",
        "wrong_field": "", **_form(declared, given, viewer),
    }  # fmt: skip
    try:
        asked = Asking(declared, given, viewer, timezone.now()).read()
        found = answered(asked, viewer, now=timezone.now())
    except BadQuestion as bad:
        context |= {"error": bad.message, "wrong_field": bad.field}
        return render(request, "insight/reports/report.html", context, status=422)
    except MirrorBusy:
        return render(request, "insight/preparing.html", {}, status=503)
    return render(request, "insight/reports/report.html", context | _shown(found))


@require_GET
def report_deals(request: HttpRequest, name: str) -> HttpResponse:
    """The deals behind one number, as far as the viewer may open them now."""
    declared, viewer = _declared(name), _viewer(request)
    given = said_in(request.GET)
    place = [given.pop(key, "") for key in ("table", "row", "column")]
    page = given.pop("page", "1")
    try:
        asked = Asking(declared, given, viewer, timezone.now()).read()
        # anew: what is kept may point to files of the mirror that are gone
        found = compute(asked, viewer, now=timezone.now())
    except BadQuestion as bad:
        raise Http404(bad.message) from bad
    except MirrorBusy:
        return render(request, "insight/preparing.html", {}, status=503)
    at = cell_at(found, *place)
    if at is None or at[1].deals is None:
        raise Http404
    ids = ids_of(at[1].deals)
    rows = deals_for(viewer).filter(pk__in=ids).select_related("company", "stage", "owner").order_by("-pk")
    shown = Paginator(rows, PAGE).get_page(page)
    context = {
        "title": said(declared.title), "what": at[0], "total": len(ids), "hidden": len(ids) - shown.paginator.count,
        "page": shown, "back": _address("insight:report", declared, asked),
        "query": request.GET.urlencode(), "asked": asked,
    }  # fmt: skip
    return render(request, "insight/reports/deals.html", context)


@require_GET
def report_csv(request: HttpRequest, name: str) -> HttpResponse:
    return _file(request, name, "csv")


@require_GET
def report_xlsx(request: HttpRequest, name: str) -> HttpResponse:
    return _file(request, name, "xlsx")


def _file(request: HttpRequest, name: str, form: str) -> HttpResponse:
    declared, viewer = _declared(name), _viewer(request)
    given = said_in(request.GET)
    table = given.pop("table", "")
    try:
        asked = Asking(declared, given, viewer, timezone.now()).read()
        found = answered(asked, viewer, now=timezone.now())
    except BadQuestion as bad:
        return HttpResponse(bad.message, status=422, content_type="text/plain; charset=utf-8")
    except MirrorBusy:
        return render(request, "insight/preparing.html", {}, status=503)
    body: str | bytes = as_csv(found, table) if form == "csv" else as_xlsx(found)
    answer = HttpResponse(body, content_type="text/csv; charset=utf-8" if form == "csv" else XLSX)
    answer["Content-Disposition"] = f'attachment; filename="{name}-{asked.as_of:%Y-%m-%d}.{form}"'
    answer["Cache-Control"] = "no-store"
    return answer


def _declared(name: str) -> Report:
    found = reports().get(name)
    if found is None:
        raise Http404
    return found


def _viewer(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


def _address(name: str, declared: Report, asked: Asked, **changes: str) -> str:
    query = asked.query(**changes)
    return reverse(name, args=[declared.name]) + (f"?{query}" if query else "")


def _form(declared: Report, given: Mapping[str, str], viewer: User) -> dict[str, Any]:
    """The choices of the bar above, with what was said."""
    known = slices() if declared.is_sliced else {}
    narrow = []
    for key in NARROW:
        if key not in known:
            continue
        choices = [(value, label) for value, label in known[key].known(viewer).items()]
        if key == "grade":
            choices = [(grade, grade) for grade in "ABCD"]
        if key in ("owner", "team", "pipeline") and len(choices) < 2 and key not in given:
            continue
        if choices:
            narrow.append((key, str(known[key].label), [*choices, (NONE, _("none"))]))
    days_said = "" if "from" in given or "to" in given else given.get("days", declared.days)
    return {
        "given": given,
        "windows": [("", _("Own days")), *((key, str(label)) for key, label in WINDOWS.items())],
        "days_said": days_said, "against": [(key, str(label)) for key, label in AGAINST.items()],
        "narrow": narrow, "by": [(key, str(one.label)) for key, one in known.items()],
        "options": [
            (one.key, said(one.label), [(key, said(label)) for key, label in one.choices]) for one in declared.options
        ],
        "narrowed": sum(key in given for key, _label, _choices in narrow) + ("as_of" in given) + ("known_at" in given),
    }  # fmt: skip


def _shown(found: Answered) -> dict[str, Any]:
    asked, declared = found.asked, found.asked.report
    link = _address("insight:report_deals", declared, asked)
    glue = "&" if "?" in link else "?"

    def told(table: str, row: str, column: Column, cell: Cell, *, compact: bool = False) -> dict[str, Any]:
        where = {"table": table, "row": row, "column": column.key}
        return {
            "text": shown_value(column.kind, cell.value, compact=compact), "why": cell.why, "n": cell.n,
            "interval": _interval(column.kind, cell),
            "href": link + glue + "&".join(f"{key}={value}" for key, value in where.items())
            if cell.deals is not None and cell.value not in (None, 0) else "",
            **_change(column, cell),
        }  # fmt: skip

    figures = [
        {
            "label": said(one.label), "explain": _explained(one),
            **told(FIGURES, one.key, Column(key="value", label="", kind=one.kind, more_is_better=one.more_is_better),
                   found.answer.figures[one.key], compact=True),
        }
        for one in declared.figures if one.key in found.answer.figures
    ]  # fmt: skip

    def table_of(table: Table) -> dict[str, Any]:
        return {
            "name": table.name, "title": table.title, "head": table.head, "note": table.note,
            "columns": [
                {"label": said(one.label), "num": one.kind is not Kind.TEXT, "definition": said(one.definition),
                 "formula": said(one.formula)}
                for one in table.columns
            ],
            "rows": [
                {
                    "label": row.label, "depth": row.depth,
                    "cells": [
                        {"num": one.kind is not Kind.TEXT, **told(table.name, row.key, one, row.cells.get(one.key, Cell()))}
                        for one in table.columns
                    ],
                }
                for row in table.rows
            ],
            "csv": _address("insight:report_csv", declared, asked, table=table.name),
        }  # fmt: skip

    return {
        "asked": asked, "figures": figures, "tables": [table_of(one) for one in found.answer.tables],
        "charts": found.answer.charts, "notes": found.answer.notes, "is_whole": found.is_whole,
        "made_at": found.made_at, "age": max(0, round((timezone.now() - found.made_at).total_seconds())),
        "csv": _address("insight:report_csv", declared, asked), "xlsx": _address("insight:report_xlsx", declared, asked),
        "window": f"{day(asked.days[0])} – {day(asked.days[1])}" if declared.has_window else "",
        "past": _past(asked),
        "compared": f"{day(asked.against[0])} – {day(asked.against[1])}" if asked.against else "",
        "is_empty": not figures and not found.answer.tables,
    }  # fmt: skip


def _explained(column: Column) -> tuple[str, str, None] | None:
    return (said(column.definition), said(column.formula), None) if column.definition else None


def _past(asked: Asked) -> str:
    """What is to be said of the two clocks when one of them does not stand at now."""
    said_of: list[str] = []
    if "as_of" in dict(asked.given):
        said_of.append(_("As it was on %(day)s.") % {"day": day(asked.as_of)})
    if isinstance(asked.known_at, datetime):
        said_of.append(_("As it was known on %(day)s.") % {"day": day(asked.known_at)})
    return " ".join(said_of)


def shown_value(kind: Kind, value: Any, *, compact: bool = False) -> str:
    """A value as people read it; “–” where there is none."""
    if value is None:
        return "–"
    match kind:
        case Kind.MONEY:
            return money(value, currency(), compact=compact)
        case Kind.RATIO:
            return percent(value, 1)
        case Kind.DAYS:
            return days(round(value)) if value >= 1 or value == 0 else _("under a day")
        case Kind.MINUTES:
            return duration(round(value))
        case Kind.TIMES:
            return f"{number(value, 1)}×"
        case Kind.TEXT:
            return str(value)
    return number(value)


def _interval(kind: Kind, cell: Cell) -> str:
    if cell.value is None or cell.low is None or cell.high is None:
        return ""
    low, high = (shown_value(kind, end, compact=True) for end in (cell.low, cell.high))
    return _("95 %%: %(low)s – %(high)s") % {"low": low, "high": high}


def _change(column: Column, cell: Cell) -> dict[str, Any]:
    """How the number differs from that of the other window, and whether chance may have made the difference."""
    change = cell.change
    if change is None or cell.before is None or column.kind is Kind.TEXT:
        return {"was": "", "good": None, "delta": None, "noise": None}
    was = shown_value(column.kind, cell.before.value, compact=True)
    delta: Any = None
    if change.value:
        shown = shown_value(column.kind, abs(change.value), compact=True)
        if column.kind is Kind.RATIO:
            shown = _("%(number)s points") % {"number": number(abs(change.value) * 100, 1)}
        elif column.kind is Kind.DAYS:
            shown = _("%(days)s days") % {"days": number(float(abs(change.value)), 1)}
        delta = f"{'+' if change.value > 0 else '−'}{shown}"
    good = None
    if change.value and column.more_is_better is not None and not change.is_within_noise:
        good = (change.value > 0) == column.more_is_better
    return {"was": was, "good": good, "delta": delta, "noise": change.is_within_noise}
