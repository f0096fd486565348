"""Read a CSV or a workbook as headers and rows of text. Pure functions, no Django.

What a file is, is decided by its content, never by its name. A file is looked over once from end to end when
it is opened (encoding, NUL bytes, endless lines), so that reading it later cannot fail half-way on those.
"""

import codecs
import csv
import zipfile
import zlib
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any

DELIMITERS = (",", ";", "\t", "|")
CHUNK = 1 << 20
SAMPLE = 1 << 16
MAX_LINE = 16 << 20  # characters
MAX_CELL = 131_072  # characters; the csv module's own default
MAX_COLUMNS = 2_000
MAX_UNPACKED = 1 << 30  # bytes of a workbook
RAGGED_KEPT = 1_000
DEFLATE_RATIO = 1_032  # no deflate stream unpacks to more than this
LATIN = [bytes([letter]) for letter in b"abcdefghijklmnopqrstuvwxyz"]
OTHER_ENCODINGS = ["cp1252", "cp1251", "shift_jis", "gb18030", "big5", "euc_kr"]


class ReadError(Exception):
    """A file that cannot be read as a table.

    Attributes
    ----------
    code : what is wrong, to be translated: empty, binary, encoding, nul, line_too_long, field_too_long,
        quote_not_closed, too_many_columns, broken_workbook, password, too_large, no_such_sheet, no_file
    place : where, for people: "line 12", a sheet's name, or ""
    params : the values the message needs
    """

    def __init__(self, code: str, place: str = "", **params: Any) -> None:
        super().__init__(code, place, params)
        self.code, self.place, self.params = code, place, params

    def __str__(self) -> str:
        details = ", ".join(f"{name}={value!r}" for name, value in self.params.items())
        return " ".join(part for part in (self.code, self.place, details and f"({details})") if part)


@dataclass(frozen=True, slots=True)
class Ragged:
    """A row whose number of cells differs from the number of headers."""

    line: int
    found: int
    expected: int


@dataclass
class TableFile(ABC):
    """An opened table; `rows` may be called again and again.

    Attributes
    ----------
    headers : stripped, unique, never blank ("#3" for a blank third one, "Name (2)" for a second "Name")
    kind : "csv" or "workbook"
    encoding, delimiter : of a CSV, else None
    sheet, sheets : of a workbook, else None and ()
    ragged : rows of the last `rows()` run with too few or too many cells, at most 1,000 of `ragged_count`
    """

    path: Path
    kind: str
    headers: list[str] = field(default_factory=list)
    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    sheets: tuple[str, ...] = ()
    ragged: list[Ragged] = field(default_factory=list)
    ragged_count: int = 0

    @abstractmethod
    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Yield (line number in the file, cells); as many cells as headers, empty rows left out.

        Missing cells come as "", cells beyond the headers are dropped; either is told in `ragged` unless the
        surplus is empty.
        """

    def count(self) -> int:
        """Number of rows that `rows` yields."""
        return sum(1 for _ in self.rows())

    def _fit(self, line: int, row: list[str]) -> list[str]:
        width, found = len(self.headers), len(row)
        if found < width:
            row = row + [""] * (width - found)
        else:
            surplus = row[width:]
            row = row[:width]
            if not any(surplus):
                return row
        self.ragged_count += 1
        if len(self.ragged) < RAGGED_KEPT:
            self.ragged.append(Ragged(line, found, width))
        return row


def open_table(
    path: str | Path, *, sheet: str | int | None = None, max_unpacked: int = MAX_UNPACKED
) -> TableFile:
    """Open a CSV, XLSX, XLSB, XLS or ODS file. Cells with an error (#N/A) are read as empty.

    Parameters
    ----------
    path : the file
    sheet : name or number (from 0) of a workbook's sheet; the first visible one that holds anything if None
    max_unpacked : bytes to which a workbook may unpack

    Raises
    ------
    ReadError
    """
    path = Path(path)
    try:
        with path.open("rb") as file:
            start = file.read(8)
    except OSError as error:
        raise ReadError("no_file", path.name) from error
    if start.startswith(b"PK\x03\x04"):
        _refuse_bombs(path, max_unpacked)
        return _Workbook.opened(path, sheet)
    if start.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return _Workbook.opened(path, sheet)
    return _Csv.opened(path)


def unique_headers(cells: list[str]) -> list[str]:
    """Stripped headers in which none is blank and none comes twice."""
    seen: set[str] = set()
    headers = []
    for number, cell in enumerate(cells, 1):
        header = wanted = " ".join(cell.split()) or f"#{number}"
        again = 1
        while header.casefold() in seen:
            again += 1
            header = f"{wanted} ({again})"
        seen.add(header.casefold())
        headers.append(header)
    if len(headers) > MAX_COLUMNS:
        raise ReadError("too_many_columns", found=len(headers), limit=MAX_COLUMNS)
    return headers


# CSV


@dataclass
class _Csv(TableFile):
    header_line: int = 1
    is_quote_open: bool = False

    @classmethod
    def opened(cls, path: Path) -> "_Csv":
        encoding = _encoding(path)
        is_quote_open = _look_over(path, encoding)
        table = cls(path, "csv", encoding=encoding, delimiter=",", is_quote_open=is_quote_open)
        with path.open(encoding=encoding, newline="") as file:
            sample = file.read(SAMPLE)
        table.delimiter = _delimiter(sample)
        for line, row in table._records():
            if any(cell.strip() for cell in row) and not _is_separator_hint(line, row):
                table.headers, table.header_line = unique_headers(row), line
                return table
        raise ReadError("empty")

    def _records(self, after: int = 0) -> Iterator[tuple[int, list[str]]]:
        """Yield (first line, cells) of the records that begin behind the line `after`."""
        line = 1
        with self.path.open(encoding=self.encoding, newline="", buffering=CHUNK) as file:
            reader = csv.reader(file, delimiter=self.delimiter or ",")
            try:
                while line <= after:
                    next(reader, None)
                    line = reader.line_num + 1
                for row in reader:
                    yield line, row
                    line = reader.line_num + 1
            except csv.Error as error:
                raise ReadError("field_too_long", f"line {line}", line=line, limit=MAX_CELL) from error

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        self.ragged, self.ragged_count = [], 0
        width, line = len(self.headers), self.header_line
        for line, row in self._records(after=self.header_line):
            if len(row) == width:
                if any(row):
                    yield line, row
            elif any(row):
                yield line, self._fit(line, row)
        if self.is_quote_open:
            self._refuse_open_quote(line)

    def count(self) -> int:
        return sum(1 for _, row in self._records(after=self.header_line) if any(row))

    def _refuse_open_quote(self, line: int) -> None:
        """Refuse a file whose last row runs over several lines because a quotation mark was never closed."""
        with self.path.open(encoding=self.encoding, newline="") as file:
            tail = "".join(islice(file, line - 1, None)).rstrip("\r\n")
        if tail.count('"') % 2 and "\n" in tail.replace("\r", "\n"):
            raise ReadError("quote_not_closed", f"line {line}", line=line)


def _is_separator_hint(line: int, row: list[str]) -> bool:
    return line == 1 and len(row) <= 2 and row[0].lower().startswith("sep=")


def _delimiter(sample: str) -> str:
    """The delimiter that cuts the sample into the most even table of at least two columns."""
    first = sample.split("\n", 1)[0].strip().lower()
    if first.startswith("sep=") and first[4:5] in DELIMITERS:
        return first[4:5]
    is_cut = len(sample) >= SAMPLE
    best, best_score = ",", (0.0, 0)
    for delimiter in DELIMITERS:
        try:
            rows = [
                row
                for row in islice(csv.reader(sample.splitlines(True), delimiter=delimiter), 300)
                if any(row)
            ]
        except csv.Error:
            continue
        if is_cut and len(rows) > 1:
            rows.pop()
        if not rows or len(rows[0]) < 2:
            continue
        even = sum(len(row) == len(rows[0]) for row in rows) / len(rows)
        if (score := (round(even, 1), len(rows[0]))) > best_score:
            best, best_score = delimiter, score
    return best


def _encoding(path: Path) -> str:
    """The encoding of a text file; UTF-8 whenever the whole file is UTF-8."""
    with path.open("rb") as file:
        start = file.read(SAMPLE)
    if start.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if len(start) > 3 and b"\0" in start:
        odd, even = start[1::2].count(0), start[::2].count(0)
        if odd > len(start) * 0.3 and not even:
            return "utf-16-le"
        if even > len(start) * 0.3 and not odd:
            return "utf-16-be"
        if b"\n" not in start or start.count(0) > 16:
            raise ReadError("binary")
    if start.startswith((b"%PDF-", b"\x89PNG", b"\xff\xd8\xff", b"\x1f\x8b", b"Rar!")):
        raise ReadError("binary")
    return _beyond_utf8(path)


def _beyond_utf8(path: Path) -> str:
    decoder, has_utf8, line = codecs.getincrementaldecoder("utf-8")(), False, 1
    with path.open("rb") as file:
        while True:
            chunk = file.read(CHUNK)
            try:
                text = decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                before = error.object[: error.start]
                line += before.count(b"\n")
                if has_utf8 or not before.isascii():  # UTF-8 with a broken place, not another encoding
                    raise ReadError("encoding", f"line {line}", line=line, encoding="utf-8") from error
                from_here = error.object[max(0, error.start - 2_000) :] + file.read(SAMPLE)
                return _guessed_encoding(from_here[: SAMPLE * 2])
            if not chunk:
                return "utf-8"
            has_utf8 = has_utf8 or not text.isascii()
            line += text.count("\n")


def _guessed_encoding(sample: bytes) -> str:
    """Western (cp1252) when accents are sprinkled over Latin letters, else what the statistics say."""
    from charset_normalizer import from_bytes

    lines = [line for line in sample.splitlines() if not line.isascii()]
    text = b"".join(lines)
    foreign = sum(byte > 127 for byte in text)
    if foreign < 0.3 * (foreign + sum(map(text.lower().count, LATIN))):
        return "cp1252"
    best = from_bytes(b"\n".join(lines) or sample, cp_isolation=OTHER_ENCODINGS).best()
    return best.encoding if best else "cp1252"


def _look_over(path: Path, encoding: str) -> bool:
    """Decode the whole file and refuse what cannot be read; True when a quotation mark may stand open."""
    decoder = codecs.getincrementaldecoder(encoding)()
    line, since_newline, quotes = 1, 0, 0
    with path.open("rb") as file:
        while True:
            chunk = file.read(CHUNK)
            try:
                text = decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                line += error.object[: error.start].decode(encoding, "ignore").count("\n")
                raise ReadError("encoding", f"line {line}", line=line, encoding=encoding) from error
            if (nul := text.find("\0")) >= 0:
                line += text.count("\n", 0, nul)
                raise ReadError("nul", f"line {line}", line=line)
            newline = max(text.rfind("\n"), text.rfind("\r"))
            since_newline = len(text) - newline if newline >= 0 else since_newline + len(text)
            if since_newline > MAX_LINE:
                raise ReadError("line_too_long", f"line {line}", line=line, limit=MAX_LINE)
            line += text.count("\n")
            quotes += text.count('"')
            if not chunk:
                return quotes % 2 == 1


# Workbooks


@dataclass
class _Workbook(TableFile):
    header_line: int = 1
    book: Any = field(default=None, repr=False)

    @classmethod
    def opened(cls, path: Path, sheet: str | int | None) -> "_Workbook":
        import python_calamine as calamine

        try:
            book = calamine.load_workbook(str(path))
        except calamine.PasswordError as error:
            raise ReadError("password") from error
        except (calamine.CalamineError, OSError, ValueError) as error:
            raise ReadError("broken_workbook", reason=str(error)) from error
        names = tuple(book.sheet_names)
        if isinstance(sheet, int):
            sheet = names[sheet] if 0 <= sheet < len(names) else str(sheet)
        if sheet is not None and sheet not in names:
            raise ReadError("no_such_sheet", sheet, sheet=sheet, sheets=names)
        visible = [s.name for s in book.sheets_metadata if s.visible == calamine.SheetVisibleEnum.Visible]
        for name in [sheet] if sheet is not None else [*visible, *(n for n in names if n not in visible)]:
            table = cls(path, "workbook", sheet=name, sheets=names, book=book)
            for line, row in table._records():
                if any(cell.strip() for cell in row):
                    while row and not row[-1].strip():
                        row.pop()
                    table.headers, table.header_line = unique_headers(row), line
                    return table
        raise ReadError("empty", sheet or "")

    def _records(self) -> Iterator[tuple[int, list[str]]]:
        import python_calamine as calamine

        try:
            sheet = self.book.get_sheet_by_name(self.sheet)
            for line, row in enumerate(sheet.iter_rows(), 1):
                yield line, [_cell(value) for value in row]
        except (calamine.CalamineError, ValueError) as error:
            raise ReadError("broken_workbook", self.sheet or "", reason=str(error)) from error

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        self.ragged, self.ragged_count = [], 0
        width = len(self.headers)
        for line, row in self._records():
            if line <= self.header_line or not any(row):
                continue
            if max(map(len, row)) > MAX_CELL:
                raise ReadError("field_too_long", f"line {line}", line=line, limit=MAX_CELL)
            yield line, row if len(row) == width else self._fit(line, row)


def _cell(value: Any) -> str:
    """Text of a workbook's cell: dates in ISO form, whole numbers without ".0"."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        if value.is_integer() and abs(value) < 1e15:
            return str(int(value))
        text = repr(value)
        return format(Decimal(text), "f") if "e" in text else text
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "seconds")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        minutes, seconds = divmod(round(value.total_seconds()), 60)
        return f"{minutes // 60:02}:{minutes % 60:02}:{seconds:02}"
    return "" if value is None else str(value)


def _refuse_bombs(path: Path, limit: int) -> None:
    """Refuse a zip that unpacks to more than `limit` bytes, whatever sizes it claims."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            if sum(entry.file_size for entry in entries) > limit:
                raise ReadError("too_large", limit=limit)
            if sum(entry.compress_size for entry in entries) * DEFLATE_RATIO <= limit:
                return
            total = 0
            for entry in entries:
                total = _unpacked(path, entry, total, limit)
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError) as error:
        raise ReadError("broken_workbook", reason=str(error)) from error


def _unpacked(path: Path, entry: zipfile.ZipInfo, total: int, limit: int) -> int:
    if entry.compress_type == zipfile.ZIP_STORED:
        total += entry.compress_size
    elif entry.compress_type == zipfile.ZIP_DEFLATED:
        inflate = zlib.decompressobj(-15)
        with path.open("rb") as file:
            file.seek(entry.header_offset)
            head = file.read(30)
            file.seek(int.from_bytes(head[26:28], "little") + int.from_bytes(head[28:30], "little"), 1)
            left = entry.compress_size
            while left > 0 and not inflate.eof:
                chunk = file.read(min(CHUNK, left))
                if not chunk:
                    break
                left -= len(chunk)
                while chunk and total <= limit:
                    total += len(inflate.decompress(chunk, CHUNK * 4))
                    chunk = inflate.unconsumed_tail
    else:
        raise ReadError("broken_workbook", reason=f"compression method {entry.compress_type}")
    if total > limit:
        raise ReadError("too_large", limit=limit)
    return total
