"""Files for spreadsheets: XLSX written with nothing but the standard library, and text that no spreadsheet runs."""

import io
import zipfile
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from xml.sax.saxutils import escape, quoteattr

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
LONGEST_TITLE = 31
FORBIDDEN = dict.fromkeys(map(ord, "[]:*?/\\'"), " ")
CONTROLS = {number: None for number in range(32) if number not in (9, 10, 13)} | {0xFFFE: None, 0xFFFF: None}
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'


def harmless(value: Any) -> Any:
    """Text that a spreadsheet would take for a formula gets an apostrophe in front."""
    return "'" + value if isinstance(value, str) and value.lstrip(" ").startswith(FORMULA) else value


def write_xlsx(sheets: Sequence[tuple[str, Sequence[Sequence[Any]]]]) -> bytes:
    """A workbook of (title, lines); numbers stay numbers, moments are texts in ISO form, the first line is bold."""
    titles = _titles([title for title, _lines in sheets])
    files = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        + _part("workbook", "sheet.main") + _part("styles", "styles")
        + "".join(_part(f"worksheets/sheet{number}", "worksheet") for number in range(1, len(titles) + 1))
        + "</Types>",
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{LINKS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{LINKS}"><sheets>'
        + "".join(
            f'<sheet name={quoteattr(title)} sheetId="{number}" r:id="rId{number}"/>'
            for number, title in enumerate(titles, 1)
        )
        + "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">'
        + "".join(
            f'<Relationship Id="rId{number}" Type="{LINKS}/worksheet" Target="worksheets/sheet{number}.xml"/>'
            for number in range(1, len(titles) + 1)
        )
        + f'<Relationship Id="rId{len(titles) + 1}" Type="{LINKS}/styles" Target="styles.xml"/></Relationships>',
        "xl/styles.xml": f'<styleSheet xmlns="{MAIN}"><fonts count="2"><font/><font><b/></font></fonts>'
        '<fills count="1"><fill/></fills><borders count="1"><border/></borders>'
        '<cellStyleXfs count="1"><xf/></cellStyleXfs>'
        '<cellXfs count="2"><xf/><xf fontId="1" applyFont="1"/></cellXfs></styleSheet>',
    }  # fmt: skip
    for number, (_title, lines) in enumerate(sheets, 1):
        files[f"xl/worksheets/sheet{number}.xml"] = _sheet(lines)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), HEAD + text)
    return out.getvalue()


def _part(name: str, kind: str) -> str:
    start = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    return f'<Override PartName="/xl/{name}.xml" ContentType="{start}.{kind}+xml"/>'


def _titles(titles: Sequence[str]) -> list[str]:
    """At most 31 characters, without the forbidden ones, each once."""
    found: list[str] = []
    for title in titles:
        short = " ".join(title.translate(FORBIDDEN).split())[:LONGEST_TITLE] or "-"
        number = 2
        while short.lower() in (one.lower() for one in found):
            short = f"{short[: LONGEST_TITLE - 4]} {number}"
            number += 1
        found.append(short)
    return found


def _sheet(lines: Sequence[Sequence[Any]]) -> str:
    rows = []
    for number, line in enumerate(lines):
        style = ' s="1"' if number == 0 else ""
        rows.append("<row>" + "".join(_cell(value, style) for value in line) + "</row>")
    return f'<worksheet xmlns="{MAIN}"><sheetData>{"".join(rows)}</sheetData></worksheet>'


def _cell(value: Any, style: str) -> str:
    if value is None or value == "":
        return f"<c{style}/>"
    if isinstance(value, bool):
        return f'<c t="b"{style}><v>{int(value)}</v></c>'
    if isinstance(value, int | float | Decimal):
        return f"<c{style}><v>{value}</v></c>"
    text = value.isoformat(" ", "seconds") if isinstance(value, datetime) else None
    if text is None:
        text = value.isoformat() if isinstance(value, date) else str(value)
    return (
        f'<c t="inlineStr"{style}><is><t xml:space="preserve">{escape(text.translate(CONTROLS))}</t></is></c>'
    )
