"""From the cells of a file to typed values, column by column."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from siklus.platform.i18n.keys import email_key, phone_key
from siklus.platform.imports.importer import FieldTarget, Row
from siklus.platform.imports.mapping import MappingFile
from siklus.platform.imports.messages import explain
from siklus.platform.imports.readers import TableFile
from siklus.platform.imports.values import (
    ValueProblem,
    guess_date_order,
    guess_decimal_style,
    parse_bool,
    parse_currency,
    parse_date,
    parse_decimal,
    parse_int,
    parse_moment,
    parse_percent,
)

SAMPLE = 500


@dataclass(frozen=True)
class ColumnReader:
    place: int
    header: str
    target: str
    read: Callable[[str], Any] | None
    values: dict[str, str | None]


def column_readers(
    table: TableFile, mapping: MappingFile, targets: dict[str, FieldTarget], zone: ZoneInfo
) -> list[ColumnReader]:
    """One reader per mapped column; dates and numbers are read the way the column's own samples show."""
    sample = [cells for _line, cells in islice(table.rows(), SAMPLE)]
    readers = []
    for place, header in enumerate(table.headers):
        column = mapping.columns.get(header)
        if column is None or column.to not in targets:
            continue
        kind = targets[column.to].kind
        texts = [cells[place] for cells in sample if cells[place]]
        order = column.date_order or (guess_date_order(texts).order if kind in {"date", "moment"} else "dmy")
        style = column.decimal or (
            guess_decimal_style(texts).style if kind in {"number", "amount", "percent", "whole"} else "."
        )
        values = {old.strip().lower(): new for old, new in column.values.items()}
        readers.append(ColumnReader(place, header, column.to, reader_of(kind, order, style, zone), values))
    return readers


def reader_of(kind: str, order: str, style: str, zone: ZoneInfo) -> Callable[[str], Any] | None:
    """The function that reads a cell of this kind; None for plain text."""
    match kind:
        case "date":
            return lambda text: parse_date(text, order)
        case "moment":
            return lambda text: parse_moment(text, order, zone)
        case "number" | "amount":
            return lambda text: parse_decimal(text, style)
        case "whole":
            return lambda text: parse_int(text, style)
        case "percent":
            return lambda text: parse_percent(text, style)
        case "yes_no":
            return parse_bool
        case "currency":
            return parse_currency
        case "list":
            return lambda text: [part.strip() for part in text.replace(",", ";").split(";") if part.strip()]
        case "email":
            return _email
        case "phone":
            return _phone
    return None


def rows_of(
    table: TableFile, readers: list[ColumnReader], constants: dict[str, Any]
) -> Iterator[tuple[Row, list[str]]]:
    """Every row with its typed values and its cells. A cell that cannot be read is told in the row."""
    for line, cells in table.rows():
        values = dict(constants)
        row = Row(line, values)
        for column in readers:
            text = cells[column.place]
            if column.values and (mapped := column.values.get(text.strip().lower(), text)) is not text:
                if mapped is None:
                    continue
                text = mapped
            if not text or not (text := text.strip()):
                continue
            if column.read is None:
                values[column.target] = text
                continue
            try:
                values[column.target] = column.read(text)
            except ValueProblem as problem:
                if not row.problem:
                    row.problem, row.column = explain(problem), column.header
        yield row, cells


def _email(text: str) -> str:
    if email_key(text) is None:
        raise ValueProblem("email", text=text)
    return text


def _phone(text: str) -> str:
    key = phone_key(text)
    if key is None:
        raise ValueProblem("phone", text=text)
    return key
