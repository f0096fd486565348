"""An answer as flat rows, as CSV, as XLSX and as JSON: the same numbers in every shape."""

import csv
import io
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from siklus.insight.reports.answering import FIGURES, Answered, currency, window_said
from siklus.insight.reports.declare import Cell, Column, Report, Table
from siklus.platform.tables.sheets import harmless, write_xlsx


def said(text: Any) -> str:
    """A text of a declaration in the reader's language."""
    return _(str(text)) if str(text) else ""


def parts_of(report: Report) -> dict[str, Any]:
    """The declaration, as the API lists it."""
    return {
        "name": report.name, "title": said(report.title), "question": said(report.question),
        "section": report.section.value, "has_window": report.has_window, "has_moment": report.has_moment,
        "is_sliced": report.is_sliced, "figures": [_column(one) for one in report.figures],
        "options": [
            {"key": one.key, "label": said(one.label), "choices": [key for key, _label in one.choices]}
            for one in report.options
        ],
    }  # fmt: skip


def as_json(found: Answered) -> dict[str, Any]:
    """The whole answer with what it was asked, for programs."""
    asked = found.asked
    return {
        "report": asked.report.name, "title": said(asked.report.title), "asked": dict(asked.given),
        "window": window_said(asked) if asked.report.has_window else None, "as_of": asked.as_of,
        "known_at": asked.known_at, "currency": currency(), "entry": found.entry, "made_at": found.made_at,
        "is_whole": found.is_whole, "notes": list(found.answer.notes),
        "figures": [
            {**_column(one), **_cell(found.answer.figures[one.key])}
            for one in asked.report.figures if one.key in found.answer.figures
        ],
        "tables": [_table(one) for one in found.answer.tables],
    }  # fmt: skip


def as_rows(found: Answered, table: str = "") -> list[dict[str, Any]]:
    """One table as flat rows; by default the headline where there is no table, else the first table."""
    tables = found.answer.tables
    if (
        table == FIGURES
        or not tables
        or (not table and found.asked.report.name == "kpis" and len(tables) == 1)
    ):
        return [
            {
                "name": one.key, "value": cell.value, "unit": one.kind.value, "n": cell.n,
                "numerator": cell.numerator, "denominator": cell.denominator, "low": cell.low, "high": cell.high,
                "parts": dict(cell.parts),
            }
            for one in found.asked.report.figures if (cell := found.answer.figures.get(one.key)) is not None
        ]  # fmt: skip
    chosen = found.answer.table(table) or tables[0]
    return [_flat(chosen, row.key, row.label, row.cells) for row in chosen.rows]


def _flat(table: Table, key: str, label: str, cells: Mapping[str, Cell]) -> dict[str, Any]:
    """A row with the ends of its intervals beside their values, where any row has one."""
    row: dict[str, Any] = {"key": key, "name": label}
    for column in table.columns:
        cell = cells.get(column.key, Cell())
        row[column.key] = cell.value
        if _has(table, column, "low"):
            row[f"{column.key}_low"], row[f"{column.key}_high"] = cell.low, cell.high
        if _has(table, column, "before"):
            row[f"{column.key}_before"] = cell.before.value if cell.before else None
    return row


def _has(table: Table, column: Column, part: str) -> bool:
    return any(getattr(row.cells.get(column.key, Cell()), part) is not None for row in table.rows)


def _column(column: Column) -> dict[str, Any]:
    return {
        "key": column.key, "label": said(column.label), "kind": column.kind.value,
        "definition": said(column.definition), "formula": said(column.formula),
    }  # fmt: skip


def _cell(cell: Cell) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "value": cell.value, "low": cell.low, "high": cell.high, "n": cell.n,
        "why": cell.why if cell.value is None else "",
    }  # fmt: skip
    change = cell.change
    if cell.before is not None and change is not None:
        shown |= {
            "before": cell.before.value, "difference": change.value, "is_within_noise": change.is_within_noise,
        }  # fmt: skip
    return shown


def _table(table: Table) -> dict[str, Any]:
    return {
        "name": table.name, "title": table.title, "columns": [_column(one) for one in table.columns],
        "note": table.note,
        "rows": [
            {"key": row.key, "label": row.label, "cells": {key: _cell(cell) for key, cell in row.cells.items()}}
            for row in table.rows
        ],
    }  # fmt: skip


def sheets(found: Answered) -> list[tuple[str, list[list[Any]]]]:
    """(title, lines) of what was asked, of the headline and of every table; the first line of each are headings."""
    asked, report = found.asked, found.asked.report
    about: list[list[Any]] = [
        [_("Report"), said(report.title)],
        [_("Currency"), currency()],
        [_("Seen at"), asked.as_of],
    ]
    if report.has_window:
        about += [[_("From"), asked.days[0]], [_("Until"), asked.days[1]]]
    about += [[key, value] for key, value in asked.given]
    if not found.is_whole:
        about.append(["", narrowed_words()])
    made: list[tuple[str, list[list[Any]]]] = [(_("About"), about)]
    rows: list[list[Any]] = [[_("Figure"), _("Value"), _("From, 95 %"), _("Until, 95 %"), "n"]]
    for one in report.figures:
        cell = found.answer.figures.get(one.key, Cell())
        rows.append([said(one.label), _plain(cell.value), cell.low, cell.high, cell.n])
    if len(rows) > 1:
        made.append((_("Figures"), rows))
    for table in found.answer.tables:
        lines = [_flat(table, row.key, row.label, row.cells) for row in table.rows]
        labels = {one.key: said(one.label) for one in table.columns}
        heads = [
            table.head,
            *(_heading(key, labels) for key in (lines[0] if lines else ()) if key not in ("key", "name")),
        ]
        made.append(
            (
                table.title,
                [heads, *([_plain(value) for key, value in one.items() if key != "key"] for one in lines)],
            )
        )
    return made


def narrowed_words() -> str:
    return _("Only what you may see is counted.")


def _heading(key: str, labels: Mapping[str, str]) -> str:
    if key in labels:
        return labels[key]
    stem, _sep, part = key.rpartition("_")
    words = {"low": _("from, 95 %"), "high": _("until, 95 %"), "before": _("before")}
    return f"{labels.get(stem, stem)}, {words.get(part, part)}"


def _plain(value: Any) -> Any:
    return float(value) if isinstance(value, Decimal) and value != value.to_integral_value() else value


def as_csv(found: Answered, table: str = "") -> str:
    """One table with headings in the reader's language, or the headline where there is none."""
    made = sheets(found)[1:]
    title = next((one.title for one in found.answer.tables if one.name == table), "")
    lines = dict(made).get(title) or (made[-1][1] if made else [])
    out = io.StringIO()
    writer = csv.writer(out)
    for line in lines:
        writer.writerow(["" if cell is None else harmless(cell) for cell in line])
    return "\ufeff" + out.getvalue()


def as_xlsx(found: Answered) -> bytes:
    """All of it, a sheet for each table."""
    return write_xlsx(sheets(found))
