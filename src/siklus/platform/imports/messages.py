"""What a reader is told when a file, a mapping or a cell is wrong: what, where, and what to do."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from siklus.platform.imports.mapping import MappingError
from siklus.platform.imports.readers import ReadError
from siklus.platform.imports.values import ValueProblem

FILE: dict[str, str | Promise] = {
    "empty": _("The file is empty. It needs a line with column names and at least one row."),
    "binary": _("This is not a CSV or Excel file. Save it as CSV or XLSX and try again."),
    "encoding": _("Line %(line)s cannot be read as text (%(encoding)s). Save the file as UTF-8."),
    "nul": _("Line %(line)s holds a zero byte. Save the file as CSV (UTF-8) again."),
    "line_too_long": _("Line %(line)s is too long. Is a quotation mark missing?"),
    "field_too_long": _("A cell in line %(line)s is longer than %(limit)s characters."),
    "quote_not_closed": _("A quotation mark that opens in line %(line)s is never closed."),
    "too_many_columns": _("The file has %(found)s columns; at most %(limit)s can be read."),
    "too_large": _("The workbook unpacks to more than %(limit)s bytes. Split it, or save it as CSV."),
    "broken_workbook": _("The workbook is damaged: %(reason)s. Open it in a spreadsheet and save it again."),
    "no_such_sheet": _("There is no sheet “%(sheet)s” in this workbook."),
    "password": _("The workbook is protected by a password. Save it without one."),
    "no_file": _("The file cannot be opened."),
}
MAPPING: dict[str, str | Promise] = {
    "no_file": _("The mapping file cannot be opened."),
    "syntax": _("The mapping file cannot be read: %(reason)s."),
    "not_a_table": _("A mapping is a table with “object” and “columns”."),
    "missing": _("“%(place)s” is missing in the mapping."),
    "unknown_key": _("“%(place)s” is not known in a mapping."),
    "wrong_type": _("“%(place)s” has the wrong type: expected %(wanted)s."),
    "wrong_choice": _("“%(place)s” is “%(found)s”; choose one of %(choices)s."),
    "duplicate_target": _("Two columns go to “%(target)s”: %(place)s and %(other)s."),
    "no_such_column": _("The file has no column “%(header)s” (%(place)s)."),
    "no_such_target": _("There is no field “%(target)s” (%(place)s)."),
}
CELL: dict[str, str | Promise] = {
    "empty": _("The cell is empty."),
    "date": _("“%(text)s” is not a date. Write 2026-12-31 or 31/12/2026."),
    "date_order": _("“%(text)s” does not fit the order of day and month in this column."),
    "date_impossible": _("“%(text)s” is a day that does not exist."),
    "moment": _("“%(text)s” is not a date with time."),
    "number": _("“%(text)s” is not a number."),
    "whole_number": _("“%(text)s” is not a whole number."),
    "out_of_range": _("“%(text)s” is outside %(low)s to %(high)s."),
    "percent": _("“%(text)s” is not a percentage."),
    "currency": _("“%(text)s” is not a currency code."),
    "email": _("“%(text)s” is not an e-mail address."),
    "phone": _("“%(text)s” is not a phone number. Write it as 0812… or +62…."),
    "yes_no": _("“%(text)s” is neither yes nor no."),
}


def explain(error: ReadError | MappingError | ValueProblem) -> str:
    """The error as a sentence in the active language."""
    params = {"place": getattr(error, "place", ""), **error.params}
    book = CELL if isinstance(error, ValueProblem) else MAPPING if isinstance(error, MappingError) else FILE
    sentence = book.get(error.code)
    if sentence is None:
        return str(error)
    try:
        return str(sentence) % params
    except KeyError:
        return str(error)
